"""My tasks: what waits for the user, sorted by deadline."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xuezheng.apps.accounts.permissions import may_anywhere
from xuezheng.apps.plan.selectors.tasks import read_tasks
from xuezheng.apps.plan.views.common import context_of, open_page


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show what waits for the user in the plan."""
    if not may_anywhere(request.user, "plan.view_tasks"):
        raise PermissionDenied("plan.view_tasks")
    page = open_page(request)
    today = page.today
    tasks = read_tasks(request.user, plan=page.plan, run=page.run, today=today)
    return render(request, "plan/tasks.html", context_of(page, tasks=tasks, today=today))
