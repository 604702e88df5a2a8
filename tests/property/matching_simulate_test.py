"""A simulation agrees with the solver, adds up, does not depend on order, and repeats from its seed."""

import json
from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuezheng.engines.matching.documents.simulations import simulation_plain
from xuezheng.engines.matching.model import (
    Applicant,
    Filing,
    Key,
    LastSeat,
    MechanismKind,
    PlacementKind,
    Problem,
    Rules,
    School,
    Seats,
    Siblings,
    Step,
    Tier,
)
from xuezheng.engines.matching.simulation import compiled
from xuezheng.engines.matching.simulation.redraws import draw_numbers, with_numbers
from xuezheng.engines.matching.simulation.scenario import QuotaShare, Scenario, apply_scenario
from xuezheng.engines.matching.simulation.simulate import (
    RedrawsNegative,
    ScenarioTwice,
    Simulation,
    simulate,
)
from xuezheng.engines.matching.solve import solve

SCENARIOS = (
    Scenario(name="immediate", mechanism=MechanismKind.IMMEDIATE_ACCEPTANCE),
    Scenario(name="bands", mechanism=MechanismKind.CHOICE_BANDS, band=2),
    Scenario(name="trading", mechanism=MechanismKind.TOP_TRADING_CYCLES),
    Scenario(name="short", max_choices=1),
    Scenario(name="quota", quota_shares=(QuotaShare(share=Decimal("0.7")),)),
    Scenario(name="placed", placement=PlacementKind.NEAREST),
    Scenario(
        name="filings",
        mechanism=MechanismKind.FILINGS,
        filings=(
            Filing(id="1", kinds=("general",), max_choices=2),
            Filing(id="2", kinds=("quota",), max_choices=1),
        ),
    ),
)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """A small round: quotas for two groups, two tiers, coarse scores, ties, homes and numbers."""
    size, count = draw(st.integers(1, 12)), draw(st.integers(1, 4))
    names = [f"s{place}" for place in range(count)]
    small = st.integers(0, 3)
    schools = tuple(
        School(
            id=name,
            seats=(
                Seats(count=draw(small)),
                Seats(kind="quota", count=draw(small), reserved_for=("g0",), unfilled=(Step.ALL,)),
            ),
            east_metres=1000 * place,
            north_metres=0,
        )
        for place, name in enumerate(names)
    )
    numbers = draw(st.permutations(range(size)))
    applicants = tuple(
        Applicant(
            id=f"a{place:02}",
            choices=tuple(draw(st.permutations(names))[: draw(st.integers(0, count))]),
            division=f"d{draw(st.integers(0, 1))}",
            groups=(f"g{draw(st.integers(0, 1))}",),
            tiers=(f"t{draw(st.integers(0, 1))}",),
            keys={"score": Decimal(draw(st.integers(0, 2)))},
            number=number,
            east_metres=draw(st.integers(0, 3000)),
            north_metres=0,
        )
        for place, number in enumerate(numbers)
    )
    keys = (Key(name="score"),) if draw(st.booleans()) else ()
    rules = Rules(tiers=(Tier(name="t0"), Tier(name="t1")), keys=keys)
    return Problem(id="p", rules=rules, schools=schools, applicants=applicants)


def text_of(simulation: Simulation) -> str:
    """All that a simulation says, without the hash of the problem."""
    return json.dumps(simulation_plain(simulation) | {"problem_hash": ""})


@given(problems())
def test_with_the_numbers_given_it_counts_what_the_solver_gives(problem: Problem) -> None:
    """First choices, listed, elsewhere and nowhere of every scenario are those of `solve`."""
    found = simulate(problem, SCENARIOS)

    for report in found.scenarios:
        result = solve(apply_scenario(problem, report.scenario))
        wishes = {one.id: one.choices for one in problem.applicants}
        states: Counter[str] = Counter()
        for one in result.assignments:
            listed = wishes[one.applicant]
            states["first_choice"] += listed[:1] == (one.school,)
            states["listed"] += one.school in listed
            states["elsewhere"] += bool(one.school) and one.school not in listed
            states["unassigned"] += not one.school
        counts = report.line().counts
        assert {name: counts[name].total for name in states} == dict(states)
        assert {one.runs for one in counts.values()} == {1}


@given(problems())
def test_the_stable_rule_leaves_no_envy(problem: Problem) -> None:
    """Deferred acceptance over the full lists: nobody has a claim, in any redraw; so the base has none here."""
    base = simulate(problem, seed="s", redraws=5).scenarios[0]

    assert base.line().counts["justified_envy"].high == 0


@given(problems(), st.randoms(use_true_random=False))
def test_it_adds_up_and_does_not_depend_on_order(problem: Problem, chance: object) -> None:
    """Divisions add up to all, redraw by redraw and so in sum; shuffled entries give the same bytes."""
    found = simulate(problem, SCENARIOS, seed="s", redraws=4)

    for report in found.scenarios:
        everybody = report.line()
        divisions = [line for line in report.lines if line.category.by == "division"]
        groups = [line for line in report.lines if line.category.by == "group"]
        for parts in (divisions, groups):  # here everybody is in one group
            assert sum(line.category.applicants for line in parts) == len(problem.applicants)
            for name, one in (everybody.counts | everybody.moves).items():
                sums = [(line.counts | line.moves)[name].total for line in parts]
                assert sum(sums) == one.total
        states = (everybody.counts[name].total for name in ("listed", "elsewhere", "unassigned"))
        assert sum(states) == len(problem.applicants) * everybody.counts["listed"].runs

    applicants, schools = list(problem.applicants), list(problem.schools)
    chance.shuffle(applicants)  # type: ignore[attr-defined]
    chance.shuffle(schools)  # type: ignore[attr-defined]
    other = replace(problem, applicants=tuple(applicants), schools=tuple(schools))
    assert text_of(simulate(other, SCENARIOS, seed="s", redraws=4)) == text_of(found)


@given(problems())
def test_a_redraw_is_the_solver_with_the_documented_numbers(problem: Problem) -> None:
    """One redraw counts what `solve` gives with the numbers of `draw_numbers`."""
    drawn = with_numbers(problem, draw_numbers(len(problem.applicants), seed="s", redraw=1))

    by_redraw = simulate(problem, SCENARIOS, seed="s", redraws=1)
    by_hand = simulate(drawn, SCENARIOS)

    for one, other in zip(by_redraw.scenarios, by_hand.scenarios, strict=True):
        assert one.lines == other.lines


@given(problems())
def test_without_ties_the_draw_is_run_once(problem: Problem) -> None:
    """Where all scores differ, or all who are level are admitted, redraws are skipped and the report says so."""
    scored = tuple(
        replace(one, keys={"score": Decimal(place)}, tiers=("t0",), number=None)
        for place, one in enumerate(problem.applicants)
    )
    rules = replace(problem.rules, keys=(Key(name="score"),))
    clear = replace(problem, applicants=scored, rules=rules)
    level = replace(problem, rules=replace(problem.rules, last_seat=LastSeat.ADMIT_ALL))
    told: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        told.append((done, total))

    for one in (clear, level):
        found = simulate(one, SCENARIOS[:2], seed="s", redraws=9, progress=progress)
        assert not found.is_random
        assert found.scenarios[0].line().counts["listed"].runs == 1
    assert told == [(1, 1), (1, 1)]


def cohort(size: int, schools: int, *, scored: bool = True) -> Problem:
    """Lists of up to ten of a few schools, some of them more wanted, with seats for nine in ten."""
    words = draw_numbers(size * 11, seed="cohort", redraw=1).reshape(size, 11).tolist()
    # the smaller of two draws: school 0 is wanted most
    listed = [
        tuple(
            dict.fromkeys(f"s{min(word % schools, (word >> 32) % schools):02}" for word in row[:10])
        )
        for row in words
    ]
    return Problem(
        id="cohort",
        rules=Rules(keys=(Key(name="score"),) if scored else ()),
        schools=tuple(
            School(id=f"s{place:02}", seats=(Seats(count=size * 9 // (10 * schools)),))
            for place in range(schools)
        ),
        applicants=tuple(
            Applicant(
                id=f"a{place:04}",
                choices=listed[place],
                keys={"score": Decimal(words[place][10])},
                unit=f"u{place // 20}" if place % 20 < 2 else "",
                groups=(f"g{place % 3}",),
            )
            for place in range(size)
        ),
    )


def test_wider_bands_leave_less_envy() -> None:
    """Bands 1, 2, 3, 5, 10 under one order of scores: envy and first choices fall; at full width it is the stable rule."""
    bands = [
        Scenario(name=str(band), mechanism=MechanismKind.CHOICE_BANDS, band=band)
        for band in (1, 2, 3, 5, 10)
    ]

    base, *found = (one.line() for one in simulate(cohort(1_500, 20), bands).scenarios)

    envy = [line.counts["justified_envy"].total for line in found]
    first = [line.counts["first_choice"].total for line in found]
    assert envy == sorted(envy, reverse=True)
    assert len(set(envy)) == 5
    assert envy[-1] == 0
    assert first == sorted(first, reverse=True)
    assert found[-1].counts == base.counts
    assert found[-1].moves["up"].total == found[-1].moves["down"].total == 0


@pytest.mark.parametrize("siblings", list(Siblings))
def test_compiled_and_plain_runs_say_the_same(
    siblings: Siblings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Large problems go through compiled loops, side by side; byte for byte the output is that of plain Python."""
    problem = cohort(400, 8, scored=False)
    twins = {one.unit: one.choices for one in reversed(problem.applicants) if one.unit}
    applicants = tuple(
        replace(one, choices=twins.get(one.unit, one.choices)) for one in problem.applicants
    )
    problem = replace(
        problem, applicants=applicants, rules=replace(problem.rules, siblings=siblings)
    )
    texts = []
    for limit in (1, 10**12):
        monkeypatch.setattr(compiled, "COMPILED_FROM", limit)
        scenarios = [one for one in SCENARIOS if one.name in ("immediate", "bands", "short")]
        threads = 3 if limit == 1 else 1
        found = simulate(problem, scenarios, seed="s", redraws=6, threads=threads)
        texts.append(text_of(found))

    assert texts[0] == texts[1]


def test_other_seeds_give_other_redraws() -> None:
    """The same seed gives the same bytes, another one does not; and the draw is seen to matter."""
    problem = cohort(200, 5, scored=False)
    found = simulate(problem, seed="s", redraws=20)

    assert found.is_random
    assert found.scenarios[0].line().counts["first_choice"].varies
    assert text_of(simulate(problem, seed="s", redraws=20)) == text_of(found)
    other = simulate(problem, seed="t", redraws=20)
    assert other.scenarios[0].lines != found.scenarios[0].lines


def test_what_cannot_be_run_is_refused() -> None:
    """Two scenarios of one name, the name of the base, and fewer than no redraws."""
    problem = cohort(10, 2)
    for name in ("base", "twice"):
        with pytest.raises(ScenarioTwice, match=name):
            simulate(problem, [Scenario(name="twice"), Scenario(name=name)])
    with pytest.raises(RedrawsNegative, match="-1 redraws"):
        simulate(problem, redraws=-1)
