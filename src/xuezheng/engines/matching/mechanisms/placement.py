"""What happens after the main round to those it left without a place (统筹).

Nobody who has a place is touched. Locks, stages, reserved seats and minimum lines hold as in the main round; tiers only
set the order, since who holds none is placed too. The order is: place of the best tier held in the list of the
applicant's division, or else of the rules (wherever it is held, and those without one last); then the keys in their
chain; then the draw number; then the identifier.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from xuezheng.engines.matching.mechanisms.build import ExtraPool
from xuezheng.engines.matching.mechanisms.leftovers import open_pools
from xuezheng.engines.matching.mechanisms.standing import (
    AFTER_ALL,
    Book,
    find_step,
    is_locked,
    open_book,
    personal_keys,
    reaches_minimum,
)
from xuezheng.engines.matching.model import (
    Applicant,
    Assignment,
    Direction,
    ManualPlace,
    PlacementKind,
    Problem,
    School,
    Siblings,
    Via,
)
from xuezheng.kernel.errors import InputError, Phrase, gettext_noop

Unit = tuple[Applicant, ...]

_HAS_PLACE = gettext_noop("the applicant has a place at %(school)s already")
_UNKNOWN = gettext_noop("the list of applicants or schools does not have %(name)s")
_LOCKED = gettext_noop("the seat of the address at %(school)s is locked")
_STAGE = gettext_noop("the school %(school)s is of another stage")
_FULL = gettext_noop("%(school)s has no open %(kind)s seat for the applicant, and none is added")
_REASON = gettext_noop("the reason or the legal basis is missing")
_UNIT = gettext_noop("the unit %(unit)s is placed together or not at all")
_PLACE = gettext_noop("the home has no coordinates to measure from")
_TWICE = gettext_noop("the applicant stands twice")


class PlacementWrong(InputError):
    """A place after the main round cannot be given."""

    code = "matching.placement"
    template = gettext_noop("The placement of %(applicant)s is not possible: %(why)s.")
    remedy = gettext_noop("Correct the entry, or strike it.")


def place(problem: Problem, assignments: Sequence[Assignment]) -> list[Assignment]:
    """Place those who are nowhere, by the rule of the problem; all others stay where they are.

    Raises:
        PlacementWrong: If a line of the manual list breaks a rule (naming the applicant), or a distance cannot be
            measured.
    """
    desk = _Desk.open(problem, assignments)
    match problem.rules.placement.kind:
        case PlacementKind.NONE:
            pass
        case PlacementKind.ORDER:
            desk.seat_all(desk.listed_schools)
        case PlacementKind.NEAREST:
            desk.seat_all(desk.nearest_schools)
        case PlacementKind.MANUAL:
            desk.seat_by_hand(problem.rules.placement.manual)
    return [desk.given.get(one.applicant, one) for one in assignments]


def placement_order(problem: Problem, applicants: Iterable[Applicant]) -> list[Applicant]:
    """Put applicants in the order in which the placement comes to them."""
    book = open_book(problem)
    return sorted(applicants, key=lambda one: _order(book, one))


def squared_metres(applicant: Applicant, school: School) -> int | None:
    """Give the square of the distance in a straight line; None where a coordinate is missing."""
    home, there = ((one.east_metres, one.north_metres) for one in (applicant, school))
    if home[0] is None or home[1] is None or there[0] is None or there[1] is None:
        return None
    return (home[0] - there[0]) ** 2 + (home[1] - there[1]) ** 2


@dataclass(slots=True, kw_only=True)
class _Desk:
    """Who waits and what is open, as places are given one by one."""

    problem: Problem
    book: Book
    waiting: dict[str, Applicant]
    held: dict[str, Assignment]
    pools: dict[str, list[ExtraPool]]
    schools: dict[str, School]
    lines: dict[tuple[str, str], dict[str, Decimal]]
    used: Counter[str]
    given: dict[str, Assignment]

    @classmethod
    def open(cls, problem: Problem, assignments: Sequence[Assignment]) -> "_Desk":
        held = {one.applicant: one for one in assignments if one.school}
        pools: dict[str, list[ExtraPool]] = {}
        for pool in open_pools(problem, held.values(), problem.rules.filings):
            pools.setdefault(pool.school, []).append(pool)
        return cls(
            problem=problem,
            book=open_book(problem),
            waiting={a.id: a for a in problem.applicants if a.id not in held},
            held=held,
            pools=pools,
            schools={school.id: school for school in problem.schools},
            lines=_lowest_held(problem, held.values()),
            used=Counter(),
            given={},
        )

    def seat_all(self, schools_for: Callable[[Applicant], Iterable[School]]) -> None:
        """Go through the units in their order and give each the first school that has seats for all of it."""
        for unit in self._units():
            for school in schools_for(unit[0]):
                pools = self._seats_for(unit, school)
                if pools:
                    for member, pool in zip(unit, pools, strict=True):
                        self._give(member, pool, Via.PLACEMENT)
                    break

    def listed_schools(self, applicant: Applicant) -> Iterator[School]:
        """Give the schools of the division's list in its order."""
        order = self.problem.rules.placement.order
        for name in order.get(applicant.division, order.get("", ())):
            yield self.schools[name]

    def nearest_schools(self, applicant: Applicant) -> Iterator[School]:
        """Give the schools by distance, then by identifier; schools without coordinates are left out."""
        if applicant.east_metres is None or applicant.north_metres is None:
            raise PlacementWrong(applicant=applicant.id, why=Phrase(_PLACE))
        measured = [
            (distance, school.id)
            for school in self.schools.values()
            if (distance := squared_metres(applicant, school)) is not None
        ]
        for _, name in sorted(measured):
            yield self.schools[name]

    def seat_by_hand(self, lines: Sequence[ManualPlace]) -> None:
        """Take the lines in their order; each is checked, and none takes a seat that somebody has."""
        by_applicant = {line.applicant: line for line in lines}
        for line in lines:
            applicant, school = self._parties(line)
            self._refuse(line, applicant, school, by_applicant)
            wanted = [
                pool for pool in self._open_to(applicant, school) if pool.seats.kind == line.kind
            ]
            if wanted:
                self._give(applicant, wanted[0], Via.MANUAL)
            elif line.extra_seat:
                self.given[applicant.id] = Assignment(
                    applicant=applicant.id,
                    school=school.id,
                    kind=line.kind,
                    pool=f"{school.id}/{line.kind}",
                    via=Via.MANUAL,
                )
            else:
                why = Phrase(_FULL, school=school.id, kind=line.kind)
                raise PlacementWrong(applicant=line.applicant, why=why)

    def _units(self) -> list[Unit]:
        """Put together who is placed together, in the order of the placement."""
        together = self.problem.rules.siblings is Siblings.TOGETHER
        units: dict[tuple[str, str], list[Applicant]] = {}
        for one in placement_order(self.problem, self.waiting.values()):
            name = ("unit", one.unit) if together and one.unit else ("", one.id)
            units.setdefault(name, []).append(one)
        return [tuple(members) for members in units.values()]

    def _open_to(self, applicant: Applicant, school: School) -> list[ExtraPool]:
        """List the pools of a school with a seat left that may take an applicant, in their order."""
        if _wrong_stage(applicant, school) or is_locked(self.problem, applicant, school):
            return []
        return [
            pool
            for pool in self.pools[school.id]
            if self.used[pool.name] < pool.seats.count
            and pool.only_division in ("", applicant.division)
            and find_step(applicant, pool.seats) is not None
            and reaches_minimum(applicant, school, pool.seats.minimum, self.lines)
        ]

    def _seats_for(self, unit: Unit, school: School) -> list[ExtraPool]:
        """Find a seat for each member of a unit; nothing unless there is one for all."""
        found: list[ExtraPool] = []
        for member in unit:
            chosen = Counter(pool.name for pool in found)
            pool = next(
                (
                    one
                    for one in self._open_to(member, school)
                    if self.used[one.name] + chosen[one.name] < one.seats.count
                ),
                None,
            )
            if pool is None:
                return []
            found.append(pool)
        return found

    def _give(self, applicant: Applicant, pool: ExtraPool, via: Via) -> None:
        self.used[pool.name] += 1
        self.given[applicant.id] = Assignment(
            applicant=applicant.id,
            school=pool.school,
            kind=pool.seats.kind,
            pool=pool.name,
            via=via,
        )

    def _parties(self, line: ManualPlace) -> tuple[Applicant, School]:
        if line.applicant in self.held:
            why = Phrase(_HAS_PLACE, school=self.held[line.applicant].school)
            raise PlacementWrong(applicant=line.applicant, why=why)
        if line.applicant in self.given:
            raise PlacementWrong(applicant=line.applicant, why=Phrase(_TWICE))
        for name, known in ((line.applicant, self.waiting), (line.school, self.schools)):
            if name not in known:
                raise PlacementWrong(applicant=line.applicant, why=Phrase(_UNKNOWN, name=name))
        return self.waiting[line.applicant], self.schools[line.school]

    def _refuse(
        self,
        line: ManualPlace,
        applicant: Applicant,
        school: School,
        by_applicant: Mapping[str, ManualPlace],
    ) -> None:
        """Refuse a line that breaks a rule of the main round or lacks its grounds."""
        faults = (
            (not (line.reason.strip() and line.legal_basis.strip()), Phrase(_REASON)),
            (_wrong_stage(applicant, school), Phrase(_STAGE, school=school.id)),
            (is_locked(self.problem, applicant, school), Phrase(_LOCKED, school=school.id)),
            (self._parts_a_unit(line, applicant, by_applicant), Phrase(_UNIT, unit=applicant.unit)),
        )
        for is_wrong, why in faults:
            if is_wrong:
                raise PlacementWrong(applicant=line.applicant, why=why)

    def _parts_a_unit(
        self, line: ManualPlace, applicant: Applicant, by_applicant: Mapping[str, ManualPlace]
    ) -> bool:
        if self.problem.rules.siblings is not Siblings.TOGETHER or not applicant.unit:
            return False
        members = [one.id for one in self.waiting.values() if one.unit == applicant.unit]
        return any(
            name not in by_applicant or by_applicant[name].school != line.school for name in members
        )


def _wrong_stage(applicant: Applicant, school: School) -> bool:
    return bool(applicant.stage and school.stage and applicant.stage != school.stage)


def _order(book: Book, applicant: Applicant) -> tuple[Any, ...]:
    rules = book.problem.rules
    own = {division.id: division.tiers for division in book.problem.divisions}
    tiers = own.get(applicant.division)
    names = [tier.name for tier in (rules.tiers if tiers is None else tiers)]
    best = min((names.index(name) for name in applicant.tiers if name in names), default=len(names))
    number: int | Decimal = AFTER_ALL
    if applicant.number is not None:
        low = rules.number_first is Direction.LOW
        number = applicant.number if low else -applicant.number
    return (best, *personal_keys(book, applicant), number, applicant.id)


def _lowest_held(
    problem: Problem, held: Iterable[Assignment]
) -> dict[tuple[str, str], dict[str, Decimal]]:
    """Read the lines that relative minimums ask for: the lowest value of each key held by list."""
    keys = {applicant.id: applicant.keys for applicant in problem.applicants}
    lines: dict[tuple[str, str], dict[str, Decimal]] = {}
    for one in held:
        line = lines.setdefault((one.school, one.kind), {})
        for key, value in keys[one.applicant].items():
            line[key] = min(line.get(key, value), value)
    return lines
