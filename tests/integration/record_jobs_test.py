"""Runs of jobs and requests that come twice."""

from typing import Any

import psycopg
import pytest
from django.db import transaction

from xuezheng.apps.record import jobs
from xuezheng.apps.record.idempotency import KeyUsedOtherwise, answer_once
from xuezheng.apps.record.models import IdempotencyKey, JobRun
from xuezheng.kernel.errors import InputError


class SheetWrong(InputError):
    """A made-up error for these tests."""

    code = "test.sheet_wrong"
    template = "Sheet %(sheet)s is wrong."


def _start(**more: Any) -> JobRun:
    return jobs.start(kind="test.job", by=None, title="A job", arguments={"rows": 3}, **more)


@pytest.mark.django_db
class TestRuns:
    """A run goes from waiting to one of its ends."""

    def test_a_run_that_ends_well_is_done_with_its_result(self) -> None:
        """Its bar is full."""
        run = _start(total=10)
        with jobs.running(run.pk) as progress:
            progress.report(done=4, message="halfway")
            progress.finish(result={"rows": 10})
        run.refresh_from_db()

        assert (run.state, run.percent, run.result) == ("done", 100, {"rows": 10})
        assert run.started_at is not None
        assert run.finished_at is not None

    def test_a_domain_error_is_kept_with_code_and_facts(self) -> None:
        """It goes no further: the worker has done its work."""
        run = _start()
        with jobs.running(run.pk):
            raise SheetWrong(sheet="students")
        run.refresh_from_db()

        assert run.state == "failed"
        assert run.error["code"] == "test.sheet_wrong"
        assert run.error["facts"] == {"sheet": "students"}

    def test_a_fault_of_the_program_is_raised_again(self) -> None:
        """The run is not left running."""
        run = _start()
        with pytest.raises(ZeroDivisionError), jobs.running(run.pk):
            raise ZeroDivisionError
        run.refresh_from_db()

        assert (run.state, run.error["code"]) == ("failed", "fault")

    def test_a_cancelled_run_stops_at_its_next_report(self) -> None:
        """Nothing after the report is done."""
        run = _start()
        with jobs.running(run.pk) as progress:
            jobs.cancel(job=run.pk)
            progress.report(done=1)
            pytest.fail("the report should have stopped the job")
        run.refresh_from_db()

        assert run.state == "cancelled"

    def test_the_same_key_starts_one_run(self) -> None:
        """Pressing the button twice is safe."""
        assert _start(key="k").pk == _start(key="k").pk
        assert JobRun.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_progress_inside_a_transaction_is_seen_outside_at_once(superuser_url: str) -> None:
    """A long import in one transaction still moves its bar."""
    run = _start(total=10)
    with jobs.running(run.pk) as progress, transaction.atomic():
        progress.report(done=4)
        with psycopg.connect(superuser_url) as other:
            row = other.execute("SELECT done, total FROM record_jobrun").fetchone()

    assert row == (4, 10)


@pytest.mark.django_db
class TestRepeatedRequests:
    """`answer_once` acts once a key."""

    def test_the_same_key_and_body_give_the_same_answer(self) -> None:
        """The act is done once."""
        done: list[int] = []

        def act() -> dict[str, int]:
            done.append(1)
            return {"number": len(done)}

        answers = [answer_once(scope="s", key="k", body={"a": 1}, act=act) for _ in range(3)]

        assert answers == [{"number": 1}] * 3
        assert answer_once(scope="other", key="k", body={"a": 1}, act=act) == {"number": 2}

    def test_another_body_is_refused(self) -> None:
        """A key stands for one request."""
        answer_once(scope="s", key="k", body={"a": 1}, act=dict)
        with pytest.raises(KeyUsedOtherwise):
            answer_once(scope="s", key="k", body={"a": 2}, act=dict)

        assert IdempotencyKey.objects.count() == 1
