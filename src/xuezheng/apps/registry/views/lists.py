"""What every list page shares: filters from the address, a stable order, fifty rows a page."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from xuezheng.apps.accounts.permissions import scope_of
from xuezheng.apps.registry.exchange.export import PERSONAL_KINDS
from xuezheng.apps.registry.selectors.filters import Filter, Query

ROWS_A_PAGE = 50


def page_of(request: HttpRequest, rows: Any) -> Page[Any]:
    """The page that the address asks for; a number out of range gives the nearest page."""
    return Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))


def asked(request: HttpRequest, filters: Sequence[Filter]) -> dict[str, str]:
    """What the address asks for; who acts for one institution only starts with that one.

    A bar that was sent, even empty, is an answer: the whole list stays one step away.
    """
    given = request.GET.dict()
    scope = scope_of(request.user, "registry.view_internal")
    if scope.city or scope.divisions or len(scope.institutions) != 1:
        return given
    if any(item.key in given for item in filters):
        return given
    return {**given, "institution": next(iter(scope.institutions))}


def filter_form(filters: Sequence[Filter], query: Query, *, search: Any = "") -> forms.Form:
    """The filter bar as a form that shows what was asked for.

    Args:
        filters: The controls.
        query: Their present values.
        search: Label of the search field; a list without one leaves it empty.
    """
    form = forms.Form(initial={**query.values, "q": query.search})
    if search:
        form.fields["q"] = forms.CharField(
            label=search, required=False, widget=forms.TextInput({"type": "search"})
        )
    for item in filters:
        choices = [("", _("All")), *item.choices]
        form.fields[item.key] = (
            forms.ChoiceField(label=str(item.label), choices=choices, required=False)
            if item.choices
            else forms.CharField(label=str(item.label), required=False)
        )
    return form


def render_list(
    request: HttpRequest,
    template: str,
    *,
    rows: Any,
    filters: Sequence[Filter],
    query: Query,
    search: Any = "",
    export: str = "",
    **context: Any,
) -> HttpResponse:
    """Answer with a list page; `export` names the kind of workbook that holds the same register."""
    return render(
        request,
        template,
        {
            "page": page_of(request, rows),
            "form": filter_form(filters, query, search=search),
            "export_url": _export_url(request, export, query) if export else "",
            **context,
        },
    )


def _export_url(request: HttpRequest, kind: str, query: Query) -> str:
    """The workbook of a register, of the division and institution asked for; nothing for who may not have it."""
    action = "registry.export_person" if kind in PERSONAL_KINDS else "registry.export"
    scope = scope_of(request.user, action)
    division, institution = query["division"], query["institution"]
    if scope.is_empty or (division and not scope.covers(division=division)):
        return ""
    asked = {"division": division, "institution": institution}
    wanted = {key: value for key, value in asked.items() if value}
    address = reverse("registry:exchange_export", args=(kind,))
    return f"{address}?{urlencode(wanted)}" if wanted else address
