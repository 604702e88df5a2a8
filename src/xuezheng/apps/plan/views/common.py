"""What the plan's pages have in common: the plan, its run, and who looks at them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from xuezheng.apps.plan.models import Commitment, IndicatorRun, Plan
from xuezheng.apps.plan.selectors.access import Viewer
from xuezheng.apps.plan.selectors.current import NoPlan, current_plan_and_run, today_at
from xuezheng.apps.registry.models import Division


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The plan in force, the run whose figures count, and how far the visitor sees."""

    plan: Plan
    run: IndicatorRun | None
    viewer: Viewer

    @property
    def today(self) -> date:
        """The day that counts as today, without a further question to the database."""
        return today_at(self.run)


def open_page(request: HttpRequest, *, action: str = "plan.view_internal") -> Page:
    """Read what every page needs.

    Raises:
        Http404: If no plan has been loaded.
    """
    try:
        plan, run = current_plan_and_run()
    except NoPlan as error:
        raise Http404(str(error)) from error
    return Page(plan=plan, run=run, viewer=Viewer.of(request.user, action))


def require_sight(page: Page, division: str) -> None:
    """Let only those pass who see what belongs to a division; empty stands for the city.

    Raises:
        PermissionDenied: Otherwise.
    """
    if not page.viewer.sees(division or None):
        raise PermissionDenied("plan.view_internal")


def find_commitment(plan: Plan, code: str) -> Commitment:
    """Find a commitment by its number.

    Raises:
        Http404: If the plan has none of that number.
    """
    found = (
        Commitment.objects.filter(plan=plan, code=code)
        .select_related("section", "owner", "closing_request__requested_by")
        .prefetch_related("co_owners")
        .first()
    )
    if found is None:
        raise Http404(f"commitment {code}")
    found.plan = plan
    return found


def divisions_by_code() -> dict[str, Division]:
    """Give the divisions below the city, in their order, without their heavy census facts."""
    rows = Division.objects.exclude(kind="city").defer("census_ages")
    return {division.code: division for division in rows}


def find_division(code: str) -> Division:
    """Find a division below the city.

    Raises:
        Http404: If there is none of that code.
    """
    found = Division.objects.exclude(kind="city").filter(code=code).first()
    if found is None:
        raise Http404(f"division {code}")
    return found


def context_of(page: Page, **more: Any) -> dict[str, Any]:
    """Make the part of a template's context that is the same on all pages."""
    return {"plan": page.plan, "run": page.run, "viewer": page.viewer, **more}
