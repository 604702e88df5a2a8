"""Deferred acceptance for redraws: the rows propose in the order in which they stand.

The result of deferred acceptance does not depend on who proposes first, but the time does. Where rows that stand first
propose first, hardly anybody who is held is turned away later. One round at a time that order costs more than it saves; over
redraws most of it is known beforehand. The loops let go of Python's lock, so that redraws can run side by side.
"""

from typing import Any

import numpy as np
from numba import njit

from xuezheng.engines.matching.mechanisms.kernels import sink

Array = Any
"""A NumPy array whose type numba infers."""


@njit(cache=True, nogil=True)
def order_rows(ranks: Array, best_class: Array, class_count: int) -> tuple[Array, Array]:
    """Sort rows by the best class that they have anywhere, then by rank; gives the row of each rank as well.

    Args:
        ranks: A permutation.
        best_class: Of each row.
        class_count: How many classes there are.
    """
    row_of_rank = np.empty(ranks.size, np.int32)
    for row in range(ranks.size):
        row_of_rank[ranks[row]] = row
    begins = np.zeros(class_count + 1, np.int64)
    for row in range(ranks.size):
        begins[best_class[row] + 1] += 1
    for place in range(class_count):
        begins[place + 1] += begins[place]
    order = np.empty(ranks.size, np.int32)
    for rank in range(ranks.size):
        row = row_of_rank[rank]
        order[begins[best_class[row]]] = row
        begins[best_class[row]] += 1
    return order, row_of_rank


@njit(cache=True, nogil=True)
def make_heap(heap: Array, base: int, count: int) -> None:
    """Bring the keys at `base` into the order of a heap with the largest first."""
    for place in range(count // 2 - 1, -1, -1):
        sink(heap, base, count, place, heap[base + place])


@njit(cache=True, nogil=True)
def defer_in_order(
    starts: Array,
    pools: Array,
    classes: Array,
    ranks: Array,
    order: Array,
    row_of_rank: Array,
    room: Array,
    shift: int,
) -> Array:
    """Student-proposing deferred acceptance where every row has a rank of its own and takes one seat.

    Args:
        starts: Of `Market`, like the next three.
        pools: Of each edge.
        classes: Of each edge.
        ranks: Of each row.
        order: The rows in the order in which they propose.
        row_of_rank: The inverse of `ranks`.
        room: Seats of each pool, no more than anybody wants.
        shift: Bits of a rank.

    Returns:
        For each row the place of its edge in its list, or -1.
    """
    begins = np.zeros(room.size + 1, np.int64)
    limits = np.zeros(room.size, np.int64)
    for pool in range(room.size):
        begins[pool + 1] = begins[pool] + room[pool]
        if room[pool] > 0:
            limits[pool] = np.iinfo(np.int64).max
    heap = np.empty(begins[room.size], np.int64)
    held = np.zeros(room.size, np.int64)
    taken = np.full(ranks.size, -1, np.int64)
    low_bits = (np.int64(1) << shift) - 1
    for index in range(order.size):
        row = np.int64(order[index])
        edge = starts[row]
        while True:
            end = starts[row + 1]
            key = np.int64(0)
            while edge < end:
                key = (np.int64(classes[edge]) << shift) | np.int64(ranks[row])
                if key < limits[pools[edge]]:
                    break
                edge += 1
            if edge == end:
                taken[row] = -1
                break
            taken[row] = edge - starts[row]
            pool = pools[edge]
            base, size, count = begins[pool], held[pool], room[pool]
            if size < count:
                heap[base + size] = key
                held[pool] = size + 1
                if size + 1 == count:
                    make_heap(heap, base, count)
                    limits[pool] = heap[base]
                break
            out = np.int64(row_of_rank[heap[base] & low_bits])
            sink(heap, base, count, 0, key)
            limits[pool] = heap[base]
            row = out
            edge = starts[row] + taken[row] + 1
    return taken
