"""Invents names: of institutions over real townships, and of people."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from xuezheng.site.city.assumptions import Assumptions
from xuezheng.site.city.institutions import Sketch
from xuezheng.site.city.streams import generator
from xuezheng.site.city.tables import Array

_STEP = 13  # prime to the number of words
_CHARACTER_BYTES = 3  # of every character in the lists, in UTF-8


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionName:
    """A name in both languages and the invented word in it, which the address uses too."""

    zh: str
    en: str
    word: str


def name_institutions(
    sketches: Sequence[Sketch], assumptions: Assumptions, seed: str
) -> list[InstitutionName]:
    """Name every institution: township, invented word, kind; no two of a division alike."""
    words = list(assumptions.names["words"].items())
    kinds: Mapping[str, Mapping[str, str]] = assumptions.names["kinds"]
    turns: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    offsets = generator(seed, "names").integers(0, len(words), 4096)
    names = []
    for sketch in sketches:
        township, kind = sketch.township, kinds[sketch.kind]
        # A township's first word is drawn; the next ones follow in steps that meet every word once before any twice.
        start = int(offsets[int(township.code) % len(offsets)])
        word, english = words[(start + turns[township.code] * _STEP) % len(words)]
        turns[township.code] += 1
        plain = f"{township.stem_zh}{word}{kind['zh']}"
        taken[plain] += 1
        number = taken[plain]
        names.append(
            InstitutionName(
                zh=plain
                if number == 1
                else f"{township.stem_zh}{word}第{'一二三四五六七八九'[number - 1]}{kind['zh']}",
                en=f"{township.stem_en} {english} {kind['en']}{f' No. {number}' if number > 1 else ''}",
                word=word,
            )
        )
    return names


class PersonNames:
    """Draws names of people as UTF-8, all at once."""

    def __init__(self, assumptions: Assumptions) -> None:
        names = assumptions.names
        weights = np.array(list(names["surnames"].values()), dtype=float)
        self._shares = np.cumsum(weights / weights.sum())
        self._surnames = _characters(list(names["surnames"]))
        self._given = (_characters(names["given_female"]), _characters(names["given_male"]))

    def draw_surnames(self, count: int, numbers: np.random.Generator) -> Array:
        """Draw the places of surnames in the list."""
        return np.minimum(
            np.searchsorted(self._shares, numbers.random(count)), len(self._surnames) - 1
        )

    def compose(self, surnames: Array, is_male: Array, numbers: np.random.Generator) -> Array:
        """Compose full names of one or two given characters.

        Args:
            surnames: Places from `draw_surnames`.
            is_male: Which list the given name is from.
            numbers: Where the given names are drawn from.
        """
        count = len(surnames)
        letters = np.zeros((count, 3 * _CHARACTER_BYTES), np.uint8)
        letters[:, :3] = self._surnames[surnames]
        for sex in (0, 1):
            rows = np.flatnonzero(np.asarray(is_male, dtype=int) == sex)
            drawn = numbers.integers(0, len(self._given[sex]), (len(rows), 2))
            letters[rows, 3:6] = self._given[sex][drawn[:, 0]]
            two = rows[numbers.random(len(rows)) < 0.82]
            letters[two, 6:9] = self._given[sex][drawn[np.searchsorted(rows, two), 1]]
        return np.ascontiguousarray(letters).view(f"S{3 * _CHARACTER_BYTES}")[:, 0]


def _characters(characters: Sequence[str]) -> Array:
    return np.frombuffer("".join(characters).encode(), np.uint8).reshape(
        len(characters), _CHARACTER_BYTES
    )
