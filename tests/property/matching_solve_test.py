"""Mechanisms agree with each other and with a package by others, whatever the order of entries."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching.games import HospitalResident
from tests.property.matching_rounds import rounds

from xuezheng.engines.matching import assign, build_round, solve
from xuezheng.engines.matching.mechanisms import plain
from xuezheng.engines.matching.mechanisms.rounds import Round
from xuezheng.engines.matching.model import (
    Applicant,
    LastSeat,
    MechanismKind,
    Problem,
    Rules,
    School,
    Seats,
    Tier,
    WithoutTier,
)
from xuezheng.engines.matching.solve import KERNEL_ROWS

ONE_ROUND = [one for one in MechanismKind if one is not MechanismKind.FILINGS]


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Small problems with tiers and numbers."""
    names = ["A", "B", "C"]
    tiers = (Tier(name="near"), Tier(name="far"))
    numbers = draw(st.permutations(range(1, 8)))
    applicants = tuple(
        Applicant(
            id=f"p{place}",
            choices=tuple(draw(st.permutations(names))[: draw(st.integers(0, 3))]),
            tiers=("far",),
            tiers_at={draw(st.sampled_from(names)): ("near",)},
            number=numbers[place],
        )
        for place in range(draw(st.integers(0, 7)))
    )
    schools = tuple(
        School(id=name, seats=(Seats(count=draw(st.integers(0, 3))),)) for name in names
    )
    same = draw(st.sampled_from(ONE_ROUND))
    if same is MechanismKind.SERIAL_DICTATORSHIP:
        tiers = ()
    rules = Rules(mechanism=same, band=2, tiers=tiers)
    return Problem(id="city", rules=rules, schools=schools, applicants=applicants)


@given(problems(), st.randoms(use_true_random=False))
def test_order_of_entries_plays_no_part(problem: Problem, chance: random.Random) -> None:
    """Applicants and schools may stand in the problem in any order: result and hash are the same."""
    applicants, schools = list(problem.applicants), list(problem.schools)
    chance.shuffle(applicants)
    chance.shuffle(schools)
    shuffled = replace(problem, applicants=tuple(applicants), schools=tuple(schools))
    assert solve(shuffled) == solve(problem)


@given(problems(), st.permutations(range(7)))
def test_names_play_no_part(problem: Problem, names: list[int]) -> None:
    """Under other identifiers everybody gets the same place, since draw numbers decide."""
    new = {one.id: f"q{names[place]}" for place, one in enumerate(problem.applicants)}
    renamed = replace(
        problem, applicants=tuple(replace(one, id=new[one.id]) for one in problem.applicants)
    )
    places = {one.applicant: one.pool for one in solve(renamed).assignments}
    assert places == {new[one.applicant]: one.pool for one in solve(problem).assignments}


@given(rounds())
def test_deferred_acceptance_wastes_nothing(market: Round) -> None:
    """Nobody would rather have a pool that still has a seat."""
    taken = plain.defer(market)
    used = [0] * len(market.pools)
    for row, place in zip(market.rows, taken, strict=True):
        if place >= 0:
            used[row.options[place].pool] += 1
    for row, place in zip(market.rows, taken, strict=True):
        better = row.options if place < 0 else row.options[:place]
        assert all(used[option.pool] >= market.pools[option.pool].seats for option in better)


@pytest.mark.parametrize(("rows", "pools"), [(12, 3), (60, 6), (300, 12), (1000, 40)])
def test_agrees_with_the_package_matching(rows: int, pools: int) -> None:
    """Deferred acceptance gives what the package `matching` gives."""
    chance = random.Random(rows)
    names = [f"S{pool}" for pool in range(pools)]
    lists = {f"p{row}": chance.sample(names, chance.randint(1, 3)) for row in range(rows)}
    tier = {(row, name): chance.choice(["near", "far"]) for row in lists for name in names}
    number = {row: place for place, row in enumerate(chance.sample(sorted(lists), rows))}
    seats = {name: max(1, rows // pools - chance.randint(0, 2)) for name in names}
    problem = Problem(
        id="city",
        rules=Rules(tiers=(Tier(name="near"), Tier(name="far")), last_seat=LastSeat.DRAW),
        schools=tuple(School(id=name, seats=(Seats(count=seats[name]),)) for name in names),
        applicants=tuple(
            Applicant(
                id=row,
                choices=tuple(lists[row]),
                tiers_at={name: (tier[row, name],) for name in names},
                number=number[row],
            )
            for row in lists
        ),
    )
    order = {
        name: sorted(
            (row for row in lists if name in lists[row]),
            key=lambda row: (tier[row, name] == "far", number[row]),
        )
        for name in names
    }
    game = HospitalResident.create_from_dictionaries(
        lists, {name: found for name, found in order.items() if found}, seats
    )
    theirs = {
        resident.name: hospital.name
        for hospital, residents in game.solve(optimal="resident").items()
        for resident in residents
    }
    ours = {one.applicant: one.school for one in solve(problem).assignments if one.school}
    assert ours == theirs


def test_large_rounds_run_compiled_and_agree() -> None:
    """From two thousand rows on the compiled code runs; the result is that of plain Python."""
    chance = random.Random(5)
    names = [f"S{place}" for place in range(30)]
    problem = Problem(
        id="large",
        rules=Rules(tiers=(Tier(name="near"), Tier(name="far")), without_tier=WithoutTier.LAST),
        schools=tuple(School(id=name, seats=(Seats(count=60),)) for name in names),
        applicants=tuple(
            Applicant(
                id=f"p{place:05}",
                choices=tuple(chance.sample(names, 4)),
                tiers_at={chance.choice(names): ("near",)},
                number=place * 7919 % 2003,
            )
            for place in range(2003)
        ),
    )
    market = build_round(problem)
    assert len(market.rows) >= KERNEL_ROWS
    assert assign(market) == plain.defer(market)
    for band in (1, 2):
        banded = assign(market, mechanism=MechanismKind.CHOICE_BANDS, band=band)
        assert banded == plain.band_by_band(market, band)
    level = replace(problem, rules=replace(problem.rules, last_seat=LastSeat.ADMIT_ALL))
    market = build_round(level)
    assert assign(market, admit_ties=True) == plain.defer(market)
    one_order = build_round(replace(problem, rules=Rules()))
    queue = assign(one_order, mechanism=MechanismKind.SERIAL_DICTATORSHIP)
    assert queue == plain.dictate(one_order) == plain.defer(one_order)
