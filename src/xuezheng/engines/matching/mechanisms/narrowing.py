"""Deferred acceptance of large markets from cut-offs estimated on samples, with a proof that the result is exact.

Most of the time of deferred acceptance goes into rows that are held for a while and turned away later: each costs a
walk to a far place in memory. If a pool knew its final cut-off beforehand, it would turn them away at once. So a sample
of the rows is solved first, and its cut-offs, loosened by four standard deviations, turn away at once in the full run.

Such a limit might be too tight. Two checks make the result exact all the same:

1. Every pool that turned somebody away by its limit ends full. Then the result is stable: whoever was turned away stands
   behind all who are held.
2. The graph that leads from each full pool, over the best-standing row that would rather be there, to the pool that
   holds this row, has no cycle. Then the stable result is the best one for applicants, which is that of deferred
   acceptance. For suppose the best one differed. A pool that gains rows in it also loses as many, since a pool holds the
   same number in all stable results. Of the rows that would rather be at such a pool, the best-standing one must be at
   least as well off in the best result, or it would have cause for complaint there; so it moves, and the pool that it
   leaves gains another row. Following the graph from pool to pool in this way must come round to a cycle (a rotation;
   Gusfield and Irving, *The Stable Marriage Problem*, 1989).

If a check fails, the limits concerned are dropped and the full run is repeated.
"""

from typing import Any

import numpy as np
from numba import njit

from xuezheng.engines.matching.mechanisms.kernels import Heaps, defer_strict
from xuezheng.engines.matching.mechanisms.market import Columns, Market

Array = Any
STRIDES = (64, 8)
LEAST_SAMPLE = 4_000
"""A smaller sample says too little."""
_TRIES = 3


def defer_narrowed(market: Market, row_of_rank: Array, heaps: Heaps, shift: int) -> Array:
    """Run deferred acceptance over a strict market; the limits of `heaps` say only which pools have seats."""
    room = heaps.seats
    closed = heaps.limits
    top = closed.dtype.type(np.iinfo(closed.dtype).max)
    taken = np.full(market.row_count, -1, np.int16)

    def run(seats: Array, limits: Array, stride: int) -> None:
        part = heaps._replace(seats=seats, limits=limits)
        defer_strict(market.columns, row_of_rank, part, taken, stride, shift)

    limits = closed
    for stride in STRIDES:
        if market.row_count // stride >= LEAST_SAMPLE:
            seats = np.where(room > 0, np.maximum(room // stride, 1), 0)
            run(seats, limits.copy(), stride)
            full = heaps.held == seats
            limits = np.minimum(
                closed, loosen(market.columns, taken, stride, shift, seats, full, top)
            )
    for _ in range(_TRIES):
        now = limits.copy()
        run(room, now, 1)
        tight = (heaps.held < room) & (limits < top)
        if not tight.any():
            if not has_rotation(market.columns, taken, shift, now, top):
                return taken
            tight = limits < top
        limits = np.where(tight & (room > 0), top, limits)
    run(room, closed.copy(), 1)
    return taken


@njit(cache=True)
def loosen(
    columns: Columns, taken: Array, stride: int, shift: int, seats: Array, full: Array, top: Any
) -> Array:
    """Estimate a limit for each pool from a solved sample.

    It is the key of the row that stands some four standard deviations of the number of seats behind the last one held,
    among rows that would rather be there; `top`, no limit, where so many are not there.
    """
    starts, pools, classes, ranks, _ = columns
    pool_count = seats.size
    ends = np.zeros(pool_count + 1, np.int64)
    for row in range(0, starts.size - 1, stride):
        end = starts[row + 1] if taken[row] < 0 else starts[row] + taken[row]
        for edge in range(starts[row], end):
            ends[pools[edge] + 1] += 1
    for pool in range(pool_count):
        ends[pool + 1] += ends[pool]
    following = ends[:-1].copy()
    keys = np.empty(ends[pool_count], np.int64)
    for row in range(0, starts.size - 1, stride):
        end = starts[row + 1] if taken[row] < 0 else starts[row] + taken[row]
        for edge in range(starts[row], end):
            pool = pools[edge]
            keys[following[pool]] = (np.int64(classes[edge]) << shift) | np.int64(ranks[row])
            following[pool] += 1
    limits = np.full(pool_count, top)
    for pool in range(pool_count):
        behind = int(4 * np.sqrt(seats[pool])) + 4
        if full[pool] and behind < ends[pool + 1] - ends[pool]:
            limits[pool] = np.sort(keys[ends[pool] : ends[pool + 1]])[behind]
    return limits


@njit(cache=True)
def has_rotation(columns: Columns, taken: Array, shift: int, limits: Array, top: Any) -> bool:
    """Say whether the graph of best-standing rows that would rather be at a pool holds a cycle."""
    starts, pools, classes, ranks, _ = columns
    pool_count = limits.size
    best = np.full(pool_count, np.int64(top))
    leads = np.full(pool_count, -1, np.int64)
    for row in range(starts.size - 1):
        begin = starts[row]
        end = starts[row + 1] if taken[row] < 0 else begin + taken[row]
        rank = np.int64(ranks[row])
        for edge in range(begin, end):
            pool = pools[edge]
            key = (np.int64(classes[edge]) << shift) | rank
            if key < best[pool] and limits[pool] > 0:
                best[pool] = key
                leads[pool] = -1 if taken[row] < 0 else pools[begin + taken[row]]
    seen = np.zeros(pool_count, np.int64)
    for first in range(pool_count):
        pool = first
        while pool >= 0 and seen[pool] == 0:
            seen[pool] = first + 1
            pool = leads[pool]
        if pool >= 0 and seen[pool] == first + 1:
            return True
    return False
