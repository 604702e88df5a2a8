"""Students: enrolment, changes, transfer, leaving, and the sight of an identity number."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from xuezheng.apps.record.services import write_event
from xuezheng.apps.registry import identity
from xuezheng.apps.registry.models import Institution, SchoolClass, Student
from xuezheng.apps.registry.rules import check_stage_and_grade
from xuezheng.apps.registry.services.changes import check_fields, create_row, update_row
from xuezheng.apps.registry.services.classes import ClassOfAnotherInstitution
from xuezheng.apps.registry.services.institutions import refuse_closed
from xuezheng.kernel.errors import StateError, gettext_noop

EDITABLE = frozenset(
    {
        "birth_date", "has_disability", "household_division_id", "is_boarder", "is_left_behind", "is_migrant",
        "name", "preschool_years", "residence", "sex",
    }
)  # fmt: skip
PERSONAL = frozenset(
    {"birth_date", "has_disability", "household_division_id", "identity_cipher", "identity_index",
     "is_left_behind", "name", "residence", "sex"}
)  # fmt: skip


class StudentExists(StateError):
    """The student number or the identity number is enrolled already."""

    code = "registry.student_exists"
    template = gettext_noop(
        "A student with this %(what)s is enrolled at institution %(institution)s."
    )
    remedy = gettext_noop("Transfer that student in place of enrolling again.")


class StudentNotEnrolled(StateError):
    """The student left."""

    code = "registry.student_not_enrolled"
    template = gettext_noop("Student %(number)s left on %(left_on)s.")
    remedy = gettext_noop("Enrol the student again first.")


@transaction.atomic
def enrol_student(
    *,
    by: object,
    number: str,
    institution: Institution,
    stage: str,
    grade: int,
    entered_on: date,
    values: Mapping[str, Any],
    identity_number: str | None = None,
    school_class: SchoolClass | None = None,
) -> Student:
    """Enrol a child at an institution.

    The student number is never the identity number, which is checked and then stored encrypted only. `values` are of
    `EDITABLE`; name, sex, birth_date and residence are needed.

    Raises:
        IdentityNumberWrong: If the identity number fails its check.
        StudentExists: If either number is enrolled already.
        ClassOfAnotherInstitution: If the class is of another institution.
    """
    refuse_closed(institution)
    check_fields(Student, values, EDITABLE)
    _check_place(institution, stage, grade, school_class)
    holder = Student.objects.filter(number=number).first()
    if holder is not None:
        raise StudentExists(what="student number", institution=holder.institution_id)
    row = Student(
        number=number,
        division_id=institution.division_id,
        institution=institution,
        school_class=school_class,
        stage=stage,
        grade=grade,
        entered_on=entered_on,
        **values,
    )
    if identity_number:
        row.identity_cipher, row.identity_index = _closed(number, identity_number)
    return create_row(
        row,
        by=by,
        action="registry.student.enrol",
        subject=("student", number),
        division=institution.division_id,
        facts={
            "institution": institution.code,
            "stage": stage,
            "grade": grade,
            "on": entered_on.isoformat(),
        },
    )


def update_student(
    *, by: object, student: Student, changes: Mapping[str, Any], identity_number: str | None = None
) -> dict[str, Any]:
    """Change facts of a student; personal values enter the record only as changed."""
    check_fields(Student, changes, EDITABLE)
    values = dict(changes)
    if identity_number:
        plain_number = identity.parse_identity_number(identity_number)
        known = identity.blind_indexes(plain_number)
        if student.identity_index is None or bytes(student.identity_index) not in known:
            values["identity_cipher"], values["identity_index"] = _closed(
                student.number, plain_number
            )
    return update_row(
        student,
        by=by,
        action="registry.student.update",
        subject=("student", student.number),
        division=student.division_id,
        changes=values,
        personal=PERSONAL,
    )


@transaction.atomic
def transfer_student(
    *,
    by: object,
    student: Student,
    institution: Institution,
    stage: str,
    grade: int,
    on: date,
    school_class: SchoolClass | None = None,
    reason: str = "",
) -> None:
    """Move a student to another institution, class, stage or grade; the student number stays.

    Raises:
        StudentNotEnrolled: If the student left.
        ClassOfAnotherInstitution: If the class is of another institution.
    """
    _refuse_left(student)
    refuse_closed(institution)
    _check_place(institution, stage, grade, school_class)
    former = student.division_id
    changes: dict[str, Any] = {
        "institution_id": institution.code,
        "division_id": institution.division_id,
        "school_class_id": school_class.pk if school_class else None,
        "stage": stage,
        "grade": grade,
    }
    if institution.code != student.institution_id:
        changes["entered_on"] = on
    facts = {"on": on.isoformat(), "reason": reason}
    done = update_row(
        student,
        by=by,
        action="registry.student.transfer",
        subject=("student", student.number),
        division=institution.division_id,
        changes=changes,
        facts=facts,
    )
    if done and former != institution.division_id:
        # The division that lost the student finds it in its own stream too.
        write_event(
            by=by,
            action="registry.student.transfer_out",
            subject=("student", student.number),
            division=former,
            facts={**facts, "to": institution.division_id},
        )


def leave_student(*, by: object, student: Student, on: date, reason: str) -> None:
    """Write down that a student left: graduation, move away, death."""
    _refuse_left(student)
    update_row(
        student,
        by=by,
        action="registry.student.leave",
        subject=("student", student.number),
        division=student.division_id,
        changes={"left_on": on, "school_class_id": None},
        facts={"reason": reason},
    )


@transaction.atomic
def reveal_student_identity(*, by: object, student: Student, purpose: str) -> str | None:
    """Open a student's identity number for somebody who may see it; the record keeps who and what for."""
    if student.identity_cipher is None:
        return None
    write_event(
        by=by,
        action="registry.student.reveal_identity",
        subject=("student", student.number),
        division=student.division_id,
        facts={"purpose": purpose},
    )
    return identity.decrypt(student.identity_cipher, table="student", row=student.number)


def _closed(number: str, identity_number: str) -> tuple[bytes, bytes]:
    plain_number = identity.parse_identity_number(identity_number)
    indexes = identity.blind_indexes(plain_number)
    holders = Student.objects.filter(identity_index__in=indexes, left_on=None)
    holder = holders.exclude(number=number).first()
    if holder is not None:
        raise StudentExists(what="identity number", institution=holder.institution_id)
    return identity.encrypt(table="student", row=number, number=plain_number), indexes[0]


def _check_place(
    institution: Institution, stage: str, grade: int, school_class: SchoolClass | None
) -> None:
    check_stage_and_grade(
        institution=institution.code,
        kind=institution.kind,
        structure=institution.grade_structure,
        stage=stage,
        grade=grade,
    )
    if school_class is not None and school_class.institution_id != institution.code:
        raise ClassOfAnotherInstitution(
            what=str(school_class), found=school_class.institution_id, institution=institution.code
        )


def _refuse_left(student: Student) -> None:
    if student.left_on is not None:
        raise StudentNotEnrolled(number=student.number, left_on=student.left_on.isoformat())


@transaction.atomic
def find_by_identity(
    *, by: object, inside: QuerySet[Student], identity_number: str, purpose: str
) -> Student | None:
    """Find the enrolled student with an identity number among those in the asker's scope.

    The record keeps that somebody looked and what for, whether or not anyone was found.

    Raises:
        IdentityNumberInvalid: If the number is not one.
    """
    number = identity.parse_identity_number(identity_number)
    found = inside.filter(identity_index__in=identity.blind_indexes(number), left_on=None).first()
    write_event(
        by=by,
        action="registry.student.find_by_identity",
        subject=("student", found.number if found else ""),
        division=found.division_id if found else "",
        facts={"purpose": purpose, "found": found is not None},
    )
    return found
