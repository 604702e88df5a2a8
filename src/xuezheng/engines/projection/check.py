"""A slow and obvious verifier of forecasts; it shares no step with the solver."""

from fractions import Fraction
from math import exp

from xuezheng.engines.projection.model import FigureKind, Forecast, ForecastInput, Method
from xuezheng.engines.projection.statistics import negative_binomial_log_chance
from xuezheng.engines.projection.trajectory import expected_share

_SLACK = 1e-6
_LARGEST_SUMMED = 3000
_JEFFREYS = 0.5


def forecast_faults(given: ForecastInput, forecast: Forecast) -> tuple[str, ...]:
    """List what is wrong with a forecast; nothing when it is sound."""
    if forecast.low is None or forecast.mid is None or forecast.high is None:
        return _faults_of_unknown(forecast)
    low, mid, high = forecast.low, forecast.mid, forecast.high
    faults = []
    if not low <= mid <= high:
        faults.append("the interval does not hold its middle")
    if given.kind is FigureKind.SHARE and not (low >= 0 and high <= 100):
        faults.append("a share lies outside 0 to 100")
    if given.upper_bound is not None and high > given.upper_bound:
        faults.append("the interval passes its bound")
    if forecast.points != len(given.history):
        faults.append("the number of points is wrong")
    if given.kind is FigureKind.COUNT:
        faults += _faults_of_count(given, low, high, forecast.method)
    return tuple(faults)


def _faults_of_unknown(forecast: Forecast) -> tuple[str, ...]:
    if forecast.method is not Method.TOO_LITTLE_DATA:
        return ("a method is named but there is no figure",)
    if any(end is not None for end in (forecast.low, forecast.mid, forecast.high)):
        return ("half an interval",)
    return ()


def _faults_of_count(
    given: ForecastInput, low: Fraction, high: Fraction, method: Method
) -> list[str]:
    present = max(given.history, key=lambda seen: seen.day).value
    bounded = given.upper_bound if given.upper_bound is not None else high
    faults = []
    if low < min(present, bounded):
        faults.append("a count falls below the present")
    if method is Method.NEGATIVE_BINOMIAL and high != given.upper_bound:
        share = _chance_between(given, present, low, high)
        if share is not None and share < float(given.coverage) - _SLACK:
            faults.append(f"the interval holds only {share:.3f}")
    return faults


def _chance_between(
    given: ForecastInput, present: Fraction, low: Fraction, high: Fraction
) -> float | None:
    """Add up, one by one, the chances of every count in the interval."""
    if high - present > _LARGEST_SUMMED:
        return None
    seen_way = float(expected_share(given.curve, day=given.as_of))
    shape = _JEFFREYS + max(0.0, float(present - given.baseline))
    counts = range(int(low - present), int(high - present) + 1)
    return sum(
        exp(negative_binomial_log_chance(count, shape=shape, success=seen_way)) for count in counts
    )
