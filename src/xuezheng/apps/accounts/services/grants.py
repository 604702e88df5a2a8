"""Giving roles and taking them back."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from xuezheng.apps.accounts.models import RoleGrant, User
from xuezheng.apps.accounts.roles import SCOPES_OF_ROLE, Role, ScopeKind
from xuezheng.apps.accounts.selectors import forget_grants
from xuezheng.apps.record.services import write_event
from xuezheng.kernel.errors import InputError, Phrase, StateError, gettext_noop

CITY, OWN = ScopeKind.CITY, ScopeKind.SELF


class GrantRefused(InputError):
    """The role cannot be granted for that scope."""

    code = "accounts.grant_refused"
    template = gettext_noop("The role %(role)s cannot be granted like this: %(why)s.")
    remedy = gettext_noop("See the table of roles for the scope that each role needs.")


class GrantExists(StateError):
    """The user holds the role for that scope already."""

    code = "accounts.grant_exists"
    template = gettext_noop("%(username)s already holds the role %(role)s for this scope.")
    remedy = gettext_noop("Revoke the existing grant first if its dates should change.")


class GrantRevoked(StateError):
    """The grant was revoked before."""

    code = "accounts.grant_revoked"
    template = gettext_noop("This grant was already revoked.")
    remedy = gettext_noop("Grant the role again if it is needed.")


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantScope:
    """The part of the tree that a role is granted for, with the codes that name it."""

    kind: ScopeKind
    division: str = ""
    institution: str = ""
    unit: str = ""
    person: str = ""

    def problem(self, role: Role) -> Phrase | None:
        """Say what keeps a role from being granted for this scope, if anything."""
        if role == Role.PUBLIC:
            return Phrase(gettext_noop("everybody holds it"))
        if self.kind not in SCOPES_OF_ROLE[role]:
            return Phrase(gettext_noop("it is not held for that part of the city"))
        if self.kind == ScopeKind.DIVISION and not self.division:
            return Phrase(gettext_noop("the code of the division is missing"))
        if self.kind == ScopeKind.INSTITUTION and not (self.division and self.institution):
            return Phrase(gettext_noop("the code of the institution or of its division is missing"))
        if role == Role.DIVISION_OFFICER and not self.unit:
            return Phrase(gettext_noop("the unit of the bureau is missing"))
        return None


@transaction.atomic
def grant_role(
    *,
    by: object,
    user: User,
    role: Role | str,
    scope: GrantScope,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> RoleGrant:
    """Give a user a role for a part of the tree.

    Args:
        by: Who grants it.
        user: Who gets it.
        role: One of the thirteen roles, except public.
        scope: For which part; an institution needs its division too.
        valid_from: First day; today if not given.
        valid_to: First day on which it no longer holds; open if not given.

    Raises:
        GrantRefused: If the role cannot be held for that scope or the dates are in the wrong order.
        GrantExists: If the user holds it already.
    """
    if role not in Role.values:
        raise GrantRefused(role=role, why=Phrase(gettext_noop("there is no such role")))
    role, today = Role(role), timezone.localdate()
    start = valid_from or today
    problem = scope.problem(role)
    if problem is None and valid_to is not None and valid_to < start:
        problem = Phrase(gettext_noop("it would end before it begins"))
    if problem is not None:
        raise GrantRefused(role=role.value, why=problem)
    User.objects.select_for_update().get(pk=user.pk)
    place = {
        "role": role,
        "scope_kind": scope.kind,
        "division_code": scope.division,
        "institution_code": scope.institution,
        "unit": scope.unit,
    }
    if user.grants.filter(revoked_at=None, **place).exists():
        raise GrantExists(username=user.username, role=role.value)
    grant = RoleGrant.objects.create(
        user=user,
        person_code=scope.person,
        valid_from=start,
        valid_to=valid_to,
        granted_by=by if isinstance(by, User) else None,
        granted_at=timezone.now(),
        **place,
    )
    forget_grants(user)
    _write(by, "accounts.grant.give", grant)
    return grant


@transaction.atomic
def revoke_role(*, by: object, grant: RoleGrant, reason: str = "") -> None:
    """Take a role back at once; the grant stays in the history.

    Raises:
        GrantRevoked: If it was revoked before.
    """
    grant = (
        RoleGrant.objects.select_for_update(of=("self",)).select_related("user").get(pk=grant.pk)
    )
    if grant.revoked_at is not None:
        raise GrantRevoked
    grant.revoked_at = timezone.now()
    grant.revoked_by = by if isinstance(by, User) else None
    grant.save(update_fields=["revoked_at", "revoked_by"])
    forget_grants(grant.user)
    _write(by, "accounts.grant.revoke", grant, reason=reason)


def _write(by: object, action: str, grant: RoleGrant, *, reason: str = "") -> None:
    facts = {
        "grant": grant.pk,
        "username": grant.user.username,
        "role": str(grant.role),
        "scope": str(grant.scope_kind),
        "division": grant.division_code,
        "institution": grant.institution_code,
        "unit": grant.unit,
        "valid_from": grant.valid_from,
        "valid_to": grant.valid_to,
    }
    if reason:
        facts["reason"] = reason
    write_event(by=by, action=action, subject=("user", grant.user_id), facts=facts)
