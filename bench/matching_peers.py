"""Instances for `bench/matching.py`, and the same deferred acceptance by others."""

from __future__ import annotations

import heapq
from typing import Any

import numpy as np
from numba import njit

Array = Any


@njit(cache=True)
def make_lists(rows: int, pools: int, seed: int) -> tuple[Array, Array, Array]:
    """Make lists of 5 to 10 pools, the first ones more popular, with one of five tiers an edge; xorshift64."""
    state = np.uint64(seed * 2654435761 + 88172645463325252)
    starts = np.zeros(rows + 1, np.int64)
    for row in range(rows):
        state ^= state << np.uint64(13)
        state ^= state >> np.uint64(7)
        state ^= state << np.uint64(17)
        starts[row + 1] = starts[row] + 5 + np.int64((state >> np.uint64(33)) % np.uint64(6))
    found = np.empty(starts[rows], np.int16)
    tiers = np.empty(starts[rows], np.uint8)
    for row in range(rows):
        edge = starts[row]
        while edge < starts[row + 1]:
            state ^= state << np.uint64(13)
            state ^= state >> np.uint64(7)
            state ^= state << np.uint64(17)
            share = np.float64(state >> np.uint64(11)) / 2.0**53
            pool = np.int16(pools * share**1.5)
            if (found[starts[row] : edge] == pool).any():
                continue
            found[edge] = pool
            tiers[edge] = np.uint8((state >> np.uint64(3)) % np.uint64(5))
            edge += 1
    return starts, found, tiers


def as_python(market: Any) -> tuple[list[list[int]], list[list[tuple[int, int]]], list[int]]:
    """Give lists of pools, standings along them, and seats as plain Python."""
    starts, pools, classes, ranks = (
        column.tolist() for column in (market.starts, market.pools, market.classes, market.ranks)
    )
    spans = [slice(starts[row], starts[row + 1]) for row in range(market.row_count)]
    lists = [pools[span] for span in spans]
    standings = [[(one, ranks[row]) for one in classes[span]] for row, span in enumerate(spans)]
    return lists, standings, market.seats.tolist()


def plain_python(
    lists: list[list[int]], standings: list[list[tuple[int, int]]], seats: list[int]
) -> list[int]:
    """Deferred acceptance as one writes it with `heapq`; gives the place in the list of each row, or -1."""
    heaps: list[list[tuple[int, int, int]]] = [[] for _ in seats]
    following = [0] * len(lists)
    for first in range(len(lists)):
        row = first
        while row >= 0 and following[row] < len(lists[row]):
            place = following[row]
            following[row] += 1
            tier, rank = standings[row][place]
            pool = lists[row][place]
            entry = (-tier, -rank, row)
            if len(heaps[pool]) < seats[pool]:
                heapq.heappush(heaps[pool], entry)
                break
            if seats[pool]:
                row = heapq.heappushpop(heaps[pool], entry)[2]
    taken = [-1] * len(lists)
    for heap in heaps:
        for _, _, row in heap:
            taken[row] = following[row] - 1
    return taken


def priorities(
    lists: list[list[int]], standings: list[list[tuple[int, int]]], pools: int
) -> list[list[int]]:
    """Give the rows that list each pool, the first first."""
    order: list[list[tuple[tuple[int, int], int]]] = [[] for _ in range(pools)]
    for row, (wish, stands) in enumerate(zip(lists, standings, strict=True)):
        for pool, standing in zip(wish, stands, strict=True):
            order[pool].append((standing, row))
    return [[row for _, row in sorted(found)] for found in order]


def prepare_matching(lists: Any, standings: Any, seats: list[int]) -> Any:
    """Build the game of the package `matching`."""
    from matching.games import HospitalResident

    order = priorities(lists, standings, len(seats))
    return HospitalResident.create_from_dictionaries(
        {f"r{row}": [f"p{pool}" for pool in wish] for row, wish in enumerate(lists)},
        {f"p{pool}": [f"r{row}" for row in found] for pool, found in enumerate(order) if found},
        {f"p{pool}": count for pool, count in enumerate(seats)},
    )


def read_matching(result: Any, lists: list[list[int]]) -> list[int]:
    """Turn its result into places."""
    return _places(
        lists,
        ((pool.name, [row.name for row in rows]) for pool, rows in result.items()),
    )


def prepare_algorithms(lists: Any, standings: Any, seats: list[int]) -> tuple[Any, Any]:
    """Build what `matching_algorithms.school_choice_da` takes."""
    order = priorities(lists, standings, len(seats))
    students = {f"r{row}": [f"p{pool}" for pool in wish] for row, wish in enumerate(lists)}
    schools = {
        f"p{pool}": {"priorities": [f"r{row}" for row in found], "capacity": seats[pool]}
        for pool, found in enumerate(order)
    }
    return students, schools


def read_algorithms(result: Any, lists: list[list[int]]) -> list[int]:
    """Turn its result into places."""
    return _places(lists, ((name, rows) for name, rows in result.items() if name[:1] == "p"))


def _places(lists: list[list[int]], found: Any) -> list[int]:
    taken = [-1] * len(lists)
    for pool, rows in found:
        for row in rows:
            if row is not None and row[:1] == "r":
                taken[int(row[1:])] = lists[int(row[1:])].index(int(pool[1:]))
    return taken


def shuffled(count: int, seed: int) -> Array:
    """Give a random order as ranks, without a second copy."""
    return np.random.default_rng(seed).permutation(np.arange(count, dtype=np.uint32))


def seat_counts(rows: int, pools: int) -> Array:
    """Seats for nine in ten, the same everywhere."""
    return np.full(pools, rows * 9 // 10 // pools, np.int64)
