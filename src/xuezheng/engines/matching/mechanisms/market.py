"""One round as columns: arrays of edges and rows that the compiled kernels read.

A million lists are some ten megabytes here. Nothing in this module imports numba.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from xuezheng.engines.matching.mechanisms.rounds import Round, Standing

Numbers = NDArray[Any]
_NARROW_POOLS = 2**15
_NARROW_CLASSES = 2**8


class Columns(NamedTuple):
    """The part of a market that the compiled loops take in one piece; numba reads named tuples."""

    starts: Numbers
    pools: Numbers
    classes: Numbers
    ranks: Numbers
    by_edge: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """Rows with edges to pools.

    Row `i` has the edges `starts[i]` to `starts[i + 1]`, in the order of its wish. How it stands at the pool of an edge
    is (class of the edge, rank), smaller first.
    """

    starts: Numbers
    """int64, rows + 1."""
    pools: Numbers
    """int16 or int32, one an edge; no pool twice in a row."""
    classes: Numbers
    """uint8 or uint16, one an edge: the place of its (step, tier) among all there are."""
    ranks: Numbers
    """uint32, one a row, or one an edge where a row's keys differ between pools; equal means level."""
    seats: Numbers
    """int64, one a pool."""
    choices: Numbers | None = None
    """uint16, one an edge, from 1; None: every edge is a choice of its own."""
    weights: Numbers | None = None
    """int64, seats a row takes; None: one each."""
    base: Numbers | None = None
    """uint32, one a row: the rank by everything that stands before the draw number, which `redraw` keeps; None: level."""
    ranks_by_edge: bool = False
    """Whether `ranks` holds one an edge."""
    is_strict: bool
    """Whether every row has one rank of its own below the number of rows, and takes one seat."""

    @property
    def row_count(self) -> int:
        """Number of rows."""
        return len(self.starts) - 1

    @property
    def columns(self) -> Columns:
        """What the compiled loops read."""
        return Columns(self.starts, self.pools, self.classes, self.ranks, self.ranks_by_edge)


def make_market(
    *,
    starts: Numbers,
    pools: Numbers,
    classes: Numbers,
    ranks: Numbers,
    seats: Numbers,
    choices: Numbers | None = None,
    weights: Numbers | None = None,
    base: Numbers | None = None,
    ranks_by_edge: bool = False,
) -> Market:
    """Take columns over in the types that the kernels want, without a copy where they fit, and see what is strict."""
    narrow_pools = len(seats) < _NARROW_POOLS
    narrow_classes = not len(classes) or int(classes.max()) < _NARROW_CLASSES
    light = weights is None or bool((weights == 1).all())
    ranks = np.ascontiguousarray(ranks, np.uint32)
    return Market(
        starts=np.ascontiguousarray(starts, np.int64),
        pools=np.ascontiguousarray(pools, np.int16 if narrow_pools else np.int32),
        classes=np.ascontiguousarray(classes, np.uint8 if narrow_classes else np.uint16),
        ranks=ranks,
        seats=np.maximum(np.ascontiguousarray(seats, np.int64), 0),
        choices=None if choices is None else np.ascontiguousarray(choices, np.uint16),
        weights=None if light else np.ascontiguousarray(weights, np.int64),
        base=None if base is None else np.ascontiguousarray(base, np.uint32),
        ranks_by_edge=ranks_by_edge,
        is_strict=light and not ranks_by_edge and _is_permutation(ranks),
    )


def _is_permutation(ranks: Numbers) -> bool:
    seen = np.zeros(len(ranks), np.bool_)
    if len(ranks) and int(ranks.max()) >= len(ranks):
        return False
    seen[ranks] = True
    return bool(seen.all())


def from_round(market: Round) -> Market:
    """Turn a round into columns; `base` is the rank by everything but the last part of each standing."""
    rows = market.rows
    counts = np.fromiter((len(row.options) for row in rows), np.int64, len(rows))
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
    options = [option for row in rows for option in row.options]
    edges = len(options)
    class_of = _places({option.standing[:2] for option in options})
    own = [option.standing[2:] for option in options]
    per_row = [_common(own[begin:end]) for begin, end in pairwise(starts)]
    by_edge = _MIXED in per_row
    standings = own if by_edge else per_row
    return make_market(
        starts=starts,
        pools=np.fromiter((option.pool for option in options), np.int32, edges),
        classes=np.fromiter(
            (class_of[option.standing[:2]] for option in options), np.uint16, edges
        ),
        ranks=_dense(standings),
        seats=np.array([pool.seats for pool in market.pools], np.int64),
        choices=np.fromiter((option.choice for option in options), np.uint16, edges),
        weights=np.fromiter((row.weight for row in rows), np.int64, len(rows)),
        base=None if by_edge else _dense([one and one[:-1] for one in standings]),
        ranks_by_edge=by_edge,
    )


_MIXED: Standing = ("mixed",)
"""Says that the keys of a row differ between its options, as those of a unit can."""


def _common(standings: Sequence[Standing]) -> Standing | None:
    """Give the keys of a row, the same at all its options, or `_MIXED`; None for a row without options."""
    if not standings:
        return None
    first = standings[0]
    return first if all(one == first for one in standings) else _MIXED


def _places(values: set[Standing]) -> dict[Standing, int]:
    return {value: place for place, value in enumerate(sorted(values))}


def _dense(standings: Sequence[Standing | None]) -> Numbers:
    """Rank standings densely; rows without options get ranks of their own behind all others, since they meet nobody."""
    place = _places({one for one in standings if one is not None})
    after = len(place)
    ranks = np.zeros(len(standings), np.uint32)
    for index, one in enumerate(standings):
        if one is None:
            ranks[index] = after
            after += 1
        else:
            ranks[index] = place[one]
    return ranks
