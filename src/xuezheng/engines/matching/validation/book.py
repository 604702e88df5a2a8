"""What the checks of a problem look up again and again, and the checks that several parts share."""

import json
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from xuezheng.engines.matching.model import Applicant, MechanismKind, Problem, School, Tier
from xuezheng.engines.matching.validation.faults import Fault, make_fault
from xuezheng.kernel.errors import Phrase

_DIGITS = 30
_FARTHEST = 100_000_000
_SHOWN = 60
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Controls, marks without width, halves of characters, separators of lines and paragraphs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """Who and what a problem names."""

    schools: dict[str, School]
    applicants: frozenset[str]
    divisions: frozenset[str]
    """Divisions that are listed, have a school, or have seats."""
    kinds: frozenset[str]
    tiers: frozenset[str]
    """Every tier of every list."""
    tiers_at: dict[str, frozenset[str]]
    """The tiers in force at each school."""
    has_catchment_tiers: bool
    uses_filings: bool

    @classmethod
    def of(cls, problem: Problem) -> "Book":
        """Collect it from a problem, whatever is wrong with it."""
        own = {division.id: division.tiers for division in problem.divisions}
        in_force = {
            school.id: _first_list(school.tiers, own.get(school.division), problem.rules.tiers)
            for school in problem.schools
        }
        lists = [problem.rules.tiers, *(tiers or () for tiers in own.values()), *in_force.values()]
        named = {division.id for division in problem.divisions}
        named |= {school.division for school in problem.schools}
        named |= {seats.division for school in problem.schools for seats in school.seats}
        return cls(
            schools={school.id: school for school in problem.schools},
            applicants=frozenset(applicant.id for applicant in problem.applicants),
            divisions=frozenset(named),
            kinds=frozenset(seats.kind for school in problem.schools for seats in school.seats),
            tiers=frozenset(tier.name for tiers in lists for tier in tiers),
            tiers_at={
                school: frozenset(tier.name for tier in tiers) for school, tiers in in_force.items()
            },
            has_catchment_tiers=any(tier.needs_catchment for tiers in lists for tier in tiers),
            uses_filings=problem.rules.mechanism is MechanismKind.FILINGS,
        )


def _first_list(*lists: tuple[Tier, ...] | None) -> tuple[Tier, ...]:
    return next((tiers for tiers in lists if tiers is not None), ())


def twice(items: Iterable[str]) -> Iterator[str]:
    """Give each item that was there before."""
    seen: set[str] = set()
    for item in items:
        if item in seen:
            yield item
        seen.add(item)


def tier_faults(tiers: tuple[Tier, ...] | None, entry: Phrase, field: str) -> Iterator[Fault]:
    """Find tiers that a list names twice or not at all."""
    for name in twice(tier.name for tier in tiers or ()):
        yield make_fault("tier_twice", entry, field, tier=name)
    if any(not tier.name for tier in tiers or ()):
        yield make_fault("empty_identifier", entry, f"{field}.name")


def list_faults(schools: Iterable[str], book: Book, entry: Phrase, field: str) -> Iterator[Fault]:
    """Find schools of a list that are not there or stand in it twice."""
    names = tuple(schools)
    for name in names:
        if name not in book.schools:
            yield make_fault("unknown_school", entry, field, school=name)
    if len(set(names)) < len(names):
        for name in twice(names):
            yield make_fault("school_twice", entry, field, school=name)


def name_faults(name: str, entry: Phrase, field: str) -> Iterator[Fault]:
    """Find a name that is empty, or that looks like another and is not."""
    if not name:
        yield make_fault("empty_identifier", entry, field)
    elif not _is_clean(name):
        shown = json.dumps(name[:_SHOWN])
        yield make_fault("unclean_identifier", entry, field, value=shown)


def _is_clean(name: str) -> bool:
    if name != name.strip():
        return False
    if name.isascii():
        return name.isprintable()
    return unicodedata.is_normalized("NFC", name) and not any(
        unicodedata.category(character) in _UNSEEN for character in name
    )


def distance_faults(found: School | Applicant, entry: Phrase) -> Iterator[Fault]:
    """Find coordinates that lie nowhere on earth."""
    for field in ("east_metres", "north_metres"):
        if abs(getattr(found, field) or 0) > _FARTHEST:
            yield make_fault("too_large", entry, field, limit=f"{_FARTHEST:,}")


def is_usable(value: Decimal) -> bool:
    """Tell whether a number can be written out: a hash and a page must hold it in plain digits."""
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -_DIGITS and value.adjusted() < _DIGITS


def below_one(value: int | None, entry: Phrase, field: str) -> Iterator[Fault]:
    """Find a count that is given and is not 1 or more."""
    if value is not None and value < 1:
        yield make_fault("below_one", entry, field, value=value)
