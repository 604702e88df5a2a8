"""What was confirmed is what is applied: two imports at once, registers that change meanwhile, workbooks that are cut."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from openpyxl import load_workbook

from xuezheng.apps.accounts.roles import Role, ScopeKind
from xuezheng.apps.record.models import AuditEvent, JobRun
from xuezheng.apps.registry import tasks
from xuezheng.apps.registry.exchange import writing
from xuezheng.apps.registry.models import ImportBatch, Student

from .journey_test import PAGE, client_of, run_last_job, upload  # noqa: TID252 - a folder of tests has no other name

Make = Callable[..., Any]
HEAD = {"kind": ScopeKind.INSTITUTION, "institution": "3123900001", "division": "230102"}


def page_of(client: Any, batch: ImportBatch) -> str:
    """The page of an import."""
    return str(client.get(f"{PAGE}imports/{batch.pk}/").content.decode())


@pytest.mark.django_db(transaction=True)
def test_a_workbook_imported_twice_at_once_is_applied_once(
    city: None, workbook: Make, student: Make, student_header: list[str]
) -> None:
    """Both confirm at the same moment: one is applied, the other is told that nothing is left to do."""
    content = workbook([student_header, student(1), student(2)])
    people = [client_of(Role.PLANNER, name, kind=ScopeKind.CITY) for name in ("one", "two")]
    batches = []
    for client in people:
        upload(client, content)
        batches.append(ImportBatch.objects.latest("created_at"))
        client.post(f"{PAGE}imports/{batches[-1].pk}/confirm/")
    runs = list(JobRun.objects.filter(kind="registry.apply_import"))
    start = Barrier(2)

    def work(run: JobRun) -> None:
        try:
            start.wait(timeout=20)
            tasks.apply_import(job=str(run.pk), **run.arguments)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, runs))

    assert Student.objects.count() == 2
    assert AuditEvent.objects.filter(action="registry.student.create").count() == 2
    assert sorted(ImportBatch.objects.values_list("state", flat=True)) == ["applied", "previewed"]
    told = ImportBatch.objects.get(state="previewed")
    assert (told.new_count, told.unchanged_count) == (0, 2)
    [failed] = JobRun.objects.filter(kind="registry.apply_import", state="failed")
    assert failed.error["code"] == "registry.exchange.preview_outdated"
    page = page_of(people[batches.index(told)], told)
    assert "said 2 new, 0 changed" in page
    assert "there is nothing to take over" in page


def test_a_register_that_changed_is_shown_again(
    city: None, workbook: Make, student: Make, student_header: list[str]
) -> None:
    """A row that was new would now overwrite somebody's entry: it does so only after a second look."""
    planner = client_of(Role.PLANNER, kind=ScopeKind.CITY)
    upload(planner, workbook([student_header, student(1, 姓名="李小红")]))
    batch = ImportBatch.objects.get()
    other = client_of(Role.SCHOOL_HEAD, **HEAD)
    upload(other, workbook([student_header, student(1)]))
    other.post(f"{PAGE}imports/{ImportBatch.objects.latest('created_at').pk}/confirm/")
    run_last_job()
    assert Student.objects.get().name == "王小明"

    seen = batch.preview["fingerprint"]
    planner.post(f"{PAGE}imports/{batch.pk}/confirm/", {"preview": seen})
    run_last_job()
    batch.refresh_from_db()
    assert (batch.state, batch.new_count, batch.changed_count) == ("previewed", 0, 1)
    assert Student.objects.get().name == "王小明"
    page = page_of(planner, batch)
    assert "nothing was taken over" in page
    assert "<del>王小明</del>" in page

    # The page from before the change is still open somewhere: its button does nothing.
    planner.post(f"{PAGE}imports/{batch.pk}/confirm/", {"preview": seen})
    batch.refresh_from_db()
    assert batch.state == "previewed"
    planner.post(f"{PAGE}imports/{batch.pk}/confirm/", {"preview": batch.preview["fingerprint"]})
    run_last_job()
    batch.refresh_from_db()
    assert (batch.state, Student.objects.get().name) == ("applied", "李小红")
    assert "nothing was taken over" not in page_of(planner, batch)


def test_only_who_may_see_an_import_is_told_who_applied_it(
    city: None, workbook: Make, student: Make, student_header: list[str]
) -> None:
    """A copy of the file tells nobody who else imports; the planner, who sees all imports, reads the name."""
    content = workbook([student_header, student(1)])
    head = client_of(Role.SCHOOL_HEAD, "head.zhao", **HEAD)
    upload(head, content)
    head.post(f"{PAGE}imports/{ImportBatch.objects.get().pk}/confirm/")
    run_last_job()
    label = ImportBatch.objects.get().uploaded_by_label
    officer = client_of(Role.DISTRICT_OFFICER, kind=ScopeKind.DIVISION, division="230103")

    answer = upload(officer, content)
    assert (answer.status_code, label in answer.content.decode()) == (409, False)
    assert "was applied before, with every row" in answer.content.decode()
    planner = client_of(Role.PLANNER, kind=ScopeKind.CITY)
    for client in (head, planner):
        assert label in upload(client, content).content.decode()


def test_a_cut_workbook_of_rejected_rows_says_so(
    city: None,
    workbook: Make,
    student: Make,
    student_header: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In the sheet above the header and on the page; the sheet can still be handed in."""
    monkeypatch.setattr(writing, "MAX_REJECTED_ROWS", 2)
    planner = client_of(Role.PLANNER, kind=ScopeKind.CITY)
    upload(planner, workbook([student_header, *(student(n, 年级="x") for n in range(1, 4))]))
    batch = ImportBatch.objects.get()
    address = f"{PAGE}imports/{batch.pk}/rejected.xlsx"

    assert "holds the first 2 of 3" in page_of(planner, batch)
    content = planner.get(address).content
    rows = list(load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True))
    assert len(rows) == 4
    assert {"2", "3"} <= set(str(rows[0][0]))
    assert rows[1][0] == student_header[0]
    upload(planner, content, "again.xlsx")
    again = ImportBatch.objects.latest("created_at")
    assert (again.state, again.rejected_count) == ("previewed", 2)
    assert "holds the first" not in page_of(planner, again)
