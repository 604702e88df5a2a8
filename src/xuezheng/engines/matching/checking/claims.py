"""The checker's own reading of the rules: who may take a seat of a pool, and how each stands there.

Nothing here is shared with the solver. Steps are found by asking one question after the other, for one applicant and
one pool at a time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from xuezheng.engines.matching.model import (
    Applicant,
    Direction,
    LastSeat,
    Problem,
    School,
    Seats,
    Step,
    Tier,
    TierCounts,
    WithoutTier,
)

Lines = Mapping[tuple[str, str, str], Decimal]
"""The line of (school, kind, key) that an earlier filing set."""
Personal = tuple[tuple[Decimal | int, ...], ...]
"""What is the same at every school: one entry for each key and for the number, smaller first."""

_MISSING = (1, 0)


class Refusal(StrEnum):
    """Why a pool does not take somebody at all."""

    WRONG_STAGE = "wrong_stage"
    OTHER_DIVISION = "other_division"
    NOT_RESERVED = "not_reserved"
    NO_TIER = "no_tier"
    LOCKED = "locked"
    BELOW_MINIMUM = "below_minimum"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatPool:
    """Seats given out in one order, as the checker finds them in the problem."""

    name: str
    school: School
    plan: Seats
    seats: int
    only_division: str = ""
    """The division whose applicants alone it takes; empty: of all."""


class Rulebook:
    """The rules of one problem, with what is asked again and again looked up once."""

    def __init__(self, problem: Problem) -> None:
        """Find the ladder of tiers of every school and the schools of every area."""
        self.problem = problem
        self.rules = problem.rules
        self.compared = self.rules.keys
        if self.rules.last_seat is LastSeat.DRAW:
            self.compared = self.rules.keys[:1]
        self.looks_at_number = self.rules.last_seat is not LastSeat.ADMIT_ALL
        self.catchments = {area: set(found) for area, found in problem.catchments.items()}
        self._of_division = {one.id: one.tiers for one in problem.divisions}
        self._ladders = {school.id: self._find_ladder(school) for school in problem.schools}

    def _find_ladder(self, school: School) -> tuple[Tier, ...]:
        if school.tiers is not None:
            return school.tiers
        of_division = self._of_division.get(school.division)
        return self.rules.tiers if of_division is None else of_division

    def ladder(self, school: str) -> tuple[Tier, ...]:
        """Give the tiers of a school, first first."""
        return self._ladders[school]

    def personal(self, applicant: Applicant) -> Personal:
        """Turn keys and number so that smaller stands first; what is missing stands last."""
        parts: list[tuple[Decimal | int, ...]] = []
        for key in self.compared:
            value = applicant.keys.get(key.name)
            parts.append(_MISSING if value is None else (0, _turned(value, key.direction)))
        if self.looks_at_number:
            parts.append(self.number(applicant))
        return tuple(parts)

    def number(self, applicant: Applicant) -> tuple[Decimal | int, ...]:
        """Turn the draw number so that smaller stands first; who has none stands last."""
        if applicant.number is None:
            return _MISSING
        return (0, _turned(applicant.number, self.rules.number_first))

    def place(
        self, applicant: Applicant, pool: SeatPool, choice: int, lines: Lines
    ) -> tuple[int, int] | Refusal:
        """Give step and tier of an applicant at a pool, or why it does not take the applicant."""
        refusal = self.bar(applicant, pool, lines)
        if refusal is not None:
            return refusal
        step = self.step(applicant, pool.plan) or 0
        tier = self.tier(applicant, pool.school, choice)
        return Refusal.NO_TIER if tier is None else (step, tier)

    def bar(self, applicant: Applicant, pool: SeatPool, lines: Lines) -> Refusal | None:
        """Say why a pool does not take an applicant, tiers apart; None: nothing is in the way.

        What nothing can be done about comes first.
        """
        school = pool.school
        if applicant.stage and school.stage and applicant.stage != school.stage:
            return Refusal.WRONG_STAGE
        if pool.only_division and applicant.division != pool.only_division:
            return Refusal.OTHER_DIVISION
        if self.is_locked(applicant, school.id):
            return Refusal.LOCKED
        if self.step(applicant, pool.plan) is None:
            return Refusal.NOT_RESERVED
        return Refusal.BELOW_MINIMUM if self.is_below(applicant, pool, lines) else None

    def step(self, applicant: Applicant, plan: Seats) -> int | None:
        """Give 0 for whom the seats are reserved, 1, 2 ... along what happens to unfilled ones; None: never."""
        if not plan.reserved_for:
            return 0
        if any(group in plan.reserved_for for group in applicant.groups):
            return 0
        for number, step in enumerate(plan.unfilled, start=1):
            if step is Step.ALL:
                return number
            if step is Step.DIVISION and applicant.division == plan.division:
                return number
        return None

    def looks_at_tier(self, school: str, choice: int) -> bool:
        """Say whether tiers are compared at this choice of a list."""
        first_only = self.rules.tier_counts is TierCounts.FIRST_CHOICE
        return bool(self.ladder(school)) and (choice == 1 or not first_only)

    def tier(self, applicant: Applicant, school: School, choice: int) -> int | None:
        """Give the place of the best tier held; None: none is held and the rules refuse that."""
        if not self.looks_at_tier(school.id, choice):
            return 0
        ladder = self.ladder(school.id)
        for place, tier in enumerate(ladder):
            if self.holds(applicant, school.id, tier):
                return place
        return None if self.rules.without_tier is WithoutTier.REFUSED else len(ladder)

    def holds(self, applicant: Applicant, school: str, tier: Tier) -> bool:
        """Say whether an applicant holds a tier at a school."""
        named = tier.name in applicant.tiers or tier.name in applicant.tiers_at.get(school, ())
        if not named:
            return False
        return not tier.needs_catchment or school in self.catchments.get(applicant.area, ())

    def tier_name(self, school: str, choice: int, tier: int) -> str:
        """Name a tier; empty where none was looked at or none is held."""
        ladder = self.ladder(school)
        return (
            ladder[tier].name if self.looks_at_tier(school, choice) and tier < len(ladder) else ""
        )

    def is_locked(self, applicant: Applicant, school: str) -> bool:
        """Say whether the seat of the applicant's address at a school is still used."""
        for lock in applicant.locks:
            ends = lock.since_year + self.rules.lock_years
            if lock.school == school and not lock.sibling and ends > self.problem.year:
                return self.rules.lock_years > 0
        return False

    def line(self, pool: SeatPool, lines: Lines) -> Decimal | None:
        """Give the minimum line of a pool, if it has one."""
        minimum = pool.plan.minimum
        if minimum is None:
            return None
        if minimum.at_least is not None:
            return minimum.at_least
        above = lines.get((pool.school.id, minimum.below_line_of or "", minimum.key))
        return None if above is None else above - minimum.points

    def is_below(self, applicant: Applicant, pool: SeatPool, lines: Lines) -> bool:
        """Say whether an applicant is below the minimum line of a pool."""
        line = self.line(pool, lines)
        if line is None or pool.plan.minimum is None:
            return False
        value = applicant.keys.get(pool.plan.minimum.key)
        return value is None or value < line


def _turned(value: Decimal | int, direction: Direction) -> Decimal | int:
    if direction is Direction.LOW:
        return value
    # copy_negate keeps every digit, a minus sign would round to the context
    return value.copy_negate() if isinstance(value, Decimal) else -value
