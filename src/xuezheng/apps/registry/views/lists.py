"""What every list page shares: filters from the address, a stable order, fifty rows a page."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from xuezheng.apps.registry.selectors.filters import Filter, Query

ROWS_A_PAGE = 50


def page_of(request: HttpRequest, rows: Any) -> Page[Any]:
    """The page that the address asks for; a number out of range gives the nearest page."""
    return Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))


def controls(filters: Sequence[Filter], query: Query) -> list[dict[str, Any]]:
    """The filter bar's controls with their present values."""
    return [
        {"key": item.key, "label": item.label, "choices": item.choices, "value": query[item.key]} for item in filters
    ]


def render_list(
    request: HttpRequest, template: str, *, rows: Any, filters: Sequence[Filter], query: Query, **context: Any
) -> HttpResponse:
    """Answer with a list page, or with its table alone when HTMX asks for a part."""
    return render(
        request,
        template,
        {"page": page_of(request, rows), "controls": controls(filters, query), "query": query, **context},
    )
