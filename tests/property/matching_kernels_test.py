"""Compiled code gives what plain Python gives, from estimated cut-offs as from none, and its check finds faults."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.property.matching_rounds import random_market, rounds

from xuezheng.engines.matching.mechanisms import columnar, narrowing, plain, proof_kernels
from xuezheng.engines.matching.mechanisms.market import from_round, make_market
from xuezheng.engines.matching.mechanisms.rounds import Round


@given(rounds(level=True, heavy=True), st.integers(1, 4))
def test_compiled_equals_plain(market: Round, band: int) -> None:
    """Compiled code with ties and units gives what plain Python gives."""
    columns = from_round(market)
    assert columnar.defer(columns).tolist() == plain.defer(market)
    assert columnar.band_by_band(columns, band).tolist() == plain.band_by_band(market, band)


@given(rounds(), st.integers(1, 4))
def test_compiled_equals_plain_where_order_is_strict(market: Round, band: int) -> None:
    """So does the quicker code for strict orders."""
    columns = from_round(market)
    assert columns.is_strict
    assert columnar.defer(columns).tolist() == plain.defer(market)
    assert columnar.band_by_band(columns, band).tolist() == plain.band_by_band(market, band)


@given(rounds(level=True, heavy=True), st.data())
def test_serial_dictatorship_equals_deferred_acceptance(market: Round, data: st.DataObject) -> None:
    """With one order for all pools the queue and deferred acceptance are one."""
    rows = []
    for row in market.rows:
        tier = data.draw(st.integers(0, 2))
        rows.append(
            replace(
                row,
                options=tuple(
                    replace(option, standing=(0, tier, option.standing[2]))
                    for option in row.options
                ),
            )
        )
    one_order = replace(market, rows=tuple(rows))
    expected = plain.defer(one_order)
    assert plain.dictate(one_order) == expected
    assert columnar.dictate(from_round(one_order)).tolist() == expected


@given(rounds(level=True, heavy=True), st.data())
def test_proof_accepts_the_solution_and_nothing_worse(market: Round, data: st.DataObject) -> None:
    """The compiled check accepts the result, and refuses it when one row loses its place."""
    columns = from_round(market)
    taken = columnar.defer(columns)
    assert proof_kernels.prove(columns, taken).is_sound
    placed = np.flatnonzero(taken >= 0)
    if len(placed):
        worse = taken.copy()
        worse[data.draw(st.sampled_from(placed.tolist()))] = -1
        assert not proof_kernels.prove(columns, worse).is_sound


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("rows", "pools"), [(300, 40), (4_000, 12), (3_000, 900)])
def test_estimated_cutoffs_change_nothing(
    monkeypatch: pytest.MonkeyPatch, rows: int, pools: int, seed: int
) -> None:
    """Starting from the cut-offs of samples gives the same result as starting from none."""
    monkeypatch.setattr(columnar, "LEAST_SAMPLE", 4)
    monkeypatch.setattr(narrowing, "LEAST_SAMPLE", 4)
    market = random_market(rows, pools, seed)
    expected = columnar.defer(market, narrow=False)
    assert (columnar.defer(market) == expected).all()
    assert proof_kernels.prove(market, expected).is_sound


@pytest.mark.parametrize("seed", range(12))
def test_false_limits_are_found_out(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """Limits that are far too tight cost time, never the result."""
    monkeypatch.setattr(columnar, "LEAST_SAMPLE", 4)
    monkeypatch.setattr(narrowing, "LEAST_SAMPLE", 4)
    market = random_market(400, 30, seed, tiers=4)
    chance = np.random.default_rng(seed)
    top = np.uint32(2**32 - 1)

    def guess(*_: Any) -> Any:
        return np.where(chance.random(30) < 0.5, chance.integers(0, 4 * 512, 30), top).astype(
            np.uint32
        )

    expected = columnar.defer(market, narrow=False)
    monkeypatch.setattr(narrowing, "loosen", guess)
    assert (columnar.defer(market) == expected).all()


def test_a_stable_result_that_is_not_the_best_has_a_rotation() -> None:
    """The worse of two stable results is told from the better by a cycle."""
    # each pool prefers the row that prefers the other pool
    market = make_market(
        starts=np.array([0, 2, 4]),
        pools=np.array([0, 1, 1, 0]),
        classes=np.array([1, 0, 1, 0]),
        ranks=np.array([0, 1]),
        seats=np.array([1, 1]),
    )
    best, worst = np.array([0, 0], np.int16), np.array([1, 1], np.int16)
    assert columnar.defer(market).tolist() == [0, 0]
    top = np.uint32(2**32 - 1)
    for taken, limits, rotates in ((best, [2, 3], False), (worst, [1, 0 + 1], True)):
        assert proof_kernels.prove(market, taken).is_sound
        found = narrowing.has_rotation(market.columns, taken, 1, np.array(limits, np.uint32), top)
        assert found is rotates


@given(st.lists(st.integers(0, 2**64 - 1), max_size=30), st.data())
def test_redraw_ranks_by_base_then_number(numbers: list[int], data: st.DataObject) -> None:
    """A redraw keeps what stands before the number, and sorts whole 64-bit numbers."""
    count = len(numbers)
    base = data.draw(st.lists(st.integers(0, 2), min_size=count, max_size=count))
    market = make_market(
        starts=np.arange(count + 1),
        pools=np.zeros(count),
        classes=np.zeros(count),
        ranks=np.arange(count),
        seats=np.array([1]),
        base=np.array(base, np.uint32),
    )
    again = columnar.redraw(market, np.array(numbers, np.uint64))
    keys = list(zip(base, numbers, strict=True))
    places = {key: place for place, key in enumerate(sorted(set(keys)))}
    assert again.ranks.tolist() == [places[key] for key in keys]
    assert again.is_strict == (len(places) == count)


@given(rounds(level=True), st.data())
def test_ranks_of_edges_equal_ranks_of_rows(market: Round, data: st.DataObject) -> None:
    """A rank for each edge, where keys differ between pools, is as good as one for each row."""
    rows = tuple(
        replace(
            row,
            options=tuple(
                replace(option, standing=(0, 0, data.draw(st.integers(0, 3))))
                for option in row.options
            ),
        )
        for row in market.rows
    )
    mixed = replace(market, rows=rows)
    columns = from_round(mixed)
    assert columnar.defer(columns).tolist() == plain.defer(mixed)
    assert columnar.band_by_band(columns, 1).tolist() == plain.band_by_band(mixed, 1)
    assert proof_kernels.prove(columns, columnar.defer(columns)).is_sound


@given(rounds())
def test_rows_without_keys_are_level(market: Round) -> None:
    """Where only step and tier are compared, the compiled code admits all who are level, as the plain does."""
    rows = tuple(
        replace(
            row,
            options=tuple(replace(option, standing=option.standing[:2]) for option in row.options),
        )
        for row in market.rows
    )
    bare = replace(market, rows=rows)
    assert columnar.defer(from_round(bare)).tolist() == plain.defer(bare)


def test_a_false_place_is_named() -> None:
    """A place beyond the end of a list is not taken for an edge of the next row."""
    market = random_market(50, 5, 1)
    taken = columnar.defer(market)
    taken[7] = market.starts[8] - market.starts[7]
    assert proof_kernels.prove(market, taken).outside == 1


def test_too_many_in_a_pool_are_seen() -> None:
    """A pool that holds a row behind its last seat is counted."""
    market = make_market(
        starts=np.array([0, 1, 2]),
        pools=np.zeros(2),
        classes=np.zeros(2),
        ranks=np.array([0, 1]),
        seats=np.array([1]),
    )
    proof = proof_kernels.prove(market, np.zeros(2, np.int16))
    assert (proof.overfull, proof.is_sound) == (1, False)
