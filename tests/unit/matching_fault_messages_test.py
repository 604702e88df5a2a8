"""How the faults of a problem are told: together, cut short, in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from xuezheng.engines.matching.documents.document import read_problem
from xuezheng.engines.matching.validation.faults import ProblemInvalid
from xuezheng.engines.matching.validation.problem import validate


def read(spoil: Callable[[dict[str, Any]], None]) -> Any:
    """Read a small problem of one school and four applicants after spoiling it."""
    problem: dict[str, Any] = {
        "id": "p",
        "rules": {"keys": [{"name": "score"}]},
        "schools": [{"id": "A", "seats": [{"count": 2}]}],
        "applicants": [
            {"id": f"c{place}", "choices": ["A"], "keys": {"score": place}, "number": place}
            for place in range(1, 5)
        ],
    }
    spoil(problem)
    return read_problem(json.dumps(problem).encode(), source="p.json")


def test_all_faults_are_listed_together() -> None:
    """A clerk mends a file once: the message lists every fault on a line of its own."""

    def spoil(problem: dict[str, Any]) -> None:
        problem["applicants"][0]["choices"] = ["Z"]
        problem["schools"][0]["seats"][0]["count"] = -1

    with pytest.raises(ProblemInvalid) as caught:
        validate(read(spoil), source="p.json")

    assert str(caught.value) == (
        "p.json cannot be used; faults found: 2."
        "\n- school A, seats[0].count: the number of seats is -1. Give 0 or more."
        "\n- applicant c1, choices: there is no school Z."
        " Correct the identifier or add the school."
    )


def test_a_long_list_of_faults_is_cut() -> None:
    """One wrong column makes ten thousand faults; the message lists the first and says that there are more."""

    def spoil(problem: dict[str, Any]) -> None:
        for one in problem["applicants"]:
            one["choices"] = ["Z"]

    with pytest.raises(ProblemInvalid, match="more than 2") as caught:
        validate(read(spoil), limit=2)

    assert len(caught.value.listed) == 2


def test_the_message_is_translated_part_by_part() -> None:
    """Every line goes through the reader's language, entry and remedy too."""

    def spoil(problem: dict[str, Any]) -> None:
        problem["applicants"][0]["choices"] = ["Z"]

    with pytest.raises(ProblemInvalid) as caught:
        validate(read(spoil), source="p.json")

    message = caught.value.message(lambda text: f"<{text}>")

    assert "<applicant c1>" in message
    assert "<Correct the identifier or add the school.>" in message
