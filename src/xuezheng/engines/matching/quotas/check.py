"""A verifier of quota seats that shares nothing out: it tests what each method promises."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from xuezheng.engines.matching.model import Direction
from xuezheng.engines.matching.quotas.solve import Quota, QuotaMethod, QuotaResult


def quota_faults(
    quota: Quota, result: QuotaResult, numbers: Mapping[str, int] | None = None
) -> tuple[str, ...]:
    """Check a result by what its method promises, without repeating it; nothing when it is right."""
    eligible = {junior.id: junior.eligible for junior in quota.juniors}
    faults = []
    if sum(part.seats for part in result.parts) != quota.seats:
        faults.append("the seats do not add up to the quota")
    if sorted(name for part in result.parts for name in part.members) != sorted(eligible):
        return (*faults, "the parts do not name every junior school once")
    for part in result.parts:
        due = Fraction(sum(eligible[name] for name in part.members), sum(eligible.values()))
        if part.due != due * quota.seats or part.seats < 0:
            faults.append(f"{part.id}: the seats due are wrong")
    match quota.method:
        case QuotaMethod.FLOOR_AND_DRAW:
            faults += _faults_of_draw(quota, result, numbers or {})
        case QuotaMethod.LARGEST_REMAINDER:
            faults += _faults_of_remainders(result)
        case QuotaMethod.WEBSTER:
            faults += _faults_of_webster(result, eligible)
    return tuple(faults)


def _faults_of_draw(quota: Quota, result: QuotaResult, numbers: Mapping[str, int]) -> Iterator[str]:
    low = quota.number_first is Direction.LOW
    winners = [part for part in result.parts if part.drawn]
    losers = [part for part in result.parts if not part.drawn and part.due.denominator > 1]
    for part in result.parts:
        if part.whole != part.due.numerator // part.due.denominator:
            yield f"{part.id}: the whole part is wrong"
        if part.drawn not in (0, 1) or (part.drawn and part.due.denominator == 1):
            yield f"{part.id}: it cannot have won {part.drawn}"
        if len(part.members) > 1:
            ordered = sorted(part.members, key=lambda name: numbers[name], reverse=not low)
            if part.representative != ordered[0]:
                yield f"{part.id}: {part.representative} should not stand for it"
    for winner in winners:
        for loser in losers:
            if (numbers[winner.id] < numbers[loser.id]) != low:
                yield f"{winner.id} won although {loser.id} stands before it"
    yield from _faults_of_pairs(quota, result)


def _faults_of_pairs(quota: Quota, result: QuotaResult) -> Iterator[str]:
    juniors = {junior.id: junior for junior in quota.juniors}
    limit = Fraction(quota.pool_below)
    single = Fraction(quota.seats, sum(junior.eligible for junior in quota.juniors))
    alone: dict[str, str] = {}
    for part in result.parts:
        small = [name for name in part.members if 0 < juniors[name].eligible * single < limit]
        if len(part.members) > 2 or (len(part.members) == 2 and len(small) != 2):
            yield f"{part.id}: these may not share"
        if len(part.members) == 1 and small:
            division = juniors[small[0]].division
            if division in alone:
                yield f"{small[0]} and {alone[division]} should share"
            alone[division] = small[0]


def _faults_of_remainders(result: QuotaResult) -> Iterator[str]:
    for part in result.parts:
        if part.drawn not in (0, 1):
            yield f"{part.id}: more than one seat away from its due"
    left = [part.due - part.whole for part in result.parts if part.drawn]
    out = [part.due - part.whole for part in result.parts if not part.drawn]
    if left and out and min(left) < max(out):
        yield "a smaller remainder got a seat before a larger one"


def _faults_of_webster(result: QuotaResult, eligible: Mapping[str, int]) -> Iterator[str]:
    """Look for a divisor that rounds every number to its seats: it exists or the result is wrong."""
    pairs = [(eligible[part.members[0]], part.seats) for part in result.parts]
    lowest = max(Fraction(number, 2 * seats + 1) for number, seats in pairs)
    highest = min((Fraction(n, 2 * seats - 1) for n, seats in pairs if seats), default=lowest)
    if lowest > highest:
        yield "no divisor rounds the numbers to these seats"
