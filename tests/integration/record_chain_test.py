"""The audit chain: writing, forbidding change, and finding what a superuser changed."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from xuezheng.apps.record.models import AuditAnchor, AuditEvent, AuditStream
from xuezheng.apps.record.services import NewEvent, write_event, write_events
from xuezheng.apps.record.verification import BrokenChain, heads, verify_chains

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


def _as_superuser(url: str, *statements: str) -> None:
    """Change rows with the triggers switched off, as only the server's administrator can."""
    with psycopg.connect(url) as admin:
        admin.execute("SET session_replication_role = replica")
        for statement in statements:
            admin.execute(statement)


def _write(count: int, stream: str = "230102") -> None:
    write_events(
        by=None,
        events=[
            NewEvent(action="a.b", subject=("x", str(n)), division=stream, facts={"n": n})
            for n in range(count)
        ],
    )


@pytest.mark.django_db(transaction=True)
class TestVerification:
    """`verify_chains` finds what was done behind the program's back."""

    def test_an_untouched_record_verifies(self) -> None:
        """All events of all streams are counted, and an exported head still stands."""
        _write(1200)
        _write(3, "")
        exported = heads()
        _write(5)

        assert verify_chains(exported=exported) == 1208

    @pytest.mark.parametrize(
        ("statement", "sequence", "says"),
        [
            ("UPDATE record_auditevent SET facts = '{\"n\": 9}' WHERE sequence = 7", 7, "altered"),
            ("UPDATE record_auditevent SET actor_label = 'x' WHERE sequence = 7", 7, "altered"),
            ("DELETE FROM record_auditevent WHERE sequence = 7", 7, "missing"),
            ("DELETE FROM record_auditevent WHERE sequence > 7", 8, "tail is missing"),
            ("DELETE FROM record_auditevent", 1, "tail is missing"),
        ],
    )
    def test_a_superusers_change_is_found(
        self, superuser_url: str, statement: str, sequence: int, says: str
    ) -> None:
        """The stream, the first broken event and the difference are named."""
        _write(20)
        _as_superuser(superuser_url, statement)

        with pytest.raises(BrokenChain, match=says) as caught:
            verify_chains()

        assert (caught.value.facts["stream"], caught.value.facts["sequence"]) == (
            "230102",
            sequence,
        )

    def test_a_cut_tail_with_its_head_put_back_is_found_by_the_anchor(
        self, superuser_url: str
    ) -> None:
        """Whoever cuts the tail and mends the head still meets the anchor."""
        _write(1100)
        _as_superuser(
            superuser_url,
            "DELETE FROM record_auditevent WHERE sequence > 900",
            "UPDATE record_auditstream SET sequence = 900, hash = "
            "(SELECT hash FROM record_auditevent WHERE sequence = 900)",
        )

        with pytest.raises(BrokenChain, match="1000"):
            verify_chains()

    def test_only_an_exported_head_finds_a_short_cut_with_its_head_put_back(
        self, superuser_url: str
    ) -> None:
        """Below the first anchor the database alone cannot tell; the exported head can."""
        _write(20)
        exported = heads()
        _as_superuser(
            superuser_url,
            "DELETE FROM record_auditevent WHERE sequence > 10",
            "UPDATE record_auditstream SET sequence = 10, hash = "
            "(SELECT hash FROM record_auditevent WHERE sequence = 10)",
        )

        assert verify_chains() == 10
        with pytest.raises(BrokenChain, match="tail is missing"):
            verify_chains(exported=exported)

    def test_writers_at_once_make_one_chain(self) -> None:
        """Eight threads with fifty events each leave four hundred linked events."""

        def write_fifty(writer: int) -> None:
            try:
                for n in range(50):
                    write_event(by=None, action="a.b", subject=("x", n), facts={"writer": writer})
            finally:
                connection.close()

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(write_fifty, range(8)))

        assert verify_chains() == 400
