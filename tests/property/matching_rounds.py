"""Random rounds, small as objects and larger as columns."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from xuezheng.engines.matching.mechanisms.market import Market, make_market
from xuezheng.engines.matching.mechanisms.rounds import Option, Pool, Round, Row


@st.composite
def rounds(draw: st.DrawFn, *, level: bool = False, heavy: bool = False) -> Round:
    """Small rounds; `level`: standings may be equal; `heavy`: rows may take two seats."""
    pool_count = draw(st.integers(1, 4))
    row_count = draw(st.integers(0, 9))
    numbers = draw(st.permutations(range(row_count)))
    rows = []
    for row in range(row_count):
        wish = draw(st.permutations(range(pool_count)))[: draw(st.integers(0, pool_count))]
        number = numbers[row] // 3 if level else numbers[row]
        options = tuple(
            Option(
                pool=pool,
                choice=choice,
                standing=(draw(st.integers(0, 1)), draw(st.integers(0, 2)), number),
            )
            for choice, pool in enumerate(wish, start=1)
        )
        members = (f"a{row}", f"b{row}") if heavy and draw(st.booleans()) else (f"a{row}",)
        rows.append(Row(members=members, options=options))
    pools = tuple(
        Pool(name=f"S{pool}/general", school=f"S{pool}", kind="general", seats=seats)
        for pool, seats in enumerate(draw(st.tuples(*[st.integers(0, 3)] * pool_count)))
    )
    return Round(pools=pools, rows=tuple(rows))


def random_market(rows: int, pools: int, seed: int, *, tiers: int = 3) -> Market:
    """Make a strict market, some pools without seats."""
    chance = np.random.default_rng(seed)
    lists = [
        chance.choice(pools, chance.integers(1, min(pools, 8) + 1), replace=False)
        for _ in range(rows)
    ]
    edges = sum(map(len, lists))
    return make_market(
        starts=np.cumsum([0, *map(len, lists)]),
        pools=np.concatenate(lists),
        classes=chance.integers(0, tiers, edges),
        ranks=chance.permutation(rows),
        seats=chance.integers(0, 2 * rows // pools, pools),
    )
