"""How allauth is bent to the bureau's rules: nobody signs up alone, and the record knows who came in."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from xuezheng.apps.accounts.models import User
from xuezheng.apps.accounts.services.sessions import (
    record_failed_sign_in,
    record_sign_in,
    record_sign_out,
)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Sign-in by password."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": _(
            "Too many wrong passwords. Signing in with this user name is locked for five minutes; "
            "ask the planner for a new password if you have forgotten yours."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Users are made by the planner, never by themselves."""
        return False

    def login(self, request: HttpRequest, user: Any) -> None:
        """Open the session and write it down with the ways in which the user proved to be the user."""
        super().login(request, user)
        records = get_authentication_records(request, user)
        methods = "+".join(str(entry.get("method")) for entry in records) or "password"
        record_sign_in(user=user, method=methods)

    def post_login(self, request: HttpRequest, user: Any, **facts: Any) -> HttpResponse:
        """Go on in the language that the user chose, unless this browser chose another."""
        answer: HttpResponse = super().post_login(request, user, **facts)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax")
        return answer

    def logout(self, request: HttpRequest) -> None:
        """Write it down and close the session."""
        if request.user.is_authenticated:
            record_sign_out(user=request.user)
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Write down a wrong password."""
        super().authentication_failed(request, **credentials)
        record_failed_sign_in(username=str(credentials.get("username") or ""))


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Sign-in by OpenID Connect: only for users whom the planner made, found by their user name."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002 - allauth's signature
        """Nobody becomes a user by signing in elsewhere."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Connect the identity to the user whose user name the provider vouches for."""
        if sociallogin.is_existing:
            return
        claims = sociallogin.account.extra_data
        claims = claims.get("userinfo", claims)
        username = str(claims.get("preferred_username") or "")
        user = User.objects.filter(username__iexact=username, is_active=True).first()
        if not username or user is None:
            messages.error(
                request,
                _("The sign-in service does not name a user of this city. Ask the planner."),
            )
            raise ImmediateHttpResponse(redirect("account_login"))
        sociallogin.connect(request, user)
