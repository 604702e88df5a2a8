"""Compiled check of a result over columns, written apart from the loops that solve.

It derives the cut-off of every pool from the result alone, then asks of every edge above a row's own whether the row
should have been held there.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

from xuezheng.engines.matching.mechanisms.market import Columns, Market

Array = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnProof:
    """What speaks against a result; all 0 means stable, without waste, within the seats."""

    envy: int
    """Rows that stand before, or level with, the last held at a pool that they would rather have."""
    waste: int
    """Rows that would rather have a pool with a seat left."""
    overfull: int
    """Pools that hold rows which stand behind their last seat."""
    outside: int
    """Rows whose place is not an edge of theirs."""

    @property
    def is_sound(self) -> bool:
        """Whether nothing speaks against it."""
        return not (self.envy or self.waste or self.overfull or self.outside)


def prove(market: Market, taken: Array) -> ColumnProof:
    """Check a result of deferred acceptance or of a serial dictatorship in two passes over the lists.

    Args:
        market: The market.
        taken: For each row the place of its edge in its list, or -1.
    """
    weights = np.ones(1, np.int64) if market.weights is None else market.weights
    columns = market.columns
    last, filled, level, outside = _find_cutoffs(columns, weights, len(market.seats), taken)
    has_room = filled < market.seats
    if outside:
        return ColumnProof(envy=0, waste=0, overfull=0, outside=outside)
    limits = np.where(has_room, np.iinfo(np.int64).max, last)
    envy = waste = 0
    if _has_claims(columns, taken, limits):
        envy, waste = _count_claims(columns, taken, last, has_room)
    overfull = int(np.count_nonzero((filled > 0) & (filled - level >= market.seats)))
    return ColumnProof(envy=envy, waste=waste, overfull=overfull, outside=outside)


@njit(cache=True)
def _find_cutoffs(
    columns: Columns,
    weights: Array,
    pool_count: int,
    taken: Array,
) -> tuple[Array, Array, Array, int]:
    """Give the last key of each pool (-1: nobody), its seats taken, those of rows at the last key, and false places."""
    starts, pools, classes, ranks, by_edge = columns
    last = np.full(pool_count, -1, np.int64)
    filled = np.zeros(pool_count, np.int64)
    level = np.zeros(pool_count, np.int64)
    outside = 0
    for row in range(starts.size - 1):
        place = np.int64(taken[row])
        if place < 0:
            continue
        edge = starts[row] + place
        if edge >= starts[row + 1]:
            outside += 1
            continue
        weight = weights[row] if weights.size > 1 else weights[0]
        pool = pools[edge]
        key = np.int64(classes[edge]) << 32 | np.int64(ranks[edge] if by_edge else ranks[row])
        filled[pool] += weight
        if key > last[pool]:
            last[pool] = key
            level[pool] = weight
        elif key == last[pool]:
            level[pool] += weight
    return last, filled, level, outside


@njit(cache=True)
def _has_claims(
    columns: Columns,
    taken: Array,
    limits: Array,
) -> bool:
    """Say whether any edge above a row's own is within the limit of its pool."""
    starts, pools, classes, ranks, by_edge = columns
    for row in range(starts.size - 1):
        begin = starts[row]
        end = starts[row + 1] if taken[row] < 0 else begin + taken[row]
        for edge in range(begin, end):
            rank = np.int64(ranks[edge] if by_edge else ranks[row])
            if (np.int64(classes[edge]) << 32 | rank) <= limits[pools[edge]]:
                return True
    return False


@njit(cache=True)
def _count_claims(
    columns: Columns,
    taken: Array,
    last: Array,
    has_room: Array,
) -> tuple[int, int]:
    """Count rows that would be held at an edge above their own: by standing, or by a seat left."""
    starts, pools, classes, ranks, by_edge = columns
    envy = 0
    waste = 0
    for row in range(starts.size - 1):
        begin = starts[row]
        end = starts[row + 1] if taken[row] < 0 else begin + taken[row]
        envies = False
        wastes = False
        for edge in range(begin, end):
            pool = pools[edge]
            rank = np.int64(ranks[edge] if by_edge else ranks[row])
            envies |= (np.int64(classes[edge]) << 32 | rank) <= last[pool]
            wastes |= has_room[pool]
        envy += envies
        waste += wastes
    return envy, waste
