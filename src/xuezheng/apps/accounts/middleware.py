"""What happens to each request of a signed-in user before a view sees it."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from xuezheng.apps.accounts.permissions import RequestAccess, roles_of
from xuezheng.apps.accounts.roles import STAFF_ROLES

Answer = Callable[[HttpRequest], HttpResponse]

# What somebody without the second factor may still open: setting it up, leaving, and what is needed to show pages.
_OPEN_PREFIXES = (
    "/accounts/2fa/",
    "/accounts/logout/",
    "/accounts/reauthenticate/",
    "/i18n/",
    "/theme/",
    "/static/",
    "/healthz",
)


class AccessMiddleware:
    """Put `request.access` on each request, for apps below accounts."""

    def __init__(self, get_response: Answer) -> None:
        """Keep the rest of the chain."""
        self._answer = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the object and go on."""
        request.access = RequestAccess(request)  # type: ignore[attr-defined]  # the attribute this is about
        return self._answer(request)


class SecondFactorMiddleware:
    """Send those who must have a second factor to set it up before anything else."""

    def __init__(self, get_response: Answer) -> None:
        """Keep the rest of the chain."""
        self._answer = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Redirect, or go on."""
        if (
            settings.REQUIRE_SECOND_FACTOR != "none"
            and request.user.is_authenticated
            and not request.path.startswith(_OPEN_PREFIXES)
            and _is_required(request)
            and not is_mfa_enabled(request.user)
        ):
            return redirect("mfa_activate_totp")
        return self._answer(request)


def _is_required(request: HttpRequest) -> bool:
    if settings.REQUIRE_SECOND_FACTOR == "all":
        return True
    return not STAFF_ROLES.isdisjoint(roles_of(request.user))
