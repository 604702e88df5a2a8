"""Compiled loops of the mechanisms over columns. Numba compiles each once and keeps it on disk.

A *key* is class and rank in one unsigned number, `class << shift | rank`, smaller first. `taken` is, for each row, the place of its edge in its list,
or -1.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import njit

from xuezheng.engines.matching.mechanisms.market import Columns

Array = Any
"""A NumPy array whose type numba infers."""


class Heaps(NamedTuple):
    """One heap of the keys held for each pool, the largest on top."""

    begins: Array
    """Where the room of each pool in `keys` begins."""
    seats: Array
    """Seats of each pool, no more than its room."""
    keys: Array
    limits: Array
    """Keys from here on are turned away at once; lowered to the last key held when a pool is full. For a pool without
    seats it must be 0."""
    held: Array
    """How many each pool holds."""


class Levels(NamedTuple):
    """Heaps of rows with weights, where rows may be level."""

    begins: Array
    seats: Array
    weights: Array
    """Seats that each row takes."""
    keys: Array
    rows: Array
    held: Array
    filled: Array
    """Seats taken at each pool."""
    level: Array
    """Seats taken there by the rows that are level with the last."""


@njit(cache=True)
def count_edges(pools: Array, pool_count: int) -> Array:
    """Count the edges of every pool, of which `pools` names one an edge."""
    result = np.zeros(pool_count, np.int64)
    for edge in range(pools.size):
        result[pools[edge]] += 1
    return result


@njit(cache=True)
def invert(ranks: Array) -> Array:
    """Give the row of each rank, where ranks are a permutation."""
    rows = np.empty(ranks.size, np.int32)
    for row in range(ranks.size):
        rows[ranks[row]] = row
    return rows


@njit(cache=True)
def sink(heap: Array, base: int, size: int, place: int, key: Any) -> None:
    """Put a key into a place of the heap of largest keys at `base`, and let it sink to where it belongs."""
    while True:
        child = 2 * place + 1
        if child >= size:
            break
        if child + 1 < size and heap[base + child + 1] > heap[base + child]:
            child += 1
        if heap[base + child] <= key:
            break
        heap[base + place] = heap[base + child]
        place = child
    heap[base + place] = key


@njit(cache=True)
def defer_strict(
    columns: Columns, row_of_rank: Array, heaps: Heaps, taken: Array, stride: int, shift: int
) -> int:
    """Deferred acceptance where every row has a rank of its own and takes one seat.

    Args:
        columns: The market.
        row_of_rank: The inverse of its ranks.
        heaps: Room; `held` is cleared first, `limits` are used and lowered.
        taken: Written, for rows that take part.
        stride: Every how many rows one takes part.
        shift: Bits of a rank.

    Returns:
        How often a row was turned away again after having been held.
    """
    starts, pools, classes, ranks, _ = columns
    begins, seats, keys, limits, held = heaps
    kind = keys.dtype.type
    low_bits = (np.int64(1) << shift) - 1
    held[:] = 0
    moves = 0
    for first in range(0, starts.size - 1, stride):
        row: Any = first
        rank = np.int64(ranks[row])
        edge = starts[row]
        while True:
            end = starts[row + 1]
            key = kind(0)
            while edge < end:
                key = kind((np.int64(classes[edge]) << shift) | rank)
                if key < limits[pools[edge]]:
                    break
                edge += 1
            if edge == end:
                taken[row] = -1
                break
            taken[row] = edge - starts[row]
            pool = pools[edge]
            base, size, count = begins[pool], held[pool], seats[pool]
            if size < count:
                keys[base + size] = key
                held[pool] = size + 1
                if size + 1 == count:  # only a full pool needs its last, so order is made here
                    for place in range(count // 2 - 1, -1, -1):
                        sink(keys, base, count, place, keys[base + place])
                    limits[pool] = keys[base]
                break
            rank = np.int64(keys[base]) & low_bits
            sink(keys, base, count, 0, key)
            limits[pool] = keys[base]
            moves += 1
            row = np.int64(row_of_rank[rank])
            edge = starts[row] + taken[row] + 1
    return moves


@njit(cache=True)
def defer_levels(columns: Columns, heaps: Levels, taken: Array) -> None:
    """Deferred acceptance by the rule that a row is held while rows strictly before it leave a seat.

    Args:
        columns: The market.
        heaps: Room, empty; as much for each pool as it has edges.
        taken: Written.
    """
    starts, pools, classes, ranks, by_edge = columns
    following = starts[:-1].copy()
    waiting = np.empty(taken.size, np.int64)
    for first in range(taken.size):
        waiting[0] = first
        waits = 1
        while waits > 0:
            row = waiting[waits - 1]
            edge = following[row]
            if edge == starts[row + 1]:
                taken[row] = -1
                waits -= 1
                continue
            following[row] = edge + 1
            pool = pools[edge]
            if heaps.seats[pool] > 0:
                waits -= 1
                taken[row] = edge - starts[row]
                rank = ranks[edge] if by_edge else ranks[row]
                key = (np.uint64(classes[edge]) << np.uint64(32)) | np.uint64(rank)
                _hold(heaps, pool, key, row)
                waits = _turn_away(heaps, pool, waiting, waits)


@njit(cache=True)
def _hold(heaps: Levels, pool: int, key: Any, row: int) -> None:
    base, size, weight = heaps.begins[pool], heaps.held[pool], heaps.weights[row]
    if size == 0 or key > heaps.keys[base]:
        heaps.level[pool] = weight
    elif key == heaps.keys[base]:
        heaps.level[pool] += weight
    _push(heaps.keys, heaps.rows, base, size, key, row)
    heaps.held[pool] = size + 1
    heaps.filled[pool] += weight


@njit(cache=True)
def _turn_away(heaps: Levels, pool: int, waiting: Array, waits: int) -> int:
    """Put rows that stand behind the seats of a pool on the stack of those who wait; give its new height."""
    base = heaps.begins[pool]
    while heaps.filled[pool] - heaps.level[pool] >= heaps.seats[pool]:
        last = heaps.keys[base]
        heaps.filled[pool] -= heaps.level[pool]
        while heaps.held[pool] > 0 and heaps.keys[base] == last:
            waiting[waits] = _pop(heaps.keys, heaps.rows, base, heaps.held[pool])
            waits += 1
            heaps.held[pool] -= 1
        heaps.level[pool] = _weigh_last(heaps, base, heaps.held[pool])
    return waits


@njit(cache=True)
def _push(keys: Array, rows: Array, base: int, size: int, key: Any, row: int) -> None:
    place = size
    while place > 0:
        parent = (place - 1) >> 1
        if keys[base + parent] >= key:
            break
        keys[base + place] = keys[base + parent]
        rows[base + place] = rows[base + parent]
        place = parent
    keys[base + place] = key
    rows[base + place] = row


@njit(cache=True)
def _pop(keys: Array, rows: Array, base: int, size: int) -> Any:
    """Take the row with the largest key out of a heap."""
    out = rows[base]
    size -= 1
    key, row = keys[base + size], rows[base + size]
    place = 0
    while True:
        child = 2 * place + 1
        if child >= size:
            break
        if child + 1 < size and keys[base + child + 1] > keys[base + child]:
            child += 1
        if keys[base + child] <= key:
            break
        keys[base + place] = keys[base + child]
        rows[base + place] = rows[base + child]
        place = child
    keys[base + place] = key
    rows[base + place] = row
    return out


@njit(cache=True)
def _weigh_last(heaps: Levels, base: int, size: int) -> int:
    """Add up the weights of the rows level with the last; they hang together at the top of the heap."""
    keys = heaps.keys
    if size == 0:
        return 0
    total = 0
    place = 0
    while True:
        if place < size and keys[base + place] == keys[base]:
            total += heaps.weights[heaps.rows[base + place]]
            place = 2 * place + 1
            continue
        while place > 0 and place % 2 == 0:
            place = (place - 1) >> 1
        if place == 0:
            return total
        place += 1


@njit(cache=True)
def dictate_strict(order: Array, columns: Columns, seats: Array, taken: Array) -> None:
    """Serial dictatorship of rows with one seat each: in `order`, each takes its first pool with a seat left."""
    starts, pools = columns.starts, columns.pools
    left = seats.copy()
    for index in range(order.size):
        row = order[index]
        taken[row] = -1
        for edge in range(starts[row], starts[row + 1]):
            if left[pools[edge]] > 0:
                taken[row] = edge - starts[row]
                left[pools[edge]] -= 1
                break


@njit(cache=True)
def cut_band(
    starts: Array, choices: Array, taken: Array, low: int, high: int
) -> tuple[Array, Array]:
    """Give starts and edges of the choices `low` to `high` (empty `choices`: places) of rows without a seat."""
    row_count = starts.size - 1
    begins = np.zeros(row_count + 1, np.int64)
    edges = np.empty(starts[row_count], np.int64)
    size = 0
    for row in range(row_count):
        if taken[row] < 0:
            for edge in range(starts[row], starts[row + 1]):
                choice = choices[edge] if choices.size else edge - starts[row] + 1
                if low <= choice <= high:
                    edges[size] = edge
                    size += 1
        begins[row + 1] = size
    return begins, edges[:size].copy()


@njit(cache=True)
def settle_band(
    columns: Columns,
    begins: Array,
    edges: Array,
    weights: Array,
    band_taken: Array,
    left: Array,
    taken: Array,
) -> None:
    """Make the seats of a band final: write them to `taken` and subtract them from `left`; no `weights` means 1."""
    for row in range(taken.size):
        if begins[row + 1] > begins[row] and band_taken[row] >= 0:
            edge = edges[begins[row] + band_taken[row]]
            taken[row] = edge - columns.starts[row]
            left[columns.pools[edge]] -= weights[row] if weights.size else 1


def rank_rows(numbers: Array, base: Array | None) -> tuple[Array, int]:
    """Rank rows by (base, number), smaller first.

    Returns:
        Ranks as uint32, equal where both are equal, and how many different ones there are.
    """
    order = sort_stably(np.arange(numbers.size, dtype=np.uint32), numbers)
    wide = np.zeros(0, np.uint64) if base is None else base.astype(np.uint64)
    if base is not None:
        order = sort_stably(order, wide)
    return _dense_ranks(order, numbers, wide)


@njit(cache=True)
def sort_stably(order: Array, keys: Array) -> Array:
    """Sort rows by a uint64 key of each, keeping the order of equals: radix sort of eleven bits at a time."""
    size = order.size
    here, there = order.copy(), np.empty(size, np.uint32)
    values, others = np.empty(size, np.uint64), np.empty(size, np.uint64)
    highest = np.uint64(0)
    for place in range(size):
        values[place] = keys[order[place]]
        highest = max(highest, values[place])
    shift = 0
    while shift < 64 and (highest >> np.uint64(shift)) > 0:
        ends = np.zeros(2048, np.int64)
        for place in range(size):
            ends[(values[place] >> np.uint64(shift)) & np.uint64(2047)] += 1
        total = 0
        for digit in range(2048):
            count = ends[digit]
            ends[digit] = total
            total += count
        for place in range(size):
            bits = np.int64((values[place] >> np.uint64(shift)) & np.uint64(2047))
            there[ends[bits]] = here[place]
            others[ends[bits]] = values[place]
            ends[bits] += 1
        here, there = there, here
        values, others = others, values
        shift += 11
    return here


@njit(cache=True)
def _dense_ranks(order: Array, numbers: Array, base: Array) -> tuple[Array, int]:
    ranks = np.empty(order.size, np.uint32)
    rank = -1
    for place in range(order.size):
        row = order[place]
        before = order[place - 1] if place else row
        same = (
            place > 0
            and numbers[row] == numbers[before]
            and (base.size == 0 or base[row] == base[before])
        )
        if not same:
            rank += 1
        ranks[row] = rank
    return ranks, rank + 1
