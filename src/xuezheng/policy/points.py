"""Enrolment by points in a pack: the switch, the tables by date, and their worked cases.

A pack without `points.yaml`, or with `in_use: false`, gives no places by points.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field, StrictBool, StrictInt, StrictStr

from xuezheng.engines.matching.points.model import (
    Counts,
    Evidence,
    Person,
    PointsGroup,
    PointsItem,
    PointsResult,
    PointsTable,
    Rounding,
)
from xuezheng.engines.matching.points.solve import count_points
from xuezheng.kernel.localized import LocalizedText
from xuezheng.policy.schema import Checked, Day, Key, Number, Source, Strict


class PointsEvidenceEntry(Strict):
    """Something that a family proves, in a case."""

    kind: Key = Field(description="A key of the table's `evidence`.")
    person: Literal["main", "second"] = "main"
    first: Day | None = Field(default=None, description="First day of a period.")
    last: Day | None = Field(default=None, description="Its last day; without it, it still lasts.")
    amount: Number | None = Field(
        default=None, description="Months or days, where no period is known."
    )
    value: Number | None = Field(
        default=None, description="For a fact with a value, such as a share."
    )
    marks: tuple[Key, ...] = ()


class PointsExpected(Strict):
    """What must come out of a case."""

    total: Number
    may_apply: StrictBool = True
    items: Mapping[Key, Number] = Field(default_factory=dict, description="Points by item.")


class PointsCase(Strict):
    """A worked family; it runs as a test."""

    note: StrictStr
    given: tuple[PointsEvidenceEntry, ...]
    expect: PointsExpected


class PointsItemEntry(Strict):
    """One line of a table: points for a fact, or points a year for months or days."""

    id: Key
    title: LocalizedText
    points: Number = Field(description="For a fact, or for a year.")
    counts: Literal["fact", "month", "day"] = Field(
        default="fact", description="Months count when covered whole."
    )
    evidence: Key | None = Field(
        default=None, description="The kind of evidence that it reads; without it, that of its id."
    )
    person: Literal["main", "second"] = Field(
        default="main", description="Whether it reads the evidence of the main or second applicant."
    )
    parts_per_year: StrictInt = Field(
        default=0, description="Months or days that make a year, as 12 or 365."
    )
    whole_years: StrictBool = Field(
        default=False, description="Whether only full years count; else in proportion."
    )
    above_years: Number = Field(
        default=Decimal(0), description="Years at the beginning that give no points."
    )
    needed_years: Number | None = Field(
        default=None, description="Who has fewer years may not apply."
    )
    cap: Number | None = Field(default=None, description="Most points of the item.")
    more_than: Number | None = Field(default=None, description="The value must be larger.")
    at_least: Number | None = Field(default=None, description="The value must be as large.")
    not_counted: tuple[Key, ...] = Field(
        default=(), description="Marks by which evidence is left out."
    )
    only_one_of: Key | None = Field(
        default=None, description="Of the items of one such set the best counts."
    )


class PointsGroupEntry(Strict):
    """Items under a common cap."""

    id: Key
    title: LocalizedText
    cap: Number | None = None
    items: tuple[PointsItemEntry, ...] = Field(min_length=1)


class PointsTableEntry(Strict):
    """A points table with the days on which it is in force and cases that show it at work."""

    id: Key
    title: LocalizedText
    in_force: Day = Field(description="First day on which it is in force.")
    ends: Day | None = Field(default=None, description="First day on which it no longer is.")
    evidence_day: Day = Field(description="The state of this day counts.")
    base: Number = Field(default=Decimal(0), description="Points that all have.")
    cap: Number | None = Field(default=None, description="Most points in all.")
    digits: StrictInt = Field(default=2, description="Decimal places of the points of an item.")
    rounding: Literal["down", "half_up"] = "down"
    evidence: Mapping[Key, LocalizedText] = Field(
        min_length=1, description="Kinds of evidence and what they are called."
    )
    marks: Mapping[Key, LocalizedText] = Field(
        default_factory=dict, description="Marks that evidence can bear."
    )
    groups: tuple[PointsGroupEntry, ...] = Field(min_length=1)
    ties: tuple[Key, ...] = Field(
        default=(), description="Items whose months or days are compared when totals are equal."
    )
    source: Source
    checked: Checked
    note: StrictStr | None = None
    cases: tuple[PointsCase, ...] = Field(min_length=1)

    def compiled(self) -> PointsTable:
        """Make the table that the engine reads."""
        return PointsTable(
            id=self.id,
            evidence_day=self.evidence_day,
            base=self.base,
            cap=self.cap,
            digits=self.digits,
            rounding=Rounding(self.rounding),
            ties=self.ties,
            groups=tuple(
                PointsGroup(
                    id=group.id, cap=group.cap, items=tuple(_item(item) for item in group.items)
                )
                for group in self.groups
            ),
        )

    def names(self, language: str) -> dict[str, str]:
        """Give what items and groups are called, for `explain_points`."""
        items = (item for group in self.groups for item in group.items)
        titles = {group.id: group.title for group in self.groups}
        titles |= {item.id: item.title for item in items}
        return {key: title.in_language(language) for key, title in titles.items()}


class PointsFile(Strict):
    """Whether places are given by points, and the tables."""

    in_use: StrictBool = Field(description="Whether the city gives places by points.")
    source: Source = Field(description="What says so.")
    checked: Checked
    note: StrictStr | None = None
    tables: tuple[PointsTableEntry, ...] = ()

    def tables_on(self, day: date) -> tuple[PointsTableEntry, ...]:
        """Give the tables in force on a day; none where points are not in use."""
        return tuple(
            table
            for table in self.tables
            if self.in_use and table.in_force <= day and (table.ends is None or day < table.ends)
        )


def run_points_case(table: PointsTableEntry, case: PointsCase) -> PointsResult:
    """Count the points of a case.

    Raises:
        PointsWrong: If its evidence contradicts itself.
    """
    return count_points(table.compiled(), [_evidence(entry) for entry in case.given])


def _item(entry: PointsItemEntry) -> PointsItem:
    return PointsItem(
        id=entry.id,
        points=entry.points,
        counts=Counts(entry.counts),
        evidence=entry.evidence or "",
        person=Person(entry.person),
        parts_per_year=entry.parts_per_year,
        whole_years=entry.whole_years,
        above_years=entry.above_years,
        needed_years=entry.needed_years,
        cap=entry.cap,
        more_than=entry.more_than,
        at_least=entry.at_least,
        not_counted=entry.not_counted,
        only_one_of=entry.only_one_of or "",
    )


def _evidence(entry: PointsEvidenceEntry) -> Evidence:
    return Evidence(
        kind=entry.kind,
        person=Person(entry.person),
        first=entry.first,
        last=entry.last,
        amount=entry.amount,
        value=entry.value,
        marks=entry.marks,
    )
