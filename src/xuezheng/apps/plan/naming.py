"""Names of what the plan holds, for the record of events."""

from collections.abc import Mapping, Sequence

from django.utils.translation import get_language

from xuezheng.apps.plan.models import BureauUnit, Commitment
from xuezheng.apps.record.naming import name_subjects


def _commitment_names(codes: Sequence[str]) -> Mapping[str, str]:
    field = "title_en" if _is_english() else "title_zh"
    rows = Commitment.objects.filter(plan__is_current=True, code__in=codes)
    return dict(rows.values_list("code", field))


def _unit_names(keys: Sequence[str]) -> Mapping[str, str]:
    field = "name_en" if _is_english() else "name_zh"
    return dict(BureauUnit.objects.filter(key__in=keys).values_list("key", field))


def _is_english() -> bool:
    return (get_language() or "").startswith("en")


def register() -> None:
    """Tell the record how commitments and units of the bureau are named."""
    name_subjects("commitment", _commitment_names)
    name_subjects("unit", _unit_names)
