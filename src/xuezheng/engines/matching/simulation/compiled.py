"""The compiled way to run one round over and over: what redraws share, and one redraw. Numba is imported when it is used."""

from dataclasses import dataclass, replace

import numpy as np

from xuezheng.engines.matching.mechanisms.market import Market, from_round
from xuezheng.engines.matching.mechanisms.rounds import Round
from xuezheng.engines.matching.model import MechanismKind, Problem
from xuezheng.engines.matching.simulation.columns import NUMBER_BITS, Columns, Ints
from xuezheng.engines.matching.simulation.measures import Outcome

COMPILED_FROM = 100_000
"""From this many rows, summed over the runs, loading the compiled mechanisms pays."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Compiled:
    """A round for the compiled mechanisms, with what all redraws of it share."""

    market: Market
    room: Ints
    """Seats of each pool as far as anybody wants them."""
    best_class: Ints
    """Of each row: the first of the classes that it has anywhere."""
    is_level: bool
    """Whether all stand level but for class and number."""

    @classmethod
    def of(cls, market: Market) -> "Compiled":
        """Find what redraws share."""
        pools, rows = len(market.seats), market.row_count
        wanted = np.bincount(market.pools, minlength=pools)
        best = np.full(rows, int(market.classes.max(initial=0)), dtype=np.int64)
        row_of_edge = np.repeat(np.arange(rows, dtype=np.int64), np.diff(market.starts))
        np.minimum.at(best, row_of_edge, market.classes.astype(np.int64))
        base = market.base
        return cls(
            market=market,
            room=np.minimum(market.seats, wanted),
            best_class=best,
            is_level=base is not None and (not len(base) or bool((base == base[0]).all())),
        )

    def redrawn(self, ranks: Ints) -> Market:
        """Give the market after another draw; `ranks` are the places of the rows' numbers."""
        if self.is_level and self.market.weights is None:
            return replace(self.market, ranks=ranks.astype(np.uint32), is_strict=True)
        from xuezheng.engines.matching.mechanisms.columnar import redraw  # noqa: PLC0415  numba takes a second to import

        return redraw(self.market, ranks.astype(np.uint64))


def lay_out(market: Round, problem: Problem, repeats: int) -> Compiled | None:
    """Lay out a round for the compiled mechanisms, if they can run it and it is worth loading them."""
    trades = problem.rules.mechanism is MechanismKind.TOP_TRADING_CYCLES
    if trades or repeats == 0 or len(market.rows) * repeats < COMPILED_FROM:
        return None
    found = from_round(market)
    # without a rank for each row a new draw cannot be told apart from the keys
    return None if found.base is None else Compiled.of(found)


def run_compiled(shared: Compiled, market: Market, problem: Problem) -> Ints:
    """Run the mechanism of a problem over a market; gives for each row the place of its edge in its list, or -1."""
    from xuezheng.engines.matching.mechanisms import columnar  # noqa: PLC0415  numba takes a second to import

    rules = problem.rules
    if rules.mechanism is MechanismKind.IMMEDIATE_ACCEPTANCE:
        return np.asarray(columnar.band_by_band(market, 1), dtype=np.int64)
    if rules.mechanism is MechanismKind.CHOICE_BANDS:
        return np.asarray(columnar.band_by_band(market, rules.band or 1), dtype=np.int64)
    # with one order for all, deferred acceptance gives what a serial dictatorship gives
    shift = max(market.row_count - 1, 1).bit_length()
    classes = int(shared.best_class.max(initial=0)) + 1
    if not market.is_strict or classes << shift >= 1 << 62:
        return np.asarray(columnar.defer(market), dtype=np.int64)
    from xuezheng.engines.matching.simulation import redraw_kernels as fast  # noqa: PLC0415

    order, row_of_rank = fast.order_rows(market.ranks, shared.best_class, classes)
    columns = market.starts, market.pools, market.classes, market.ranks
    found = fast.defer_in_order(*columns, order, row_of_rank, shared.room, shift)
    return np.asarray(found)


def settle(columns: Columns, ranks: Ints | None, chosen: Ints) -> Outcome:
    """Read off who got what and who has a claim, by compiled loops."""
    from xuezheng.engines.matching.simulation import measure_kernels as fast  # noqa: PLC0415  imports numba

    level, pool, choice = columns.level, columns.pool, columns.choice
    places = np.zeros(0, np.int64) if ranks is None else ranks
    last = fast.last_standings(
        level, pool, columns.seats, columns.weight, places, chosen, NUMBER_BITS
    )
    envy = fast.claim_rows(columns.start, choice, level, pool, last, places, chosen, NUMBER_BITS)
    rank, school = fast.places_of(columns.row_of, chosen, choice, pool, columns.school)
    return Outcome(rank=rank, school=school, envy=envy[columns.row_of], is_compiled=True)


def pick_rows(market: Market, rows: Ints) -> Market:
    """Give a market of some rows of another, each as often as it is named."""
    counts = np.diff(market.starts)[rows]
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    edges = np.repeat(market.starts[rows] - starts[:-1], counts) + np.arange(starts[-1])
    return replace(
        market,
        starts=starts,
        pools=market.pools[edges],
        classes=market.classes[edges],
        ranks=market.ranks[rows],
        choices=None if market.choices is None else market.choices[edges],
        weights=None if market.weights is None else market.weights[rows],
        base=None if market.base is None else market.base[rows],
        is_strict=False,
    )
