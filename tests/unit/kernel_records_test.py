"""Canonical JSON, decision runs and the error tree."""

import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from types import MappingProxyType
from uuid import UUID

import pytest

from xuezheng.kernel import errors
from xuezheng.kernel.canonical import NotCanonical, canonical_bytes, canonical_hash
from xuezheng.kernel.decision import DecisionMismatch, DecisionRun
from xuezheng.kernel.errors import DomainError, InputError, Phrase, registered_errors
from xuezheng.kernel.identifiers import CodeMalformed, parse_division_code
from xuezheng.kernel.money import Money


class Colour(Enum):
    """An enum for the tests."""

    RED = "red"


@dataclass(frozen=True, slots=True)
class Point:
    """A dataclass for the tests."""

    y: int
    x: Decimal


class TestCanonical:
    """One value, one sequence of bytes."""

    @pytest.mark.parametrize(
        ("value", "text"),
        [
            ({"b": 1, "a": [True, None]}, '{"a":[true,null],"b":1}'),
            ("e\u0301\n\x01中", '"é\\n\\u0001中"'),
            ([Decimal("1.50"), Decimal("-0.0"), Decimal("1E+2")], '["1.5","0","100"]'),
            (Fraction(2, 4), '"1/2"'),
            (Money(-3), "-3"),
            (date(2023, 9, 1), '"2023-09-01"'),
            (
                datetime(2023, 9, 1, 8, tzinfo=timezone(timedelta(hours=8))),
                '"2023-09-01T00:00:00.000000Z"',
            ),
            (UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
            (Colour.RED, '"red"'),
            (Point(y=1, x=Decimal("0.10")), '{"x":"0.1","y":1}'),
            (MappingProxyType({"k": ()}), '{"k":[]}'),
            (10**30, "1" + "0" * 30),
        ],
    )
    def test_it_writes_each_type_in_its_one_form(self, value: object, text: str) -> None:
        """As the module states rule by rule."""
        assert canonical_bytes(value) == text.encode()

    @pytest.mark.parametrize(
        ("value", "why"),
        [
            (0.5, "float is not allowed"),
            ({"a": [{1, 2}]}, r"\$\.a\[0\] .* set is not allowed"),
            (b"x", "bytes is not allowed"),
            (Point, "type is not allowed"),
            (datetime(2023, 9, 1), "no time zone"),  # noqa: DTZ001 - that is the point
            (Decimal("NaN"), "not finite"),
            ({1: 2}, "the key 1 is not text"),
            ({"é": 1, "e\u0301": 2}, "stands twice"),
            ("\ud800", "surrogate"),
        ],
    )
    def test_it_refuses_what_has_no_one_form(self, value: object, why: str) -> None:
        """The message names the place."""
        with pytest.raises(NotCanonical, match=why):
            canonical_bytes(value)

    def test_the_hash_is_sha256_of_the_bytes(self) -> None:
        """A known value, to compare other languages with."""
        known = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
        assert canonical_hash({}) == known


class TestDecisionRun:
    """A decision can be repeated offline."""

    run = DecisionRun.of(
        engine="draw",
        engine_version="1",
        pack_hash="p",
        inputs=["a", "b"],
        seed="s",
        outputs={"first": "b"},
    )

    def test_the_same_decision_is_confirmed(self) -> None:
        """The engine gets the inputs and the recorded seed."""
        self.run.verify(
            engine_version="1",
            pack_hash="p",
            inputs=["a", "b"],
            decide=lambda inputs, seed: {"first": inputs[1]} if seed == "s" else {},
        )
        assert self.run.hash == canonical_hash(self.run)

    def test_other_outputs_are_found(self) -> None:
        """One changed output is enough."""
        with pytest.raises(DecisionMismatch, match="outputs differ"):
            self.run.verify(
                engine_version="1",
                pack_hash="p",
                inputs=["a", "b"],
                decide=lambda _i, _s: {"first": "a"},
            )

    def test_everything_that_differs_is_named_and_the_engine_is_not_run(self) -> None:
        """Other inputs cannot confirm anything."""
        with pytest.raises(DecisionMismatch, match="engine version, pack, inputs differ"):
            self.run.verify(
                engine_version="2",
                pack_hash="q",
                inputs=[],
                decide=lambda _i, _s: pytest.fail("it ran"),
            )


@pytest.fixture
def registry() -> Iterator[None]:
    """Forget the classes that a test defines."""
    before = dict(errors._registry)
    yield
    errors._registry.clear()
    errors._registry.update(before)


class TestErrors:
    """Stable codes, named facts, sentences at the edge."""

    def test_the_edge_translates_the_sentence_and_its_parts(self) -> None:
        """Phrases inside the facts are translated too."""
        catalogue = {"division code": "区划代码", "it has %(count)s digits": "有%(count)s位数字"}
        with pytest.raises(CodeMalformed) as caught:
            parse_division_code("23")

        sentence = caught.value.message(lambda text: catalogue.get(text, text))

        assert sentence.startswith("“23” is not a 区划代码: 有2位数字.")

    def test_an_error_survives_pickling(self) -> None:
        """Worker processes send errors back."""
        with pytest.raises(CodeMalformed) as caught:
            parse_division_code("23")
        copy = pickle.loads(pickle.dumps(caught.value))

        assert (str(copy), copy.facts["text"]) == (str(caught.value), "23")

    def test_a_missing_fact_is_a_fault(self) -> None:
        """The sentence could not be made."""
        with pytest.raises(TypeError, match=r"lacks the facts \['example', 'kind'"):
            CodeMalformed()

    def test_every_class_is_listed_by_its_code(self) -> None:
        """The reference page of errors is made from it."""
        listed = registered_errors()

        assert listed["input"] is InputError
        assert listed["domain"] is DomainError
        assert all(listed[code].code == code for code in listed)

    @pytest.mark.usefixtures("registry")
    def test_a_code_belongs_to_one_class(self) -> None:
        """Two errors never share a code."""
        with pytest.raises(TypeError, match="belongs to"):
            type("Other", (InputError,), {"code": "identifier.malformed", "__module__": "x"})

    @pytest.mark.usefixtures("registry")
    def test_a_code_is_lower_case_words(self) -> None:
        """So that it can stand in an address and a table."""
        with pytest.raises(TypeError, match="lower-case"):
            type("Shouting", (InputError,), {"code": "Bad Code"})

    def test_a_plain_error_says_one_sentence(self) -> None:
        """Without remedy there is no empty tail."""
        assert str(InputError()) == "The input has an error."

    def test_phrases_compare_by_what_they_say(self) -> None:
        """Two with the same words are equal."""
        assert len({Phrase("a %(x)s", x=1), Phrase("a 1")}) == 1
        assert Phrase("a") != "b"


def test_utc_is_the_zone_of_canonical_times() -> None:
    """A time written in another zone is the same time."""
    assert canonical_bytes(datetime(2023, 1, 1, tzinfo=UTC)) == b'"2023-01-01T00:00:00.000000Z"'
