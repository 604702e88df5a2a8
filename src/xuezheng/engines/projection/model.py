"""Frozen inputs and outputs of the projection engine."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from xuezheng.kernel.errors import InputError, gettext_noop


class ProjectionInputWrong(InputError):
    """The history or curve handed to the engine contradicts itself."""

    code = "projection.input"
    template = gettext_noop("The figure cannot be projected: %(what)s.")
    remedy = gettext_noop("Correct the history or the curve of the commitment.")


class FigureKind(StrEnum):
    """What kind of number a figure is; it decides the method and the bounds."""

    COUNT = "count"
    """Things reached so far: whole, and never fewer than before."""
    SHARE = "share"
    """A share in percent, between 0 and 100."""
    LEVEL = "level"
    """Any number that can rise and fall."""


class Method(StrEnum):
    """How a forecast was made; printed beside it."""

    NEGATIVE_BINOMIAL = "negative_binomial"
    LOGIT_LINEAR = "logit_linear"
    EMPIRICAL_DRIFT = "empirical_drift"
    MILESTONE_SLIP = "milestone_slip"
    FINAL = "final"
    TOO_LITTLE_DATA = "too_little_data"


class Light(StrEnum):
    """The state of a commitment."""

    MET = "met"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    LATE = "late"
    NO_DATA = "no_data"


class Pace(StrEnum):
    """How the verified figure compares with what is expected by now."""

    AHEAD = "ahead"
    BEHIND = "behind"
    FAR_BEHIND = "far_behind"
    UNKNOWN = "unknown"


class Outlook(StrEnum):
    """How the forecast interval lies to the target."""

    REACHES = "reaches"
    MAY_REACH = "may_reach"
    MISSES = "misses"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """By the end of a day of the period, this share of the way is expected."""

    day: date
    share: Fraction

    def __post_init__(self) -> None:
        """Refuse a share outside 0 to 1."""
        if not 0 <= self.share <= 1:
            raise ProjectionInputWrong(
                what=f"the share {self.share} on {self.day} is not between 0 and 1"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """The expected way from 0 to 1 through a period, straight between its points."""

    points: tuple[CurvePoint, ...]

    def __post_init__(self) -> None:
        """Refuse a curve that goes back in time or value, or does not lead from 0 to 1."""
        if len(self.points) < 2:
            raise ProjectionInputWrong(what="a curve needs at least two points")
        for earlier, later in zip(self.points, self.points[1:], strict=False):
            if later.day <= earlier.day or later.share < earlier.share:
                raise ProjectionInputWrong(what=f"the curve goes back at {later.day}")
        if self.points[0].share != 0 or self.points[-1].share != 1:
            raise ProjectionInputWrong(what="a curve leads from 0 to 1")

    @property
    def ends_on(self) -> date:
        """The last day."""
        return self.points[-1].day


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDate:
    """A milestone: when it is due and, if so, when it was done."""

    due: date
    done: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """A published figure; shares may carry the numbers of which they are the ratio."""

    day: date
    value: Fraction
    denominator: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastInput:
    """A history and what is known of its way; the order of the history does not matter."""

    kind: FigureKind
    history: tuple[Observation, ...]
    curve: Curve
    as_of: date
    baseline: Fraction = Fraction(0)
    coverage: Fraction = Fraction(8, 10)
    least_points: int = 3
    upper_bound: Fraction | None = None

    def __post_init__(self) -> None:
        """Refuse what contradicts itself."""
        days = [seen.day for seen in self.history]
        if len(set(days)) != len(days):
            raise ProjectionInputWrong(what="two figures stand on one day")
        if any(day > self.as_of for day in days):
            raise ProjectionInputWrong(what="a figure lies after the day of the forecast")
        if not 0 < self.coverage < 1:
            raise ProjectionInputWrong(what="the coverage is not between 0 and 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The figure at the end of the period: an interval and a middle, or nothing with the reason as method."""

    method: Method
    low: Fraction | None
    mid: Fraction | None
    high: Fraction | None
    points: int
    coverage: Fraction

    @property
    def is_known(self) -> bool:
        """Whether there is a figure."""
        return self.mid is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class LightThresholds:
    """What a bureau may set: from which share of the expected way a commitment counts as behind, or far behind."""

    on_pace: Fraction
    far_behind: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class LightInput:
    """What the light of a commitment is decided from; only verified figures enter."""

    verified: Fraction | None
    target: Fraction | None
    baseline: Fraction
    expected: Fraction | None
    falls: bool
    as_of: date
    due: date
    forecast: Forecast | None
    thresholds: LightThresholds


@dataclass(frozen=True, slots=True, kw_only=True)
class LightResult:
    """The light, the row of the decision table that gave it, and the judgements that chose the row."""

    light: Light
    rule: str
    pace: Pace
    outlook: Outlook
    facts: tuple[tuple[str, Fraction], ...] = field(default=())
