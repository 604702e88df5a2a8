"""Proposing and deciding changes of target, due date or owner."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xuezheng.apps.accounts.permissions import require
from xuezheng.apps.plan.forms.steering import ApprovalForm, ChangeForm
from xuezheng.apps.plan.models import ChangeField, ChangeOrder
from xuezheng.apps.plan.services.steering import decide_change, propose_change
from xuezheng.apps.plan.views.acts.common import require_act, run_form
from xuezheng.apps.plan.views.common import find_commitment, open_page


@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, code: str) -> HttpResponse:
    """Propose a change order."""
    page = open_page(request)
    commitment = find_commitment(page.plan, code)
    require_act(request, "plan.edit", commitment)
    form = ChangeForm(request.POST or None, commitment=commitment)
    return run_form(
        request,
        page=page,
        commitment=commitment,
        form=form,
        act=lambda: propose_change(
            by=request.user,
            commitment=commitment,
            field=ChangeField(form.cleaned_data["field"]),
            after=form.after(),
            reason=form.cleaned_data["reason"],
            at=timezone.now(),
        ),
        title=_("Propose a change"),
        button=_("Send for approval"),
        done=_("The change was proposed. It is in force when a second person approves it."),
        anchor="#changes",
    )


@require_http_methods(["GET", "POST"])
def decide_on_change(request: HttpRequest, key: int) -> HttpResponse:
    """Approve or refuse a change order as a second person."""
    require(request, "plan.change_order")
    order = get_object_or_404(
        ChangeOrder.objects.select_related("commitment", "proposed_by"), pk=key
    )
    page = open_page(request)
    commitment = find_commitment(page.plan, order.commitment.code)
    form = ApprovalForm(request.POST or None)
    return run_form(
        request,
        page=page,
        commitment=commitment,
        form=form,
        act=lambda: decide_change(
            by=request.user,
            order=order,
            approve=form.cleaned_data["decision"] == "approve",
            note=form.cleaned_data["note"],
            at=timezone.now(),
        ),
        title=_("Decide on a change"),
        button=_("Record the decision"),
        done=_("The decision was recorded."),
        template="plan/change.html",
        order=order,
        anchor="#changes",
    )
