"""One way for every form: check the right, show the form, call the service, say what happened."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from xuezheng.apps.plan.models import Commitment
from xuezheng.apps.plan.selectors.access import may_act
from xuezheng.apps.plan.selectors.commitment import REPORTS, STEERING
from xuezheng.apps.plan.views.common import Page, context_of
from xuezheng.apps.record.idempotency import act_once_a_form, new_form_key
from xuezheng.kernel.errors import DomainError

# The tab of the commitment's page on which a part stands.
_TAB_OF = {
    "#claims": REPORTS,
    "#ledger": REPORTS,
    "#risks": STEERING,
    "#changes": STEERING,
    "#notices": STEERING,
}


def require_act(
    request: HttpRequest, action: str, commitment: Commitment, *, division: str | None = None
) -> None:
    """Let only those pass who may act on a commitment.

    Raises:
        PermissionDenied: Otherwise.
    """
    if not may_act(request.user, action, commitment, division=division):
        raise PermissionDenied(action)


def run_form(
    request: HttpRequest,
    *,
    page: Page,
    commitment: Commitment,
    form: forms.Form,
    act: Callable[[], object],
    title: str,
    button: str,
    done: str,
    template: str = "plan/act.html",
    anchor: str = "",
    **more: Any,
) -> HttpResponse:
    """Show a form, or carry it out and go back to the commitment; a refusal stands at the top of the form."""
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                act()
            except DomainError as error:
                form.add_error(None, error.message(gettext))
            else:
                messages.success(request, done)
                return redirect(back_to(commitment, request, anchor=anchor))
        status = 422
    context = context_of(
        page,
        commitment=commitment,
        form=form,
        heading=title,
        button=button,
        form_key=request.POST.get("form_key") or new_form_key(),
        back=back_to(commitment, request),
        **more,
    )
    return render(request, template, context, status=status)


def once(
    request: HttpRequest, name: str, form: forms.Form, act: Callable[[], object]
) -> Callable[[], object]:
    """Make of an act one that a second click on the button of the same form does not repeat.

    Args:
        request: Whose form it is.
        name: The act and what it is about, at most 40 characters.
        form: The form; its contents are looked at when the act is done.
        act: What is to be done.
    """

    def done() -> dict[str, Any]:
        act()
        return {}

    return lambda: act_once_a_form(
        scope=f"{name}:{request.user.pk}",
        form_key=request.POST.get("form_key", ""),
        body=form.cleaned_data,
        act=done,
    )


def back_to(commitment: Commitment, request: HttpRequest, *, anchor: str = "") -> str:
    """Give the page that an act leads back to: the commitment, in the same division, at the part acted on."""
    query = QueryDict(mutable=True)
    if request.GET.get("division"):
        query["division"] = request.GET["division"]
    if anchor in _TAB_OF:
        query["tab"] = _TAB_OF[anchor]
    url = reverse("plan:commitment", args=[commitment.code])
    return (f"{url}?{query.urlencode()}" if query else url) + anchor
