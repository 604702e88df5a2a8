"""Runs of jobs as their tasks see them: start, run, report, finish.

A view starts a run and hands its id to the task; the task works inside `running`::

    run = jobs.enqueue(import_students, kind="registry.import", by=user, title=..., arguments={...})

    @app.task
    @repeatable  # of recovery.py: if it is killed anywhere, it can simply be run again
    def import_students(*, job: str, path: str) -> None:
        with jobs.running(job) as progress:
            progress.report(done=n, total=total, message=...)
            progress.finish(result={"rows": n})
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection, connections, transaction
from django.utils import timezone

from xuezheng.apps.record.actors import actor_of
from xuezheng.apps.record.chain import plain_facts
from xuezheng.apps.record.models import JobRun, JobState
from xuezheng.kernel.errors import DomainError, StateError, gettext_noop

_REPORT_EVERY_SECONDS = 0.5


class JobCancelled(StateError):
    """Somebody cancelled the job while it ran."""

    code = "record.job_cancelled"
    template = gettext_noop("The job was cancelled.")
    remedy = gettext_noop("Start it again if it is still wanted.")


@transaction.atomic
def start(
    *,
    kind: str,
    by: object,
    title: str,
    arguments: Mapping[str, Any] | None = None,
    total: int = 0,
    division: str = "",
    key: str | None = None,
) -> JobRun:
    """Enter a run that is about to be queued.

    Args:
        kind: What sort of job, as `app.job`.
        by: Who started it.
        title: What the person sees, in their language.
        arguments: What was asked; shown to whoever may see the job, so no secrets.
        total: How many steps there are, if known.
        division: Division concerned; empty for the city.
        key: Idempotency key: a second start with the same key gives the first run.
    """
    actor = actor_of(by)
    values: dict[str, Any] = {
        "kind": kind,
        "title": title[:200],
        "arguments": plain_facts(arguments or {}),
        "total": total,
        "division": division,
        "started_by_id": actor.id,
        "started_by_label": actor.label[:120],
        "created_at": timezone.now(),
    }
    if key is None:
        return JobRun.objects.create(**values)
    run, _ = JobRun.objects.get_or_create(key=key, defaults=values)
    return run


@transaction.atomic
def enqueue(
    task: Any,
    *,
    kind: str,
    by: object,
    title: str,
    arguments: Mapping[str, Any] | None = None,
    total: int = 0,
    division: str = "",
    key: str | None = None,
) -> JobRun:
    """Enter a run and queue its procrastinate task, both or neither; the task gets `job=` and the arguments."""
    is_known = key is not None and JobRun.objects.filter(key=key).exists()
    run = start(
        kind=kind,
        by=by,
        title=title,
        arguments=arguments,
        total=total,
        division=division,
        key=key,
    )
    if not is_known:
        task.defer(job=str(run.pk), **run.arguments)
    return run


class Progress:
    """The hand with which a task writes how far it is."""

    def __init__(self, run: JobRun) -> None:
        """Begin at the state that the run has."""
        self.run = run
        self._last_report = 0.0

    def report(
        self, *, done: int | None = None, total: int | None = None, message: str | None = None
    ) -> None:
        """Write progress, at most twice a second; safe to call for every row, also inside a transaction.

        Raises:
            JobCancelled: If somebody cancelled the job.
        """
        run = self.run
        run.done = run.done if done is None else done
        run.total = run.total if total is None else total
        run.message = run.message if message is None else message[:300]
        now = time.monotonic()
        if now - self._last_report < _REPORT_EVERY_SECONDS:
            return
        self._last_report = now
        state = _write(run, done=run.done, total=run.total, message=run.message)
        if state == JobState.CANCELLED:
            raise JobCancelled

    def finish(self, *, result: Mapping[str, Any] | None = None, message: str = "") -> None:
        """Keep the result that the run will end with."""
        self.run.result = plain_facts(result or {})
        if message:
            self.run.message = message[:300]


@contextmanager
def running(job: str | UUID) -> Iterator[Progress]:
    """Mark a run as running, then as done, cancelled or failed by how the block ends.

    A `DomainError` becomes the run's error with code and facts and goes no further; anything else is written as a
    fault of the program and raised again, so that its traceback is logged.
    """
    run = JobRun.objects.get(pk=job)
    if run.is_over:
        raise JobCancelled
    run.state, run.started_at = JobState.RUNNING, timezone.now()
    run.save(update_fields=["state", "started_at"])
    progress = Progress(run)
    try:
        yield progress
    except JobCancelled:
        _end(run, JobState.CANCELLED)
    except DomainError as error:
        run.error = error_facts(error)
        _end(run, JobState.FAILED)
    except BaseException as error:
        run.error = {"code": "fault", "facts": {"type": type(error).__name__}}
        _end(run, JobState.FAILED)
        raise
    else:
        _end(run, JobState.DONE)


@transaction.atomic
def cancel(*, job: str | UUID) -> JobRun:
    """Ask a run to stop: at once if it still waits, at its next report if it runs."""
    run = JobRun.objects.select_for_update().get(pk=job)
    if not run.is_over:
        run.state, run.finished_at = JobState.CANCELLED, timezone.now()
        run.save(update_fields=["state", "finished_at"])
    return run


def error_facts(error: DomainError) -> dict[str, Any]:
    """Turn an error into what a run keeps of it: its code, its facts as text, and the sentence in English."""
    facts = {
        name: value if isinstance(value, int | str) else str(value)
        for name, value in error.facts.items()
    }
    return plain_facts({"code": error.code, "facts": facts, "message": error.message()})


def _end(run: JobRun, state: JobState) -> None:
    run.state, run.finished_at = state, timezone.now()
    if state == JobState.DONE and run.total:
        run.done = run.total
    run.save(update_fields=["state", "finished_at", "done", "total", "message", "result", "error"])


_UPDATE = """
UPDATE record_jobrun SET done = %s, total = %s, message = %s
WHERE id = (SELECT id FROM record_jobrun WHERE id = %s FOR UPDATE SKIP LOCKED) RETURNING state
"""


def _write(run: JobRun, *, done: int, total: int, message: str) -> str | None:
    """Write progress where others can see it at once, even while the task is inside a transaction."""
    values: list[int | str] = [done, total, message, str(run.pk)]
    if connection.in_atomic_block:
        # A connection of its own: what the task's transaction writes stays unseen until it ends.
        side = connections.create_connection("default")
        try:
            with side.cursor() as cursor:
                cursor.execute(_UPDATE, values)
                row = cursor.fetchone()
        finally:
            side.close()
        if row is not None:
            return str(row[0])
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, values)
        row = cursor.fetchone()
    return None if row is None else str(row[0])
