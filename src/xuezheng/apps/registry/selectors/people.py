"""Reading students, guardians and staff. Whoever calls has checked that the reader may see names."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from xuezheng.apps.accounts.permissions import scope_of
from xuezheng.apps.accounts.selectors import active_grants
from xuezheng.apps.registry.models import (
    Employment,
    Guardian,
    PostKind,
    QualificationKind,
    Staff,
    Stage,
    Student,
    StudentGuardian,
)
from xuezheng.apps.registry.models.choices import BackboneLevel
from xuezheng.apps.registry.selectors.filters import Filter, Query, apply

YES_NO = (("1", _("Yes")), ("0", _("No")))


def may_list(user: Any) -> bool:
    """Tell whether a user may open lists of people; one's own record, or a child's, is no list."""
    scope = scope_of(user, "registry.view_person")
    return scope.city or bool(scope.divisions) or bool(scope.institutions)


def student_filters(divisions: list[tuple[str, str]]) -> tuple[Filter, ...]:
    """The controls of the list of students."""
    return (
        Filter(key="division", label=_("Division"), choices=tuple(divisions), lookup="division_id"),
        Filter(key="stage", label=_("Stage"), choices=tuple(Stage.choices), lookup="stage"),
        Filter(
            key="grade",
            label=_("Grade"),
            choices=tuple((str(n), str(n)) for n in range(1, 7)),
            lookup="grade",
        ),
        Filter(key="institution", label=_("Institution code"), lookup="institution_id"),
        Filter(key="migrant", label=_("Migrant child"), choices=YES_NO, lookup="is_migrant"),
        Filter(key="boarder", label=_("Boarder"), choices=YES_NO, lookup="is_boarder"),
    )


def list_students(
    visible: QuerySet[Student], *, query: Query, filters: tuple[Filter, ...]
) -> QuerySet[Student]:
    """Students enrolled now that match; the search is by number from its start or by part of the name."""
    rows = apply(visible.filter(left_on=None), query, filters)
    if query.search:
        rows = rows.filter(Q(number__startswith=query.search) | Q(name__contains=query.search))
    return rows.select_related("institution", "school_class", "division").order_by("number")


def staff_filters(divisions: list[tuple[str, str]]) -> tuple[Filter, ...]:
    """The controls of the list of staff."""
    return (
        Filter(key="division", label=_("Division"), choices=tuple(divisions), lookup="division_id"),
        Filter(key="institution", label=_("Institution code"), lookup="institution_id"),
        Filter(key="post", label=_("Post"), choices=tuple(PostKind.choices)),
        Filter(
            key="employment",
            label=_("Employment"),
            choices=tuple(Employment.choices),
            lookup="employment",
        ),
        Filter(
            key="backbone",
            label=_("Backbone level"),
            choices=tuple(c for c in BackboneLevel.choices if c[0]),
            lookup="backbone_level",
        ),
        Filter(key="certificate", label=_("Certificate"), choices=tuple(QualificationKind.choices)),
    )


def list_staff(
    visible: QuerySet[Staff], *, query: Query, filters: tuple[Filter, ...]
) -> QuerySet[Staff]:
    """Staff employed now that match."""
    rows = apply(visible.filter(left_on=None), query, filters)
    if query["post"]:
        rows = rows.filter(posts__kind=query["post"], posts__valid_to=None).distinct()
    if query["certificate"]:
        rows = rows.filter(qualifications__kind=query["certificate"]).distinct()
    if query.search:
        rows = rows.filter(Q(number__startswith=query.search) | Q(name__contains=query.search))
    return (
        rows.select_related("institution", "division").prefetch_related("posts").order_by("number")
    )


def guardians_of(student: Student) -> QuerySet[StudentGuardian]:
    """Who answers for a child, the first to be called first."""
    return (
        StudentGuardian.objects.filter(student=student)
        .select_related("guardian")
        .order_by("-is_primary", "id")
    )


def siblings_of(student: Student) -> QuerySet[Student]:
    """Other children of the same guardians."""
    guardians = Guardian.objects.filter(student_links__student=student)
    return (
        Student.objects.filter(guardian_links__guardian__in=guardians)
        .exclude(pk=student.pk)
        .select_related("institution")
        .distinct()
        .order_by("birth_date")
    )


def own_students(user: Any, *, on: date) -> QuerySet[Student]:
    """The students who are the user, or whom the user answers for as guardian, by the user's grants on a day."""
    people = [grant.person_code.partition(":") for grant in active_grants(user, on=on)]
    numbers = [key for kind, _colon, key in people if kind == "student"]
    guardians = [key for kind, _colon, key in people if kind == "guardian" and key.isdigit()]
    return (
        Student.objects.filter(
            Q(number__in=numbers) | Q(guardian_links__guardian_id__in=guardians), left_on=None
        )
        .select_related("institution", "school_class", "division")
        .distinct()
        .order_by("birth_date", "number")
    )
