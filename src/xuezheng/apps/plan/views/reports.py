"""Reports of the board for a week or a month: ask for one, see its progress, fetch the files."""

from datetime import date

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from xuezheng.apps.accounts.permissions import may_anywhere
from xuezheng.apps.plan.selectors.report import published_reports
from xuezheng.apps.plan.services.reporting import period_of
from xuezheng.apps.plan.tasks import write_report
from xuezheng.apps.plan.views.common import Page, context_of, open_page
from xuezheng.apps.record import jobs
from xuezheng.apps.record.idempotency import act_once_a_form, new_form_key

PERIODS = (("week", gettext_lazy("Week")), ("month", gettext_lazy("Month")))


class ReportForm(forms.Form):
    """Which period a report is about."""

    period = forms.ChoiceField(label=gettext_lazy("Period"), choices=PERIODS)
    day = forms.DateField(
        label=gettext_lazy("Any day of the period"), widget=forms.DateInput({"type": "date"})
    )


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """List the reports that were made, and start a new one as a job."""
    page = open_page(request, action="plan.report")
    if not may_anywhere(request.user, "plan.report"):
        return redirect("plan:public")
    form = ReportForm(
        request.POST or None, initial={"period": "week", "day": page.today.isoformat()}
    )
    form.fields["day"].validators += [
        MinValueValidator(page.plan.starts_on),
        MaxValueValidator(page.plan.ends_on),
    ]
    if request.method == "POST" and form.is_valid():
        answer = act_once_a_form(
            scope=f"plan.report:{request.user.pk}",
            form_key=request.POST.get("form_key", ""),
            body=form.cleaned_data,
            act=lambda: _start(
                request, page, form.cleaned_data["period"], form.cleaned_data["day"]
            ),
        )
        return redirect("portal:job", pk=answer["job"])
    context = context_of(page, form=form, reports=published_reports(), form_key=new_form_key())
    return render(request, "plan/reports.html", context)


def _start(request: HttpRequest, page: Page, kind: str, day: date) -> dict[str, str]:
    since, until = period_of(kind, day)
    run = jobs.enqueue(
        write_report,
        kind="plan.report",
        by=request.user,
        title=_("Plan report, %(since)s to %(until)s") % {"since": since, "until": until},
        arguments={"plan": page.plan.pk, "kind": kind, "day": day.isoformat()},
    )
    return {"job": str(run.pk)}
