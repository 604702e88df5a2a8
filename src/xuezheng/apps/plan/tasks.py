"""Jobs of the plan app."""

from datetime import date

from procrastinate.contrib.django import app

from xuezheng.apps.plan.models import Plan
from xuezheng.apps.plan.services.reporting import make_report
from xuezheng.apps.record import jobs
from xuezheng.apps.record.actors import Actor
from xuezheng.apps.record.idempotency import answer_once
from xuezheng.apps.record.models import JobRun
from xuezheng.apps.record.recovery import repeatable


@app.task(name="plan.report")
@repeatable
def write_report(*, job: str, plan: int, kind: str, day: str) -> None:
    """Write and publish the report of a week or month, once a job however often the job is run."""
    with jobs.running(job) as progress:
        run = JobRun.objects.get(pk=job)

        def act() -> dict[str, list[int]]:
            documents = make_report(
                by=Actor(kind="user", id=run.started_by_id, label=run.started_by_label),
                plan=Plan.objects.get(pk=plan),
                kind=kind,
                day=date.fromisoformat(day),
                progress=progress,
            )
            return {"documents": [document.pk for document in documents]}

        body = {"plan": plan, "kind": kind, "day": day}
        # A worker killed after the commit and before it could say so: the second run finds the answer.
        answer = answer_once(scope="plan.report.job", key=job, body=body, act=act)
        progress.finish(result={**answer, "url": "/plan/reports/"})
