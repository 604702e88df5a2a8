"""Nine filings in the shape of Harbin's senior-high admission, worked out by hand.

Two key schools of batch 1 (two parallel choices, then quota, then second quota pooled by division), one of batch 2 with
the same three, then city key, ordinary and private schools.
"""

from dataclasses import replace
from decimal import Decimal

import pytest

from xuezheng.engines.matching.model import (
    Applicant,
    Assignment,
    Filing,
    Key,
    MechanismKind,
    Minimum,
    Problem,
    Result,
    Rules,
    School,
    Seats,
    Step,
)
from xuezheng.engines.matching.solve import solve


def quota(batch: int, junior: str, points: int) -> Seats:
    """Make one quota seat of a junior school; its division is the first letter."""
    line = Minimum(key="total", below_line_of=f"general_{batch}", points=Decimal(points))
    return Seats(
        kind=f"quota_{batch}",
        count=1,
        reserved_for=(junior,),
        division=junior[0],
        minimum=line,
    )


SCHOOLS = (
    School(
        id="K1",
        seats=(
            Seats(kind="general_1", count=2),
            *(quota(1, junior, 20) for junior in ("n1", "n2", "s1")),
        ),
    ),
    School(
        id="K2",
        seats=(Seats(kind="general_1", count=1), quota(1, "n1", 20), quota(1, "s1", 20)),
    ),
    School(id="K3", seats=(Seats(kind="general_2", count=1), quota(2, "n1", 30))),
    School(id="C1", seats=(Seats(kind="city", count=2),)),
    School(id="O1", seats=(Seats(kind="ordinary", count=2),)),
    School(id="P1", seats=(Seats(kind="private", count=9),)),
)
FILINGS = (
    Filing(id="1", kinds=("general_1",), max_choices=2),
    Filing(id="2", kinds=("quota_1",), max_choices=1),
    Filing(id="3", kinds=(), max_choices=1, takes_unfilled_of="quota_1", pool_by=Step.DIVISION),
    Filing(id="4", kinds=("general_2",), max_choices=2),
    Filing(id="5", kinds=("quota_2",), max_choices=1),
    Filing(id="6", kinds=(), max_choices=1, takes_unfilled_of="quota_2", pool_by=Step.DIVISION),
    Filing(id="7", kinds=("city",), max_choices=2),
    Filing(id="8", kinds=("ordinary",), max_choices=2),
    Filing(id="9", kinds=("private",)),
)


def child(name: str, junior: str, total: int, **filings: str) -> Applicant:
    """Make a graduate; `f1="K1 K2"` is the list of filing 1."""
    return Applicant(
        id=name,
        division=junior[0],
        groups=(junior,),
        keys={"total": Decimal(total)},
        filings={name[1:]: tuple(schools.split()) for name, schools in filings.items()},
    )


PROBLEM = Problem(
    id="nine-filings",
    rules=Rules(mechanism=MechanismKind.FILINGS, filings=FILINGS, keys=(Key(name="total"),)),
    schools=SCHOOLS,
    applicants=(
        child("a01", "n1", 690, f1="K1 K2", f2="K2"),
        child("a02", "s1", 680, f1="K1"),
        child("a03", "n1", 670, f1="K1 K2", f2="K1"),
        child("a04", "n1", 662, f1="K1", f2="K1"),
        child("a05", "n2", 655, f1="K1 K2", f2="K1", f3="K1", f4="K3"),
        child("a06", "n1", 661, f2="K1", f3="K1"),
        child("a07", "s1", 665, f2="K2"),
        child("a08", "n2", 640, f2="K2", f3="K2", f5="K3", f6="K3"),
        child("a09", "s1", 651, f3="K1", f6="K3", f7="C1"),
        child("a10", "n1", 500, f7="C1"),
        child("a11", "s1", 480, f7="C1", f8="O1"),
        child("a12", "n2", 400, f9="P1"),
        child("a13", "n2", 390, f1="K1"),
    ),
)
EXPECTED = {
    "a01": ("1", "K1/general_1", 1),
    "a02": ("1", "K1/general_1", 1),
    # a place in filing 1 voids filing 2, where the better school would have had a quota seat
    "a03": ("1", "K2/general_1", 2),
    "a04": ("2", "K1/quota_1", 1),
    # 655 lies below 680 - 20, in the quota as in the second quota
    "a05": ("4", "K3/general_2", 1),
    # the seat of n1 went to 662; the open one of n2 is for the whole division
    "a06": ("3", "K1/quota_1@n", 1),
    "a07": ("2", "K2/quota_1/2", 1),
    # no quota of n2 at K2, and 640 lies below 670 - 20; at K3 655 - 30 is reached
    "a08": ("6", "K3/quota_2@n", 1),
    # 651 lies below the line; K3 has no quota for the other division
    "a09": ("7", "C1/city", 1),
    "a10": ("7", "C1/city", 1),
    "a11": ("8", "O1/ordinary", 1),
    "a12": ("9", "P1/private", 1),
    "a13": ("", "", 0),
}


def short(result: Result) -> dict[str, tuple[str, str, int]]:
    """Give filing, pool and choice of everybody."""
    return {one.applicant: (one.filing, one.pool, one.choice) for one in result.assignments}


def test_everybody_is_where_the_hand_put_them() -> None:
    """Filing, pool and choice."""
    assert short(solve(PROBLEM)) == EXPECTED


def test_the_lines_are_published_filing_by_filing() -> None:
    """Every filing shows its pools; the second quota those of each division."""
    cutoffs = {(c.filing, c.pool): c for c in solve(PROBLEM).cutoffs}

    assert cutoffs["1", "K1/general_1"].keys == (Decimal(680),)
    assert [pool for filing, pool in cutoffs if filing == "3"] == [
        "K1/quota_1@n", "K1/quota_1@s", "K2/quota_1@n", "K2/quota_1@s",
    ]  # fmt: skip
    left = cutoffs["3", "K1/quota_1@s"]
    assert (left.seats, left.taken, left.is_full, left.last) == (1, 0, False, "")
    assert cutoffs["3", "K2/quota_1@s"].seats == 0


@pytest.mark.parametrize("turned", ["applicants", "schools"])
def test_the_order_of_entries_does_not_matter(turned: str) -> None:
    """Backwards gives the same result and hash."""
    backwards = replace(PROBLEM, **{turned: getattr(PROBLEM, turned)[::-1]})

    assert solve(backwards) == solve(PROBLEM)


def test_a_second_quota_open_to_all_takes_from_every_division() -> None:
    """Pooled for all, the open seat of s1 may go to a graduate of the other division."""
    filings = tuple(
        replace(f, pool_by=Step.ALL) if f.takes_unfilled_of == "quota_1" else f for f in FILINGS
    )
    extra = child("a14", "n2", 660, f3="K1")
    problem = replace(
        PROBLEM,
        rules=replace(PROBLEM.rules, filings=filings),
        applicants=(*PROBLEM.applicants, extra),
    )

    found = short(solve(problem))

    assert found["a06"] == ("3", "K1/quota_1@", 1)
    assert found["a14"] == ("3", "K1/quota_1@", 1)


def test_a_band_of_one_makes_the_first_choice_count_first() -> None:
    """With 梯度志愿 in filing 1 a higher score at choice 2 stands behind a lower one at choice 1."""
    banded = (replace(FILINGS[0], band=1), *FILINGS[1:])
    lower = child("a15", "s1", 600, f1="K2")
    problem = replace(
        PROBLEM,
        rules=replace(PROBLEM.rules, filings=banded),
        applicants=(*PROBLEM.applicants, lower),
    )

    found = solve(problem)

    assert short(found)["a15"] == ("1", "K2/general_1", 1)
    assert short(found)["a03"] == ("2", "K1/quota_1", 1)
    assert isinstance(found.assignments[0], Assignment)
