"""The audit chain: writing, forbidding change, and finding what a superuser changed."""

import pytest
from django.db import InternalError, IntegrityError, connection, transaction

from xuezheng.apps.record.models import AuditAnchor, AuditEvent, AuditStream
from xuezheng.apps.record.services import NewEvent, write_event, write_events

pytestmark = pytest.mark.django_db


def test_events_of_a_stream_are_numbered_and_linked() -> None:
    """Each event carries the hash of the one before it; the head carries the last."""
    first = write_event(by=None, action="a.b", subject=("x", 1), division="230102")
    second = write_event(by=None, action="a.b", subject=("x", 2), division="230102")
    other = write_event(by=None, action="a.b", subject=("x", 3))

    assert (first.sequence, second.sequence, other.sequence) == (1, 2, 1)
    assert second.previous_hash == first.hash
    assert AuditStream.objects.get(pk="230102").hash == second.hash
    assert other.stream == "city"


def test_many_events_are_copied_in_with_anchors() -> None:
    """A batch of thousands is written at once and leaves an anchor every thousand."""
    write_events(
        by=None,
        events=[
            NewEvent(action="a.b", subject=("x", str(number)), facts={"n": number, "share": 0.5})
            for number in range(2500)
        ],
    )

    assert AuditEvent.objects.count() == 2500
    assert list(AuditAnchor.objects.values_list("sequence", flat=True)) == [1000, 2000]
    assert AuditEvent.objects.get(stream="city", sequence=3).facts == {"n": 2, "share": "0.5"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE record_auditevent SET action = 'x'",
        "DELETE FROM record_auditevent",
        "TRUNCATE record_auditevent",
    ],
)
def test_the_database_refuses_to_change_events(statement: str) -> None:
    """Neither UPDATE nor DELETE nor TRUNCATE passes the trigger."""
    write_event(by=None, action="a.b", subject=("x", 1))

    with (
        pytest.raises((IntegrityError, InternalError), match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
