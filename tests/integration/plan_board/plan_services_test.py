# ruff: noqa: F811 - a fixture is asked for by its name
"""What the plan's services do and refuse, and what the database refuses even without them."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from xuezheng.apps.plan.models import (
    AllocationShare,
    AllocationVersion,
    ChangeField,
    Claim,
    Commitment,
    CommitmentStatus,
    Confirmation,
    IndicatorResult,
    IndicatorRun,
    LedgerEntry,
    Outcome,
    SupervisionNotice,
)
from xuezheng.apps.plan.services import allocation, ledger, progress, steering, supervision
from xuezheng.apps.record.models import AuditEvent
from xuezheng.kernel.calendar import WorkingDayCalendar

from .plan_world import AS_OF, AT, HERE, PDF, THERE, World, publish, world  # noqa: F401, TID252 - fixtures, and a folder of tests has no other name

CALENDAR = WorkingDayCalendar.of(
    years=[2023], holidays=[date(2023, 6, 22), date(2023, 6, 23)], makeup_days=[]
)


def _claim(
    world: World, *, by: Any, commitment: Commitment | None = None, value: int = 20, **more: Any
) -> Claim:
    wanted: dict[str, Any] = {"division": None, "milestone": None, "as_of": AS_OF, "files": [PDF]}
    return progress.submit_claim(
        by=by,
        commitment=commitment or world.reported,
        value=Decimal(value) if "milestone" not in more else None,
        note="done",
        at=AT,
        **(wanted | more),
    )


def _allocate(world: World, here: int, there: int) -> AllocationVersion:
    shares = {HERE: Decimal(here), THERE: Decimal(there)}
    return allocation.allocate(
        by=world.planner, commitment=world.computed, shares=shares, reason="first", at=AT
    )


def _change_now(rows: Any, **values: int) -> None:
    """Change rows past the services, and have the database look at once."""
    with transaction.atomic():
        rows.update(**values)
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")


class TestAllocation:
    """Shares of the divisions."""

    def test_a_new_version_replaces_the_current_one(self, world: World) -> None:
        """The earlier version stays readable, with who changed it and why."""
        _allocate(world, 20, 30)
        _allocate(world, 25, 25)
        versions = AllocationVersion.objects.filter(commitment=world.computed).order_by("number")
        assert [(one.number, one.is_current) for one in versions] == [(1, False), (2, True)]
        assert AuditEvent.objects.filter(action="plan.allocation.change").count() == 2

    def test_shares_that_do_not_sum_are_refused(self, world: World) -> None:
        """The message names the sum, the target and the difference."""
        with pytest.raises(allocation.AllocationDoesNotSum, match="49.*50.*\\+1"):
            _allocate(world, 20, 29)

    def test_the_database_refuses_them_too(self, world: World) -> None:
        """A share changed behind the service's back fails at the end of the transaction."""
        version = _allocate(world, 20, 30)
        with pytest.raises(IntegrityError, match="sum to 49"):
            _change_now(AllocationShare.objects.filter(version=version, division_id=HERE), value=19)

    def test_the_database_refuses_a_target_that_leaves_its_shares(self, world: World) -> None:
        """Whoever changes a target must share it out anew in the same transaction."""
        _allocate(world, 20, 30)
        with pytest.raises(IntegrityError, match="its target is 60"):
            _change_now(Commitment.objects.filter(pk=world.computed.pk), target=60)

    @pytest.mark.parametrize("value", ["-1", "0.5"])
    def test_shares_are_whole_numbers(self, world: World, value: str) -> None:
        """No division gets half a kindergarten, or less than none."""
        shares = {HERE: Decimal(value), THERE: Decimal(50) - Decimal(value)}
        with pytest.raises(allocation.AllocationShareNegative):
            allocation.check_shares(world.computed, shares)

    def test_largest_remainders_sum_exactly(self) -> None:
        """Ten over three equal parts is 4, 3, 3, whichever way they are given."""
        shares = allocation.proportional_shares(Decimal(10), {"c": 1, "a": 1, "b": 1})
        assert shares == {"a": Decimal(4), "b": Decimal(3), "c": Decimal(3)}


class TestClaims:
    """Reports of progress and the second person."""

    def test_a_claim_without_evidence_is_refused(self, world: World) -> None:
        """Nothing is claimed without a file that shows it."""
        with pytest.raises(progress.ClaimWithoutEvidence):
            _claim(world, by=world.officer, files=[])

    @pytest.mark.parametrize(
        ("name", "content"),
        [("a.exe", b"MZ"), ("a.pdf", b"<html>"), ("a.pdf", b""), ("a.png", b"%PDF-1.4")],
    )
    def test_a_file_must_be_what_its_name_says(
        self, world: World, name: str, content: bytes
    ) -> None:
        """Kind and content are both looked at."""
        with pytest.raises(progress.EvidenceRefused):
            _claim(
                world,
                by=world.officer,
                files=[progress.UploadedEvidence(name=name, content=content)],
            )

    def test_the_same_file_is_kept_once(self, world: World) -> None:
        """Two claims with one file share it by its hash."""
        first, second = _claim(world, by=world.officer), _claim(world, by=world.officer, value=25)
        hashes = {claim.evidence.get().file_id for claim in (first, second)}
        assert len(hashes) == 1
        assert progress.evidence_path(hashes.pop()).read_bytes() == PDF.content

    def test_the_claimant_cannot_confirm(self, world: World) -> None:
        """Not even the planner confirms the own report."""
        claim = _claim(world, by=world.planner)
        with pytest.raises(progress.SamePerson):
            progress.decide_claim(
                by=world.planner, claim=claim, outcome=Outcome.CONFIRMED, note="", at=AT
            )

    def test_the_database_refuses_the_claimant_too(self, world: World) -> None:
        """Neither openly nor under a false claimant's name."""
        claim = _claim(world, by=world.planner)
        for claimant, message in (
            (world.planner, "second_person"),
            (world.second, "another person"),
        ):
            with pytest.raises(IntegrityError, match=message), transaction.atomic():
                Confirmation.objects.create(
                    claim=claim,
                    claimant=claimant,
                    decided_by=world.planner,
                    outcome="confirmed",
                    decided_at=AT,
                )

    def test_a_decision_and_a_claim_cannot_be_rewritten(self, world: World) -> None:
        """What was said stays said."""
        claim = _claim(world, by=world.officer)
        progress.decide_claim(
            by=world.second, claim=claim, outcome=Outcome.CONFIRMED, note="", at=AT
        )
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            Confirmation.objects.update(note="other")
        with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
            Claim.objects.update(value=99)

    def test_only_the_confirmed_value_is_verified(
        self, world: World, publish: Callable[..., IndicatorRun]
    ) -> None:
        """A report is claimed at once and verified when a second person confirms it."""
        publish()
        claim = _claim(world, by=world.officer, value=20)
        status = CommitmentStatus.objects.get(commitment=world.reported, division=None)
        assert (status.verified, status.claimed, status.light) == (None, 20, "no_data")
        progress.decide_claim(
            by=world.second, claim=claim, outcome=Outcome.CONFIRMED, note="", at=AT
        )
        status = CommitmentStatus.objects.get(commitment=world.reported, division=None)
        assert (status.verified, status.source) == (20, "confirmed")

    def test_divisions_add_up_to_the_city(
        self, world: World, publish: Callable[..., IndicatorRun]
    ) -> None:
        """Where divisions report, the city's figure is their sum."""
        publish()
        for division, value in ((HERE, 4), (THERE, 7)):
            claim = _claim(world, by=world.officer, value=value, division=division)
            progress.decide_claim(
                by=world.second, claim=claim, outcome=Outcome.CONFIRMED, note="", at=AT
            )
        assert CommitmentStatus.objects.get(commitment=world.reported, division=None).verified == 11

    def test_a_milestone_counts_when_confirmed(
        self, world: World, publish: Callable[..., IndicatorRun]
    ) -> None:
        """One of two milestones confirmed is 50 %."""
        publish()
        step = world.stepped.milestones.first()
        claim = _claim(world, by=world.planner, commitment=world.stepped, milestone=step)
        assert CommitmentStatus.objects.get(commitment=world.stepped).verified == 0
        progress.decide_claim(
            by=world.second, claim=claim, outcome=Outcome.CONFIRMED, note="", at=AT
        )
        assert CommitmentStatus.objects.get(commitment=world.stepped).verified == 50


class TestLedger:
    """Closing items (销号)."""

    def test_a_claim_closes_nothing(
        self, world: World, publish: Callable[..., IndicatorRun]
    ) -> None:
        """Even a claim above the target leaves the item open."""
        publish(30)
        _claim(world, by=world.officer, value=60)
        for commitment in (world.reported, world.computed, world.stepped):
            with pytest.raises(ledger.NotVerified):
                ledger.close_on_figure(by=world.planner, commitment=commitment, note="x", at=AT)

    def test_the_verified_figure_closes(
        self, world: World, publish: Callable[..., IndicatorRun]
    ) -> None:
        """The entry keeps the figure and the run it came from."""
        run = publish(50)
        entry = ledger.close_on_figure(
            by=world.planner, commitment=world.computed, note="reached", at=AT
        )
        assert (entry.figure, entry.run_id) == (50, run.pk)
        assert Commitment.objects.get(pk=world.computed.pk).is_closed

    def test_a_second_person_closes_on_evidence(self, world: World) -> None:
        """The one who asked cannot be the one who checks."""
        ledger.request_closing(by=world.officer, commitment=world.stepped, note="all done", at=AT)
        with pytest.raises(progress.SamePerson):
            ledger.decide_closing(
                by=world.officer, commitment=world.stepped, accept=True, note="x", at=AT
            )
        entry = ledger.decide_closing(
            by=world.planner, commitment=world.stepped, accept=True, note="seen", at=AT
        )
        assert entry is not None
        assert entry.basis == "second_person"

    def test_the_database_refuses_a_closing_by_one_person(self, world: World) -> None:
        """A closing without a figure needs two people."""
        with pytest.raises(IntegrityError, match="ledger_second_person"), transaction.atomic():
            LedgerEntry.objects.create(
                commitment=world.stepped, action="closed", basis="second_person", note="x",
                requested_by=world.planner, checked_by=world.planner, entered_at=AT,
            )  # fmt: skip

    def test_reopening_adds_a_line(
        self, world: World, publish: Callable[..., IndicatorRun]
    ) -> None:
        """The ledger only grows."""
        publish(50)
        ledger.close_on_figure(by=world.planner, commitment=world.computed, note="reached", at=AT)
        ledger.reopen(by=world.planner, commitment=world.computed, reason="counted twice", at=AT)
        assert LedgerEntry.objects.count() == 2
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            LedgerEntry.objects.all().delete()


class TestSteering:
    """Change orders and supervision notices."""

    def test_a_changed_target_shares_itself_out(self, world: World) -> None:
        """Approval by a second person puts the target in force and keeps the sum."""
        _allocate(world, 20, 30)
        order = steering.propose_change(
            by=world.officer,
            commitment=world.computed,
            field=ChangeField.TARGET,
            after="60",
            reason="more",
            at=AT,
        )
        with pytest.raises(progress.SamePerson):
            steering.decide_change(by=world.officer, order=order, approve=True, note="", at=AT)
        steering.decide_change(by=world.planner, order=order, approve=True, note="yes", at=AT)
        shares = dict(
            AllocationShare.objects.filter(version__is_current=True).values_list(
                "division_id", "value"
            )
        )
        assert shares == {HERE: 24, THERE: 36}

    @pytest.mark.parametrize(
        ("field", "after"), [("target", "much"), ("due", "2025-01-01"), ("owner", "nobody")]
    )
    def test_an_impossible_change_is_refused(self, world: World, field: str, after: str) -> None:
        """The new value must fit the field."""
        with pytest.raises(steering.ChangeNotUnderstood):
            steering.propose_change(
                by=world.officer,
                commitment=world.computed,
                field=ChangeField(field),
                after=after,
                reason="x",
                at=AT,
            )

    def test_a_notice_counts_working_days(self, world: World) -> None:
        """Two holidays and a weekend are not counted."""
        notice = supervision.issue_notice(
            by=world.planner, commitment=world.computed, unit=None, division=HERE, text="why?", working_days=3,
            calendar=CALENDAR, on=date(2023, 6, 20),
        )  # fmt: skip
        assert notice.reply_by == date(2023, 6, 27)
        supervision.reply_to_notice(
            by=world.district, notice=notice, reply="because", on=date(2023, 6, 26)
        )
        with pytest.raises(supervision.NoticeNotOpen):
            supervision.reply_to_notice(
                by=world.district, notice=notice, reply="again", on=date(2023, 6, 26)
            )
        assert SupervisionNotice.objects.get().state == "replied"


class TestPublishing:
    """Publishing runs."""

    def test_the_same_run_is_published_once(
        self, world: World, publish: Callable[..., IndicatorRun]
    ) -> None:
        """A second time gives the first run and changes nothing."""
        _allocate(world, 20, 30)
        first, second = publish(30), publish(30)
        assert first.pk == second.pk
        assert (IndicatorRun.objects.count(), IndicatorResult.objects.count()) == (1, 3)
        statuses = CommitmentStatus.objects.filter(commitment=world.computed)
        assert {one.division_id: int(one.verified or 0) for one in statuses} == {
            None: 30,
            HERE: 15,
            THERE: 15,
        }

    def test_results_cannot_be_changed(
        self, world: World, publish: Callable[..., IndicatorRun]
    ) -> None:
        """A published figure stays as it was published."""
        publish()
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            IndicatorResult.objects.update(value=99)

    def test_an_earlier_day_gives_the_present_a_forecast(
        self, world: World, publish: Callable[..., IndicatorRun]
    ) -> None:
        """History that is published later is looked at by the present figures."""
        publish(30, day=AS_OF)
        present = CommitmentStatus.objects.get(commitment=world.computed, division=None)
        assert present.forecast_method == "too_little_data"
        for month, value in ((3, 12), (5, 24)):
            publish(value, day=date(2023, month, 31))
        present = CommitmentStatus.objects.get(
            commitment=world.computed, division=None, run__as_of=AS_OF
        )
        assert present.forecast_method == "negative_binomial"
        assert present.forecast_low >= 30
