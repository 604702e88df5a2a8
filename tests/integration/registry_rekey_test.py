"""Changing the key of identity numbers: both keys open and find, `registry rekey` closes anew, then the old one goes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection

from xuezheng.apps.record.models import AuditEvent
from xuezheng.apps.registry import identity
from xuezheng.apps.registry.models import (
    Division,
    Guardian,
    ImportBatch,
    ImportContent,
    Institution,
    Staff,
    Student,
)
from xuezheng.apps.registry.rules import NATIONAL_CODE_CLASSES, RegistryRules
from xuezheng.apps.registry.services import guardians, institutions, rekeying, staff, students
from xuezheng.apps.registry.services.imports import rejected_workbook
from xuezheng.kernel.identifiers import identity_check_character
from xuezheng.site.cli import run

pytestmark = pytest.mark.django_db
OLD, NEW = "an older key, long enough", "the newer key, long enough"


def number_of(serial: int) -> str:
    """A well-formed identity number of somebody who does not exist."""
    first = f"2301602016050{serial:04d}"
    return first + identity_check_character(first)


@pytest.fixture
def city(settings: Any) -> Institution:
    """Three students, a guardian with a telephone, a member of staff and a kept file, all under the older key."""
    settings.IDENTITY_KEY = OLD
    top = Division.objects.create(code="230100", kind="city", name_zh="示例市", name_en="City")
    Division.objects.create(code="230102", kind="district", parent=top, name_zh="甲区", name_en="A")
    institutions.create_institution(
        by=None,
        code="2123900001",
        division="230102",
        kind="primary",
        ownership="public",
        values={"name_zh": "学校", "setting": "urban", "opened_on": date(2000, 9, 1)},
        rules=RegistryRules(code_classes=NATIONAL_CODE_CLASSES),
    )
    school = Institution.objects.get()
    for serial in (1011, 1022, 1033):
        enrol(school, f"S{serial}", serial)
    guardians.link_guardian(
        by=None,
        student=Student.objects.get(number="S1011"),
        name="王建国",
        relation="father",
        identity_number=number_of(1044),
        phone="13900000000",
    )
    staff.employ_staff(
        by=None,
        number="T1",
        institution=school,
        joined_on=date(2020, 9, 1),
        identity_number=number_of(1055),
        values={"name": "李老师", "sex": "f", "birth_date": date(1980, 1, 1), "employment": "establishment",
                "education": "bachelor"},
    )  # fmt: skip
    batch = ImportBatch.objects.create(
        kind="students", file_name="a.xlsx", file_hash="0" * 64, file_size=1, uploaded_by_label="x",
        created_at="2023-09-01T00:00:00Z",
    )  # fmt: skip
    sealed = identity.seal_file(b"rejected", row=str(batch.pk))
    ImportContent.objects.create(batch=batch, rejected=sealed)
    return school


def enrol(school: Institution, number: str, serial: int) -> Student:
    """Enrol a child under a student number."""
    return students.enrol_student(
        by=None,
        number=number,
        institution=school,
        stage="primary",
        grade=1,
        entered_on=date(2023, 9, 1),
        identity_number=number_of(serial),
        values={"name": "王小明", "sex": "m", "birth_date": date(2016, 5, 1), "residence": "urban"},
    )


def find(serial: int) -> Student | None:
    """Find a student by identity number."""
    return students.find_by_identity(
        by=None, inside=Student.objects.all(), identity_number=number_of(serial), purpose="test"
    )


def test_while_the_key_is_changed_nobody_is_lost_or_doubled(
    city: Institution, settings: Any
) -> None:
    """Under both keys the people of the older one are found, opened, and not taken for others."""
    settings.IDENTITY_KEY = f"{NEW},{OLD}"
    found = find(1011)
    assert found is not None
    assert found.number == "S1011"
    opened = students.reveal_student_identity(by=None, student=found, purpose="test")
    assert opened == number_of(1011)
    with pytest.raises(students.StudentExists):
        enrol(city, "S9", 1011)
    same = students.update_student(
        by=None, student=found, changes={}, identity_number=number_of(1011)
    )
    assert "identity_index" not in same
    link = guardians.link_guardian(
        by=None,
        student=Student.objects.get(number="S1022"),
        name="王建国",
        relation="father",
        identity_number=number_of(1044),
    )
    assert (link.guardian, Guardian.objects.count()) == (Guardian.objects.get(), 1)


def test_after_the_change_the_older_key_is_not_needed(
    city: Institution, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """`registry rekey` leaves nothing under it, says so, and the record holds who changed how many."""
    settings.IDENTITY_KEY = f"{NEW},{OLD}"
    assert run(["registry", "rekey", "--check"]) == 1
    assert "students: 3 under another key" in capsys.readouterr().out
    assert run(["registry", "rekey"]) == 0
    assert "Everything is under the first key" in capsys.readouterr().out
    event = AuditEvent.objects.get(action="registry.identity.rekey")
    assert event.facts["rows"] == {
        "students": 3, "staff": 1, "guardians": 1, "telephones": 1, "uploads": 0, "rejected rows": 1,
    }  # fmt: skip
    assert run(["registry", "rekey"]) == 0
    assert AuditEvent.objects.filter(action="registry.identity.rekey").count() == 1

    settings.IDENTITY_KEY = NEW
    found, parent, teacher = find(1022), Guardian.objects.get(), Staff.objects.get()
    assert found is not None
    assert bytes(teacher.identity_index or b"") == identity.blind_index(number_of(1055))
    assert identity.decrypt(teacher.identity_cipher or b"", table="staff", row="T1") == number_of(
        1055
    )
    phone = identity.decrypt(
        parent.phone_cipher or b"", table=guardians.PHONE_TABLE, row=str(parent.pk)
    )
    assert phone == "13900000000"
    assert rejected_workbook(ImportBatch.objects.get()) == b"rejected"


def test_a_change_that_was_stopped_goes_on(
    city: Institution, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was closed anew stays so; the rest is done by the next run."""
    settings.IDENTITY_KEY = f"{NEW},{OLD}"
    monkeypatch.setattr(rekeying, "BATCH_ROWS", 1)

    def stop(_title: str, done: int, _total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rekeying.rekey(by=None, report=stop)
    assert rekeying.count_older()["students"] == 1
    assert rekeying.rekey(by=None).done["students"] == 1
    assert not any(rekeying.count_older().values())


def test_what_no_key_opens_is_left_and_told(
    city: Institution, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """A row under a key that is gone, and one whose number stands twice, stay; the others are changed."""
    settings.IDENTITY_KEY = "a key that nobody has any more"
    enrol(city, "S77", 1077)
    enrol(city, "S78", 1011)  # with the older key out of the setting, S1011 is not recognised
    settings.IDENTITY_KEY = f"{NEW},{OLD}"
    with connection.cursor() as cursor:
        text = identity.encrypt(table="student", row="S78", number=number_of(1011))
        cursor.execute(
            "UPDATE registry_student SET identity_cipher = %s, identity_index = %s WHERE number = 'S78'",
            [text, identity.blind_index(number_of(1011))],
        )

    assert run(["registry", "rekey"]) == 1
    said = capsys.readouterr().out
    assert "student S77 cannot be opened" in said
    assert "has the identity number of another row" in said
    assert rekeying.count_older()["students"] == 2
