"""A points table (积分) as data, and what a family proves.

A table has groups of items. An item counts months or days of evidence at points a year, or gives points once for a fact.
Everything a bureau could change is a field: rates, caps of items and groups, years that must be reached or do not
count, which evidence is left out, which items exclude one another, the day whose state counts, and the rounding.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from xuezheng.kernel.errors import InputError, Phrase, gettext_noop

_TWICE = gettext_noop("the item %(item)s stands twice")
_NEGATIVE = gettext_noop("%(field)s is negative")
_PARTS = gettext_noop("months and days need parts_per_year of 1 or more")
_FACT = gettext_noop("a fact has no %(field)s")
_RATE = gettext_noop("only a fact has %(field)s")
_TIE = gettext_noop("the table has no item %(item)s that counts months or days")
_DIGITS = gettext_noop("digits is not between 0 and 6")

Place = tuple[str | int, ...]


class PointsWrong(InputError):
    """A points table or the evidence for it contradicts itself."""

    code = "matching.points"
    template = gettext_noop("The points cannot be counted; %(entry)s: %(why)s.")
    remedy = gettext_noop("Correct this entry.")


class Counts(StrEnum):
    """What an item counts."""

    FACT = "fact"
    """Points once, if it is so."""
    MONTH = "month"
    """Calendar months that are covered whole."""
    DAY = "day"


class Person(StrEnum):
    """Whose evidence it is."""

    MAIN = "main"
    SECOND = "second"


class Rounding(StrEnum):
    """How points become a decimal."""

    DOWN = "down"
    HALF_UP = "half_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsItem:
    """One line of a table."""

    id: str
    points: Decimal
    """For a fact, or for a year."""
    counts: Counts = Counts.FACT
    evidence: str = ""
    """The kind of evidence that it reads; empty: the one named as the item."""
    person: Person = Person.MAIN
    parts_per_year: int = 0
    """Months or days that make a year: 12, or 365."""
    whole_years: bool = False
    """Whether only full years count; else each month or day counts in proportion."""
    above_years: Decimal = Decimal(0)
    """Years at the beginning that give no points."""
    needed_years: Decimal | None = None
    """Who has fewer may not apply."""
    cap: Decimal | None = None
    more_than: Decimal | None = None
    """For a fact with a value: it must be larger,"""
    at_least: Decimal | None = None
    """or as large."""
    not_counted: tuple[str, ...] = ()
    """Marks by which evidence is left out: insurance paid in arrears (补缴), for example."""
    only_one_of: str = ""
    """Of items of the same set the one with most points counts."""

    @property
    def reads(self) -> str:
        """The kind of evidence."""
        return self.evidence or self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsGroup:
    """Items under a common cap."""

    id: str
    items: tuple[PointsItem, ...]
    cap: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsTable:
    """A whole table."""

    id: str
    evidence_day: date
    """The state of this day counts; what comes after it does not."""
    groups: tuple[PointsGroup, ...]
    base: Decimal = Decimal(0)
    cap: Decimal | None = None
    digits: int = 2
    """Decimal places of the points of an item."""
    rounding: Rounding = Rounding.DOWN
    ties: tuple[str, ...] = ()
    """Items whose months or days are compared when totals are equal, in this order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One thing proven: a period, a number of months or days, or a fact with or without a value."""

    kind: str
    person: Person = Person.MAIN
    first: date | None = None
    last: date | None = None
    """Empty: it still lasts."""
    amount: Decimal | None = None
    """Months or days, where no period is known."""
    value: Decimal | None = None
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsLine:
    """One item as counted."""

    group: str
    item: str
    counts: Counts
    quantity: Decimal
    """Months or days proven; for a fact 1 or 0."""
    counted: Decimal
    """Of these, what gives points."""
    exact: Fraction
    """Points before cap and rounding."""
    points: Decimal
    notes: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPoints:
    """One group as added up."""

    group: str
    sum: Decimal
    points: Decimal
    """After the cap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsResult:
    """What a family gets and why."""

    table: str
    base: Decimal
    lines: tuple[PointsLine, ...]
    groups: tuple[GroupPoints, ...]
    total: Decimal
    may_apply: bool
    hindrances: tuple[Phrase, ...] = ()
    """What is missing to apply."""
    unused: tuple[str, ...] = ()
    """Kinds of evidence that no item reads."""
    ties: tuple[tuple[str, Decimal], ...] = ()
    """The months or days of the items compared after the total."""


def table_faults(table: PointsTable) -> Iterator[tuple[Place, Phrase]]:
    """Find what makes a table unusable, with its place in it."""
    if not 0 <= table.digits <= 6:
        yield ("digits",), Phrase(_DIGITS)
    yield from _negative((), base=table.base, cap=table.cap)
    durations: set[str] = set()
    seen: set[str] = set()
    for number, group in enumerate(table.groups):
        yield from _negative(("groups", number), cap=group.cap)
        for line, item in enumerate(group.items):
            at: Place = ("groups", number, "items", line)
            if item.id in seen:
                yield (*at, "id"), Phrase(_TWICE, item=item.id)
            seen.add(item.id)
            yield from _item_faults(item, at)
            if item.counts is not Counts.FACT:
                durations.add(item.id)
    for number, name in enumerate(table.ties):
        if name not in durations:
            yield ("ties", number), Phrase(_TIE, item=name)


def _item_faults(item: PointsItem, at: Place) -> Iterator[tuple[Place, Phrase]]:
    yield from _negative(
        at,
        points=item.points,
        cap=item.cap,
        above_years=item.above_years,
        needed_years=item.needed_years,
    )
    if item.counts is Counts.FACT:
        given = {
            "parts_per_year": item.parts_per_year,
            "whole_years": item.whole_years,
            "above_years": item.above_years,
            "needed_years": item.needed_years,
        }
        for name, value in given.items():
            if value:
                yield (*at, name), Phrase(_FACT, field=name)
        return
    if item.parts_per_year < 1:
        yield at, Phrase(_PARTS)
    for name, limit in {"more_than": item.more_than, "at_least": item.at_least}.items():
        if limit is not None:
            yield (*at, name), Phrase(_RATE, field=name)


def _negative(at: Place, **values: Decimal | None) -> Iterator[tuple[Place, Phrase]]:
    for name, value in values.items():
        if value is not None and value < 0:
            yield (*at, name), Phrase(_NEGATIVE, field=name)
