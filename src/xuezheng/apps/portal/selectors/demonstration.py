"""The people of the demonstration city as whom a newcomer can look around, one a role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xuezheng.apps.accounts.models import User
from xuezheng.apps.accounts.roles import Role
from xuezheng.apps.accounts.selectors import grants_in_force

# What each role comes for, and its icon.
_ROLES: dict[Role, tuple[Any, str]] = {
    Role.PLANNER: (_("Runs the whole plan: allocates, checks, closes items."), "target-arrow"),
    Role.DIVISION_OFFICER: (
        _("Answers for commitments of one unit of the bureau."),
        "clipboard-check",
    ),
    Role.DISTRICT_OFFICER: (_("Runs one district: its share of the plan, its registers."), "map-2"),
    Role.SCHOOL_HEAD: (_("Keeps the records of one school."), "school"),
    Role.TEACHER: (_("Sees the school and its classes."), "users"),
    Role.GUARDIAN: (_("Sees what concerns the own child."), "user"),
    Role.STUDENT: (_("Sees the own matters."), "id"),
    Role.INSTITUTION_OPERATOR: (_("Runs a private institution."), "building"),
    Role.INSPECTOR: (_("Checks on the spot and confirms what was claimed."), "shield-check"),
    Role.AUCTIONEER: (_("Holds auctions of leases."), "gavel"),
    Role.BIDDER: (_("Bids in auctions."), "scale"),
    Role.AUDITOR: (_("Reads everything, changes nothing, checks the record."), "history"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody to sign in as."""

    username: str
    name: str
    role: Any
    purpose: Any
    icon: str


def demonstration_users() -> tuple[Person, ...]:
    """Give one person a role, the first by user name, in the order of the roles."""
    grants = grants_in_force(on=timezone.localdate()).filter(
        user__is_demo=True, user__is_active=True
    )
    first: dict[str, User] = {}
    for grant in grants.select_related("user").order_by("user__username"):
        first.setdefault(grant.role, grant.user)
    return tuple(
        Person(
            username=first[role].username,
            name=first[role].name,
            role=role.label,
            purpose=purpose,
            icon=icon,
        )
        for role, (purpose, icon) in _ROLES.items()
        if role in first
    )
