"""The light of a commitment: one decision table over two judgements.

Three rows come first and settle the matter: no verified figure, target reached, due date passed. Otherwise the pace
(verified against expected by now) and the outlook (forecast interval against target) choose a cell.
"""

from fractions import Fraction
from types import MappingProxyType

from xuezheng.engines.projection.model import (
    Forecast,
    Light,
    LightInput,
    LightResult,
    LightThresholds,
    Outlook,
    Pace,
)

FIRST_ROWS = ("no_figure", "target_reached", "due_passed")

DECISION_TABLE = MappingProxyType(
    {
        (Pace.AHEAD, Outlook.REACHES): Light.ON_TRACK,
        (Pace.AHEAD, Outlook.MAY_REACH): Light.ON_TRACK,
        (Pace.AHEAD, Outlook.MISSES): Light.AT_RISK,
        (Pace.AHEAD, Outlook.UNKNOWN): Light.ON_TRACK,
        (Pace.BEHIND, Outlook.REACHES): Light.ON_TRACK,
        (Pace.BEHIND, Outlook.MAY_REACH): Light.AT_RISK,
        (Pace.BEHIND, Outlook.MISSES): Light.AT_RISK,
        (Pace.BEHIND, Outlook.UNKNOWN): Light.AT_RISK,
        (Pace.FAR_BEHIND, Outlook.REACHES): Light.AT_RISK,
        (Pace.FAR_BEHIND, Outlook.MAY_REACH): Light.AT_RISK,
        (Pace.FAR_BEHIND, Outlook.MISSES): Light.LATE,
        (Pace.FAR_BEHIND, Outlook.UNKNOWN): Light.LATE,
        (Pace.UNKNOWN, Outlook.REACHES): Light.ON_TRACK,
        (Pace.UNKNOWN, Outlook.MAY_REACH): Light.AT_RISK,
        (Pace.UNKNOWN, Outlook.MISSES): Light.LATE,
        (Pace.UNKNOWN, Outlook.UNKNOWN): Light.NO_DATA,
    }
)


def light_for(given: LightInput) -> LightResult:
    """Decide the light; only the verified figure, never a claim, is looked at."""
    pace = judge_pace(given)
    outlook = judge_outlook(given.forecast, target=given.target, falls=given.falls)
    first = _first_row(given)
    if first is not None:
        rule, light = first
        return LightResult(light=light, rule=rule, pace=pace, outlook=outlook)
    light = DECISION_TABLE[pace, outlook]
    return LightResult(light=light, rule=f"{pace}.{outlook}", pace=pace, outlook=outlook)


def _first_row(given: LightInput) -> tuple[str, Light] | None:
    if given.verified is None:
        return "no_figure", Light.NO_DATA
    if given.target is not None and reaches(given.verified, given.target, falls=given.falls):
        return "target_reached", Light.MET
    if given.as_of > given.due:
        return "due_passed", Light.LATE
    return None


def reaches(value: Fraction, target: Fraction, *, falls: bool) -> bool:
    """Tell whether a value reaches a target in its direction."""
    return value <= target if falls else value >= target


def way_done(given: LightInput) -> Fraction | None:
    """Give the verified way as a share of the way that is expected by now; 1 means exactly as expected."""
    if given.verified is None or given.expected is None:
        return None
    expected_way = given.expected - given.baseline
    way = given.verified - given.baseline
    if given.falls:
        expected_way, way = -expected_way, -way
    if expected_way <= 0:
        return Fraction(1) if way >= expected_way else Fraction(0)
    return max(Fraction(0), way / expected_way)


def judge_pace(given: LightInput) -> Pace:
    """Compare the verified way with the expected one."""
    share = way_done(given)
    if share is None:
        return Pace.UNKNOWN
    return _pace_of(share, given.thresholds)


def _pace_of(share: Fraction, thresholds: LightThresholds) -> Pace:
    if share >= thresholds.on_pace:
        return Pace.AHEAD
    return Pace.FAR_BEHIND if share < thresholds.far_behind else Pace.BEHIND


def judge_outlook(forecast: Forecast | None, *, target: Fraction | None, falls: bool) -> Outlook:
    """Compare the forecast interval with the target: wholly past it, across it, or short of it."""
    if forecast is None or target is None or forecast.low is None or forecast.high is None:
        return Outlook.UNKNOWN
    worst, best = (forecast.high, forecast.low) if falls else (forecast.low, forecast.high)
    if reaches(worst, target, falls=falls):
        return Outlook.REACHES
    return Outlook.MAY_REACH if reaches(best, target, falls=falls) else Outlook.MISSES
