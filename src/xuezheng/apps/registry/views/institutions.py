"""The list of institutions and the page that holds everything about one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from xuezheng.apps.accounts.permissions import may, require
from xuezheng.apps.record.selectors import history
from xuezheng.apps.registry.models import GroupForm, Institution, SchoolClass
from xuezheng.apps.registry.selectors import institutions, places
from xuezheng.apps.registry.selectors.filters import Filter, read_query
from xuezheng.apps.registry.views.lists import asked, page_of, render_list


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List institutions."""
    require(request, "registry.view")
    filters = institutions.institution_filters(places.division_choices())
    query = read_query(request.GET.dict(), filters)
    order = request.GET.get("sort", "code")
    rows = institutions.list_institutions(
        Institution.objects.all(), query=query, filters=filters, order=order
    )
    return render_list(
        request,
        "registry/institutions.html",
        rows=rows,
        filters=filters,
        query=query,
        search=_("Code or name"),
        export="institutions",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A part of an institution's page: who may open it and where its rows come from."""

    key: str
    label: Any
    action: str
    rows: Callable[[Institution], dict[str, Any]]


def _overview_rows(institution: Institution) -> dict[str, Any]:
    return {
        "head": institutions.head_of(institution, on=timezone.localdate()),
        "campuses": institution.campuses.all(),
        "ownership_periods": institution.ownership_periods.all(),
        "branches": institution.branches.all(),
    }


def _room_rows(institution: Institution) -> dict[str, Any]:
    return {
        "rooms": institutions.rooms_of(institution),
        "equipment": institutions.equipment_of(institution),
    }


def _network_rows(institution: Institution) -> dict[str, Any]:
    return {
        "links": institutions.links_of(institution),
        "kitchen": getattr(institution, "kitchen", None),
    }


TABS = (
    Tab(key="overview", label=_("Overview"), action="registry.view", rows=_overview_rows),
    Tab(
        key="classes",
        label=_("Classes"),
        action="registry.view",
        rows=lambda one: {"classes": institutions.classes_of(one)},
    ),
    Tab(
        key="students",
        label=_("Students"),
        action="registry.view_person",
        rows=lambda one: {"rows": one.students.filter(left_on=None).select_related("school_class")},
    ),
    Tab(
        key="staff",
        label=_("Staff"),
        action="registry.view_internal",
        rows=lambda one: {"rows": institutions.staff_of(one)},
    ),
    Tab(
        key="rooms",
        label=_("Rooms and equipment"),
        action="registry.view_internal",
        rows=_room_rows,
    ),
    Tab(key="network", label=_("Network and kitchen"), action="registry.view", rows=_network_rows),
    Tab(
        key="groups",
        label=_("Groups"),
        action="registry.view",
        rows=lambda one: {"memberships": institutions.groups_of(one)},
    ),
    Tab(
        key="restrictions",
        label=_("Restrictions"),
        action="registry.view_internal",
        rows=lambda one: {"restrictions": institutions.restrictions_on(one)},
    ),
    Tab(
        key="history",
        label=_("History"),
        action="registry.view_internal",
        rows=lambda one: {"events": history(("institution", one.code))},
    ),
)


@require_safe
def institution(request: HttpRequest, code: str, tab: str = "overview") -> HttpResponse:
    """Show one institution, by tabs; a tab that the reader may not open is neither offered nor answered."""
    found = get_object_or_404(
        Institution.objects.select_related("division", "township", "parent"), code=code
    )
    where = {"division": found.division_id, "institution": found.code}
    offered = [one for one in TABS if may(request.user, one.action, **where)]
    chosen = next((one for one in offered if one.key == tab), None)
    if chosen is None:
        raise PermissionDenied(tab)
    context = chosen.rows(found)
    if "rows" in context:
        context["page"] = page_of(request, context["rows"])
    return render(
        request,
        f"registry/institution/{chosen.key}.html",
        {
            "institution": found,
            "figures": institutions.figures_of(found),
            "tabs": [_tab_link(found, one, chosen) for one in offered],
            "tab_key": chosen.key,
            "may_restrict": may(request.user, "registry.restrict", **where),
            "may_edit": may(request.user, "registry.edit", **where),
            "may_see_people": may(request.user, "registry.view_person", **where),
            **context,
        },
    )


def _tab_link(institution: Institution, tab: Tab, chosen: Tab) -> dict[str, Any]:
    """A tab as the component draws it."""
    url = reverse("registry:institution_tab", args=(institution.code, tab.key))
    if tab is TABS[0]:
        url = reverse("registry:institution", args=(institution.code,))
    return {"label": tab.label, "url": url, "is_current": tab is chosen}


@require_safe
def school_class(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one class with its students."""
    found = get_object_or_404(SchoolClass.objects.select_related("institution", "division"), pk=pk)
    require(
        request,
        "registry.view_person",
        division=found.division_id,
        institution=found.institution_id,
    )
    students = found.students.filter(left_on=None).order_by("number")
    return render(request, "registry/class.html", {"school_class": found, "students": students})


@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    """List the school groups of the four forms."""
    require(request, "registry.view")
    filters = (
        Filter(key="division", label=_("Division"), choices=tuple(places.division_choices())),
        Filter(key="form", label=_("Form"), choices=tuple(GroupForm.choices)),
        Filter(key="institution", label=_("Institution code")),
    )
    query = read_query(asked(request, filters), filters)
    rows = institutions.list_groups(
        division=query["division"], form=query["form"], institution=query["institution"]
    )
    return render_list(request, "registry/groups.html", rows=rows, filters=filters, query=query)
