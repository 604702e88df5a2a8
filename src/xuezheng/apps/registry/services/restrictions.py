"""Restrictions: what one app tells the others about a party."""

from datetime import date

from django.db.models import Q

from xuezheng.apps.registry.models import Restriction
from xuezheng.apps.registry.services.changes import create_row, update_row
from xuezheng.kernel.errors import StateError, gettext_noop


class RestrictionLifted(StateError):
    """The restriction was lifted before."""

    code = "registry.restriction_lifted"
    template = gettext_noop("This restriction was lifted on %(lifted_on)s.")
    remedy = gettext_noop("Nothing is left to do.")


def add_restriction(
    *,
    by: object,
    party: tuple[str, str],
    barred_from: str,
    valid_from: date,
    reason: str,
    legal_basis: str,
    source: str,
    valid_to: date | None = None,
    division: str = "",
) -> Restriction:
    """Bar a party from an act for a time.

    The party is its kind and key, as (institution, code); the act is named as honours.apply, the record that caused
    the bar as supervision.case:17. `valid_to` is the first day on which it no longer holds, None when it has no end.
    """
    kind, key = party
    return create_row(
        Restriction(
            party_kind=kind,
            party_id=key,
            division_id=division or None,
            barred_from=barred_from,
            valid_from=valid_from,
            valid_to=valid_to,
            reason=reason,
            legal_basis=legal_basis,
            source=source,
        ),
        by=by,
        action="registry.restriction.add",
        subject=(kind, key),
        division=division,
        facts={
            "barred_from": barred_from,
            "from": valid_from.isoformat(),
            "basis": legal_basis,
            "source": source,
        },
    )


def lift_restriction(*, by: object, restriction: Restriction, on: date, reason: str) -> None:
    """Lift a restriction before its end; it stays readable.

    Raises:
        RestrictionLifted: If it was lifted before.
    """
    if restriction.lifted_on is not None:
        raise RestrictionLifted(lifted_on=restriction.lifted_on.isoformat())
    update_row(
        restriction,
        by=by,
        action="registry.restriction.lift",
        subject=(restriction.party_kind, restriction.party_id),
        division=restriction.division_id or "",
        changes={"lifted_on": on, "lifted_reason": reason},
        facts={"barred_from": restriction.barred_from},
    )


def is_barred(*, party: tuple[str, str], act: str, on: date) -> bool:
    """Tell whether a party is barred from an act on a day."""
    return (
        Restriction.objects.filter(
            party_kind=party[0], party_id=party[1], barred_from=act, valid_from__lte=on
        )
        .filter(Q(valid_to=None) | Q(valid_to__gt=on))
        .filter(Q(lifted_on=None) | Q(lifted_on__gt=on))
        .exists()
    )
