"""Rooms and grounds, equipment, kitchens and network links."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from xuezheng.apps.record.services import write_event
from xuezheng.apps.registry.differences import differences
from xuezheng.apps.registry.models import Equipment, Facility, Institution, Kitchen, NetworkLink
from xuezheng.apps.registry.services.changes import (
    check_fields,
    check_row,
    create_row,
    update_row,
)
from xuezheng.apps.registry.services.institutions import refuse_closed

EDITABLE = frozenset(
    {
        "area_m2", "built_year", "campus_id", "in_use_from", "in_use_to", "is_indoor", "is_multimedia", "kind",
        "name", "places", "stage",
    }
)  # fmt: skip
KITCHEN_FIELDS = frozenset(
    {"camera_online_on", "grade", "licence_expires_on", "licence_number", "meal_mode", "seats"}
)
LINK_FIELDS = frozenset({"connected_on", "is_city_network", "mbps"})


def add_facility(
    *, by: object, institution: Institution, number: str, kind: str, values: Mapping[str, Any]
) -> Facility:
    """Enter a room or ground under a number that is its own within the institution."""
    refuse_closed(institution)
    check_fields(Facility, values, EDITABLE - {"kind"})
    return create_row(
        Facility(
            institution=institution,
            division_id=institution.division_id,
            number=number,
            kind=kind,
            **values,
        ),
        by=by,
        action="registry.facility.create",
        subject=("institution", institution.code),
        division=institution.division_id,
        facts={"number": number, "kind": kind},
    )


def update_facility(
    *, by: object, facility: Facility, changes: Mapping[str, Any]
) -> dict[str, Any]:
    """Change facts of a room or ground."""
    check_fields(Facility, changes, EDITABLE)
    return update_row(
        facility,
        by=by,
        action="registry.facility.update",
        subject=("institution", facility.institution_id),
        division=facility.division_id,
        changes=changes,
        facts={"number": facility.number},
    )


@transaction.atomic
def record_equipment(
    *,
    by: object,
    institution: Institution,
    category: str,
    counted_on: date,
    quantity: int | None,
    book_value_fen: int | None,
) -> Equipment:
    """Enter or correct the count of one category of equipment on a day."""
    key = {"institution": institution, "category": category, "counted_on": counted_on}
    values = {"quantity": quantity, "book_value_fen": book_value_fen}
    found = Equipment.objects.select_for_update().filter(**key).first()
    before = {name: getattr(found, name, None) for name in values}
    row = found or Equipment(division_id=institution.division_id, **key)
    _write(
        row,
        values,
        before,
        by=by,
        action="registry.equipment.count",
        institution=institution,
        what=category,
    )
    return row


@transaction.atomic
def set_kitchen(*, by: object, institution: Institution, values: Mapping[str, Any]) -> Kitchen:
    """Enter or change how an institution feeds its pupils."""
    check_fields(Kitchen, values, KITCHEN_FIELDS)
    found = Kitchen.objects.select_for_update().filter(institution=institution).first()
    before = {name: getattr(found, name, None) for name in values}
    row = found or Kitchen(institution=institution, division_id=institution.division_id)
    _write(
        row,
        values,
        before,
        by=by,
        action="registry.kitchen.set",
        institution=institution,
        what="kitchen",
    )
    return row


@transaction.atomic
def set_network_link(
    *, by: object, institution: Institution, scope: str, values: Mapping[str, Any]
) -> NetworkLink:
    """Enter or change a network link of an institution."""
    check_fields(NetworkLink, values, LINK_FIELDS)
    found = (
        NetworkLink.objects.select_for_update().filter(institution=institution, scope=scope).first()
    )
    before = {name: getattr(found, name, None) for name in values}
    row = found or NetworkLink(
        institution=institution, division_id=institution.division_id, scope=scope
    )
    _write(
        row,
        values,
        before,
        by=by,
        action="registry.network.set",
        institution=institution,
        what=scope,
    )
    return row


def _write(
    row: Equipment | Kitchen | NetworkLink,
    values: Mapping[str, Any],
    before: Mapping[str, Any],
    *,
    by: object,
    action: str,
    institution: Institution,
    what: str,
) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    changed = differences(before, values)
    if row.pk is not None and not changed:
        return
    check_row(row)
    row.save()
    write_event(
        by=by,
        action=action,
        subject=("institution", institution.code),
        division=institution.division_id,
        facts={"what": what, "changes": changed},
    )
