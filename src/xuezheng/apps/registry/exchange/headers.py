"""Finding the header row of a sheet, the columns behind its words, and columns that were swapped."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xuezheng.apps.registry.exchange.cells import AREA_UNITS, MONEY_UNITS, READERS, plain_text
from xuezheng.apps.registry.exchange.problems import CellRefused
from xuezheng.apps.registry.exchange.sheets import Column, SheetKind, fold_header
from xuezheng.kernel.errors import InputError, gettext_noop

HEADER_WITHIN_ROWS = 20
_SWAP_SAMPLE_ROWS = 200
_SWAP_LEAST_ROWS = 3
_SWAP_MISFIT = 0.2  # at most this part of a swapped column fits its own header
_SWAP_FIT = 0.8  # at least this part of it fits the other header
_OPEN_BRACKETS, _CLOSE_BRACKETS = "([【", ")]】"


class HeaderMissing(InputError):
    """No sheet has the columns of the register."""

    code = "registry.exchange.header_missing"
    template = gettext_noop(
        "%(file)s has no sheet with the columns of %(register)s; missing: %(missing)s."
    )
    remedy = gettext_noop("Download the template and paste your rows below its header.")


class HeaderTwice(InputError):
    """Two columns of a sheet mean the same."""

    code = "registry.exchange.header_twice"
    template = gettext_noop(
        "Sheet %(sheet)s of %(file)s has the column %(first)s twice (also as %(second)s)."
    )
    remedy = gettext_noop("Keep one of the two.")


class HeaderUnitUnknown(InputError):
    """A header states a unit that its column cannot have."""

    code = "registry.exchange.header_unit"
    template = gettext_noop(
        "The header %(header)s in sheet %(sheet)s of %(file)s states the unit %(unit)s."
    )
    remedy = gettext_noop("Use one of: %(allowed)s.")


class ColumnsSwapped(InputError):
    """The values of two columns fit each other's headers."""

    code = "registry.exchange.columns_swapped"
    template = gettext_noop(
        "In sheet %(sheet)s of %(file)s the columns %(first)s and %(second)s seem to be swapped: "
        "the values of each fit the header of the other. Nothing was taken over."
    )
    remedy = gettext_noop("Put the headers over the columns that they belong to.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A column of the sheet that belongs to the register."""

    index: int
    column: Column
    header: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Where the header row is and what its cells mean."""

    row: int
    places: tuple[Place, ...]
    unknown: tuple[str, ...]

    def has(self, key: str) -> bool:
        """Tell whether the sheet has a column."""
        return any(place.column.key == key for place in self.places)


def find_header(rows: Sequence[Sequence[Any]], kind: SheetKind) -> Header | None:
    """Find the row of the first twenty that names the most columns, all required ones among them."""
    best: Header | None = None
    for number, row in enumerate(rows[:HEADER_WITHIN_ROWS]):
        found = _read_header(number, row, kind)
        if not missing_columns(found, kind) and (
            best is None or len(found.places) > len(best.places)
        ):
            best = found
    return best


def closest_header(rows: Sequence[Sequence[Any]], kind: SheetKind) -> Header | None:
    """Find the row that names the most columns, to say what is missing."""
    found = [
        _read_header(number, row, kind) for number, row in enumerate(rows[:HEADER_WITHIN_ROWS])
    ]
    return max(found, key=lambda header: len(header.places), default=None)


def missing_columns(header: Header, kind: SheetKind) -> list[Column]:
    """List the required columns that a header does not name."""
    return [column for column in kind.columns if column.required and not header.has(column.key)]


def is_header_again(row: Sequence[Any], header: Header, kind: SheetKind) -> bool:
    """Tell whether a row repeats the header, as the English line of the template or the top of a pasted page."""
    cells = [(row[place.index] if place.index < len(row) else "", place) for place in header.places]
    filled = [(cell, place) for cell, place in cells if isinstance(cell, str) and cell.strip()]
    same = sum(1 for cell, place in filled if kind.by_header.get(fold_header(cell)) is place.column)
    return same >= 2 and same * 2 > len(filled)


def check_header(file: str, sheet: str, header: Header) -> None:
    """Refuse a header that names a column twice or states a unit that does not belong.

    Raises:
        HeaderTwice: With both headers.
        HeaderUnitUnknown: With the units that would do.
    """
    seen: dict[str, str] = {}
    for place in header.places:
        if place.column.key in seen:
            raise HeaderTwice(
                file=file, sheet=sheet, first=seen[place.column.key], second=place.header
            )
        seen[place.column.key] = place.header
        allowed = _units_of(place.column)
        if place.unit and allowed and place.unit not in allowed:
            raise HeaderUnitUnknown(
                file=file,
                sheet=sheet,
                header=place.header,
                unit=place.unit,
                allowed="、".join(allowed),
            )


def check_not_swapped(file: str, sheet: str, header: Header, rows: Sequence[Sequence[Any]]) -> None:
    """Refuse a sheet in which the values of two columns fit each other's headers better than their own.

    Raises:
        ColumnsSwapped: With the two headers.
    """
    sample = rows[:_SWAP_SAMPLE_ROWS]
    suspects = [
        place
        for place in header.places
        if (share := _fit(place, place, sample)) is not None and share <= _SWAP_MISFIT
    ]
    for place in suspects:
        for other in header.places:
            if other is place or other.column.type == place.column.type:
                continue
            mine, theirs = _fit(place, other, sample), _fit(other, place, sample)
            own = _fit(other, other, sample)
            if mine is None or theirs is None or own is None:
                continue
            if mine >= _SWAP_FIT and theirs >= _SWAP_FIT and (own < 1 or other in suspects):
                first, second = sorted((place, other), key=lambda one: one.index)
                raise ColumnsSwapped(
                    file=file, sheet=sheet, first=first.header, second=second.header
                )


def _read_header(number: int, row: Sequence[Any], kind: SheetKind) -> Header:
    places, unknown = [], []
    for index, cell in enumerate(row):
        if not isinstance(cell, str) or not cell.strip():
            continue
        column = kind.by_header.get(fold_header(cell))
        if column is None:
            unknown.append(cell.strip()[:40])
        else:
            places.append(
                Place(
                    index=index,
                    column=column,
                    header=" ".join(cell.split()),
                    unit=_unit_in(cell, column),
                )
            )
    return Header(row=number, places=tuple(places), unknown=tuple(unknown))


def _unit_in(header: str, column: Column) -> str:
    """Take the unit out of a header such as 固定资产总值（万元）; other brackets are remarks."""
    plain = unicodedata.normalize("NFKC", header).replace("單位", "单位")
    for opening, closing in zip(_OPEN_BRACKETS, _CLOSE_BRACKETS, strict=True):
        if opening in plain and closing in plain:
            inside = plain.split(opening, 1)[1].split(closing, 1)[0].strip()
            inside = inside.removeprefix("单位").lstrip(":：").strip()
            if _units_of(column):
                return inside
    return ""


def _units_of(column: Column) -> tuple[str, ...]:
    match column.type:
        case "money":
            return tuple(MONEY_UNITS)
        case "area":
            return tuple(AREA_UNITS)
        case "share":
            return ("%",)
        case _:
            return ()


# How to tell by its looks alone that a value belongs to a type; free texts are told by holding no figures.
def _looks_like(value: Any, column: Column) -> bool:
    if column.type in {"person_name", "name", "advisory"}:
        text = plain_text(value)
        return len(text) > 1 and not any(char.isdigit() for char in text)
    if column.type == "person_number":
        text = plain_text(value)
        return any(char.isdigit() for char in text) and text.isascii() and "/" not in text
    if column.type in {"division", "division_anywhere", "township", "text"}:
        return isinstance(value, str) or column.type != "text"
    try:
        READERS[column.type](value, column, "")
    except CellRefused:
        return False
    return True


def _fit(values_of: Place, header_of: Place, rows: Sequence[Sequence[Any]]) -> float | None:
    """Measure how much of a column's values fit a header; None when there are too few values."""
    values = [row[values_of.index] for row in rows if values_of.index < len(row)]
    values = [value for value in values if value not in (None, "")]
    if len(values) < _SWAP_LEAST_ROWS:
        return None
    return sum(_looks_like(value, header_of.column) for value in values) / len(values)
