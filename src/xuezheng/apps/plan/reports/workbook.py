"""The report as an Excel workbook: the board, the divisions, what changed, and where the figures come from."""

from django.utils.translation import gettext as _

from xuezheng.apps.plan.models import Light
from xuezheng.apps.plan.reports.words import forecast_of, light_of, name_of, source_of, unit_of
from xuezheng.apps.plan.selectors.report import BoardReport, reach_percent
from xuezheng.apps.plan.workbook import Coloured, Table, write_tables

_FILLS = {
    Light.MET: "E3F4E8",
    Light.ON_TRACK: "E6F0FB",
    Light.AT_RISK: "FFF4DE",
    Light.LATE: "FCE8E8",
    Light.NO_DATA: "F1F3F5",
}


def write_workbook(report: BoardReport) -> bytes:
    """Make the workbook in the active language."""
    return write_tables(_board(report), _divisions(report), _changes(report), _source(report))


def _board(report: BoardReport) -> Table:
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
                _light(status.light),
                source_of(status),
            ),
        )
        for status in report.statuses
    )
    widths = (8, 46, 22, 10, 10, 10, 10, 12, 11, 24, 12, 26)
    return Table(title=_("Board"), columns=headings, rows=rows, widths=widths)


def _divisions(report: BoardReport) -> Table:
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
                _light(one.light),
            ),
        )
        for one in report.divisions
    )
    widths = (14, 8, 46, 14, 10, 10, 10, 12, 12)
    return Table(title=_("Divisions"), columns=headings, rows=rows, widths=widths)


def _changes(report: BoardReport) -> Table:
    rows = (
        (
            one.commitment.code,
            name_of(one.commitment, "title"),
            _light(one.before),
            _light(one.after),
        )
        for one in report.changes
    )
    headings = (_("No."), _("Commitment"), _("Before"), _("After"))
    return Table(title=_("Changes"), columns=headings, rows=rows, widths=(8, 60, 14, 14))


def _source(report: BoardReport) -> Table:
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
    headings = (_("What"), _("Value"))
    return Table(title=_("Source"), columns=headings, rows=rows, widths=(36, 90))


def _light(light: str) -> Coloured:
    """The light's word on its colour."""
    return Coloured(value=light_of(light), colour=_FILLS[Light(light)])
