"""Turns a domain error that no view caught into a page that says what, where and what to do."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
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
