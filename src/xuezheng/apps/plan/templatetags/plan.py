"""Figures of the plan as text, in the unit of their commitment."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext

from xuezheng.apps.plan import sentences
from xuezheng.apps.plan.models import Commitment, CommitmentStatus
from xuezheng.apps.plan.selectors.pictures import line_chart

register = template.Library()


@register.filter
def figure(value: Decimal | None, of: Any) -> str:
    """Write a figure of a commitment or status: shares in percent with one decimal, counts with thousands."""
    return sentences.write_figure(value, in_percent=_in_percent(of))


@register.filter
def result_figure(result: Any, commitment: Commitment) -> str:
    """Write an indicator's figure: as the commitment's, or, beside a plan without a figure, a ratio in percent."""
    percent = commitment.is_share or (commitment.target is None and result.denominator is not None)
    return sentences.write_figure(result.value, in_percent=percent)


@register.filter
def unit_of(thing: Any) -> str:
    """Name the unit of a commitment or status; nothing where the figure carries its percent sign."""
    commitment = thing.commitment if isinstance(thing, CommitmentStatus) else thing
    if _in_percent(thing) or not isinstance(commitment, Commitment):
        return ""
    return commitment.unit_en if (get_language() or "").startswith("en") else commitment.unit_zh


@register.filter
def why(status: CommitmentStatus) -> str:
    """Say in one sentence why a status has its light, with the numbers filled in."""
    return sentences.why_light(status)


@register.filter
def method_name(method: str) -> str:
    """Name a forecast method."""
    return str(sentences.METHODS.get(method, method))


@register.filter
def action_name(action: str) -> str:
    """Name an action of the audit history."""
    return str(sentences.ACTIONS.get(action, action))


@register.filter
def before_last(values: Any) -> Decimal | None:
    """Give the figure of the run before the last."""
    return values[-2] if values and len(values) > 1 else None


@register.filter
def definition(reading: Any) -> str:
    """Give the definition of a reading in the reader's language."""
    return str(
        reading.definition_en if (get_language() or "").startswith("en") else reading.definition_zh
    )


@register.filter
def source(commitment: Commitment) -> str:
    """Say where a commitment comes from, in the reader's language."""
    return commitment.source_en if (get_language() or "").startswith("en") else commitment.source_zh


@register.filter
def days_after(day: date, due: date) -> str:
    """Say how many days a day lies after another."""
    days = (day - due).days
    return ngettext("%(n)d day late", "%(n)d days late", days) % {"n": days}


_ROWS_KEPT = 8000
_rows: dict[tuple[int, str, str, str, bool, bool], SafeString] = {}


@register.simple_tag(takes_context=True)
def board_row(context: template.Context, row: CommitmentStatus) -> SafeString:
    """Write one row of the board; kept, since a status is never changed but replaced by another with its own key."""
    wanted = context.get("wanted")
    division = getattr(wanted, "division", "")
    public = bool(context.get("is_public"))
    # A unit's page shows what it leads in the whole city.
    sees_units = not public and bool(getattr(context.get("viewer"), "city", False))
    language = get_language() or ""
    commitment = row.commitment
    key = (
        row.pk or 0,
        f"{commitment.plan_id}/{commitment.pk}/{commitment.is_closed}",
        language,
        division,
        public,
        sees_units,
    )
    kept = _rows.get(key) if row.pk else None
    if kept is not None:
        return kept
    facts = {
        "row": row,
        "commitment": commitment,
        "wanted": wanted,
        "is_public": public,
        "sees_units": sees_units,
    }
    written = SafeString(get_template("plan/parts/board_row.html").render(facts))
    if len(_rows) >= _ROWS_KEPT:
        _rows.clear()
    _rows[key] = written
    return written


_trend_rows: dict[tuple[int, str, tuple[Decimal | None, ...]], SafeString] = {}


@register.simple_tag
def trend_row(row: CommitmentStatus, trends: Any) -> SafeString:
    """Write one row of the trend; kept as long as neither the status nor any figure before it changes."""
    values = tuple(trends.values.get(row.commitment_id) or ())
    key = (row.pk or 0, get_language() or "", values)
    kept = _trend_rows.get(key) if row.pk else None
    if kept is not None:
        return kept
    facts = {"row": row, "values": values}
    written = SafeString(get_template("plan/parts/trend_row.html").render(facts))
    if len(_trend_rows) >= _ROWS_KEPT:
        _trend_rows.clear()
    _trend_rows[key] = written
    return written


@register.inclusion_tag("plan/parts/chart.html")
def history_chart(chart: Any, label: str = "") -> dict[str, Any]:
    """Draw a prepared history as SVG; the same numbers stand in the table beside it."""
    return {"chart": line_chart(chart), "label": label}


def _in_percent(thing: Any) -> bool:
    return bool(getattr(thing, "in_percent", False))
