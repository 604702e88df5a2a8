"""Forecasts keep their promises for any history."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from xuezheng.engines.projection import (
    FigureKind,
    ForecastInput,
    Method,
    Observation,
    forecast_faults,
    forecast_year_end,
    linear_curve,
    s_curve,
)

_START, _END = date(2023, 1, 1), date(2023, 12, 31)
_CURVES = (linear_curve(start=_START, end=_END), s_curve(start=_START, end=_END))
_days = st.lists(st.integers(0, 363), min_size=0, max_size=12, unique=True)


@st.composite
def count_inputs(draw: st.DrawFn) -> ForecastInput:
    """Histories of counts that never fall."""
    days = sorted(draw(_days))
    steps = draw(st.lists(st.integers(0, 60), min_size=len(days), max_size=len(days)))
    values = [sum(steps[: index + 1]) for index in range(len(days))]
    history = tuple(
        Observation(day=_START + timedelta(days=day), value=Fraction(value))
        for day, value in zip(days, values, strict=True)
    )
    as_of = max((seen.day for seen in history), default=_START)
    return ForecastInput(
        kind=FigureKind.COUNT, history=history, curve=draw(st.sampled_from(_CURVES)), as_of=as_of
    )


@st.composite
def share_inputs(draw: st.DrawFn) -> ForecastInput:
    """Histories of shares in percent."""
    days = sorted(draw(_days))
    history = tuple(
        Observation(
            day=_START + timedelta(days=day),
            value=Fraction(draw(st.integers(0, 1000)), 10),
            denominator=draw(st.integers(1, 5000)),
        )
        for day in days
    )
    as_of = max((seen.day for seen in history), default=_START)
    return ForecastInput(kind=FigureKind.SHARE, history=history, curve=_CURVES[0], as_of=as_of)


@given(count_inputs())
def test_check_accepts_every_forecast_of_a_count(given_: ForecastInput) -> None:
    """The independent checker finds no fault, and no count falls below the present."""
    forecast = forecast_year_end(given_)
    assert forecast_faults(given_, forecast) == ()
    if forecast.low is not None:
        assert forecast.low >= max(seen.value for seen in given_.history)


@given(share_inputs())
def test_check_accepts_every_forecast_of_a_share(given_: ForecastInput) -> None:
    """A share stays between 0 and 100."""
    assert forecast_faults(given_, forecast_year_end(given_)) == ()


@given(count_inputs(), st.randoms(use_true_random=False))
def test_the_order_of_the_history_does_not_matter(given_: ForecastInput, random: object) -> None:
    """Any order of the same figures gives the same forecast."""
    shuffled = list(given_.history)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis types randoms as object-like
    other = ForecastInput(
        kind=given_.kind, history=tuple(shuffled), curve=given_.curve, as_of=given_.as_of
    )
    assert forecast_year_end(other) == forecast_year_end(given_)


@given(count_inputs())
def test_few_points_give_no_forecast(given_: ForecastInput) -> None:
    """With fewer points than asked for, the forecast says so instead of guessing."""
    forecast = forecast_year_end(given_)
    too_few = len(given_.history) < given_.least_points
    assert (forecast.method is Method.TOO_LITTLE_DATA) >= too_few


@given(st.integers(0, 400), st.sampled_from(_CURVES))
def test_a_wider_coverage_never_narrows_the_interval(value: int, curve: object) -> None:
    """An interval of 95 % holds the one of 50 %."""
    days = (date(2023, 3, 31), date(2023, 6, 30), date(2023, 9, 30))
    history = tuple(
        Observation(day=day, value=Fraction(value * part // 3))
        for part, day in enumerate(days, start=1)
    )
    ends = [
        forecast_year_end(
            ForecastInput(
                kind=FigureKind.COUNT,
                history=history,
                curve=curve,
                as_of=days[-1],
                coverage=coverage,
            )
        )
        for coverage in (Fraction(1, 2), Fraction(95, 100))
    ]
    assert ends[1].low <= ends[0].low
    assert ends[1].high >= ends[0].high
