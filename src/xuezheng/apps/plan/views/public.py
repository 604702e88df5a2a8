"""The public board: published figures, without signing in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xuezheng.apps.accounts.permissions import require
from xuezheng.apps.plan.models import Section
from xuezheng.apps.plan.selectors.board import BoardFilter, read_board
from xuezheng.apps.plan.views.common import context_of, open_page
from xuezheng.apps.plan.views.sheets import board_sheet
from xuezheng.apps.plan.workbook import workbook_response


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show every commitment with its published figure and light."""
    require(request, "plan.view_board")
    page = open_page(request)
    wanted = _public_filter(request)
    board = read_board(page.plan, page.run, wanted)
    sections = Section.objects.filter(plan=page.plan)
    context = context_of(page, wanted=wanted, board=board, sections=sections, is_public=True)
    return render(request, "plan/public.html", context)


@require_safe
def workbook(request: HttpRequest) -> HttpResponse:
    """Give the public board as an Excel file."""
    require(request, "plan.view_board")
    page = open_page(request)
    board = read_board(page.plan, page.run, _public_filter(request))
    return workbook_response(
        board_sheet(page, board, public=True), name=f"{_('Public plan board')}.xlsx"
    )


def _public_filter(request: HttpRequest) -> BoardFilter:
    asked = BoardFilter.of(request.GET.dict())
    return BoardFilter(section=asked.section, light=asked.light, search=asked.search)
