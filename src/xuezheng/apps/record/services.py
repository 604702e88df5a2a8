"""Writing the record: audit events and decision runs."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from xuezheng.apps.record.actors import Actor, actor_of
from xuezheng.apps.record.chain import ANCHOR_DISTANCE, plain_facts, row_hash
from xuezheng.apps.record.models import AuditAnchor, AuditEvent, AuditStream, DecisionRun
from xuezheng.apps.record.models.audit import CITY_STREAM
from xuezheng.kernel.decision import DecisionRun as Decision

_COPY_FROM_ROWS = 200
"""From so many rows on, COPY beats INSERT."""

_COLUMNS = (
    "stream",
    "sequence",
    "at",
    "actor_kind",
    "actor_id",
    "actor_label",
    "action",
    "subject_kind",
    "subject_id",
    "division",
    "facts",
    "previous_hash",
    "hash",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """An event about to be written; without a division it goes to the city's stream."""

    action: str
    subject: tuple[str, str]
    division: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None


def write_event(
    *,
    by: object,
    action: str,
    subject: tuple[str, object],
    division: str = "",
    facts: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> AuditEvent:
    """Append one event to its stream, in the caller's transaction.

    The stream stays locked until that transaction ends: write late in long transactions, and use
    `write_events` for many.

    Args:
        by: A user, an anonymous visitor (public), an `Actor`, or None for the system.
        action: What was done, as `app.thing.verb`.
        subject: Kind and identifier of what it was done to.
        division: Code of the division concerned; it names the stream. Empty means the city.
        facts: What changed and why; whatever canonical JSON takes, and floats, which are kept as text.
        at: When it happened, if not now.
    """
    event = NewEvent(
        action=action,
        subject=(subject[0], str(subject[1])),
        division=division,
        facts=facts or {},
        at=at,
    )
    return write_events(by=by, events=[event])[0]


@transaction.atomic
def write_events(*, by: object, events: Iterable[NewEvent]) -> list[AuditEvent]:
    """Append many events at once, each to its stream, in their order; fast for tens of thousands."""
    actor, now = actor_of(by), timezone.now()
    by_stream: dict[str, list[NewEvent]] = {}
    for event in events:
        by_stream.setdefault(event.division or CITY_STREAM, []).append(event)
    rows: list[AuditEvent] = []
    # Sorted, so that two writers of several streams cannot wait for each other.
    for stream in sorted(by_stream):
        rows += _append(stream, by_stream[stream], actor, now)
    _insert(rows)
    return rows


def _append(
    stream: str, events: Sequence[NewEvent], actor: Actor, now: datetime
) -> list[AuditEvent]:
    AuditStream.objects.bulk_create([AuditStream(stream=stream)], ignore_conflicts=True)
    head = AuditStream.objects.select_for_update().get(stream=stream)
    rows, anchors = [], []
    for event in events:
        row = _next_row(head, event, actor, event.at or now)
        head.sequence, head.hash = row.sequence, row.hash
        rows.append(row)
        if row.sequence % ANCHOR_DISTANCE == 0:
            anchors.append(AuditAnchor(stream=stream, sequence=row.sequence, hash=row.hash, at=now))
    head.save(update_fields=["sequence", "hash"])
    if anchors:
        AuditAnchor.objects.bulk_create(anchors)
    return rows


def _next_row(head: AuditStream, event: NewEvent, actor: Actor, at: datetime) -> AuditEvent:
    row = AuditEvent(
        stream=head.stream,
        sequence=head.sequence + 1,
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label[:120],
        action=event.action,
        subject_kind=event.subject[0],
        subject_id=event.subject[1][:80],
        division=event.division,
        facts=plain_facts(event.facts),
        previous_hash=head.hash,
    )
    row.hash = row_hash(row)
    return row


def _insert(rows: list[AuditEvent]) -> None:
    if len(rows) < _COPY_FROM_ROWS:
        AuditEvent.objects.bulk_create(rows)
        return
    statement = f"COPY record_auditevent ({', '.join(_COLUMNS)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            values = [getattr(row, column) for column in _COLUMNS]
            values[_COLUMNS.index("facts")] = json.dumps(row.facts, ensure_ascii=False)
            copy.write_row(values)


@transaction.atomic
def record_decision(
    *,
    by: object,
    kind: str,
    decision: Decision,
    title: str = "",
    bundle_hash: str = "",
    division: str = "",
) -> DecisionRun:
    """Keep a decision that an engine made, with the hash of the bundle that lets others repeat it."""
    actor, now = actor_of(by), timezone.now()
    run = DecisionRun.objects.create(
        kind=kind,
        title=title,
        engine=decision.engine,
        engine_version=decision.engine_version,
        pack_hash=decision.pack_hash,
        input_hash=decision.input_hash,
        seed=decision.seed or "",
        output_hash=decision.output_hash,
        bundle_hash=bundle_hash,
        division=division,
        decided_at=now,
        decided_by_id=actor.id,
        decided_by_label=actor.label[:120],
    )
    write_event(
        by=by,
        action="record.decision.make",
        subject=("decision_run", run.pk),
        division=division,
        facts={"kind": kind, "decision": decision.hash, "bundle": bundle_hash},
        at=now,
    )
    return run
