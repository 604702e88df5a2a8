"""Two people at once, and the same thing twice: one succeeds, the other is told, nothing is doubled."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

from django.conf import settings
from django.db import connections

from xuezheng.apps.accounts.models import User
from xuezheng.apps.plan.models import (
    AllocationVersion,
    Claim,
    ClosingRequest,
    Commitment,
    Confirmation,
    IndicatorResult,
    IndicatorRun,
    LedgerEntry,
    Outcome,
)
from xuezheng.apps.plan.services.allocation import allocate, proportional_shares
from xuezheng.apps.plan.services.ledger import decide_closing
from xuezheng.apps.plan.services.progress import UploadedEvidence, decide_claim, submit_claim
from xuezheng.apps.plan.services.publishing import publish_results
from xuezheng.apps.record.models import AuditEvent
from xuezheng.apps.registry.models import Division
from xuezheng.evidence import find_snapshot, run_indicators
from xuezheng.kernel.errors import DomainError
from xuezheng.policy import find_pack, load_pack

NOW = datetime(2023, 9, 30, 9, tzinfo=UTC)
FILE = UploadedEvidence(name="a.pdf", content=b"%PDF-1.7 seen")


def both(act: Callable[[User], Any]) -> list[Any]:
    """Let the planner and the inspector act at the same moment, each on a connection of its own."""
    people = list(User.objects.filter(username__in=["planner", "inspector"]))
    start = Barrier(len(people))

    def one(user: User) -> Any:
        try:
            start.wait(timeout=20)
            return act(user)
        except DomainError as error:
            return error.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(one, people))


def counted() -> Commitment:
    """A commitment with a counted target that is open."""
    return Commitment.objects.filter(target__gt=0, is_share=False, is_closed=False).order_by("pk")[
        0
    ]


def report(by: User, commitment: Commitment, note: str = "done") -> Claim:
    """Report one thing reached."""
    return submit_claim(
        by=by, commitment=commitment, division=None, value=Decimal(1), milestone=None,
        as_of=date(2023, 9, 1), note=note, files=[FILE], at=NOW,
    )  # fmt: skip


def test_a_claim_is_decided_on_once(demo_city: str) -> None:
    """Of two decisions at once one counts; the other person is told."""
    claim = report(User.objects.get(username="officer"), counted())
    done = both(
        lambda user: (
            decide_claim(
                by=user, claim=claim, outcome=Outcome.CONFIRMED, note="", at=NOW, refresh=False
            ).pk
        )
    )
    assert Confirmation.objects.filter(claim=claim).count() == 1
    assert [one for one in done if isinstance(one, str)] == ["plan.claim_decided"]


def test_allocations_at_once_follow_each_other(demo_city: str) -> None:
    """Both are versions with numbers of their own, and one is in force."""
    commitment = counted()
    codes = Division.objects.exclude(kind="city").values_list("code", flat=True)
    assert commitment.target is not None
    shares = proportional_shares(commitment.target, dict.fromkeys(codes, 1))
    both(
        lambda user: allocate(
            by=user, commitment=commitment, shares=shares, reason="x", at=NOW, refresh=False
        )
    )
    versions = AllocationVersion.objects.filter(commitment=commitment)
    assert versions.filter(reason="x").count() == 2
    assert versions.filter(is_current=True).count() == 1
    assert len(set(versions.values_list("number", flat=True))) == versions.count()


def test_an_item_is_closed_once(demo_city: str) -> None:
    """Of two who close at once one does; the ledger has one line more."""
    commitment = counted()
    officer = User.objects.get(username="officer")
    ClosingRequest.objects.update_or_create(
        commitment=commitment, defaults={"note": "x", "requested_by": officer, "requested_at": NOW}
    )
    before = LedgerEntry.objects.filter(commitment=commitment).count()
    done = both(
        lambda user: decide_closing(
            by=user, commitment=commitment, accept=True, note="seen", at=NOW
        )
    )
    assert LedgerEntry.objects.filter(commitment=commitment).count() == before + 1
    assert "plan.already_closed" in done


def test_a_run_is_published_once(demo_city: str) -> None:
    """Of two who publish the same figures at once, the second finds them published."""
    pack = load_pack(find_pack(settings.CITY_PACK))
    known = IndicatorRun.objects.latest()
    snapshot = find_snapshot(settings.SNAPSHOTS_FOLDER, known.snapshot_id)
    result = run_indicators(snapshot=snapshot, pack=pack, as_of=known.as_of - timedelta(days=9))
    before = IndicatorRun.objects.count()
    done = both(lambda user: publish_results(by=user, result=result, snapshot=snapshot, at=NOW).pk)

    assert len(set(done)) == 1
    assert IndicatorRun.objects.count() == before + 1
    rows = IndicatorResult.objects.filter(run=done[0])
    units = rows.values("indicator", "reading", "level", "unit_code").distinct()
    assert 0 < rows.count() == units.count()
    events = AuditEvent.objects.filter(action="plan.run.publish", subject_id=result.id)
    assert events.count() == 1


def test_the_same_report_twice_is_one(demo_city: str) -> None:
    """A second click gives the first report again."""
    officer, commitment = User.objects.get(username="officer"), counted()
    before = Claim.objects.count()
    start = Barrier(2)

    def click(_number: int) -> int:
        try:
            start.wait(timeout=20)
            return report(officer, commitment, note="clicked twice").pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        made = set(pool.map(click, range(2)))
    assert (len(made), Claim.objects.count()) == (1, before + 1)
