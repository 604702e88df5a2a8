"""Against brute force: all matchings of tiny problems are tried, and the solver's is the one it should be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuezheng.engines.matching.check import check
from xuezheng.engines.matching.checking.claims import Rulebook
from xuezheng.engines.matching.checking.cutoffs import true_cutoffs
from xuezheng.engines.matching.checking.places import read_held
from xuezheng.engines.matching.checking.report import Property
from xuezheng.engines.matching.checking.stages import lay_stages
from xuezheng.engines.matching.model import (
    Assignment,
    Cutoff,
    MechanismKind,
    Placement,
    Problem,
    Result,
)
from xuezheng.engines.matching.solve import solve

from .matching_problems import ONE_ROUND, tiny_problems  # noqa: TID252 - a folder of tests has no other name

STABLE = tuple(kind for kind in ONE_ROUND if kind is not MechanismKind.TOP_TRADING_CYCLES)
WRONGS = (
    Property.NO_JUSTIFIED_ENVY,
    Property.NO_WASTE,
    Property.BANDS_HONOURED,
    Property.SEATS_MET,
)


@pytest.mark.parametrize("mechanism", STABLE)
@given(data=st.data())
def test_the_solver_gives_the_best_stable_result(
    mechanism: MechanismKind, data: st.DataObject
) -> None:
    """Of all results that wrong nobody, everybody likes the solver's best; the checker accepts it alone."""
    problem = without_placement(data.draw(tiny_problems(mechanism, plain=True)))
    solved = solve(problem)
    stable = [one for one in all_results(problem) if wrongs_nobody(problem, one)]

    assert solved.assignments in [one.assignments for one in stable]
    for other in stable:
        for mine, theirs in zip(solved.assignments, other.assignments, strict=True):
            assert rank(problem, mine) <= rank(problem, theirs)
    accepted = [one for one in stable if not check(problem, one).failing]
    assert [one.assignments for one in accepted] == [solved.assignments]


@given(tiny_problems(MechanismKind.TOP_TRADING_CYCLES))
def test_trading_is_efficient(problem: Problem) -> None:
    """No other result within the seats is as good for all and better for some."""
    problem = without_placement(problem)
    solved = solve(problem)
    mine = [rank(problem, one) for one in solved.assignments]
    for other in all_results(problem):
        if Property.SEATS_MET not in check(problem, other).failing:
            theirs = [rank(problem, one) for one in other.assignments]
            better = any(b < a for a, b in zip(mine, theirs, strict=True))
            assert not (better and all(b <= a for a, b in zip(mine, theirs, strict=True)))


@given(tiny_problems(MechanismKind.TOP_TRADING_CYCLES))
def test_the_checker_knows_what_is_efficient(problem: Problem) -> None:
    """By brute force too: a result within the seats passes exactly if no other is better for some and worse for none."""
    problem = without_placement(problem)
    within = [
        one for one in all_results(problem) if Property.SEATS_MET not in check(problem, one).failing
    ]
    ranks = [[rank(problem, line) for line in one.assignments] for one in within]
    for one, mine in zip(within, ranks, strict=True):
        beaten = any(
            theirs != mine and all(b <= a for a, b in zip(mine, theirs, strict=True))
            for theirs in ranks
        )
        failing = set(check(problem, one).failing)
        assert beaten is bool(failing & {Property.EFFICIENT, Property.NO_WASTE})


@pytest.mark.parametrize(
    "mechanism", [MechanismKind.DEFERRED_ACCEPTANCE, MechanismKind.SERIAL_DICTATORSHIP]
)
@given(data=st.data())
def test_no_other_list_brings_a_better_place(mechanism: MechanismKind, data: st.DataObject) -> None:
    """Strategy-proof: whatever somebody lists instead, they do not get what they truly like better."""
    problem = without_placement(data.draw(tiny_problems(mechanism, plain=True)))
    rules = replace(
        problem.rules, max_choices=None, tier_counts=problem.rules.tier_counts.EVERY_CHOICE
    )
    problem = replace(problem, rules=rules)
    honest = {one.applicant: one for one in solve(problem).assignments}
    person = problem.applicants[0]
    for listed in _all_lists([school.id for school in problem.schools]):
        lying = replace(person, choices=listed)
        others = problem.applicants[1:]
        again = solve(replace(problem, applicants=(lying, *others)))
        got = next(one for one in again.assignments if one.applicant == person.id)
        if got.school in person.choices:
            true = person.choices.index(got.school) + 1
            assert true >= (honest[person.id].choice or len(person.choices) + 1)


def without_placement(problem: Problem) -> Problem:
    """The problem without what follows the main round, and with four applicants at most."""
    rules = replace(problem.rules, placement=Placement())
    return replace(problem, rules=rules, applicants=problem.applicants[:4])


def wrongs_nobody(problem: Problem, result: Result) -> bool:
    """Whether the checker finds neither envy nor waste nor too many in a pool."""
    return not set(WRONGS) & set(check(problem, result).failing)


def rank(problem: Problem, line: Assignment) -> int:
    """How far down the options a place is: by choice, then by the school's order of filling."""
    if not line.school:
        return 99
    school = next(one for one in problem.schools if one.id == line.school)
    names = [school.pool_name(place) for place in range(len(school.seats))]
    return line.choice * 10 + names.index(line.pool)


def all_results(problem: Problem) -> Iterator[Result]:
    """Every way to put everybody into a pool that they list and may take, or nowhere, with true cut-offs."""
    base = solve(problem)
    stage = next(lay_stages(Rulebook(problem), {}))
    options = []
    for party in sorted(stage.parties, key=lambda one: one.members[0].id):
        name = party.members[0].id
        options.append(
            [
                Assignment(applicant=name),
                *(
                    Assignment(
                        applicant=name,
                        school=claim.pool.school.id,
                        kind=claim.pool.plan.kind,
                        pool=claim.pool.name,
                        choice=claim.choice,
                    )
                    for claim in party.claims
                ),
            ]
        )
    for lines in product(*options):
        yield replace(base, assignments=lines, cutoffs=cutoffs_of(problem, lines))


def cutoffs_of(problem: Problem, lines: tuple[Assignment, ...]) -> tuple[Cutoff, ...]:
    """The cut-offs that some places give."""
    book = Rulebook(problem)
    stages = lay_stages(book, {line.applicant: line for line in lines if line.school})
    return tuple(one for stage in stages for one in true_cutoffs(book, stage, read_held(stage)))


def _all_lists(schools: list[str]) -> Iterator[tuple[str, ...]]:
    yield ()
    for school in schools:
        for rest in _all_lists([one for one in schools if one != school]):
            yield (school, *rest)
