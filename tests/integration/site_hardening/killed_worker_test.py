"""The worker is killed in the middle of a job: nothing half-done stays, and the job does not run for ever."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from xuezheng.apps.accounts.roles import Role
from xuezheng.apps.accounts.services.demonstration import demo_user_for
from xuezheng.apps.plan.models import Plan
from xuezheng.apps.plan.selectors.current import current_run
from xuezheng.apps.plan.tasks import write_report
from xuezheng.apps.record import jobs, recovery
from xuezheng.apps.record.models import JobRun, PublishedDocument

# A worker that stops for ever after the second of the four files, inside the transaction.
_WORKER = """
import sys, time
import django
django.setup()
from django.core.management import call_command
from xuezheng.apps.plan.services import reporting
publish, count = reporting.publish_document, 0
def stop(**values):
    global count
    count += 1
    if count > 2:
        print("half", flush=True)
        time.sleep(600)
    return publish(**values)
reporting.publish_document = stop
call_command("procrastinate", "worker", "--concurrency", "1")
"""


@pytest.fixture
def planner(demo_city: str) -> Client:
    """The planner's browser, in a city whose queue is empty."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")  # the figures of earlier months take long
    client = Client(headers={"accept-language": "en"})
    user = demo_user_for(Role.PLANNER)
    assert user is not None
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def ask_for_report(planner: Client) -> JobRun:
    """Ask for the report of the week of the last figures."""
    run = current_run(Plan.objects.get())
    assert run is not None
    values = {"period": "week", "day": (run.as_of - timedelta(days=1)).isoformat()}
    planner.post("/plan/reports/", values)
    return JobRun.objects.get(kind="plan.report")


def work(silent_seconds: float | None = None) -> None:
    """Do what a living worker does: take up what stalled, when asked for, then what waits."""
    from procrastinate.contrib.django import app

    async def take_up(worker_app: Any) -> None:
        async with worker_app.open_async():
            await recovery.recover_stalled(worker_app, silent_seconds=silent_seconds or 0)

    if silent_seconds is not None:
        with app.replace_connector(app.connector.get_worker_connector()) as worker_app:
            asyncio.run(take_up(worker_app))
        return
    with app.replace_connector(app.connector.get_worker_connector()) as worker_app:
        worker_app.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)


def kill_half_way() -> None:
    """Start a worker, wait until it is in the middle of the report, and kill it as kill -9 does."""
    environment = {**os.environ, "DATABASE_URL": settings.DATABASE_URL}
    with subprocess.Popen(
        [sys.executable, "-c", _WORKER], env=environment, stdout=subprocess.PIPE
    ) as worker:
        assert worker.stdout is not None
        said = worker.stdout.readline()
        worker.kill()
    assert said == b"half\n"


def test_a_report_whose_worker_was_killed_is_made_by_the_next(planner: Client) -> None:
    """Nothing of it is published by the killed worker; the next one publishes the four files once."""
    run, before = ask_for_report(planner), PublishedDocument.objects.count()
    kill_half_way()
    run.refresh_from_db()
    assert (run.state, PublishedDocument.objects.count()) == ("running", before)

    work(silent_seconds=recovery.SILENT_SECONDS)
    run.refresh_from_db()
    assert run.state == "running"  # the worker might only be busy
    work(silent_seconds=0)
    run.refresh_from_db()
    assert (run.state, run.started_at) == ("queued", None)
    work()
    run.refresh_from_db()
    assert (run.state, run.error) == ("done", {})
    assert PublishedDocument.objects.count() == before + 4


def test_a_job_that_is_killed_each_time_fails_and_can_be_run_again(planner: Client) -> None:
    """After the third run it is given up with a sentence and a button; the button queues it under its number."""
    run = ask_for_report(planner)
    jobs_left_by(runs=recovery.MOST_RUNS)
    work(silent_seconds=0)
    run.refresh_from_db()
    assert (run.state, run.error["code"]) == ("failed", "record.job_interrupted")
    page = planner.get(f"/jobs/{run.pk}/").content.decode()
    assert "was stopped before the job was done (run 3)" in page
    assert f"/jobs/{run.pk}/again/" in page

    planner.post(f"/jobs/{run.pk}/again/")
    planner.post(f"/jobs/{run.pk}/again/")  # a second click finds it queued
    work()
    run.refresh_from_db()
    assert run.state == "done"
    assert f"/jobs/{run.pk}/again/" not in planner.get(f"/jobs/{run.pk}/").content.decode()
    assert PublishedDocument.objects.filter(pk__in=run.result["documents"]).count() == 4


def test_a_task_that_is_not_repeatable_is_not_repeated(
    planner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is failed at once, and nobody is offered to run it again."""
    monkeypatch.setattr(write_report.func, "is_repeatable", False)
    run = ask_for_report(planner)
    jobs_left_by(runs=1)
    work(silent_seconds=0)
    run.refresh_from_db()

    assert (run.state, run.error["code"]) == ("failed", "record.job_interrupted")
    assert "/again/" not in planner.get(f"/jobs/{run.pk}/").content.decode()
    planner.post(f"/jobs/{run.pk}/again/")
    run.refresh_from_db()
    assert run.state == "failed"


def test_a_worker_killed_after_the_commit_publishes_nothing_twice(planner: Client) -> None:
    """It had published and could not say so any more: the second run finds the answer."""
    run = ask_for_report(planner)
    write_report(job=str(run.pk), **run.arguments)
    count = PublishedDocument.objects.count()
    JobRun.objects.filter(pk=run.pk).update(state="running")
    write_report(job=str(run.pk), **run.arguments)
    run.refresh_from_db()

    assert (run.state, PublishedDocument.objects.count()) == ("done", count)


def test_a_cancelled_job_is_not_taken_up(planner: Client) -> None:
    """Somebody stopped it before its worker died."""
    run = ask_for_report(planner)
    jobs_left_by(runs=1)
    jobs.cancel(job=run.pk)
    work(silent_seconds=0)
    run.refresh_from_db()

    assert run.state == "cancelled"


def test_a_run_without_an_entry_in_the_queue_fails(planner: Client) -> None:
    """The web server was killed while it examined a small file itself; what waits in the queue is left alone."""
    waiting = ask_for_report(planner)
    lost = jobs.start(kind="registry.preview_import", by=None, title="A file")
    JobRun.objects.filter(pk=lost.pk).update(state="running", started_at=timezone.now())
    recovery.end_lost()
    assert JobRun.objects.get(pk=lost.pk).state == "running"

    hour_ago = timezone.now() - timedelta(hours=1)
    JobRun.objects.filter(pk=lost.pk).update(started_at=hour_ago)
    JobRun.objects.update(created_at=hour_ago)
    recovery.end_lost()
    assert JobRun.objects.get(pk=lost.pk).state == "failed"
    assert JobRun.objects.get(pk=waiting.pk).state == "queued"


def test_every_worker_looks_after_stalled_jobs() -> None:
    """The task is due every minute, and every task of ours says whether it may be run again."""
    from procrastinate.contrib.django import app

    due = {key[0]: task.cron for key, task in app.periodic_registry.periodic_tasks.items()}
    assert due["record.recover_jobs"] == "* * * * *"
    assert write_report.func.is_repeatable


def jobs_left_by(*, runs: int) -> None:
    """Leave the queue as a worker leaves it that was killed in a job's run of this number."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', attempts = %s "
            "WHERE task_name = 'plan.report'",
            [runs - 1],
        )
    JobRun.objects.filter(kind="plan.report").update(state="running", started_at=timezone.now())
