"""The pages of an import from upload to result: rights, repetition, jobs, and a worker that is killed in the middle."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from xuezheng.apps.accounts.roles import Role, ScopeKind
from xuezheng.apps.accounts.services.grants import GrantScope, grant_role
from xuezheng.apps.accounts.services.users import create_user
from xuezheng.apps.record.models import AuditEvent, JobRun
from xuezheng.apps.registry import tasks
from xuezheng.apps.registry.models import ImportBatch, ImportContent, Student

Make = Callable[..., Any]
PAGE = "/registry/exchange/"


def client_of(role: Role, name: str = "", **scope: Any) -> Client:
    """A browser signed in as somebody with one role."""
    user = create_user(
        by=None, username=name or role.value, name=role.value, password="long-enough-1"
    )
    grant_role(by=None, user=user, role=role, scope=GrantScope(**scope))
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def upload(client: Client, content: bytes, name: str = "a.xlsx", kind: str = "students") -> Any:
    """Hand a workbook in."""
    return client.post(f"{PAGE}upload/", {"kind": kind, "file": SimpleUploadedFile(name, content)})


def run_last_job() -> None:
    """Do what the job worker would do."""
    job = JobRun.objects.order_by("-created_at").first()
    assert job is not None
    task = {
        "registry.preview_import": tasks.preview_import,
        "registry.apply_import": tasks.apply_import,
    }[job.kind]
    task(job=str(job.pk), **job.arguments)


@pytest.fixture
def head(city: None) -> Client:
    """The head of the school 3123900001."""
    scope = {"kind": ScopeKind.INSTITUTION, "institution": "3123900001", "division": "230102"}
    return client_of(Role.SCHOOL_HEAD, **scope)


def test_from_upload_to_result(
    head: Client, workbook: Make, student: Make, student_header: list[str]
) -> None:
    """A preview writes nothing; confirmed, it is applied once; the same file again does nothing."""
    content = workbook([student_header, student(1), student(2)])

    page = upload(head, content, "名单.xlsx")
    batch = ImportBatch.objects.get()
    assert page.headers["Location"] == f"{PAGE}imports/{batch.pk}/"
    assert (batch.state, batch.new_count, Student.objects.count()) == ("previewed", 2, 0)
    assert "Take over 2 rows" in head.get(page.headers["Location"]).content.decode()
    head.post(f"{PAGE}imports/{batch.pk}/confirm/")
    assert head.get(f"{PAGE}imports/{batch.pk}/").status_code == 200
    run_last_job()
    applied = ImportBatch.objects.get()
    assert (applied.state, Student.objects.count()) == ("applied", 2)
    assert ImportContent.objects.get().upload is None
    assert "was taken over" in head.get(f"{PAGE}imports/{batch.pk}/").content.decode()
    events = AuditEvent.objects.count()
    again = upload(head, content)
    assert again.status_code == 409
    assert "was applied on" in again.content.decode()
    assert (AuditEvent.objects.count(), ImportBatch.objects.count()) == (events, 1)


def test_rejected_rows_are_handed_out(
    head: Client, workbook: Make, student: Make, student_header: list[str]
) -> None:
    """Rows of another school are rejected, and their workbook can be downloaded by who uploaded them."""
    upload(head, workbook([student_header, student(1), student(2, 学校标识码="2123900002")]))
    batch = ImportBatch.objects.get()

    assert (batch.new_count, batch.rejected_count) == (1, 1)
    assert "which you may not change" in head.get(f"{PAGE}imports/{batch.pk}/").content.decode()
    rejected = head.get(f"{PAGE}imports/{batch.pk}/rejected.xlsx")
    assert rejected.content[:4] == b"PK\x03\x04"
    stranger = client_of(Role.DISTRICT_OFFICER, kind=ScopeKind.DIVISION, division="230103")
    for address in ("", "rejected.xlsx"):
        assert stranger.get(f"{PAGE}imports/{batch.pk}/{address}").status_code == 404
    assert stranger.post(f"{PAGE}imports/{batch.pk}/confirm/").status_code == 404


def test_a_refused_file_says_why(
    head: Client, workbook: Make, student: Make, student_header: list[str]
) -> None:
    """A wrong type is refused at once, a wrong header on the import's page; nothing is kept of either."""
    assert upload(head, b"a,b", "a.csv").status_code == 400
    page = upload(head, workbook([["a", "b"], [1, 2]]))

    assert "missing: 学籍号" in head.get(page.headers["Location"]).content.decode()
    assert ImportContent.objects.get().upload is None


def test_who_may_exchange_what(head: Client) -> None:
    """Visitors and teachers may not; an officer's export of another division is refused."""
    officer = client_of(Role.DISTRICT_OFFICER, kind=ScopeKind.DIVISION, division="230102")
    scope = {"kind": ScopeKind.INSTITUTION, "institution": "3123900001", "division": "230102"}
    teacher = client_of(Role.TEACHER, **scope)
    assert [c.get(PAGE).status_code for c in (Client(), teacher, head, officer)] == [
        403,
        403,
        200,
        200,
    ]
    export = f"{PAGE}students/export.xlsx"
    assert officer.get(f"{export}?division=230102").status_code == 200
    assert officer.get(f"{export}?division=230103").status_code == 403
    assert head.get(f"{export}?institution=2123900002").status_code == 403
    # Named beside the own division or on its own, a place outside is refused, not answered with no rows.
    assert head.get(f"{export}?division=230103").status_code == 403
    mixed = f"{PAGE}classes/export.xlsx?division=230102&institution=2123900002"
    assert [one.get(mixed).status_code for one in (head, officer)] == [403, 403]
    assert head.get(export).status_code == 200
    assert Client().get(export).status_code == 403
    assert teacher.get(export).status_code == 403
    assert AuditEvent.objects.filter(action="registry.export.write").count() == 2


_KILLED = """
import os, sys, django
django.setup()
from django.db import connection
from xuezheng.apps.record.access import Scope
from xuezheng.apps.registry.exchange import apply
from xuezheng.apps.registry.services import imports
upsert = apply._upsert
def stop(register):
    upsert(register)
    print("half", flush=True)
    sys.stdin.read()
apply._upsert = stop
imports.apply_import(by=None, batch_id=sys.argv[1], scope=Scope(city=True), report=lambda d, t: None)
"""


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_leaves_nothing_half_written(
    city: None, workbook: Make, student: Make, student_header: list[str]
) -> None:
    """Kill -9 after the rows were written and before the commit: no row stays, and the job can be run again."""
    from django.db import connection

    planner = client_of(Role.PLANNER, kind=ScopeKind.CITY)
    upload(planner, workbook([student_header, *(student(n) for n in range(1, 101))]))
    batch = ImportBatch.objects.get()
    planner.post(f"{PAGE}imports/{batch.pk}/confirm/")
    base, _, _ = os.environ["DATABASE_URL"].partition("?")
    url = os.environ["DATABASE_URL"].replace(
        base, base.rsplit("/", 1)[0] + "/" + str(connection.settings_dict["NAME"])
    )
    with subprocess.Popen(
        [sys.executable, "-c", _KILLED, str(batch.pk)],
        env={**os.environ, "DATABASE_URL": url},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as worker:
        assert worker.stdout is not None
        said = worker.stdout.readline()
        worker.send_signal(signal.SIGKILL)
    assert said == b"half\n"

    assert (Student.objects.count(), ImportBatch.objects.get().state) == (0, "applying")
    planner.post(f"{PAGE}imports/{batch.pk}/again/")
    time.sleep(0.2)
    run_last_job()
    assert (Student.objects.count(), ImportBatch.objects.get().state) == (100, "applied")


def test_the_command_line(
    city: None, tmp_path: Any, workbook: Make, student: Make, student_header: list[str], capsys: Any
) -> None:
    """Template, preview, import and export from the command line."""
    from xuezheng.site.cli import run

    file, out = tmp_path / "students.xlsx", tmp_path / "out.xlsx"
    file.write_bytes(workbook([student_header, student(1), student(2, 年级="x")]))

    assert run(["registry", "template", "students", str(out)]) == 0
    assert run(["registry", "import", "students", str(file), "--preview"]) == 0
    assert "row 3, grade: “x” is not a number" in capsys.readouterr().out
    assert Student.objects.count() == 0
    assert run(["registry", "import", "students", str(file)]) == 0
    assert Student.objects.count() == 1
    assert run(["registry", "export", "students", str(out)]) == 0
    assert run(["registry", "template", "horses", str(out)]) == 1
    assert "institutions, classes" in capsys.readouterr().err
