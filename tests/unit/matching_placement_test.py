"""After the main round: in an order, to the nearest school, or by a list with grounds; never from anybody."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from xuezheng.engines.matching.mechanisms.placement import PlacementWrong, squared_metres
from xuezheng.engines.matching.model import (
    Applicant,
    Assignment,
    Lock,
    ManualPlace,
    Placement,
    PlacementKind,
    Problem,
    Rules,
    School,
    Seats,
    Siblings,
    Step,
    Tier,
    Via,
)
from xuezheng.engines.matching.solve import solve


def school(name: str, seats: int, east: int, **more: Any) -> School:
    """Make a school on the east-west road."""
    pools = more.pop("pools", (Seats(count=seats),))
    return School(id=name, seats=pools, division="d", east_metres=east, north_metres=0, **more)


def child(name: str, number: int, east: int = 0, **more: Any) -> Applicant:
    """Make a child of the division."""
    return Applicant(id=name, number=number, division="d", east_metres=east, north_metres=0, **more)


def problem(placement: Placement, applicants: tuple[Applicant, ...], **rules: Any) -> Problem:
    """Make a problem of three schools: `far` with two seats, `mid` and `near` with one."""
    return Problem(
        id="p",
        year=2026,
        rules=Rules(placement=placement, **rules),
        schools=(school("far", 2, 3000), school("mid", 1, 1000), school("near", 1, 100)),
        applicants=applicants,
    )


def where(given: Problem) -> dict[str, str]:
    """Give everybody's school."""
    return {one.applicant: one.school for one in solve(given).assignments}


ORDER = Placement(kind=PlacementKind.ORDER, order={"d": ("near", "far", "mid")})
NEAREST = Placement(kind=PlacementKind.NEAREST)


def test_the_order_list_is_filled_by_number() -> None:
    """The best number takes the first open school of the division's list; the main round stays."""
    children = (
        child("a", 4, choices=("near",)),
        child("b", 1),
        child("c", 3),
        child("d", 2, choices=("near",)),
        child("e", 5),
    )

    result = solve(problem(ORDER, children))

    assert {one.applicant: (one.school, one.via) for one in result.assignments} == {
        "a": ("mid", Via.PLACEMENT),
        "b": ("far", Via.PLACEMENT),
        "c": ("far", Via.PLACEMENT),
        "d": ("near", Via.LIST),
        "e": ("", Via.LIST),
    }


def test_tiers_set_the_order_but_shut_nobody_out() -> None:
    """Who holds a better tier comes first; who holds none comes last and is placed all the same."""
    children = (child("a", 1), child("b", 2, tiers=("second",)), child("c", 3, tiers=("first",)))
    tiers = (Tier(name="first", needs_catchment=True), Tier(name="second"))

    assert where(problem(ORDER, children, tiers=tiers)) == {"c": "near", "b": "far", "a": "far"}


def test_the_nearest_open_school_is_given() -> None:
    """By squared metres; the next child finds the next nearest."""
    children = (child("a", 2, east=200), child("b", 1, east=0), child("c", 3, east=2900))

    assert where(problem(NEAREST, children)) == {"b": "near", "a": "mid", "c": "far"}


def test_equal_distances_go_by_identifier() -> None:
    """550 m lie both ways."""
    assert where(problem(NEAREST, (child("a", 1, east=550),))) == {"a": "mid"}
    assert squared_metres(child("a", 1, east=550), school("mid", 1, 1000)) == 450**2


def test_a_locked_address_is_not_placed_at_that_school() -> None:
    """The next nearest is given; a sibling is excepted."""
    lock = Lock(school="near", since_year=2023)
    children = (child("a", 1, locks=(lock,)), child("b", 2, locks=(replace(lock, sibling=True),)))

    assert where(problem(NEAREST, children, lock_years=5)) == {"a": "mid", "b": "near"}


def test_stages_and_reserved_seats_hold() -> None:
    """A school of another stage, or seats for others only, are no open seats."""
    given = problem(NEAREST, (child("a", 1, stage="junior"),))
    schools = (
        school("near", 1, 100, stage="primary"),
        school("mid", 1, 1000, pools=(Seats(count=1, reserved_for=("g",)),)),
        school("far", 1, 3000, pools=(Seats(count=1, reserved_for=("g",), unfilled=(Step.ALL,)),)),
    )

    assert where(replace(given, schools=schools)) == {"a": "far"}


def test_twins_are_placed_together_or_not_at_all() -> None:
    """One seat is not enough for two; the next child may have it."""
    twins = tuple(child(name, 1, unit="t") for name in ("t1", "t2"))

    found = where(problem(NEAREST, (*twins, child("z", 2)), siblings=Siblings.TOGETHER))

    assert found == {"t1": "far", "t2": "far", "z": "near"}


def test_without_coordinates_nothing_can_be_measured() -> None:
    """The child is named."""
    lost = replace(child("lost", 1), east_metres=None)

    with pytest.raises(PlacementWrong, match="placement of lost .* no coordinates"):
        solve(problem(NEAREST, (lost,)))


def by_hand(*lines: ManualPlace, more: tuple[Applicant, ...] = (), **rules: Any) -> Problem:
    """Make a problem with a manual list; `near` is taken by list."""
    children = (child("in", 1, choices=("near",)), child("out", 2), *more)
    placement = Placement(kind=PlacementKind.MANUAL, manual=lines)
    return problem(placement, children, **rules)


def line(**more: Any) -> ManualPlace:
    """Make a line with its grounds."""
    grounds = {"reason": "special care", "legal_basis": "Rule 7"}
    return ManualPlace(**({"applicant": "out", "school": "mid"} | grounds | more))


def test_a_line_takes_an_open_seat() -> None:
    """It is marked as given by hand."""
    assert solve(by_hand(line())).assignments[1] == Assignment(
        applicant="out", school="mid", kind="general", pool="mid/general", via=Via.MANUAL
    )


def test_an_extra_seat_takes_none_from_anybody() -> None:
    """Who was at the school stays; the line says that a seat is added."""
    found = where(by_hand(line(school="near", extra_seat=True)))

    assert found == {"in": "near", "out": "near"}


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        ([line(school="near")], "out .* near has no open general seat"),
        ([line(applicant="in")], "in .* has a place at near already"),
        ([line(), line()], "out .* stands twice"),
        ([line(applicant="ghost")], "ghost .* does not have ghost"),
        ([line(school="ghost")], "out .* does not have ghost"),
        ([line(reason=" ")], "out .* legal basis is missing"),
        ([line(legal_basis="")], "out .* legal basis is missing"),
    ],
)
def test_a_line_that_breaks_a_rule_is_refused(lines: list[ManualPlace], named: str) -> None:
    """The child and the cause are named."""
    with pytest.raises(PlacementWrong, match=named):
        solve(by_hand(*lines))


def test_locks_and_units_hold_for_a_list_by_hand() -> None:
    """An extra seat does not open a locked address; half a pair of twins is not placed."""
    locked = child("locked", 3, locks=(Lock(school="mid", since_year=2026),))
    with pytest.raises(PlacementWrong, match="seat of the address at mid is locked"):
        solve(by_hand(line(applicant="locked", extra_seat=True), more=(locked,), lock_years=5))
    twins = tuple(child(name, 3, unit="t") for name in ("t1", "t2"))
    with pytest.raises(PlacementWrong, match="unit t is placed together"):
        solve(by_hand(line(applicant="t1"), more=twins, siblings=Siblings.TOGETHER))


def test_scores_come_before_numbers_where_the_rules_have_keys() -> None:
    """The order of the placement is the chain of the rules."""
    from xuezheng.engines.matching.model import Key

    children = (
        child("a", 1, keys={"score": Decimal(10)}),
        child("b", 2, keys={"score": Decimal(20)}),
    )

    assert where(problem(ORDER, children, keys=(Key(name="score"),)))["b"] == "near"
