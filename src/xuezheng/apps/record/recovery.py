"""Jobs whose worker was killed: run again where that is safe, otherwise ended with a sentence that says so.

A worker tells the database every ten seconds that it lives. A job that a silent worker was doing is stalled; nobody
else will ever end it. `recover_stalled` runs every minute in every worker (`tasks.py`) and takes such jobs up: a task
marked `repeatable` goes back into the queue, up to `MOST_RUNS` runs in all; any other is marked failed, and so is a
run whose queue entry is gone. Nothing stays "running" for ever.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import connections, transaction
from django.utils import timezone
from procrastinate.contrib.django import app as installed_app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Status

from xuezheng.apps.record.jobs import error_facts
from xuezheng.apps.record.models import JobRun, JobState
from xuezheng.kernel.errors import StateError, gettext_noop

if TYPE_CHECKING:
    from procrastinate import App

SILENT_SECONDS = 60  # six heartbeats missed: the worker is gone, not only busy
MOST_RUNS = 3  # a job that takes its worker down with it must not do so for ever
LOST_SECONDS = 600  # far longer than what a page runs itself, without the queue
_WORTH_REPEATING = frozenset({"record.job_interrupted", "fault"})

Function = TypeVar("Function", bound=Callable[..., Any])


class JobInterrupted(StateError):
    """The program that ran a job was killed, and the job was not taken up again."""

    code = "record.job_interrupted"
    template = gettext_noop(
        "The program that ran this job was stopped before the job was done (run %(run)s)."
    )
    remedy = gettext_noop(
        "Run it again. If it is interrupted once more, tell the operators of the site the number of the job."
    )


class JobNotRepeatable(StateError):
    """Somebody asks for a run of a job that cannot simply be run again."""

    code = "record.job_not_repeatable"
    template = gettext_noop("This job cannot be run again from here: %(state)s.")
    remedy = gettext_noop("Start it again from the page where it was asked for.")


def repeatable(function: Function) -> Function:
    """Mark a task's function as safe to run again after it was killed anywhere: below `@app.task`, above `def`."""
    function.is_repeatable = True  # type: ignore[attr-defined]
    return function


def may_repeat(run: JobRun) -> bool:
    """Whether a failed run was stopped from outside, or by a fault, and its task is safe to run again."""
    return (
        run.state == JobState.FAILED
        and run.error.get("code") in _WORTH_REPEATING
        and _is_repeatable(installed_app, run.kind)
    )


@transaction.atomic
def run_again(*, job: UUID | str) -> JobRun:
    """Queue a failed run once more, under the same number.

    Raises:
        JobNotRepeatable: If it has not failed, or failed for a reason that will not go away by itself.
    """
    run = JobRun.objects.select_for_update().get(pk=job)
    if not may_repeat(run):
        raise JobNotRepeatable(state=run.state)
    _reset(run)
    installed_app.tasks[run.kind].defer(job=str(run.pk), **run.arguments)
    return run


async def recover_stalled(app: App, *, silent_seconds: float = SILENT_SECONDS) -> None:
    """Take up every job whose worker has been silent for so long, and end runs that have no entry in the queue."""
    manager = app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=silent_seconds):
        again = await _aside(
            _take_up,
            job.task_kwargs.get("job"),
            runs=job.attempts + 1,
            is_repeatable=_is_repeatable(app, job.task_name),
        )
        if again:
            await manager.retry_job(job)
        else:
            await manager.finish_job(job, Status.FAILED, delete_job=False)
    await _aside(end_lost)


async def _aside(act: Callable[..., Any], *values: Any, **named: Any) -> Any:
    """Call what uses the database in a thread, and keep no connection there for the next minute."""

    def call() -> Any:
        try:
            return act(*values, **named)
        finally:
            connections.close_all()

    return await sync_to_async(call)()


@transaction.atomic
def end_lost(*, lost_seconds: float = LOST_SECONDS) -> None:
    """Mark as failed what has neither ended nor an entry in the queue: the web server that ran it was killed."""
    before = timezone.now() - timedelta(seconds=lost_seconds)
    waiting = ProcrastinateJob.objects.filter(status__in=("todo", "doing"))
    known = {str(job) for job in waiting.values_list("args__job", flat=True)}
    open_runs = JobRun.objects.select_for_update(skip_locked=True).filter(
        state__in=(JobState.QUEUED, JobState.RUNNING), created_at__lt=before
    )
    for run in open_runs:
        if str(run.pk) not in known and (run.started_at is None or run.started_at < before):
            _fail(run, runs=1)


@transaction.atomic
def _take_up(job: Any, *, runs: int, is_repeatable: bool) -> bool:
    """Bring the run of a stalled job into order; true if the job shall run again."""
    run = JobRun.objects.select_for_update().filter(pk=job).first() if job else None
    if run is None or run.is_over:
        return False  # no work of a person's, or it ended before its worker could say so
    if is_repeatable and runs < MOST_RUNS:
        _reset(run)
        return True
    _fail(run, runs=runs)
    return False


def _is_repeatable(app: App, task: str) -> bool:
    return getattr(getattr(app.tasks.get(task), "func", None), "is_repeatable", False)


def _reset(run: JobRun) -> None:
    run.state, run.started_at, run.finished_at = JobState.QUEUED, None, None
    run.done, run.message, run.error = 0, "", {}
    run.save(update_fields=["state", "started_at", "finished_at", "done", "message", "error"])


def _fail(run: JobRun, *, runs: int) -> None:
    run.state, run.finished_at = JobState.FAILED, timezone.now()
    run.error = error_facts(JobInterrupted(run=runs))
    run.save(update_fields=["state", "finished_at", "error"])
