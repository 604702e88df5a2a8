"""The gallery of components: how each is used and what it looks like."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from xuezheng.apps.accounts.permissions import may_anywhere

_LIGHTS = ("met", "on_track", "at_risk", "late", "no_data")
_RESULTS = ("pass", "near", "fail", "undetermined", "not_applicable")
_PAGES = 12


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label=_("Name of the school"), help_text=_("As on its seal."))
    founded = forms.DateField(
        label=_("Founded on"),
        widget=forms.DateInput(attrs={"type": "date"}),
        required=False,
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("p", _("Primary school")), ("j", _("Junior school"))]
    )
    owner = forms.ChoiceField(
        label=_("Run by"),
        choices=[("1", _("Public")), ("2", _("Private"))],
        widget=forms.RadioSelect,
    )
    boards = forms.BooleanField(label=_("Takes boarders"), required=False)


class SampleFilter(forms.Form):
    """What stands above a list."""

    name = forms.CharField(label=_("Name or code"), required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("p", _("Primary school")), ("j", _("Junior school"))]
    )
    boards = forms.BooleanField(label=_("Takes boarders"), required=False)


@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component with invented data, to staff and in the demonstration city."""
    if not settings.DEMONSTRATION and not may_anywhere(request.user, "plan.view_internal"):
        raise Http404
    here = reverse("portal:gallery")
    context: dict[str, Any] = {
        "lights": _LIGHTS,
        "results": _RESULTS,
        "counts": dict(zip(_LIGHTS, (12, 48, 17, 6, 20), strict=True)),
        "bars": _bars(),
        "trend": (3, 5, 9, 14, None, 22, 27, 31),
        "facts": (
            {"label": _("Code"), "value": "2123900017", "mono": True},
            {"label": _("Students"), "value": "1,204"},
        ),
        "answers": (
            {"label": pgettext_lazy("of a thing", "Name"), "value": "示例小学", "change_url": here},
        ),
        "tabs": (
            {"label": _("Facts"), "url": here, "is_current": True},
            {"label": _("Classes"), "url": here, "count": 24},
        ),
        "events": (
            {
                "at": timezone.now(),
                "who": "王计划",
                "what": "50 → 52",
                "why": _("Two were added."),
            },
        ),
        "nodes": (
            {
                "label": _("The whole city"),
                "note": "103",
                "children": ({"label": "道里区", "url": here, "note": "41"},),
            },
        ),
        "hashes": ({"label": _("Snapshot"), "value": "9f2c" * 16},),
        "sample_form": SampleForm(data={"kind": "p", "founded": ""}),
        "filter_form": SampleFilter(initial={"kind": "p"}),
        "page": Paginator(range(_PAGES * 10), 10).get_page(request.GET.get("page")),
        "chart": {
            "kind": "line",
            "unit": "%",
            "categories": [str(date(2023, month, 1))[:7] for month in range(1, 10)],
            "series": [
                {"name": str(_("Verified")), "values": [10, 14, 21, 30, 36, 47, 55, 61, 70]},
                {
                    "name": str(_("Expected")),
                    "values": [8, 17, 25, 33, 42, 50, 58, 67, 75],
                    "dashed": True,
                },
            ],
        },
    }
    return render(request, "portal/gallery.html", context)


def _bars() -> tuple[dict[str, Any], ...]:
    return (
        {
            "what": "50",
            "state": "on_track",
            "verified": 38,
            "claimed": 42,
            "target": 50,
            "expected": 36,
            "low": 46,
            "high": 54,
        },
        {
            "what": "120 → 0",
            "state": "at_risk",
            "verified": 60,
            "claimed": 48,
            "target": 0,
            "baseline": 120,
            "expected": 40,
        },
        {
            "what": "8",
            "state": "late",
            "verified": 2,
            "claimed": 3,
            "target": 8,
            "expected": 6,
            "low": 3,
            "high": 5,
        },
        {
            "what": "252",
            "state": "met",
            "verified": 260,
            "claimed": 260,
            "target": 252,
            "expected": 189,
        },
        {
            "what": "100 %",
            "state": "no_data",
            "verified": None,
            "claimed": 20,
            "target": 100,
            "expected": 75,
        },
    )
