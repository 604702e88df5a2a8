"""Jobs of the plan app."""

from datetime import date

from procrastinate.contrib.django import app

from xuezheng.apps.plan.models import Plan
from xuezheng.apps.plan.services.reporting import make_report
from xuezheng.apps.record import jobs
from xuezheng.apps.record.actors import Actor
from xuezheng.apps.record.models import JobRun


@app.task(name="plan.report")
def write_report(*, job: str, plan: int, kind: str, day: str) -> None:
    """Write and publish the report of a week or month."""
    with jobs.running(job) as progress:
        run = JobRun.objects.get(pk=job)
        documents = make_report(
            by=Actor(kind="user", id=run.started_by_id, label=run.started_by_label),
            plan=Plan.objects.get(pk=plan),
            kind=kind,
            day=date.fromisoformat(day),
            progress=progress,
        )
        progress.finish(
            result={"documents": [document.pk for document in documents], "next": "/plan/reports/"}
        )
