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


def current_plan_and_run() -> tuple[Plan, IndicatorRun | None]:
    """Give the plan in force and the run whose figures count, in one query once figures have been published.

    Raises:
        NoPlan: If none has been loaded.
    """
    run = (
        IndicatorRun.objects.filter(plan__is_current=True)
        .select_related("snapshot", "plan__city")
        .order_by("-as_of", "-id")
        .first()
    )
    return (current_plan(), None) if run is None else (run.plan, run)


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
    return today_at(current_run(plan) if settings.DEMONSTRATION else None)


def today_at(run: IndicatorRun | None) -> date:
    """Give today where the run whose figures count is known already."""
    return run.as_of if settings.DEMONSTRATION and run is not None else timezone.localdate()
