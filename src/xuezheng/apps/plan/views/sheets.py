"""The plan's tables as workbooks."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xuezheng.apps.plan.models import CommitmentStatus
from xuezheng.apps.plan.selectors.board import Board
from xuezheng.apps.plan.sentences import METHODS, why_light
from xuezheng.apps.plan.views.common import Page
from xuezheng.apps.plan.workbook import Table, write_tables

_BOARD_WIDTHS = (8, 22, 46, 22, 12, 12, 12, 12, 12, 12, 12, 12, 34, 12, 60, 12)


def board_sheet(page: Page, board: Board, *, public: bool = False) -> bytes:
    """Write the board as a workbook; the public one has published figures only, no claims."""
    columns = [
        _("Number"),
        _("Section"),
        _("Commitment"),
        _("Lead unit"),
        _("Kind"),
        _("Target"),
        _("Unit of measurement"),
        _("Verified"),
        _("Claimed"),
        _("Expected by now"),
        _("Forecast low"),
        _("Forecast high"),
        _("Forecast method"),
        _("Light"),
        _("Why"),
        _("Updated"),
    ]
    claimed = columns.index(_("Claimed"))
    rows = [_board_row(row) for row in board.rows]
    if public:
        columns = [name for index, name in enumerate(columns) if index != claimed]
        rows = [[value for index, value in enumerate(row) if index != claimed] for row in rows]
    return write_tables(
        Table(
            title=_("Plan board"),
            columns=columns,
            rows=rows,
            notes=figure_notes(page),
            widths=_BOARD_WIDTHS,
        )
    )


def figure_notes(page: Page) -> list[str]:
    """Say which plan, day and snapshot figures come from, as stands above every table that leaves the house."""
    english = (get_language() or "").startswith("en")
    notes = [page.plan.title_en if english else page.plan.title_zh]
    if page.run is not None:
        said = {
            "day": page.run.as_of.isoformat(),
            "snapshot": page.run.snapshot_id,
            "hash": page.run.snapshot.sha256,
        }
        notes.append(_("Figures of %(day)s, from snapshot %(snapshot)s (SHA-256 %(hash)s)") % said)
    return notes


def _board_row(row: CommitmentStatus) -> list[Any]:
    commitment = row.commitment
    english = (get_language() or "").startswith("en")
    unit = commitment.unit_en if english else commitment.unit_zh
    owner = commitment.owner
    return [
        commitment.code,
        commitment.section.title_en if english else commitment.section.title_zh,
        commitment.title_en if english else commitment.title_zh,
        (owner.name_en if english else owner.name_zh) if owner else "",
        commitment.get_kind_display(),
        row.target,
        "%" if row.in_percent else unit,
        row.verified,
        row.claimed,
        row.expected,
        row.forecast_low,
        row.forecast_high,
        str(METHODS.get(row.forecast_method, "")),
        row.get_light_display(),
        why_light(row),
        row.updated_on,
    ]
