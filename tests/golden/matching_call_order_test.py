"""The worked cases of a call order under minimum shares come out as kept, place by place."""

import json
from pathlib import Path

import pytest

from xuezheng.engines.matching.call_order import (
    Candidate,
    RankedList,
    call_order,
    call_order_faults,
    explain_place,
)

CASES = Path(__file__).parent / "matching_call_order"


def read(name: str) -> tuple[RankedList, list[int]]:
    """Read one case."""
    case = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))["lists"]["0"]
    candidates = tuple(
        Candidate(id=c["id"], rank=c["rank"], groups=tuple(c["groups"])) for c in case["candidates"]
    )
    return (
        RankedList(minimum_percent=case["minimum_percent"], candidates=candidates),
        case["expected_call_order"],
    )


@pytest.mark.parametrize("name", ["A1", "A2", "A3"])
def test_the_worked_cases_are_exact(name: str) -> None:
    """Solver and checker agree with the kept order."""
    ranked, expected = read(name)

    found = call_order(ranked)

    assert list(found.call_order) == expected
    assert call_order_faults(ranked, expected) == ()
    assert found.shortfalls == ()


def test_every_shift_of_a_worked_case_is_explained() -> None:
    """The sixth is called first for the share; the first is second for that reason; the last stands as ranked."""
    ranked, _ = read("A1")

    said = {
        place.id: [str(phrase) for phrase in explain_place(place)]
        for place in call_order(ranked).places
    }

    assert said[6] == ["Called in place 1 instead of 6, so that the share of grant is kept."]
    assert said[1] == ["Called in place 2 instead of 1: called earlier for the share of grant: 1."]
    assert said[5] == ["Called in place 7 instead of 5: called earlier for the share of grant: 2."]
    assert said[8] == ["Called in place 8, as ranked."]
