"""The one permission function: `may`, and beside it `require` for views and `scope_of` for queries.

A grant gives a role for a part of the tree; the table gives a role's reach for an action. Both together say what is
allowed. Without a target, `may` asks about the whole city; `may_anywhere` asks whether there is anything at all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone

from xuezheng.apps.accounts.permission_table import reach
from xuezheng.apps.accounts.roles import Reach, Role, ScopeKind
from xuezheng.apps.accounts.selectors import active_grants
from xuezheng.apps.record.access import Scope

__all__ = ["RequestAccess", "Scope", "may", "may_anywhere", "require", "roles_of", "scope_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What an action is about; parts that are not known stay empty."""

    division: str | None = None
    institution: str | None = None
    unit: str | None = None
    owner: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A role with the part of the tree for which it is held."""

    role: Role
    scope: ScopeKind
    division: str = ""
    institution: str = ""
    unit: str = ""


_PUBLIC = Held(role=Role.PUBLIC, scope=ScopeKind.SELF)


def may(
    user: Any,
    action: str,
    *,
    division: str | None = None,
    institution: str | None = None,
    unit: str | None = None,
    owner: object = None,
) -> bool:
    """Tell whether a user may do something to a target.

    Args:
        user: A user or an anonymous visitor, who has the role public as everybody has.
        action: A row of the permission table.
        division: Code of the division that the target lies in; give it with an institution too.
        institution: Code of the institution that the target belongs to.
        unit: Unit of the bureau that owns the target.
        owner: The user (or key of the user) to whom the target belongs.
    """
    target = Target(division=division, institution=institution, unit=unit, owner=owner)
    return any(_allows(held, reach(held.role, action), target, user) for held in _held(user))


def may_anywhere(user: Any, action: str) -> bool:
    """Tell whether there is any target at all for the action: whether a menu should offer it."""
    return not scope_of(user, action).is_empty


def require(
    request: HttpRequest,
    action: str,
    *,
    division: str | None = None,
    institution: str | None = None,
    unit: str | None = None,
    owner: object = None,
) -> None:
    """Let a request pass only if its user may do the action.

    Raises:
        PermissionDenied: Otherwise; the 403 page answers.
    """
    if not may(
        request.user, action, division=division, institution=institution, unit=unit, owner=owner
    ):
        raise PermissionDenied(action)


def scope_of(user: Any, action: str) -> Scope:
    """Tell how far a user may do something, for queries, exports and the API."""
    city, own = False, False
    divisions: set[str] = set()
    institutions: set[str] = set()
    units: set[str] = set()
    for held in _held(user):
        match _effective(held, reach(held.role, action)):
            case Reach.CITY:
                city = True
            case Reach.DIVISION:
                divisions.add(held.division)
            case Reach.INSTITUTION:
                institutions.add(held.institution)
            case Reach.UNIT:
                units.add(held.unit)
            case Reach.OWN:
                own = own or _key(user) is not None
    return Scope(
        city=city,
        divisions=frozenset(divisions),
        institutions=frozenset(institutions),
        units=frozenset(units),
        own=own,
    )


def roles_of(user: Any) -> tuple[Role, ...]:
    """List the roles that a user holds today, in the order of the table of roles."""
    found = {held.role for held in _held(user)}
    return tuple(role for role in Role if role in found)


def _effective(held: Held, allowed: Reach) -> Reach:
    """Bring the reach of a role and the scope of its grant together."""
    if allowed in {Reach.NONE, Reach.CITY, Reach.OWN, Reach.UNIT}:
        return allowed
    if held.scope == ScopeKind.CITY:
        return Reach.CITY
    if held.scope == ScopeKind.SELF:
        return Reach.OWN
    # A grant for a division has no institution of its own, so "own institution" means all of the division's.
    if held.scope == ScopeKind.DIVISION:
        return Reach.DIVISION
    return allowed


def _allows(held: Held, allowed: Reach, target: Target, user: Any) -> bool:
    match _effective(held, allowed):
        case Reach.CITY:
            return True
        case Reach.DIVISION:
            return target.division is not None and target.division == held.division
        case Reach.INSTITUTION:
            return target.institution is not None and target.institution == held.institution
        case Reach.UNIT:
            return target.unit is not None and target.unit == held.unit
        case Reach.OWN:
            key = _key(user)
            return target.owner is not None and key is not None and _key(target.owner) == key
        case _:
            return False


def _held(user: Any) -> Iterable[Held]:
    """Give every role of a user; public belongs to everybody and comes first."""
    yield _PUBLIC
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return
    for grant in active_grants(user, on=timezone.localdate()):
        yield Held(
            role=Role(grant.role),
            scope=ScopeKind(grant.scope_kind),
            division=grant.division_code,
            institution=grant.institution_code,
            unit=grant.unit,
        )


def _key(user: Any) -> str | None:
    """Give the key of a user or of what stands for one."""
    key = getattr(user, "pk", user if isinstance(user, int | str) else None)
    return None if key is None else str(key)


class RequestAccess:
    """The access object that the middleware puts on each request, for apps below this one."""

    def __init__(self, request: HttpRequest) -> None:
        """Keep the request, whose user is looked at only when asked."""
        self._request = request

    def require(self, action: str, *, division: str | None = None, owner: object = None) -> None:
        """Raise PermissionDenied unless the action is allowed there."""
        require(self._request, action, division=division, owner=owner)

    def scope_of(self, action: str) -> Scope:
        """Tell how far an action is allowed."""
        return scope_of(self._request.user, action)
