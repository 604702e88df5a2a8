# ruff: noqa: F811 - a fixture is asked for by its name
"""What closing, risks, changes, supervision and publishing do and refuse."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from xuezheng.apps.plan.models import (
    AllocationShare,
    ChangeField,
    Commitment,
    CommitmentStatus,
    IndicatorResult,
    IndicatorRun,
    LedgerEntry,
    SupervisionNotice,
)
from xuezheng.apps.plan.services import ledger, progress, steering, supervision
from xuezheng.kernel.calendar import WorkingDayCalendar

from .plan_acts import allocate, report  # noqa: TID252 - a folder of tests has no other name
from .plan_world import AS_OF, AT, HERE, PDF, THERE, World, publish, world  # noqa: F401, TID252 - fixtures, and a folder of tests has no other name

CALENDAR = WorkingDayCalendar.of(
    years=[2023], holidays=[date(2023, 6, 22), date(2023, 6, 23)], makeup_days=[]
)


class TestLedger:
    """Closing items (销号)."""

    def test_a_claim_closes_nothing(
        self, world: World, publish: Callable[..., IndicatorRun]
    ) -> None:
        """Even a claim above the target leaves the item open."""
        publish(30)
        report(world, by=world.officer, value=60)
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
        allocate(world, 20, 30)
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
        allocate(world, 20, 30)
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
