"""Reasons as data: why this light, why this forecast. Sentences are made at the edge."""

from dataclasses import dataclass
from fractions import Fraction

from xuezheng.engines.projection.light import way_done
from xuezheng.engines.projection.model import Forecast, LightInput, LightResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A key of a sentence and the numbers that fill it."""

    key: str
    facts: tuple[tuple[str, str], ...]


def explain_light(given: LightInput, result: LightResult) -> Reason:
    """Give the row that applied and every number that the judgement looked at."""
    facts = {
        "verified": given.verified,
        "target": given.target,
        "baseline": given.baseline,
        "expected": given.expected,
        "way_done": way_done(given),
        "on_pace": given.thresholds.on_pace,
        "far_behind": given.thresholds.far_behind,
        "forecast_low": given.forecast.low if given.forecast else None,
        "forecast_high": given.forecast.high if given.forecast else None,
    }
    numbers = {name: _plain(value) for name, value in facts.items() if value is not None}
    texts = {"as_of": given.as_of.isoformat(), "due": given.due.isoformat()}
    judged = {"pace": result.pace.value, "outlook": result.outlook.value}
    return Reason(key=result.rule, facts=tuple((numbers | texts | judged).items()))


def explain_forecast(forecast: Forecast) -> Reason:
    """Give the method, how many points it rests on and the coverage of its interval."""
    return Reason(
        key=forecast.method.value,
        facts=(("points", str(forecast.points)), ("coverage", _plain(forecast.coverage))),
    )


def _plain(value: Fraction) -> str:
    """Write a fraction as a decimal number of at most six places."""
    return f"{float(round(value, 6)):f}".rstrip("0").rstrip(".")
