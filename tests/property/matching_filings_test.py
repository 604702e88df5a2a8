"""Filings against a queue by score, worked through one applicant at a time."""

from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuezheng.engines.matching.mechanisms.leftovers import LinesDiffer
from xuezheng.engines.matching.model import (
    Applicant,
    Filing,
    Key,
    MechanismKind,
    Minimum,
    Problem,
    Rules,
    School,
    Seats,
    Step,
)
from xuezheng.engines.matching.solve import solve

JUNIORS = ("n1", "n2", "s1")
FILINGS = (
    Filing(id="1", kinds=("general",), max_choices=2),
    Filing(id="2", kinds=("quota",), max_choices=1),
    Filing(id="3", kinds=("late",), takes_unfilled_of="quota", pool_by=Step.DIVISION),
)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Make up to three schools with general, quota and late seats, and up to nine graduates."""
    schools = []
    for name in "XYZ"[: draw(st.integers(1, 3))]:
        points = Decimal(draw(st.integers(0, 6)))
        line = Minimum(key="total", below_line_of="general", points=points)
        quota = [
            Seats(
                kind="quota",
                count=draw(st.integers(0, 2)),
                reserved_for=(junior,),
                division=junior[0],
                minimum=line,
            )
            for junior in JUNIORS
        ]
        general = Seats(kind="general", count=draw(st.integers(0, 2)))
        late = Seats(kind="late", count=draw(st.integers(0, 1)))
        schools.append(School(id=name, seats=(general, *quota, late)))
    names = [school.id for school in schools]
    count = draw(st.integers(0, 9))
    totals = draw(st.permutations(range(count)))
    people = []
    for place in range(count):
        junior = draw(st.sampled_from(JUNIORS))
        lists = {
            filing.id: tuple(draw(st.permutations(names))[: draw(st.integers(0, len(names)))])
            for filing in FILINGS
        }
        people.append(
            Applicant(
                id=f"p{place}",
                division=junior[0],
                groups=(junior,),
                keys={"total": Decimal(totals[place])},
                filings=lists,
            )
        )
    return Problem(
        id="filings",
        rules=Rules(mechanism=MechanismKind.FILINGS, filings=FILINGS, keys=(Key(name="total"),)),
        schools=tuple(schools),
        applicants=tuple(people),
    )


def by_queue(problem: Problem) -> dict[str, str]:
    """Work through the queue of each filing by hand."""
    where: dict[str, str] = {}
    line: dict[str, Decimal] = {}
    queue = sorted(problem.applicants, key=lambda one: -one.keys["total"])
    used: Counter[str] = Counter()
    seats = {s.id: dict(enumerate(s.seats)) for s in problem.schools}
    points = {s.id: s.seats[1].minimum.points for s in problem.schools if s.seats[1].minimum}

    def near(one: Applicant, school: str) -> bool:
        return school not in line or one.keys["total"] >= line[school] - points[school]

    for filing in ("1", "2", "3"):
        open_quota = {
            (school, division): sum(
                seats[school][k].count - used[f"{school}{k}"]
                for k in (1, 2, 3)
                if seats[school][k].division == division
            )
            for school in seats
            for division in "ns"
        }
        for one in queue:
            if one.id in where:
                continue
            limit = {"1": 2, "2": 1, "3": 9}[filing]
            for school in one.filings[filing][:limit]:
                pools = {"1": [0], "2": [1 + JUNIORS.index(one.groups[0])], "3": [4]}[filing]
                found = next(
                    (k for k in pools if used[f"{school}{k}"] < seats[school][k].count), None
                )
                if filing == "2" and not near(one, school):
                    continue
                if found is not None:
                    used[f"{school}{found}"] += 1
                    where[one.id] = school
                    if filing == "1":
                        line[school] = one.keys["total"]
                    break
                if filing == "3" and open_quota[school, one.division] > 0 and near(one, school):
                    open_quota[school, one.division] -= 1
                    where[one.id] = school
                    break
    return where


@given(problems())
def test_filings_are_queues_by_score(problem: Problem) -> None:
    """Everybody is where the queue leads; nobody has two places."""
    found = {one.applicant: one.school for one in solve(problem).assignments if one.school}

    assert found == by_queue(problem)


@given(problems())
def test_no_filing_gives_more_seats_than_the_plan(problem: Problem) -> None:
    """Over all filings each school takes at most what its pools hold together."""
    taken = Counter(one.school for one in solve(problem).assignments if one.school)

    for school in problem.schools:
        assert taken[school.id] <= sum(seats.count for seats in school.seats)


def test_pools_with_different_lines_cannot_become_one() -> None:
    """The school, the kind and the division are named."""
    lines = [Minimum(key="total", at_least=Decimal(value)) for value in (1, 2)]
    seats = tuple(
        Seats(kind="quota", count=1, reserved_for=(junior,), division="n", minimum=line)
        for junior, line in zip(JUNIORS[:2], lines, strict=True)
    )
    problem = Problem(
        id="lines",
        rules=Rules(
            mechanism=MechanismKind.FILINGS,
            filings=(
                FILINGS[1],
                Filing(id="3", kinds=(), takes_unfilled_of="quota", pool_by=Step.DIVISION),
            ),
            keys=(Key(name="total"),),
        ),
        schools=(School(id="X", seats=seats),),
        applicants=(),
    )

    with pytest.raises(LinesDiffer, match="open quota seats of school X .* for n"):
        solve(problem)
