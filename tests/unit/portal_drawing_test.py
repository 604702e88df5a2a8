"""Numbers, days and small pictures are written the same way everywhere."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from xuezheng.site.templatetags import drawing, writing, xz


@pytest.mark.parametrize(
    ("value", "written"),
    [(1234567, "1,234,567"), (Decimal("1234.50"), "1,234.5"), (None, "–"), (0, "0"), (100, "100")],
)
def test_numbers_have_thousands(value: object, written: str) -> None:
    """Thousands are separated, needless zeros go, and what is unknown is a dash, not 0."""
    assert writing.with_thousands(value) == written


def test_shares_and_money() -> None:
    """A share has one decimal, rounded half up; money has two and its unit."""
    assert writing.as_percent(Decimal("0.7775")) == "77.8%"
    assert writing.as_yuan(-123450) == "-1,234.50 元"


def test_days_and_ages() -> None:
    """Moments stand in the city's time zone; ages use one unit."""
    moment = datetime(2023, 3, 21, 2, 0, tzinfo=UTC)

    assert writing.as_moment(moment) == "2023-03-21 10:00"
    assert writing.as_age(date(2023, 9, 27), date(2023, 9, 30)) == "3 天前"
    assert writing.as_age(date(2023, 10, 2), date(2023, 9, 30)) == "2 天后"


def test_names_follow_the_language() -> None:
    """A thing is called by the reader's language, and by Chinese where there is no English."""
    thing = {"name_zh": "道里区", "name_en": ""}

    assert xz.localized({"zh": "园", "en": "garden"}) == "园"
    with translation.override("en"):
        assert xz.localized({"zh": "园", "en": "garden"}) == "garden"
        assert xz.localized(thing) == "道里区"


def test_bar_runs_from_baseline_to_target() -> None:
    """A bar that must go down fills as the figure falls; the claimed part begins where the verified one ends."""
    bar = drawing.progress(verified=60, claimed=30, target=0, baseline=120, expected=40)

    assert (bar.verified, bar.claimed_from, bar.claimed) == ("50%", "50%", "25%")
    assert bar.expected == "66.67%"
    assert bar.target == ""


def test_bar_beyond_the_target_shows_the_target() -> None:
    """Above 100 % the scale stretches and the target becomes a line; above 125 % it stops."""
    bar = drawing.progress(verified=300, claimed=300, target=100)

    assert (bar.verified, bar.target) == ("100%", "80%")


def test_sparkline_breaks_at_gaps() -> None:
    """A missing value breaks the line rather than falling to zero."""
    assert len(drawing.sparkline((1, 2, None, 3), width=100, height=20).points) == 2
    assert drawing.sparkline((None,), width=100, height=20).points == ()


@pytest.mark.parametrize("state", [*xz.LIGHTS, *xz.RESULTS])
def test_light_has_icon_word_and_colour(state: str) -> None:
    """State is never colour alone."""
    badge = str(xz.light(state, rule="verified ≥ expected"))

    assert "<use href=" in badge
    assert "xz-light-word" in badge
    assert 'title="verified ≥ expected"' in badge
