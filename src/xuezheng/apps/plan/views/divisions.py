"""The plan seen by division and by unit of the bureau."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xuezheng.apps.plan.models import BureauUnit, Light, NoticeState, SupervisionNotice
from xuezheng.apps.plan.selectors.access import repliable
from xuezheng.apps.plan.selectors.board import BoardFilter, division_lights, read_board
from xuezheng.apps.plan.views.common import (
    context_of,
    divisions_by_code,
    find_division,
    open_page,
    require_sight,
)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Compare the divisions by their lights."""
    page = open_page(request)
    if not page.viewer.is_internal:
        require_sight(page, "")
    lights = division_lights(page.run, page.plan.commitments.all())
    rows = [
        (one, lights.get(code))
        for code, one in divisions_by_code().items()
        if page.viewer.sees(code)
    ]
    return render(
        request, "plan/divisions.html", context_of(page, rows=rows, order=list(Light.values))
    )


@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """Show all that one division has taken on."""
    page = open_page(request)
    require_sight(page, code)
    division = find_division(code)
    wanted = BoardFilter(division=code, light=BoardFilter.of(request.GET.dict()).light)
    board = read_board(page.plan, page.run, wanted)
    notices = SupervisionNotice.objects.filter(
        commitment__plan=page.plan, division=division
    ).select_related("commitment")
    context = context_of(
        page,
        division=division,
        wanted=wanted,
        board=board,
        notices=notices,
        repliable=repliable(request.user, notices),
        open_notices=sum(notice.state == NoticeState.OPEN for notice in notices),
        today=page.today,
    )
    return render(request, "plan/division.html", context)


@require_safe
def unit(request: HttpRequest, key: str) -> HttpResponse:
    """Show all that one unit of the bureau leads or helps with."""
    page = open_page(request)
    require_sight(page, "")
    found = BureauUnit.objects.filter(key=key).first()
    if found is None:
        raise Http404(f"unit {key}")
    wanted = BoardFilter(owner=key, light=BoardFilter.of(request.GET.dict()).light)
    board = read_board(page.plan, page.run, wanted)
    notices = SupervisionNotice.objects.filter(
        commitment__plan=page.plan, unit=found
    ).select_related("commitment")
    context = context_of(
        page,
        unit=found,
        wanted=wanted,
        board=board,
        notices=notices,
        repliable=repliable(request.user, notices),
        today=page.today,
    )
    return render(request, "plan/unit.html", context)
