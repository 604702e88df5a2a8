# ruff: noqa: F811 - a fixture is asked for by its name
"""What allocation and reports of progress do and refuse, and what the database refuses even without them."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from xuezheng.apps.plan.models import (
    AllocationShare,
    AllocationVersion,
    Claim,
    Commitment,
    CommitmentStatus,
    Confirmation,
    IndicatorRun,
    Outcome,
)
from xuezheng.apps.plan.services import allocation, progress
from xuezheng.apps.record.models import AuditEvent

from .plan_acts import allocate, change_now, report  # noqa: TID252 - a folder of tests has no other name
from .plan_world import AS_OF, AT, HERE, PDF, THERE, World, publish, world  # noqa: F401, TID252 - fixtures, and a folder of tests has no other name


class TestAllocation:
    """Shares of the divisions."""

    def test_a_new_version_replaces_the_current_one(self, world: World) -> None:
        """The earlier version stays readable, with who changed it and why."""
        allocate(world, 20, 30)
        allocate(world, 25, 25)
        versions = AllocationVersion.objects.filter(commitment=world.computed).order_by("number")
        assert [(one.number, one.is_current) for one in versions] == [(1, False), (2, True)]
        assert AuditEvent.objects.filter(action="plan.allocation.change").count() == 2

    def test_shares_that_do_not_sum_are_refused(self, world: World) -> None:
        """The message names the sum, the target and the difference."""
        with pytest.raises(allocation.AllocationDoesNotSum, match="49.*50.*\\+1"):
            allocate(world, 20, 29)

    def test_the_database_refuses_them_too(self, world: World) -> None:
        """A share changed behind the service's back fails at the end of the transaction."""
        version = allocate(world, 20, 30)
        with pytest.raises(IntegrityError, match="sum to 49"):
            change_now(AllocationShare.objects.filter(version=version, division_id=HERE), value=19)

    def test_the_database_refuses_a_target_that_leaves_its_shares(self, world: World) -> None:
        """Whoever changes a target must share it out anew in the same transaction."""
        allocate(world, 20, 30)
        with pytest.raises(IntegrityError, match="its target is 60"):
            change_now(Commitment.objects.filter(pk=world.computed.pk), target=60)

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
            report(world, by=world.officer, files=[])

    @pytest.mark.parametrize(
        ("name", "content"),
        [("a.exe", b"MZ"), ("a.pdf", b"<html>"), ("a.pdf", b""), ("a.png", b"%PDF-1.4")],
    )
    def test_a_file_must_be_what_its_name_says(
        self, world: World, name: str, content: bytes
    ) -> None:
        """Kind and content are both looked at."""
        with pytest.raises(progress.EvidenceRefused):
            report(
                world,
                by=world.officer,
                files=[progress.UploadedEvidence(name=name, content=content)],
            )

    def test_the_same_file_is_kept_once(self, world: World) -> None:
        """Two claims with one file share it by its hash."""
        first, second = report(world, by=world.officer), report(world, by=world.officer, value=25)
        hashes = {claim.evidence.get().file_id for claim in (first, second)}
        assert len(hashes) == 1
        assert progress.evidence_path(hashes.pop()).read_bytes() == PDF.content

    def test_the_claimant_cannot_confirm(self, world: World) -> None:
        """Not even the planner confirms the own report."""
        claim = report(world, by=world.planner)
        with pytest.raises(progress.SamePerson):
            progress.decide_claim(
                by=world.planner, claim=claim, outcome=Outcome.CONFIRMED, note="", at=AT
            )

    def test_the_database_refuses_the_claimant_too(self, world: World) -> None:
        """Neither openly nor under a false claimant's name."""
        claim = report(world, by=world.planner)
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
        claim = report(world, by=world.officer)
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
        claim = report(world, by=world.officer, value=20)
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
            claim = report(world, by=world.officer, value=value, division=division)
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
        claim = report(world, by=world.planner, commitment=world.stepped, milestone=step)
        assert CommitmentStatus.objects.get(commitment=world.stepped).verified == 0
        progress.decide_claim(
            by=world.second, claim=claim, outcome=Outcome.CONFIRMED, note="", at=AT
        )
        assert CommitmentStatus.objects.get(commitment=world.stepped).verified == 50
