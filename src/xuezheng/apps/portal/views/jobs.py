"""Long work: its list, its progress, stopping it. Whoever started a job may leave the page and find it again."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from xuezheng.apps.accounts.permissions import may, may_anywhere
from xuezheng.apps.portal.navigation import url_of
from xuezheng.apps.portal.selectors.jobs import outcome_of
from xuezheng.apps.record import jobs as record_jobs
from xuezheng.apps.record import recovery
from xuezheng.apps.record.models import JobRun
from xuezheng.apps.record.selectors import jobs_of

_ROWS = 30


@login_required
@require_GET
def jobs(request: HttpRequest) -> HttpResponse:
    """List the reader's jobs, or all jobs for those who may see all."""
    rows = jobs_of(user_key=str(request.user.pk), sees_all=may(request.user, "record.view_jobs"))
    page = Paginator(rows, _ROWS).get_page(request.GET.get("page"))
    return render(request, "portal/jobs.html", {"page": page, "starts": _starts(request)})


@login_required
@never_cache
@require_GET
def job(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one job: how far it is, what came out, or what went wrong."""
    run = _visible(request, pk)
    return render(
        request,
        "portal/job.html",
        {
            "job": run,
            "elapsed": _elapsed(run),
            "outcome": outcome_of(run),
            "may_cancel": _may_cancel(request, run),
            "may_repeat": _may_cancel(request, run) and recovery.may_repeat(run),
        },
    )


@login_required
@never_cache
@require_GET
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give the bar alone while the job runs; once it is over, have the whole page loaded again for the outcome."""
    run = _visible(request, pk)
    answer = render(request, "components/job.html", {"job": run, "elapsed": _elapsed(run)})
    if run.is_over:
        answer["HX-Refresh"] = "true"
    return answer


@login_required
@require_POST
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask a job to stop."""
    run = get_object_or_404(JobRun, pk=pk)
    if not _may_cancel(request, run):
        raise PermissionDenied("record.cancel_jobs")
    record_jobs.cancel(job=run.pk)
    return redirect("portal:job", pk=run.pk)


@login_required
@require_POST
def again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Queue a job once more that was interrupted."""
    run = get_object_or_404(JobRun, pk=pk)
    if not _may_cancel(request, run):
        raise PermissionDenied("record.cancel_jobs")
    try:
        recovery.run_again(job=run.pk)
    except recovery.JobNotRepeatable as error:
        messages.error(request, error.message(gettext))
    return redirect("portal:job", pk=run.pk)


def _starts(request: HttpRequest) -> list[dict[str, str]]:
    """Where the reader can start long work."""
    places = (
        ("registry.import", _("Import a workbook"), "registry:imports"),
        ("plan.report", _("Make a report of the plan"), "plan:reports"),
    )
    return [
        {"label": label, "url": url_of(name)}
        for action, label, name in places
        if may_anywhere(request.user, action)
    ]


def _visible(request: HttpRequest, pk: UUID) -> JobRun:
    run = get_object_or_404(JobRun, pk=pk)
    if run.started_by_id != str(request.user.pk) and not may(request.user, "record.view_jobs"):
        raise PermissionDenied("record.view_jobs")
    return run


def _may_cancel(request: HttpRequest, run: JobRun) -> bool:
    return run.started_by_id == str(request.user.pk) or may(request.user, "record.cancel_jobs")


def _elapsed(run: JobRun) -> float | None:
    if run.started_at is None:
        return None
    return ((run.finished_at or timezone.now()) - run.started_at).total_seconds()
