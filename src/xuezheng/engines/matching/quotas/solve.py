"""Share out the quota seats of one senior high among junior schools (配额到校).

The rule of 2022 for Harbin: each junior school gets the whole part of its due, `seats x eligible / all eligible`. What
that leaves over is settled by one public draw in which nobody can win more than one seat. A school with less than half
a seat due shares its chance with a peer: the two draw who stands for both, and stand in the draw as one.

Largest remainders and Webster's method (Sainte-Laguë) are there for comparison; they need no draw except for ties.
All numbers are integers or exact fractions.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from heapq import heapify, heapreplace
from math import ceil

from xuezheng.engines.matching.model import Direction, Seats, Step
from xuezheng.kernel.apportionment import apportion
from xuezheng.kernel.errors import InputError, Phrase, gettext_noop

_PLAN = gettext_noop("the plan %(plan)s is negative")
_PLAN_LARGE = gettext_noop("the plan %(plan)s is larger than %(limit)s")
_PERCENT = gettext_noop("the share %(percent)s %% is not between 0 and 100")
_NEGATIVE = gettext_noop("its number of eligible students %(eligible)s is negative")
_TWICE = gettext_noop("it stands twice")
_NOBODY = gettext_noop("no junior school has an eligible student")
_PEER = gettext_noop("its peer %(peer)s is not a junior school of the list that names it in turn")
_PEER_LARGE = gettext_noop("it has a peer but is due %(due)s of a seat, enough to stand alone")
_NO_NUMBER = gettext_noop("it has no draw number")
_BELOW_ZERO = gettext_noop("its draw number %(number)s is negative")
_NOT_THERE = gettext_noop("it has a draw number and is no junior school of the list")
_POOL_BELOW = gettext_noop("pool_below is %(value)s and must lie between 0 and 1")
_SAME_NUMBER = gettext_noop("it has the same draw number %(number)s as %(other)s")

_MOST_SEATS = 1_000_000


class QuotaWrong(InputError):
    """Quota seats cannot be shared out from what was given."""

    code = "matching.quota"
    template = gettext_noop("The quota cannot be shared out; %(entry)s: %(why)s.")
    remedy = gettext_noop("Correct this entry.")


class QuotaMethod(StrEnum):
    """How parts of seats become whole ones."""

    FLOOR_AND_DRAW = "floor_and_draw"
    LARGEST_REMAINDER = "largest_remainder"
    WEBSTER = "webster"


@dataclass(frozen=True, slots=True, kw_only=True)
class JuniorSchool:
    """A junior school and how many of its graduates may use a quota."""

    id: str
    eligible: int
    division: str = ""
    peer: str = ""
    """With whom it shares a chance when it is due too little; empty: the next in size of its division."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """What is to be shared out."""

    school: str
    plan: int
    """Seats of the senior high, of which"""
    percent: Decimal = Decimal(100)
    """this share goes out as quota, rounded up so that the share is reached."""
    juniors: tuple[JuniorSchool, ...]
    method: QuotaMethod = QuotaMethod.FLOOR_AND_DRAW
    pool_below: Decimal = Decimal("0.5")
    """Who is due less than this part of a seat shares a chance; 0: nobody."""
    number_first: Direction = Direction.LOW

    @property
    def seats(self) -> int:
        """Seats of the quota."""
        return ceil(Fraction(self.percent) * self.plan / 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaPart:
    """What one junior school, or two that share a chance, get."""

    members: tuple[str, ...]
    due: Fraction
    """Seats due, exactly."""
    whole: int
    """The whole part of it."""
    drawn: int = 0
    """Seats beyond it: won in the draw, or by the other methods' rule."""
    representative: str = ""
    """Of two that share: who stands for both."""

    @property
    def id(self) -> str:
        """The name under which it stands in the draw: `a`, or `a+b`."""
        return "+".join(self.members)

    @property
    def seats(self) -> int:
        """Seats that it gets."""
        return self.whole + self.drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaResult:
    """Who gets how many seats of one senior high, in the order of the schools' names."""

    school: str
    seats: int
    parts: tuple[QuotaPart, ...]


def entries_of_draw(quota: Quota) -> tuple[str, ...]:
    """Name all that need a draw number: those with a part of a seat left, and both schools of each pair.

    A pair has a number of its own (`a+b`): taking the better of its members' would double its chance.
    """
    _refuse_malformed(quota)
    if quota.method is not QuotaMethod.FLOOR_AND_DRAW:
        return ()
    names = [part.id for part in _parts(quota) if part.due > part.whole]
    names += [name for part in _parts(quota) if len(part.members) > 1 for name in part.members]
    return tuple(sorted(names))


def share_out(quota: Quota, numbers: Mapping[str, int] | None = None) -> QuotaResult:
    """Share out the seats.

    Args:
        quota: Seats, junior schools and method.
        numbers: Draw numbers by the names of `entries_of_draw`; for the other methods, of junior schools, used for ties.

    Raises:
        QuotaWrong: Naming the entry: a share over 100 %, a negative number, nobody eligible, a school twice, a peer that
            does not fit, a draw number that is missing or given twice.
    """
    _refuse_malformed(quota)
    _refuse_numbers(quota, numbers or {})
    methods = {
        QuotaMethod.FLOOR_AND_DRAW: _by_draw,
        QuotaMethod.LARGEST_REMAINDER: _by_remainders,
        QuotaMethod.WEBSTER: _by_webster,
    }
    parts = tuple(methods[quota.method](quota, numbers or {}))
    return QuotaResult(school=quota.school, seats=quota.seats, parts=parts)


def quota_seats(
    quota: Quota, result: QuotaResult, *, kind: str = "quota", unfilled: tuple[Step, ...] = ()
) -> tuple[Seats, ...]:
    """Turn a result into the pools of the senior high: one for each part, reserved for its junior schools' groups."""
    division = {junior.id: junior.division for junior in quota.juniors}
    return tuple(
        Seats(
            kind=kind,
            count=part.seats,
            reserved_for=part.members,
            division=division[part.members[0]],
            unfilled=unfilled,
        )
        for part in result.parts
        if part.seats
    )


def _refuse_malformed(quota: Quota) -> None:
    _refuse_totals(quota)
    _refuse_juniors(quota)


def _refuse_totals(quota: Quota) -> None:
    if quota.plan < 0:
        raise QuotaWrong(entry=quota.school, why=Phrase(_PLAN, plan=quota.plan))
    if quota.plan > _MOST_SEATS:
        why = Phrase(_PLAN_LARGE, plan=quota.plan, limit=_MOST_SEATS)
        raise QuotaWrong(entry=quota.school, why=why)
    if not 0 <= quota.pool_below <= 1:
        raise QuotaWrong(entry=quota.school, why=Phrase(_POOL_BELOW, value=quota.pool_below))
    if not 0 <= quota.percent <= 100:
        raise QuotaWrong(entry=quota.school, why=Phrase(_PERCENT, percent=quota.percent))


def _refuse_juniors(quota: Quota) -> None:
    by_id: dict[str, JuniorSchool] = {}
    for junior in quota.juniors:
        if junior.id in by_id:
            raise QuotaWrong(entry=junior.id, why=Phrase(_TWICE))
        if junior.eligible < 0:
            raise QuotaWrong(entry=junior.id, why=Phrase(_NEGATIVE, eligible=junior.eligible))
        by_id[junior.id] = junior
    if not any(junior.eligible for junior in quota.juniors):
        raise QuotaWrong(entry=quota.school, why=Phrase(_NOBODY))
    for junior in quota.juniors:
        if junior.peer and (
            junior.peer == junior.id
            or junior.peer not in by_id
            or by_id[junior.peer].peer != junior.id
        ):
            raise QuotaWrong(entry=junior.id, why=Phrase(_PEER, peer=junior.peer))


def _dues(quota: Quota) -> dict[str, Fraction]:
    whole = sum(junior.eligible for junior in quota.juniors)
    return {j.id: Fraction(quota.seats * j.eligible, whole) for j in quota.juniors}


def _parts(quota: Quota) -> list[QuotaPart]:
    """Make the entries of the draw: schools, and pairs of those due too little."""
    dues = _dues(quota)
    small = {name for name, due in dues.items() if 0 < due < Fraction(quota.pool_below)}
    members: list[tuple[str, ...]] = [(j.id,) for j in quota.juniors if j.id not in small]
    members += _pairs(quota, small, dues)
    found = []
    for names in sorted(members):
        due = sum((dues[name] for name in names), Fraction(0))
        found.append(QuotaPart(members=names, due=due, whole=int(due)))
    return found


def _pairs(
    quota: Quota, small: set[str], dues: Mapping[str, Fraction]
) -> Iterator[tuple[str, ...]]:
    """Pair by the peers named, then the next in size of each division; the last may stay alone."""
    waiting: dict[str, list[JuniorSchool]] = {}
    for junior in sorted(quota.juniors, key=lambda j: (-j.eligible, j.id)):
        if junior.peer and junior.id not in small and junior.eligible:
            raise QuotaWrong(entry=junior.id, why=Phrase(_PEER_LARGE, due=dues[junior.id]))
        if junior.id not in small:
            continue
        if junior.peer in small:
            if junior.id < junior.peer:
                yield (junior.id, junior.peer)
        else:
            waiting.setdefault(junior.division, []).append(junior)
    for group in waiting.values():
        for first in range(0, len(group), 2):
            yield tuple(sorted(junior.id for junior in group[first : first + 2]))


def _by_draw(quota: Quota, numbers: Mapping[str, int]) -> Iterator[QuotaPart]:
    parts = _parts(quota)
    needed = entries_of_draw(quota)
    _refuse_unnumbered(needed, numbers)
    turn = 1 if quota.number_first is Direction.LOW else -1
    entered = sorted(
        (part.id for part in parts if part.due > part.whole), key=lambda name: turn * numbers[name]
    )
    won = set(entered[: quota.seats - sum(part.whole for part in parts)])
    for part in parts:
        pair = len(part.members) > 1
        yield QuotaPart(
            members=part.members,
            due=part.due,
            whole=part.whole,
            drawn=int(part.id in won),
            representative=min(part.members, key=lambda m: turn * numbers[m]) if pair else "",
        )


def _refuse_numbers(quota: Quota, numbers: Mapping[str, int]) -> None:
    """Refuse a number that no draw gives, and one of nobody: a misspelt name must not go unseen."""
    juniors = {junior.id for junior in quota.juniors}
    for name, number in numbers.items():
        if name not in juniors and not set(name.split("+")) <= juniors:
            raise QuotaWrong(entry=name, why=Phrase(_NOT_THERE))
        if number < 0:
            raise QuotaWrong(entry=name, why=Phrase(_BELOW_ZERO, number=number))


def _refuse_unnumbered(needed: Iterable[str], numbers: Mapping[str, int]) -> None:
    holders: dict[int, str] = {}
    for name in needed:
        if name not in numbers:
            raise QuotaWrong(entry=name, why=Phrase(_NO_NUMBER))
        if numbers[name] in holders:
            facts = {"number": numbers[name], "other": holders[numbers[name]]}
            raise QuotaWrong(entry=name, why=Phrase(_SAME_NUMBER, **facts))
        holders[numbers[name]] = name


def _for_ties(quota: Quota, numbers: Mapping[str, int]) -> list[JuniorSchool]:
    """Put junior schools in the order in which they win ties: by draw number, then by name."""
    turn = 1 if quota.number_first is Direction.LOW else -1
    return sorted(quota.juniors, key=lambda j: (turn * numbers.get(j.id, 0), j.id))


def _by_remainders(quota: Quota, numbers: Mapping[str, int]) -> Iterator[QuotaPart]:
    juniors = _for_ties(quota, numbers)
    seats = apportion(quota.seats, [junior.eligible for junior in juniors])
    return _single_parts(quota, dict(zip((j.id for j in juniors), seats, strict=True)))


def _by_webster(quota: Quota, numbers: Mapping[str, int]) -> Iterator[QuotaPart]:
    """Give seat after seat to the largest `eligible / (2 x seats held + 1)`."""
    juniors = _for_ties(quota, numbers)
    seats = [0] * len(juniors)
    heap = [(-Fraction(junior.eligible), place) for place, junior in enumerate(juniors)]
    heapify(heap)
    for _ in range(quota.seats):
        place = heap[0][1]
        seats[place] += 1
        heapreplace(heap, (-Fraction(juniors[place].eligible, 2 * seats[place] + 1), place))
    return _single_parts(quota, dict(zip((j.id for j in juniors), seats, strict=True)))


def _single_parts(quota: Quota, seats: Mapping[str, int]) -> Iterator[QuotaPart]:
    return (
        QuotaPart(members=(name,), due=due, whole=int(due), drawn=seats[name] - int(due))
        for name, due in sorted(_dues(quota).items())
    )
