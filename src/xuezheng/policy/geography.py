"""Divisions, townships and boundaries of a pack's city."""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from xuezheng.kernel.errors import DomainError, Phrase, gettext_noop
from xuezheng.kernel.identifiers import (
    DivisionCode,
    TownshipCode,
    parse_division_code,
    parse_township_code,
)
from xuezheng.kernel.localized import LocalizedText
from xuezheng.policy.problems import PackProblem, shorten

DIVISION_KINDS = ("district", "county", "county_city")
_DIVISION_TEXTS = ("code", "name_zh", "name_en", "kind")
_TOWNSHIP_TEXTS = ("code", "name_zh", "division_code")

_COLUMNS = gettext_noop("the columns %(columns)s are missing")
_COLUMNS_REMEDY = gettext_noop("Give the first line all column names, separated by commas.")
_KIND = gettext_noop("the kind of division is not known")
_KIND_REMEDY = gettext_noop("Use one of: %(kinds)s.")
_NUMBER = gettext_noop("it is not a number")
_NUMBER_REMEDY = gettext_noop("Write digits with an optional point.")
_TWICE = gettext_noop("the code stands twice")
_TWICE_REMEDY = gettext_noop("Keep one line for each code.")
_ORPHAN = gettext_noop("its division is not in the file of divisions")
_ORPHAN_REMEDY = gettext_noop("Correct the code, or add the division.")
_BLANK = gettext_noop("it is blank")
_BLANK_REMEDY = gettext_noop("Fill it.")
_GEOJSON = gettext_noop("it is not GeoJSON with an id for each feature")
_GEOJSON_REMEDY = gettext_noop(
    "Give a FeatureCollection whose features have the division codes as id."
)
_NO_SHAPE = gettext_noop("divisions without boundary: %(codes)s")
_NO_SHAPE_REMEDY = gettext_noop("Add a feature with the code as id for each.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """A district, county or county-level city, with the census columns of its line."""

    code: DivisionCode
    name: LocalizedText
    kind: str
    facts: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Township:
    """A township or subdistrict."""

    code: TownshipCode
    name_zh: str
    division_code: DivisionCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Geography:
    """All of it; boundaries are the GeoJSON as it stands in the file."""

    divisions: tuple[Division, ...]
    townships: tuple[Township, ...]
    boundaries: Mapping[str, Any]


class GeographyReader:
    """Reads the three files and collects problems."""

    def __init__(self) -> None:
        """Start without problems."""
        self.problems: list[PackProblem] = []
        self._file = ""

    def read_divisions(self, file: str, text: str) -> tuple[Division, ...]:
        """Read divisions.csv: code, names, kind, and any number of numeric columns."""
        divisions: dict[str, Division] = {}
        for line, row in self._rows(file, text, _DIVISION_TEXTS):
            code = self._code(line, "code", row["code"], parse_division_code)
            if row["kind"] not in DIVISION_KINDS:
                remedy = Phrase(_KIND_REMEDY, kinds=", ".join(DIVISION_KINDS))
                self._report(line, "kind", row["kind"], Phrase(_KIND), remedy)
            facts = {
                name: self._number(line, name, value)
                for name, value in row.items()
                if name not in _DIVISION_TEXTS
            }
            if code in divisions:
                self._report(line, "code", code, Phrase(_TWICE), Phrase(_TWICE_REMEDY))
            name = LocalizedText(zh=row["name_zh"].strip() or "?", en=row["name_en"].strip() or "?")
            divisions[code] = Division(
                code=DivisionCode(code), name=name, kind=row["kind"], facts=facts
            )
        return tuple(divisions.values())

    def read_townships(
        self, file: str, text: str, divisions: tuple[Division, ...]
    ) -> tuple[Township, ...]:
        """Read townships.csv; each must lie in one of the divisions."""
        known = {division.code for division in divisions}
        townships: dict[str, Township] = {}
        for line, row in self._rows(file, text, _TOWNSHIP_TEXTS):
            code = self._code(line, "code", row["code"], parse_township_code)
            division = DivisionCode(row["division_code"])
            if division not in known:
                self._report(
                    line, "division_code", division, Phrase(_ORPHAN), Phrase(_ORPHAN_REMEDY)
                )
            if code in townships:
                self._report(line, "code", code, Phrase(_TWICE), Phrase(_TWICE_REMEDY))
            townships[code] = Township(
                code=TownshipCode(code), name_zh=row["name_zh"], division_code=division
            )
        return tuple(townships.values())

    def read_boundaries(
        self, file: str, text: str, divisions: tuple[Division, ...]
    ) -> Mapping[str, Any]:
        """Read the GeoJSON; every division needs a feature with its code as id."""
        self._file = file
        try:
            shapes: dict[str, Any] = json.loads(text)
            present = {str(feature["id"]) for feature in shapes["features"]}
        except (ValueError, KeyError, TypeError):
            self._report(None, "(file)", None, Phrase(_GEOJSON), Phrase(_GEOJSON_REMEDY))
            return {}
        missing = [division.code for division in divisions if division.code not in present]
        if missing:
            what = Phrase(_NO_SHAPE, codes=", ".join(missing))
            self._report(None, "features", None, what, Phrase(_NO_SHAPE_REMEDY))
        return shapes

    def _rows(
        self, file: str, text: str, needed: tuple[str, ...]
    ) -> list[tuple[int, dict[str, str]]]:
        self._file = file
        reader = csv.DictReader(io.StringIO(text, newline=""), restval="", restkey="(beyond)")
        missing = [name for name in needed if name not in (reader.fieldnames or ())]
        if missing:
            what = Phrase(_COLUMNS, columns=", ".join(missing))
            self._report(1, "(header)", None, what, Phrase(_COLUMNS_REMEDY))
            return []
        rows = [(reader.line_num, row) for row in reader]
        for line, row in rows:
            for name in needed:
                if not row[name].strip():
                    self._report(line, name, row[name], Phrase(_BLANK), Phrase(_BLANK_REMEDY))
        return rows

    def _code(self, line: int, column: str, text: str, parse: Any) -> str:
        try:
            return str(parse(text))
        except DomainError as error:
            what = Phrase(type(error).template, **error.facts)
            self._report(line, column, text, what, Phrase(type(error).remedy, **error.facts))
            return text

    def _number(self, line: int, column: str, text: str) -> Decimal:
        try:
            number = Decimal(text)
        except (InvalidOperation, TypeError, ValueError):
            number = Decimal("NaN")
        if not number.is_finite():
            self._report(line, column, text, Phrase(_NUMBER), Phrase(_NUMBER_REMEDY))
            return Decimal(0)
        return number

    def _report(
        self, line: int | None, path: str, value: object, what: Phrase, remedy: Phrase
    ) -> None:
        self.problems.append(
            PackProblem(
                file=self._file,
                line=line,
                path=path,
                value=None if value is None else shorten(value),
                what=what,
                remedy=remedy,
            )
        )
