"""Faults of applicants: their lists, tiers, keys, numbers, locks and units."""

from collections.abc import Iterator
from dataclasses import dataclass

from xuezheng.engines.matching.model import (
    Applicant,
    LastSeat,
    PlacementKind,
    Problem,
    Rules,
    Siblings,
)
from xuezheng.engines.matching.validation.book import (
    Book,
    distance_faults,
    is_usable,
    list_faults,
    name_faults,
    twice,
)
from xuezheng.engines.matching.validation.faults import (
    Fault,
    applicant_entry,
    make_fault,
    part_entry,
)
from xuezheng.kernel.errors import Phrase

LARGEST_NUMBER = 2**256 - 1
"""What a draw can give, and what a document can say."""
_SAME_IN_A_UNIT = (
    "choices",
    "filings",
    "tiers",
    "tiers_at",
    "keys",
    "number",
    "division",
    "area",
    "groups",
    "stage",
    "locks",
)
"""All that decides where a member stands: a unit has one standing."""


def applicant_faults(problem: Problem, book: Book) -> Iterator[Fault]:
    """Find what is wrong with applicants, one after another, and then between them."""
    for name in twice(applicant.id for applicant in problem.applicants):
        yield make_fault("duplicate_applicant", applicant_entry(name), "id")
    check = _Check.of(problem, book)
    for index, applicant in enumerate(problem.applicants):
        entry = (
            applicant_entry(applicant.id) if applicant.id else part_entry(f"applicants[{index}]")
        )
        yield from check.faults(applicant, entry)
    if problem.rules.siblings is Siblings.TOGETHER:
        yield from _unit_faults(problem)
    yield from _number_faults(problem)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Check:
    """The checks of one applicant, with what they look up."""

    problem: Problem
    book: Book
    limits: dict[str, int | None]
    """How many choices each filing takes."""
    minimum_keys: dict[str, frozenset[str]]
    """Keys that the lines of a school ask for."""
    needs_number: bool
    needs_place: bool

    @classmethod
    def of(cls, problem: Problem, book: Book) -> "_Check":
        rules = problem.rules
        return cls(
            problem=problem,
            book=book,
            limits={filing.id: filing.max_choices for filing in rules.filings},
            minimum_keys=_minimum_keys(problem),
            needs_number=_needs_number(problem),
            needs_place=rules.placement.kind is PlacementKind.NEAREST,
        )

    def faults(self, applicant: Applicant, entry: Phrase) -> Iterator[Fault]:
        """Find everything wrong with one applicant alone."""
        yield from name_faults(applicant.id, entry, "id")
        yield from distance_faults(applicant, entry)
        division = applicant.division
        if division and division not in self.book.divisions:
            yield make_fault("unknown_division", entry, "division", division=division)
        area = applicant.area
        if area and self.book.has_catchment_tiers and area not in self.problem.catchments:
            yield make_fault("unknown_area", entry, "area", area=area)
        yield from self._lists(applicant, entry)
        yield from self._tiers(applicant, entry)
        yield from self._values(applicant, entry)
        yield from self._locks(applicant, entry)

    def _lists(self, applicant: Applicant, entry: Phrase) -> Iterator[Fault]:
        rules = self.problem.rules
        if applicant.choices and self.book.uses_filings:
            yield make_fault("choices_needless", entry, "choices")
        yield from self._list(applicant, applicant.choices, rules.max_choices, entry, "choices")
        for filing, choices in applicant.filings.items():
            field = f"filings.{filing}"
            if not self.book.uses_filings:
                mechanism = rules.mechanism.value
                yield make_fault("filings_needless", entry, field, mechanism=mechanism)
            elif filing not in self.limits:
                yield make_fault("unknown_filing", entry, field, filing=filing)
            limit = self.limits.get(filing)
            yield from self._list(applicant, choices, limit, entry, field)

    def _list(
        self,
        applicant: Applicant,
        choices: tuple[str, ...],
        limit: int | None,
        entry: Phrase,
        field: str,
    ) -> Iterator[Fault]:
        yield from list_faults(choices, self.book, entry, field)
        if limit is not None and len(choices) > limit:
            yield make_fault("list_too_long", entry, field, count=len(choices), limit=limit)
        if not applicant.stage:
            return
        for name in choices:
            school = self.book.schools.get(name)
            if school is not None and school.stage and school.stage != applicant.stage:
                stages = {"theirs": school.stage, "own": applicant.stage}
                yield make_fault("wrong_stage", entry, field, school=name, **stages)

    def _tiers(self, applicant: Applicant, entry: Phrase) -> Iterator[Fault]:
        for tier in applicant.tiers:
            if tier not in self.book.tiers:
                yield make_fault("unknown_tier", entry, "tiers", tier=tier)
        for tier in twice(applicant.tiers):
            yield make_fault("tier_twice", entry, "tiers", tier=tier)
        for school, tiers in applicant.tiers_at.items():
            field = f"tiers_at.{school}"
            if school not in self.book.schools:
                yield make_fault("unknown_school", entry, field, school=school)
                continue
            for tier in twice(tiers):
                yield make_fault("tier_twice", entry, field, tier=tier)
            for tier in tiers:
                if tier not in self.book.tiers_at[school]:
                    yield make_fault("unknown_tier", entry, field, tier=tier)

    def _values(self, applicant: Applicant, entry: Phrase) -> Iterator[Fault]:
        wanted = list(dict.fromkeys(key.name for key in self.problem.rules.keys))
        if self.minimum_keys:
            lists = (applicant.choices, *applicant.filings.values())
            asked = (self.minimum_keys.get(school) for choices in lists for school in choices)
            wanted += sorted(frozenset().union(*filter(None, asked)) - set(wanted))
        for name in wanted:
            if name not in applicant.keys:
                yield make_fault("missing_key", entry, f"keys.{name}", key=name)
        for name, value in applicant.keys.items():
            if not is_usable(value):
                yield make_fault("too_long_number", entry, f"keys.{name}")
        if applicant.number is None and self.needs_number:
            yield make_fault("missing_number", entry, "number")
        if applicant.number is not None and applicant.number < 0:
            yield make_fault("below_zero", entry, "number", value=applicant.number)
        if applicant.number is not None and applicant.number > LARGEST_NUMBER:
            yield make_fault("too_large", entry, "number", limit="2^256 - 1")
        if self.needs_place and None in (applicant.east_metres, applicant.north_metres):
            yield make_fault("place_missing", entry, "east_metres, north_metres")

    def _locks(self, applicant: Applicant, entry: Phrase) -> Iterator[Fault]:
        for place, lock in enumerate(applicant.locks):
            field = f"locks[{place}]"
            if lock.school not in self.book.schools:
                yield make_fault("unknown_school", entry, f"{field}.school", school=lock.school)
            if self.problem.rules.lock_years > 0 and lock.since_year > self.problem.year:
                yield make_fault("lock_later", entry, f"{field}.since_year", value=lock.since_year)


def _minimum_keys(problem: Problem) -> dict[str, frozenset[str]]:
    found = {
        school.id: frozenset(seats.minimum.key for seats in school.seats if seats.minimum)
        for school in problem.schools
    }
    return {school: keys for school, keys in found.items() if keys}


def _needs_number(problem: Problem) -> bool:
    """Tell whether every applicant must have a number: where it decides, and where some have one."""
    rules: Rules = problem.rules
    if rules.last_seat is LastSeat.ADMIT_ALL:
        return False
    if rules.last_seat is LastSeat.DRAW or not rules.keys:
        return True
    return any(applicant.number is not None for applicant in problem.applicants)


def _unit_faults(problem: Problem) -> Iterator[Fault]:
    first: dict[str, Applicant] = {}
    for applicant in problem.applicants:
        if not applicant.unit:
            continue
        other = first.setdefault(applicant.unit, applicant)
        for field in _SAME_IN_A_UNIT:
            if getattr(applicant, field) != getattr(other, field):
                entry = applicant_entry(applicant.id)
                unit = applicant.unit
                yield make_fault("unit_differs", entry, field, other=other.id, unit=unit)


def _number_faults(problem: Problem) -> Iterator[Fault]:
    """Find numbers that two have: each is drawn for one applicant, or for one unit that stays together."""
    together = problem.rules.siblings is Siblings.TOGETHER
    holders: dict[int, Applicant] = {}
    for applicant in problem.applicants:
        if applicant.number is None:
            continue
        other = holders.setdefault(applicant.number, applicant)
        is_unit = together and applicant.unit and applicant.unit == other.unit
        if other is not applicant and other.id != applicant.id and not is_unit:
            entry = applicant_entry(applicant.id)
            yield make_fault("number_twice", entry, "number", other=other.id)
