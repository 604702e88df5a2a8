"""Schema of indicator files: a fact query and a declared way to add up.

A pack keeps them in `indicators/*.yaml` (one `Indicator` a file) and `indicators/views/*.yaml` (one
`IndicatorView` a file: a query that several indicators share). The query is checked and run by
`xuezheng.evidence`; here is only its shape.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from xuezheng.kernel.localized import LocalizedText
from xuezheng.policy.schema import Checked, Source

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Aggregation = Literal["sum", "ratio", "share", "weighted_cv", "k_of_n", "max"]
Direction = Literal["higher", "lower"]
ColumnType = Literal["text", "integer", "decimal", "date", "boolean"]
# `all` stands for institution, division and city.
LevelName = Literal["fact", "institution", "division", "city", "all"]

# What a fact query may return besides the columns that a reading documents; the first four it must return.
REQUIRED_COLUMNS = ("institution_code", "division_code", "numerator", "denominator")
OPTIONAL_COLUMNS = ("subject", "part", "threshold", "divisor", "unknown", "exclusion")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FactColumnDoc(_Strict):
    """A column that the facts show besides the required ones.

    Attributes:
        values: Key of a vocabulary in packs/vocabularies.yaml, whose terms are shown instead of the codes.
    """

    name: Key
    title: LocalizedText
    type: ColumnType = "text"
    values: Key | None = None

    @model_validator(mode="after")
    def _codes_are_text(self) -> Self:
        if self.values is not None and self.type != "text":
            raise ValueError("only a text column takes values")
        return self


class Threshold(_Strict):
    """The value at which a level passes: a number, a dated parameter of the pack, or the target of a commitment."""

    value: Decimal | None = None
    parameter: str | None = None
    commitment: str | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if [self.value, self.parameter, self.commitment].count(None) != 2:
            raise ValueError("give one of value, parameter and commitment")
        return self


class Near(_Strict):
    """Share of a threshold from which a value is near instead of fail: a number, or a dated parameter of the pack."""

    value: Decimal | None = Field(default=None, gt=0, lt=1, decimal_places=3)
    parameter: str | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.value is None) == (self.parameter is None):
            raise ValueError("give one of value and parameter")
        return self


def _near(given: Any) -> Any:
    """Take a bare number as the value."""
    is_number = isinstance(given, int | Decimal) and not isinstance(given, bool)
    return {"value": given} if is_number else given


class Reading(_Strict):
    """One definition of an indicator; a disputed one has several, of which exactly one is official.

    Attributes:
        query: One SELECT in DuckDB's dialect over evidence tables and views; one row a fact. It never divides: a fact is
            factor x numerator / (denominator x divisor), which the engine compares exactly.
        factor: The value is factor x numerator / denominator, so 100 for percent.
        direction: Which side of the threshold is good.
        thresholds: By level; `fact` judges each fact, unless the query returns a `threshold` column.
        near: From where a value is near instead of fail: a number below 1, or `{parameter: name}`; None: there is no near.
        tolerated_unknown: Share of unknown facts up to which the whole is still decided on the known ones.
        k: For k_of_n: how many of the `n` parts of a subject must pass; every other must be near.
        weight: For k_of_n: count subjects, or the denominators (pupils) behind them.
        empty_is_zero: A unit without facts counts as 0 (new things) instead of not applicable.
        decimals: Digits that a page shows.
        vocabularies: Key of the vocabulary of the codes in `subject`, `part` and `exclusion`.
    """

    id: Key
    official: bool = False
    title: LocalizedText
    query: str
    aggregation: Aggregation
    factor: int = Field(default=1, ge=1)
    direction: Direction = "higher"
    thresholds: dict[LevelName, Threshold] = Field(default_factory=dict)
    near: Annotated[Near | None, BeforeValidator(_near)] = None
    tolerated_unknown: Decimal = Field(default=Decimal(0), ge=0, le=1)
    k: int | None = Field(default=None, ge=1)
    n: int | None = Field(default=None, ge=1)
    weight: Literal["subjects", "denominators"] = "subjects"
    empty_is_zero: bool = False
    decimals: int = Field(default=2, ge=0, le=6)
    columns: tuple[FactColumnDoc, ...] = ()
    vocabularies: dict[Literal["subject", "part", "exclusion"], Key] = Field(default_factory=dict)

    @property
    def near_share(self) -> Decimal | None:
        """Give the share from which a value is near; a parameter must have been put in before."""
        if self.near is None:
            return None
        if self.near.value is None:
            raise ValueError(f"the parameter {self.near.parameter} has not been looked up")
        return self.near.value

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.aggregation == "k_of_n" and (self.k is None or self.n is None or self.k > self.n):
            raise ValueError("k_of_n needs k and n, with k at most n")
        if self.aggregation != "k_of_n" and (self.k is not None or self.n is not None):
            raise ValueError("only k_of_n takes k and n")
        names = [column.name for column in self.columns]
        reserved = set(names) & {
            *REQUIRED_COLUMNS,
            *OPTIONAL_COLUMNS,
            "state",
            "value",
            "rounding_flips",
        }
        if reserved or len(names) != len(set(names)):
            raise ValueError(f"the columns must be unique and not {sorted(reserved) or 'repeated'}")
        return self


class ExpectedResult(_Strict):
    """What a case expects of one figure; only the given fields are compared."""

    reading: Key | None = None
    level: Literal["institution", "division", "city"] = "city"
    unit: str | None = None
    value: Decimal | None = None
    state: Literal["pass", "near", "fail", "undetermined", "not_applicable"] | None = None
    facts: int | None = None
    unknown: int | None = None
    rounding_flips: bool | None = None


class IndicatorCase(_Strict):
    """Tiny tables and what the indicator must say of them; rows give only the columns that matter."""

    title: str
    as_of: date
    tables: dict[Key, list[dict[str, Any]]]
    expect: tuple[ExpectedResult, ...] = Field(min_length=1)


class IndicatorView(_Strict):
    """A query that several indicators read under its `id`, as if it were a table."""

    id: Key
    title: LocalizedText
    query: str
    columns: tuple[FactColumnDoc, ...] = Field(min_length=1)


class Indicator(_Strict):
    """One indicator: what it measures, how, and cases that show it.

    Attributes:
        id: Unique in the pack; an indicator that measures one commitment carries its number.
        version: Changes whenever a definition changes.
        commitments: Ids of the commitments whose verified progress it is.
        needs: Ids of indicators whose results it reads in the table `indicator_results`.
        checked: How well the definition is established.
    """

    id: Identifier
    version: Identifier
    title: LocalizedText
    description: LocalizedText | None = None
    commitments: tuple[str, ...] = ()
    unit: str
    needs: tuple[Identifier, ...] = ()
    readings: tuple[Reading, ...] = Field(min_length=1)
    exclusions: tuple[LocalizedText, ...] = ()
    source: Source
    checked: Checked
    cases: tuple[IndicatorCase, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_official(self) -> Self:
        if sum(reading.official for reading in self.readings) != 1:
            raise ValueError("exactly one reading must be official")
        ids = [reading.id for reading in self.readings]
        if len(ids) != len(set(ids)):
            raise ValueError("two readings have the same id")
        return self

    @property
    def official(self) -> Reading:
        """Give the reading that counts for the commitment."""
        return next(reading for reading in self.readings if reading.official)

    def reading(self, key: str | None = None) -> Reading:
        """Give a reading by key; the official one without a key.

        Raises:
            KeyError: If there is none.
        """
        if key is None:
            return self.official
        for reading in self.readings:
            if reading.id == key:
                return reading
        raise KeyError(key)
