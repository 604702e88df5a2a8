"""Faults of schools and their seats."""

from collections.abc import Iterator

from xuezheng.engines.matching.model import Minimum, Problem, Seats, Step
from xuezheng.engines.matching.validation.book import (
    distance_faults,
    is_usable,
    name_faults,
    tier_faults,
    twice,
)
from xuezheng.engines.matching.validation.faults import (
    Fault,
    make_fault,
    part_entry,
    school_entry,
)
from xuezheng.kernel.errors import Phrase

MOST_SEATS = 1_000_000_000
"""More in one pool is a slip of the pen, and sums of more would not fit the machine's whole numbers."""


def school_faults(problem: Problem) -> Iterator[Fault]:
    """Find what is wrong with schools: identifiers, tiers, pools of seats."""
    for name in twice(school.id for school in problem.schools):
        yield make_fault("duplicate_school", school_entry(name), "id")
    listed = frozenset(division.id for division in problem.divisions)
    known = listed | {school.division for school in problem.schools}
    known |= {applicant.division for applicant in problem.applicants}
    pools: set[str] = set()
    for index, school in enumerate(problem.schools):
        entry = school_entry(school.id) if school.id else part_entry(f"schools[{index}]")
        yield from name_faults(school.id, entry, "id")
        yield from distance_faults(school, entry)
        if school.division and listed and school.division not in listed:
            yield make_fault("unknown_division", entry, "division", division=school.division)
        yield from tier_faults(school.tiers, entry, "tiers")
        for place, seats in enumerate(school.seats):
            yield from _seat_faults(seats, entry, f"seats[{place}]", known)
            pool = school.pool_name(place)
            if pool in pools:
                yield make_fault("pool_twice", entry, f"seats[{place}].kind", pool=pool)
            pools.add(pool)
            if seats.minimum is not None:
                earlier = _kinds_before(seats.kind, problem)
                yield from _minimum_faults(seats.minimum, entry, f"seats[{place}].minimum", earlier)


def _seat_faults(
    seats: Seats, entry: Phrase, field: str, divisions: frozenset[str]
) -> Iterator[Fault]:
    if seats.count < 0:
        yield make_fault("negative_seats", entry, f"{field}.count", value=seats.count)
    if seats.count > MOST_SEATS:
        yield make_fault("too_large", entry, f"{field}.count", limit=f"{MOST_SEATS:,}")
    yield from name_faults(seats.kind, entry, f"{field}.kind")
    if seats.division and seats.division not in divisions:
        yield make_fault("unknown_division", entry, f"{field}.division", division=seats.division)
    if Step.DIVISION in seats.unfilled and not seats.division:
        yield make_fault("step_without_division", entry, f"{field}.unfilled")
    for step in twice(step.value for step in seats.unfilled):
        yield make_fault("step_twice", entry, f"{field}.unfilled", step=step)


def _kinds_before(kind: str, problem: Problem) -> frozenset[str]:
    """Give the kinds of the filings before the first that gives out a kind."""
    found: set[str] = set()
    for filing in problem.rules.filings:
        if kind in filing.kinds:
            break
        found.update(filing.kinds)
    return frozenset(found)


def _minimum_faults(
    minimum: Minimum, entry: Phrase, field: str, earlier: frozenset[str]
) -> Iterator[Fault]:
    yield from name_faults(minimum.key, entry, f"{field}.key")
    if minimum.at_least is None and minimum.below_line_of is None:
        yield make_fault("line_missing", entry, field)
    if minimum.below_line_of is not None and minimum.below_line_of not in earlier:
        yield make_fault(
            "kind_not_earlier", entry, f"{field}.below_line_of", kind=minimum.below_line_of
        )
    for name, value in (("at_least", minimum.at_least), ("points", minimum.points)):
        if value is not None and not is_usable(value):
            yield make_fault("too_long_number", entry, f"{field}.{name}")
