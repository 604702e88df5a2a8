"""Sentences of the plan: why a light, how a forecast was made, figures in their unit."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from xuezheng.apps.plan.models import CommitmentStatus, FigureSource

NO_FIGURE = "–"

METHODS = {
    "negative_binomial": gettext_lazy("Negative binomial along the expected curve"),
    "logit_linear": gettext_lazy("Straight line through the log-odds"),
    "empirical_drift": gettext_lazy("Mean change so far, carried on"),
    "milestone_slip": gettext_lazy("Delays of the milestones so far, carried on"),
    "final": gettext_lazy("The period is over: this is the figure"),
    "too_little_data": gettext_lazy("Too little data for a forecast"),
}

ACTIONS = {
    "plan.plan.load": gettext_lazy("Loaded the plan"),
    "plan.run.publish": gettext_lazy("Published figures"),
    "plan.allocation.change": gettext_lazy("Changed the allocation"),
    "plan.claim.submit": gettext_lazy("Reported progress"),
    "plan.claim.confirm": gettext_lazy("Confirmed a report"),
    "plan.claim.return": gettext_lazy("Returned a report"),
    "plan.risk.raise": gettext_lazy("Recorded a risk"),
    "plan.risk.close": gettext_lazy("Closed a risk"),
    "plan.change.propose": gettext_lazy("Proposed a change"),
    "plan.change.approve": gettext_lazy("Approved a change"),
    "plan.change.refuse": gettext_lazy("Refused a change"),
    "plan.closing.request": gettext_lazy("Asked for the item to be closed"),
    "plan.closing.refuse": gettext_lazy("Refused to close the item"),
    "plan.ledger.close": gettext_lazy("Closed the item"),
    "plan.ledger.reopen": gettext_lazy("Reopened the item"),
    "plan.notice.issue": gettext_lazy("Issued a supervision notice"),
    "plan.notice.reply": gettext_lazy("Replied to a supervision notice"),
    "plan.notice.accept": gettext_lazy("Accepted a reply"),
}

_ONE = Decimal("0.1")
_HUNDRED = Decimal(100)


def write_figure(value: Decimal | str | None, *, in_percent: bool) -> str:
    """Write a figure: 96.4% for shares; 1,234 or 12.5 otherwise; a dash for nothing."""
    if value is None or value == "":
        return NO_FIGURE
    number = Decimal(value)
    if in_percent:
        return f"{number.quantize(_ONE, rounding=ROUND_HALF_UP)}%"
    if number == number.to_integral_value():
        return f"{int(number):,}"
    return f"{number.quantize(_ONE, rounding=ROUND_HALF_UP):,}"


def in_language(thing: Any) -> str:
    """Give the name of a thing with name_zh and name_en in the reader's language."""
    if thing is None:
        return ""
    english = (get_language() or "").startswith("en")
    return str((thing.name_en if english else "") or thing.name_zh)


def why_light(status: CommitmentStatus) -> str:
    """Say why a status has its light: the row of the decision table, with its numbers."""
    if not status.rule:
        return _("No figures have been published yet.")
    said = _facts(status)
    if status.rule == "no_figure":
        return (
            _(
                "Nothing has been computed or confirmed up to %(as_of)s, so there is no verified figure to judge."
            )
            % said
        )
    if status.rule == "target_reached":
        return _("The verified figure %(verified)s reaches the target %(target)s.") % said
    if status.rule == "due_passed":
        return _("The due date %(due)s has passed; verified are %(verified)s of %(target)s.") % said
    pace, _dot, outlook = status.rule.partition(".")
    return " ".join(part for part in (_pace(pace, said), _outlook(outlook, said)) if part)


def _pace(pace: str, said: dict[str, str]) -> str:
    match pace:
        case "ahead":
            return (
                _(
                    "On pace: verified %(verified)s is %(way_done)s of the %(expected)s expected by %(as_of)s"
                    " (on pace from %(on_pace)s)."
                )
                % said
            )
        case "behind":
            return (
                _(
                    "Behind: verified %(verified)s is %(way_done)s of the %(expected)s expected by %(as_of)s"
                    " (behind below %(on_pace)s)."
                )
                % said
            )
        case "far_behind":
            return (
                _(
                    "Far behind: verified %(verified)s is %(way_done)s of the %(expected)s expected by %(as_of)s"
                    " (far behind below %(far_behind)s)."
                )
                % said
            )
        case _:
            return (
                _("The pace cannot be judged: there is no target to compare %(verified)s with.")
                % said
            )


def _outlook(outlook: str, said: dict[str, str]) -> str:
    match outlook:
        case "reaches":
            return (
                _(
                    "The forecast, %(forecast_low)s to %(forecast_high)s, reaches the target %(target)s throughout."
                )
                % said
            )
        case "may_reach":
            return (
                _(
                    "The forecast, %(forecast_low)s to %(forecast_high)s, may reach the target %(target)s."
                )
                % said
            )
        case "misses":
            return (
                _(
                    "The forecast, %(forecast_low)s to %(forecast_high)s, misses the target %(target)s."
                )
                % said
            )
        case _:
            return _("There is no forecast yet.")


def _facts(status: CommitmentStatus) -> dict[str, str]:
    given: dict[str, Any] = status.facts
    percent = status.in_percent
    said = {
        name: write_figure(given.get(name), in_percent=percent)
        for name in ("verified", "target", "expected", "forecast_low", "forecast_high")
    }
    for name in ("way_done", "on_pace", "far_behind"):
        share = given.get(name)
        said[name] = (
            NO_FIGURE if share is None else f"{(Decimal(share) * _HUNDRED).quantize(_ONE)}%"
        )
    said["as_of"], said["due"] = (
        str(given.get("as_of", NO_FIGURE)),
        str(given.get("due", NO_FIGURE)),
    )
    if status.source == FigureSource.MILESTONES:
        said["target"] = write_figure("100", in_percent=True)
    return said
