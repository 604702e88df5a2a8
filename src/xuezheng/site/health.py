"""One address for whoever watches the site: it answers when the web process and its database work."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@require_safe
def health(_request: HttpRequest) -> HttpResponse:
    """Answer 200 after one round trip to the database; a failure shows as the error page."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")
