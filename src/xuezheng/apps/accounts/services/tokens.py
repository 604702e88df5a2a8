"""Tokens for programs: made, used, revoked."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from xuezheng.apps.accounts.models import ApiToken, User
from xuezheng.apps.record.services import write_event
from xuezheng.kernel.errors import InputError, gettext_noop

PREFIX = "xz_"
_VISIBLE_CHARACTERS = 10
MAX_DAYS = 366
_NOTE_USE_EVERY = timedelta(minutes=1)


class TokenTerm(InputError):
    """The token would live too long or not at all."""

    code = "accounts.token_term"
    template = gettext_noop("A token cannot be valid for %(days)s days.")
    remedy = gettext_noop("Choose between 1 and 366 days.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """A token with its secret, which nobody can read again."""

    token: ApiToken
    secret: str


@transaction.atomic
def create_token(*, by: object, user: User, title: str, days: int) -> NewToken:
    """Make a token that reads the API as the user.

    Args:
        by: Who makes it.
        user: In whose name it reads.
        title: What it is for.
        days: For how long, 1 to 366.

    Raises:
        TokenTerm: If the days are outside that range.
    """
    if not 1 <= days <= MAX_DAYS:
        raise TokenTerm(days=days)
    secret, now = PREFIX + secrets.token_urlsafe(32), timezone.now()
    token = ApiToken.objects.create(
        user=user,
        title=title[:80],
        prefix=secret[:_VISIBLE_CHARACTERS],
        secret_hash=_hash(secret),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    write_event(
        by=by,
        action="accounts.token.create",
        subject=("user", user.pk),
        facts={"token": token.pk, "title": token.title, "expires_at": token.expires_at},
    )
    return NewToken(token=token, secret=secret)


@transaction.atomic
def revoke_token(*, by: object, token: ApiToken) -> None:
    """Make a token useless at once; safe to repeat."""
    token = ApiToken.objects.select_for_update(of=("self",)).get(pk=token.pk)
    if token.revoked_at is not None:
        return
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    write_event(
        by=by,
        action="accounts.token.revoke",
        subject=("user", token.user_id),
        facts={"token": token.pk, "title": token.title},
    )


def user_of_token(*, secret: str, now: datetime) -> User | None:
    """Give the user in whose name a token reads, and note that it was used."""
    if not secret.startswith(PREFIX):
        return None
    token = (
        ApiToken.objects.select_related("user")
        .filter(
            secret_hash=_hash(secret), revoked_at=None, expires_at__gt=now, user__is_active=True
        )
        .first()
    )
    if token is None:
        return None
    if token.last_used_at is None or now - token.last_used_at > _NOTE_USE_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token.user


def _hash(secret: str) -> str:
    """Hash a secret; 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
