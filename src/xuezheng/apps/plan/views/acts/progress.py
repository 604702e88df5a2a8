"""Reporting progress, and deciding on a report."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xuezheng.apps.accounts.permissions import may
from xuezheng.apps.plan.forms.progress import DecisionForm, ReportForm
from xuezheng.apps.plan.models import Claim, Outcome
from xuezheng.apps.plan.services.progress import UploadedEvidence, decide_claim, submit_claim
from xuezheng.apps.plan.templatetags.plan import unit_of
from xuezheng.apps.plan.views.acts.common import require_act, run_form
from xuezheng.apps.plan.views.common import (
    divisions_by_code,
    find_commitment,
    find_division,
    open_page,
)


@require_http_methods(["GET", "POST"])
def report_progress(request: HttpRequest, code: str) -> HttpResponse:
    """Report progress of a commitment, for the city or one division."""
    page = open_page(request)
    commitment = find_commitment(page.plan, code)
    division = request.GET.get("division", "") or page.viewer.own_division() or None
    require_act(request, "plan.claim", commitment, division=division)
    if division is not None:
        find_division(division)
    form = ReportForm(
        request.POST or None,
        request.FILES or None,
        commitment=commitment,
        today=page.today,
        unit=unit_of(commitment) or "%",
    )

    def act() -> object:
        data = form.cleaned_data
        steps = {str(step.pk): step for step in commitment.milestones.all()}
        return submit_claim(
            by=request.user,
            commitment=commitment,
            division=division,
            value=data.get("value"),
            milestone=steps.get(data.get("milestone", "")),
            as_of=data["as_of"],
            note=data["note"],
            files=[
                UploadedEvidence(name=file.name, content=file.read()) for file in data["evidence"]
            ],
            at=timezone.now(),
        )

    return run_form(
        request,
        page=page,
        commitment=commitment,
        form=form,
        act=act,
        title=_("Report progress"),
        button=_("Send the report"),
        done=_("The report was sent. It counts as claimed until a second person confirms it."),
        division=divisions_by_code().get(division or ""),
        anchor="#claims",
    )


@require_http_methods(["GET", "POST"])
def decide_on_claim(request: HttpRequest, key: int) -> HttpResponse:
    """Show a report with its evidence, and confirm or return it as a second person."""
    claim = get_object_or_404(
        Claim.objects.select_related("commitment__plan", "division", "milestone", "claimed_by"),
        pk=key,
    )
    if not may(request.user, "plan.confirm", division=claim.division_id):
        raise PermissionDenied("plan.confirm")
    page = open_page(request)
    commitment = find_commitment(page.plan, claim.commitment.code)
    form = DecisionForm(request.POST or None)

    def act() -> object:
        data = form.cleaned_data
        return decide_claim(
            by=request.user,
            claim=claim,
            outcome=Outcome(data["outcome"]),
            note=data["note"],
            at=timezone.now(),
        )

    return run_form(
        request,
        page=page,
        commitment=commitment,
        form=form,
        act=act,
        title=_("Decide on a report"),
        button=_("Record the decision"),
        done=_("The decision was recorded."),
        template="plan/claim.html",
        claim=claim,
        evidence=claim.evidence.select_related("file"),
        is_own=claim.claimed_by_id == request.user.pk,
        anchor="#claims",
    )
