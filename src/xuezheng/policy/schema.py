"""Schema of a pack's files, without the plan: identity, documents, units, organisation, parameters, cases.

Unknown keys are errors. `docs/reference/pack-schema.md` is generated from here: field descriptions are
its text.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictStr,
)

from xuezheng.kernel.localized import LocalizedText

Checked = Literal["confirmed", "one_source", "to_be_confirmed"]
UnitValue = Literal["integer", "decimal", "boolean", "text", "table"]
Test = Literal["at_most", "at_least", "below", "one_of"]
Outcome = Literal["pass", "near", "fail"]

Key = Annotated[StrictStr, Field(pattern=r"^[a-z][a-z0-9_]*$")]
ParameterName = Annotated[StrictStr, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9][a-z0-9_]*)*$")]
DivisionKey = Annotated[StrictStr, Field(pattern=r"^[0-9]{6}$")]
PackId = Annotated[StrictStr, Field(pattern=r"^[a-z][a-z0-9-]*/[0-9]{4}$")]


def _refuse_non_number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError("a number is needed, without quotes")
    return value


def _refuse_non_text(value: Any) -> Any:
    if not isinstance(value, str | date):
        raise ValueError("a date is needed, as 2023-09-01")
    return value


def freeze(value: Any) -> Any:
    """Turn lists and maps into tuples and read-only maps, all the way down."""
    if isinstance(value, Mapping):
        return MappingProxyType({key: freeze(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return tuple(freeze(item) for item in value)
    return value


Frozen = Annotated[Any, AfterValidator(freeze)]
Number = Annotated[Decimal, BeforeValidator(_refuse_non_number)]
Day = Annotated[date, BeforeValidator(_refuse_non_text)]


class Strict(BaseModel):
    """Base of all entries: immutable, unknown keys refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Document(Strict):
    """A published text that rules and targets come from."""

    title: LocalizedText
    issuer: LocalizedText | None = None
    number: StrictStr | None = Field(
        default=None, description="Its official number, as 教督〔2017〕6号."
    )
    published: Day | None = None
    note: StrictStr | None = None


class Source(Strict):
    """Where a value comes from: a document of documents.yaml and the place in it."""

    document: Key = Field(description="Key of a document in documents.yaml.")
    clause: StrictStr | None = None
    page: int | None = Field(default=None, ge=1)
    note: StrictStr | None = None


class Unit(Strict):
    """A unit of measurement and what its values look like."""

    title: LocalizedText
    value: UnitValue = Field(description="What a value in this unit is.")


class OrganisationUnit(Strict):
    """A division of work of the bureau that can own commitments."""

    title: LocalizedText
    work: LocalizedText | None = Field(default=None, description="What it answers for, in a line.")
    checked: Checked
    source: Source


class Parameter(Strict):
    """A number, table or text that a bureau could change, with its values by date."""

    title: LocalizedText
    unit: Key = Field(description="Key of a unit in packs/units.yaml.")
    values: Mapping[Day, Frozen] = Field(
        min_length=1, description="Value by the day it comes into force."
    )
    ends: Day | None = Field(default=None, description="First day on which no value is in force.")
    source: Source
    checked: Checked = Field(description="How well the value is established.")
    test: Test | None = Field(
        default=None,
        description="Makes the parameter a rule: how a figure is compared with the value.",
    )
    near: ParameterName | None = Field(
        default=None,
        description="Parameter with the share of the value from which a figure is near.",
    )
    note: StrictStr | None = None


class ParameterFile(Strict):
    """Parameters by name."""

    parameters: Mapping[ParameterName, Parameter] = Field(min_length=1)


class Case(Strict):
    """An example that shows a rule at work; it runs as a test."""

    rule: ParameterName = Field(description="Name of a parameter that has a test.")
    on: Day
    given: Frozen = Field(
        description="The figure; for one_of over a table a map with key and value."
    )
    expect: Outcome
    note: StrictStr | None = None


class CaseFile(Strict):
    """Cases that show rules at work."""

    cases: tuple[Case, ...] = Field(min_length=1)


class City(Strict):
    """The city that the pack is for."""

    code: DivisionKey = Field(description="Its six-digit code, as 230100.")
    name: LocalizedText


class PeriodEntry(Strict):
    """A period by its first and last day, both included, as documents state it."""

    start: Day
    end: Day


class Demonstration(Strict):
    """What the demonstration city needs so that every run is the same."""

    today: Day
    seed: StrictStr = Field(min_length=1)


class GeographyFiles(Strict):
    """Names of the files, relative to the pack's folder."""

    divisions: StrictStr
    townships: StrictStr
    boundaries: StrictStr


class PackFile(Strict):
    """Identity, period and files of the pack."""

    id: PackId = Field(description="city/year; the pack's folder has the same name.")
    title: LocalizedText
    city: City
    authority: LocalizedText
    period: PeriodEntry
    plan_source: Source = Field(description="Document that the commitments come from.")
    demonstration: Demonstration | None = None
    geography: GeographyFiles


class DocumentFile(Strict):
    """The documents that values come from, by key."""

    documents: Mapping[Key, Document] = Field(min_length=1)


class OrganisationFile(Strict):
    """The units of the bureau, by key."""

    units: Mapping[Key, OrganisationUnit] = Field(min_length=1)


class UnitFile(Strict):
    """Units of measurement that all packs share, by key."""

    units: Mapping[Key, Unit] = Field(min_length=1)


class Vocabulary(Strict):
    """The codes of a column and the terms that people read."""

    title: LocalizedText
    values: Mapping[
        Annotated[StrictStr, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")], LocalizedText
    ] = Field(min_length=1, description="Term by code, in the order of a list.")


class VocabularyFile(Strict):
    """Vocabularies that all packs share, by key."""

    vocabularies: Mapping[Key, Vocabulary] = Field(min_length=1)


class CalendarYear(Strict):
    """Days off and make-up days of one year, as the State Council's notice gives them."""

    notice: StrictStr = Field(description="Title and day of the State Council's notice.")
    checked: Checked
    holidays: tuple[tuple[Day, Day], ...] = Field(description="First and last day of each holiday.")
    makeup_days: tuple[Day, ...]


class CalendarFile(Strict):
    """Holidays and make-up days that all packs share, by year."""

    years: Mapping[Annotated[str, Field(pattern=r"^[0-9]{4}$")], CalendarYear] = Field(min_length=1)
