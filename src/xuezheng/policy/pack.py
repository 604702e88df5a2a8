"""A pack as the rest of the program sees it: frozen, complete, checked."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from xuezheng.kernel.calendar import WorkingDayCalendar
from xuezheng.kernel.localized import LocalizedText
from xuezheng.kernel.periods import Period
from xuezheng.policy.geography import Division, Geography
from xuezheng.policy.indicators import Indicator, IndicatorView
from xuezheng.policy.plan import Commitment, PlanFile, Section
from xuezheng.policy.points import PointsFile, PointsTableEntry
from xuezheng.policy.problems import (
    CommitmentMissing,
    ParameterMissing,
    ParameterNotInForce,
    RuleUntestable,
)
from xuezheng.policy.schema import (
    Case,
    City,
    Demonstration,
    Document,
    OrganisationUnit,
    Outcome,
    PackFile,
    Parameter,
    Unit,
    Vocabulary,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """One city's rules and plan for one period.

    Attributes:
        hash: SHA-256 of the canonical content; see `xuezheng.policy.content`.
        parameters: By name; look values up with `parameter`, which wants the day.
        plan: One entry a section, in the order of the plan.
        organisation: Units of the bureau by key, in the order of its file.
        points: Enrolment by points; None or `in_use` false: the city has none.
    """

    path: Path
    hash: str
    identity: PackFile
    documents: Mapping[str, Document]
    units: Mapping[str, Unit]
    vocabularies: Mapping[str, Vocabulary]
    organisation: Mapping[str, OrganisationUnit]
    parameters: Mapping[str, Parameter]
    plan: tuple[PlanFile, ...]
    indicators: Mapping[str, Indicator]
    indicator_views: Mapping[str, IndicatorView]
    cases: tuple[Case, ...]
    geography: Geography
    calendar: WorkingDayCalendar
    points: PointsFile | None = None

    @property
    def id(self) -> str:
        """City and year, as harbin/2023."""
        return self.identity.id

    @property
    def title(self) -> LocalizedText:
        """The plan's title."""
        return self.identity.title

    @property
    def authority(self) -> LocalizedText:
        """The bureau that made the promises."""
        return self.identity.authority

    @property
    def city(self) -> City:
        """The city: code and name."""
        return self.identity.city

    @property
    def period(self) -> Period:
        """The plan's period; `period.last` is its last day."""
        return Period.through(self.identity.period.start, self.identity.period.end)

    @property
    def demonstration(self) -> Demonstration | None:
        """Day and seed of the demonstration city, if the pack has one."""
        return self.identity.demonstration

    @property
    def divisions(self) -> tuple[Division, ...]:
        """The divisions in the order of their file."""
        return self.geography.divisions

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections of the plan in order."""
        return tuple(part.section for part in self.plan)

    @property
    def commitments(self) -> tuple[Commitment, ...]:
        """All commitments in the order of the plan."""
        return tuple(commitment for part in self.plan for commitment in part.commitments)

    def commitment(self, commitment_id: str) -> Commitment:
        """Give a commitment by its id.

        Raises:
            CommitmentMissing: If there is none.
        """
        for commitment in self.commitments:
            if commitment.id == commitment_id:
                return commitment
        example = self.commitments[0].id
        raise CommitmentMissing(pack=self.id, commitment=commitment_id, example=example)

    def parameter_entry(self, name: str) -> Parameter:
        """Give a parameter with its source and all its values.

        Raises:
            ParameterMissing: If there is none of that name; near names are in the message.
        """
        if name not in self.parameters:
            near = difflib.get_close_matches(name, self.parameters, n=3)
            raise ParameterMissing(pack=self.id, parameter=name, near=", ".join(near) or "-")
        return self.parameters[name]

    def parameter(self, name: str, *, on: date) -> Any:
        """Look up the value that is in force on a day: int, Decimal, bool, str, or a frozen table.

        Raises:
            ParameterMissing: If there is no such parameter.
            ParameterNotInForce: If no value is in force on that day.
        """
        entry = self.parameter_entry(name)
        begun = [day for day in entry.values if day <= on]
        if not begun or (entry.ends is not None and on >= entry.ends):
            raise ParameterNotInForce(
                pack=self.id,
                parameter=name,
                day=on.isoformat(),
                first=min(entry.values).isoformat(),
            )
        return entry.values[max(begun)]

    def points_tables(self, *, on: date) -> tuple[PointsTableEntry, ...]:
        """Give the points tables in force on a day; none where the city gives no places by points."""
        return () if self.points is None else self.points.tables_on(on)

    def judge(self, name: str, figure: Any, *, on: date) -> Outcome:
        """Compare a figure with a rule that is in force on a day.

        Args:
            name: A parameter that has a test.
            figure: int or Decimal; for a table of lists a mapping with ``key`` and ``value``.
            on: The day whose value counts.

        Raises:
            RuleUntestable: If the parameter states no test.
        """
        entry = self.parameter_entry(name)
        limit = self.parameter(name, on=on)
        if entry.test is None:
            raise RuleUntestable(pack=self.id, parameter=name)
        if entry.test == "one_of":
            allowed = limit.get(figure["key"], ()) if isinstance(limit, Mapping) else limit
            value = figure["value"] if isinstance(limit, Mapping) else figure
            return "pass" if value in allowed else "fail"
        value_found, value_wanted = Fraction(figure), Fraction(limit)
        if _holds(entry.test, value_found, value_wanted):
            return "pass"
        if entry.near is not None:
            share = Fraction(self.parameter(entry.near, on=on))
            floor = entry.test == "at_least"
            value_wanted = value_wanted * share if floor else value_wanted / share
            if _holds(entry.test, value_found, value_wanted):
                return "near"
        return "fail"


def _holds(test: str, figure: Fraction, limit: Fraction) -> bool:
    match test:
        case "at_least":
            return figure >= limit
        case "at_most":
            return figure <= limit
        case _:
            return figure < limit


def fits_unit(value: Any, unit: Unit) -> bool:
    """Tell whether a value is what its unit says."""
    match unit.value:
        case "integer":
            return _is_whole(value)
        case "decimal":
            return isinstance(value, int | Decimal) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
        case "text":
            return isinstance(value, str)
        case "table":
            return isinstance(value, Mapping | list | tuple)


def _is_whole(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return False
    return value == int(value)
