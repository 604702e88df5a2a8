"""The lists and records of students and staff, each within the reader's scope."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from xuezheng.apps.accounts.permissions import may, require, scope_of
from xuezheng.apps.record.selectors import history
from xuezheng.apps.registry.forms.records import IdentityForm
from xuezheng.apps.registry.models import Staff, Student
from xuezheng.apps.registry.selectors import people, places
from xuezheng.apps.registry.selectors.filters import read_query
from xuezheng.apps.registry.services.students import find_by_identity
from xuezheng.apps.registry.views.lists import render_list
from xuezheng.kernel.errors import DomainError


@require_safe
def students(request: HttpRequest) -> HttpResponse:
    """List the students whom the reader may see."""
    scope = scope_of(request.user, "registry.view_person")
    if not people.may_list(request.user):
        raise PermissionDenied("registry.view_person")
    filters = people.student_filters(places.division_choices())
    query = read_query(request.GET.dict(), filters)
    inside = Student.objects.filter(
        scope.filter(division="division_id", institution="institution_id")
    )
    rows = people.list_students(inside, query=query, filters=filters)
    return render_list(
        request,
        "registry/students.html",
        rows=rows,
        filters=filters,
        query=query,
        search=_("Number or name"),
        export="students",
        may_find=not scope_of(request.user, "registry.reveal_identity").is_empty,
    )


@require_safe
def student(request: HttpRequest, number: str) -> HttpResponse:
    """Show one student with guardians, siblings and history."""
    found = get_object_or_404(
        Student.objects.select_related(
            "institution", "school_class", "division", "household_division"
        ),
        number=number,
    )
    where = {
        "division": found.division_id,
        "institution": found.institution_id,
        "owner": owner_of(request, found),
    }
    require(request, "registry.view_person", **where)
    return render(
        request,
        "registry/student.html",
        {
            "is_own": where["owner"] is not None,
            "student": found,
            "guardians": people.guardians_of(found),
            "siblings": [(one, _may_see(request, one)) for one in people.siblings_of(found)],
            "events": history(("student", found.number)),
            "may_reveal": may(request.user, "registry.reveal_identity", **where),
            "may_see_class": may(
                request.user,
                "registry.view_person",
                division=where["division"],
                institution=where["institution"],
            ),
        },
    )


def _may_see(request: HttpRequest, student: Student) -> bool:
    """Whether the reader may open a student's own page; without that neither name nor school is told."""
    return may(
        request.user,
        "registry.view_person",
        division=student.division_id,
        institution=student.institution_id,
        owner=owner_of(request, student),
    )


def owner_of(request: HttpRequest, student: Student) -> Any:
    """The reader, if the student is the reader or the reader's child; otherwise nobody."""
    if not request.user.is_authenticated:
        return None
    own = people.own_students(request.user, on=timezone.localdate())
    return request.user if own.filter(pk=student.pk).exists() else None


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Show a guardian's children, or a student's own entry."""
    if not request.user.is_authenticated or not scope_of(request.user, "registry.view_person").own:
        raise PermissionDenied("registry.view_person")
    rows = people.own_students(request.user, on=timezone.localdate())
    return render(request, "registry/mine.html", {"students": rows})


@require_safe
def staff(request: HttpRequest) -> HttpResponse:
    """List the staff whom the reader may see."""
    scope = scope_of(request.user, "registry.view_internal")
    if not (scope.city or scope.divisions or scope.institutions):
        raise PermissionDenied("registry.view_internal")
    filters = people.staff_filters(places.division_choices())
    query = read_query(request.GET.dict(), filters)
    inside = Staff.objects.filter(
        scope.filter(division="division_id", institution="institution_id")
    )
    rows = people.list_staff(inside, query=query, filters=filters)
    return render_list(
        request,
        "registry/staff.html",
        rows=rows,
        filters=filters,
        query=query,
        search=_("Number or name"),
        export="staff",
    )


@require_safe
def staff_member(request: HttpRequest, number: str) -> HttpResponse:
    """Show one member of staff with posts, certificates and history."""
    found = get_object_or_404(
        Staff.objects.select_related("institution", "division"), number=number
    )
    require(
        request,
        "registry.view_internal",
        division=found.division_id,
        institution=found.institution_id,
    )
    return render(
        request,
        "registry/staff_member.html",
        {
            "member": found,
            "posts": found.posts.select_related("institution").order_by("-valid_from"),
            "qualifications": found.qualifications.order_by("-obtained_on"),
            "events": history(("staff", found.number)),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def find_student(request: HttpRequest) -> HttpResponse:
    """Find a student by identity number, through the blind index; the look-up is written into the audit log."""
    scope = scope_of(request.user, "registry.reveal_identity")
    if not (scope.city or scope.divisions or scope.institutions):
        raise PermissionDenied("registry.reveal_identity")
    form = IdentityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        inside = Student.objects.filter(
            scope.filter(division="division_id", institution="institution_id")
        )
        try:
            found = find_by_identity(by=request.user, inside=inside, **form.cleaned_data)
        except DomainError as error:
            form.add_error("identity_number", error.message(_))
        else:
            if found is not None:
                return redirect("registry:student", number=found.number)
            form.add_error(
                "identity_number", _("No student whom you may see has this identity number.")
            )
    context = {"form": form, "heading": _("Find by identity number"), "button": _("Find")}
    return render(request, "registry/form.html", context, status=422 if form.errors else 200)
