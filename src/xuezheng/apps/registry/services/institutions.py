"""Institutions, their campuses and their ownership through time."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from xuezheng.apps.record.services import write_event
from xuezheng.apps.registry.differences import differences, plain
from xuezheng.apps.registry.models import Campus, Institution, OwnershipPeriod, Staff, Student
from xuezheng.apps.registry.rules import RegistryRules, city_rules
from xuezheng.apps.registry.services.changes import (
    check_fields,
    create_row,
    update_row,
)
from xuezheng.kernel.errors import StateError, gettext_noop

CREATABLE = frozenset(
    {
        "address", "building_area_m2", "compound_delivered_on", "compound_name", "established_teacher_posts",
        "grade_structure", "is_boarding", "is_for_profit", "latitude", "longitude", "name_en", "name_zh",
        "opened_on", "parent_id", "phone", "planned_places", "setting", "site_area_m2", "township_id", "wireless",
        "wireless_full_on",
    }
)  # fmt: skip
EDITABLE = CREATABLE | {"kind"}


class InstitutionExists(StateError):
    """The code is taken; a code is never used again."""

    code = "registry.institution_exists"
    template = gettext_noop("The code %(institution)s belongs to %(name)s.")
    remedy = gettext_noop("A code is never used twice: check the code, or change that institution.")


class InstitutionClosed(StateError):
    """The institution is closed."""

    code = "registry.institution_closed"
    template = gettext_noop("Institution %(institution)s closed on %(closed_on)s.")
    remedy = gettext_noop("Choose an institution that is open.")


class InstitutionInUse(StateError):
    """Somebody is still registered at the institution."""

    code = "registry.institution_in_use"
    template = gettext_noop(
        "Institution %(institution)s still has %(students)s students and %(staff)s staff."
    )
    remedy = gettext_noop("Transfer them before closing it.")


class OwnershipChangeTooEarly(StateError):
    """An ownership begins before the one in force began."""

    code = "registry.ownership_too_early"
    template = gettext_noop(
        "The ownership in force began on %(since)s, so another cannot begin on %(on)s."
    )
    remedy = gettext_noop("Give a later day, or correct the period in force.")


@transaction.atomic
def create_institution(
    *,
    by: object,
    code: str,
    division: str,
    kind: str,
    ownership: str,
    values: Mapping[str, Any],
    rules: RegistryRules | None = None,
) -> Institution:
    """Enter an institution with its main campus and its first ownership period.

    `values` holds further fields, of `CREATABLE`; the rules are those of the city's pack today by default.

    Raises:
        InstitutionClassWrong: If the code is of another class than the kind.
        InstitutionExists: If the code is taken.
    """
    (rules or city_rules(timezone.localdate())).check_code(code, kind)
    check_fields(Institution, values, CREATABLE)
    holder = Institution.objects.filter(pk=code).first()
    if holder is not None:
        raise InstitutionExists(institution=code, name=holder.name_zh)
    row = Institution(
        code=code,
        division_id=division,
        kind=kind,
        ownership=ownership,
        updated_at=timezone.now(),
        **values,
    )
    create_row(
        row,
        by=by,
        action="registry.institution.create",
        subject=("institution", code),
        division=division,
        facts={"kind": kind, "ownership": ownership, "name_zh": row.name_zh},
    )
    since = row.opened_on or timezone.localdate()
    OwnershipPeriod.objects.create(institution=row, ownership=ownership, valid_from=since)
    Campus.objects.create(
        institution=row,
        number=1,
        name_zh=row.name_zh,
        address=row.address,
        longitude=row.longitude,
        latitude=row.latitude,
        is_main=True,
    )
    return row


@transaction.atomic
def update_institution(
    *,
    by: object,
    institution: Institution,
    changes: Mapping[str, Any],
    rules: RegistryRules | None = None,
) -> dict[str, Any]:
    """Change facts of an institution; its ownership and closing have services of their own.

    Raises:
        InstitutionClassWrong: If its code does not fit a new kind.
    """
    check_fields(Institution, changes, EDITABLE)
    if "kind" in changes:
        (rules or city_rules(timezone.localdate())).check_code(institution.code, changes["kind"])
    changed = update_row(
        institution,
        by=by,
        action="registry.institution.update",
        subject=("institution", institution.code),
        division=institution.division_id,
        changes=changes,
    )
    if changed:
        Institution.objects.filter(pk=institution.pk).update(updated_at=timezone.now())
    return changed


@transaction.atomic
def close_institution(*, by: object, institution: Institution, on: date, reason: str) -> None:
    """Close an institution that nobody is registered at any more; its code stays taken.

    Raises:
        InstitutionClosed: If it is closed.
        InstitutionInUse: If students or staff are still there.
    """
    refuse_closed(institution)
    students = Student.objects.filter(institution=institution, left_on=None).count()
    staff = Staff.objects.filter(institution=institution, left_on=None).count()
    if students or staff:
        raise InstitutionInUse(institution=institution.code, students=students, staff=staff)
    update_row(
        institution,
        by=by,
        action="registry.institution.close",
        subject=("institution", institution.code),
        division=institution.division_id,
        changes={"closed_on": on},
        facts={"reason": reason},
    )
    OwnershipPeriod.objects.filter(
        institution=institution, valid_to=None, valid_from__lt=on
    ).update(valid_to=on)


@transaction.atomic
def change_ownership(
    *, by: object, institution: Institution, ownership: str, on: date, document: str = ""
) -> OwnershipPeriod | None:
    """End the ownership in force and begin another on a day; None when it is the same.

    Raises:
        OwnershipChangeTooEarly: If the one in force began on that day or later.
    """
    Institution.objects.select_for_update().get(pk=institution.pk)
    current = OwnershipPeriod.objects.filter(institution=institution, valid_to=None).first()
    before = current.ownership if current else institution.ownership
    if before == ownership:
        return None
    if current is not None:
        if current.valid_from >= on:
            raise OwnershipChangeTooEarly(since=current.valid_from.isoformat(), on=on.isoformat())
        current.valid_to = on
        current.save(update_fields=["valid_to"])
    period = OwnershipPeriod.objects.create(
        institution=institution, ownership=ownership, valid_from=on, document=document
    )
    Institution.objects.filter(pk=institution.pk).update(
        ownership=ownership, updated_at=timezone.now()
    )
    institution.ownership = ownership
    write_event(
        by=by,
        action="registry.institution.change_ownership",
        subject=("institution", institution.code),
        division=institution.division_id,
        facts={
            "changes": differences({"ownership": before}, {"ownership": ownership}),
            "on": plain(on),
            "document": document,
        },
    )
    return period


def add_campus(
    *, by: object, institution: Institution, number: int, name_zh: str, address: str = ""
) -> Campus:
    """Enter another campus of an institution."""
    refuse_closed(institution)
    return create_row(
        Campus(institution=institution, number=number, name_zh=name_zh, address=address),
        by=by,
        action="registry.campus.create",
        subject=("institution", institution.code),
        division=institution.division_id,
        facts={"number": number, "name_zh": name_zh},
    )


def refuse_closed(institution: Institution) -> None:
    """Let only open institutions pass.

    Raises:
        InstitutionClosed: If it is closed.
    """
    if institution.closed_on is not None:
        raise InstitutionClosed(
            institution=institution.code, closed_on=institution.closed_on.isoformat()
        )
