"""Names of what the registers hold, for the record of events; persons are left to the pages that may show them."""

from collections.abc import Mapping, Sequence

from django.utils.translation import get_language

from xuezheng.apps.record.naming import name_subjects
from xuezheng.apps.registry.models import Division, Institution, SchoolGroup


def _division_names(codes: Sequence[str]) -> Mapping[str, str]:
    return dict(Division.objects.filter(code__in=codes).values_list("code", _field()))


def _institution_names(codes: Sequence[str]) -> Mapping[str, str]:
    rows = Institution.objects.filter(code__in=codes).values_list("code", _field(), "name_zh")
    return {code: name or chinese for code, name, chinese in rows}


def _group_names(keys: Sequence[str]) -> Mapping[str, str]:
    numbers = [int(key) for key in keys if key.isdigit()]
    rows = SchoolGroup.objects.filter(pk__in=numbers).values_list("pk", "name_zh")
    return {str(pk): name for pk, name in rows}


def _field() -> str:
    return "name_en" if (get_language() or "").startswith("en") else "name_zh"


def register() -> None:
    """Tell the record how divisions, institutions and school groups are named."""
    name_subjects("division", _division_names)
    name_subjects("institution", _institution_names)
    name_subjects("school_group", _group_names)
