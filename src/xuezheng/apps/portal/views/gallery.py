"""The gallery of components: how each is used and what it looks like."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component with invented data."""
    return render(request, "portal/gallery.html", {})
