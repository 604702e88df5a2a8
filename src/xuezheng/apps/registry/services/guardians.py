"""Guardians and the children they answer for."""

from django.db import transaction

from xuezheng.apps.record.services import write_event
from xuezheng.apps.registry import identity
from xuezheng.apps.registry.models import Guardian, Student, StudentGuardian

PHONE_TABLE = "guardian.phone"
"""Table name in the associated data of an encrypted telephone number; the row is the guardian's key."""


@transaction.atomic
def link_guardian(
    *,
    by: object,
    student: Student,
    name: str,
    relation: str,
    identity_number: str | None = None,
    phone: str | None = None,
    is_primary: bool = False,
) -> StudentGuardian:
    """Link a child with who answers for it; a guardian whose identity number is known is found, not made again."""
    guardian = _guardian(name, identity_number, student.division_id)
    if phone:
        guardian.phone_cipher = identity.encrypt(
            table=PHONE_TABLE, row=str(guardian.pk), number=phone
        )
        guardian.save(update_fields=["phone_cipher"])
    if is_primary:
        StudentGuardian.objects.filter(student=student, is_primary=True).update(is_primary=False)
    link, _ = StudentGuardian.objects.update_or_create(
        student=student,
        guardian=guardian,
        defaults={"relation": relation, "is_primary": is_primary},
    )
    write_event(
        by=by,
        action="registry.guardian.link",
        subject=("student", student.number),
        division=student.division_id,
        facts={"guardian": guardian.pk, "relation": relation, "is_primary": is_primary},
    )
    return link


@transaction.atomic
def unlink_guardian(*, by: object, link: StudentGuardian, reason: str) -> None:
    """End the link between a child and a guardian."""
    student = link.student
    facts = {"guardian": link.guardian_id, "relation": link.relation, "reason": reason}
    link.delete()
    write_event(
        by=by,
        action="registry.guardian.unlink",
        subject=("student", student.number),
        division=student.division_id,
        facts=facts,
    )


def _guardian(name: str, identity_number: str | None, division: str) -> Guardian:
    if identity_number is None:
        return Guardian.objects.create(name=name, division_id=division)
    plain_number = identity.parse_identity_number(identity_number)
    index, *older = identity.blind_indexes(plain_number)
    found = Guardian.objects.filter(identity_index__in=[index, *older]).first()
    if found is not None:
        return found
    guardian = Guardian.objects.create(name=name, division_id=division, identity_index=index)
    guardian.identity_cipher = identity.encrypt(
        table="guardian", row=str(guardian.pk), number=plain_number
    )
    guardian.save(update_fields=["identity_cipher"])
    return guardian
