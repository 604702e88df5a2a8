"""Who calls the API: a token in the header, or the session of a browser."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from xuezheng.apps.accounts.services.tokens import user_of_token


class TokenAuth(HttpBearer):
    """`Authorization: Bearer xz_…`; the request then acts as the token's user."""

    def authenticate(self, request: HttpRequest, token: str) -> Any | None:
        """Give the user of a valid token and put it on the request, for `require` and `scope_of`."""
        user = user_of_token(secret=token, now=timezone.now())
        if user is not None:
            request.user = user
        return user
