"""The report as an Excel workbook: the board, the divisions, what changed, and where the figures come from."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from xuezheng.apps.plan.models import CommitmentStatus, Light
from xuezheng.apps.plan.reports.words import forecast_of, light_of, name_of, source_of, unit_of
from xuezheng.apps.plan.selectors.report import BoardReport, reach_percent

_FILLS = {
    Light.MET: "E3F4E8",
    Light.ON_TRACK: "E6F0FB",
    Light.AT_RISK: "FFF4DE",
    Light.LATE: "FCE8E8",
    Light.NO_DATA: "F1F3F5",
}
_FORMULA_START = ("=", "+", "-", "@", "\t", "\r")


def write_workbook(report: BoardReport) -> bytes:
    """Make the workbook in the active language."""
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)  # a new workbook has one
    _board(first, report)
    _divisions(book.create_sheet(_("Divisions")), report)
    _changes(book.create_sheet(_("Changes")), report)
    _source(book.create_sheet(_("Source")), report)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _board(sheet: Worksheet, report: BoardReport) -> None:
    sheet.title = _("Board")
    headings = (
        *(
            _("No."),
            _("Commitment"),
            _("Owner"),
            _("Target"),
            _("Unit"),
            _("Verified"),
            _("Claimed"),
        ),
        *(
            _("Expected by now"),
            _("Reached, %"),
            _("Forecast for the year's end"),
            _("Light"),
            _("Source of the figure"),
        ),
    )
    rows = (
        (
            *(
                status.commitment.code,
                name_of(status.commitment, "title"),
                name_of(status.commitment.owner),
            ),
            *(status.target, unit_of(status), status.verified, status.claimed, status.expected),
            *(
                reach_percent(status),
                forecast_of(status),
                light_of(status.light),
                source_of(status),
            ),
        )
        for status in report.statuses
    )
    _fill(sheet, headings, rows, widths=(8, 46, 22, 10, 10, 10, 10, 12, 11, 24, 12, 26))
    _colour(sheet, report.statuses, column=11)


def _divisions(sheet: Worksheet, report: BoardReport) -> None:
    headings = (
        *(
            _("Division"),
            _("No."),
            _("Commitment"),
            _("Share of the target"),
            _("Unit"),
            _("Verified"),
        ),
        *(_("Claimed"), _("Expected by now"), _("Light")),
    )
    rows = (
        (
            *(name_of(one.division), one.commitment.code, name_of(one.commitment, "title")),
            *(
                one.target,
                unit_of(one),
                one.verified,
                one.claimed,
                one.expected,
                light_of(one.light),
            ),
        )
        for one in report.divisions
    )
    _fill(sheet, headings, rows, widths=(14, 8, 46, 14, 10, 10, 10, 12, 12))
    _colour(sheet, report.divisions, column=9)


def _changes(sheet: Worksheet, report: BoardReport) -> None:
    rows = (
        (
            one.commitment.code,
            name_of(one.commitment, "title"),
            light_of(one.before),
            light_of(one.after),
        )
        for one in report.changes
    )
    _fill(sheet, (_("No."), _("Commitment"), _("Before"), _("After")), rows, widths=(8, 60, 14, 14))


def _source(sheet: Worksheet, report: BoardReport) -> None:
    run = report.run
    rows = (
        (_("Plan"), name_of(report.plan, "title")),
        (_("Period"), f"{report.since:%Y-%m-%d} – {report.until:%Y-%m-%d}"),
        (_("Figures as of"), f"{run.as_of:%Y-%m-%d}"),
        (_("Snapshot"), run.snapshot_id),
        (_("SHA-256 of the snapshot's manifest"), run.snapshot.sha256),
        (_("Run of the indicators"), run.run_id),
        (_("Pack"), f"{report.plan.pack_id} {report.plan.pack_hash}"),
    )
    _fill(sheet, (_("What"), _("Value")), rows, widths=(36, 90))


def _fill(
    sheet: Worksheet,
    headings: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    widths: Sequence[int],
) -> None:
    sheet.append(list(headings))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for row in rows:
        sheet.append([_safe(value) for value in row])
    for index, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"


def _colour(sheet: Worksheet, statuses: Sequence[CommitmentStatus], *, column: int) -> None:
    for row, status in enumerate(statuses, start=2):
        colour = _FILLS[Light(status.light)]
        sheet.cell(row=row, column=column).fill = PatternFill(
            "solid", start_color=colour, end_color=colour
        )


def _safe(value: Any) -> Any:
    """Keep a text from being read as a formula."""
    if isinstance(value, str) and value.startswith(_FORMULA_START):
        return f"'{value}"
    return value
