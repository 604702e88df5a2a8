"""The audit list as Excel and CSV."""

import csv
import io
import json
from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.worksheet.worksheet import Worksheet

from xuezheng.apps.record.models import AuditEvent

EXCEL_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def events_csv(rows: Iterable[AuditEvent]) -> Iterator[str]:
    """Write rows as CSV, line by line, with the mark by which Excel knows UTF-8."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow(_headings())
    for row in rows:
        writer.writerow([_harmless(value) for value in _cells(row)])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def events_workbook(rows: Iterable[AuditEvent]) -> bytes:
    """Write rows as a workbook; every cell is text, so nothing in it can act as a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Audit log"))
    sheet.append(_headings())
    for row in rows:
        sheet.append([_text_cell(sheet, value) for value in _cells(row)])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _headings() -> list[str]:
    return [
        _("Time"),
        _("Who"),
        _("Action"),
        _("Kind of subject"),
        _("Subject"),
        _("Division code"),
        _("Facts"),
        _("Stream"),
        _("Sequence"),
        _("Hash"),
    ]


def _cells(row: AuditEvent) -> list[str]:
    return [
        timezone.localtime(row.at).strftime("%Y-%m-%d %H:%M:%S"),
        row.actor_label,
        row.action,
        row.subject_kind,
        row.subject_id,
        row.division,
        json.dumps(row.facts, ensure_ascii=False, sort_keys=True),
        row.stream,
        str(row.sequence),
        row.hash,
    ]


def _text_cell(sheet: Worksheet, value: str) -> Cell:
    cell: Cell = WriteOnlyCell(
        sheet, value="".join(sign for sign in value if sign >= " " or sign in "\t\n")
    )
    cell.data_type = "s"
    return cell


def _harmless(value: str) -> str:
    """Put a quote before what a spreadsheet would take for a formula."""
    return f"'{value}" if value.startswith(_FORMULA_STARTS) else value
