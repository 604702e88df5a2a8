"""Names and figures as they are written in a report, in the language that is active."""

from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xuezheng.apps.plan.models import CommitmentStatus, FigureSource, Light

MARKS = {
    Light.MET: "✓",
    Light.ON_TRACK: "→",
    Light.AT_RISK: "!",
    Light.LATE: "✕",
    Light.NO_DATA: "?",
}
NO_VALUE = "–"


def name_of(thing: Any, stem: str = "name") -> str:
    """The name (or `stem="title"`: title) of a thing in the active language; Chinese where there is no English."""
    if thing is None:
        return ""
    chinese = str(getattr(thing, f"{stem}_zh"))
    if (get_language() or "").startswith("en"):
        return str(getattr(thing, f"{stem}_en", "")) or chinese
    return chinese


def unit_of(status: CommitmentStatus) -> str:
    """The unit of a commitment's target in the active language."""
    commitment = status.commitment
    english = (get_language() or "").startswith("en")
    return str((commitment.unit_en if english else commitment.unit_zh) or commitment.unit)


def number(value: Decimal | None) -> str:
    """A figure with thousands separated and at most two decimals; a dash for what is not known."""
    if value is None:
        return NO_VALUE
    rounded = value.quantize(Decimal("0.01")).normalize()
    return f"{rounded:,f}"


def light_of(light: str) -> str:
    """The mark and the word of a light, so that it can be read without colour."""
    known = Light(light)
    return f"{MARKS[known]} {known.label}"


def source_of(status: CommitmentStatus) -> str:
    """Where the verified figure comes from."""
    return str(FigureSource(status.source).label)


def forecast_of(status: CommitmentStatus) -> str:
    """The forecast for the end of the year with its interval."""
    if status.forecast_mid is None:
        return NO_VALUE
    return _("%(mid)s (%(low)s to %(high)s)") % {
        "mid": number(status.forecast_mid),
        "low": number(status.forecast_low),
        "high": number(status.forecast_high),
    }
