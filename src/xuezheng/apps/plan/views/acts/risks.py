"""Recording and closing risks."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xuezheng.apps.plan.forms.steering import RiskForm, TextForm
from xuezheng.apps.plan.models import Risk, RiskLevel
from xuezheng.apps.plan.services.steering import close_risk, raise_risk
from xuezheng.apps.plan.views.acts.common import once, require_act, run_form
from xuezheng.apps.plan.views.common import find_commitment, open_page


@require_http_methods(["GET", "POST"])
def record_risk(request: HttpRequest, code: str) -> HttpResponse:
    """Record a risk of a commitment."""
    page = open_page(request)
    commitment = find_commitment(page.plan, code)
    require_act(request, "plan.edit", commitment)
    form = RiskForm(request.POST or None)

    def act() -> object:
        return raise_risk(
            by=request.user,
            commitment=commitment,
            division=None,
            level=RiskLevel(form.cleaned_data["level"]),
            text=form.cleaned_data["text"],
            measure=form.cleaned_data["measure"],
            on=page.today,
        )

    return run_form(
        request,
        page=page,
        commitment=commitment,
        form=form,
        act=once(request, f"plan.risk:{commitment.code}", form, act),
        title=_("Record a risk"),
        button=_("Record the risk"),
        done=_("The risk was recorded."),
        anchor="#risks",
    )


@require_http_methods(["GET", "POST"])
def settle_risk(request: HttpRequest, key: int) -> HttpResponse:
    """Close a risk with a note on how it went."""
    risk = get_object_or_404(Risk.objects.select_related("commitment"), pk=key)
    page = open_page(request)
    commitment = find_commitment(page.plan, risk.commitment.code)
    require_act(request, "plan.edit", commitment)
    form = TextForm(request.POST or None, label=_("How it went"), hint=risk.text)
    return run_form(
        request,
        page=page,
        commitment=commitment,
        form=form,
        act=lambda: close_risk(
            by=request.user, risk=risk, note=form.cleaned_data["text"], on=page.today
        ),
        title=_("Close a risk"),
        button=_("Close the risk"),
        done=_("The risk was closed."),
        anchor="#risks",
    )
