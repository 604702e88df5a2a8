"""Random numbers from a published seed, which any language can repeat.

The stream is HMAC-SHA256 in counter mode; `docs/reference/kernel-random.md` describes it byte by
byte and gives test vectors. The standard library's ``random`` is banned: its sequence is not part of
any specification that another language could follow.
"""

import hmac
from bisect import bisect_right
from collections.abc import Iterable, MutableSequence, Sequence
from hashlib import sha256
from itertools import accumulate
from typing import TypeVar

from xuezheng.kernel.canonical import sha256_hex
from xuezheng.kernel.errors import InputError, Phrase, gettext_noop

Item = TypeVar("Item")

WORD_BYTES = 8
WORD_VALUES = 1 << (8 * WORD_BYTES)


_EMPTY = gettext_noop("it is empty")
_EMPTY_OR_ZERO = gettext_noop("it is empty or holds U+0000")
_BOUND = gettext_noop("the bound %(bound)s is not between 1 and 2**64")
_TOO_MANY = gettext_noop("%(count)s of %(there)s were asked for")
_WEIGHTS = gettext_noop("the weights are negative or all 0")


class SeedInvalid(InputError):
    """A seed or label cannot start a stream."""

    code = "seeded.seed_invalid"
    template = gettext_noop("The %(part)s of the random stream is not usable: %(why)s.")
    remedy = gettext_noop(
        "Give text that is not empty; a label must not hold the character U+0000."
    )


class DrawImpossible(InputError):
    """A draw was asked for that has no outcome."""

    code = "seeded.draw_impossible"
    template = gettext_noop("Cannot draw: %(why)s.")
    remedy = gettext_noop("Ask for at least one outcome and at most as many as there are.")


class SeededStream:
    """An endless, repeatable stream of uniform whole numbers.

    Args:
        seed: The published seed, any text; its UTF-8 bytes are the key.
        label: What the stream is for, so that two uses of one seed do not share numbers.
    """

    __slots__ = ("_block", "_counter", "_key", "_position", "_prefix", "label", "seed")

    def __init__(self, seed: str, label: str) -> None:
        """Start the stream at block 0."""
        if not seed:
            raise SeedInvalid(part=Phrase(gettext_noop("seed")), why=Phrase(_EMPTY))
        if not label or "\0" in label:
            raise SeedInvalid(part=Phrase(gettext_noop("label")), why=Phrase(_EMPTY_OR_ZERO))
        self.seed = seed
        self.label = label
        self._key = seed.encode("utf-8")
        self._prefix = label.encode("utf-8") + b"\0"
        self._counter = 0
        self._block = b""
        self._position = 0

    def branch(self, label: str) -> "SeededStream":
        """Start a stream of its own for a part, named ``<label>/<part>``, whatever was drawn before."""
        return SeededStream(self.seed, f"{self.label}/{label}")

    def next_word(self) -> int:
        """Draw the next 64-bit word: 0 to 2**64 - 1."""
        if self._position == len(self._block):
            message = self._prefix + self._counter.to_bytes(8, "big")
            self._block = hmac.digest(self._key, message, "sha256")
            self._counter += 1
            self._position = 0
        word = self._block[self._position : self._position + WORD_BYTES]
        self._position += WORD_BYTES
        return int.from_bytes(word, "big")

    def below(self, bound: int) -> int:
        """Draw a whole number from 0 to ``bound`` - 1, each equally likely.

        Words at or above the largest multiple of ``bound`` are thrown away, so that no number is favoured.
        """
        if not 1 <= bound <= WORD_VALUES:
            raise DrawImpossible(why=Phrase(_BOUND, bound=bound))
        limit = WORD_VALUES - WORD_VALUES % bound
        while (word := self.next_word()) >= limit:
            pass
        return word % bound

    def between(self, low: int, high: int) -> int:
        """Draw a whole number from ``low`` to ``high``, both included."""
        return low + self.below(high - low + 1)

    def shuffle(self, items: MutableSequence[Item]) -> None:
        """Put items in random order in place (Fisher and Yates, from the last place down)."""
        for place in range(len(items) - 1, 0, -1):
            other = self.below(place + 1)
            items[place], items[other] = items[other], items[place]

    def shuffled(self, items: Sequence[Item]) -> list[Item]:
        """Give a shuffled copy."""
        copy = list(items)
        self.shuffle(copy)
        return copy

    def choice(self, items: Sequence[Item]) -> Item:
        """Draw one item."""
        return items[self.below(len(items))]

    def sample(self, items: Sequence[Item], count: int) -> list[Item]:
        """Draw ``count`` different places of a sequence, in the order drawn."""
        if not 0 <= count <= len(items):
            raise DrawImpossible(why=Phrase(_TOO_MANY, count=count, there=len(items)))
        pool = list(items)
        for place in range(count):
            other = place + self.below(len(pool) - place)
            pool[place], pool[other] = pool[other], pool[place]
        return pool[:count]

    def weighted_index(self, weights: Sequence[int]) -> int:
        """Draw a place with a chance in proportion to its whole weight."""
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise DrawImpossible(why=Phrase(_WEIGHTS))
        drawn = self.below(total)
        return bisect_right(list(accumulate(weights)), drawn)


def commit_to_seed(seed: str) -> str:
    """Give the SHA-256 of a seed, to be published before the draw; the seed itself follows after it."""
    return sha256_hex(seed.encode("utf-8"))


NUMBER_BITS = 256
_HMAC_BLOCK = 64
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))


def number_of(seed: str, entry: str) -> int:
    """Give the draw number of one entry: 0 to 2**256 - 1, the same for whoever knows seed and identifier.

    It is HMAC-SHA256 with the seed's UTF-8 bytes as key over the identifier's, read with the most significant byte
    first. `docs/explanation/draw.md` gives test vectors.

    Raises:
        SeedInvalid: If the seed or the identifier is empty, or the identifier holds U+0000.
    """
    return numbers_of(seed, (entry,))[0]


def numbers_of(seed: str, entries: Iterable[str]) -> list[int]:
    """Give the draw numbers of many entries, in their order: `number_of` for each, at a third of the time.

    The two hash states that HMAC starts from depend on the seed alone; they are made once and copied (RFC 2104, section 4).
    A message of `SeededStream` holds U+0000 and an identifier does not, so one seed may serve both.
    """
    if not seed:
        raise SeedInvalid(part=Phrase(gettext_noop("seed")), why=Phrase(_EMPTY))
    key = seed.encode("utf-8")
    block = (key if len(key) <= _HMAC_BLOCK else sha256(key).digest()).ljust(_HMAC_BLOCK, b"\0")
    inner, outer = sha256(block.translate(_INNER)), sha256(block.translate(_OUTER))
    numbers = []
    for entry in entries:
        if not entry or "\0" in entry:
            raise SeedInvalid(part=Phrase(gettext_noop("entry")), why=Phrase(_EMPTY_OR_ZERO))
        first, second = inner.copy(), outer.copy()
        first.update(entry.encode("utf-8"))
        second.update(first.digest())
        numbers.append(int.from_bytes(second.digest(), "big"))
    return numbers
