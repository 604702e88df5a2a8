"""The mechanisms over columns: choose the kernel, give it room, read its result.

Each returns int16: for each row the place of its edge in its list, or -1.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from xuezheng.engines.matching.mechanisms import kernels
from xuezheng.engines.matching.mechanisms.market import Market
from xuezheng.engines.matching.mechanisms.narrowing import LEAST_SAMPLE, STRIDES, defer_narrowed

Array = Any
_NONE = np.zeros(0, np.int64)
_NO_CHOICES = np.zeros(0, np.uint16)
_HALF_WORD = 32
_WORD = 63


def redraw(market: Market, numbers: Array) -> Market:
    """Give the same market after another draw.

    Args:
        market: A market whose `base` tells the rank before the draw number, or None where that is all level.
        numbers: One uint64 a row, the smallest first. Where the largest goes first, hand in the complement (`~numbers`).

    Returns:
        The market with new ranks by (base, number); everything else is shared, not copied.
    """
    ranks, distinct = kernels.rank_rows(np.ascontiguousarray(numbers, np.uint64), market.base)
    strict = market.weights is None and distinct == market.row_count
    return replace(market, ranks=ranks, is_strict=strict)


def defer(market: Market, *, narrow: bool = True) -> Array:
    """Student-proposing deferred acceptance.

    Args:
        market: The market; ties and weights are allowed.
        narrow: Whether large strict markets may start from estimated cut-offs; the result is the same.
    """
    if not market.is_strict:
        return _defer_levels(market)
    shift = max(market.row_count - 1, 1).bit_length()
    classes = int(market.classes.max(initial=0)) + 1
    if ((classes << shift) | 1) >= 1 << _WORD:
        return _defer_levels(market)
    kind = np.uint32 if (classes << shift) < 1 << _HALF_WORD else np.uint64
    room = _room(market)
    begins = _begins(room)
    heaps = kernels.Heaps(
        begins=begins,
        seats=room,
        keys=np.empty(int(begins[-1]), kind),
        limits=np.where(room > 0, np.iinfo(kind).max, 0).astype(kind),
        held=np.zeros(len(room), np.int64),
    )
    row_of_rank = kernels.invert(market.ranks)
    if narrow and market.row_count >= STRIDES[-1] * LEAST_SAMPLE:
        return defer_narrowed(market, row_of_rank, heaps, shift)
    taken = np.full(market.row_count, -1, np.int16)
    kernels.defer_strict(market.columns, row_of_rank, heaps, taken, 1, shift)
    return taken


def _room(market: Market) -> Array:
    """Give the seats of each pool as far as anybody wants them, so that memory is bounded by the lists."""
    if int(market.seats.sum()) <= 2 * market.row_count:
        return market.seats
    return np.minimum(market.seats, kernels.count_edges(market.pools, len(market.seats)))


def _begins(room: Array) -> Array:
    return np.concatenate([_NONE, [0], np.cumsum(room)]).astype(np.int64)


def _defer_levels(market: Market) -> Array:
    pool_count, edges = len(market.seats), len(market.pools)
    weights = market.weights
    heaps = kernels.Levels(
        begins=_begins(kernels.count_edges(market.pools, pool_count)),
        seats=market.seats,
        weights=np.ones(market.row_count, np.int64) if weights is None else weights,
        keys=np.empty(edges, np.uint64),
        rows=np.empty(edges, np.int64),
        held=np.zeros(pool_count, np.int64),
        filled=np.zeros(pool_count, np.int64),
        level=np.zeros(pool_count, np.int64),
    )
    taken = np.full(market.row_count, -1, np.int16)
    kernels.defer_levels(market.columns, heaps, taken)
    return taken


def dictate(market: Market) -> Array:
    """Serial dictatorship, for a market in which the class is the same at all edges of a row.

    Where rows are level, or keys differ between edges, the result is that of deferred acceptance, which is the same.
    """
    if not market.is_strict:
        return _defer_levels(market)
    order = kernels.invert(market.ranks)
    if len(market.classes) and market.classes.min() != market.classes.max():
        listed = market.starts[1:] > market.starts[:-1]
        first = np.zeros(market.row_count, np.uint64)
        first[listed] = market.classes[market.starts[:-1][listed]]
        order = kernels.sort_stably(order.astype(np.uint32), first).astype(np.int32)
    taken = np.full(market.row_count, -1, np.int16)
    kernels.dictate_strict(order, market.columns, market.seats, taken)
    return taken


def band_by_band(market: Market, band: int) -> Array:
    """Choice bands: deferred acceptance over `band` choices at a time; seats are final after each."""
    choices = _NO_CHOICES if market.choices is None else market.choices
    longest = int(np.diff(market.starts).max(initial=0))
    last = longest if market.choices is None else int(choices.max(initial=0))
    weights = _NONE if market.weights is None else market.weights
    taken = np.full(market.row_count, -1, np.int16)
    left = market.seats.copy()
    for low in range(1, last + 1, band):
        begins, edges = kernels.cut_band(market.starts, choices, taken, low, low + band - 1)
        part = replace(
            market,
            starts=begins,
            pools=market.pools[edges],
            classes=market.classes[edges],
            ranks=market.ranks[edges] if market.ranks_by_edge else market.ranks,
            choices=None,
            seats=np.maximum(left, 0),
        )
        kernels.settle_band(market.columns, begins, edges, weights, defer(part), left, taken)
    return taken
