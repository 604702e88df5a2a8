"""Forecasts and expected ways on examples that can be checked by hand."""

from datetime import date
from fractions import Fraction

import pytest

from xuezheng.engines.projection import (
    FigureKind,
    ForecastInput,
    Method,
    Observation,
    StepDate,
    backtest,
    expected_share,
    forecast_milestones,
    forecast_year_end,
    linear_curve,
    s_curve,
    stepped_curve,
)
from xuezheng.engines.projection.model import ProjectionInputWrong

YEAR = linear_curve(start=date(2023, 1, 1), end=date(2023, 12, 31))


def _history(*values: tuple[int, int]) -> tuple[Observation, ...]:
    ends = {3: 31, 6: 30, 9: 30}
    return tuple(
        Observation(day=date(2023, month, ends[month]), value=Fraction(value))
        for month, value in values
    )


def test_an_even_pace_leads_to_the_whole() -> None:
    """Three quarters of 100 by September lead to about 100 by December."""
    history = _history((3, 25), (6, 50), (9, 75))
    given = ForecastInput(
        kind=FigureKind.COUNT, history=history, curve=YEAR, as_of=date(2023, 9, 30)
    )
    forecast = forecast_year_end(given)
    assert forecast.method is Method.NEGATIVE_BINOMIAL
    assert 98 <= forecast.mid <= 102
    assert forecast.low < 100 < forecast.high


def test_a_school_year_scales_by_its_season() -> None:
    """Where the curve puts most after 1 September, little in June is no reason to expect little in December."""
    curve = stepped_curve(
        start=date(2023, 1, 1),
        end=date(2023, 12, 31),
        shares=[(date(2023, 8, 31), Fraction(1, 10)), (date(2023, 9, 30), Fraction(9, 10))],
    )
    history = _history((3, 1), (6, 4))
    given = ForecastInput(
        kind=FigureKind.COUNT, history=history, curve=curve, as_of=date(2023, 6, 30), least_points=2
    )
    seasonal, even = (
        forecast_year_end(given),
        forecast_year_end(
            ForecastInput(
                kind=FigureKind.COUNT,
                history=history,
                curve=YEAR,
                as_of=date(2023, 6, 30),
                least_points=2,
            )
        ),
    )
    assert seasonal.mid > 3 * even.mid


def test_the_last_day_is_a_fact() -> None:
    """At the end of the period there is nothing left to forecast."""
    history = (*_history((3, 25), (6, 50)), Observation(day=date(2023, 12, 31), value=Fraction(80)))
    given = ForecastInput(
        kind=FigureKind.COUNT, history=history, curve=YEAR, as_of=date(2023, 12, 31)
    )
    forecast = forecast_year_end(given)
    assert (forecast.method, forecast.low, forecast.high) == (Method.FINAL, 80, 80)


def test_a_share_that_never_moved_is_not_certain() -> None:
    """A still history of few cases keeps an interval of some width."""
    history = tuple(
        Observation(day=date(2023, month, 1), value=Fraction(90), denominator=20)
        for month in (3, 5, 7)
    )
    given = ForecastInput(
        kind=FigureKind.SHARE, history=history, curve=YEAR, as_of=date(2023, 7, 1)
    )
    forecast = forecast_year_end(given)
    assert forecast.high - forecast.low > 5


def test_milestones_carry_their_delays_on() -> None:
    """Steps that came 60 days late leave no room for one due in December."""
    steps = [
        StepDate(due=date(2023, 2, 1), done=date(2023, 4, 2)),
        StepDate(due=date(2023, 4, 1), done=date(2023, 5, 31)),
        StepDate(due=date(2023, 6, 1), done=date(2023, 7, 31)),
        StepDate(due=date(2023, 12, 15)),
    ]
    forecast = forecast_milestones(
        steps,
        as_of=date(2023, 9, 30),
        end=date(2023, 12, 31),
        coverage=Fraction(4, 5),
        least_points=3,
    )
    assert (forecast.method, forecast.mid) == (Method.MILESTONE_SLIP, 75)


def test_the_backtest_tells_hits_from_misses() -> None:
    """Each day with enough history gives one forecast, judged against what came."""
    history = _history((3, 25), (6, 50), (9, 75))
    given = ForecastInput(
        kind=FigureKind.COUNT, history=history, curve=YEAR, as_of=date(2023, 9, 30), least_points=2
    )
    assert [hit for _, _, hit in backtest(given, actual=Fraction(100))] == [True, True]
    assert [hit for _, _, hit in backtest(given, actual=Fraction(500))] == [False, False]


@pytest.mark.parametrize(
    ("day", "share"), [(date(2022, 12, 31), 0), (date(2023, 12, 31), 1), (date(2024, 5, 1), 1)]
)
def test_a_curve_is_flat_outside_its_period(day: date, share: int) -> None:
    """Before the start nothing is expected, after the end all."""
    assert expected_share(YEAR, day=day) == share


def test_an_s_curve_is_slow_at_both_ends() -> None:
    """A quarter of the time brings less than a quarter of the way, half brings half."""
    curve = s_curve(start=date(2023, 1, 1), end=date(2023, 12, 31))
    assert expected_share(curve, day=date(2023, 4, 1)) < Fraction(1, 5)
    assert abs(expected_share(curve, day=date(2023, 7, 2)) - Fraction(1, 2)) < Fraction(1, 50)


def test_two_figures_on_one_day_are_refused() -> None:
    """Which of the two would count?"""
    twice = (*_history((3, 1)), *_history((3, 2)))
    with pytest.raises(ProjectionInputWrong):
        ForecastInput(kind=FigureKind.COUNT, history=twice, curve=YEAR, as_of=date(2023, 6, 30))
