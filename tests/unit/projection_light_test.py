"""The decision table of the lights, cell by cell, written down a second time."""

from datetime import date
from fractions import Fraction

import pytest

from xuezheng.engines.projection import (
    Forecast,
    Light,
    LightInput,
    LightThresholds,
    Method,
    explain_light,
    light_for,
)

THRESHOLDS = LightThresholds(on_pace=Fraction(9, 10), far_behind=Fraction(7, 10))
# verified of 100 expected; the target is 200
PACES = {"ahead": 95, "behind": 80, "far_behind": 60}
INTERVALS = {"reaches": (200, 240), "may_reach": (180, 220), "misses": (150, 190), "unknown": None}
CELLS = [
    ("ahead", "reaches", "on_track"),
    ("ahead", "may_reach", "on_track"),
    ("ahead", "misses", "at_risk"),
    ("ahead", "unknown", "on_track"),
    ("behind", "reaches", "on_track"),
    ("behind", "may_reach", "at_risk"),
    ("behind", "misses", "at_risk"),
    ("behind", "unknown", "at_risk"),
    ("far_behind", "reaches", "at_risk"),
    ("far_behind", "may_reach", "at_risk"),
    ("far_behind", "misses", "late"),
    ("far_behind", "unknown", "late"),
    ("unknown", "reaches", "on_track"),
    ("unknown", "may_reach", "at_risk"),
    ("unknown", "misses", "late"),
    ("unknown", "unknown", "no_data"),
]


def _given(
    verified: int | None = 95,
    *,
    interval: tuple[int, int] | None = None,
    target: int | None = 200,
    expected: int | None = 100,
    falls: bool = False,
    as_of: date = date(2023, 6, 30),
) -> LightInput:
    low, high = (Fraction(end) for end in interval) if interval else (None, None)
    return LightInput(
        verified=None if verified is None else Fraction(verified),
        target=None if target is None else Fraction(target),
        baseline=Fraction(0),
        expected=None if expected is None else Fraction(expected),
        falls=falls,
        as_of=as_of,
        due=date(2023, 12, 31),
        forecast=Forecast(
            method=Method.NEGATIVE_BINOMIAL if interval else Method.TOO_LITTLE_DATA,
            low=low,
            mid=low,
            high=high,
            points=5,
            coverage=Fraction(4, 5),
        ),
        thresholds=THRESHOLDS,
    )


@pytest.mark.parametrize(("pace", "outlook", "light"), CELLS)
def test_each_cell_gives_its_light(pace: str, outlook: str, light: str) -> None:
    """Pace and outlook choose one cell, and the rule names it."""
    expected = None if pace == "unknown" else 100
    given = _given(PACES.get(pace, 60), interval=INTERVALS[outlook], expected=expected)
    result = light_for(given)
    assert (result.light, result.rule) == (Light(light), f"{pace}.{outlook}")


def test_no_figure_is_no_data() -> None:
    """Without a verified figure there is nothing to judge, whatever is forecast."""
    assert light_for(_given(None, interval=(200, 240))).light is Light.NO_DATA


def test_the_target_reached_is_met() -> None:
    """The target itself is enough, even after the due date."""
    assert light_for(_given(200)).light is Light.MET
    assert light_for(_given(200, as_of=date(2024, 1, 1))).rule == "target_reached"


def test_past_the_due_date_is_late() -> None:
    """One short on the day after is late, however good the pace."""
    result = light_for(_given(199, as_of=date(2024, 1, 1)))
    assert (result.light, result.rule) == (Light.LATE, "due_passed")


def test_the_due_date_itself_is_in_time() -> None:
    """On the due date the commitment is not yet overdue."""
    assert light_for(_given(199, as_of=date(2023, 12, 31))).light is Light.ON_TRACK


def test_a_figure_that_should_fall_is_met_from_below() -> None:
    """A target of 0 oversized classes is met by 0 and not by 1."""
    assert light_for(_given(0, target=0, expected=0, falls=True)).light is Light.MET
    assert light_for(_given(1, target=0, expected=0, falls=True)).light is not Light.MET


def test_a_claim_cannot_change_a_light() -> None:
    """The input has no place for a claim, so none can count."""
    assert "claimed" not in LightInput.__slots__


def test_the_explanation_fills_in_the_numbers() -> None:
    """Whoever asks why gets the figure, the expectation and the thresholds."""
    given = _given(80, interval=(180, 220))
    reason = explain_light(given, light_for(given))
    facts = dict(reason.facts)
    assert reason.key == "behind.may_reach"
    assert facts["verified"] == "80"
    assert facts["expected"] == "100"
    assert facts["way_done"] == "0.8"
    assert facts["forecast_high"] == "220"


@pytest.mark.parametrize(
    ("share", "pace"), [(90, "ahead"), (89, "behind"), (70, "behind"), (69, "far_behind")]
)
def test_the_thresholds_belong_to_the_better_side(share: int, pace: str) -> None:
    """Exactly at a threshold counts as having reached it."""
    assert light_for(_given(share)).pace == pace
