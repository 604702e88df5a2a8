"""What stands around every page: the city, the snapshot in force, the part of the city a user acts for."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from xuezheng.apps.accounts.selectors import active_grants
from xuezheng.apps.plan.models import BureauUnit, IndicatorRun
from xuezheng.apps.registry.models import Division, Institution


def city() -> Division | None:
    """Give the city whose plan this is."""
    return Division.objects.filter(parent=None).only("code", "name_zh", "name_en", "parent").first()


def current_snapshot() -> dict[str, Any] | None:
    """Give name and day of the snapshot behind the figures in force."""
    run = IndicatorRun.objects.filter(plan__is_current=True).order_by("-as_of", "-id").first()
    return None if run is None else {"name": run.snapshot_id, "as_of": run.as_of}


def scope_words(user: Any) -> str:
    """Name the unit, division or institution that a user acts for; nothing for the whole city."""
    for grant in active_grants(user, on=timezone.localdate()):
        thing: Any = None
        if grant.unit:
            thing = BureauUnit.objects.filter(key=grant.unit).first()
        elif grant.institution_code:
            thing = (
                Institution.objects.only("code", "name_zh", "name_en")
                .filter(code=grant.institution_code)
                .first()
            )
        elif grant.division_code:
            thing = (
                Division.objects.only("code", "name_zh", "name_en")
                .filter(code=grant.division_code)
                .first()
            )
        if thing is not None:
            is_english = (get_language() or "").startswith("en")
            return str((is_english and thing.name_en) or thing.name_zh)
    return ""
