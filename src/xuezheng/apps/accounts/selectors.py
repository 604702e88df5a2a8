"""Reading users, grants and tokens."""

from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from xuezheng.apps.accounts.models import ApiToken, RoleGrant, User

_CACHE = "_active_grants"


def active_grants(user: Any, *, on: date) -> tuple[RoleGrant, ...]:
    """Give the grants of a user that hold on a day; read once for each user object and day."""
    cached: tuple[date, tuple[RoleGrant, ...]] | None = getattr(user, _CACHE, None)
    if cached is not None and cached[0] == on:
        return cached[1]
    grants = tuple(grants_in_force(on=on).filter(user_id=user.pk))
    setattr(user, _CACHE, (on, grants))
    return grants


def forget_grants(user: Any) -> None:
    """Make the next question about a user's rights read the grants again."""
    # The user of a request is wrapped; the cache lies on whichever object was asked.
    if getattr(user, _CACHE, None) is not None:
        delattr(user, _CACHE)


def grants_in_force(*, on: date) -> QuerySet[RoleGrant]:
    """Give the grants that hold on a day."""
    return RoleGrant.objects.filter(revoked_at=None, valid_from__lte=on).filter(
        Q(valid_to=None) | Q(valid_to__gt=on)
    )


def users(*, search: str = "", role: str = "", division: str = "", on: date) -> QuerySet[User]:
    """List users with their grants in force.

    Args:
        search: Part of a user name, name or e-mail address.
        role: Only holders of this role on the day.
        division: Only holders of a grant in this division on the day.
        on: The day.
    """
    found = User.objects.prefetch_related(
        Prefetch("grants", queryset=grants_in_force(on=on), to_attr="grants_today")
    )
    if search:
        found = found.filter(
            Q(username__icontains=search) | Q(name__icontains=search) | Q(email__icontains=search)
        )
    if role or division:
        grants = grants_in_force(on=on)
        grants = grants.filter(role=role) if role else grants
        grants = grants.filter(division_code=division) if division else grants
        found = found.filter(pk__in=grants.values("user_id"))
    return found.order_by("username")


def grants_of(user: User) -> QuerySet[RoleGrant]:
    """List every grant a user ever had, the newest first."""
    return user.grants.select_related("granted_by", "revoked_by").order_by("-granted_at", "-id")


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """List a user's tokens that were not revoked, the newest first."""
    return user.api_tokens.filter(revoked_at=None)
