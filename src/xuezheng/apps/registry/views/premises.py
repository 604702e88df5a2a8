"""The lists of classes, of rooms and grounds, and of restrictions."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xuezheng.apps.accounts.permissions import require, scope_of
from xuezheng.apps.registry.models import Facility, Restriction
from xuezheng.apps.registry.selectors import places, premises
from xuezheng.apps.registry.selectors.classes import current_classes
from xuezheng.apps.registry.selectors.filters import read_query
from xuezheng.apps.registry.views.lists import asked, render_list


def _inside(request: HttpRequest, *, institution: str | None) -> Any:
    """The condition that keeps what the reader may see behind the public pages."""
    scope = scope_of(request.user, "registry.view_internal")
    if not (scope.city or scope.divisions or scope.institutions):
        raise PermissionDenied("registry.view_internal")
    return scope.filter(division="division_id", institution=institution)


@require_safe
def classes(request: HttpRequest) -> HttpResponse:
    """List classes with their size in the register and as reported."""
    require(request, "registry.view")
    filters = premises.class_filters(places.division_choices())
    query = read_query(asked(request, filters), filters)
    rows = premises.list_classes(
        current_classes(), query=query, filters=filters, order=request.GET.get("sort", "")
    )
    return render_list(
        request,
        "registry/classes.html",
        rows=rows,
        filters=filters,
        query=query,
        export="classes",
    )


@require_safe
def facilities(request: HttpRequest) -> HttpResponse:
    """List rooms and grounds in the reader's scope."""
    inside = _inside(request, institution="institution_id")
    filters = premises.facility_filters(places.division_choices())
    query = read_query(request.GET.dict(), filters)
    rows = premises.list_facilities(Facility.objects.filter(inside), query=query, filters=filters)
    return render_list(
        request,
        "registry/facilities.html",
        rows=rows,
        filters=filters,
        query=query,
        export="facilities",
    )


@require_safe
def restrictions(request: HttpRequest) -> HttpResponse:
    """List restrictions in the reader's scope."""
    inside = _inside(request, institution=None)
    filters = premises.restriction_filters(places.division_choices())
    query = read_query(request.GET.dict(), filters)
    rows = premises.list_restrictions(
        Restriction.objects.filter(inside), query=query, filters=filters
    )
    return render_list(
        request,
        "registry/restrictions.html",
        rows=rows,
        filters=filters,
        query=query,
        search=_("Party or act"),
        party_names=SimpleLazyObject(lambda: premises.party_names(rows)),
    )
