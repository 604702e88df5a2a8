"""What a user may see of the plan: the whole city, some divisions, or what is public."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from xuezheng.apps.accounts.permissions import may, scope_of
from xuezheng.apps.plan.models import Commitment, SupervisionNotice


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """How far a user sees behind the published figures."""

    city: bool
    divisions: frozenset[str]
    institutions: frozenset[str]
    units: frozenset[str]

    @classmethod
    def of(cls, user: Any, action: str = "plan.view_internal") -> "Viewer":
        """Ask the permission table once."""
        scope = scope_of(user, action)
        return cls(
            city=scope.city,
            divisions=scope.divisions,
            institutions=scope.institutions,
            units=scope.units,
        )

    @property
    def is_internal(self) -> bool:
        """Whether the user sees anything behind the public figures of a division or the city."""
        return self.city or bool(self.divisions)

    def sees(self, division: str | None) -> bool:
        """Tell whether the user sees what belongs to a division; None stands for the city."""
        return self.city or (division is not None and division in self.divisions)

    def own_division(self) -> str:
        """Give the division whose board opens first for an officer of a district."""
        return "" if self.city or not self.divisions else min(self.divisions)


def may_act(user: Any, action: str, commitment: Commitment, *, division: str | None = None) -> bool:
    """Tell whether a user may act on a commitment: by city, by owner unit or helping unit, or for a division."""
    units = [commitment.owner_id, *(unit.pk for unit in commitment.co_owners.all())]
    return any(may(user, action, unit=unit, division=division) for unit in units)


def repliable(user: Any, notices: Iterable[SupervisionNotice]) -> frozenset[int]:
    """Give the keys of those notices that a user may answer: their unit or division is the user's own."""
    return frozenset(
        notice.pk
        for notice in notices
        if may(user, "plan.reply_supervision", unit=notice.unit_id, division=notice.division_id)
    )
