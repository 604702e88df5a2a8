"""Supervision notices (督办): asked in writing, answered by a deadline in working days."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from xuezheng.apps.plan.models import BureauUnit, Commitment, NoticeState, SupervisionNotice
from xuezheng.apps.record.services import write_event
from xuezheng.kernel.calendar import WorkingDayCalendar
from xuezheng.kernel.errors import StateError, gettext_noop


class NoticeNotOpen(StateError):
    """The notice is not in the state that the act needs."""

    code = "plan.notice_state"
    template = gettext_noop("Notice %(number)s cannot take this step now.")
    remedy = gettext_noop("An open notice is replied to; a reply is accepted or sent back.")


@transaction.atomic
def issue_notice(
    *,
    by: Any,
    commitment: Commitment,
    unit: BureauUnit | None,
    division: str | None,
    text: str,
    working_days: int,
    calendar: WorkingDayCalendar,
    on: date,
    at: datetime | None = None,
) -> SupervisionNotice:
    """Ask a unit of the bureau or a division for a reply within so many working days.

    Raises:
        YearNotCovered: If the deadline lies beyond the known holidays.
    """
    plan = commitment.plan
    Commitment.objects.select_for_update(of=("self",)).get(pk=commitment.pk)
    serial = SupervisionNotice.objects.filter(commitment__plan=plan).count() + 1
    notice = SupervisionNotice.objects.create(
        number=f"DB{plan.starts_on.year}-{serial:04d}",
        commitment=commitment,
        unit=unit,
        division_id=division,
        text=text,
        issued_by=by,
        issued_on=on,
        working_days=working_days,
        reply_by=calendar.add_working_days(on, working_days),
    )
    facts = {
        "notice": notice.number,
        "reply_by": notice.reply_by.isoformat(),
        "to": division or str(unit or ""),
    }
    _write(by, "plan.notice.issue", notice, facts, at)
    return notice


@transaction.atomic
def reply_to_notice(
    *, by: Any, notice: SupervisionNotice, reply: str, on: date, at: datetime | None = None
) -> SupervisionNotice:
    """Answer a notice.

    Raises:
        NoticeNotOpen: If it has been answered.
    """
    notice = _locked(notice, NoticeState.OPEN)
    notice.state, notice.reply, notice.replied_by, notice.replied_on = (
        NoticeState.REPLIED,
        reply,
        by,
        on,
    )
    notice.save(update_fields=["state", "reply", "replied_by", "replied_on"])
    _write(
        by, "plan.notice.reply", notice, {"notice": notice.number, "late": on > notice.reply_by}, at
    )
    return notice


@transaction.atomic
def accept_reply(
    *, by: Any, notice: SupervisionNotice, at: datetime | None = None
) -> SupervisionNotice:
    """Take a reply as sufficient.

    Raises:
        NoticeNotOpen: If there is no reply to accept.
    """
    notice = _locked(notice, NoticeState.REPLIED)
    notice.state = NoticeState.ACCEPTED
    notice.save(update_fields=["state"])
    _write(by, "plan.notice.accept", notice, {"notice": notice.number}, at)
    return notice


def _locked(notice: SupervisionNotice, state: NoticeState) -> SupervisionNotice:
    locked = (
        SupervisionNotice.objects.select_for_update(of=("self",))
        .select_related("commitment")
        .get(pk=notice.pk)
    )
    if locked.state != state:
        raise NoticeNotOpen(number=locked.number)
    return locked


def _write(
    by: Any, action: str, notice: SupervisionNotice, facts: dict[str, Any], at: datetime | None
) -> None:
    write_event(
        by=by,
        action=action,
        subject=("commitment", notice.commitment.code),
        division=notice.division_id or "",
        facts=facts,
        at=at,
    )
