"""Geometry of the plan's pictures: the history of a commitment as SVG coordinates, and the shades of the map."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil, floor
from typing import Any

WIDTH, HEIGHT = 640, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 92, 14, 26
_SHADES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartPoint:
    """The figures of one run."""

    day: date
    verified: Decimal | None
    claimed: Decimal | None
    expected: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartInput:
    """A history, the target, and the forecast for the due date."""

    points: tuple[ChartPoint, ...]
    start: date
    due: date
    target: Decimal | None
    low: Decimal | None
    mid: Decimal | None
    high: Decimal | None
    in_percent: bool


def line_chart(given: ChartInput) -> dict[str, Any]:
    """Lay out verified, claimed and expected over time, the target, and the forecast at the due date."""
    known = [
        value for point in given.points for value in (point.verified, point.claimed, point.expected)
    ]
    known += [given.target, given.low, given.high]
    top = max([float(value) for value in known if value is not None] or [1.0]) * 1.08 or 1.0
    days = max((given.due - given.start).days, 1)

    def place(day: date, value: Decimal | float) -> tuple[float, float]:
        x = _LEFT + (WIDTH - _LEFT - _RIGHT) * min(1.0, max(0.0, (day - given.start).days / days))
        y = HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * float(value) / top
        return round(x, 1), round(y, 1)

    def line(name: str) -> str:
        pairs = [(point.day, getattr(point, name)) for point in given.points]
        return " ".join(
            f"{x},{y}" for x, y in (place(day, value) for day, value in pairs if value is not None)
        )

    end_x = place(given.due, 0)[0]
    ends = {
        name: place(given.due, value)[1]
        for name, value in _ends(given).items()
        if value is not None
    }
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": _LEFT,
        "right": WIDTH - _RIGHT,
        "base": HEIGHT - _BOTTOM,
        "top": _TOP,
        "verified": line("verified"),
        "claimed": line("claimed"),
        "expected": line("expected"),
        "dots": [
            place(point.day, point.verified) for point in given.points if point.verified is not None
        ],
        "grid": [{"y": place(given.start, value)[1], "label": value} for value in _steps(top)],
        "months": [
            {"x": place(date(given.start.year, month, 1), 0)[0], "label": month}
            for month in range(1, 13, 2)
        ],
        "end_x": end_x,
        "whisker_left": end_x - 4,
        "whisker_right": end_x + 4,
        "label_x": end_x + 9,
        "given": given,
        **{f"{name}_y": y for name, y in ends.items()},
    }


def _ends(given: ChartInput) -> dict[str, Decimal | None]:
    return {"target": given.target, "low": given.low, "mid": given.mid, "high": given.high}


def _steps(top: float) -> list[int | float]:
    """Choose three to six round steps from zero."""
    for power in range(-2, 9):
        for factor in (1, 2, 5):
            step = factor * 10.0**power
            if top / step <= 5:
                values = [index * step for index in range(int(top / step) + 1)]
                return [int(value) if value == int(value) else round(value, 2) for value in values]
    return [0]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareScale:
    """Five shades for shares, from the lowest to the highest that there is, so that differences show.

    Attributes:
        low: Where the first shade begins, in percent.
        width: How far a shade reaches, in percent.
    """

    low: int
    width: int

    @classmethod
    def over(cls, shares: Iterable[float]) -> ShareScale:
        """Lay the shades over the shares, which lie between 0 and 1; over all of it where there are none."""
        percents = [share * 100 for share in shares] or [0.0, 100.0]
        low, high = floor(min(percents)), ceil(max(percents))
        return cls(low=low, width=max(1, ceil((high - low) / _SHADES)))

    def shade(self, share: float | None) -> int:
        """Give the shade of a share, 1 to 5; 0 where nothing is judged."""
        if share is None:
            return 0
        return max(1, min(_SHADES, int((share * 100 - self.low) // self.width) + 1))

    def steps(self) -> list[tuple[int, str]]:
        """Give each shade with the percentages that it stands for."""
        edges = [self.low + self.width * step for step in range(_SHADES + 1)]
        return [(step + 1, f"{edges[step]}–{edges[step + 1]}%") for step in range(_SHADES)]
