"""The current plan, its current run, and the day that counts as today."""

from datetime import date

from django.conf import settings
from django.utils import timezone

from xuezheng.apps.plan.models import IndicatorRun, Plan
from xuezheng.kernel.errors import StateError, gettext_noop


class NoPlan(StateError):
    """No plan has been loaded."""

    code = "plan.none"
    template = gettext_noop("No plan has been loaded yet.")
    remedy = gettext_noop("Load a policy pack with “xuezheng up”, or ask the operator.")


def current_plan() -> Plan:
    """Give the plan in force.

    Raises:
        NoPlan: If none has been loaded.
    """
    plan = Plan.objects.filter(is_current=True).select_related("city").first()
    if plan is None:
        raise NoPlan
    return plan


def current_run(plan: Plan) -> IndicatorRun | None:
    """Give the run whose figures count now: the latest by date, then by publication."""
    return (
        IndicatorRun.objects.filter(plan=plan)
        .select_related("snapshot")
        .order_by("-as_of", "-id")
        .first()
    )


def run_as_of(plan: Plan, day: date) -> IndicatorRun | None:
    """Give the last run up to a day."""
    return (
        IndicatorRun.objects.filter(plan=plan, as_of__lte=day)
        .select_related("snapshot")
        .order_by("-as_of", "-id")
        .first()
    )


def today_of(plan: Plan) -> date:
    """Give today: the demonstration city lives on the day of its last figures, any other city by the clock."""
    if settings.DEMONSTRATION:
        run = current_run(plan)
        if run is not None:
            return run.as_of
    return timezone.localdate()
