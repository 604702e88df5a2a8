"""The facts behind a figure: the rows, filtered, fifty a page, and all of them as Excel."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xuezheng.apps.plan.models import Commitment, IndicatorResult, Level, ResultState
from xuezheng.apps.plan.views.common import (
    Page,
    context_of,
    divisions_by_code,
    find_commitment,
    open_page,
)
from xuezheng.apps.plan.views.fact_cells import fact_rows, sheet_rows, shown_columns
from xuezheng.apps.plan.views.sheets import figure_notes
from xuezheng.apps.plan.workbook import Table, workbook_response, write_tables
from xuezheng.apps.registry.models import Institution
from xuezheng.evidence import facts_page, facts_table

PAGE_ROWS = 50
_LARGEST_SHEET = 200_000
_LONGEST_PAGE_NUMBER = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class FactFilter:
    """Which facts are asked for."""

    reading: str
    division: str
    institution: str
    state: str
    search: str
    order: str

    def arguments(self) -> dict[str, Any]:
        """Give what `facts_page` and `facts_table` take."""
        asked = {
            "reading": self.reading,
            "division": self.division,
            "institution": self.institution,
            "state": self.state,
            "search": self.search,
        }
        return {name: value or None for name, value in asked.items()}


@require_safe
def index(request: HttpRequest, code: str) -> HttpResponse:
    """Show the facts behind a commitment's figure."""
    page, commitment, wanted = _open(request, code)
    number = _page_number(request.GET.get("page", ""))
    found = facts_page(
        Path(page.run.folder),  # type: ignore[union-attr]  # _open answers 404 without a run
        commitment.indicator,
        order=wanted.order or None,
        offset=(number - 1) * PAGE_ROWS,
        limit=PAGE_ROWS,
        **wanted.arguments(),
    )
    divisions = divisions_by_code()
    context = context_of(
        page,
        commitment=commitment,
        wanted=wanted,
        facts=found,
        columns=shown_columns(found.columns),
        rows=fact_rows(found),
        page_links=_paginator(found.total, number),
        division=divisions.get(wanted.division),
        seen_divisions=[one for one in divisions.values() if page.viewer.sees(one.code)],
        readings=commitment.readings.all(),
        states=ResultState.choices,
        result=_result(page, commitment, wanted),
        institution=Institution.objects.filter(code=wanted.institution).first()
        if wanted.institution
        else None,
    )
    return render(request, "plan/facts.html", context)


@require_safe
def workbook(request: HttpRequest, code: str) -> HttpResponse:
    """Give all facts that pass the filter as an Excel file."""
    page, commitment, wanted = _open(request, code)
    columns, rows = facts_table(
        Path(page.run.folder),  # type: ignore[union-attr]  # _open answers 404 without a run
        commitment.indicator,
        order=wanted.order or None,
        **wanted.arguments(),
    )
    english = (get_language() or "").startswith("en")
    limited = (row for number, row in enumerate(rows) if number < _LARGEST_SHEET)
    content = write_tables(
        Table(
            title=f"{commitment.code} {_('Underlying facts')}",
            columns=[column.title_en if english else column.title_zh for column in columns],
            rows=sheet_rows(columns, limited),
            notes=[
                f"{commitment.code} {commitment.title_en if english else commitment.title_zh}",
                *figure_notes(page),
            ],
            widths=[16] * len(columns),
        )
    )
    return workbook_response(content, name=f"{commitment.code} {_('Underlying facts')}.xlsx")


def _page_number(text: str) -> int:
    """Read a page's number; whatever is none, or far beyond any page, is the first."""
    is_number = text.isascii() and text.isdigit() and len(text) <= _LONGEST_PAGE_NUMBER
    return max(1, int(text)) if is_number else 1


def _open(request: HttpRequest, code: str) -> tuple[Page, Commitment, FactFilter]:
    page = open_page(request, action="plan.view_facts")
    commitment = find_commitment(page.plan, code)
    if not commitment.indicator or page.run is None:
        raise Http404(f"commitment {code} has no computed figure")
    wanted = FactFilter(
        reading=request.GET.get("reading", "")[:60],
        division=request.GET.get("division", "")[:6],
        institution=request.GET.get("institution", "")[:10],
        state=request.GET.get("state", "")[:16],
        search=request.GET.get("q", "").strip()[:60],
        order=request.GET.get("sort", "")[:60],
    )
    return page, commitment, _within_sight(page, wanted)


def _within_sight(page: Page, wanted: FactFilter) -> FactFilter:
    """Keep a viewer of a division or an institution inside it.

    Raises:
        PermissionDenied: If the address names another one, or the viewer has none.
    """
    viewer = page.viewer
    if viewer.city:
        return wanted
    if wanted.division and wanted.division in viewer.divisions:
        inside = Institution.objects.filter(code=wanted.institution, division=wanted.division)
        if wanted.institution and not inside.exists():
            raise PermissionDenied("plan.view_facts")
        return wanted
    if viewer.institutions and not wanted.division:
        own = wanted.institution or min(viewer.institutions)
        if own in viewer.institutions:
            return _replaced(wanted, institution=own)
    if viewer.divisions and not wanted.division:
        return _within_sight(page, _replaced(wanted, division=min(viewer.divisions)))
    raise PermissionDenied("plan.view_facts")


def _replaced(wanted: FactFilter, *, division: str = "", institution: str = "") -> FactFilter:
    return FactFilter(
        reading=wanted.reading,
        division=division or wanted.division,
        institution=institution or wanted.institution,
        state=wanted.state,
        search=wanted.search,
        order=wanted.order,
    )


def _paginator(total: int, number: int) -> Any:
    paginator = Paginator(range(total), PAGE_ROWS)
    return SimpleLazyObject(lambda: paginator.get_page(number))


def _result(page: Page, commitment: Commitment, wanted: FactFilter) -> IndicatorResult | None:
    """Find the figure that these facts add up to."""
    rows = IndicatorResult.objects.filter(run=page.run, indicator=commitment.indicator)
    rows = rows.filter(reading=wanted.reading) if wanted.reading else rows.filter(is_official=True)
    if wanted.institution:
        return rows.filter(level=Level.INSTITUTION, unit_code=wanted.institution).first()
    if wanted.division:
        return rows.filter(level=Level.DIVISION, unit_code=wanted.division).first()
    return rows.filter(level=Level.CITY).first()
