"""How an applicant stands at a pool, and what decides at the last seat."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from xuezheng.engines.matching import build_round, solve
from xuezheng.engines.matching.mechanisms.orders import NotOneOrder, UndecidedTie, UnitsCannotTrade
from xuezheng.engines.matching.mechanisms.standing import KeyMissing
from xuezheng.engines.matching.model import (
    Applicant,
    Direction,
    Division,
    Key,
    LastSeat,
    Lock,
    MechanismKind,
    Minimum,
    Problem,
    Rules,
    School,
    Seats,
    Siblings,
    Step,
    Tier,
    TierCounts,
    WithoutTier,
)
from xuezheng.engines.matching.solve import BandMissing, NotOneRound, assign

NEAR = (Tier(name="near"), Tier(name="far"))


def school(name: str, *counts: int, **more: Any) -> School:
    """Make a school with general seats."""
    return School(id=name, seats=tuple(Seats(count=count) for count in counts), **more)


def person(name: str, wish: str, number: int | None = None, **more: Any) -> Applicant:
    """Make an applicant whose schools have names of one letter."""
    return Applicant(id=name, choices=tuple(wish), number=number, **more)


def problem(
    schools: list[School], applicants: list[Applicant], *, year: int = 2023, **rules: Any
) -> Problem:
    """Make a problem."""
    return Problem(
        id="p",
        year=year,
        rules=Rules(**rules),
        schools=tuple(schools),
        applicants=tuple(applicants),
    )


def places(case: Problem) -> dict[str, str]:
    """Solve, and give the pool of each applicant."""
    return {one.applicant: one.pool for one in solve(case).assignments}


def test_the_small_number_goes_first_or_the_large() -> None:
    """The rules say which end of the numbers stands first."""
    case = problem([school("A", 1)], [person("p", "A", 1), person("q", "A", 2)])
    assert places(case) == {"p": "A/general", "q": ""}
    large = replace(case, rules=Rules(number_first=Direction.HIGH))
    assert places(large) == {"p": "", "q": "A/general"}


def test_tier_stands_before_key_and_key_before_number() -> None:
    """A better tier wins over points, points over the draw."""
    people = [
        person("p", "A", 1, tiers=("far",), keys={"score": Decimal("90.5")}),
        person("q", "A", 2, tiers=("near",), keys={"score": Decimal(10)}),
        person("r", "A", 3, tiers=("far", "near"), keys={"score": Decimal(11)}),
        person("s", "A", 0, tiers=(), keys={"score": Decimal(99)}),
    ]
    case = problem([school("A", 2)], people, tiers=NEAR, keys=(Key(name="score"),))
    result = solve(case)
    assert [bool(one.school) for one in result.assignments] == [False, True, True, False]
    [cutoff] = result.cutoffs
    assert (cutoff.last, cutoff.tier, cutoff.keys, cutoff.number) == (
        "q",
        "near",
        (Decimal(10),),
        2,
    )
    wide = replace(case, schools=(school("A", 9),))
    assert places(wide)["s"] == ""
    last = replace(wide, rules=replace(case.rules, without_tier=WithoutTier.LAST))
    assert places(last)["s"] == "A/general"
    assert solve(last).cutoffs[0].tier == ""


def test_tiers_of_a_school_go_before_those_of_its_division_and_of_the_rules() -> None:
    """The narrowest list of tiers counts; an empty one lets all stand level."""
    other = (Tier(name="far"), Tier(name="near"))
    schools = [
        school("A", 1, tiers=other),
        school("B", 1, division="d"),
        school("C", 1),
        school("D", 1, tiers=()),
    ]
    people = [person("p", "", 1, tiers=("near",)), person("q", "", 0, tiers=("far",))]
    for wish, first in (("A", "q"), ("B", "q"), ("C", "p"), ("D", "q")):
        listed = [replace(one, choices=(wish,)) for one in people]
        case = problem(schools, listed, tiers=NEAR)
        case = replace(case, divisions=(Division(id="d", tiers=other),))
        assert [name for name, pool in places(case).items() if pool] == [first]


def test_a_catchment_tier_needs_the_area() -> None:
    """It is held only at schools that the catchments name for the area."""
    tiers = (Tier(name="near", needs_catchment=True), Tier(name="far"))
    people = [
        person("p", "A", 1, tiers=("near", "far"), area="x"),
        person("q", "A", 0, tiers=("near", "far"), area="y"),
    ]
    case = replace(problem([school("A", 1)], people, tiers=tiers), catchments={"x": ("A",)})
    assert places(case) == {"p": "A/general", "q": ""}


def test_tier_at_the_first_choice_only() -> None:
    """Later choices are told apart by the number alone (Fuzhou)."""
    people = [
        person("p", "BA", 1, tiers=("far",)),
        person("q", "BA", 2, tiers=("near",)),
        person("r", "B", 0, tiers=("near",)),
    ]
    case = problem([school("A", 1), school("B", 1)], people, tiers=NEAR)
    assert places(case)["q"] == "A/general"
    first = replace(case, rules=replace(case.rules, tier_counts=TierCounts.FIRST_CHOICE))
    assert places(first)["p"] == "A/general"


def test_reserved_seats_go_to_members_then_division_then_all() -> None:
    """Each step of `unfilled` takes what those before leave open; without steps, seats stay empty."""
    plan = Seats(
        kind="quota",
        count=2,
        reserved_for=("g",),
        division="d",
        unfilled=(Step.DIVISION, Step.ALL),
    )
    people = [
        person("p", "A", 0),
        person("q", "A", 1, division="d"),
        person("r", "A", 2, groups=("g",)),
    ]
    case = problem([School(id="A", seats=(plan,))], people)
    assert places(case) == {"p": "", "q": "A/quota", "r": "A/quota"}
    assert solve(case).cutoffs[0].step == 1
    closed = replace(case, schools=(School(id="A", seats=(replace(plan, unfilled=()),)),))
    assert places(closed) == {"p": "", "q": "", "r": "A/quota"}
    queue = replace(case, rules=Rules(mechanism=MechanismKind.SERIAL_DICTATORSHIP))
    assert places(queue) == places(case)


def test_pools_of_a_school_are_tried_in_their_order() -> None:
    """All pools of a school are one choice."""
    seats = (Seats(kind="quota", count=1, reserved_for=("g",)), Seats(count=1))
    people = [person(name, "A", number, groups=("g",)) for number, name in enumerate("pqr")]
    case = problem([School(id="A", seats=seats)], people)
    assert places(case) == {"p": "A/quota", "q": "A/general", "r": ""}
    assert {one.choice for one in solve(case).assignments} == {0, 1}


def test_a_locked_address_has_no_seat_until_its_years_are_over() -> None:
    """Years count from the use; a sibling is excepted; without lock years nothing is locked."""
    free = person("r", "A", 0, locks=(Lock(school="A", since_year=2019, sibling=True),))
    taken = person("p", "A", 1, locks=(Lock(school="A", since_year=2019),))
    case = problem([school("A", 9)], [taken, free], lock_years=5)
    assert places(case) == {"p": "", "r": "A/general"}
    assert places(replace(case, year=2024))["p"] == "A/general"
    assert places(replace(case, rules=Rules()))["p"] == "A/general"


def test_below_the_minimum_nobody_is_taken() -> None:
    """The line itself is enough; who lacks the key is below."""
    plan = Seats(count=9, minimum=Minimum(key="score", at_least=Decimal(60)))
    people = [
        person("p", "A", 0, keys={"score": Decimal(60)}),
        person("q", "A", 1, keys={"score": Decimal("59.9")}),
        person("r", "A", 2),
    ]
    case = problem([School(id="A", seats=(plan,))], people)
    assert [name for name, pool in places(case).items() if pool] == ["p"]


def test_twins_take_two_seats_or_none() -> None:
    """A unit at the last seat is admitted whole, so that the plan may be exceeded by the rest of it."""
    people = [
        person("p", "A", 1),
        person("t1", "A", 2, unit="t"),
        person("t2", "A", 2, unit="t"),
        person("z", "A", 3),
    ]
    case = problem([school("A", 2)], people, siblings=Siblings.TOGETHER)
    assert [name for name, pool in places(case).items() if pool] == ["p", "t1", "t2"]
    one = replace(case, schools=(school("A", 1),))
    assert [name for name, pool in places(one).items() if pool] == ["p"]
    trade = replace(case, rules=replace(case.rules, mechanism=MechanismKind.TOP_TRADING_CYCLES))
    with pytest.raises(UnitsCannotTrade, match="t1, t2"):
        solve(trade)


def test_level_at_the_last_seat() -> None:
    """All are admitted, or the draw decides, or the further keys; or else it is an error that names them."""
    keys = (Key(name="total"), Key(name="maths"))
    people = [
        person("p", "A", 2, keys={"total": Decimal(700), "maths": Decimal(90)}),
        person("q", "A", 1, keys={"total": Decimal(700), "maths": Decimal(80)}),
        person("r", "A", 3, keys={"total": Decimal(700), "maths": Decimal(90)}),
    ]
    case = problem([school("A", 1)], people, keys=keys)
    held = {
        rule: [name for name, pool in places(replace(case, rules=rules)).items() if pool]
        for rule in LastSeat
        for rules in [replace(case.rules, last_seat=rule)]
    }
    assert held == {
        LastSeat.COMPARE: ["p"],
        LastSeat.DRAW: ["q"],
        LastSeat.ADMIT_ALL: ["p", "r"],
    }
    blind = replace(case, applicants=tuple(replace(one, number=None) for one in people))
    with pytest.raises(UndecidedTie, match="between p, r at the last seat of A/general"):
        solve(blind)
    enough = replace(blind, schools=(school("A", 2),))
    assert [name for name, pool in places(enough).items() if pool] == ["p", "r"]


def test_a_tie_in_an_early_band_is_found_though_a_later_band_took_more() -> None:
    """The last seat of bands is that of the last band in which the pool took anybody."""
    people = [person("p", "A"), person("q", "A"), person("r", "BA"), person("s", "B", 1)]
    case = problem(
        [school("A", 1), school("B", 1)], people, mechanism=MechanismKind.IMMEDIATE_ACCEPTANCE
    )
    with pytest.raises(UndecidedTie, match="p, q"):
        solve(case)


def test_what_cannot_be_run_is_named() -> None:
    """Errors name the applicant, the key and the two schools."""
    people = [person("p", "AB", 1, tiers=("far",), tiers_at={"A": ("near",)})]
    schools = [school("A", 1), school("B", 1)]
    queue = problem(schools, people, tiers=NEAR, mechanism=MechanismKind.SERIAL_DICTATORSHIP)
    with pytest.raises(NotOneOrder, match="p stands differently at A/general and at B/general"):
        solve(queue)
    with pytest.raises(KeyMissing, match="p has no value for the key score"):
        solve(problem(schools, people, keys=(Key(name="score"),)))
    with pytest.raises(BandMissing):
        solve(problem(schools, people, mechanism=MechanismKind.CHOICE_BANDS))
    with pytest.raises(NotOneRound):
        assign(build_round(queue), mechanism=MechanismKind.FILINGS)
    level = [person("p", "A"), person("q", "A")]
    with pytest.raises(UndecidedTie, match="p, q"):
        solve(problem(schools, level, mechanism=MechanismKind.TOP_TRADING_CYCLES))


def test_small_problems_do_not_load_the_compiler() -> None:
    """Numba takes a second to import, which a school's draw need not wait for."""
    program = (
        "import sys\n"
        "from xuezheng.engines.matching import solve\n"
        "from xuezheng.engines.matching.model import *\n"
        "for rule in MechanismKind:\n"
        "    solve(Problem(id='p', rules=Rules(mechanism=rule, band=1), schools=(School(id='A', seats=(\n"
        "        Seats(count=1),)),), applicants=(Applicant(id='p', choices=('A',), number=1),)))\n"
        "print('numba' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
