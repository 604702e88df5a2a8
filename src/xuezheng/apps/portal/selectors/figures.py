"""The few figures of the front page and of the home of a role, out of the published statuses."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from xuezheng.apps.plan.models import CommitmentStatus, IndicatorRun, Light
from xuezheng.apps.portal.navigation import address
from xuezheng.apps.registry.models import Institution
from xuezheng.apps.registry.selectors.institutions import figures_of

_RUNS_IN_TREND = 12
_SHOWN_LIGHTS = (Light.LATE, Light.AT_RISK, Light.ON_TRACK, Light.MET)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of a home page with what stands behind it and how it moved."""

    label: str
    value: str
    unit: str = ""
    url: str = ""
    note: str = ""
    trend: tuple[int, ...] = field(default_factory=tuple)
    trend_label: str = ""


def latest_run() -> IndicatorRun | None:
    """Give the run whose figures count now."""
    return IndicatorRun.objects.filter(plan__is_current=True).order_by("-as_of", "-id").first()


def front_figures() -> dict[str, Any]:
    """Give the counts by light of the city at the run in force."""
    run = latest_run()
    counts = {light.value: 0 for light in Light}
    if run is not None:
        rows = CommitmentStatus.objects.filter(run=run, division=None).values_list("light")
        counts |= dict(rows.annotate(n=Count("id")).order_by("light"))
    return {"run": run, "lights": counts}


def light_figures(*, division: str, unit: str) -> tuple[Figure, ...]:
    """Give the counts by light with their course over the runs: of the city, a division, or an owning unit."""
    history = _counts_by_day(division=division, unit=unit)
    if not history:
        return ()
    days = sorted(history)[-_RUNS_IN_TREND:]
    now = history[days[-1]]
    total = sum(now.values())
    return tuple(
        Figure(
            label=str(light.label),
            value=str(now.get(light.value, 0)),
            unit=_("of %(total)d") % {"total": total},
            url=_board(light=light.value, division=division, unit=unit),
            trend=tuple(history[day].get(light.value, 0) for day in days) if len(days) > 1 else (),
            trend_label=_("%(light)s, over the last %(n)d snapshots")
            % {"light": light.label, "n": len(days)},
        )
        for light in _SHOWN_LIGHTS
    )


def institution_figures(code: str) -> tuple[Figure, ...]:
    """Give the size of an institution."""
    institution = Institution.objects.filter(code=code).first()
    if institution is None:
        return ()
    found = figures_of(institution)
    words = {"pupils": _("Pupils reported"), "classes": _("Classes"), "staff": _("Staff")}
    url = address("registry:institution", code)
    return tuple(
        Figure(label=word, value=f"{found[name]:,}" if found[name] is not None else "–", url=url)
        for name, word in words.items()
    )


def _counts_by_day(*, division: str, unit: str) -> dict[date, Counter[str]]:
    rows = CommitmentStatus.objects.filter(run__plan__is_current=True, division_id=division or None)
    if unit:
        rows = rows.filter(commitment__owner_id=unit)
    found: dict[date, dict[int, Counter[str]]] = defaultdict(dict)
    values = rows.values_list("run__as_of", "run_id", "light").annotate(n=Count("id"))
    for day, run, light, count in values.order_by("run__as_of", "run_id", "light"):
        found[day].setdefault(run, Counter())[light] = count
    # Of several runs of a day the last one counts.
    return {day: runs[max(runs)] for day, runs in found.items()}


def _board(*, light: str, division: str, unit: str) -> str:
    board = address("plan:board")
    parts = {"light": light, "division": division, "owner": unit}
    return (
        board and f"{board}?{'&'.join(f'{name}={value}' for name, value in parts.items() if value)}"
    )
