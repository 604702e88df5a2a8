"""The registry's own front page, the divisions, and their boundaries."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from xuezheng.apps.accounts.permissions import may, may_anywhere, require
from xuezheng.apps.registry.models import Division, Township
from xuezheng.apps.registry.selectors import institutions, people, places
from xuezheng.apps.registry.selectors.maps import map_shapes


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show what the registers hold, by kind of institution and by division."""
    require(request, "registry.view")
    counts = places.division_counts()
    divisions = places.divisions_below_city()
    rows = [{"division": one, **counts.get(one.code, {})} for one in divisions]
    totals = {
        key: sum(counts.get(one.code, {}).get(key, 0) for one in divisions)
        for key in ("institutions", "classes", "pupils", "files", "staff")
    }
    return render(
        request,
        "registry/overview.html",
        {
            "kinds": places.institutions_by_kind(),
            "rows": rows,
            "totals": totals,
            "may_see_people": people.may_list(request.user),
            "may_see_internal": may_anywhere(request.user, "registry.view_internal"),
        },
    )


@require_safe
def division(request: HttpRequest, code: str) -> HttpResponse:
    """Show one division: census facts, townships, and what it holds."""
    require(request, "registry.view")
    found = get_object_or_404(Division.objects.defer("boundary"), code=code)
    return render(
        request,
        "registry/division.html",
        {
            "division": found,
            "counts": places.division_counts().get(code, {}),
            "kinds": places.institutions_by_kind(code),
            "groups": institutions.list_groups(division=code),
            **_map_with(code),
            "townships": Township.objects.filter(division=found).order_by("code"),
            "may_edit": may(request.user, "registry.edit", division=code),
            "may_see_plan": may(request.user, "plan.view_internal", division=code),
        },
    )


def _map_with(code: str) -> dict[str, Any]:
    """The city's map with one division marked; the others lead to their own pages."""
    divisions = list(Division.objects.exclude(kind="city").order_by("order", "code"))
    is_english = (get_language() or "").startswith("en")
    names = {one.code: one.name_en if is_english else one.name_zh for one in divisions}
    index = {
        key: {
            "url": reverse("registry:division", args=(key,)),
            "text": name,
            "name": name,
            "fill": "xz-citymap-here" if key == code else "",
        }
        for key, name in names.items()
    }
    return {"shapes": map_shapes(divisions), "map_index": index, "map_label": names.get(code, "")}


@require_safe
@cache_control(public=True, max_age=3600)
def boundaries(request: HttpRequest) -> HttpResponse:
    """Answer with the boundaries of the divisions as GeoJSON, for maps."""
    require(request, "registry.view")
    return HttpResponse(places.boundaries(), content_type="application/geo+json; charset=utf-8")
