"""Compiled twins of what `columns`, `runs` and `measures` count with NumPy; the results are the same to the digit."""

from typing import Any

import numpy as np
from numba import njit

Array = Any
"""A NumPy array whose type numba infers."""

_ELSEWHERE = 1 << 20
_NOWHERE = 1 << 21


@njit(cache=True, nogil=True)
def option_key(level: int, ranks: Array, row: int, bits: int) -> int:
    """Give the standing of an option as one number (`columns.option_keys`); `ranks` is empty where nothing is drawn."""
    return (level << bits) | ranks[row] if ranks.size else level << bits


@njit(cache=True, nogil=True)
def last_standings(
    level: Array, pool: Array, seats: Array, weight: Array, ranks: Array, chosen: Array, bits: int
) -> Array:
    """Give the key of the last row that each pool holds; the largest number there is where a seat is open.

    Args:
        level: Of each option: its standing without the number.
        pool: Of each option.
        seats: Of each pool.
        weight: Seats that each row takes.
        ranks: The place of each row's draw number; empty where there is none.
        chosen: For each row the place of its option in the columns, -1: none.
        bits: Bits of a rank in a key.
    """
    last = np.full(seats.size, -1, np.int64)
    taken = np.zeros(seats.size, np.int64)
    for row in range(chosen.size):
        option = chosen[row]
        if option >= 0:
            key = option_key(level[option], ranks, row, bits)
            last[pool[option]] = max(last[pool[option]], key)
            taken[pool[option]] += weight[row]
    for place in range(seats.size):
        if taken[place] < seats[place]:
            last[place] = np.iinfo(np.int64).max
    return last


@njit(cache=True, nogil=True)
def claim_rows(
    start: Array,
    choice: Array,
    level: Array,
    pool: Array,
    last: Array,
    ranks: Array,
    chosen: Array,
    bits: int,
) -> Array:
    """Say which rows have a claim to a seat that they want more than what they got (`columns.envious_rows`).

    Args:
        start: Where the options of each row begin.
        choice: Of each option.
        level: Of each option.
        pool: Of each option.
        last: What `last_standings` gives.
        ranks: As there.
        chosen: As there.
        bits: As there.
    """
    envy = np.zeros(chosen.size, np.bool_)
    for row in range(chosen.size):
        has = choice[chosen[row]] if chosen[row] >= 0 else np.iinfo(np.int64).max
        for option in range(start[row], start[row + 1]):
            if choice[option] >= has:
                break
            if option_key(level[option], ranks, row, bits) <= last[pool[option]]:
                envy[row] = True
                break
    return envy


@njit(cache=True, nogil=True)
def places_of(
    row_of: Array, chosen: Array, choice: Array, pool: Array, school: Array
) -> tuple[Array, Array]:
    """Give the rank in the wishes and the school of each applicant, 0 and -1 for nowhere."""
    rank = np.zeros(row_of.size, np.int64)
    found = np.full(row_of.size, -1, np.int64)
    for person in range(row_of.size):
        option = chosen[row_of[person]]
        if option >= 0:
            rank[person] = choice[option]
            found[person] = school[pool[option]]
    return rank, found


@njit(cache=True, nogil=True)
def count_cells(
    rank: Array,
    school: Array,
    envy: Array,
    base_rank: Array,
    base_school: Array,
    pair_category: Array,
    pair_applicant: Array,
    categories: int,
) -> Array:
    """Count applicants of each category by state, envy and move; shape (categories, 24) (`measures.tally`)."""
    people = rank.size
    code = np.empty(people, np.int64)
    for person in range(people):
        if rank[person] == 1:
            state = 0
        elif rank[person] > 1:
            state = 1
        else:
            state = 2 if school[person] >= 0 else 3
        move = 0
        if base_rank.size:
            here = _worse(rank[person], school[person])
            there = _worse(base_rank[person], base_school[person])
            move = 1 if here < there else 2 if here > there else 0
        code[person] = (state * 2 + envy[person]) * 3 + move
    cells = np.zeros((categories, 24), np.int64)
    for pair in range(pair_category.size):
        cells[pair_category[pair], code[pair_applicant[pair]]] += 1
    return cells


@njit(cache=True, nogil=True)
def _worse(rank: int, school: int) -> int:
    if rank > 0:
        return rank
    return _ELSEWHERE if school >= 0 else _NOWHERE


@njit(cache=True, nogil=True)
def metres_to(
    homes: Array, sites: Array, knows_home: Array, knows_site: Array, school: Array
) -> Array:
    """Give the way of each applicant in whole metres, -1 where it is not known (`measures.distances`)."""
    metres = np.full(school.size, -1, np.int64)
    for person in range(school.size):
        if school[person] >= 0 and knows_home[person] and knows_site[school[person]]:
            east = homes[person, 0] - sites[school[person], 0]
            north = homes[person, 1] - sites[school[person], 1]
            metres[person] = np.int64(np.sqrt(np.float64(east * east + north * north)))
    return metres
