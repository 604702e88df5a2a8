"""Sharing a target out among the divisions."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import transaction

from xuezheng.apps.plan.models import AllocationShare, AllocationVersion, Commitment
from xuezheng.apps.plan.services.statuses import refresh_statuses
from xuezheng.apps.record.services import write_event
from xuezheng.kernel.errors import InputError, StateError, gettext_noop


class AllocationDoesNotSum(InputError):
    """The shares of the divisions are not the target."""

    code = "plan.allocation_sum"
    template = gettext_noop(
        "The shares of commitment %(code)s sum to %(sum)s; its target is %(target)s."
    )
    remedy = gettext_noop("Change the shares by %(difference)s in all.")


class AllocationShareNegative(InputError):
    """A share is below zero, or not whole where the target counts things."""

    code = "plan.allocation_share"
    template = gettext_noop(
        "The share of division %(division)s is %(value)s; a share is a whole number from 0."
    )
    remedy = gettext_noop("Correct that share.")


class NothingToAllocate(StateError):
    """The commitment has no target that could be shared out."""

    code = "plan.allocation_none"
    template = gettext_noop(
        "Commitment %(code)s has no target that could be shared out among divisions."
    )
    remedy = gettext_noop("Only counts are shared out; shares in percent hold for every division.")


@transaction.atomic
def allocate(
    *,
    by: Any,
    commitment: Commitment,
    shares: Mapping[str, Decimal],
    reason: str,
    at: datetime,
    refresh: bool = True,
) -> AllocationVersion:
    """Make a new version of how a target is shared out; the earlier ones stay readable.

    Args:
        by: The user who decides.
        commitment: A commitment with a target that counts things.
        shares: Division code to share; divisions left out get none.
        reason: Why, shown beside the version.
        at: When.
        refresh: Whether to compute the standing of the divisions again.

    Raises:
        NothingToAllocate: If the target is missing or a share in percent.
        AllocationShareNegative: If a share is negative or not whole.
        AllocationDoesNotSum: If the shares are not the target in all. The database refuses it too.
    """
    commitment = Commitment.objects.select_for_update().get(pk=commitment.pk)
    check_shares(commitment, shares)
    AllocationVersion.objects.filter(commitment=commitment, is_current=True).update(
        is_current=False
    )
    last = AllocationVersion.objects.filter(commitment=commitment).order_by("-number").first()
    version = AllocationVersion.objects.create(
        commitment=commitment,
        number=last.number + 1 if last else 1,
        reason=reason,
        changed_by=by,
        changed_at=at,
    )
    AllocationShare.objects.bulk_create(
        AllocationShare(version=version, division_id=code, value=value)
        for code, value in sorted(shares.items())
    )
    write_event(
        by=by,
        action="plan.allocation.change",
        subject=("commitment", commitment.code),
        facts={
            "version": version.number,
            "reason": reason,
            "shares": {code: str(v) for code, v in shares.items()},
        },
        at=at,
    )
    if refresh:
        refresh_statuses(commitment)
    return version


def check_shares(commitment: Commitment, shares: Mapping[str, Decimal]) -> None:
    """Refuse shares that cannot be: see `allocate`."""
    if commitment.target is None or commitment.is_share:
        raise NothingToAllocate(code=commitment.code)
    for code, value in shares.items():
        if value < 0 or value != value.to_integral_value():
            raise AllocationShareNegative(division=code, value=value)
    total = sum(shares.values(), Decimal(0))
    if total != commitment.target:
        difference = commitment.target - total
        raise AllocationDoesNotSum(
            code=commitment.code,
            sum=f"{total.normalize():f}",
            target=f"{commitment.target.normalize():f}",
            difference=f"{difference.normalize():+f}",
        )


def proportional_shares(total: Decimal, weights: Mapping[str, int | Decimal]) -> dict[str, Decimal]:
    """Share a whole number out in proportion to weights, by largest remainder; ties by code.

    Raises:
        ZeroDivisionError: If all weights are zero.
    """
    whole = Fraction(sum(Fraction(weight) for weight in weights.values()))
    exact = {code: Fraction(total) * Fraction(weight) / whole for code, weight in weights.items()}
    shares = {code: int(value) for code, value in exact.items()}
    left = int(total) - sum(shares.values())
    for code in sorted(exact, key=lambda code: (shares[code] - exact[code], code))[:left]:
        shares[code] += 1
    return {code: Decimal(value) for code, value in sorted(shares.items())}


def rescale_allocation(
    *, by: Any, commitment: Commitment, reason: str, at: datetime
) -> AllocationVersion | None:
    """Share a changed target out in the proportions of the current version, so that it goes on to sum."""
    current = AllocationVersion.objects.filter(commitment=commitment, is_current=True).first()
    if current is None or commitment.target is None:
        return None
    weights = dict(current.shares.values_list("division_id", "value"))
    shares = proportional_shares(commitment.target, weights)
    return allocate(
        by=by, commitment=commitment, shares=shares, reason=reason, at=at, refresh=False
    )
