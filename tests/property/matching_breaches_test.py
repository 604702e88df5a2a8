"""Small results that each break one rule: the property of that rule fails, by its name."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from xuezheng.engines.matching.check import check
from xuezheng.engines.matching.checking.report import Property, Verdict
from xuezheng.engines.matching.model import (
    Applicant,
    Assignment,
    Filing,
    Key,
    Lock,
    ManualPlace,
    MechanismKind,
    Minimum,
    Placement,
    PlacementKind,
    Problem,
    Result,
    Rules,
    School,
    Seats,
    Siblings,
    Tier,
    Via,
)
from xuezheng.engines.matching.solve import solve


def person(name: str, total: int, *listed: str, **other: object) -> Applicant:
    """One applicant with a total."""
    keys = {"total": Decimal(total)}
    return Applicant(id=name, choices=listed, keys=keys, **other)  # type: ignore[arg-type]


def problem(*people: Applicant, **rules: object) -> Problem:
    """Two schools of one seat, ordered by the total; the second has a minimum line of 50."""
    keys = (Key(name="total"),)
    minimum = Minimum(key="total", at_least=Decimal(50))
    return Problem(
        id="small",
        year=2023,
        rules=Rules(keys=keys, **rules),  # type: ignore[arg-type]
        schools=(
            School(id="x", seats=(Seats(count=1),)),
            School(id="y", seats=(Seats(count=1, minimum=minimum),)),
        ),
        applicants=people,
    )


def at(name: str, school: str, choice: int, **other: object) -> Assignment:
    """A place in the general seats of a school."""
    pool = f"{school}/general"
    return Assignment(
        applicant=name,
        school=school,
        kind="general",
        pool=pool,
        choice=choice,
        **other,  # type: ignore[arg-type]
    )


TIERS = (Tier(name="both"), Tier(name="one"))
LOCKED = person("a", 90, "x", locks=(Lock(school="x", since_year=2021),))
TWINS = (person("a", 90, "x", "y", unit="t"), person("b", 90, "x", "y", unit="t"))
BOTH = {"1": ("x",), "2": ("x", "y")}
FILINGS = (Filing(id="1", kinds=("general",)), Filing(id="2", kinds=("general",)))
BY_HAND = Placement(
    kind=PlacementKind.MANUAL,
    manual=(ManualPlace(applicant="b", school="x", reason=" ", legal_basis="art. 1"),),
)
IN_ORDER = Placement(kind=PlacementKind.ORDER, order={"": ("x", "y")})

SMALL = [
    (problem(LOCKED, lock_years=5), (at("a", "x", 1),), Property.LOCKS_RESPECTED),
    (problem(person("a", 40, "y")), (at("a", "y", 1),), Property.MINIMUM_LINES),
    (
        problem(*TWINS, siblings=Siblings.TOGETHER),
        (at("a", "x", 1), at("b", "y", 2)),
        Property.SIBLINGS_TOGETHER,
    ),
    (
        problem(
            person("a", 90, filings=BOTH),
            person("b", 80, filings=BOTH),
            mechanism=MechanismKind.FILINGS,
            filings=FILINGS,
        ),
        (at("a", "y", 2, filing="2"), at("b", "x", 1, filing="1")),
        Property.FILINGS_IN_ORDER,
    ),
    (
        problem(
            person("a", 60, "x"),
            person("b", 90, "y", "x"),
            person("c", 95, "y"),
            mechanism=MechanismKind.IMMEDIATE_ACCEPTANCE,
        ),
        (Assignment(applicant="a"), at("b", "x", 2), at("c", "y", 1)),
        Property.BANDS_HONOURED,
    ),
    (
        problem(
            person("a", 60, "x", "y"),
            person("b", 90, "y", "x"),
            mechanism=MechanismKind.TOP_TRADING_CYCLES,
        ),
        (at("a", "y", 2), at("b", "x", 2)),
        Property.EFFICIENT,
    ),
    (
        problem(person("a", 90, "x"), person("b", 80, "x"), placement=BY_HAND),
        (at("a", "x", 1), at("b", "x", 0, via=Via.MANUAL)),
        Property.MANUAL_PLACES_LOGGED,
    ),
    (
        problem(person("a", 90), person("b", 80), placement=IN_ORDER),
        (at("a", "y", 0, via=Via.PLACEMENT), at("b", "x", 0, via=Via.PLACEMENT)),
        Property.PLACEMENT_IN_ORDER,
    ),
]


@pytest.mark.parametrize(("small", "lines", "broken"), SMALL)
def test_each_rule_is_checked_by_its_name(
    small: Problem, lines: tuple[Assignment, ...], broken: Property
) -> None:
    """A small result that breaks one rule fails the property of that rule."""
    result = Result(problem_hash="", engine_version="1", assignments=lines, cutoffs=())

    assert broken in check(small, result).failing


def test_a_worse_stable_result_is_refused() -> None:
    """Two who each hold the other's first choice, and each stand first where they are: stable, and not the best."""
    schools = tuple(School(id=name, seats=(Seats(count=1),), tiers=TIERS) for name in ("x", "y"))
    people = (
        person("a", 90, "x", "y", tiers_at={"y": ("both",), "x": ("one",)}),
        person("b", 80, "y", "x", tiers_at={"x": ("both",), "y": ("one",)}),
    )
    small = replace(problem(*people), schools=schools)
    worse = Result(
        problem_hash="",
        engine_version="1",
        assignments=(at("a", "y", 2), at("b", "x", 2)),
        cutoffs=(),
    )
    report = check(small, worse)

    assert Property.BEST_FOR_APPLICANTS in report.failing
    assert report.of(Property.NO_JUSTIFIED_ENVY).verdict is Verdict.PASS


HAND = ManualPlace(applicant="b", school="x", reason="moved house", legal_basis="art. 1")


@pytest.mark.parametrize(
    ("extra", "verdict"), [(False, Verdict.FAIL), (True, Verdict.PASS)], ids=["no_seat", "added"]
)
def test_a_place_by_hand_takes_no_seat_from_anybody(extra: bool, verdict: Verdict) -> None:
    """Beyond the open seats it needs a seat of its own; a line of the list that was left out is a breach too."""
    by_hand = Placement(kind=PlacementKind.MANUAL, manual=(replace(HAND, extra_seat=extra),))
    small = problem(person("a", 90, "x"), person("b", 80, "x"), placement=by_hand)
    placed = (at("a", "x", 1), at("b", "x", 0, via=Via.MANUAL))
    left_out = (at("a", "x", 1), Assignment(applicant="b"))

    def judge(lines: tuple[Assignment, ...]) -> Verdict:
        result = Result(problem_hash="", engine_version="1", assignments=lines, cutoffs=())
        return check(small, result).of(Property.MANUAL_PLACES_LOGGED).verdict

    assert judge(placed) is verdict
    assert judge(left_out) is Verdict.FAIL


def test_a_solved_list_by_hand_passes() -> None:
    """The solver's own placement by hand, into an open seat and into an added one, has every property."""
    lines = (
        replace(HAND, applicant="b", school="y"),
        replace(HAND, applicant="c", extra_seat=True),
    )
    by_hand = Placement(kind=PlacementKind.MANUAL, manual=lines)
    people = [person(name, total, "x") for name, total in (("a", 90), ("b", 80), ("c", 70))]
    small = problem(*people, placement=by_hand)
    result = solve(small)

    assert [line.school for line in result.assignments] == ["x", "y", "x"]
    assert check(small, result, solve=solve).failing == ()


def test_two_places_in_two_filings_are_found() -> None:
    """Who holds a place in an earlier filing and in a later one has one too many."""
    small = problem(person("a", 90, filings=BOTH), mechanism=MechanismKind.FILINGS, filings=FILINGS)
    lines = (at("a", "x", 1, filing="1"), at("a", "y", 2, filing="2"))
    result = Result(problem_hash="", engine_version="1", assignments=lines, cutoffs=())

    assert {Property.EACH_ONCE, Property.FILINGS_IN_ORDER} <= set(check(small, result).failing)
