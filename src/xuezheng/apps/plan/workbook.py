"""Tables as Excel files; text is always text, so that no cell can become a formula."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.http import HttpResponse
from django.utils.encoding import escape_uri_path
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDEST = 60


def table_workbook(
    *,
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    notes: Sequence[str],
    widths: Sequence[int],
) -> bytes:
    """Write one table as a workbook: the notes above it, the header kept in sight, a filter on every column."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    for index, width in enumerate(widths, start=1):
        sheet.column_dimensions[_letter(index)].width = min(width, _WIDEST)
    first_row = len(notes) + 2
    sheet.freeze_panes = f"A{first_row + 1}"
    for note in notes:
        sheet.append([_cell(sheet, note)])
    sheet.append([])
    sheet.append([_header(sheet, column) for column in columns])
    count = 0
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
        count += 1
    sheet.auto_filter.ref = f"A{first_row}:{_letter(len(columns))}{first_row + count}"
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def workbook_response(content: bytes, *, name: str) -> HttpResponse:
    """Hand a workbook to the browser as a download."""
    response = HttpResponse(content, content_type=MEDIA_TYPE)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{escape_uri_path(name)}"
    return response


def _header(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, value=str(text))
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", start_color="E9EEF5")
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _cell(sheet: Any, value: Any) -> Any:
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


def _letter(index: int) -> str:
    letters = ""
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
