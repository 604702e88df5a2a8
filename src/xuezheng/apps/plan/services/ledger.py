"""The closing ledger (销号): an item closes on its verified figure or on a second person's check, never on a claim."""

from datetime import datetime
from typing import Any

from django.db import transaction

from xuezheng.apps.plan.models import (
    ClosingBasis,
    ClosingRequest,
    Commitment,
    CommitmentStatus,
    LedgerAction,
    LedgerEntry,
    Light,
)
from xuezheng.apps.plan.selectors.current import current_run
from xuezheng.apps.plan.services.progress import SamePerson
from xuezheng.apps.record.services import write_event
from xuezheng.kernel.errors import StateError, gettext_noop


class NotVerified(StateError):
    """The verified figure does not reach the target, so it closes nothing."""

    code = "plan.not_verified"
    template = gettext_noop(
        "Commitment %(code)s cannot be closed: its verified figure is %(verified)s, its target %(target)s."
    )
    remedy = gettext_noop(
        "Wait for the figure, or ask for a check of the evidence by a second person."
    )


class AlreadyClosed(StateError):
    """The item is closed."""

    code = "plan.already_closed"
    template = gettext_noop("Commitment %(code)s is closed already.")
    remedy = gettext_noop("Reopen it with a reason if it was closed wrongly.")


class NotClosed(StateError):
    """The item is open."""

    code = "plan.not_closed"
    template = gettext_noop("Commitment %(code)s is not closed.")
    remedy = gettext_noop("Only a closed item can be reopened.")


class NoClosingRequest(StateError):
    """Nobody asked for the item to be closed."""

    code = "plan.no_closing_request"
    template = gettext_noop("Nobody has asked for commitment %(code)s to be closed.")
    remedy = gettext_noop("The owner unit asks first; then a second person checks.")


@transaction.atomic
def close_on_figure(*, by: Any, commitment: Commitment, note: str, at: datetime) -> LedgerEntry:
    """Close an item because the published verified figure reaches its target.

    Raises:
        AlreadyClosed: If it is closed.
        NotVerified: If no published figure reaches the target.
    """
    commitment = _open_commitment(commitment)
    run = current_run(commitment.plan)
    status = (
        CommitmentStatus.objects.filter(run=run, commitment=commitment, division=None).first()
        if run
        else None
    )
    if run is None or status is None or status.light != Light.MET:
        raise NotVerified(
            code=commitment.code,
            verified="–"
            if status is None or status.verified is None
            else f"{status.verified.normalize():f}",
            target="–" if commitment.target is None else f"{commitment.target.normalize():f}",
        )
    entry = LedgerEntry.objects.create(
        commitment=commitment,
        action=LedgerAction.CLOSED,
        basis=ClosingBasis.VERIFIED_FIGURE,
        note=note,
        figure=status.verified,
        run=run,
        requested_by=by,
        entered_at=at,
    )
    _settle(by, commitment, entry, closed=True)
    return entry


@transaction.atomic
def request_closing(*, by: Any, commitment: Commitment, note: str, at: datetime) -> ClosingRequest:
    """Ask that a second person check the evidence and close an item.

    Raises:
        AlreadyClosed: If it is closed.
    """
    commitment = _open_commitment(commitment)
    request, _ = ClosingRequest.objects.update_or_create(
        commitment=commitment, defaults={"note": note, "requested_by": by, "requested_at": at}
    )
    write_event(
        by=by,
        action="plan.closing.request",
        subject=("commitment", commitment.code),
        facts={"note": note},
        at=at,
    )
    return request


@transaction.atomic
def decide_closing(
    *, by: Any, commitment: Commitment, accept: bool, note: str, at: datetime
) -> LedgerEntry | None:
    """Close an item after checking the evidence as a second person, or refuse the request.

    Raises:
        NoClosingRequest: If nobody asked.
        SamePerson: If ``by`` asked. The database refuses it too.
        AlreadyClosed: If it is closed.
    """
    commitment = _open_commitment(commitment)
    request = ClosingRequest.objects.filter(commitment=commitment).first()
    if request is None:
        raise NoClosingRequest(code=commitment.code)
    if request.requested_by_id == by.pk:
        raise SamePerson
    request.delete()
    if not accept:
        write_event(
            by=by,
            action="plan.closing.refuse",
            subject=("commitment", commitment.code),
            facts={"note": note, "requested_by": request.requested_by_id},
            at=at,
        )
        return None
    entry = LedgerEntry.objects.create(
        commitment=commitment,
        action=LedgerAction.CLOSED,
        basis=ClosingBasis.SECOND_PERSON,
        note=note,
        requested_by_id=request.requested_by_id,
        checked_by=by,
        entered_at=at,
    )
    _settle(by, commitment, entry, closed=True)
    return entry


@transaction.atomic
def reopen(*, by: Any, commitment: Commitment, reason: str, at: datetime) -> LedgerEntry:
    """Open a closed item again, with the reason.

    Raises:
        NotClosed: If it is open.
    """
    commitment = (
        Commitment.objects.select_for_update(of=("self",))
        .select_related("plan")
        .get(pk=commitment.pk)
    )
    if not commitment.is_closed:
        raise NotClosed(code=commitment.code)
    entry = LedgerEntry.objects.create(
        commitment=commitment,
        action=LedgerAction.REOPENED,
        basis=ClosingBasis.REOPENED,
        note=reason,
        requested_by=by,
        entered_at=at,
    )
    _settle(by, commitment, entry, closed=False)
    return entry


def _open_commitment(commitment: Commitment) -> Commitment:
    locked = (
        Commitment.objects.select_for_update(of=("self",))
        .select_related("plan")
        .get(pk=commitment.pk)
    )
    if locked.is_closed:
        raise AlreadyClosed(code=locked.code)
    return locked


def _settle(by: Any, commitment: Commitment, entry: LedgerEntry, *, closed: bool) -> None:
    Commitment.objects.filter(pk=commitment.pk).update(is_closed=closed)
    ClosingRequest.objects.filter(commitment=commitment).delete()
    write_event(
        by=by,
        action="plan.ledger.close" if closed else "plan.ledger.reopen",
        subject=("commitment", commitment.code),
        facts={
            "entry": entry.pk,
            "basis": str(entry.basis),
            "note": entry.note,
            "run": entry.run_id,
        },
        at=entry.entered_at,
    )
