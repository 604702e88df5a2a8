"""Reading the record: filtered events, the history of a subject, runs of jobs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from xuezheng.apps.record.access import Scope
from xuezheng.apps.record.labels import action_label
from xuezheng.apps.record.models import AuditEvent, JobRun, PublishedDocument
from xuezheng.apps.record.words import fact_label


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """What a list of events shows; empty parts do not narrow it."""

    since: date | None = None
    until: date | None = None
    action: str = ""
    subject_kind: str = ""
    subject_id: str = ""
    division: str = ""
    actor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field that an event changed; empty before for something new."""

    name: str
    before: Any
    after: Any

    @property
    def label(self) -> str:
        """The field by its name."""
        return fact_label(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One event as people read it: who, when, what, why, and the fields that changed."""

    at: datetime
    who: str
    action: str
    why: str
    changes: tuple[Change, ...]
    facts: Mapping[str, Any]
    stream: str
    sequence: int
    hash: str

    @property
    def what(self) -> str:
        """The action by its name."""
        return action_label(self.action)


def events(*, wanted: EventFilter, scope: Scope) -> QuerySet[AuditEvent]:
    """List the events that match and that somebody with the scope may see, the newest first."""
    found = AuditEvent.objects.filter(scope.filter(division="division"))
    if wanted.since:
        found = found.filter(at__date__gte=wanted.since)
    if wanted.until:
        found = found.filter(at__date__lte=wanted.until)
    if wanted.action:
        found = found.filter(action__startswith=wanted.action)
    if wanted.subject_kind:
        found = found.filter(subject_kind=wanted.subject_kind)
    if wanted.subject_id:
        found = found.filter(subject_id=wanted.subject_id)
    if wanted.division:
        found = found.filter(division=wanted.division)
    if wanted.actor:
        found = found.filter(Q(actor_id=wanted.actor) | Q(actor_label__icontains=wanted.actor))
    return found.order_by("-at", "-id")


def history(
    subject: tuple[str, object], *, limit: int = 50, scope: Scope | None = None
) -> tuple[HistoryEntry, ...]:
    """Tell what happened to a subject, the newest first; with a scope, only what somebody with it may see.

    An event whose facts hold `changes` as `{field: [before, after]}` is shown field by field; `reason` (or `why`)
    is shown as the reason.
    """
    rows = AuditEvent.objects.filter(subject_kind=subject[0], subject_id=str(subject[1]))
    if scope is not None:
        rows = rows.filter(scope.filter(division="division"))
    return tuple(entry_of(row) for row in rows.order_by("-at", "-id")[:limit])


def entry_of(row: AuditEvent) -> HistoryEntry:
    """Turn an event into what people read of it."""
    facts = row.facts if isinstance(row.facts, dict) else {}
    reason = facts.get("reason") or facts.get("why") or ""
    return HistoryEntry(
        at=row.at,
        who=row.actor_label,
        action=row.action,
        why=str(reason),
        changes=_changes(facts.get("changes")),
        facts={
            name: value for name, value in facts.items() if name not in {"changes", "reason", "why"}
        },
        stream=row.stream,
        sequence=row.sequence,
        hash=row.hash,
    )


def _changes(changes: Any) -> tuple[Change, ...]:
    if not isinstance(changes, dict):
        return ()
    return tuple(_change(name, value) for name, value in sorted(changes.items()))


def _change(name: str, value: Any) -> Change:
    if isinstance(value, Sequence) and not isinstance(value, str) and len(value) == 2:
        return Change(name=name, before=value[0], after=value[1])
    if isinstance(value, dict) and {"before", "after"} <= set(value):
        return Change(name=name, before=value["before"], after=value["after"])
    return Change(name=name, before="", after=value)


def jobs_of(*, user_key: str, sees_all: bool) -> QuerySet[JobRun]:
    """List the runs that a user started, or all for those who may see all."""
    return JobRun.objects.all() if sees_all else JobRun.objects.filter(started_by_id=user_key)


def published_documents(*, kind: str = "") -> QuerySet[PublishedDocument]:
    """List published documents without their bytes, the newest first."""
    found = PublishedDocument.objects.select_related("content").defer("content__content")
    return found.filter(kind=kind) if kind else found
