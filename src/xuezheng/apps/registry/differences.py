"""What differs between two states of a record, as the audit record keeps it."""

from collections.abc import Mapping
from typing import Any

from django.db import models

CHANGED = "changed"
"""What the record says of a personal field in place of its values."""


def plain(value: Any) -> Any:
    """Write a value as the record keeps it."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, models.Model):
        return str(value.pk)
    return str(value)


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any], *, personal: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """List the fields that differ, each with its old and new value; personal ones only as changed."""
    return {
        name: CHANGED if name in personal else [plain(before.get(name)), plain(value)]
        for name, value in after.items()
        if before.get(name) != value
    }
