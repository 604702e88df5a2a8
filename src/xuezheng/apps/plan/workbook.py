"""Tables as Excel files; text is always text, so that no cell can become a formula."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.http import HttpResponse
from django.utils.encoding import escape_uri_path
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDEST = 90
_LONGEST_TITLE = 31
# What Excel calls A4.
_A4 = 9
_HEADER_COLOUR = "E9EEF5"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coloured:
    """A value on a ground of its own; `colour` is six hexadecimal digits."""

    value: Any
    colour: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One sheet: notes above, a header, and rows of values in the header's order; widths in characters."""

    title: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Any]]
    widths: Sequence[int]
    notes: Sequence[str] = ()


def write_tables(*tables: Table) -> bytes:
    """Write a workbook of one sheet a table, ready to filter on screen and to print on A4."""
    book = Workbook(write_only=True)
    for table in tables:
        _write(book.create_sheet(table.title[:_LONGEST_TITLE]), table)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def workbook_response(content: bytes, *, name: str) -> HttpResponse:
    """Hand a workbook to the browser as a download."""
    response = HttpResponse(content, content_type=MEDIA_TYPE)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{escape_uri_path(name)}"
    return response


def _write(sheet: Any, table: Table) -> None:
    # An empty row keeps the notes apart from the table.
    header_row = len(table.notes) + 2 if table.notes else 1
    for index, width in enumerate(table.widths, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = min(width, _WIDEST)
    sheet.freeze_panes = f"A{header_row + 1}"
    _set_page(sheet, header_row)
    for note in table.notes:
        sheet.append([_cell(sheet, note)])
    if table.notes:
        sheet.append([])
    sheet.append([_header(sheet, column) for column in table.columns])
    count = 0
    for row in table.rows:
        sheet.append([_cell(sheet, value) for value in row])
        count += 1
    last = get_column_letter(len(table.columns))
    sheet.auto_filter.ref = f"A{header_row}:{last}{header_row + count}"


def _set_page(sheet: Any, header_row: int) -> None:
    """A4 across, as wide as the page, the header on every page."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{header_row}:{header_row}"


def _header(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, value=str(text))
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", start_color=_HEADER_COLOUR)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, Coloured):
        cell = _cell(sheet, value.value)
        cell.fill = PatternFill("solid", start_color=value.colour, end_color=value.colour)
        return cell
    if isinstance(value, Decimal):
        value = int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime):
        value = value.replace(tzinfo=None)
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if value is None or isinstance(value, int | float | datetime):
        return WriteOnlyCell(sheet, value=value)
    cell = WriteOnlyCell(sheet, value=str(value))
    cell.data_type = "s"
    return cell
