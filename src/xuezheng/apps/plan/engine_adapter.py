"""Turns rows of the plan into inputs of the projection engine, and its results into rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from xuezheng.apps.plan.models import (
    Commitment,
    CommitmentStatus,
    Direction,
    FigureSource,
    Plan,
    TargetBasis,
    Trajectory,
)
from xuezheng.engines import projection
from xuezheng.engines.projection import Curve, FigureKind, Forecast, Observation, StepDate

__all__ = [
    "PlanRules",
    "Standing",
    "StepDate",
    "curve_of",
    "decision_table",
    "holds_all_year",
    "status_of",
    "steps_done_percent",
    "steps_until",
]

_SIX = Decimal("0.000001")
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRules:
    """What the pack sets about lights, forecasts and curves."""

    thresholds: projection.LightThresholds
    coverage: Fraction
    least_points: int
    milestone_grace_days: int
    s_curve: tuple[tuple[Fraction, Fraction], ...]
    school_year: tuple[tuple[Fraction, Fraction], ...]

    @classmethod
    def of(cls, plan: Plan) -> "PlanRules":
        """Read them from the plan, where `load_plan` put the pack's parameters."""
        given = plan.parameters
        return cls(
            thresholds=projection.LightThresholds(
                on_pace=Fraction(given["on_pace"]), far_behind=Fraction(given["far_behind"])
            ),
            coverage=Fraction(given["coverage"]),
            least_points=int(given["least_points"]),
            milestone_grace_days=int(given["milestone_grace_days"]),
            s_curve=_points(given["s_curve"]),
            school_year=_points(given["school_year"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of one commitment, for the city or one division, on the day of a run."""

    commitment: Commitment
    division_code: str | None
    target: Decimal | None
    verified: Decimal | None
    source: FigureSource
    claimed: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    history: tuple[tuple[date, Decimal, Decimal | None], ...]
    milestones: tuple[StepDate, ...]
    updated_on: date | None


def curve_of(
    commitment: Commitment, *, rules: PlanRules, plan: Plan, milestones: Sequence[StepDate]
) -> Curve:
    """Make the expected way of a commitment from the start of the plan to its due date."""
    start, end = plan.starts_on, commitment.due_on
    match commitment.trajectory:
        case Trajectory.S_CURVE:
            return projection.curve_through(start=start, end=end, points=rules.s_curve)
        case Trajectory.SCHOOL_YEAR:
            return projection.curve_through(start=start, end=end, points=rules.school_year)
        case Trajectory.MILESTONES if milestones:
            days = sorted({step.due for step in milestones})
            shares = [(day, projection.milestone_share(milestones, day=day)) for day in days]
            return projection.stepped_curve(start=start, end=end, shares=shares)
        case _:
            return projection.linear_curve(start=start, end=end)


def status_of(standing: Standing, *, as_of: date, rules: PlanRules, plan: Plan) -> CommitmentStatus:
    """Judge one standing: expected by now, forecast, light with its rule and numbers. Not saved, run not set."""
    commitment = standing.commitment
    by_steps = standing.source is FigureSource.MILESTONES
    target = Fraction(100) if by_steps else _fraction(standing.target)
    baseline = Fraction(0) if by_steps else _baseline(standing)
    curve = curve_of(commitment, rules=rules, plan=plan, milestones=standing.milestones)
    expected = _expected(
        standing, curve=curve, as_of=as_of, baseline=baseline, target=target, rules=rules
    )
    forecast = _forecast(standing, curve=curve, as_of=as_of, baseline=baseline, rules=rules)
    given = projection.LightInput(
        verified=_fraction(standing.verified),
        target=target,
        baseline=baseline,
        expected=expected,
        falls=commitment.direction == Direction.DOWN,
        as_of=as_of,
        due=commitment.due_on,
        forecast=forecast,
        thresholds=rules.thresholds,
    )
    result = projection.light_for(given)
    reason = projection.explain_light(given, result)
    return CommitmentStatus(
        commitment=commitment,
        division_id=standing.division_code,
        light=result.light.value,
        rule=result.rule,
        source=standing.source,
        target=_decimal(target),
        baseline=_decimal(baseline),
        verified=standing.verified,
        claimed=standing.claimed,
        expected=_decimal(expected),
        forecast_low=_decimal(forecast.low),
        forecast_mid=_decimal(forecast.mid),
        forecast_high=_decimal(forecast.high),
        forecast_method=forecast.method.value,
        numerator=standing.numerator,
        denominator=standing.denominator,
        facts=dict(reason.facts) | {"points": str(forecast.points)},
        updated_on=standing.updated_on,
    )


def _expected(
    standing: Standing,
    *,
    curve: Curve,
    as_of: date,
    baseline: Fraction,
    target: Fraction | None,
    rules: PlanRules,
) -> Fraction | None:
    if target is None:
        return None
    if standing.source is FigureSource.MILESTONES:
        grace = timedelta(days=rules.milestone_grace_days)
        return 100 * projection.milestone_share(standing.milestones, day=as_of - grace)
    if holds_all_year(standing.commitment):
        return target
    return projection.expected_value(curve, day=as_of, baseline=baseline, target=target)


def holds_all_year(commitment: Commitment) -> bool:
    """Tell whether the target is a state to be kept all year rather than a way to go.

    A share without a baseline has no way that could be drawn: every school should comply today.
    """
    return commitment.is_share and commitment.baseline is None


def _baseline(standing: Standing) -> Fraction:
    """Give where the way begins: the pack's baseline; for what must fall, the first published figure; else nothing."""
    if standing.commitment.baseline is not None:
        return Fraction(standing.commitment.baseline)
    falls = (
        standing.commitment.direction == Direction.DOWN
        and standing.commitment.basis != TargetBasis.CHANGE
    )
    first = min(standing.history, key=lambda point: point[0], default=None)
    return Fraction(first[1]) if falls and first is not None else Fraction(0)


def _forecast(
    standing: Standing, *, curve: Curve, as_of: date, baseline: Fraction, rules: PlanRules
) -> Forecast:
    if standing.source is FigureSource.MILESTONES:
        return projection.forecast_milestones(
            standing.milestones,
            as_of=as_of,
            end=standing.commitment.due_on,
            coverage=rules.coverage,
            least_points=rules.least_points,
        )
    return projection.forecast_year_end(
        projection.ForecastInput(
            kind=_kind(standing),
            history=tuple(
                Observation(
                    day=day, value=Fraction(value), denominator=int(cases) if cases else None
                )
                for day, value, cases in standing.history
            ),
            curve=curve,
            as_of=as_of,
            baseline=baseline,
            coverage=rules.coverage,
            least_points=rules.least_points,
        )
    )


def _kind(standing: Standing) -> FigureKind:
    commitment = standing.commitment
    if commitment.is_share:
        return FigureKind.SHARE
    values = [value for _, value, _ in standing.history]
    whole = all(value == value.to_integral_value() for value in values)
    rises = all(later >= earlier for earlier, later in pairwise(values))
    if commitment.direction == Direction.UP and whole and rises and not holds_all_year(commitment):
        return FigureKind.COUNT
    return FigureKind.LEVEL


def steps_done_percent(milestones: Sequence[StepDate]) -> Decimal:
    """Give the share of milestones done, in percent."""
    done = sum(step.done is not None for step in milestones)
    return (_HUNDRED * done / len(milestones)).quantize(_SIX)


def steps_until(milestones: Sequence[StepDate], *, day: date) -> tuple[StepDate, ...]:
    """Give the milestones as they stood on a day: what was done later is still open."""
    return tuple(
        StepDate(due=step.due, done=step.done if step.done and step.done <= day else None)
        for step in milestones
    )


def decision_table() -> Mapping[tuple[str, str], str]:
    """Give the decision table of the lights, to be printed: pace and outlook to light."""
    return {
        (pace.value, outlook.value): light.value
        for (pace, outlook), light in projection.DECISION_TABLE.items()
    }


def _points(pairs: Sequence[Sequence[str]]) -> tuple[tuple[Fraction, Fraction], ...]:
    return tuple((Fraction(time), Fraction(share)) for time, share in pairs)


def _fraction(value: Decimal | None) -> Fraction | None:
    return None if value is None else Fraction(value)


def _decimal(value: Fraction | None) -> Decimal | None:
    return (
        None
        if value is None
        else (Decimal(value.numerator) / Decimal(value.denominator)).quantize(_SIX)
    )
