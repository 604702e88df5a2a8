"""Divides whole numbers: by largest remainder, and under caps."""

from collections.abc import Sequence

import numpy as np

from xuezheng.site.city.tables import Array


def allot(
    total: int, weights: Sequence[float] | Array, *, minimum: int | Sequence[int] = 0
) -> list[int]:
    """Divide a whole number in proportion to weights, each place at least its minimum (largest remainder)."""
    weight = np.asarray(weights, dtype=float)
    least = np.broadcast_to(np.asarray(minimum), weight.shape).astype(int)
    rest = total - int(least.sum())
    if rest < 0:
        raise ValueError(f"{total} does not suffice for minima of {int(least.sum())}")
    exact = rest * weight / weight.sum() if weight.sum() else np.zeros_like(weight)
    given = np.floor(exact).astype(int)
    for place in np.argsort(-(exact - given), kind="stable")[: rest - int(given.sum())]:
        given[place] += 1
    return [int(number) for number in least + given]


def fill(total: float, weights: Array, most: Array) -> Array:
    """Divide an amount in proportion to weights without passing any cap; what is too much goes to the others.

    When all caps together are below the amount, every place ends above its cap by the same factor.
    """
    caps = most.astype(float)
    if caps.sum() <= total:
        raised: Array = caps * (total / caps.sum())
        return raised
    given = np.zeros(len(weights))
    open_places = np.ones(len(weights), bool)
    while True:
        rest = total - given[~open_places].sum()
        given[open_places] = rest * weights[open_places] / weights[open_places].sum()
        over = open_places & (given > caps)
        if not over.any():
            return given
        given[over] = caps[over]
        open_places &= ~over


def turn_points(
    cumulative: Sequence[int], year: int, numbers: np.random.Generator
) -> list[np.datetime64]:
    """Draw the days on which a count grew, from its values at the end of each month of a year."""
    days: list[np.datetime64] = []
    before = 0
    for month, count in enumerate(cumulative, start=1):
        first = np.datetime64(f"{year}-{month:02d}-01", "D")
        following = (np.datetime64(f"{year}-{month:02d}", "M") + 1).astype("datetime64[D]")
        length = int((following - first).astype(int))
        days += [first + int(day) for day in np.sort(numbers.integers(0, length, count - before))]
        before = count
    return days
