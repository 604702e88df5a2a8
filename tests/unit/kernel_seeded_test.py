"""The random stream follows its published description."""

import hashlib
import hmac
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from xuezheng.kernel.seeded import DrawImpossible, SeededStream, SeedInvalid, commit_to_seed

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "kernel-random.md"
SEED, LABEL = "harbin-2023", "admissions/230102"


def vectors() -> list[str]:
    """Read the results from the table of the page, in order."""
    table = (
        PAGE.read_text(encoding="utf-8").partition("## Test vectors")[2].partition("## The same")[0]
    )
    return re.findall(r"\| `([^`]+)` \|$", table, re.MULTILINE)


def plain_words(seed: str, label: str) -> Iterator[int]:
    """Repeat the stream from the description alone, without the program."""
    for counter in range(1000):
        message = label.encode() + bytes(1) + counter.to_bytes(8, "big")
        block = hmac.new(seed.encode(), message, hashlib.sha256).digest()
        for at in range(0, 32, 8):
            yield int.from_bytes(block[at : at + 8], "big")


def stream() -> SeededStream:
    """Give the stream of the vectors at its start."""
    return SeededStream(SEED, LABEL)


class TestVectors:
    """Each row of the published table."""

    def test_every_row_is_what_the_program_draws(self) -> None:
        """The page and the program say the same."""
        words, big, weighted = stream(), stream(), stream()
        hundred = stream()
        other = SeededStream("哈尔滨", "抽签")
        found = [
            " ".join(f"{words.next_word():016x}" for _ in range(6)),
            " ".join(str(hundred.below(100)) for _ in range(10)),
            " ".join(str(item) for item in stream().shuffled(range(10))),
            " ".join(stream().sample("abcdefgh", 3)),
            " ".join(str(big.below(2**63 + 1)) for _ in range(3)),
            " ".join(str(weighted.weighted_index([0, 3, 1])) for _ in range(8)),
            str(stream().branch("girls").next_word()),
            " ".join(f"{other.next_word():016x}" for _ in range(2)),
            commit_to_seed(SEED),
        ]

        assert vectors() == found

    def test_a_second_implementation_draws_the_same_words(self) -> None:
        """The description alone is enough to repeat the stream."""
        drawn = stream()

        assert list(islice(plain_words(SEED, LABEL), 40)) == [drawn.next_word() for _ in range(40)]


class TestDraws:
    """What is drawn stays inside its bounds and is refused where there is no outcome."""

    def test_between_reaches_both_ends(self) -> None:
        """Both ends belong to the range."""
        drawn = stream()

        assert {drawn.between(3, 5) for _ in range(60)} == {3, 4, 5}

    def test_a_branch_does_not_depend_on_what_was_drawn(self) -> None:
        """A part of the work can be repeated alone."""
        used = stream()
        used.next_word()

        assert stream().branch("x").next_word() == used.branch("x").next_word()

    def test_a_weight_of_zero_is_never_drawn(self) -> None:
        """Only places with weight can be drawn."""
        drawn = stream()

        assert {drawn.weighted_index([0, 1, 0, 2]) for _ in range(60)} == {1, 3}

    def test_choice_draws_an_item(self) -> None:
        """One of the items comes out."""
        assert stream().choice(["only"]) == "only"

    @pytest.mark.parametrize("bound", [0, -1, 2**64 + 1])
    def test_a_bound_without_outcome_is_refused(self, bound: int) -> None:
        """There is no number below 0, and no more than 64 bits."""
        with pytest.raises(DrawImpossible, match="between 1 and"):
            stream().below(bound)

    def test_a_sample_larger_than_the_items_is_refused(self) -> None:
        """Nobody is drawn twice."""
        with pytest.raises(DrawImpossible, match="4 of 3"):
            stream().sample([1, 2, 3], 4)

    @pytest.mark.parametrize("weights", [[0, 0], [2, -1], []])
    def test_weights_without_outcome_are_refused(self, weights: list[int]) -> None:
        """Weights must be 0 or more, with one above 0."""
        with pytest.raises(DrawImpossible, match="weights"):
            stream().weighted_index(weights)


@pytest.mark.parametrize(("seed", "label"), [("", "x"), ("x", ""), ("x", "a\0b")])
def test_an_empty_seed_or_ambiguous_label_is_refused(seed: str, label: str) -> None:
    """Two different labels never give the same stream."""
    with pytest.raises(SeedInvalid):
        SeededStream(seed, label)
