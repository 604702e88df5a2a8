"""The board: list, map and trend of all commitments, with Excel out; and the page that explains the lights."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xuezheng.apps.accounts.permissions import may_anywhere, require
from xuezheng.apps.plan.engine_adapter import decision_table
from xuezheng.apps.plan.models import BureauUnit, CommitmentKind, Section
from xuezheng.apps.plan.selectors.board import (
    Board,
    BoardFilter,
    DivisionLights,
    division_lights,
    read_board,
    read_trends,
)
from xuezheng.apps.plan.selectors.pictures import ShareScale
from xuezheng.apps.plan.sentences import in_language
from xuezheng.apps.plan.views.common import (
    Page,
    context_of,
    divisions_by_code,
    open_page,
    require_sight,
)
from xuezheng.apps.plan.views.sheets import board_sheet
from xuezheng.apps.plan.workbook import workbook_response
from xuezheng.apps.registry.models import Division
from xuezheng.apps.registry.selectors.maps import map_shapes


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the board of the city, or of one division."""
    page = open_page(request)
    if not page.viewer.is_internal:
        return redirect("plan:public")
    wanted = BoardFilter.of(request.GET.dict())
    if not wanted.division and not page.viewer.city:
        query = request.GET.copy()
        query["division"] = page.viewer.own_division()
        return redirect(f"{reverse('plan:board')}?{query.urlencode()}")
    require_sight(page, wanted.division)
    board = read_board(page.plan, page.run, wanted)
    context = _context(page, wanted, board) | {
        "may_report": may_anywhere(request.user, "plan.report")
    }
    htmx = getattr(request, "htmx", None)
    partial = htmx is not None and bool(htmx) and not htmx.boosted
    return render(request, "plan/parts/board_body.html" if partial else "plan/board.html", context)


@require_safe
def workbook(request: HttpRequest) -> HttpResponse:
    """Give the rows of the board, as filtered, as an Excel file."""
    page = open_page(request)
    wanted = BoardFilter.of(request.GET.dict())
    require_sight(page, wanted.division)
    board = read_board(page.plan, page.run, wanted)
    day = page.run.as_of.isoformat() if page.run else ""
    return workbook_response(
        board_sheet(page, board), name=f"{_('Plan board')} {day}.xlsx".replace(" .", ".")
    )


@require_safe
def lights(request: HttpRequest) -> HttpResponse:
    """Explain the lights: the decision table with the thresholds of the plan."""
    require(request, "plan.view_board")
    page = open_page(request)
    table = decision_table()
    outlooks = ("reaches", "may_reach", "misses", "unknown")
    rows = [
        (pace, [table[pace, outlook] for outlook in outlooks])
        for pace in ("ahead", "behind", "far_behind", "unknown")
    ]
    return render(
        request, "plan/lights.html", context_of(page, rows=rows, rules=page.plan.parameters)
    )


def _context(page: Page, wanted: BoardFilter, board: Board) -> dict[str, Any]:
    divisions = divisions_by_code()
    context = context_of(
        page,
        wanted=wanted,
        board=board,
        divisions=divisions.values(),
        seen_divisions=[one for one in divisions.values() if page.viewer.sees(one.code)],
        division=divisions.get(wanted.division),
        sections=Section.objects.filter(plan=page.plan),
        units=BureauUnit.objects.all(),
        kinds=CommitmentKind.choices,
        is_filtered=any((wanted.section, wanted.owner, wanted.light, wanted.kind, wanted.search)),
    )
    commitments = [row.commitment for row in board.rows]
    if wanted.view == "map":
        lights_by_division = division_lights(page.run, commitments)
        context["shapes"] = map_shapes(divisions.values())
        context["map_rows"] = [
            (division, lights_by_division.get(code))
            for code, division in divisions.items()
            if page.viewer.sees(code)
        ]
        scale = ShareScale.over(
            float(found.good_share)
            for code, found in lights_by_division.items()
            if found.good_share is not None and page.viewer.sees(code)
        )
        context["map_index"] = {
            code: _map_entry(
                division, lights_by_division.get(code), scale=scale, sees=page.viewer.sees(code)
            )
            for code, division in divisions.items()
        }
        context["map_label"] = _("Map of the divisions: share of commitments met or on track")
        context["map_scale"] = scale.steps()
    if wanted.view == "trend":
        context["trends"] = read_trends(
            page.plan, division=wanted.division, commitments=commitments
        )
        context["trend_lines"] = [
            _trend_line(day, counts) for day, counts in reversed(context["trends"].lights)
        ]
    return context


def _map_entry(
    division: Division, found: DivisionLights | None, *, scale: ShareScale, sees: bool
) -> dict[str, Any]:
    name = in_language(division)
    if found is None or not sees:
        return {"name": name, "text": name, "fill": "plan-shade-0", "url": ""}
    share = found.good_share
    said = f"{name}: {found.good}/{found.total}" + ("" if share is None else f" ({share:.1%})")
    url = reverse("plan:division", args=[division.code])
    return {
        "name": name,
        "text": said,
        "fill": f"plan-shade-{scale.shade(None if share is None else float(share))}",
        "url": url,
    }


def _trend_line(day: date, counts: Sequence[tuple[str, int]]) -> dict[str, Any]:
    total = sum(count for _light, count in counts) or 1
    parts, x = [], 0.0
    for light, count in counts:
        width = 100 * count / total
        parts.append({"light": light, "x": f"{x:.2f}", "width": f"{width:.2f}"})
        x += width
    return {"day": day, "counts": counts, "parts": parts}
