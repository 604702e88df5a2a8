"""What waits for a reader, out of the work apps, sorted by deadline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xuezheng.apps.plan.models import Commitment
from xuezheng.apps.plan.selectors.current import NoPlan, current_plan, current_run, today_of
from xuezheng.apps.plan.selectors.tasks import Tasks, read_tasks
from xuezheng.apps.portal.navigation import address


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something that waits for the reader; `urgency` orders tasks of the same day."""

    title: str
    detail: str
    url: str
    due: date | None = None
    light: str = ""
    is_overdue: bool = False
    urgency: int = 0


def tasks_of(user: Any) -> Sequence[Task]:
    """Gather the reader's tasks: with a deadline first, the earliest on top."""
    try:
        plan = current_plan()
    except NoPlan:
        return ()
    today = today_of(plan)
    tasks = read_tasks(user, plan=plan, run=current_run(plan), today=today)
    found = [*_to_answer(tasks, today), *_in_trouble(tasks, today)]
    return sorted(found, key=lambda task: (task.due or date.max, task.urgency))


def _to_answer(tasks: Tasks, today: date) -> Iterator[Task]:
    for notice in tasks.notices:
        yield Task(
            title=_title(notice.commitment),
            detail=_("Supervision notice %(number)s waits for a reply.")
            % {"number": notice.number},
            url=address("plan:notice", notice.number),
            due=notice.reply_by,
            is_overdue=notice.reply_by < today,
        )
    for claim in tasks.claims:
        yield Task(
            title=_title(claim.commitment),
            detail=_("%(who)s reported progress; a second person must check it.")
            % {"who": claim.claimed_by.name},
            url=address("plan:claim", str(claim.pk)),
            urgency=2,
        )
    for change in tasks.changes:
        yield Task(
            title=_title(change.commitment),
            detail=_("%(who)s proposes a change; it waits for approval.")
            % {"who": change.proposed_by.name},
            url=address("plan:change", str(change.pk)),
            urgency=1,
        )
    for closing in tasks.closings:
        yield Task(
            title=_title(closing.commitment),
            detail=_("%(who)s asks to close this item.") % {"who": closing.requested_by.name},
            url=address("plan:decide_closing", closing.commitment.code),
            urgency=1,
        )
    for commitment in tasks.unreported:
        yield Task(
            title=_title(commitment),
            detail=_("No progress has been reported for a while."),
            url=address("plan:report_progress", commitment.code),
            urgency=3,
        )


def _in_trouble(tasks: Tasks, today: date) -> Iterator[Task]:
    for status in tasks.troubled:
        due = status.commitment.due_on
        where = _localized(status.division) if status.division else ""
        yield Task(
            title=_title(status.commitment),
            detail=where or _("The whole city"),
            url=address("plan:commitment", status.commitment.code),
            due=due,
            light=status.light,
            is_overdue=due is not None and due < today,
            urgency=4,
        )


def _title(commitment: Commitment) -> str:
    return f"{commitment.code} {_localized(commitment)}"


def _localized(thing: Any) -> str:
    is_english = (get_language() or "").startswith("en")
    return str((is_english and thing.name_en) or thing.name_zh)
