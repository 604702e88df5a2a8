"""Problems and results as JSON: nothing is lost on the way, and what cannot be read is named."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from xuezheng.engines.matching.documents.document import (
    NotJson,
    document_bytes,
    problem_from,
    read_problem,
)
from xuezheng.engines.matching.documents.schema import problem_schema, result_schema
from xuezheng.engines.matching.validation.faults import DocumentInvalid
from xuezheng.engines.matching.validation.problem import validate

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples" / "assignment"
PROBLEMS = ("primary", "private", "senior-high")


def document(**applicant: Any) -> bytes:
    """Write the smallest problem with one applicant."""
    plain = {"id": "p", "rules": {}, "schools": [], "applicants": [{"id": "c1"} | applicant]}
    return json.dumps(plain).encode()


@pytest.mark.parametrize("name", PROBLEMS)
def test_an_example_is_valid_and_comes_back_as_it_was(name: str) -> None:
    """Each example of the documentation can be used, and written and read again it is the same."""
    problem = read_problem((EXAMPLES / f"{name}.json").read_bytes(), source=name)

    validate(problem)
    written = document_bytes(problem)

    assert read_problem(written, source=name) == problem
    assert document_bytes(read_problem(written, source=name)) == written


@pytest.mark.parametrize("written", ["0.1000000000000000055511151231257827", "612.50", "-3"])
@pytest.mark.parametrize("as_text", [True, False])
def test_a_decimal_keeps_every_digit(written: str, as_text: bool) -> None:
    """A number with more digits than a float holds is read and written exactly, as number or as text."""
    value = f'"{written}"' if as_text else written
    data = document(keys={"score": "HERE"}).replace(b'"HERE"', value.encode())

    found = read_problem(data, source="p")

    assert found.applicants[0].keys["score"] == Decimal(written)
    assert read_problem(document_bytes(found), source="p") == found


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (17, 17),
        ("17", 17),
        ("0x11", 17),
        ("0X" + "F" * 64, 2**256 - 1),
        (str(2**256 - 1), 2**256 - 1),
        (2**256 - 1, 2**256 - 1),
    ],
)
def test_a_draw_number_may_have_256_bits(written: Any, number: int) -> None:
    """It is read as a number or as decimal or hexadecimal text; above 2^53 - 1 it is written as text."""
    found = read_problem(document(number=written), source="p")

    assert found.applicants[0].number == number
    again = json.loads(document_bytes(found))["applicants"][0]["number"]
    assert isinstance(again, str) == (number > 2**53 - 1)
    assert read_problem(document_bytes(found), source="p") == found


@pytest.mark.parametrize(
    ("applicant", "sentence"),
    [
        ({"numbr": 3}, "applicant c1, numbr: the format has no such field"),
        ({"number": "0xzz"}, 'applicant c1, number: "0xzz" is not a whole number'),
        ({"number": True}, "applicant c1, number: true is not a whole number"),
        ({"number": 1.0}, 'applicant c1, number: "1.0" is not a whole number'),
        ({"choices": "A"}, 'applicant c1, choices: "A" is not a list'),
        ({"keys": {"score": "much"}}, 'applicant c1, keys.score: "much" is not a decimal number'),
        ({"keys": {"score": "NaN"}}, 'applicant c1, keys.score: "NaN" is not a decimal number'),
        ({"keys": [1]}, "applicant c1, keys: [1] is not an object"),
        ({"area": 7}, "applicant c1, area: 7 is not text"),
        ({"locks": [{"school": "A"}]}, "applicant c1, locks[0].since_year: it is missing"),
        (
            {"locks": [{"school": "A", "since_year": 2020, "sibling": "yes"}]},
            'applicant c1, locks[0].sibling: "yes" is neither true nor false',
        ),
        ({"id": 4}, "applicants[0], id: 4 is not text"),
    ],
)
def test_a_wrong_value_is_named(applicant: dict[str, Any], sentence: str) -> None:
    """The message names the applicant, the field and the value; nothing is silently turned into something else."""
    with pytest.raises(DocumentInvalid) as caught:
        read_problem(document(**applicant), source="p.json")

    assert sentence in str(caught.value)
    assert str(caught.value).startswith("p.json cannot be used; faults found: 1.\n- ")


def test_a_word_that_is_no_option_is_named_with_the_options() -> None:
    """Who writes a mechanism that is none is told which there are."""
    with pytest.raises(DocumentInvalid, match="none of deferred_acceptance, serial_dictatorship"):
        problem_from(
            {"id": "p", "rules": {"mechanism": "fair"}, "schools": [], "applicants": []},
            source="p",
        )


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b'{"id": "p",\n "rules": }', "line 2, column 11"),
        (b'{"id": "p", "id": "q"}', "the key id stands twice"),
        (b'{"year": NaN}', "NaN is not a number"),
        (b'{"id": "\xff"}', "byte 8 is not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"year": ' + b"9" * 5_000 + b"}", "thousands of digits"),
        (b"", "line 1, column 1"),
    ],
)
def test_what_is_not_json_is_refused_with_its_place(data: bytes, why: str) -> None:
    """A broken file, a key twice in one object (which JSON readers drop in silence), NaN, a bomb of brackets."""
    with pytest.raises(NotJson, match=why):
        read_problem(data, source="p.json")


@pytest.mark.parametrize("data", [b"[]", b"3", b"null"])
def test_a_document_that_is_no_object_is_refused(data: bytes) -> None:
    """JSON, but not a problem."""
    with pytest.raises(DocumentInvalid, match="is not an object"):
        read_problem(data, source="p.json")


def test_another_format_is_refused() -> None:
    """A later version of the format is not guessed at."""
    data = document().replace(b'{"id": "p"', b'{"format": "xuezheng.problem/2", "id": "p"')

    with pytest.raises(DocumentInvalid, match=r"This version reads xuezheng\.problem/1"):
        read_problem(data, source="p.json")


def test_the_schema_describes_every_field() -> None:
    """Other programs learn from the schema what each field means."""
    schemas = [problem_schema(), result_schema()]
    parts = [part for schema in schemas for part in (schema, *schema["$defs"].values())]

    silent = [
        f"{part['title']}.{name}"
        for part in parts
        for name, field in part.get("properties", {}).items()
        if not field.get("description") and name not in ("id", "name", "title", "year")
    ]
    assert silent == []
    assert all(part.get("additionalProperties", False) is False for part in parts)
