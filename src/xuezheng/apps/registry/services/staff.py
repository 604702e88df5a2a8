"""Staff, the posts they hold and the certificates they have."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from xuezheng.apps.registry import identity
from xuezheng.apps.registry.models import (
    Institution,
    PostKind,
    Staff,
    StaffPost,
    StaffQualification,
)
from xuezheng.apps.registry.services.changes import check_fields, create_row, update_row
from xuezheng.apps.registry.services.institutions import refuse_closed
from xuezheng.kernel.errors import StateError, gettext_noop

EDITABLE = frozenset(
    {
        "backbone_level",
        "birth_date",
        "education",
        "employment",
        "is_full_time",
        "name",
        "professional_title",
        "sex",
    }
)
PERSONAL = frozenset({"birth_date", "identity_cipher", "identity_index", "name", "sex"})


class StaffExists(StateError):
    """The staff number or identity number is employed already."""

    code = "registry.staff_exists"
    template = gettext_noop(
        "A member of staff with this %(what)s is employed at institution %(institution)s."
    )
    remedy = gettext_noop("Transfer that person in place of entering him or her again.")


class HeadPostTaken(StateError):
    """The institution has a head at that time."""

    code = "registry.head_post_taken"
    template = gettext_noop("Institution %(institution)s has a head since %(since)s.")
    remedy = gettext_noop("End that post before appointing another head.")


@transaction.atomic
def employ_staff(
    *,
    by: object,
    number: str,
    institution: Institution,
    joined_on: date,
    values: Mapping[str, Any],
    identity_number: str | None = None,
) -> Staff:
    """Enter a member of staff at an institution.

    The staff number follows the person from post to post. `values` are of `EDITABLE`; name, sex, birth_date, employment
    and education are needed. The identity number is checked, then stored encrypted only.

    Raises:
        StaffExists: If either number is employed already.
    """
    refuse_closed(institution)
    check_fields(Staff, values, EDITABLE)
    holder = Staff.objects.filter(number=number).first()
    if holder is not None:
        raise StaffExists(what="staff number", institution=holder.institution_id)
    row = Staff(
        number=number,
        institution=institution,
        division_id=institution.division_id,
        joined_on=joined_on,
        **values,
    )
    if identity_number:
        plain_number = identity.parse_identity_number(identity_number)
        indexes = identity.blind_indexes(plain_number)
        row.identity_index = indexes[0]
        other = Staff.objects.filter(identity_index__in=indexes, left_on=None).first()
        if other is not None:
            raise StaffExists(what="identity number", institution=other.institution_id)
        row.identity_cipher = identity.encrypt(table="staff", row=number, number=plain_number)
    return create_row(
        row,
        by=by,
        action="registry.staff.employ",
        subject=("staff", number),
        division=institution.division_id,
        facts={"institution": institution.code, "on": joined_on.isoformat()},
    )


def update_staff(*, by: object, staff: Staff, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Change facts of a member of staff; personal values enter the record only as changed."""
    check_fields(Staff, changes, EDITABLE)
    return update_row(
        staff,
        by=by,
        action="registry.staff.update",
        subject=("staff", staff.number),
        division=staff.division_id,
        changes=changes,
        personal=PERSONAL,
    )


@transaction.atomic
def transfer_staff(
    *, by: object, staff: Staff, institution: Institution, on: date, reason: str = ""
) -> None:
    """Move a member of staff to another institution and end the posts held until then."""
    refuse_closed(institution)
    StaffPost.objects.filter(staff=staff, valid_to=None, valid_from__lt=on).update(valid_to=on)
    update_row(
        staff,
        by=by,
        action="registry.staff.transfer",
        subject=("staff", staff.number),
        division=institution.division_id,
        changes={
            "institution_id": institution.code,
            "division_id": institution.division_id,
            "joined_on": on,
        },
        facts={"reason": reason},
    )


@transaction.atomic
def leave_staff(*, by: object, staff: Staff, on: date, reason: str) -> None:
    """Write down that a member of staff left, and end all posts."""
    StaffPost.objects.filter(staff=staff, valid_to=None, valid_from__lt=on).update(valid_to=on)
    update_row(
        staff,
        by=by,
        action="registry.staff.leave",
        subject=("staff", staff.number),
        division=staff.division_id,
        changes={"left_on": on},
        facts={"reason": reason},
    )


@transaction.atomic
def appoint(
    *,
    by: object,
    staff: Staff,
    institution: Institution,
    kind: str,
    on: date,
    stage: str = "",
    subject: str = "",
    is_establishment: bool = True,
) -> StaffPost:
    """Give a member of staff a post from a day on.

    Raises:
        HeadPostTaken: If a head is wanted and there is one; the database refuses it too.
    """
    refuse_closed(institution)
    if kind == PostKind.HEAD:
        Institution.objects.select_for_update().get(pk=institution.pk)
        holder = StaffPost.objects.filter(institution=institution, kind=kind, valid_to=None).first()
        if holder is not None:
            raise HeadPostTaken(institution=institution.code, since=holder.valid_from.isoformat())
    return create_row(
        StaffPost(
            staff=staff,
            institution=institution,
            division_id=institution.division_id,
            kind=kind,
            stage=stage,
            subject=subject,
            is_establishment=is_establishment,
            valid_from=on,
        ),
        by=by,
        action="registry.staff.appoint",
        subject=("staff", staff.number),
        division=institution.division_id,
        facts={
            "institution": institution.code,
            "kind": kind,
            "subject": subject,
            "on": on.isoformat(),
        },
    )


def end_post(*, by: object, post: StaffPost, on: date, reason: str = "") -> None:
    """End a post; the day given is the first on which it is no longer held."""
    update_row(
        post,
        by=by,
        action="registry.staff.end_post",
        subject=("staff", post.staff.number),
        division=post.division_id,
        changes={"valid_to": on},
        facts={"kind": post.kind, "reason": reason},
    )


def add_qualification(
    *,
    by: object,
    staff: Staff,
    kind: str,
    obtained_on: date,
    level: str = "",
    certificate_number: str = "",
    expires_on: date | None = None,
) -> StaffQualification:
    """Enter a certificate of a member of staff."""
    return create_row(
        StaffQualification(
            staff=staff,
            kind=kind,
            level=level,
            certificate_number=certificate_number,
            obtained_on=obtained_on,
            expires_on=expires_on,
        ),
        by=by,
        action="registry.staff.qualify",
        subject=("staff", staff.number),
        division=staff.division_id,
        facts={"kind": kind, "obtained_on": obtained_on.isoformat()},
    )
