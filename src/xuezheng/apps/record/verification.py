"""Walking the chains: is every event what it was when it was written, and are they all there?

What a look at the database alone can find: an altered, removed, inserted or reordered event, and a tail cut off
without its head and anchors. Whoever can rewrite a whole chain from some event on, with the head and the anchors
behind it, is found only by a head that was exported before (`xuezheng audit head`).
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from xuezheng.apps.record.chain import row_hash
from xuezheng.apps.record.models import AuditAnchor, AuditEvent, AuditStream
from xuezheng.kernel.errors import Phrase, StateError, gettext_noop

_ROWS_AT_A_TIME = 5000
_REPORT_EVERY_ROWS = 1000

Heads = Mapping[str, tuple[int, str]]
"""Stream to sequence and hash of its last event."""


class BrokenChain(StateError):
    """A chain of audit events is not what it was."""

    code = "record.broken_chain"
    template = gettext_noop("Stream %(stream)s, event %(sequence)s: %(difference)s.")
    remedy = gettext_noop(
        "Stop writing, keep a copy of the database, and compare with the last good backup."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The place in a stream that was reached."""

    stream: str
    sequence: int
    hash: str


def count_events() -> int:
    """Count what a verification will walk over."""
    return AuditEvent.objects.count()


def heads() -> dict[str, tuple[int, str]]:
    """Give the head of every stream, to be exported and kept elsewhere."""
    rows = AuditStream.objects.filter(sequence__gt=0).values_list("stream", "sequence", "hash")
    return {stream: (sequence, hash_) for stream, sequence, hash_ in rows}


def verify_chains(
    *, exported: Heads | None = None, report: Callable[[int], None] | None = None
) -> int:
    """Walk all streams in order and stop at the first broken link.

    Args:
        exported: Heads written down earlier; each must still stand in its stream.
        report: Called with the number of events walked, every thousand.

    Returns:
        How many events were verified.

    Raises:
        BrokenChain: Naming stream, sequence and what differs.
    """
    with _unmoving():
        expected = _fixed_points(exported or {})
        streams = dict.fromkeys(sorted({*heads(), *expected}))
        walked = 0
        link = Link(stream="", sequence=0, hash="")
        for row in _rows():
            if row.stream != link.stream:
                _close(link, expected, streams)
                link = Link(stream=row.stream, sequence=0, hash="")
            link = _follow(link, row)
            _compare(link, expected)
            walked += 1
            if report is not None and walked % _REPORT_EVERY_ROWS == 0:
                report(walked)
        _close(link, expected, streams)
        for stream in streams:
            _close(Link(stream=stream, sequence=0, hash=""), expected, {})
    if report is not None:
        report(walked)
    return walked


@contextmanager
def _unmoving() -> Iterator[None]:
    """See the database as it is at one moment, whatever is written meanwhile."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _rows() -> Iterator[AuditEvent]:
    rows = AuditEvent.objects.order_by("stream", "sequence")
    return rows.iterator(chunk_size=_ROWS_AT_A_TIME)


_Points = dict[str, dict[int, tuple[str, Phrase]]]


def _fixed_points(exported: Heads) -> _Points:
    """Gather the places whose hash is known from elsewhere: anchors, heads, and heads exported before."""
    points: _Points = {}
    anchor = Phrase(gettext_noop("its anchor has another hash: the event was rewritten"))
    for stream, sequence, hash_ in AuditAnchor.objects.values_list("stream", "sequence", "hash"):
        points.setdefault(stream, {})[sequence] = (hash_, anchor)
    head = Phrase(gettext_noop("the head of the stream has another hash"))
    for stream, (sequence, hash_) in heads().items():
        points.setdefault(stream, {}).setdefault(sequence, (hash_, head))
    before = Phrase(
        gettext_noop("the head exported earlier has another hash: history was rewritten")
    )
    for stream, (sequence, hash_) in exported.items():
        points.setdefault(stream, {})[sequence] = (hash_, before)
    return points


def _follow(link: Link, row: AuditEvent) -> Link:
    if row.sequence != link.sequence + 1:
        raise BrokenChain(
            stream=row.stream,
            sequence=link.sequence + 1,
            difference=Phrase(
                gettext_noop("it is missing; the next event there is %(next)s"), next=row.sequence
            ),
        )
    if row.previous_hash != link.hash:
        raise BrokenChain(
            stream=row.stream,
            sequence=row.sequence,
            difference=Phrase(
                gettext_noop(
                    "the event before it has the hash %(found)s…, but %(recorded)s… was recorded"
                ),
                found=link.hash[:12] or "-",
                recorded=row.previous_hash[:12] or "-",
            ),
        )
    found = row_hash(row)
    if found != row.hash:
        raise BrokenChain(
            stream=row.stream,
            sequence=row.sequence,
            difference=Phrase(
                gettext_noop(
                    "its contents (%(action)s on %(subject)s by %(actor)s) give the hash "
                    "%(found)s…, but %(recorded)s… was recorded: the row was altered"
                ),
                action=row.action,
                subject=f"{row.subject_kind} {row.subject_id}",
                actor=row.actor_label,
                found=found[:12],
                recorded=row.hash[:12],
            ),
        )
    return Link(stream=row.stream, sequence=row.sequence, hash=row.hash)


def _compare(link: Link, expected: _Points) -> None:
    point = expected.get(link.stream, {}).pop(link.sequence, None)
    if point is not None and point[0] != link.hash:
        raise BrokenChain(stream=link.stream, sequence=link.sequence, difference=point[1])


def _close(link: Link, expected: _Points, streams: dict[str, None]) -> None:
    """End a stream: whatever is known of later events means that they are gone."""
    streams.pop(link.stream, None)
    left = expected.pop(link.stream, None)
    if left:
        raise BrokenChain(
            stream=link.stream,
            sequence=link.sequence + 1,
            difference=Phrase(
                gettext_noop("the tail is missing; the stream once reached %(last)s"),
                last=max(left),
            ),
        )
