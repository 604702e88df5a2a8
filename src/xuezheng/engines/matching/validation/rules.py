"""Faults of the rules: what contradicts itself before any applicant is looked at."""

from collections.abc import Iterator

from xuezheng.engines.matching.model import (
    ManualPlace,
    MechanismKind,
    Placement,
    PlacementKind,
    Problem,
    Rules,
)
from xuezheng.engines.matching.validation.book import (
    Book,
    below_one,
    list_faults,
    name_faults,
    tier_faults,
    twice,
)
from xuezheng.engines.matching.validation.faults import (
    Fault,
    applicant_entry,
    division_entry,
    make_fault,
    part_entry,
)
from xuezheng.kernel.errors import Phrase

_RULES = part_entry("rules")
_PLACEMENT = part_entry("rules.placement")


def rule_faults(problem: Problem, book: Book) -> Iterator[Fault]:
    """Find what is wrong in rules, divisions, catchments and placement."""
    rules = problem.rules
    if not problem.id:
        yield make_fault("empty_identifier", part_entry("problem"), "id")
    yield from tier_faults(rules.tiers, _RULES, "tiers")
    for name in twice(key.name for key in rules.keys):
        yield make_fault("key_twice", _RULES, "keys", key=name)
    for place, key in enumerate(rules.keys):
        yield from name_faults(key.name, _RULES, f"keys[{place}].name")
    yield from _count_faults(problem)
    yield from _filing_faults(rules, book)
    yield from _division_faults(problem)
    yield from _catchment_faults(problem, book)
    yield from _placement_faults(rules.placement, book)


def _count_faults(problem: Problem) -> Iterator[Fault]:
    rules = problem.rules
    if rules.mechanism is MechanismKind.CHOICE_BANDS and rules.band is None:
        yield make_fault("band_missing", _RULES, "band")
    yield from below_one(rules.band, _RULES, "band")
    yield from below_one(rules.max_choices, _RULES, "max_choices")
    if rules.lock_years < 0:
        yield make_fault("below_zero", _RULES, "lock_years", value=rules.lock_years)
    if rules.lock_years > 0 and problem.year < 1:
        yield make_fault("year_missing", part_entry("problem"), "year")


def _filing_faults(rules: Rules, book: Book) -> Iterator[Fault]:
    if book.uses_filings and not rules.filings:
        yield make_fault("filings_missing", _RULES, "filings")
    if rules.filings and not book.uses_filings:
        yield make_fault("filings_needless", _RULES, "filings", mechanism=rules.mechanism.value)
    for name in twice(filing.id for filing in rules.filings):
        yield make_fault("filing_twice", _RULES, "filings", filing=name)
    earlier: set[str] = set()
    for place, filing in enumerate(rules.filings):
        entry = part_entry(f"rules.filings[{place}] ({filing.id})")
        if not filing.id:
            yield make_fault("empty_identifier", entry, "id")
        if not filing.kinds and not filing.takes_unfilled_of:
            yield make_fault("kinds_missing", entry, "kinds")
        for kind in filing.kinds:
            if kind not in book.kinds:
                yield make_fault("unknown_kind", entry, "kinds", kind=kind)
        yield from below_one(filing.band, entry, "band")
        yield from below_one(filing.max_choices, entry, "max_choices")
        source = filing.takes_unfilled_of
        if source and source not in earlier:
            yield make_fault("kind_not_earlier", entry, "takes_unfilled_of", kind=source)
        earlier.update(filing.kinds)


def _division_faults(problem: Problem) -> Iterator[Fault]:
    for name in twice(division.id for division in problem.divisions):
        yield make_fault("duplicate_division", division_entry(name), "id")
    for place, division in enumerate(problem.divisions):
        entry = division_entry(division.id) if division.id else part_entry(f"divisions[{place}]")
        yield from name_faults(division.id, entry, "id")
        yield from tier_faults(division.tiers, division_entry(division.id), "tiers")


def _catchment_faults(problem: Problem, book: Book) -> Iterator[Fault]:
    for area, schools in problem.catchments.items():
        yield from list_faults(schools, book, part_entry("catchments"), area)


def _placement_faults(placement: Placement, book: Book) -> Iterator[Fault]:
    kind = placement.kind
    if kind is PlacementKind.ORDER and not placement.order:
        yield make_fault("order_missing", _PLACEMENT, "order")
    if kind is not PlacementKind.ORDER and placement.order:
        yield make_fault("order_needless", _PLACEMENT, "order", kind=kind.value, fits="order")
    if kind is not PlacementKind.MANUAL and placement.manual:
        yield make_fault("order_needless", _PLACEMENT, "manual", kind=kind.value, fits="manual")
    for division, schools in placement.order.items():
        if division and division not in book.divisions:
            yield make_fault("unknown_division", _PLACEMENT, "order", division=division)
        yield from list_faults(schools, book, _PLACEMENT, f"order.{division}")
    for name in twice(place.applicant for place in placement.manual):
        yield make_fault("applicant_twice", _PLACEMENT, "manual", applicant=name)
    for index, place in enumerate(placement.manual):
        yield from _manual_faults(place, book, f"manual[{index}]")
    if kind is PlacementKind.NEAREST:
        yield from _distance_faults(book)


def _manual_faults(place: ManualPlace, book: Book, field: str) -> Iterator[Fault]:
    entry: Phrase = applicant_entry(place.applicant)
    school = book.schools.get(place.school)
    if place.applicant not in book.applicants:
        yield make_fault(
            "unknown_applicant", _PLACEMENT, f"{field}.applicant", applicant=place.applicant
        )
    if school is None:
        yield make_fault("unknown_school", entry, f"{field}.school", school=place.school)
    elif place.kind not in {seats.kind for seats in school.seats}:
        yield make_fault(
            "no_such_seats", entry, f"{field}.kind", school=place.school, kind=place.kind
        )
    if not place.reason.strip():
        yield make_fault("reason_missing", entry, f"{field}.reason")
    if not place.legal_basis.strip():
        yield make_fault("basis_missing", entry, f"{field}.legal_basis")


def _distance_faults(book: Book) -> Iterator[Fault]:
    for school in book.schools.values():
        if school.east_metres is None or school.north_metres is None:
            entry = part_entry(f"schools ({school.id})")
            yield make_fault("place_missing", entry, "east_metres, north_metres")
