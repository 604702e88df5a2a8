"""The search in the head of every page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from xuezheng.apps.accounts.permissions import require
from xuezheng.apps.portal.selectors import find

_LONGEST = 80


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """List what matches; a single match of the whole code opens at once."""
    require(request, "portal.search")
    words = request.GET.get("q", "").strip()[:_LONGEST]
    groups = find(request.user, words)
    exact = [hit for group in groups for hit in group.hits if hit.code == words and hit.url]
    if len(exact) == 1:
        return redirect(exact[0].url)
    total = sum(group.total for group in groups)
    return render(request, "portal/search.html", {"words": words, "groups": groups, "total": total})
