"""What waits for somebody: claims to decide on, notices to answer, changes to approve, commitments in trouble."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from xuezheng.apps.accounts.permissions import scope_of
from xuezheng.apps.plan.models import (
    ChangeOrder,
    ChangeState,
    Claim,
    ClaimState,
    ClosingRequest,
    Commitment,
    CommitmentStatus,
    IndicatorRun,
    Light,
    NoticeState,
    Plan,
    SupervisionNotice,
)

SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Tasks:
    """Lists of what waits, each with the whole number even where only the first are shown."""

    claims: Sequence[Claim]
    claims_total: int
    notices: Sequence[SupervisionNotice]
    changes: Sequence[ChangeOrder]
    closings: Sequence[ClosingRequest]
    troubled: Sequence[CommitmentStatus]
    unreported: Sequence[Commitment]

    @property
    def approvals(self) -> int:
        """Count the changes and closings that wait for approval."""
        return len(self.changes) + len(self.closings)

    @property
    def total(self) -> int:
        """Count all that waits for an answer; trouble without a question is not counted."""
        return (
            self.claims_total
            + len(self.notices)
            + len(self.changes)
            + len(self.closings)
            + len(self.unreported)
        )


def read_tasks(user: Any, *, plan: Plan, run: IndicatorRun | None, today: date) -> Tasks:
    """Read what waits for a user, by the permission table."""
    confirm, reply = scope_of(user, "plan.confirm"), scope_of(user, "plan.reply_supervision")
    edit, claim = scope_of(user, "plan.edit"), scope_of(user, "plan.claim")
    waiting = (
        Claim.objects.filter(
            confirm.filter(division="division_id"),
            commitment__plan=plan,
            state=ClaimState.SUBMITTED,
        )
        .exclude(claimed_by=user)
        .select_related("commitment", "division", "milestone", "claimed_by")
        .order_by("as_of", "id")
    )
    # Without a scope of its own, a planner sees every notice; that is overview, not a task, so only overdue ones.
    notices = SupervisionNotice.objects.filter(commitment__plan=plan).select_related(
        "commitment", "unit", "division"
    )
    if reply.city:
        notices = notices.filter(
            Q(state=NoticeState.REPLIED) | Q(state=NoticeState.OPEN, reply_by__lt=today)
        )
    else:
        mine = Q(unit__in=sorted(reply.units)) | Q(division__in=sorted(reply.divisions))
        notices = notices.filter(mine, state=NoticeState.OPEN)
    can_approve, can_close = (
        scope_of(user, "plan.change_order").city,
        scope_of(user, "plan.close_item").city,
    )
    return Tasks(
        claims=list(waiting[:SHOWN]),
        claims_total=waiting.count(),
        notices=list(notices.order_by("reply_by")[:SHOWN]),
        changes=list(
            ChangeOrder.objects.filter(commitment__plan=plan, state=ChangeState.PROPOSED)
            .exclude(proposed_by=user)
            .select_related("commitment", "proposed_by")
        )
        if can_approve
        else [],
        closings=list(
            ClosingRequest.objects.filter(commitment__plan=plan)
            .exclude(requested_by=user)
            .select_related("commitment", "requested_by")
        )
        if can_close
        else [],
        troubled=_troubled(edit.units, claim.divisions, run, everywhere=edit.city),
        unreported=_unreported(claim.units, claim.divisions, plan, today),
    )


def _troubled(
    units: frozenset[str], divisions: frozenset[str], run: IndicatorRun | None, *, everywhere: bool
) -> list[CommitmentStatus]:
    if run is None:
        return []
    rows = CommitmentStatus.objects.filter(run=run, light__in=(Light.LATE, Light.AT_RISK))
    if divisions and not everywhere:
        rows = rows.filter(division__in=sorted(divisions))
    elif everywhere:
        rows = rows.filter(division=None, light=Light.LATE)
    else:
        rows = rows.filter(division=None, commitment__owner__in=sorted(units))
    found = rows.select_related("commitment__section", "commitment__owner", "division")
    return sorted(found, key=lambda row: (row.light != Light.LATE, row.commitment.order))[:SHOWN]


def _unreported(
    units: frozenset[str], divisions: frozenset[str], plan: Plan, today: date
) -> list[Commitment]:
    """Give the commitments about which a unit or division should have reported by now and has not."""
    if not units and not divisions:
        return []
    since = today - timedelta(days=plan.parameters["report_every_days"])
    counted = Commitment.objects.filter(
        plan=plan, target__isnull=False, indicator="", is_closed=False
    )
    if divisions:
        code = min(divisions)
        counted = counted.filter(
            allocation_versions__is_current=True,
            allocation_versions__shares__division=code,
            allocation_versions__shares__value__gt=0,
        )
        reported = Claim.objects.filter(division=code, as_of__gte=since)
    else:
        counted = counted.filter(owner__in=sorted(units))
        reported = Claim.objects.filter(as_of__gte=since)
    return list(counted.exclude(pk__in=reported.values("commitment_id")).order_by("order"))
