"""Reading divisions: the tree, the census facts, and what each holds."""

import json
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import get_language

from xuezheng.apps.registry.models import (
    Division,
    Institution,
    InstitutionKind,
    Staff,
    Student,
)
from xuezheng.apps.registry.selectors.classes import current_classes


def divisions_below_city() -> QuerySet[Division]:
    """The districts, counties and county-level cities, without their boundaries."""
    return Division.objects.exclude(kind="city").defer("boundary").order_by("order", "code")


def division_choices() -> list[tuple[str, str]]:
    """Code and name in the reader's language, for a filter."""
    field = "name_en" if (get_language() or "").startswith("en") else "name_zh"
    return list(divisions_below_city().values_list("code", field))


def division_counts() -> dict[str, dict[str, int]]:
    """Institutions, classes, reported pupils, student files and staff of every division, in five queries."""
    counts: dict[str, dict[str, int]] = {}
    sources: tuple[tuple[str, QuerySet[Any]], ...] = (
        ("institutions", Institution.objects.filter(closed_on=None)),
        ("classes", current_classes()),
        ("files", Student.objects.filter(left_on=None)),
        ("staff", Staff.objects.filter(left_on=None)),
    )
    for key, rows in sources:
        for code, number in rows.order_by().values_list("division_id").annotate(n=Count("pk")):
            counts.setdefault(code, {})[key] = number
    reported = (
        current_classes().order_by().values_list("division_id").annotate(n=Sum("reported_pupils"))
    )
    for code, number in reported:
        counts.setdefault(code, {})["pupils"] = number or 0
    return counts


def institutions_by_kind(division: str = "") -> list[dict[str, Any]]:
    """How many open institutions there are of each kind, by ownership."""
    rows = Institution.objects.filter(closed_on=None)
    if division:
        rows = rows.filter(division_id=division)
    found = {
        row["kind"]: row
        for row in rows.order_by()
        .values("kind")
        .annotate(
            total=Count("pk"),
            public=Count("pk", filter=Q(ownership="public")),
            inclusive=Count("pk", filter=Q(ownership="inclusive_private")),
            private=Count("pk", filter=Q(ownership="private")),
        )
    }
    return [
        {**found[kind], "label": label} for kind, label in InstitutionKind.choices if kind in found
    ]


def boundaries() -> str:
    """The divisions' boundaries as a GeoJSON feature collection; schematic, not for measuring."""
    features = [
        {
            "type": "Feature",
            "id": division.code,
            "properties": {
                "name": division.code,
                "name_zh": division.name_zh,
                "name_en": division.name_en,
            },
            "geometry": division.boundary,
        }
        for division in Division.objects.exclude(kind="city")
        .exclude(boundary=None)
        .order_by("order", "code")
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
