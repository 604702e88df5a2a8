"""Small pictures as SVG with presentation attributes only: progress bars and sparklines. No numbers are judged here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_OVER = 1.25  # a bar never shows more than 125 % of the way to the target


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Positions on a progress bar in percent of its width, as text for SVG; empty where there is nothing to show."""

    verified: str
    claimed_from: str
    claimed: str
    target: str
    expected: str
    low: str
    interval: str
    middle: str
    high: str


def progress(
    *,
    verified: Any,
    claimed: Any,
    target: Any,
    baseline: Any = 0,
    expected: Any = None,
    low: Any = None,
    high: Any = None,
) -> Bar:
    """Lay out a bar that runs from the baseline to the target, whichever of them is larger.

    Args:
        verified: Figure that was computed or confirmed; solid.
        claimed: Figure that was reported; the part beyond the verified one is hatched.
        target: Where the bar is full. Equal to the baseline, the bar is full or empty.
        baseline: Where the bar begins.
        expected: Where the figure should be by now; a tick.
        low: Lower end of the forecast interval for the end of the year; a whisker.
        high: Its upper end.
    """
    figures = (verified, claimed, expected, low, high)
    ways = [_way(figure, baseline, target) for figure in figures]
    done, said, due, first, last = ways
    full = max([1.0, *(way for way in ways if way is not None)])
    shown = [None if way is None else 100 * way / full for way in (done, said, due, first, last)]
    solid, hatched, tick, left, right = shown
    if left is not None and right is not None:
        left, right = min(left, right), max(left, right)
    has_interval = left is not None and right is not None
    return Bar(
        verified=_percent(solid or 0),
        claimed_from=_percent(solid or 0),
        claimed=_percent(max(0.0, (hatched or 0) - (solid or 0))),
        target=_percent(100 / full) if full > 1 else "",
        expected=_percent(tick),
        low=_percent(left) if has_interval else "",
        interval=_percent((right or 0) - (left or 0)) if has_interval else "",
        middle=_percent(((right or 0) + (left or 0)) / 2) if has_interval else "",
        high=_percent(right) if has_interval else "",
    )


def _way(figure: Any, baseline: Any, target: Any) -> float | None:
    if figure is None or figure == "" or target is None or target == "":
        return None
    start, end, here = float(baseline or 0), float(target), float(figure)
    if start == end:
        return 1.0 if here == end else 0.0
    return min(_OVER, max(0.0, (here - start) / (end - start)))


def _percent(position: float | None) -> str:
    return "" if position is None else f"{position:.2f}".rstrip("0").rstrip(".") + "%"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The points of a sparkline and its last point, in the units of its view box."""

    points: tuple[str, ...]
    last_x: str
    last_y: str
    reference_y: str


def sparkline(values: Sequence[Any], *, width: int, height: int, reference: Any = None) -> Line:
    """Lay out a series; gaps (None) break the line into parts. The vertical scale is that of the data and reference."""
    known = [float(value) for value in values if value is not None]
    if reference is not None and reference != "":
        known.append(float(reference))
    if not known:
        return Line(points=(), last_x="", last_y="", reference_y="")
    low, high = min(known), max(known)
    step = (width - 6) / max(1, len(values) - 1)

    def at(index: int, value: float) -> tuple[float, float]:
        share = 0.5 if high == low else (value - low) / (high - low)
        return 3 + index * step, 3 + (height - 6) * (1 - share)

    parts: list[list[tuple[float, float]]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            parts.append([])
        else:
            parts[-1].append(at(index, float(value)))
    drawn = [part for part in parts if part]
    x, y = drawn[-1][-1] if drawn else (0.0, 0.0)
    return Line(
        points=tuple(" ".join(f"{px:.1f},{py:.1f}" for px, py in part) for part in drawn),
        last_x=f"{x:.1f}" if drawn else "",
        last_y=f"{y:.1f}" if drawn else "",
        reference_y="" if reference in (None, "") else f"{at(0, float(reference))[1]:.1f}",
    )
