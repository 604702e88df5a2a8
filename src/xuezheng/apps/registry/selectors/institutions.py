"""Reading institutions, their classes and what belongs to them."""

from datetime import date
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from xuezheng.apps.registry.models import (
    Equipment,
    Facility,
    Institution,
    InstitutionKind,
    NetworkLink,
    Ownership,
    Restriction,
    SchoolClass,
    SchoolGroup,
    SchoolGroupMember,
    Setting,
    Staff,
    StaffPost,
    Student,
)
from xuezheng.apps.registry.models.choices import PartyKind
from xuezheng.apps.registry.selectors.classes import current_classes
from xuezheng.apps.registry.selectors.filters import Filter, Query, apply

STATES = (("open", _("Open")), ("closed", _("Closed")))
ORDERS = ("code", "name", "division", "pupils", "opened")
_COLUMNS = {
    "code": "code",
    "name": "name_zh",
    "division": "division__order",
    "pupils": "pupils",
    "opened": "opened_on",
}


def _ordering(order: str) -> tuple[Any, ...]:
    """The columns of an order; a minus turns it round, an unknown one means by code."""
    key = order.removeprefix("-")
    column = F(_COLUMNS.get(key, "code"))
    if order.startswith("-"):
        return (column.desc(nulls_last=True), "code")
    return (column.asc(nulls_last=True), "code")


def institution_filters(divisions: list[tuple[str, str]]) -> tuple[Filter, ...]:
    """The controls of the list of institutions."""
    return (
        Filter(key="division", label=_("Division"), choices=tuple(divisions), lookup="division_id"),
        Filter(key="kind", label=_("Kind"), choices=tuple(InstitutionKind.choices), lookup="kind"),
        Filter(
            key="ownership",
            label=_("Ownership"),
            choices=tuple(Ownership.choices),
            lookup="ownership",
        ),
        Filter(key="setting", label=_("Setting"), choices=tuple(Setting.choices), lookup="setting"),
        Filter(key="state", label=_("State"), choices=STATES),
    )


def _per_institution(rows: QuerySet[Any]) -> Coalesce:
    """Count rows of a register for each institution of the outer query."""
    counted = (
        rows.filter(institution=OuterRef("pk"))
        .order_by()
        .values("institution")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))


def _reported_pupils() -> Subquery:
    """Add up what an institution reported of its classes; nothing where no class was reported."""
    reported = (
        current_classes()
        .filter(institution=OuterRef("pk"))
        .order_by()
        .values("institution")
        .annotate(n=Sum("reported_pupils"))
        .values("n")
    )
    return Subquery(reported, output_field=IntegerField())


def list_institutions(
    visible: QuerySet[Institution], *, query: Query, filters: tuple[Filter, ...], order: str
) -> QuerySet[Institution]:
    """Institutions that match, with the pupils reported, the student files and the classes of each.

    Args:
        visible: What the reader's scope lets through.
        query: The cleaned filters.
        filters: The controls they came from.
        order: A key of ORDERS, with a minus in front for the other way round.
    """
    rows = apply(visible, query, filters).select_related("division", "township")
    if query["state"]:
        rows = rows.filter(closed_on__isnull=query["state"] == "open")
    if query.search:
        rows = rows.filter(
            Q(code__startswith=query.search)
            | Q(name_zh__icontains=query.search)
            | Q(name_en__icontains=query.search)
        )
    rows = rows.annotate(
        pupils=_reported_pupils(),
        files=_per_institution(Student.objects.filter(left_on=None)),
        class_count=_per_institution(current_classes()),
    )
    return rows.order_by(*_ordering(order))


def head_of(institution: Institution, *, on: date) -> StaffPost | None:
    """The head in post on a day; none when the post is vacant."""
    return (
        StaffPost.objects.filter(institution=institution, kind="head", valid_from__lte=on)
        .filter(Q(valid_to=None) | Q(valid_to__gt=on))
        .select_related("staff")
        .order_by("-valid_from", "id")
        .first()
    )


def figures_of(institution: Institution) -> dict[str, int | None]:
    """The counts in the header of an institution's page; `pupils` is None where no class was reported."""
    classes = current_classes().filter(institution=institution)
    return {
        "pupils": classes.aggregate(n=Sum("reported_pupils"))["n"],
        "files": Student.objects.filter(institution=institution, left_on=None).count(),
        "classes": classes.count(),
        "staff": Staff.objects.filter(institution=institution, left_on=None).count(),
        "rooms": Facility.objects.filter(institution=institution).count(),
    }


def classes_of(institution: Institution) -> QuerySet[SchoolClass]:
    """Classes of the latest school year, with the pupils that the register holds beside those that were reported."""
    return (
        current_classes()
        .filter(institution=institution)
        .annotate(enrolled=Count("students", filter=Q(students__left_on=None)))
        .order_by("stage", "grade", "number")
    )


def staff_of(institution: Institution) -> QuerySet[Staff]:
    """People employed now, with their posts and certificates."""
    return (
        Staff.objects.filter(institution=institution, left_on=None)
        .prefetch_related("posts", "qualifications")
        .order_by("number")
    )


def rooms_of(institution: Institution) -> QuerySet[Facility]:
    """Rooms and grounds in the order of their numbers."""
    return (
        Facility.objects.filter(institution=institution)
        .select_related("campus")
        .order_by("kind", "number")
    )


def equipment_of(institution: Institution) -> QuerySet[Equipment]:
    """Equipment by category, the latest count first."""
    return Equipment.objects.filter(institution=institution).order_by("category", "-counted_on")


def links_of(institution: Institution) -> QuerySet[NetworkLink]:
    """Network links of the institution and of its division."""
    own = Q(institution=institution)
    above = Q(division=institution.division_id, institution=None)
    return NetworkLink.objects.filter(own | above).order_by("scope")


def groups_of(institution: Institution) -> QuerySet[SchoolGroupMember]:
    """The groups that the institution is or was in."""
    return (
        SchoolGroupMember.objects.filter(institution=institution)
        .select_related("group", "group__lead")
        .order_by("-joined_on", "id")
    )


def restrictions_on(institution: Institution) -> QuerySet[Restriction]:
    """Bars on the institution, those in force first."""
    return Restriction.objects.filter(
        party_kind=PartyKind.INSTITUTION, party_id=institution.code
    ).order_by(F("lifted_on").desc(nulls_first=True), "-valid_from")


def list_groups(
    *, division: str = "", form: str = "", institution: str = ""
) -> QuerySet[SchoolGroup]:
    """School groups with the number of their members; with an institution, those that it is in now."""
    rows = SchoolGroup.objects.select_related("division", "lead").annotate(
        member_count=Count("members", filter=Q(members__left_on=None))
    )
    if division:
        rows = rows.filter(division_id=division)
    if form:
        rows = rows.filter(form=form)
    if institution:
        now = SchoolGroupMember.objects.filter(institution_id=institution, left_on=None)
        rows = rows.filter(Q(lead_id=institution) | Q(pk__in=now.values("group")))
    return rows.order_by("division__order", "form", "name_zh")
