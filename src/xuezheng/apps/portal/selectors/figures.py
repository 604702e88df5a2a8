"""The few figures of the front page and of the home of a role, out of the published statuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Count

from xuezheng.apps.plan.models import CommitmentStatus, IndicatorRun, Light


def latest_run() -> IndicatorRun | None:
    """Give the run whose figures count now."""
    return IndicatorRun.objects.filter(plan__is_current=True).order_by("-as_of", "-id").first()


def light_counts(run: IndicatorRun | None, *, division: str = "", unit: str = "") -> Mapping[str, int]:
    """Count commitments by light at a run, for the city or one division; of one owning unit only, if it is given."""
    counts = {light.value: 0 for light in Light}
    if run is None:
        return counts
    rows = CommitmentStatus.objects.filter(run=run, division_id=division or None)
    if unit:
        rows = rows.filter(commitment__owner__code=unit)
    for light, count in rows.values_list("light").annotate(n=Count("id")).order_by("light"):
        counts[light] = count
    return counts


def front_figures() -> dict[str, Any]:
    """Give the counts by light of the city at the run in force."""
    run = latest_run()
    return {"run": run, "lights": light_counts(run)}
