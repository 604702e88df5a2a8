"""How one applicant stands at one pool of a school, or that it cannot be taken there."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from xuezheng.engines.matching.mechanisms.rounds import Standing
from xuezheng.engines.matching.model import (
    Applicant,
    Direction,
    LastSeat,
    Minimum,
    Problem,
    School,
    Seats,
    Step,
    Tier,
    TierCounts,
    WithoutTier,
)
from xuezheng.kernel.errors import InputError, gettext_noop

Lines = Mapping[tuple[str, str], Mapping[str, Decimal]]
"""The line of each (school, kind) of an earlier filing: the keys of the applicant at its cut-off."""

AFTER_ALL = Decimal("Infinity")
"""Stands for a draw number that is missing: after all who have one."""


class KeyMissing(InputError):
    """An applicant lacks a key that the rules compare."""

    code = "matching.key_missing"
    template = gettext_noop("The applicant %(applicant)s has no value for the key %(key)s.")
    remedy = gettext_noop("Give the value, or take the key out of the rules.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A problem with what every standing looks up, found once."""

    problem: Problem
    tiers: Mapping[str, tuple[Tier, ...]]
    """The list of tiers in force at each school."""
    schools_of_area: Mapping[str, frozenset[str]]


def open_book(problem: Problem) -> Book:
    """Find the tiers of every school: its own, or those of its division, or those of the rules."""
    by_division = {division.id: division.tiers for division in problem.divisions}
    tiers = {}
    for school in problem.schools:
        lists = (school.tiers, by_division.get(school.division), problem.rules.tiers)
        tiers[school.id] = next(one for one in lists if one is not None)
    areas = {area: frozenset(schools) for area, schools in problem.catchments.items()}
    return Book(problem=problem, tiers=tiers, schools_of_area=areas)


def personal_keys(book: Book, applicant: Applicant) -> Standing:
    """Give the part of a standing that is the same at every school: keys in their order, then the number.

    Raises:
        KeyMissing: If the applicant lacks a key that is compared.
    """
    rules = book.problem.rules
    compared = rules.keys[:1] if rules.last_seat is LastSeat.DRAW else rules.keys
    values: list[Decimal | int] = []
    for key in compared:
        if key.name not in applicant.keys:
            raise KeyMissing(applicant=applicant.id, key=key.name)
        value = applicant.keys[key.name]
        # copy_negate is exact; a minus sign would round to the digits of the context
        values.append(value if key.direction is Direction.LOW else value.copy_negate())
    if rules.last_seat is not LastSeat.ADMIT_ALL:
        values.append(_turned_number(applicant.number, rules.number_first))
    return tuple(values)


def _turned_number(number: int | None, first: Direction) -> Decimal | int:
    if number is None:
        return AFTER_ALL
    return number if first is Direction.LOW else -number


def find_step(applicant: Applicant, seats: Seats) -> int | None:
    """Say in which step a pool takes an applicant: 0 is for whom it is reserved; None: never."""
    if not seats.reserved_for or not set(seats.reserved_for).isdisjoint(applicant.groups):
        return 0
    for number, step in enumerate(seats.unfilled, start=1):
        if step is Step.ALL or applicant.division == seats.division:
            return number
    return None


def find_tier(book: Book, applicant: Applicant, school: School, choice: int) -> int | None:
    """Give the place of the best tier held at a school; None: none is held and the rules refuse that."""
    rules, tiers = book.problem.rules, book.tiers[school.id]
    if not tiers or (rules.tier_counts is TierCounts.FIRST_CHOICE and choice != 1):
        return 0
    held = {*applicant.tiers, *applicant.tiers_at.get(school.id, ())}
    for place, tier in enumerate(tiers):
        if tier.name in held and (
            not tier.needs_catchment or in_catchment(book, applicant, school)
        ):
            return place
    return len(tiers) if rules.without_tier is WithoutTier.LAST else None


def in_catchment(book: Book, applicant: Applicant, school: School) -> bool:
    """Say whether the applicant's area lies in the school's catchment."""
    return school.id in book.schools_of_area.get(applicant.area, frozenset())


def is_locked(problem: Problem, applicant: Applicant, school: School) -> bool:
    """Say whether the seat of the applicant's address at the school is still used (学位锁定)."""
    years = problem.rules.lock_years
    if years <= 0 or not applicant.locks:
        return False
    return any(
        lock.school == school.id and not lock.sibling and lock.since_year + years > problem.year
        for lock in applicant.locks
    )


def reaches_minimum(
    applicant: Applicant, school: School, minimum: Minimum | None, lines: Lines
) -> bool:
    """Say whether an applicant is not below the line of a pool; a line that nobody set stops nobody."""
    if minimum is None:
        return True
    line = minimum.at_least
    if line is None:
        before = lines.get((school.id, minimum.below_line_of or ""), {}).get(minimum.key)
        line = None if before is None else before - minimum.points
    if line is None:
        return True
    value = applicant.keys.get(minimum.key)
    return value is not None and value >= line
