"""Whom it pays to hide the truth: nobody under three mechanisms, somebody under the two others.

Every applicant of a tiny problem tries every list there is.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xuezheng.engines.matching import solve
from xuezheng.engines.matching.model import (
    Applicant,
    MechanismKind,
    Problem,
    Rules,
    School,
    Seats,
    Tier,
)

SCHOOLS = ("A", "B", "C")
LISTS = [one for size in range(4) for one in permutations(SCHOOLS, size)]
NEAR = (Tier(name="near"), Tier(name="far"))


def who_gains(problem: Problem) -> tuple[str, tuple[str, ...]] | None:
    """Find an applicant, and a list, by which it gets a school that it truly ranks higher."""
    honest = {one.applicant: one.school for one in solve(problem).assignments}
    for place, applicant in enumerate(problem.applicants):
        truth = (*applicant.choices, "")
        for lie in LISTS:
            people = list(problem.applicants)
            people[place] = replace(applicant, choices=lie)
            changed = solve(replace(problem, applicants=tuple(people)))
            got = next(one.school for one in changed.assignments if one.applicant == applicant.id)
            # a school that is not on the true list is worse than none
            if got in truth and truth.index(got) < truth.index(honest[applicant.id]):
                return applicant.id, lie
    return None


@st.composite
def tiny_problems(draw: st.DrawFn, mechanism: MechanismKind) -> Problem:
    """Four applicants, three schools, two tiers."""
    numbers = draw(st.permutations(range(4)))
    applicants = tuple(
        Applicant(
            id=f"p{place}",
            choices=draw(st.sampled_from(LISTS)),
            tiers=("far",),
            tiers_at={draw(st.sampled_from(SCHOOLS)): ("near",)},
            number=numbers[place],
        )
        for place in range(4)
    )
    one_order = mechanism is MechanismKind.SERIAL_DICTATORSHIP
    return Problem(
        id="tiny",
        rules=Rules(mechanism=mechanism, tiers=() if one_order else NEAR),
        schools=tuple(
            School(id=name, seats=(Seats(count=draw(st.integers(0, 2))),)) for name in SCHOOLS
        ),
        applicants=applicants,
    )


@pytest.mark.parametrize(
    "mechanism",
    [
        MechanismKind.DEFERRED_ACCEPTANCE,
        MechanismKind.SERIAL_DICTATORSHIP,
        MechanismKind.TOP_TRADING_CYCLES,
    ],
)
@settings(max_examples=25)
@given(data=st.data())
def test_no_lie_pays(mechanism: MechanismKind, data: st.DataObject) -> None:
    """No list gets anybody a school that it truly ranks higher."""
    assert who_gains(data.draw(tiny_problems(mechanism))) is None


@settings(max_examples=40)
@given(tiny_problems(MechanismKind.TOP_TRADING_CYCLES))
def test_nothing_is_left_to_trade(problem: Problem) -> None:
    """After top trading cycles no other way to fill the seats suits somebody better and nobody worse."""
    got = [one.school for one in solve(problem).assignments]
    seats = {school.id: school.seats[0].count for school in problem.schools}
    wishes = [(*one.choices, "") for one in problem.applicants]
    found = [wish.index(school) for wish, school in zip(wishes, got, strict=True)]
    for other in product(*wishes):
        if all(other.count(name) <= seats[name] for name in SCHOOLS):
            places = [wish.index(school) for wish, school in zip(wishes, other, strict=True)]
            better = [there < here for there, here in zip(places, found, strict=True)]
            worse = [there > here for there, here in zip(places, found, strict=True)]
            assert any(worse) or not any(better)


def queue(mechanism: MechanismKind, lists: dict[str, str], band: int | None = None) -> Problem:
    """One seat a school, and one order: that of the names."""
    return Problem(
        id="queue",
        rules=Rules(mechanism=mechanism, band=band),
        schools=tuple(School(id=name, seats=(Seats(count=1),)) for name in SCHOOLS),
        applicants=tuple(
            Applicant(id=name, choices=tuple(wish), number=place)
            for place, (name, wish) in enumerate(lists.items())
        ),
    )


def test_immediate_acceptance_pays_who_gives_up_the_first_choice() -> None:
    """Who would lose the first choice gains by not naming it."""
    problem = queue(MechanismKind.IMMEDIATE_ACCEPTANCE, {"p1": "A", "p2": "AB", "p3": "B"})
    assert [one.school for one in solve(problem).assignments] == ["A", "", "B"]
    gain = who_gains(problem)
    assert gain is not None
    assert (gain[0], gain[1][0]) == ("p2", "B")


def test_bands_pay_who_moves_a_school_into_the_first_band() -> None:
    """Who sees the first band full gains by moving a later choice into it."""
    lists = {"p1": "AB", "p2": "BA", "p3": "ABC", "p4": "C"}
    problem = queue(MechanismKind.CHOICE_BANDS, lists, band=2)
    assert [one.school for one in solve(problem).assignments] == ["A", "B", "", "C"]
    gain = who_gains(problem)
    assert gain is not None
    assert gain[0] == "p3"
    assert "C" in gain[1][:2]
    everything = replace(problem, rules=replace(problem.rules, band=3))
    assert who_gains(everything) is None


def test_top_trading_cycles_can_leave_envy() -> None:
    """A trade may pass over who stood before; deferred acceptance does not."""
    # A and B swap p1 and p2 their first standings; p3 stood before p1 at B
    problem = Problem(
        id="trade",
        rules=Rules(mechanism=MechanismKind.TOP_TRADING_CYCLES),
        schools=(
            School(id="A", seats=(Seats(count=1),), tiers=_tiers("p1", "p2", "p3")),
            School(id="B", seats=(Seats(count=1),), tiers=_tiers("p2", "p3", "p1")),
        ),
        applicants=tuple(
            Applicant(id=name, choices=tuple(wish), tiers=(name,), number=0)
            for name, wish in (("p1", "BA"), ("p2", "AB"), ("p3", "B"))
        ),
    )
    assert [one.school for one in solve(problem).assignments] == ["B", "A", ""]
    stable = replace(problem, rules=Rules(mechanism=MechanismKind.DEFERRED_ACCEPTANCE))
    assert [one.school for one in solve(stable).assignments] == ["A", "B", ""]


def test_a_standing_can_be_traded_without_listing_its_school() -> None:
    """Else it would pay to list a school only to trade it away."""
    # p1 stands first at A but wants only B; p2 stands first at B and wants A
    problem = Problem(
        id="trade",
        rules=Rules(mechanism=MechanismKind.TOP_TRADING_CYCLES),
        schools=(
            School(id="A", seats=(Seats(count=1),), tiers=_tiers("p1", "p3", "p2")),
            School(id="B", seats=(Seats(count=1),), tiers=_tiers("p2", "p3", "p1")),
        ),
        applicants=tuple(
            Applicant(id=name, choices=tuple(wish), tiers=(name,), number=0)
            for name, wish in (("p1", "B"), ("p2", "A"), ("p3", "AB"))
        ),
    )
    assert [one.school for one in solve(problem).assignments] == ["B", "A", ""]


def _tiers(*names: str) -> tuple[Tier, ...]:
    return tuple(Tier(name=name) for name in names)
