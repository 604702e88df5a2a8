"""Problems from two tables, `schools.csv` and `applicants.csv`, with the rules in a small document beside them.

One row of the schools is one pool of seats; a school with several has several rows, in the order of filling. One row of
the applicants is one applicant. Inside a cell `;` parts several values. Spreadsheets save CSV as UTF-8 with a mark or,
in China, as GB 18030: both are read. `docs/how-to/give-out-places.md` lists the columns.
"""

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from xuezheng.engines.matching.documents.document import parse_number, problem_from
from xuezheng.engines.matching.model import (
    Applicant,
    Lock,
    Minimum,
    Problem,
    School,
    Seats,
    Step,
    Tier,
)
from xuezheng.kernel.errors import InputError, Phrase, gettext_noop

SCHOOL_COLUMNS = (
    "id",
    "name",
    "division",
    "stage",
    "tiers",
    "kind",
    "seats",
    "reserved_for",
    "seats_division",
    "unfilled",
    "minimum_key",
    "minimum_at_least",
    "minimum_below_line_of",
    "minimum_points",
    "east_metres",
    "north_metres",
)
APPLICANT_COLUMNS = (
    "id",
    "choices",
    "division",
    "stage",
    "area",
    "groups",
    "tiers",
    "tiers_at",
    "number",
    "unit",
    "locks",
    "east_metres",
    "north_metres",
)
FILING_PREFIX = "choices:"
"""`choices:first` holds the list of the filing `first`."""
KEY_PREFIX = "key:"
"""`key:score` holds the value of the key `score`."""

_DECIMAL = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?")
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_PARTS = re.compile("[;；]")


class TableInvalid(InputError):
    """A CSV file has something that cannot be read."""

    code = "matching.table_invalid"
    template = gettext_noop("%(source)s, row %(row)s, column %(column)s: %(why)s.")
    remedy = gettext_noop(
        "Correct the cell; docs/how-to/give-out-places.md lists the columns and their forms."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One CSV file: its name for messages, and its bytes."""

    source: str
    data: bytes


def read_tables(rules: Any, *, rules_source: str, schools: Table, applicants: Table) -> Problem:
    """Read a problem from tables.

    Args:
        rules: All of a problem but `schools` and `applicants`, as plain data.
        rules_source: The file of the rules, for messages.
        schools: The table of schools.
        applicants: The table of applicants.

    Raises:
        TableInvalid: Naming file, row and column.
        DocumentInvalid: If the rules are not of the format.
    """
    frame: Any = rules
    if isinstance(rules, Mapping):
        for name in ("schools", "applicants"):
            if name in rules:
                why = gettext_noop(
                    "it must not stand here: beside tables the %(name)s come from their own file"
                )
                raise _invalid(rules_source, 1, name, why, name=name)
        frame = {**rules, "schools": [], "applicants": []}
    problem = problem_from(frame, source=rules_source)
    return replace(
        problem,
        schools=tuple(_schools(schools)),
        applicants=tuple(_applicant(row) for row in _rows(applicants, APPLICANT_COLUMNS)),
    )


class _Row:
    """One row, whose cells are read by kind; a wrong one is named with its place."""

    def __init__(self, source: str, number: int, cells: Mapping[str, str]) -> None:
        self.source, self.number, self.cells = source, number, cells

    def text(self, column: str) -> str:
        return self.cells.get(column, "").strip()

    def needed(self, column: str) -> str:
        return self.text(column) or self._fail(column, gettext_noop("the cell is empty"))

    def texts(self, column: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in _PARTS.split(self.text(column)) if part.strip())

    def whole(self, column: str) -> int | None:
        text = self.text(column)
        if text and not _WHOLE.fullmatch(text):
            self._fail(column, gettext_noop("%(value)s is not a whole number"), value=text)
        return int(text) if text else None

    def decimal(self, column: str) -> Decimal | None:
        text = self.text(column)
        if text and not _DECIMAL.fullmatch(text):
            self._fail(column, gettext_noop("%(value)s is not a decimal number"), value=text)
        return Decimal(text) if text else None

    def draw_number(self, column: str) -> int | None:
        text = self.text(column)
        try:
            return parse_number(text) if text else None
        except ValueError:
            why = gettext_noop("%(value)s is neither decimal nor 0x and hexadecimal digits")
            self._fail(column, why, value=text)
            return None

    def pairs(self, column: str, mark: str) -> Iterator[tuple[str, str]]:
        for part in self.texts(column):
            first, found, second = part.partition(mark)
            if not (found and first.strip() and second.strip()):
                why = gettext_noop("%(value)s has not the form first%(mark)ssecond")
                self._fail(column, why, value=part, mark=mark)
            yield first.strip(), second.strip()

    def read(self, column: str, form: Callable[[str], Any], text: str) -> Any:
        try:
            return form(text)
        except ValueError:
            why = gettext_noop("%(value)s is not known here")
            return self._fail(column, why, value=text)

    def _fail(self, column: str, why: str, **facts: Any) -> Any:
        raise _invalid(self.source, self.number, column, why, **facts)


def _invalid(source: str, row: int, column: str, why: str, **facts: Any) -> TableInvalid:
    return TableInvalid(source=source, row=row, column=column, why=Phrase(why, **facts))


def _rows(table: Table, columns: tuple[str, ...], *prefixes: str) -> Iterator[_Row]:
    """Read a table; rows are counted as a spreadsheet shows them, the heading being row 1."""
    prefixes = prefixes or (FILING_PREFIX, KEY_PREFIX)
    # Not splitlines, which also parts at characters that may stand in a name, such as U+2028.
    text = _text(table)
    if "\n" not in text:  # as spreadsheets of old Macintoshes save it
        text = text.replace("\r", "\n")
    text = text.rstrip("\n")
    lines = (f"{line}\n" for line in text.split("\n") if text)
    reader = csv.reader(lines, strict=True)
    number, heading = 0, list[str]()
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            why = gettext_noop("the row cannot be parted into cells: %(fault)s")
            raise _invalid(table.source, number, "-", why, fault=str(error)) from error
        if number == 1:
            heading = _heading(table, cells, columns, prefixes)
        elif any(cell.strip() for cell in cells):
            if len(cells) != len(heading):
                why = gettext_noop("the row has %(count)s cells and the heading %(wanted)s")
                counts = {"count": len(cells), "wanted": len(heading)}
                raise _invalid(table.source, number, "-", why, **counts)
            yield _Row(table.source, number, dict(zip(heading, cells, strict=True)))
    if not heading:
        raise _invalid(table.source, 1, "-", gettext_noop("the file is empty"))


def _heading(
    table: Table, cells: list[str], columns: tuple[str, ...], prefixes: tuple[str, ...]
) -> list[str]:
    heading = [cell.strip() for cell in cells]
    for name in heading:
        has_prefix = any(name.startswith(prefix) and name != prefix for prefix in prefixes)
        if name not in columns and not has_prefix:
            why = gettext_noop("there is no such column; known are %(columns)s")
            raise _invalid(table.source, 1, name or "-", why, columns=", ".join(columns))
        if heading.count(name) > 1:
            raise _invalid(table.source, 1, name, gettext_noop("the column stands twice"))
    for name in ("id", "seats") if columns is SCHOOL_COLUMNS else ("id",):
        if name not in heading:
            raise _invalid(table.source, 1, name, gettext_noop("the column is missing"))
    return heading


def _text(table: Table) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return table.data.decode(encoding)
        except UnicodeDecodeError:
            continue
    why = gettext_noop("the file is neither UTF-8 nor GB 18030")
    raise _invalid(table.source, 1, "-", why)


_FACTS = ("name", "division", "stage", "tiers", "east_metres", "north_metres")


def _schools(table: Table) -> Iterator[School]:
    """Gather the rows of each school, in the order of its first."""
    pools: dict[str, list[_Row]] = {}
    for row in _rows(table, SCHOOL_COLUMNS, " "):
        first, *_ = pools.setdefault(row.needed("id"), [row])
        if first is row:
            continue
        pools[row.text("id")].append(row)
        for column in _FACTS:
            if row.text(column) not in ("", first.text(column)):
                why = gettext_noop("it differs from row %(first)s of the same school")
                raise _invalid(row.source, row.number, column, why, first=first.number)
    for school, rows in pools.items():
        first = rows[0]
        yield School(
            id=school,
            seats=tuple(_seats(row) for row in rows),
            name=first.text("name"),
            division=first.text("division"),
            stage=first.text("stage"),
            tiers=tuple(_tiers(first)) or None,
            east_metres=first.whole("east_metres"),
            north_metres=first.whole("north_metres"),
        )


def _tiers(row: _Row) -> Iterator[Tier]:
    for text in row.texts("tiers"):
        name, mark, note = text.partition("@")
        if mark:
            row.read("tiers", ("catchment",).index, note)
        yield Tier(name=name, needs_catchment=bool(mark))


def _seats(row: _Row) -> Seats:
    row.needed("seats")
    return Seats(
        kind=row.text("kind") or "general",
        count=row.whole("seats") or 0,
        reserved_for=row.texts("reserved_for"),
        division=row.text("seats_division"),
        unfilled=tuple(row.read("unfilled", Step, step) for step in row.texts("unfilled")),
        minimum=_minimum(row) if any(map(row.text, _MINIMUM)) else None,
    )


_MINIMUM = ("minimum_key", "minimum_at_least", "minimum_below_line_of", "minimum_points")


def _minimum(row: _Row) -> Minimum:
    return Minimum(
        key=row.needed("minimum_key"),
        at_least=row.decimal("minimum_at_least"),
        below_line_of=row.text("minimum_below_line_of") or None,
        points=row.decimal("minimum_points") or Decimal(0),
    )


def _applicant(row: _Row) -> Applicant:
    keys = {
        column.removeprefix(KEY_PREFIX): row.decimal(column)
        for column in row.cells
        if column.startswith(KEY_PREFIX)
    }
    filings = {
        column.removeprefix(FILING_PREFIX): row.texts(column)
        for column in row.cells
        if column.startswith(FILING_PREFIX)
    }
    tiers_at: dict[str, tuple[str, ...]] = {}
    for school, tier in row.pairs("tiers_at", "="):
        tiers_at[school] = (*tiers_at.get(school, ()), tier)
    return Applicant(
        id=row.needed("id"),
        choices=row.texts("choices"),
        filings={filing: choices for filing, choices in filings.items() if choices},
        division=row.text("division"),
        stage=row.text("stage"),
        area=row.text("area"),
        groups=row.texts("groups"),
        tiers=row.texts("tiers"),
        tiers_at=tiers_at,
        keys={name: value for name, value in keys.items() if value is not None},
        number=row.draw_number("number"),
        unit=row.text("unit"),
        locks=tuple(_lock(row, *pair) for pair in row.pairs("locks", "@")),
        east_metres=row.whole("east_metres"),
        north_metres=row.whole("north_metres"),
    )


def _lock(row: _Row, school: str, since: str) -> Lock:
    year, _, note = since.partition(":")
    if not _WHOLE.fullmatch(year):
        row.read("locks", ().index, year)
    if note not in ("", "sibling"):
        row.read("locks", int, since)
    return Lock(school=school, since_year=int(year), sibling=bool(note))
