"""Forecasts of the figure at the end of the period, each by a named method.

- Counts: a negative binomial in operational time. Arrivals follow the expected curve times an unknown pace; the pace
  has a gamma distribution after what was seen, so what is still to come is negative binomial. Where arrivals came in
  clumps, the interval is widened by the dispersion seen. The curve carries the seasons, so a school year scales itself.
- Shares: a straight line through the log-odds over time with Student's interval, so that 0 and 100 are never passed.
- Levels: the mean change a day, with the spread of the changes, carried to the end.
"""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from math import ceil, floor, sqrt

from xuezheng.engines.projection.model import (
    FigureKind,
    Forecast,
    ForecastInput,
    Method,
    Observation,
    StepDate,
)
from xuezheng.engines.projection.statistics import (
    expit,
    is_usable,
    logit,
    negative_binomial_quantile,
    student_quantile,
)
from xuezheng.engines.projection.trajectory import expected_share

# Jeffreys' prior for the rate of a Poisson process: as if half an arrival had been seen in no time.
PRIOR_SHAPE = 0.5
_DIGITS = 4
_LOWEST_SHARE_CASES = 1000


def forecast_year_end(given: ForecastInput) -> Forecast:
    """Forecast the figure on the last day of the curve from its history."""
    history = sorted(given.history, key=lambda seen: seen.day)
    if history and given.as_of >= given.curve.ends_on:
        last = history[-1].value
        return _known(given, Method.FINAL, last, last, last, len(history))
    if len(history) < given.least_points:
        return _unknown(given, len(history))
    match given.kind:
        case FigureKind.COUNT:
            return _forecast_count(given, history)
        case FigureKind.SHARE:
            return _forecast_share(given, history)
        case FigureKind.LEVEL:
            return _forecast_level(given, history)


def forecast_milestones(
    steps: Sequence[StepDate], *, as_of: date, end: date, coverage: Fraction, least_points: int
) -> Forecast:
    """Forecast the share of milestones done by the end, by carrying the delays seen over to those to come."""
    delays = sorted((step.done - step.due).days for step in steps if step.done is not None)
    open_steps = [step for step in steps if step.done is None]
    if len(delays) < least_points:
        return Forecast(
            method=Method.TOO_LITTLE_DATA,
            low=None,
            mid=None,
            high=None,
            points=len(delays),
            coverage=coverage,
        )
    ends = []
    for rank in (Fraction(1) - (1 - coverage) / 2, Fraction(1, 2), (1 - coverage) / 2):
        delay = delays[min(len(delays) - 1, floor(rank * len(delays)))]
        done = sum(
            max((end - step.due).days, 0) >= delay and _can_end(step, as_of, end, delay)
            for step in open_steps
        )
        ends.append(Fraction(100 * (len(delays) + done), len(steps)))
    return Forecast(
        method=Method.MILESTONE_SLIP,
        low=ends[0],
        mid=ends[1],
        high=ends[2],
        points=len(delays),
        coverage=coverage,
    )


def _can_end(step: StepDate, as_of: date, end: date, delay: int) -> bool:
    """Tell whether a step ends in time: what is overdue already waits as long again as it is late."""
    overdue = (as_of - step.due).days
    return overdue <= delay or (end - as_of).days >= overdue


def _forecast_count(given: ForecastInput, history: Sequence[Observation]) -> Forecast:
    present = history[-1].value
    seen_way = float(expected_share(given.curve, day=given.as_of))
    if seen_way <= 0:
        return _unknown(given, len(history))
    arrived = max(0.0, float(present - given.baseline))
    shape, success = (PRIOR_SHAPE + arrived), seen_way
    widen = sqrt(_dispersion(given, history))
    tail = float(1 - given.coverage) / 2
    quantiles = [
        negative_binomial_quantile(share, shape=shape, success=success)
        for share in (tail, 0.5, 1 - tail)
    ]
    low, mid, high = (quantiles[1] + (quantile - quantiles[1]) * widen for quantile in quantiles)
    low, high = max(0.0, low), max(high, mid)
    return _known(
        given,
        Method.NEGATIVE_BINOMIAL,
        present + floor(low),
        present + round(mid),
        present + ceil(high - 1e-9),
        len(history),
    )


def _dispersion(given: ForecastInput, history: Sequence[Observation]) -> float:
    """Give how much more the arrivals between figures vary than a Poisson process would; at least 1."""
    shares = [float(expected_share(given.curve, day=seen.day)) for seen in history]
    total_way = shares[-1]
    arrived = float(history[-1].value - given.baseline)
    if total_way <= 0 or arrived <= 0:
        return 1.0
    rate = arrived / total_way
    previous_value, previous_share, chi, pieces = given.baseline, 0.0, 0.0, 0
    for seen, share in zip(history, shares, strict=True):
        fitted = rate * (share - previous_share)
        if fitted > 0:
            chi += (float(seen.value - previous_value) - fitted) ** 2 / fitted
            pieces += 1
        previous_value, previous_share = seen.value, share
    return max(1.0, chi / (pieces - 1)) if pieces > 1 else 1.0


def _forecast_share(given: ForecastInput, history: Sequence[Observation]) -> Forecast:
    start = history[0].day
    days = [float((seen.day - start).days) for seen in history]
    odds = [_log_odds(seen) for seen in history]
    noise = _log_odds_variance(history[-1])
    ends = _line_interval(days, odds, float((given.curve.ends_on - start).days), given, noise=noise)
    if ends is None:
        return _unknown(given, len(history))
    low, mid, high = (_rounded(100 * expit(end)) for end in ends)
    return _known(given, Method.LOGIT_LINEAR, low, mid, high, len(history))


def _log_odds(seen: Observation) -> float:
    """Give the empirical log-odds, half a case added on either side so that 0 and 100 have one."""
    cases = seen.denominator or _LOWEST_SHARE_CASES
    share = min(max(float(seen.value) / 100, 0.0), 1.0)
    return logit((share * cases + 0.5) / (cases + 1))


def _log_odds_variance(seen: Observation) -> float:
    """Give the variance that a share of so many cases has in log-odds, so that a still history is not taken for certain."""
    cases = seen.denominator or _LOWEST_SHARE_CASES
    passed = min(max(float(seen.value) / 100, 0.0), 1.0) * cases
    return 1 / (passed + 0.5) + 1 / (cases - passed + 0.5)


def _forecast_level(given: ForecastInput, history: Sequence[Observation]) -> Forecast:
    start = history[0].day
    days = [float((seen.day - start).days) for seen in history]
    values = [float(seen.value) for seen in history]
    ends = _line_interval(days, values, float((given.curve.ends_on - start).days), given)
    if ends is None:
        return _unknown(given, len(history))
    low, mid, high = (_rounded(end) for end in ends)
    return _known(given, Method.EMPIRICAL_DRIFT, low, mid, high, len(history))


def _line_interval(
    xs: Sequence[float], ys: Sequence[float], at: float, given: ForecastInput, *, noise: float = 0.0
) -> tuple[float, float, float] | None:
    """Fit a line and give the interval for a further value; None when the points cannot carry one."""
    count = len(xs)
    freedom = count - 2
    mean_x, mean_y = sum(xs) / count, sum(ys) / count
    spread_x = sum((x - mean_x) ** 2 for x in xs)
    if freedom < 1 or spread_x <= 0:
        return None
    slope = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / spread_x
    middle = mean_y + slope * (at - mean_x)
    residual = sum((y - mean_y - slope * (x - mean_x)) ** 2 for x, y in zip(xs, ys, strict=True))
    error = sqrt(noise + residual / freedom * (1 + 1 / count + (at - mean_x) ** 2 / spread_x))
    reach = student_quantile(1 - float(1 - given.coverage) / 2, freedom=freedom) * error
    low, high = middle - reach, middle + reach
    return (low, middle, high) if is_usable(low, middle, high) else None


def _rounded(value: float) -> Fraction:
    return Fraction(round(value * 10**_DIGITS), 10**_DIGITS)


def _known(
    given: ForecastInput, method: Method, low: Fraction, mid: Fraction, high: Fraction, points: int
) -> Forecast:
    ceiling = given.upper_bound
    if ceiling is not None:
        low, mid, high = min(low, ceiling), min(mid, ceiling), min(high, ceiling)
    low, high = min(low, mid), max(mid, high)
    return Forecast(
        method=method, low=low, mid=mid, high=high, points=points, coverage=given.coverage
    )


def _unknown(given: ForecastInput, points: int) -> Forecast:
    return Forecast(
        method=Method.TOO_LITTLE_DATA,
        low=None,
        mid=None,
        high=None,
        points=points,
        coverage=given.coverage,
    )


def backtest(given: ForecastInput, *, actual: Fraction) -> tuple[tuple[date, Forecast, bool], ...]:
    """Forecast from each day of the history with what was known then, and tell whether the interval held the end.

    Returns:
        One entry a day of the history on which a forecast was possible: day, forecast, hit.
    """
    outcomes = []
    history = sorted(given.history, key=lambda seen: seen.day)
    for index, seen in enumerate(history):
        past = ForecastInput(
            kind=given.kind,
            history=tuple(history[: index + 1]),
            curve=given.curve,
            as_of=seen.day,
            baseline=given.baseline,
            coverage=given.coverage,
            least_points=given.least_points,
            upper_bound=given.upper_bound,
        )
        forecast = forecast_year_end(past)
        if forecast.low is not None and forecast.high is not None:
            outcomes.append((seen.day, forecast, forecast.low <= actual <= forecast.high))
    return tuple(outcomes)
