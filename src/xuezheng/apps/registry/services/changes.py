"""Changing one row: lock it, refuse what it cannot hold, write down what changed."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction

from xuezheng.apps.record.services import write_event
from xuezheng.apps.registry.differences import differences
from xuezheng.kernel.errors import InputError, gettext_noop

M = TypeVar("M", bound=models.Model)


class FieldNotEditable(InputError):
    """A field that a service does not change."""

    code = "registry.field_not_editable"
    template = gettext_noop("The field %(field)s of %(register)s cannot be changed this way.")
    remedy = gettext_noop("Change one of: %(allowed)s.")


class ValueRefused(InputError):
    """A value that the register cannot hold."""

    code = "registry.value_refused"
    template = gettext_noop("The %(register)s is not valid: %(field)s: %(why)s")
    remedy = gettext_noop("Correct the value and try again.")


def check_row(row: models.Model) -> None:
    """Refuse a row that its model's fields or constraints do not accept.

    Raises:
        ValueRefused: With the first field and reason.
    """
    try:
        row.full_clean()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise ValueRefused(
            register=str(row._meta.verbose_name), field=field, why=" ".join(messages)
        ) from error


def check_fields(
    model: type[models.Model], changes: Mapping[str, Any], allowed: frozenset[str]
) -> None:
    """Refuse fields that are not the service's to change.

    Raises:
        FieldNotEditable: With the first of them.
    """
    for name in sorted(set(changes) - allowed):
        raise FieldNotEditable(
            field=name, register=str(model._meta.verbose_name), allowed=", ".join(sorted(allowed))
        )


@transaction.atomic
def create_row(
    row: M,
    *,
    by: object,
    action: str,
    subject: tuple[str, object],
    division: str,
    facts: Mapping[str, Any] | None = None,
) -> M:
    """Check and insert a row, and write the event."""
    check_row(row)
    row.save(force_insert=True)
    where = subject if subject[1] is not None else (subject[0], row.pk)
    write_event(by=by, action=action, subject=where, division=division, facts=facts or {})
    return row


@transaction.atomic
def update_row(
    row: M,
    *,
    by: object,
    action: str,
    subject: tuple[str, object],
    division: str,
    changes: Mapping[str, Any],
    personal: frozenset[str] = frozenset(),
    facts: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Lock a row, set fields, check it, save it, and write the event; nothing happens where nothing differs.

    The row that the caller holds is brought up to date as well. Values of `personal` fields never enter the record.

    Returns:
        The differences as written; empty when there were none.
    """
    current = type(row)._default_manager.select_for_update().get(pk=row.pk)
    before = {name: getattr(current, name) for name in changes}
    for name, value in changes.items():
        setattr(current, name, value)
        setattr(row, name, value)
    changed = differences(before, changes, personal=personal)
    if not changed:
        return {}
    check_row(current)
    current.save(update_fields=list(changed))
    write_event(
        by=by,
        action=action,
        subject=subject,
        division=division,
        facts={**(facts or {}), "changes": changed},
    )
    return changed
