"""What is known of every commitment on the day of a run, read in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from xuezheng.apps.plan.models import (
    AllocationShare,
    Claim,
    ClaimState,
    Commitment,
    CommitmentStatus,
    IndicatorResult,
    IndicatorRun,
    Level,
    Milestone,
)

Key = tuple[int, str | None]
Point = tuple[date, Decimal, Decimal | None]


@dataclass(slots=True, kw_only=True)
class PlanRecords:
    """Rows by commitment and division; the division None stands for the city."""

    commitments: Sequence[Commitment]
    results: dict[tuple[str, str | None], IndicatorResult] = field(default_factory=dict)
    shares: dict[int, dict[str, Decimal]] = field(default_factory=dict)
    claimed: dict[Key, tuple[date, Decimal]] = field(default_factory=dict)
    confirmed: dict[Key, tuple[date, Decimal]] = field(default_factory=dict)
    history: dict[Key, list[Point]] = field(default_factory=dict)
    milestones: dict[int, list[Milestone]] = field(default_factory=dict)


def read_records(
    run: IndicatorRun, *, commitments: Iterable[Commitment] | None = None
) -> PlanRecords:
    """Read all that the statuses of a run are computed from; of some commitments only, if they are given."""
    chosen = list(commitments) if commitments is not None else list(run.plan.commitments.all())
    records = PlanRecords(commitments=chosen)
    codes = {commitment.indicator for commitment in chosen if commitment.indicator}
    for result in IndicatorResult.objects.filter(
        run=run, indicator__in=codes, is_official=True, level__in=(Level.CITY, Level.DIVISION)
    ):
        unit = None if result.level == Level.CITY else result.unit_code
        records.results[result.indicator, unit] = result
    _read_shares(records)
    _read_claims(records, run.as_of)
    _read_history(records, run)
    for milestone in Milestone.objects.filter(commitment__in=chosen):
        records.milestones.setdefault(milestone.commitment_id, []).append(milestone)
    return records


def _read_shares(records: PlanRecords) -> None:
    rows = AllocationShare.objects.filter(
        version__is_current=True, version__commitment__in=records.commitments
    ).values_list("version__commitment_id", "division_id", "value")
    for commitment_id, division, value in rows:
        records.shares.setdefault(commitment_id, {})[division] = value


def _read_claims(records: PlanRecords, as_of: date) -> None:
    rows = (
        Claim.objects.filter(
            commitment__in=records.commitments, value__isnull=False, as_of__lte=as_of
        )
        .exclude(state=ClaimState.RETURNED)
        .order_by("as_of", "id")
        .values_list("commitment_id", "division_id", "state", "as_of", "value")
    )
    for commitment_id, division, state, day, value in rows:
        if value is None:
            continue
        records.claimed[commitment_id, division] = (day, value)
        if state == ClaimState.CONFIRMED:
            records.confirmed[commitment_id, division] = (day, value)
    for known in (records.claimed, records.confirmed):
        _add_up_divisions(known, records.commitments)


def _add_up_divisions(
    known: dict[Key, tuple[date, Decimal]], commitments: Sequence[Commitment]
) -> None:
    """Where divisions report and the city does not, the city's figure is their sum; shares are never added."""
    summable = {commitment.pk for commitment in commitments if not commitment.is_share}
    parts: dict[int, list[tuple[date, Decimal]]] = defaultdict(list)
    for (commitment_id, division), entry in known.items():
        if division is not None and commitment_id in summable:
            parts[commitment_id].append(entry)
    for commitment_id, entries in parts.items():
        if (commitment_id, None) not in known:
            total = sum((value for _, value in entries), Decimal(0))
            known[commitment_id, None] = (max(day for day, _ in entries), total)


def _read_history(records: PlanRecords, run: IndicatorRun) -> None:
    """Take the figures of earlier days; of several runs on one day the last published counts."""
    rows = (
        CommitmentStatus.objects.filter(
            run__plan=run.plan_id,
            run__as_of__lt=run.as_of,
            commitment__in=records.commitments,
            verified__isnull=False,
        )
        .order_by("run__as_of", "run_id")
        .values_list("commitment_id", "division_id", "run__as_of", "verified", "denominator")
    )
    by_day: dict[Key, dict[date, Point]] = defaultdict(dict)
    for commitment_id, division, day, verified, denominator in rows:
        if verified is None:
            continue
        by_day[commitment_id, division][day] = (day, verified, denominator)
    records.history = {key: list(points.values()) for key, points in by_day.items()}
