"""Everything about one commitment, part by part, in a fixed number of queries, as far as a viewer sees it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce

from xuezheng.apps.plan.models import (
    AllocationShare,
    AllocationVersion,
    ChangeOrder,
    Claim,
    ClaimEvidence,
    ClaimState,
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
# The parts of the page; each is read only when it is looked at.
FIGURES, REPORTS, STEERING = "figures", "reports", "steering"
TABS = (FIGURES, REPORTS, STEERING)


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
class Counts:
    """How much stands on the parts of the page that are not read."""

    reports: int
    waiting: int
    steering: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentRecord:
    """A commitment's page: what stands at its head, and the part that is looked at; the others are empty."""

    status: CommitmentStatus
    request: ClosingRequest | None
    counts: Counts
    readings: Sequence[ReadingLine] = ()
    lines: Sequence[DivisionLine] = ()
    versions: Sequence[AllocationVersion] = ()
    chart: ChartInput | None = None
    history: Sequence[CommitmentStatus] = ()
    milestones: Sequence[Milestone] = ()
    claims: Sequence[Claim] = ()
    ledger: Sequence[LedgerEntry] = ()
    risks: Sequence[Risk] = ()
    changes: Sequence[ChangeOrder] = ()
    notices: Sequence[SupervisionNotice] = ()
    events: Sequence[AuditEvent] = ()


def read_commitment(
    commitment: Commitment,
    *,
    run: IndicatorRun | None,
    division: str,
    divisions: Mapping[str, Any],
    viewer: Viewer,
    tab: str = FIGURES,
) -> CommitmentRecord:
    """Read one part of a commitment's page: for the city, or, with a division, for that division."""
    rows = _statuses(commitment, run, division)
    current = {row.division_id: row for row in rows if run is not None and row.run_id == run.pk}
    status = current.get(division or None) or empty_status(commitment)
    inside = Q() if viewer.city else Q(division__in=sorted(viewer.divisions))
    if tab == REPORTS:
        parts = _reports(commitment, inside, division, viewer)
    elif tab == STEERING and viewer.is_internal:
        parts = _steering(commitment, inside, viewer)
    else:
        history = _by_day(row for row in rows if row.division_id == (division or None))
        parts = _figures(commitment, run, division, divisions, viewer, current) | {
            "history": history,
            "chart": chart_of(commitment, status, history, with_claims=viewer.is_internal),
        }
    return CommitmentRecord(
        status=status,
        request=getattr(commitment, "closing_request", None),
        counts=_counts(commitment, inside, division, viewer),
        **parts,
    )


def _statuses(
    commitment: Commitment, run: IndicatorRun | None, division: str
) -> list[CommitmentStatus]:
    """Give the current statuses of the city and all divisions, and all earlier ones of the place looked at."""
    if run is None:
        return []
    rows = list(
        CommitmentStatus.objects.filter(
            Q(run=run) | Q(division=division or None), commitment=commitment
        )
        .select_related("run__snapshot")
        .order_by("run__as_of", "run_id")
    )
    for row in rows:
        row.commitment = commitment
    return rows


def _by_day(rows: Iterable[CommitmentStatus]) -> list[CommitmentStatus]:
    return list({row.run.as_of: row for row in rows}.values())


def _figures(
    commitment: Commitment,
    run: IndicatorRun | None,
    division: str,
    divisions: Mapping[str, Any],
    viewer: Viewer,
    current: Mapping[str | None, CommitmentStatus],
) -> dict[str, Any]:
    versions, shares = _allocation(commitment)
    return {
        "readings": _readings(commitment, run, division),
        "lines": [
            DivisionLine(division=one, share=shares.get(code), status=current.get(code))
            for code, one in divisions.items()
            if viewer.sees(code) and (code in shares or code in current)
        ],
        "versions": versions if viewer.is_internal else [],
        "milestones": list(commitment.milestones.all()),
    }


def _allocation(
    commitment: Commitment,
) -> tuple[list[AllocationVersion], dict[str, Decimal]]:
    """Give the versions of the allocation, the newest first, and the shares of that one."""
    rows = (
        AllocationShare.objects.filter(version__commitment=commitment)
        .select_related("version__changed_by")
        .order_by("-version__number")
    )
    versions: dict[int, AllocationVersion] = {}
    shares = {}
    for row in rows:
        versions.setdefault(row.version_id, row.version)
        if len(versions) == 1:
            shares[row.division_id] = row.value
    return list(versions.values()), shares


def _reports(commitment: Commitment, inside: Q, division: str, viewer: Viewer) -> dict[str, Any]:
    ledger = LedgerEntry.objects.filter(commitment=commitment).select_related(
        "requested_by", "checked_by", "run"
    )
    claims = _claims(commitment, inside, division) if viewer.is_internal else []
    return {"claims": claims, "ledger": list(ledger)}


def _steering(commitment: Commitment, inside: Q, viewer: Viewer) -> dict[str, Any]:
    risks = Risk.objects.filter(inside, commitment=commitment).select_related(
        "raised_by", "division"
    )
    orders = ChangeOrder.objects.filter(commitment=commitment).select_related(
        "proposed_by", "decided_by"
    )
    notices = SupervisionNotice.objects.filter(inside, commitment=commitment).select_related(
        "unit", "division", "replied_by"
    )
    return {
        "risks": list(risks),
        "changes": list(orders) if viewer.city else [],
        "notices": list(notices),
        "events": _events(commitment, viewer),
    }


def _counts(commitment: Commitment, inside: Q, division: str, viewer: Viewer) -> Counts:
    """Count in one query what the parts hold, as far as the viewer sees it."""
    if not viewer.is_internal:
        return Counts(reports=0, waiting=0, steering=0)
    claims = Claim.objects.filter(Q(division=division) if division else inside)
    waiting = claims.filter(state=ClaimState.SUBMITTED)
    found = (
        Commitment.objects.filter(pk=commitment.pk)
        .annotate(
            claims_count=_count_of(claims),
            waiting_count=_count_of(waiting),
            risks_count=_count_of(Risk.objects.filter(inside)),
            notices_count=_count_of(SupervisionNotice.objects.filter(inside)),
            changes_count=_count_of(ChangeOrder.objects.all()),
        )
        .values("claims_count", "waiting_count", "risks_count", "notices_count", "changes_count")
        .get()
    )
    steering = found["risks_count"] + found["notices_count"]
    return Counts(
        reports=found["claims_count"],
        waiting=found["waiting_count"],
        steering=steering + (found["changes_count"] if viewer.city else 0),
    )


def _count_of(rows: Any) -> Coalesce:
    counted = (
        rows.filter(commitment=OuterRef("pk"))
        .order_by()
        .values("commitment")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return Coalesce(Subquery(counted), 0)


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


def _events(commitment: Commitment, viewer: Viewer) -> list[AuditEvent]:
    rows = AuditEvent.objects.filter(subject_kind="commitment", subject_id=commitment.code)
    if not viewer.city:
        rows = rows.filter(division__in=sorted(viewer.divisions))
    return list(rows.order_by("-at", "-id")[:EVENTS_SHOWN])
