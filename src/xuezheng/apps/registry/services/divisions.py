"""Divisions, townships and boundaries, from a pack."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction

from xuezheng.apps.record.services import write_event
from xuezheng.apps.registry.models import Division, Township
from xuezheng.apps.registry.models.choices import DivisionKind
from xuezheng.policy import Pack

# Columns of the pack's file of divisions that have a field of their own; those named age_… form the census.
_WHOLE = {"population_2020": "population_2020"}
_DECIMAL = {"urban_share": "urban_share", "persons_per_household": "persons_per_household"}
_COORDINATE = {"lon": "longitude", "lat": "latitude"}


@transaction.atomic
def load_divisions(pack: Pack, *, by: object = None) -> dict[str, int]:
    """Enter the city, its divisions with census facts and boundaries, and its townships; safe to repeat.

    Divisions that the pack does not name stay as they are, because records may refer to them.

    Returns:
        How many divisions and townships the pack has and how many of the divisions are new.
    """
    known = set(Division.objects.values_list("code", flat=True))
    city, _ = Division.objects.update_or_create(
        code=pack.city.code,
        defaults={
            "kind": DivisionKind.CITY,
            "parent": None,
            "name_zh": pack.city.name.zh,
            "name_en": pack.city.name.en,
            "order": 0,
        },
    )
    shapes = {str(f["id"]): f["geometry"] for f in pack.geography.boundaries.get("features", ())}
    rows = [
        Division(
            code=entry.code,
            parent=city,
            kind=entry.kind,
            name_zh=entry.name.zh,
            name_en=entry.name.en,
            order=order,
            boundary=_thaw(shapes.get(entry.code)),
            **_census(entry.facts),
        )
        for order, entry in enumerate(pack.divisions, start=1)
    ]
    _upsert(Division, rows, key="code")
    townships = [
        Township(code=entry.code, division_id=entry.division_code, name_zh=entry.name_zh)
        for entry in pack.geography.townships
    ]
    _upsert(Township, townships, key="code", fields=["division", "name_zh"])
    new = len({row.code for row in rows} - known)
    facts = {"divisions": len(rows), "townships": len(townships), "new": new}
    write_event(
        by=by,
        action="registry.divisions.load",
        subject=("division", city.code),
        facts={"pack": pack.id, "pack_hash": pack.hash, **facts},
    )
    return facts


def _upsert(model: Any, rows: list[Any], *, key: str, fields: list[str] | None = None) -> None:
    update = fields or [f.name for f in model._meta.concrete_fields if f.name != key]
    model.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=[key], update_fields=update
    )


def _census(facts: Mapping[str, Decimal]) -> dict[str, Any]:
    values: dict[str, Any] = {"census_ages": {}}
    for name, value in facts.items():
        if name in _WHOLE:
            values[_WHOLE[name]] = int(value)
        elif name in _DECIMAL:
            values[_DECIMAL[name]] = value
        elif name in _COORDINATE:
            values[_COORDINATE[name]] = float(value)
        elif name.startswith("age_"):
            values["census_ages"][name.removeprefix("age_")] = int(value)
    return values


def _thaw(value: Any) -> Any:
    """Turn the pack's read-only maps and tuples back into what JSON takes."""
    if isinstance(value, Mapping):
        return {key: _thaw(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_thaw(item) for item in value]
    return float(value) if isinstance(value, Decimal) else value
