"""Reading classes, rooms and restrictions across the city."""

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from xuezheng.apps.registry.models import (
    Facility,
    FacilityKind,
    Institution,
    Restriction,
    SchoolClass,
    Stage,
)
from xuezheng.apps.registry.models.choices import PartyKind
from xuezheng.apps.registry.selectors.filters import Filter, Query, apply

_IN_FORCE = (("1", _("In force")), ("0", _("Ended or lifted")))
_REPORTS = (("missing", _("Missing")), ("differs", _("Differs from the register")))


def class_filters(divisions: list[tuple[str, str]]) -> tuple[Filter, ...]:
    """The controls of the list of classes."""
    return (
        Filter(key="division", label=_("Division"), choices=tuple(divisions), lookup="division_id"),
        Filter(key="stage", label=_("Stage"), choices=tuple(Stage.choices), lookup="stage"),
        Filter(key="institution", label=_("Institution code"), lookup="institution_id"),
        Filter(key="report", label=_("Report of the school"), choices=_REPORTS),
    )


def list_classes(
    rows: QuerySet[SchoolClass], *, query: Query, filters: tuple[Filter, ...], order: str
) -> QuerySet[SchoolClass]:
    """Classes that match, with the pupils that the register holds.

    Args:
        rows: The classes to choose from.
        query: The cleaned filters.
        filters: The controls they came from.
        order: `-enrolled` for the largest first; anything else means by institution.
    """
    found = apply(rows, query, filters).annotate(
        enrolled=Count("students", filter=Q(students__left_on=None))
    )
    if query["report"] == "missing":
        found = found.filter(reported_pupils=None)
    if query["report"] == "differs":
        found = found.exclude(reported_pupils=None).exclude(reported_pupils=F("enrolled"))
    first = ("-enrolled",) if order == "-enrolled" else ("enrolled",) if order == "enrolled" else ()
    return found.select_related("institution", "division").order_by(
        *first, "institution_id", "stage", "grade", "number"
    )


def facility_filters(divisions: list[tuple[str, str]]) -> tuple[Filter, ...]:
    """The controls of the list of rooms and grounds."""
    return (
        Filter(key="division", label=_("Division"), choices=tuple(divisions), lookup="division_id"),
        Filter(key="kind", label=_("Kind"), choices=tuple(FacilityKind.choices), lookup="kind"),
        Filter(key="institution", label=_("Institution code"), lookup="institution_id"),
    )


def list_facilities(
    rows: QuerySet[Facility], *, query: Query, filters: tuple[Filter, ...]
) -> QuerySet[Facility]:
    """Rooms and grounds that match."""
    return (
        apply(rows, query, filters)
        .select_related("institution", "division")
        .order_by("institution_id", "kind", "number")
    )


def restriction_filters(divisions: list[tuple[str, str]]) -> tuple[Filter, ...]:
    """The controls of the list of restrictions."""
    return (
        Filter(key="division", label=_("Division"), choices=tuple(divisions), lookup="division_id"),
        Filter(
            key="party", label=_("Party"), choices=tuple(PartyKind.choices), lookup="party_kind"
        ),
        Filter(key="state", label=_("State"), choices=_IN_FORCE),
    )


def list_restrictions(
    rows: QuerySet[Restriction], *, query: Query, filters: tuple[Filter, ...]
) -> QuerySet[Restriction]:
    """Restrictions that match, the latest first."""
    found = apply(rows, query, filters)
    if query["state"]:
        found = found.filter(lifted_on__isnull=query["state"] == "1")
    if query.search:
        found = found.filter(
            Q(party_id__startswith=query.search) | Q(barred_from__icontains=query.search)
        )
    return found.order_by("-valid_from", "-id")


def party_names(rows: QuerySet[Restriction]) -> dict[str, str]:
    """Names of the institutions among the parties, by code."""
    codes = rows.filter(party_kind=PartyKind.INSTITUTION).values("party_id")
    field = "name_en" if (get_language() or "").startswith("en") else "name_zh"
    return {
        code: name or chinese
        for code, name, chinese in Institution.objects.filter(code__in=codes).values_list(
            "code", field, "name_zh"
        )
    }
