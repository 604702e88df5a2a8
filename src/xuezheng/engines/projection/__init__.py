"""Where a figure should be by now, where it will be at the end, and which light that gives."""

from xuezheng.engines.projection.check import forecast_faults
from xuezheng.engines.projection.explain import explain_forecast, explain_light
from xuezheng.engines.projection.light import DECISION_TABLE, judge_outlook, judge_pace, light_for
from xuezheng.engines.projection.model import (
    Curve,
    CurvePoint,
    FigureKind,
    Forecast,
    ForecastInput,
    Light,
    LightInput,
    LightResult,
    LightThresholds,
    Method,
    Observation,
    Outlook,
    Pace,
    StepDate,
)
from xuezheng.engines.projection.solve import backtest, forecast_milestones, forecast_year_end
from xuezheng.engines.projection.trajectory import (
    curve_through,
    expected_share,
    expected_value,
    linear_curve,
    milestone_share,
    s_curve,
    stepped_curve,
)

ENGINE = "projection"
ENGINE_VERSION = "1"

__all__ = [
    "DECISION_TABLE",
    "ENGINE",
    "ENGINE_VERSION",
    "Curve",
    "CurvePoint",
    "FigureKind",
    "Forecast",
    "ForecastInput",
    "Light",
    "LightInput",
    "LightResult",
    "LightThresholds",
    "Method",
    "Observation",
    "Outlook",
    "Pace",
    "StepDate",
    "backtest",
    "curve_through",
    "expected_share",
    "expected_value",
    "explain_forecast",
    "explain_light",
    "forecast_faults",
    "forecast_milestones",
    "forecast_year_end",
    "judge_outlook",
    "judge_pace",
    "light_for",
    "linear_curve",
    "milestone_share",
    "s_curve",
    "stepped_curve",
]
