"""Closing an item (销号) and opening it again."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xuezheng.apps.plan.forms.steering import ApprovalForm, TextForm
from xuezheng.apps.plan.models import CommitmentStatus, Light
from xuezheng.apps.plan.selectors.access import may_act
from xuezheng.apps.plan.services.ledger import (
    close_on_figure,
    decide_closing,
    reopen,
    request_closing,
)
from xuezheng.apps.plan.views.acts.common import require_act, run_form
from xuezheng.apps.plan.views.common import find_commitment, open_page


@require_http_methods(["GET", "POST"])
def close_item(request: HttpRequest, code: str) -> HttpResponse:
    """Close an item on its verified figure, or ask for a check where the figure does not suffice."""
    page = open_page(request)
    commitment = find_commitment(page.plan, code)
    status = CommitmentStatus.objects.filter(
        run=page.run, commitment=commitment, division=None
    ).first()
    on_figure = bool(status and status.light == Light.MET) and may_act(
        request.user, "plan.close_item", commitment
    )
    if not on_figure and not may_act(request.user, "plan.edit", commitment):
        raise PermissionDenied("plan.close_item")
    form = TextForm(request.POST or None, label=_("Why the item can be closed"))

    def act() -> object:
        service = close_on_figure if on_figure else request_closing
        return service(
            by=request.user,
            commitment=commitment,
            note=form.cleaned_data["text"],
            at=timezone.now(),
        )

    return run_form(
        request,
        page=page,
        commitment=commitment,
        form=form,
        act=act,
        title=_("Close the item") if on_figure else _("Ask for the item to be closed"),
        button=_("Close the item") if on_figure else _("Send for a check"),
        done=_("The item was closed.")
        if on_figure
        else _("A second person will check the evidence."),
        row=status,
        on_figure=on_figure,
        template="plan/close.html",
        anchor="#ledger",
    )


@require_http_methods(["GET", "POST"])
def decide_closing_request(request: HttpRequest, code: str) -> HttpResponse:
    """Close an item after checking its evidence as a second person, or refuse."""
    page = open_page(request)
    commitment = find_commitment(page.plan, code)
    require_act(request, "plan.close_item", commitment)
    form = ApprovalForm(request.POST or None)
    return run_form(
        request,
        page=page,
        commitment=commitment,
        form=form,
        act=lambda: decide_closing(
            by=request.user,
            commitment=commitment,
            accept=form.cleaned_data["decision"] == "approve",
            note=form.cleaned_data["note"],
            at=timezone.now(),
        ),
        title=_("Check the evidence and close the item"),
        button=_("Record the decision"),
        done=_("The decision was recorded."),
        anchor="#ledger",
    )


@require_http_methods(["GET", "POST"])
def reopen_item(request: HttpRequest, code: str) -> HttpResponse:
    """Open a closed item again."""
    page = open_page(request)
    commitment = find_commitment(page.plan, code)
    require_act(request, "plan.close_item", commitment)
    form = TextForm(request.POST or None, label=_("Why it is opened again"))
    return run_form(
        request,
        page=page,
        commitment=commitment,
        form=form,
        act=lambda: reopen(
            by=request.user,
            commitment=commitment,
            reason=form.cleaned_data["text"],
            at=timezone.now(),
        ),
        title=_("Open the item again"),
        button=_("Open it again"),
        done=_("The item is open again."),
        anchor="#ledger",
    )
