"""What a snapshot and a run of indicators are, and what they answer.

`run_indicators` returns an `IndicatorRunResult`; an app stores it. Every number is a `Decimal` or an
integer; a state is decided on exact values, never on the rounded ones that a page shows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from xuezheng.evidence.definition import Definition
from xuezheng.kernel.localized import LocalizedText


class State(StrEnum):
    """What a figure says about its threshold."""

    PASS = "pass"  # noqa: S105 - a state, not a password
    NEAR = "near"
    FAIL = "fail"
    UNDETERMINED = "undetermined"
    NOT_APPLICABLE = "not_applicable"


class Level(StrEnum):
    """How far a figure is rolled up; `FACT` is the row behind it."""

    FACT = "fact"
    INSTITUTION = "institution"
    DIVISION = "division"
    CITY = "city"


class Reason(StrEnum):
    """Why a result is undetermined or not applicable; empty when its threshold decided."""

    DECIDED = ""
    NO_THRESHOLD = "no_threshold"
    NO_FACTS = "no_facts"
    EXCLUDED = "excluded"
    MISSING_DATA = "missing_data"
    NO_DENOMINATOR = "no_denominator"


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotFile:
    """One Parquet file of a snapshot or run, as its manifest lists it."""

    name: str
    path: str
    rows: int
    size_bytes: int
    sha256: str
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The city at one moment, as a folder of Parquet files with a manifest.

    Attributes:
        name: Name of the folder, unique among the snapshots of an installation.
        hash: SHA-256 of the canonical manifest without this field: what a publication quotes.
    """

    name: str
    folder: Path
    label: str
    hash: str
    taken_at: datetime
    pack_id: str
    pack_hash: str
    version: str
    files: tuple[SnapshotFile, ...]

    @property
    def rows(self) -> int:
        """Count the rows of all tables."""
        return sum(file.rows for file in self.files)

    @property
    def size_bytes(self) -> int:
        """Add up the sizes of the Parquet files."""
        return sum(file.size_bytes for file in self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorResult:
    """One figure of one reading of an indicator, at one unit.

    Attributes:
        reading: Key of the reading; exactly one reading of an indicator is `official`.
        unit_code: Institution code, division code, or the code of the city.
        value: In the indicator's unit (percent for 77 %), at most 12 decimals; None when nothing is known.
        numerator: What was added up; for `share` and `k_of_n`, what passed.
        denominator: What it is divided by; None where the reading does not divide.
        facts: Facts that count, known or not; excluded facts are not among them.
        unknown: Facts (or units behind facts) whose data are missing.
        failing: Facts that fail or are only near.
        rounding_flips: Whether the rounded value that a page shows would stand on the other side of the threshold.
    """

    indicator_id: str
    version: str
    reading: str
    official: bool
    level: Level
    unit_code: str
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    threshold: Decimal | None
    state: State
    reason: Reason
    facts: int
    unknown: int
    failing: int
    excluded: int
    rounding_flips: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorRunResult:
    """A run: the same snapshot, pack, date and program give the same `id` and the same results."""

    id: str
    folder: Path
    snapshot_name: str
    snapshot_hash: str
    pack_id: str
    pack_hash: str
    as_of: date
    engine: str
    version: str
    results: tuple[IndicatorResult, ...]

    def result(
        self,
        indicator_id: str,
        *,
        level: Level = Level.CITY,
        unit: str | None = None,
        reading: str | None = None,
    ) -> IndicatorResult:
        """Give one result; without `reading` the official one, without `unit` the first of the level."""
        for item in self.results:
            if item.indicator_id != indicator_id or item.level != level:
                continue
            if unit is not None and item.unit_code != unit:
                continue
            if item.reading == reading or (reading is None and item.official):
                return item
        raise KeyError((indicator_id, level, unit, reading))


@dataclass(frozen=True, slots=True, kw_only=True)
class FactColumn:
    """A column of a facts page, with its titles and how to show it; `values` gives the terms of its codes."""

    name: str
    title_zh: str
    title_en: str
    type: str
    values: Mapping[str, LocalizedText] = field(default_factory=dict)

    def term(self, value: object, *, language: str) -> object:
        """Give the term of a code; what is not in the vocabulary stays as it is."""
        found = self.values.get(value) if isinstance(value, str) else None
        return value if found is None else found.in_language(language)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactPage:
    """Some of the facts behind a figure: `rows` are tuples in the order of `columns`; `total` counts all matches.

    `definition` says what the reading counts and which values of the pack it uses.
    """

    columns: tuple[FactColumn, ...]
    rows: tuple[tuple[object, ...], ...]
    total: int
    definition: Definition | None = None
