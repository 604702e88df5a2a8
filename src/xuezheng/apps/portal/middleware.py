"""Turns a domain error that no view caught into a page that says what, where and what to do."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.utils.translation import gettext

from xuezheng.kernel.errors import AccessError, DomainError, InfeasibleError, InputError, StateError

Answer = Callable[[HttpRequest], HttpResponse]

_STATUS: tuple[tuple[type[DomainError], int], ...] = (
    (AccessError, 403),
    (StateError, 409),
    (InputError, 422),
    (InfeasibleError, 422),
)


class CarefulMiddleware:
    """Refuse what no person types, before a view sees it; keep what signed-in people see out of shared machines."""

    def __init__(self, get_response: Answer) -> None:
        """Keep the rest of the chain."""
        self._answer = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer 400 to a NUL sign, which PostgreSQL takes in no text; else go on, and forbid keeping the answer."""
        if _holds_nul(request):
            return HttpResponseBadRequest("400 Bad Request", content_type="text/plain")
        answer = self._answer(request)
        if request.user.is_authenticated and not answer.has_header("Cache-Control"):
            answer["Cache-Control"] = "no-store"
        return answer


def _holds_nul(request: HttpRequest) -> bool:
    texts = [request.path, *request.COOKIES.values()]
    for data in (request.GET, request.POST):
        for name, values in data.lists():
            texts += [name, *values]
    return any("\x00" in text for text in texts if isinstance(text, str))


class DomainErrorMiddleware:
    """Answer domain errors; anything else is a fault of the program and goes on to be logged."""

    def __init__(self, get_response: Answer) -> None:
        """Keep the rest of the chain."""
        self._answer = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on."""
        return self._answer(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Render the error with the status of its branch of the tree."""
        if not isinstance(exception, DomainError):
            return None
        status = next((code for kind, code in _STATUS if isinstance(exception, kind)), 400)
        facts = {"message": exception.message(gettext), "code": exception.code}
        return render(request, "refusal.html", facts, status=status)
