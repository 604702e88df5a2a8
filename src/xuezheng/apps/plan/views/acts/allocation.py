"""Sharing a target out among the divisions."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xuezheng.apps.plan.forms.progress import AllocationForm
from xuezheng.apps.plan.models import AllocationShare
from xuezheng.apps.plan.services.allocation import allocate
from xuezheng.apps.plan.views.acts.common import require_act, run_form
from xuezheng.apps.plan.views.common import divisions_by_code, find_commitment, open_page


@require_http_methods(["GET", "POST"])
def change_allocation(request: HttpRequest, code: str) -> HttpResponse:
    """Change the shares of the divisions; they must sum to the target."""
    page = open_page(request)
    commitment = find_commitment(page.plan, code)
    require_act(request, "plan.allocate", commitment)
    if commitment.target is None or commitment.is_share:
        raise Http404(f"commitment {code} cannot be shared out")
    present = dict(
        AllocationShare.objects.filter(
            version__commitment=commitment, version__is_current=True
        ).values_list("division_id", "value")
    )
    form = AllocationForm(
        request.POST or None, divisions=list(divisions_by_code().values()), shares=present
    )
    return run_form(
        request,
        page=page,
        commitment=commitment,
        form=form,
        act=lambda: allocate(
            by=request.user,
            commitment=commitment,
            shares=form.shares(),
            reason=form.cleaned_data["reason"],
            at=timezone.now(),
        ),
        title=_("Allocate to the divisions"),
        button=_("Save the allocation"),
        done=_("The allocation was saved as a new version."),
        template="plan/allocate.html",
        anchor="#allocation",
    )
