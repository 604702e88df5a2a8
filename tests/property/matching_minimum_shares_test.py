"""What holds for every call order under minimum shares."""

from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuezheng.engines.matching.call_order import (
    CallOrderWrong,
    Candidate,
    RankedList,
    call_order,
    call_order_faults,
)

GROUPS = ("grant", "local", "rural")


@st.composite
def ranked_lists(draw: st.DrawFn, largest: int = 12) -> RankedList:
    """Make a small list with up to three overlapping groups."""
    used = GROUPS[: draw(st.integers(1, 3))]
    count = draw(st.integers(0, largest))
    shares = {g: Decimal(draw(st.integers(0, 1000))) / 10 for g in used}
    candidates = tuple(
        Candidate(
            id=f"c{place}",
            rank=place * 3,
            groups=tuple(g for g in used if draw(st.booleans())),
        )
        for place in range(count)
    )
    return RankedList(minimum_percent=shares, candidates=candidates)


@given(ranked_lists(), st.randoms(use_true_random=False))
def test_the_checker_accepts_every_order_and_the_input_order_does_not_matter(
    ranked: RankedList, random: object
) -> None:
    """Shuffled candidates give the same places and reasons."""
    found = call_order(ranked)
    mixed = list(ranked.candidates)
    random.shuffle(mixed)  # type: ignore[attr-defined]

    assert call_order_faults(ranked, found.call_order) == ()
    again = RankedList(minimum_percent=ranked.minimum_percent, candidates=tuple(mixed))
    assert call_order(again) == found


@given(ranked_lists(largest=5))
def test_only_one_order_passes_the_checker(ranked: RankedList) -> None:
    """Of all orders of a tiny list the checker takes exactly the solver's."""
    names = [candidate.id for candidate in ranked.candidates]

    passing = [order for order in permutations(names) if not call_order_faults(ranked, order)]

    assert passing == [call_order(ranked).call_order]


@given(ranked_lists())
def test_every_prefix_holds_the_shares_but_for_listed_shortfalls(ranked: RankedList) -> None:
    """Counted afresh; the group named first never falls short."""
    found = call_order(ranked)
    groups = {candidate.id: candidate.groups for candidate in ranked.candidates}
    order = found.call_order

    short = [
        (place, group)
        for place in range(1, len(order) + 1)
        for group, share in ranked.minimum_percent.items()
        if Fraction(sum(group in groups[name] for name in order[:place]), place) * 100 < share
        and any(group in groups[name] for name in order[place:])
    ]

    assert [(s.place, s.group) for s in found.shortfalls] == short
    assert GROUPS[0] not in {group for _, group in short}


@given(ranked_lists())
def test_every_place_lost_is_accounted_for(ranked: RankedList) -> None:
    """Nobody moves down without those who overtook, nobody up without a share that asked for it."""
    for place in call_order(ranked).places:
        assert place.shift >= 0 or sum(place.overtaken_for.values()) >= -place.shift
        assert place.shift <= 0 or place.called_for


@pytest.mark.parametrize(
    ("shares", "candidates", "named"),
    [
        ({"grant": 101}, [("a", 1, ())], "grant: the minimum share 101 %"),
        ({"grant": -1}, [("a", 1, ())], "grant: the minimum share -1 %"),
        ({"grant": 5}, [("a", 1, ()), ("a", 2, ())], "a: it stands twice"),
        ({"grant": 5}, [("a", 1, ()), ("b", 1, ())], "b: it has the same rank 1 as a"),
        ({"grant": 5}, [("a", 1, ("poor",))], "a: its group poor has no minimum share"),
    ],
)
def test_a_malformed_list_is_refused_by_name(
    shares: dict[str, int], candidates: list[Any], named: str
) -> None:
    """The entry is in the message."""
    ranked = RankedList(
        minimum_percent={group: Decimal(share) for group, share in shares.items()},
        candidates=tuple(Candidate(id=i, rank=r, groups=g) for i, r, g in candidates),
    )

    with pytest.raises(CallOrderWrong, match=named):
        call_order(ranked)
