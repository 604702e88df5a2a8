"""Users and their roles, for the planner; the auditor may look."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuezheng.apps.accounts.forms import GrantForm, NewUserForm, PasswordForm, UserFilterForm
from xuezheng.apps.accounts.models import RoleGrant, User
from xuezheng.apps.accounts.permissions import may, require
from xuezheng.apps.accounts.selectors import grants_of, users
from xuezheng.apps.accounts.services import (
    create_user,
    grant_role,
    reset_password,
    revoke_role,
    set_active,
)
from xuezheng.apps.record.selectors import history
from xuezheng.kernel.errors import DomainError

_ROWS = 50


@require_GET
def user_list(request: HttpRequest) -> HttpResponse:
    """List users with the roles they hold today; the filters are in the address."""
    require(request, "accounts.view_users")
    form = UserFilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = users(
        search=wanted.get("q", ""),
        role=wanted.get("role", ""),
        division=wanted.get("division", ""),
        on=timezone.localdate(),
    )
    page = Paginator(found, _ROWS).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "may_manage": may(request.user, "accounts.manage_users"),
    }
    return render(request, "accounts/users.html", context)


@require_http_methods(["GET", "POST"])
def user_new(request: HttpRequest) -> HttpResponse:
    """Make a user, then lead on to its roles."""
    require(request, "accounts.manage_users")
    form = NewUserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = create_user(by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, error.message(_))
        else:
            messages.success(
                request, _("User %(name)s was made. Now give a role.") % {"name": user.username}
            )
            return redirect("accounts:user", pk=user.pk)
    return render(request, "accounts/user_new.html", {"form": form})


@require_GET
def user_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a user: roles held and held before, what can be changed, and the history."""
    require(request, "accounts.view_users")
    return _page(request, get_object_or_404(User, pk=pk), GrantForm(), PasswordForm())


@require_POST
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the user a role."""
    require(request, "accounts.manage_users")
    user = get_object_or_404(User, pk=pk)
    form = GrantForm(request.POST)
    if not form.is_valid():
        return _page(request, user, form, PasswordForm())
    try:
        given = grant_role(
            by=request.user,
            user=user,
            role=form.cleaned_data["role"],
            scope=form.scope(),
            valid_to=form.cleaned_data["valid_to"],
        )
    except DomainError as error:
        form.add_error(None, error.message(_))
        return _page(request, user, form, PasswordForm())
    messages.success(
        request,
        _("%(name)s now holds the role %(role)s.")
        % {"name": user.name, "role": given.get_role_display()},
    )
    return redirect("accounts:user", pk=pk)


@require_POST
def revoke(request: HttpRequest, pk: int, grant_pk: int) -> HttpResponse:
    """Take a role back."""
    require(request, "accounts.manage_users")
    found = get_object_or_404(RoleGrant, pk=grant_pk, user_id=pk)
    try:
        revoke_role(by=request.user, grant=found, reason=request.POST.get("reason", "")[:200])
    except DomainError as error:
        messages.error(request, error.message(_))
    else:
        messages.success(
            request, _("The role %(role)s was revoked.") % {"role": found.get_role_display()}
        )
    return redirect("accounts:user", pk=pk)


@require_POST
def password(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the user a new password."""
    require(request, "accounts.manage_users")
    user = get_object_or_404(User, pk=pk)
    form = PasswordForm(request.POST)
    if form.is_valid():
        try:
            reset_password(by=request.user, user=user, password=form.cleaned_data["password"])
        except DomainError as error:
            form.add_error("password", error.message(_))
        else:
            messages.success(request, _("The new password is in force."))
            return redirect("accounts:user", pk=pk)
    return _page(request, user, GrantForm(), form)


@require_POST
def active(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the user sign in, or no longer."""
    require(request, "accounts.manage_users")
    user = get_object_or_404(User, pk=pk)
    if user.pk == request.user.pk:
        messages.error(request, _("You cannot lock yourself out. Ask another planner."))
        return redirect("accounts:user", pk=pk)
    set_active(by=request.user, user=user, is_active=request.POST.get("active") == "yes")
    return redirect("accounts:user", pk=pk)


def _page(
    request: HttpRequest, user: User, form: GrantForm, password_form: PasswordForm
) -> HttpResponse:
    today = timezone.localdate()
    grants = list(grants_of(user))
    context = {
        "person": user,
        "form": form,
        "password_form": password_form,
        "held": [
            one
            for one in grants
            if one.revoked_at is None and (one.valid_to is None or one.valid_to > today)
        ],
        "held_before": [
            one
            for one in grants
            if one.revoked_at is not None or (one.valid_to is not None and one.valid_to <= today)
        ],
        "history": history(("user", user.pk), limit=20),
        "may_manage": may(request.user, "accounts.manage_users"),
    }
    is_wrong = bool(form.errors or password_form.errors)
    return render(request, "accounts/user.html", context, status=422 if is_wrong else 200)
