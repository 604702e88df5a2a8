"""What the record needs to know of permissions, which belong to the accounts app above it.

The middleware of accounts puts an object with this shape at `request.access`.
"""

from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db.models import Q
from django.http import HttpRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """How far somebody may do something: the whole city, or some divisions, institutions, units, or own matters."""

    city: bool = False
    divisions: frozenset[str] = field(default_factory=frozenset)
    institutions: frozenset[str] = field(default_factory=frozenset)
    units: frozenset[str] = field(default_factory=frozenset)
    own: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is allowed."""
        return not (self.city or self.divisions or self.institutions or self.units or self.own)

    def covers(
        self,
        *,
        division: str | None = None,
        institution: str | None = None,
        unit: str | None = None,
    ) -> bool:
        """Whether the whole of a division, an institution or a unit's matter lies inside."""
        return (
            self.city
            or (division is not None and division in self.divisions)
            or (institution is not None and institution in self.institutions)
            or (unit is not None and unit in self.units)
        )

    def filter(
        self,
        *,
        division: str | None = None,
        institution: str | None = None,
        unit: str | None = None,
        own: Q | None = None,
    ) -> Q:
        """Make the condition of a query that keeps what lies inside.

        Args:
            division: Look-up that leads to the division's code, e.g. `institution__division_id`.
            institution: Look-up that leads to the institution's code.
            unit: Look-up that leads to the unit's code.
            own: Condition for the user's own matters.
        """
        if self.city:
            return Q()
        inside = Q(pk__in=[])
        if division is not None and self.divisions:
            inside |= Q(**{f"{division}__in": sorted(self.divisions)})
        if institution is not None and self.institutions:
            inside |= Q(**{f"{institution}__in": sorted(self.institutions)})
        if unit is not None and self.units:
            inside |= Q(**{f"{unit}__in": sorted(self.units)})
        if own is not None and self.own:
            inside |= own
        return inside


class Access(Protocol):
    """What the user behind a request may do."""

    def require(self, action: str, *, division: str | None = None, owner: object = None) -> None:
        """Raise PermissionDenied unless the action is allowed there."""

    def scope_of(self, action: str) -> Scope:
        """Tell how far an action is allowed."""


def access_of(request: HttpRequest) -> Access:
    """Give the access object of a request."""
    access: Any = request.access  # type: ignore[attr-defined]  # set by the middleware of accounts
    found: Access = access
    return found
