"""Risks, and change orders that a second person approves."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction

from xuezheng.apps.plan.models import (
    BureauUnit,
    ChangeField,
    ChangeOrder,
    ChangeState,
    Commitment,
    Risk,
    RiskLevel,
    RiskState,
)
from xuezheng.apps.plan.services.allocation import rescale_allocation
from xuezheng.apps.plan.services.progress import SamePerson
from xuezheng.apps.plan.services.statuses import refresh_statuses
from xuezheng.apps.record.services import write_event
from xuezheng.kernel.errors import InputError, StateError, gettext_noop


class ChangeNotUnderstood(InputError):
    """The new value of a change order does not fit its field."""

    code = "plan.change_value"
    template = gettext_noop(
        "%(value)s is not a possible new value of %(field)s for commitment %(code)s."
    )
    remedy = gettext_noop(
        "Give a whole number, a day of the plan's year, or the key of a unit of the bureau."
    )


class ChangeAlreadyOpen(StateError):
    """Another change of the same thing waits for a decision."""

    code = "plan.change_open"
    template = gettext_noop(
        "Another change of %(field)s of commitment %(code)s waits for approval."
    )
    remedy = gettext_noop("Have it approved or refused first.")


class ChangeAlreadyDecided(StateError):
    """The change order was decided on before."""

    code = "plan.change_decided"
    template = gettext_noop("This change order has been decided on already.")
    remedy = gettext_noop("Propose a new one if more has to change.")


class RiskAlreadyClosed(StateError):
    """The risk was closed before."""

    code = "plan.risk_closed"
    template = gettext_noop("This risk is closed already.")
    remedy = gettext_noop("Record a new risk if it has come back.")


@transaction.atomic
def raise_risk(
    *,
    by: Any,
    commitment: Commitment,
    division: str | None,
    level: RiskLevel,
    text: str,
    measure: str,
    on: date,
    at: datetime | None = None,
) -> Risk:
    """Record something that may keep a commitment from being met, and what is done about it."""
    risk = Risk.objects.create(
        commitment=commitment,
        division_id=division,
        level=level,
        text=text,
        measure=measure,
        raised_by=by,
        raised_on=on,
    )
    facts = {"risk": risk.pk, "level": str(level), "text": text}
    _write(by, "plan.risk.raise", commitment, division or "", facts, at=at)
    return risk


@transaction.atomic
def close_risk(*, by: Any, risk: Risk, note: str, on: date, at: datetime | None = None) -> Risk:
    """Close a risk with a note on how it went.

    Raises:
        RiskAlreadyClosed: If it is closed.
    """
    risk = Risk.objects.select_for_update(of=("self",)).select_related("commitment").get(pk=risk.pk)
    if risk.state == RiskState.CLOSED:
        raise RiskAlreadyClosed
    risk.state, risk.closed_on, risk.closing_note = RiskState.CLOSED, on, note
    risk.save(update_fields=["state", "closed_on", "closing_note"])
    _write(
        by,
        "plan.risk.close",
        risk.commitment,
        risk.division_id or "",
        {"risk": risk.pk, "note": note},
        at=at,
    )
    return risk


@transaction.atomic
def propose_change(
    *, by: Any, commitment: Commitment, field: ChangeField, after: str, reason: str, at: datetime
) -> ChangeOrder:
    """Propose a change of target, due date or owner.

    Raises:
        ChangeNotUnderstood: If the new value does not fit.
        ChangeAlreadyOpen: If another change of the same field waits.
    """
    commitment = (
        Commitment.objects.select_for_update(of=("self",))
        .select_related("plan")
        .get(pk=commitment.pk)
    )
    if ChangeOrder.objects.filter(
        commitment=commitment, field=field, state=ChangeState.PROPOSED
    ).exists():
        raise ChangeAlreadyOpen(field=ChangeField(field).value, code=commitment.code)
    new_value(commitment, field, after)
    order = ChangeOrder.objects.create(
        commitment=commitment,
        field=field,
        before=_present_value(commitment, field),
        after=after,
        reason=reason,
        proposed_by=by,
        proposed_at=at,
    )
    facts = {
        "order": order.pk,
        "field": str(field),
        "before": order.before,
        "after": after,
        "reason": reason,
    }
    _write(by, "plan.change.propose", commitment, "", facts, at=at)
    return order


@transaction.atomic
def decide_change(
    *, by: Any, order: ChangeOrder, approve: bool, note: str, at: datetime
) -> ChangeOrder:
    """Approve or refuse a change order, as a second person; an approved one is in force at once.

    Raises:
        SamePerson: If ``by`` proposed it. The database refuses it too.
        ChangeAlreadyDecided: If it was decided on.
    """
    order = (
        ChangeOrder.objects.select_for_update(of=("self",))
        .select_related("commitment__plan")
        .get(pk=order.pk)
    )
    if order.state != ChangeState.PROPOSED:
        raise ChangeAlreadyDecided
    if order.proposed_by_id == by.pk:
        raise SamePerson
    order.state = ChangeState.APPROVED if approve else ChangeState.REFUSED
    order.decided_by, order.decided_at, order.decision_note = by, at, note
    order.save(update_fields=["state", "decided_by", "decided_at", "decision_note"])
    action = "plan.change.approve" if approve else "plan.change.refuse"
    _write(
        by,
        action,
        order.commitment,
        "",
        {"order": order.pk, "note": note, "after": order.after},
        at=at,
    )
    if approve:
        _apply(order, by=by, at=at)
    return order


def _apply(order: ChangeOrder, *, by: Any, at: datetime) -> None:
    commitment = order.commitment
    value = new_value(commitment, ChangeField(order.field), order.after)
    name = {"target": "target", "due": "due_on", "owner": "owner_id"}[order.field]
    setattr(commitment, name, value)
    commitment.save(update_fields=[name.removesuffix("_id")])
    if order.field == ChangeField.TARGET:
        rescale_allocation(by=by, commitment=commitment, reason=order.reason, at=at)
    refresh_statuses(commitment)


def new_value(commitment: Commitment, field: ChangeField, text: str) -> Decimal | date | str:
    """Read the new value of a change order.

    Raises:
        ChangeNotUnderstood: If it does not fit the field.
    """
    wrong = ChangeNotUnderstood(value=text, field=ChangeField(field).value, code=commitment.code)
    try:
        if field == ChangeField.TARGET:
            value = Decimal(text)
            if value < 0 or not value.is_finite() or commitment.target is None:
                raise wrong
            return value
        if field == ChangeField.DUE:
            day = date.fromisoformat(text)
            if not commitment.plan.starts_on < day <= commitment.plan.ends_on:
                raise wrong
            return day
    except (ValueError, InvalidOperation) as error:
        raise wrong from error
    if not BureauUnit.objects.filter(key=text).exists():
        raise wrong
    return text


def _present_value(commitment: Commitment, field: ChangeField) -> str:
    match field:
        case ChangeField.TARGET:
            return "" if commitment.target is None else f"{commitment.target.normalize():f}"
        case ChangeField.DUE:
            return commitment.due_on.isoformat()
        case _:
            return commitment.owner_id or ""


def _write(
    by: Any,
    action: str,
    commitment: Commitment,
    division: str,
    facts: dict[str, Any],
    at: datetime | None = None,
) -> None:
    write_event(
        by=by,
        action=action,
        subject=("commitment", commitment.code),
        division=division,
        facts=facts,
        at=at,
    )
