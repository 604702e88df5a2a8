"""Reading a workbook into rows of the register: streaming, nothing written, every problem kept with its cell."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain, islice
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetVisibleEnum,
)

from xuezheng.apps.registry.exchange.cells import CLEAR_WORDS, FORMULA_ERRORS, READERS, plain_text
from xuezheng.apps.registry.exchange.guard import (
    Checked,
    WorkbookDamaged,
    WorkbookEncrypted,
    check_file,
)
from xuezheng.apps.registry.exchange.headers import (
    HEADER_WITHIN_ROWS,
    Header,
    HeaderMissing,
    check_header,
    check_not_swapped,
    closest_header,
    find_header,
    is_header_again,
    missing_columns,
)
from xuezheng.apps.registry.exchange.problems import CellProblem, CellRefused
from xuezheng.apps.registry.exchange.sheets import Column, SheetKind, fold
from xuezheng.kernel.errors import InputError, gettext_noop

MAX_ROWS = 99_999
_SAMPLE_ROWS = HEADER_WITHIN_ROWS + 300
_ONE_PERCENT = Decimal("0.01")
_EXAMPLE_MARKS = ("示例", "example", "样例")


class SheetEmpty(InputError):
    """There is a header and nothing below it."""

    code = "registry.exchange.empty"
    template = gettext_noop("Sheet %(sheet)s of %(file)s has a header but no rows.")
    remedy = gettext_noop("Enter the rows below the header.")


class TooManyRows(InputError):
    """A sheet is longer than one import takes."""

    code = "registry.exchange.too_many_rows"
    template = gettext_noop(
        "Sheet %(sheet)s of %(file)s has %(rows)s rows; at most %(limit)s are taken at once."
    )
    remedy = gettext_noop("Split the rows over several files.")


@dataclass(slots=True, kw_only=True)
class SheetRow:
    """One row: what stands in it, what it means, what is wrong with it.

    Attributes:
        number: Row of the sheet as Excel counts.
        raw: The cells as they stand, for the workbook of rejected rows.
        values: Value by column key; an empty cell is absent, a cell that says 清空 is None.
    """

    number: int
    raw: Sequence[Any]
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[CellProblem] = field(default_factory=list)
    warnings: list[CellProblem] = field(default_factory=list)

    def refuse(self, code: str, column: str = "", /, **facts: Any) -> None:
        """Add a problem, which keeps the row out."""
        self.problems.append(CellProblem(code=code, column=column, facts=facts))

    def warn(self, code: str, column: str = "", /, **facts: Any) -> None:
        """Add a warning, which does not keep the row out."""
        self.warnings.append(CellProblem(code=code, column=column, facts=facts))


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSheet:
    """A sheet that was found and checked, ready to be read row by row."""

    file: str
    sheet: str
    kind: SheetKind
    header: Header
    total: int
    checked: Checked
    ignored_sheets: tuple[str, ...]
    source: CalamineSheet = field(repr=False)

    def rows(self) -> Iterator[SheetRow]:
        """Read the rows below the header; empty rows are left out."""
        fill = _merged_fill(self.source, self.header.row)
        readers = [
            _Reader(index=place.index, column=place.column, unit=place.unit)
            for place in self.header.places
        ]
        for number, row in enumerate(self.source.iter_rows(), start=1):
            if number <= self.header.row + 1:
                continue
            cells: Sequence[Any] = fill(number - 1, row) if fill else row
            if not any(cell not in ("", None) for cell in cells):
                continue
            if number <= self.header.row + 3 and is_header_again(cells, self.header, self.kind):
                continue
            yield _read_row(number, cells, readers)


def open_sheet(file: str, content: bytes, kind: SheetKind) -> OpenSheet:
    """Check a file and find the sheet of a register in it.

    Args:
        file: Its name.
        content: Its bytes.
        kind: The register.

    Raises:
        InputError: One of guard.py, headers.py and this module, with file, sheet and what to do.
    """
    checked = check_file(file, content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        visible = [s.name for s in book.sheets_metadata if s.visible == SheetVisibleEnum.Visible]
        hidden = [s.name for s in book.sheets_metadata if s.name not in visible]
        return _choose_sheet(file, book, visible, hidden, kind, checked)
    except PasswordError as error:
        raise WorkbookEncrypted(file=file) from error
    except CalamineError as error:
        raise WorkbookDamaged(file=file, part=str(error)[:80]) from error


def _choose_sheet(
    file: str,
    book: CalamineWorkbook,
    visible: list[str],
    hidden: list[str],
    kind: SheetKind,
    checked: Checked,
) -> OpenSheet:
    best: Header | None = None
    for name in visible:
        source = book.get_sheet_by_name(name)
        top = list(islice(source.iter_rows(), _SAMPLE_ROWS))
        header = find_header(top, kind)
        if header is None:
            near = closest_header(top, kind)
            best = near if near and (best is None or len(near.places) > len(best.places)) else best
            continue
        check_header(file, name, header)
        below = [row for row in top[header.row + 1 :] if not is_header_again(row, header, kind)]
        if not any(cell not in ("", None) for row in below for cell in row):
            raise SheetEmpty(file=file, sheet=name)
        if source.total_height - header.row - 1 > MAX_ROWS:
            raise TooManyRows(file=file, sheet=name, rows=source.total_height, limit=MAX_ROWS)
        check_not_swapped(file, name, header, below)
        others = [*(other for other in visible if other != name), *hidden]
        return OpenSheet(
            file=file,
            sheet=name,
            kind=kind,
            header=header,
            total=source.total_height - header.row - 1,
            checked=checked,
            ignored_sheets=tuple(others),
            source=source,
        )
    missing = missing_columns(best, kind) if best else [c for c in kind.columns if c.required]
    raise HeaderMissing(
        file=file, register=kind.zh, missing="、".join(column.zh for column in missing) or "-"
    )


_REMEMBERED_TEXTS = 4096


@dataclass(slots=True, kw_only=True)
class _Reader:
    """Reads the cells of one column; texts that come again, as names of schools do, are read once."""

    index: int
    column: Column
    unit: str
    known: dict[str, Any] = field(default_factory=dict)

    def read(self, row: SheetRow, cell: Any) -> None:
        column = self.column
        if isinstance(cell, str):
            if cell in self.known:
                row.values[column.key] = self.known[cell]
                return
            if _is_special(row, column, cell):
                return
        try:
            value = READERS[column.type](cell, column, self.unit)
        except CellRefused as refusal:
            row.refuse(refusal.code, column.key, **refusal.facts)
            return
        if value == "" and column.words is None:
            return
        row.values[column.key] = value
        if column.type == "share" and self.unit == "%" and 0 < value < _ONE_PERCENT:
            row.warn("percent_small", column.key, value=plain_text(cell))
        elif isinstance(cell, str) and len(self.known) < _REMEMBERED_TEXTS:
            self.known[cell] = value


def _read_row(number: int, cells: Sequence[Any], readers: Sequence[_Reader]) -> SheetRow:
    row = SheetRow(number=number, raw=cells)
    width = len(cells)
    for reader in readers:
        cell = cells[reader.index] if reader.index < width else ""
        if cell in ("", None) or (isinstance(cell, str) and not cell.strip()):
            if reader.column.required:
                row.refuse("needed", reader.column.key)
            continue
        reader.read(row, cell)
    if any(problem.code == "example_left" for problem in row.problems):
        row.problems = row.problems[:1]
    return row


def _is_special(row: SheetRow, column: Column, cell: str) -> bool:
    """Deal with what is no value: a formula error, the example row, the word that clears a cell."""
    text = cell.strip()
    if text in FORMULA_ERRORS:
        row.refuse("formula_error", column.key, value=text)
        return True
    if column.required and fold(text).startswith(_EXAMPLE_MARKS):
        row.problems[:] = [CellProblem(code="example_left", column=column.key)]
        return True
    if text.lower() in CLEAR_WORDS:
        if column.required or column.needed:
            row.refuse("closed_word", column.key)
        else:
            row.values[column.key] = None
        return True
    return False


def _merged_fill(source: CalamineSheet, header_row: int) -> Any:
    """Make the function that gives every cell of a merged range below the header the value of its first cell."""
    ranges = [
        (start, end)
        for start, end in (source.merged_cell_ranges or ())
        if start[0] > header_row and (end[0] > start[0] or end[1] > start[1])
    ]
    if not ranges:
        return None
    left = source.start[1] if source.start else 0  # rows come without the empty columns at the left
    by_row: dict[int, list[tuple[tuple[int, int], tuple[int, int]]]] = {}
    for (top, first), (bottom, last) in ranges:
        start, end = (top, first - left), (bottom, last - left)
        for row in range(start[0], end[0] + 1):
            by_row.setdefault(row, []).append((start, end))
    kept: dict[tuple[int, int], Any] = {}

    def fill(number: int, row: Sequence[Any]) -> Sequence[Any]:
        if number not in by_row:
            return row
        cells = list(row)
        for start, end in by_row[number]:
            if number == start[0]:
                kept[start] = cells[start[1]] if start[1] < len(cells) else ""
            for column in range(start[1], min(end[1] + 1, len(cells))):
                cells[column] = kept.get(start, "")
        return cells

    return fill


def chunks(rows: Iterator[SheetRow], size: int) -> Iterator[list[SheetRow]]:
    """Give the rows in lists of at most a size."""
    for first in rows:
        yield list(chain((first,), islice(rows, size - 1)))
