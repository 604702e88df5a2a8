"""Everything about one commitment, in a fixed number of queries, as far as a viewer sees it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, Q

from xuezheng.apps.plan.models import (
    AllocationVersion,
    ChangeOrder,
    Claim,
    ClaimEvidence,
    ClosingRequest,
    Commitment,
    CommitmentReading,
    CommitmentStatus,
    IndicatorResult,
    IndicatorRun,
    LedgerEntry,
    Level,
    Milestone,
    Risk,
    SupervisionNotice,
)
from xuezheng.apps.plan.selectors.access import Viewer
from xuezheng.apps.plan.selectors.board import empty_status
from xuezheng.apps.plan.selectors.pictures import ChartInput, ChartPoint
from xuezheng.apps.record.models import AuditEvent

CLAIMS_SHOWN = 40
EVENTS_SHOWN = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingLine:
    """One reading of the definition with its figure at the current run."""

    reading: CommitmentReading
    result: IndicatorResult | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisionLine:
    """What one division takes on and where it stands."""

    division: Any
    share: Decimal | None
    status: CommitmentStatus | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentRecord:
    """The parts of a commitment's page."""

    status: CommitmentStatus
    readings: Sequence[ReadingLine]
    lines: Sequence[DivisionLine]
    versions: Sequence[AllocationVersion]
    chart: ChartInput
    history: Sequence[CommitmentStatus]
    milestones: Sequence[Milestone]
    claims: Sequence[Claim]
    risks: Sequence[Risk]
    changes: Sequence[ChangeOrder]
    notices: Sequence[SupervisionNotice]
    ledger: Sequence[LedgerEntry]
    request: ClosingRequest | None
    events: Sequence[AuditEvent]


def read_commitment(
    commitment: Commitment,
    *,
    run: IndicatorRun | None,
    division: str,
    divisions: Mapping[str, Any],
    viewer: Viewer,
) -> CommitmentRecord:
    """Read a commitment's page: for the city, or, with a division, for that division."""
    statuses = _statuses(commitment, run)
    status = statuses.get(division or None)
    history = _history(commitment, division)
    inside = Q() if viewer.city else Q(division__in=sorted(viewer.divisions))
    versions = list(
        AllocationVersion.objects.filter(commitment=commitment)
        .select_related("changed_by")
        .prefetch_related("shares")
    )
    shares = (
        {share.division_id: share.value for share in versions[0].shares.all()} if versions else {}
    )
    return CommitmentRecord(
        status=status or empty_status(commitment),
        readings=_readings(commitment, run, division),
        lines=[
            DivisionLine(division=one, share=shares.get(code), status=statuses.get(code))
            for code, one in divisions.items()
            if viewer.sees(code) and (code in shares or code in statuses)
        ],
        versions=versions if viewer.is_internal else [],
        chart=chart_of(
            commitment, status or empty_status(commitment), history, with_claims=viewer.is_internal
        ),
        history=history,
        milestones=list(commitment.milestones.all()),
        claims=_claims(commitment, inside, division) if viewer.is_internal else [],
        risks=_of(
            Risk.objects.filter(commitment=commitment).select_related("raised_by", "division"),
            inside,
            viewer,
        ),
        changes=list(
            ChangeOrder.objects.filter(commitment=commitment).select_related(
                "proposed_by", "decided_by"
            )
        )
        if viewer.city
        else [],
        notices=_of(
            SupervisionNotice.objects.filter(commitment=commitment).select_related(
                "unit", "division", "replied_by"
            ),
            inside,
            viewer,
        ),
        ledger=list(
            LedgerEntry.objects.filter(commitment=commitment).select_related(
                "requested_by", "checked_by", "run"
            )
        ),
        request=ClosingRequest.objects.filter(commitment=commitment)
        .select_related("requested_by")
        .first(),
        events=_events(commitment, viewer),
    )


def _statuses(
    commitment: Commitment, run: IndicatorRun | None
) -> dict[str | None, CommitmentStatus]:
    if run is None:
        return {}
    found = {}
    for status in CommitmentStatus.objects.filter(run=run, commitment=commitment):
        status.commitment = commitment
        found[status.division_id] = status
    return found


def _history(commitment: Commitment, division: str) -> list[CommitmentStatus]:
    rows = (
        CommitmentStatus.objects.filter(commitment=commitment, division=division or None)
        .select_related("run__snapshot")
        .order_by("run__as_of", "run_id")
    )
    by_day = {}
    for status in rows:
        status.commitment = commitment
        by_day[status.run.as_of] = status
    return list(by_day.values())


def _readings(commitment: Commitment, run: IndicatorRun | None, division: str) -> list[ReadingLine]:
    results = {}
    if run is not None and commitment.indicator:
        unit = (
            {"level": Level.DIVISION, "unit_code": division} if division else {"level": Level.CITY}
        )
        found = IndicatorResult.objects.filter(run=run, indicator=commitment.indicator, **unit)
        results = {result.reading: result for result in found}
    return [
        ReadingLine(reading=reading, result=results.get(reading.key))
        for reading in commitment.readings.all()
    ]


def chart_of(
    commitment: Commitment,
    status: CommitmentStatus,
    history: Sequence[CommitmentStatus],
    *,
    with_claims: bool = True,
) -> ChartInput:
    """Make the chart's numbers from the same rows that the table beside it shows."""
    return ChartInput(
        points=tuple(
            ChartPoint(
                day=row.run.as_of,
                verified=row.verified,
                claimed=row.claimed if with_claims else None,
                expected=row.expected,
            )
            for row in history
        ),
        start=commitment.plan.starts_on,
        due=commitment.due_on,
        target=status.target,
        low=status.forecast_low,
        mid=status.forecast_mid,
        high=status.forecast_high,
        in_percent=status.in_percent,
    )


def _claims(commitment: Commitment, inside: Q, division: str) -> list[Claim]:
    chosen = Q(division=division) if division else inside
    return list(
        Claim.objects.filter(chosen, commitment=commitment)
        .select_related("division", "milestone", "claimed_by", "confirmation__decided_by")
        .prefetch_related(Prefetch("evidence", ClaimEvidence.objects.select_related("file")))[
            :CLAIMS_SHOWN
        ]
    )


def _of(rows: Any, inside: Q, viewer: Viewer) -> list[Any]:
    return list(rows.filter(inside)) if viewer.is_internal else []


def _events(commitment: Commitment, viewer: Viewer) -> list[AuditEvent]:
    if not viewer.is_internal:
        return []
    rows = AuditEvent.objects.filter(subject_kind="commitment", subject_id=commitment.code)
    if not viewer.city:
        rows = rows.filter(division__in=sorted(viewer.divisions))
    return list(rows.order_by("-at", "-id")[:EVENTS_SHOWN])
