"""Computing where every commitment stands at a run, for the city and each division."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db import transaction

from xuezheng.apps.plan.engine_adapter import (
    PlanRules,
    Standing,
    StepDate,
    status_of,
    steps_done_percent,
    steps_until,
)
from xuezheng.apps.plan.models import (
    Commitment,
    CommitmentStatus,
    Direction,
    FigureSource,
    IndicatorRun,
    Milestone,
)
from xuezheng.apps.plan.selectors.current import current_run
from xuezheng.apps.plan.selectors.standing import PlanRecords, read_records
from xuezheng.apps.registry.models import Division


def compute_statuses(
    run: IndicatorRun, *, commitments: Iterable[Commitment] | None = None
) -> list[CommitmentStatus]:
    """Compute the statuses of a run; nothing is saved."""
    rules = PlanRules.of(run.plan)
    records = read_records(run, commitments=commitments)
    divisions = list(Division.objects.exclude(kind="city").values_list("code", flat=True))
    statuses = []
    for commitment in records.commitments:
        for unit in (None, *divisions):
            standing = _standing(records, commitment, unit, run)
            if standing is None:
                continue
            status = status_of(standing, as_of=run.as_of, rules=rules, plan=run.plan)
            status.run = run
            statuses.append(status)
    return statuses


@transaction.atomic
def recompute_statuses(run: IndicatorRun) -> None:
    """Compute all statuses of a run again."""
    fresh = compute_statuses(run)
    CommitmentStatus.objects.filter(run=run).delete()
    CommitmentStatus.objects.bulk_create(fresh, batch_size=1000)


@transaction.atomic
def refresh_statuses(commitment: Commitment) -> None:
    """Compute the statuses of one commitment at the current run again, after a report or decision about it."""
    run = current_run(commitment.plan)
    if run is None:
        return
    fresh = compute_statuses(run, commitments=[commitment])
    CommitmentStatus.objects.filter(run=run, commitment=commitment).delete()
    CommitmentStatus.objects.bulk_create(fresh)


def _standing(
    records: PlanRecords, commitment: Commitment, unit: str | None, run: IndicatorRun
) -> Standing | None:
    key = (commitment.pk, unit)
    # Where the plan gives no figure, milestones decide; an indicator is then shown beside them, not judged.
    computed = bool(commitment.indicator) and commitment.target is not None
    result = records.results.get((commitment.indicator, unit)) if computed else None
    claimed, confirmed = records.claimed.get(key), records.confirmed.get(key)
    steps = _steps(records.milestones.get(commitment.pk, []), run)
    target = _target(records, commitment, unit)
    numerator = denominator = verified = None
    source, updated = FigureSource.NONE, claimed[0] if claimed else None
    if computed:
        if result is not None and result.value is not None:
            verified, numerator, denominator = result.value, result.numerator, result.denominator
            source, updated = FigureSource.INDICATOR, run.as_of
    elif confirmed is not None:
        source, verified = FigureSource.CONFIRMED, confirmed[1]
    elif commitment.target is None and steps and unit is None:
        source, verified = FigureSource.MILESTONES, steps_done_percent(steps)
        numerator, denominator = (
            Decimal(sum(step.done is not None for step in steps)),
            Decimal(len(steps)),
        )
        updated = _last_step_day(records.milestones[commitment.pk], run)
    if unit is not None and _has_no_part(
        commitment,
        target=target,
        verified=verified,
        has_claim=claimed is not None,
        has_result=result is not None,
    ):
        return None
    is_steps = source is FigureSource.MILESTONES
    history = list(records.history.get(key, []))
    if verified is not None:
        history.append((run.as_of, verified, denominator))
    return Standing(
        commitment=commitment,
        division_code=unit,
        target=target,
        verified=verified,
        source=source,
        claimed=_claimed_percent(records.milestones[commitment.pk], run)
        if is_steps
        else claimed[1]
        if claimed
        else None,
        numerator=numerator,
        denominator=denominator,
        history=tuple(history),
        milestones=steps,
        updated_on=updated,
    )


def _has_no_part(
    commitment: Commitment,
    *,
    target: Decimal | None,
    verified: Decimal | None,
    has_claim: bool,
    has_result: bool,
) -> bool:
    """Tell whether a division neither has a share nor did anything for a commitment."""
    if target is None:
        return not (has_result or has_claim)
    return not target and not verified and not has_claim and commitment.direction == Direction.UP


def _target(records: PlanRecords, commitment: Commitment, unit: str | None) -> Decimal | None:
    """Give the city's target, a division's allocated part, or, for a share, the same target for all."""
    if unit is None:
        return commitment.target
    shares = records.shares.get(commitment.pk)
    if shares is not None:
        return shares.get(unit)
    # A share holds for every division alike, and so does "none at all".
    holds_everywhere = commitment.is_share or commitment.target == 0
    has_results = commitment.indicator and (commitment.indicator, unit) in records.results
    return commitment.target if holds_everywhere and has_results else None


def _steps(milestones: Iterable[Milestone], run: IndicatorRun) -> tuple[StepDate, ...]:
    steps = [StepDate(due=milestone.due_on, done=milestone.done_on) for milestone in milestones]
    return steps_until(steps, day=run.as_of)


def _last_step_day(milestones: Iterable[Milestone], run: IndicatorRun) -> date | None:
    days = [step.done_on for step in milestones if step.done_on and step.done_on <= run.as_of]
    return max(days, default=None)


def _claimed_percent(milestones: Iterable[Milestone], run: IndicatorRun) -> Decimal:
    claimed = [
        StepDate(due=step.due_on, done=step.claimed_on or step.done_on) for step in milestones
    ]
    return steps_done_percent(steps_until(claimed, day=run.as_of))
