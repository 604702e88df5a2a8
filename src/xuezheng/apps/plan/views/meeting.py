"""The meeting pack: what is late or at risk, a page each."""

from collections import defaultdict

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xuezheng.apps.plan.models import Light, Risk, RiskState, SupervisionNotice
from xuezheng.apps.plan.selectors.board import board_statuses
from xuezheng.apps.plan.selectors.meeting import history_charts, lagging_divisions
from xuezheng.apps.plan.views.common import context_of, divisions_by_code, open_page, require_sight


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show one sheet for each commitment that is late or at risk, the late ones first."""
    page = open_page(request)
    code = request.GET.get("division", "") or page.viewer.own_division()
    require_sight(page, code)
    statuses = board_statuses(page.plan, page.run, division=code)
    rows = [
        row for wanted in (Light.LATE, Light.AT_RISK) for row in statuses if row.light == wanted
    ]
    for row in rows:
        row.commitment.plan = page.plan
    commitments = [row.commitment for row in rows]
    risks: dict[int, list[Risk]] = defaultdict(list)
    for risk in Risk.objects.filter(commitment__in=commitments, state=RiskState.OPEN):
        if page.viewer.city or risk.division_id == code:
            risks[risk.commitment_id].append(risk)
    notices: dict[int, list[SupervisionNotice]] = defaultdict(list)
    for notice in SupervisionNotice.objects.filter(commitment__in=commitments).select_related(
        "unit", "division"
    ):
        if page.viewer.city or notice.division_id == code:
            notices[notice.commitment_id].append(notice)
    charts = history_charts(rows, division=code)
    lagging = {} if code else lagging_divisions(page.run, commitments)
    sheets = [
        {
            "row": row,
            "chart": charts[row.commitment_id],
            "risks": risks[row.commitment_id],
            "notices": notices[row.commitment_id],
            "lagging": lagging.get(row.commitment_id, []),
        }
        for row in rows
    ]
    context = context_of(
        page,
        sheets=sheets,
        division=divisions_by_code().get(code),
        today=page.today,
    )
    return render(request, "plan/meeting.html", context)
