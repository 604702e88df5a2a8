"""Certificates are true, say what would have been enough, and check alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuezheng.engines.matching.certificates.certificate import (
    Certificate,
    Change,
    ChangeKind,
    Line,
    Reason,
)
from xuezheng.engines.matching.certificates.check import Untrue, check_certificate
from xuezheng.engines.matching.check import check
from xuezheng.engines.matching.checking.report import Property
from xuezheng.engines.matching.explain import Explainer, by_pool
from xuezheng.engines.matching.model import (
    Applicant,
    Direction,
    MechanismKind,
    Problem,
    Result,
    Rules,
    School,
    Seats,
    Tier,
)
from xuezheng.engines.matching.solve import solve

from .matching_problems import ONE_ROUND, tiny_problems, town  # noqa: TID252 - a folder of tests has no other name

EVERY = (*ONE_ROUND, MechanismKind.FILINGS)
WITH_CUTOFFS = tuple(kind for kind in EVERY if kind is not MechanismKind.TOP_TRADING_CYCLES)
CLAIMS = (Property.NO_JUSTIFIED_ENVY, Property.NO_WASTE, Property.BANDS_HONOURED)
LITTLE = Decimal("0.001")


@pytest.mark.parametrize("mechanism", EVERY)
@given(data=st.data())
def test_every_certificate_checks_alone(mechanism: MechanismKind, data: st.DataObject) -> None:
    """For everybody, by every mechanism: no fault, and the lines end at the place or at the end of the list."""
    problem = data.draw(tiny_problems(mechanism))
    result = solve(problem)
    cutoffs = by_pool(result.cutoffs)

    for certificate in Explainer(problem, result).certificates():
        assert [str(one.phrase()) for one in check_certificate(certificate, cutoffs)] == []


@pytest.mark.parametrize("mechanism", WITH_CUTOFFS)
@given(data=st.data())
def test_a_counterfactual_gives_a_right_to_the_seat(
    mechanism: MechanismKind, data: st.DataObject
) -> None:
    """With the change the published result would wrong the applicant at that pool; with a little less it would not."""
    problem = data.draw(tiny_problems(mechanism, plain=True))
    result = solve(problem)
    for certificate, line, change in changes_of(problem, result):
        if change.kind is not ChangeKind.CHOICE:
            more, less = varied(problem, certificate, line, change)
            assert is_wronged(more, result, certificate.applicant, line), change
            assert not is_wronged(less, result, certificate.applicant, line), change


@given(tiny_problems(MechanismKind.SERIAL_DICTATORSHIP, plain=True))
def test_in_one_order_a_counterfactual_comes_true(problem: Problem) -> None:
    """Solved again with the change, a serial dictatorship gives the seat or one listed before it."""
    if any(pool.reserved_for or pool.minimum for one in problem.schools for pool in one.seats):
        return
    for certificate, line, change in changes_of(problem, solve(problem)):
        more, less = varied(problem, certificate, line, change)
        assert 0 < choice_of(solve(more), certificate.applicant) <= line.choice
        assert choice_of(solve(less), certificate.applicant) in (0, *range(line.choice + 1, 9))


def test_under_deferred_acceptance_a_chain_may_move_the_cut_off() -> None:
    """The counter-example: enough at the cut-off, and yet not held when solved again with the change."""
    ladder = tuple(Tier(name=f"t{number}") for number in range(4))
    schools = tuple(
        School(id=name, seats=(Seats(count=1),), tiers=ladder) for name in ("s0", "s1", "s2")
    )
    lists = {"a0": "01", "a1": "21", "a2": "10", "a3": "12"}
    tiers = {"a0": "003", "a1": "211", "a2": "132", "a3": "320"}
    people = tuple(
        Applicant(
            id=name,
            choices=tuple(f"s{place}" for place in listed),
            tiers_at={f"s{place}": (f"t{tier}",) for place, tier in enumerate(tiers[name])},
            number=number,
        )
        for number, (name, listed) in enumerate(lists.items())
    )
    problem = Problem(id="chain", rules=Rules(), schools=schools, applicants=people)
    found = [
        (certificate, line, change)
        for certificate, line, change in changes_of(problem, solve(problem))
        if (certificate.applicant, line.school, change.tier) == ("a2", "s1", "t2")
    ]

    assert len(found) == 1
    more, _ = varied(problem, *found[0])
    assert is_wronged(more, solve(problem), "a2", found[0][1])
    assert choice_of(solve(more), "a2") == 0


@given(tiny_problems(MechanismKind.IMMEDIATE_ACCEPTANCE, plain=True))
def test_a_choice_listed_earlier_would_have_been_held(problem: Problem) -> None:
    """Where seats are final after each choice, moving the school up as far as is said brings the seat."""
    problem = replace(problem, rules=replace(problem.rules, max_choices=None))
    for certificate, line, change in changes_of(problem, solve(problem)):
        if change.kind is ChangeKind.CHOICE:
            person = person_of(problem, certificate.applicant)
            for choice, comes in ((change.choice, True), (change.choice + 1, False)):
                others = [school for school in person.choices if school != line.school]
                others.insert(choice - 1, line.school)
                again = solve(with_person(problem, replace(person, choices=tuple(others))))
                place = next(a for a in again.assignments if a.applicant == person.id)
                assert (place.pool == line.pool) is comes or place.choice in range(1, choice)


def test_an_altered_certificate_is_refused() -> None:
    """A place, a reason, a cut-off, a choice or a promise that was changed is found, with what is wrong."""
    problem = town(60, 4)
    result = solve(problem)
    cutoffs = by_pool(result.cutoffs)
    sound, place, key = next(
        (certificate, certificate.lines.index(line), change)
        for certificate, line, change in changes_of(problem, result)
        if change.kind is ChangeKind.KEY and change.value and certificate.place.choice > 2
    )
    first = sound.lines[place]
    assert first.cutoff is not None
    assert key.value is not None

    def faults(line: Line, **other: object) -> set[Untrue]:
        lines = (*sound.lines[:place], line, *sound.lines[place + 1 :])
        altered = replace(sound, lines=lines, **other)  # type: ignore[arg-type]
        return {one.why for one in check_certificate(altered, cutoffs)}

    nearer = replace(key, value=key.value - 1, by=(key.by or 0) - 1)
    number = replace(key, kind=ChangeKind.NUMBER, number=10**6)
    assert faults(first) == set()
    assert Untrue.CUTOFF_DIFFERS in faults(
        replace(first, cutoff=replace(first.cutoff, keys=(Decimal(99),)))
    )
    assert Untrue.WAS_DUE in faults(
        replace(first, keys=(Decimal(99),), tier=first.ladder[0], step=0)
    )
    assert Untrue.REASON_DIFFERS in faults(replace(first, reason=Reason.EARLIER_BAND))
    assert Untrue.NOT_ENOUGH in faults(replace(first, changes=(nearer,)))
    assert Untrue.NOT_ENOUGH in faults(replace(first, changes=(number,)))
    assert Untrue.PLACE_DIFFERS in faults(first, place=replace(sound.place, pool="s999/general"))
    skipped = replace(sound, lines=sound.lines[-1:])
    assert Untrue.GAP in {one.why for one in check_certificate(skipped, cutoffs)}


def test_places_between_are_counted() -> None:
    """Who comes next at a pool has nobody between; each further one has one more."""
    problem = town(60, 4)
    between: dict[str, list[int]] = {}
    for certificate in Explainer(problem, solve(problem)).certificates():
        for line in certificate.lines:
            if line.between is not None:
                between.setdefault(line.pool, []).append(line.between)

    assert max(map(len, between.values())) > 5
    assert {pool: sorted(found) for pool, found in between.items()} == {
        pool: list(range(len(found))) for pool, found in between.items()
    }


def changes_of(problem: Problem, result: Result) -> Iterator[tuple[Certificate, Line, Change]]:
    """Every counterfactual of every certificate."""
    for certificate in Explainer(problem, result).certificates():
        for line in certificate.lines:
            for change in line.changes:
                yield certificate, line, change


def is_wronged(problem: Problem, result: Result, applicant: str, line: Line) -> bool:
    """Whether the checker says that the result wrongs the applicant at the pool of a line."""
    report = check(problem, result)
    return any(
        (found.applicant, found.pool, found.filing) == (applicant, line.pool, line.filing)
        for name in CLAIMS
        for found in report.of(name).findings
    )


def varied(
    problem: Problem, certificate: Certificate, line: Line, change: Change
) -> tuple[Problem, Problem]:
    """The problem with what would have been enough, and with the next smaller thing."""
    person = person_of(problem, certificate.applicant)
    if change.kind is ChangeKind.NUMBER:
        return _numbered(problem, person, change.number or 0)
    if change.kind is ChangeKind.KEY:
        key = next((k for k in problem.rules.keys if k.name == change.key), None)
        better = -LITTLE if key is not None and key.direction is Direction.LOW else LITTLE
        assert change.value is not None
        more, less = (better, 0) if change.beyond else (0, -better)
        return tuple(  # type: ignore[return-value]
            with_person(
                problem, replace(person, keys={**person.keys, change.key: change.value + by})
            )
            for by in (more, less)
        )
    if change.kind is ChangeKind.STEP:
        step, steps = change.step, [list(line.reserved_for), *line.unfilled]
        result = []
        for number in (step, step + 1):
            person_there = person
            if number == 0:
                person_there = replace(person, groups=line.reserved_for)
            elif number < len(steps) and steps[number] == "division":
                person_there = replace(person, division=line.division)
            result.append(with_person(problem, person_there))
        return result[0], result[1]
    names = [*line.ladder]
    place = names.index(change.tier)
    return (
        _with_tier(problem, person, line, names[place]),
        _with_tier(problem, person, line, names[place + 1] if place + 1 < len(names) else ""),
    )


def _with_tier(problem: Problem, person: Applicant, line: Line, tier: str) -> Problem:
    """The problem where the applicant's best tier at the school is this one; empty: as it was."""
    if tier == "":
        return problem
    own = line.ladder.index(line.tier) if line.tier else len(line.ladder)
    if line.ladder.index(tier) >= own:
        return problem
    schools = problem.catchments.get(person.area, ())
    moved = replace(person, area="its own", tiers_at={**person.tiers_at, line.school: (tier,)})
    catchments = {**problem.catchments, "its own": (*schools, line.school)}
    worse = tuple(t for t in person.tiers if t not in line.ladder[: line.ladder.index(tier)])
    return with_person(replace(problem, catchments=catchments), replace(moved, tiers=worse))


def _numbered(problem: Problem, person: Applicant, before: int) -> tuple[Problem, Problem]:
    """The problem with all numbers doubled, and the applicant's just before or just after one of them."""
    doubled = replace(
        problem,
        applicants=tuple(
            replace(one, number=None if one.number is None else 2 * one.number)
            for one in problem.applicants
        ),
    )
    first = -1 if problem.rules.number_first is Direction.LOW else 1
    return (
        with_person(doubled, replace(person, number=2 * before + first)),
        with_person(doubled, replace(person, number=2 * before - first)),
    )


def person_of(problem: Problem, name: str) -> Applicant:
    """One applicant of a problem."""
    return next(one for one in problem.applicants if one.id == name)


def with_person(problem: Problem, person: Applicant) -> Problem:
    """The problem with one applicant otherwise."""
    return replace(
        problem,
        applicants=tuple(person if one.id == person.id else one for one in problem.applicants),
    )


def choice_of(result: Result, applicant: str) -> int:
    """Which choice somebody got; 0: none."""
    return next(one.choice for one in result.assignments if one.applicant == applicant)
