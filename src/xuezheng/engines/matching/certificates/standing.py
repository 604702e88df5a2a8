"""Whether an applicant who stands so would have been held by a pool with this cut-off, from a certificate alone."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from xuezheng.engines.matching.certificates.certificate import Certificate, Change, ChangeKind, Line
from xuezheng.engines.matching.model import Cutoff, Direction, Key, LastSeat, Step

_MISSING = (1, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """How somebody stands at a pool, or would stand."""

    choice: int
    step: int | None
    tier: int | None
    """Place in the ladder, its length for none; None: none is held, and that is refused."""
    values: tuple[Decimal | None, ...]
    number: int | None
    minimum_value: Decimal | None
    moved: int = -1
    """Place of the value that is moved by the least amount; -1: none. The number is the last place."""
    nudge: int = 0
    """Where to: -1 towards the front, 1 towards the back."""


def own_stand(certificate: Certificate, line: Line) -> Stand:
    """Give how the applicant of a certificate stands at one line."""
    return Stand(
        choice=line.choice,
        step=line.step,
        tier=_tier(certificate, line, line.choice, line.tier),
        values=line.keys,
        number=line.number,
        minimum_value=line.minimum_value,
    )


def _tier(certificate: Certificate, line: Line, choice: int, name: str) -> int | None:
    if not line.ladder or (certificate.tier_at_first_only and choice != 1):
        return 0
    if name in line.ladder:
        return line.ladder.index(name)
    return len(line.ladder) if certificate.without_tier_last else None


def order(certificate: Certificate, line: Line, stand: Stand) -> tuple[Any, ...]:
    """Give what is compared, smaller first; the same for who is at the cut-off."""
    band = (stand.choice - 1) // line.band if line.band else 0
    parts: list[Any] = [band, stand.step, stand.tier]
    for place, (key, value) in enumerate(zip(certificate.compared, stand.values, strict=True)):
        parts.append(_part(value, key.direction, stand.nudge if stand.moved == place else 0))
    if certificate.last_seat is not LastSeat.ADMIT_ALL:
        nudge = stand.nudge if stand.moved == len(stand.values) else 0
        parts.append(_part(stand.number, certificate.number_first, nudge))
    return tuple(parts)


def _part(value: Decimal | int | None, first: Direction, nudge: int) -> tuple[Any, ...]:
    if value is None:
        return _MISSING
    if first is Direction.LOW:
        return (0, value, nudge)
    return (0, value.copy_negate() if isinstance(value, Decimal) else -value, nudge)


def cutoff_stand(certificate: Certificate, line: Line, cutoff: Cutoff) -> Stand:
    """Give how who is at the cut-off stands."""
    tier = _tier(certificate, line, cutoff.choice, cutoff.tier)
    return Stand(
        choice=cutoff.choice,
        step=cutoff.step,
        tier=len(line.ladder) if tier is None else tier,
        values=cutoff.keys,
        number=cutoff.number,
        minimum_value=None,
    )


def would_be_held(certificate: Certificate, line: Line, stand: Stand) -> bool:
    """Say whether somebody who stands so is before the cut-off, or the pool is open, and nothing refuses them."""
    cutoff = line.cutoff
    if cutoff is None or stand.step is None or stand.tier is None:
        return False
    if line.minimum is not None and (
        stand.minimum_value is None or stand.minimum_value < line.minimum
    ):
        return False
    if not cutoff.is_full:
        return True
    if not cutoff.last:
        return False
    here = order(certificate, line, stand)
    there = order(certificate, line, cutoff_stand(certificate, line, cutoff))
    return here < there or (here == there and certificate.last_seat is LastSeat.ADMIT_ALL)


def steps_towards(certificate: Certificate, line: Line) -> Iterator[list[tuple[Change, Stand]]]:
    """Give, for each thing that could be otherwise, the ways it could be, the nearest first."""
    own = own_stand(certificate, line)
    if line.band:
        yield list(_earlier_choices(certificate, line, own))
    yield list(_earlier_steps(line, own))
    yield list(_better_tiers(line, own, certificate))
    for place, key in enumerate(certificate.compared):
        yield list(_better_values(line, own, key, place))
    if line.minimum_key and line.minimum_key not in [key.name for key in certificate.compared]:
        yield list(_reach_minimum(line, own))
    yield list(_better_number(certificate, line, own))


def _earlier_choices(
    certificate: Certificate, line: Line, own: Stand
) -> Iterator[tuple[Change, Stand]]:
    for choice in range(line.choice - 1, 0, -1):
        tier = _tier(certificate, line, choice, line.tier)
        stand = replace(own, choice=choice, tier=tier)
        yield Change(kind=ChangeKind.CHOICE, choice=choice), stand


def _earlier_steps(line: Line, own: Stand) -> Iterator[tuple[Change, Stand]]:
    last = len(line.unfilled) + 1 if own.step is None else own.step
    for step in range(last - 1, -1, -1):
        if step and line.unfilled[step - 1] is Step.ALL:
            continue
        groups = (line.division,) if step else line.reserved_for
        yield Change(kind=ChangeKind.STEP, step=step, groups=groups), replace(own, step=step)


def _better_tiers(
    line: Line, own: Stand, certificate: Certificate
) -> Iterator[tuple[Change, Stand]]:
    if certificate.tier_at_first_only and line.choice != 1:
        return
    last = len(line.ladder) if own.tier is None else own.tier
    for tier in range(last - 1, -1, -1):
        yield Change(kind=ChangeKind.TIER, tier=line.ladder[tier]), replace(own, tier=tier)


def _better_values(line: Line, own: Stand, key: Key, place: int) -> Iterator[tuple[Change, Stand]]:
    """Reach or pass the value at the cut-off, or reach the minimum line."""
    value = own.values[place]
    targets: list[tuple[Decimal, bool]] = []
    if key.name == line.minimum_key and line.minimum is not None:
        targets.append((line.minimum, False))
    if line.cutoff is not None and place < len(line.cutoff.keys):
        at = line.cutoff.keys[place]
        targets += [(at, False), (at, True)]
    turn = -1 if key.direction is Direction.HIGH else 1
    targets.sort(key=lambda one: (one[0] * -turn, one[1]))
    for target, beyond in targets:
        if value is not None and ((target == value and not beyond) or (target - value) * turn > 0):
            continue
        values = (*own.values[:place], target, *own.values[place + 1 :])
        of_line = target if key.name == line.minimum_key else own.minimum_value
        change = Change(
            kind=ChangeKind.KEY,
            key=key.name,
            value=target,
            by=None if value is None else abs(target - value),
            beyond=beyond,
        )
        moved = replace(
            own, values=values, minimum_value=of_line, moved=place, nudge=-1 if beyond else 0
        )
        yield change, moved


def _reach_minimum(line: Line, own: Stand) -> Iterator[tuple[Change, Stand]]:
    """Reach a minimum line on a key that is not compared."""
    value = own.minimum_value
    if line.minimum is not None and (value is None or value < line.minimum):
        by = None if value is None else line.minimum - value
        change = Change(kind=ChangeKind.KEY, key=line.minimum_key, value=line.minimum, by=by)
        yield change, replace(own, minimum_value=line.minimum)


def _better_number(
    certificate: Certificate, line: Line, own: Stand
) -> Iterator[tuple[Change, Stand]]:
    cutoff = line.cutoff
    if certificate.last_seat is LastSeat.ADMIT_ALL or cutoff is None or cutoff.number is None:
        return
    stand = replace(own, number=cutoff.number, moved=len(own.values), nudge=-1)
    yield Change(kind=ChangeKind.NUMBER, number=cutoff.number), stand
