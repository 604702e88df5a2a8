"""What holds for every sharing out of quota seats, and what is refused."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuezheng.engines.matching.model import Direction, Step
from xuezheng.engines.matching.quotas.check import quota_faults
from xuezheng.engines.matching.quotas.solve import (
    JuniorSchool,
    Quota,
    QuotaMethod,
    QuotaWrong,
    entries_of_draw,
    quota_seats,
    share_out,
)


def quota_of(eligible: dict[str, int], seats: int, **more: object) -> Quota:
    """Make a quota over schools of one division."""
    juniors = tuple(JuniorSchool(id=name, eligible=count) for name, count in eligible.items())
    return Quota(school="key", plan=seats, juniors=juniors, **more)  # type: ignore[arg-type]


def numbers_for(quota: Quota, names: list[str] | None = None) -> dict[str, int]:
    """Give draw numbers in the order of names."""
    return {name: place for place, name in enumerate(names or entries_of_draw(quota), start=1)}


@st.composite
def quotas(draw: st.DrawFn) -> Quota:
    """Make a quota of up to eight junior schools in two divisions."""
    counts = draw(st.lists(st.integers(0, 60), min_size=1, max_size=8).filter(any))
    juniors = tuple(
        JuniorSchool(id=f"j{place}", eligible=count, division=draw(st.sampled_from("ab")))
        for place, count in enumerate(counts)
    )
    return Quota(
        school="key",
        plan=draw(st.integers(0, 40)),
        percent=Decimal(draw(st.integers(0, 100))),
        juniors=juniors,
        method=draw(st.sampled_from(QuotaMethod)),
        number_first=draw(st.sampled_from(Direction)),
    )


@given(quotas(), st.randoms(use_true_random=False))
def test_the_checker_accepts_every_result(quota: Quota, random: object) -> None:
    """Whatever the draw says; and the order of the schools does not matter."""
    names = list(entries_of_draw(quota))
    random.shuffle(names)  # type: ignore[attr-defined]
    numbers = numbers_for(quota, names)

    result = share_out(quota, numbers)

    assert quota_faults(quota, result, numbers) == ()
    assert share_out(replace(quota, juniors=quota.juniors[::-1]), numbers) == result
    for part in result.parts:
        assert quota.method is QuotaMethod.WEBSTER or abs(part.seats - part.due) < 1


def test_the_residual_goes_by_the_draw() -> None:
    """10 seats for 50, 30, 25 and 5: whole parts 4, 2, 2, 0; two of the three with a good half left win."""
    quota = quota_of({"a": 50, "b": 30, "c": 25, "d": 5}, 10)

    result = share_out(quota, {"a": 3, "b": 1, "c": 4, "d": 2})

    assert [part.due for part in result.parts] == [
        Fraction(50, 11),
        Fraction(30, 11),
        Fraction(25, 11),
        Fraction(5, 11),
    ]
    assert {part.id: part.seats for part in result.parts} == {"a": 4, "b": 3, "c": 2, "d": 1}
    high = replace(quota, number_first=Direction.HIGH)
    assert [p.seats for p in share_out(high, {"a": 3, "b": 1, "c": 4, "d": 2}).parts] == [
        5,
        2,
        3,
        0,
    ]


def test_schools_with_less_than_half_a_seat_share_one_chance() -> None:
    """Two small ones stand as one under a number of their own; who stands for both is drawn before."""
    quota = quota_of({"big": 190, "mid": 60, "s1": 8, "s2": 7, "s3": 6}, 10)
    assert entries_of_draw(quota) == ("big", "mid", "s1", "s1+s2", "s2", "s3")
    numbers = {"big": 5, "mid": 3, "s1": 9, "s2": 6, "s1+s2": 1, "s3": 8}

    result = share_out(quota, numbers)

    pair = next(part for part in result.parts if len(part.members) == 2)
    assert (pair.members, pair.representative, pair.seats) == (("s1", "s2"), "s2", 1)
    assert quota_seats(quota, result, unfilled=(Step.DIVISION,))[-1].reserved_for == ("s1", "s2")


def test_named_peers_share_even_if_others_are_nearer_in_size() -> None:
    """The bureau's pairs come first."""
    quota = quota_of({"big": 190, "s1": 8, "s2": 7, "s3": 6}, 10)
    juniors = tuple(replace(j, peer={"s1": "s3", "s3": "s1"}.get(j.id, "")) for j in quota.juniors)

    parts = share_out(
        replace(quota, juniors=juniors), {"big": 1, "s1": 2, "s3": 3, "s1+s3": 4, "s2": 5}
    ).parts

    assert [part.members for part in parts] == [("big",), ("s1", "s3"), ("s2",)]


def test_the_methods_differ_where_they_should() -> None:
    """Largest remainders stay within a seat of the due; Webster rounds by one divisor and may not."""
    eligible = {"a": 1045, "b": 49, "c": 49, "d": 49, "e": 8}
    by_remainders = quota_of(eligible, 12, method=QuotaMethod.LARGEST_REMAINDER)
    by_webster = replace(by_remainders, method=QuotaMethod.WEBSTER)

    assert [part.seats for part in share_out(by_remainders).parts] == [10, 1, 1, 0, 0]
    assert [part.seats for part in share_out(by_webster).parts] == [11, 1, 0, 0, 0]
    numbers = {"b": 3, "c": 2, "d": 1}
    assert [part.seats for part in share_out(by_webster, numbers).parts] == [11, 0, 0, 1, 0]


def test_a_tampered_result_is_found_out() -> None:
    """A seat moved, a winner swapped: the checker names it."""
    quota = quota_of({"a": 50, "b": 30, "c": 25, "d": 5}, 10)
    numbers = {"a": 3, "b": 1, "c": 4, "d": 2}
    result = share_out(quota, numbers)
    a, b, c, d = result.parts

    swapped = replace(result, parts=(a, replace(b, drawn=0), replace(c, drawn=1), d))
    grown = replace(result, parts=(replace(a, whole=5), b, c, d))

    assert "c won although b stands before it" in quota_faults(quota, swapped, numbers)
    assert "the seats do not add up to the quota" in quota_faults(quota, grown, numbers)
    assert "a: the whole part is wrong" in quota_faults(quota, grown, numbers)


@pytest.mark.parametrize(
    ("change", "numbers", "named"),
    [
        ({"percent": Decimal(101)}, {}, "key: the share 101 %"),
        ({"plan": -1}, {}, "key: the plan -1 is negative"),
        ({"juniors": (JuniorSchool(id="a", eligible=-2),)}, {}, "a: its number .* -2"),
        ({"juniors": (JuniorSchool(id="a", eligible=0),)}, {}, "key: no junior school"),
        ({"juniors": (JuniorSchool(id="a", eligible=1),) * 2}, {}, "a: it stands twice"),
        ({"juniors": (JuniorSchool(id="a", eligible=1, peer="b"),)}, {}, "a: its peer b"),
        ({}, {"a": 1}, "b: it has no draw number"),
        ({}, {"a": 1, "b": 1}, "b: it has the same draw number 1 as a"),
    ],
)
def test_a_malformed_quota_is_refused_by_name(
    change: dict[str, Any], numbers: dict[str, int], named: str
) -> None:
    """The entry is in the message."""
    quota = replace(quota_of({"a": 2, "b": 1}, 4), **change)

    with pytest.raises(QuotaWrong, match=named):
        share_out(quota, numbers)


def test_a_peer_that_could_stand_alone_is_refused() -> None:
    """Sharing is for those with too little only."""
    juniors = (
        JuniorSchool(id="a", eligible=9, peer="b"),
        JuniorSchool(id="b", eligible=1, peer="a"),
    )

    with pytest.raises(QuotaWrong, match="a: it has a peer but is due 18/5"):
        share_out(Quota(school="key", plan=4, juniors=juniors), {})
