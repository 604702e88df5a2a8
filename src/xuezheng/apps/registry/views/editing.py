"""Pages that change an institution, bar it, or open an identity number. The services hold the rules."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from xuezheng.apps.accounts.permissions import require
from xuezheng.apps.registry.forms.records import (
    InstitutionForm,
    NewInstitutionForm,
    OwnershipForm,
    PurposeForm,
    ReasonOnDayForm,
    RestrictionForm,
)
from xuezheng.apps.registry.models import Division, Institution, Restriction, Student
from xuezheng.apps.registry.services.institutions import (
    change_ownership,
    close_institution,
    create_institution,
    update_institution,
)
from xuezheng.apps.registry.services.restrictions import add_restriction, lift_restriction
from xuezheng.apps.registry.services.students import reveal_student_identity
from xuezheng.apps.registry.views.people import owner_of
from xuezheng.kernel.errors import DomainError

FORM_METHODS = ["GET", "HEAD", "POST"]


def carry_out(form: forms.Form, act: Callable[[], Any]) -> bool:
    """Do what a valid form asks for; a refusal by the service becomes the form's error, in the reader's language."""
    if not form.is_valid():
        return False
    try:
        act()
    except DomainError as error:
        form.add_error(None, error.message(_))
        return False
    return True


def _editable(request: HttpRequest, code: str, action: str = "registry.edit") -> Institution:
    found = get_object_or_404(Institution.objects.select_related("division"), code=code)
    require(request, action, division=found.division_id, institution=found.code)
    return found


def _page(
    request: HttpRequest, form: forms.Form, institution: Institution, **texts: Any
) -> HttpResponse:
    context = {"form": form, "institution": institution, **texts}
    return render(request, "registry/form.html", context, status=422 if form.errors else 200)


@require_http_methods(FORM_METHODS)
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change the facts of an institution."""
    found = _editable(request, code)
    form = InstitutionForm(
        request.POST or None, initial=InstitutionForm.values_of(found), division=found.division_id
    )

    def act() -> None:
        changed = update_institution(by=request.user, institution=found, changes=form.changes())
        messages.success(request, _("Saved.") if changed else _("Nothing was different."))

    if request.method == "POST" and carry_out(form, act):
        return redirect("registry:institution", code=code)
    return _page(request, form, found, heading=_("Change the facts"), button=_("Save the changes"))


@require_http_methods(FORM_METHODS)
def new(request: HttpRequest, division: str) -> HttpResponse:
    """Enter an institution of a division."""
    where = get_object_or_404(Division.objects.exclude(kind="city"), code=division)
    require(request, "registry.edit", division=where.code)
    form = NewInstitutionForm(request.POST or None, division=where.code)

    def act() -> None:
        values = form.changes()
        create_institution(
            by=request.user,
            code=values.pop("code"),
            division=where.code,
            kind=values.pop("kind"),
            ownership=values.pop("ownership"),
            values=values,
        )

    if request.method == "POST" and carry_out(form, act):
        messages.success(request, _("The institution was entered."))
        return redirect("registry:institution", code=form.cleaned_data["code"])
    context = {
        "form": form,
        "division": where,
        "heading": _("Enter an institution"),
        "button": _("Enter"),
    }
    return render(request, "registry/form.html", context, status=422 if form.errors else 200)


@require_http_methods(FORM_METHODS)
def ownership(request: HttpRequest, code: str) -> HttpResponse:
    """Change under which ownership an institution runs from a day on."""
    found = _editable(request, code)
    form = OwnershipForm(request.POST or None, initial={"ownership": found.ownership})

    def act() -> None:
        change_ownership(by=request.user, institution=found, **form.cleaned_data)

    if request.method == "POST" and carry_out(form, act):
        messages.success(request, _("Saved."))
        return redirect("registry:institution", code=code)
    return _page(
        request, form, found, heading=_("Change the ownership"), button=_("Change the ownership")
    )


@require_http_methods(FORM_METHODS)
def close(request: HttpRequest, code: str) -> HttpResponse:
    """Close an institution at which nobody is registered any more."""
    found = _editable(request, code)
    form = ReasonOnDayForm(request.POST or None)

    def act() -> None:
        close_institution(by=request.user, institution=found, **form.cleaned_data)

    if request.method == "POST" and carry_out(form, act):
        messages.success(request, _("The institution is closed; its code stays taken."))
        return redirect("registry:institution", code=code)
    return _page(
        request,
        form,
        found,
        heading=_("Close the institution"),
        button=_("Close the institution"),
        warning=_(
            "A closed institution cannot be opened again, and its code is never used for another."
        ),
        danger=True,
    )


@require_http_methods(FORM_METHODS)
def restrict(request: HttpRequest, code: str) -> HttpResponse:
    """Bar an institution from an act for a time."""
    found = _editable(request, code, "registry.restrict")
    form = RestrictionForm(request.POST or None)

    def act() -> None:
        add_restriction(
            by=request.user,
            party=("institution", found.code),
            division=found.division_id,
            **form.cleaned_data,
        )

    if request.method == "POST" and carry_out(form, act):
        messages.success(request, _("The restriction is in force from its first day."))
        return redirect("registry:institution_tab", code=code, tab="restrictions")
    return _page(request, form, found, heading=_("Bar from an act"), button=_("Bar"), danger=True)


@require_http_methods(FORM_METHODS)
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Lift a restriction before its end."""
    restriction = get_object_or_404(Restriction, pk=pk, party_kind="institution")
    found = _editable(request, restriction.party_id, "registry.restrict")
    form = ReasonOnDayForm(request.POST or None)

    def act() -> None:
        lift_restriction(by=request.user, restriction=restriction, **form.cleaned_data)

    if request.method == "POST" and carry_out(form, act):
        messages.success(request, _("The restriction is lifted."))
        return redirect("registry:institution_tab", code=found.code, tab="restrictions")
    return _page(request, form, found, heading=_("Lift the restriction"), button=_("Lift"))


@require_POST
def reveal(request: HttpRequest, number: str) -> HttpResponse:
    """Show a student's identity number once, for a purpose that the audit log keeps."""
    student = get_object_or_404(Student, number=number)
    require(
        request,
        "registry.reveal_identity",
        division=student.division_id,
        institution=student.institution_id,
        owner=owner_of(request, student),
    )
    form = PurposeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say what you need the identity number for."))
        return redirect("registry:student", number=number)
    revealed = reveal_student_identity(
        by=request.user, student=student, purpose=form.cleaned_data["purpose"]
    )
    response = render(
        request,
        "registry/identity.html",
        {"student": student, "identity_number": revealed, "purpose": form.cleaned_data["purpose"]},
    )
    response["Cache-Control"] = "no-store"
    return response
