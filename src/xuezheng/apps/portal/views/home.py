"""The home of a role: what needs me now, my figures, what changed."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from xuezheng.apps.portal.selectors.home import home_of


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show what needs the reader now, sorted by deadline, beside figures and changes."""
    return render(request, "portal/home.html", {"home": home_of(request.user)})
