"""Draw numbers for simulations: thousands of redraws of large cohorts, repeatable from one seed.

These numbers are for what-if questions only; a real draw uses `xuezheng.engines.draw`. Redraw `r` of seed `s` gives the
applicant at place `i` (from 0, by identifier) ::

    key(r)    = first word of SeededStream(s, "matching/redraw/<r>")
    number(i) = mix(key(r) + (i + 1) * 0x9E3779B97F4A7C15)           all modulo 2**64; the smallest stands first

    mix(x): x ^= x >> 30;  x *= 0xBF58476D1CE4E5B9;  x ^= x >> 27;  x *= 0x94D049BB133111EB;  x ^= x >> 31

which is SplitMix64 (Steele, Lea and Flood 2014). `mix` is a bijection, so no two applicants share a number. All scenarios
of a run see the same numbers in the same redraw: differences between them are not luck.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xuezheng.engines.matching.model import Applicant, Direction, Problem, Siblings
from xuezheng.kernel.seeded import SeededStream

Numbers = NDArray[np.uint64]

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


def draw_numbers(count: int, *, seed: str, redraw: int, label: str = "matching/redraw") -> Numbers:
    """Draw one number for each of `count` applicants in the order of their identifiers; all differ.

    Args:
        count: How many.
        seed: Any text.
        redraw: Which redraw, from 1.
        label: What the numbers are for, where they are not draw numbers.
    """
    key = np.uint64(SeededStream(seed, f"{label}/{redraw}").next_word())
    x: Any = np.arange(1, count + 1, dtype=np.uint64)
    x *= _GAMMA
    x += key
    x ^= x >> np.uint64(30)
    x *= _FIRST
    x ^= x >> np.uint64(27)
    x *= _SECOND
    x ^= x >> np.uint64(31)
    return np.asarray(x, dtype=np.uint64)


def with_numbers(problem: Problem, numbers: Numbers) -> Problem:
    """Give every applicant a drawn number, turned so that the smallest stands first whatever the rules say.

    A unit of siblings that is placed together has the number of its first member by identifier.
    """
    largest = 2**64 - 1
    turned = problem.rules.number_first is Direction.HIGH
    together = problem.rules.siblings is Siblings.TOGETHER
    ordered = sorted(problem.applicants, key=lambda one: one.id)
    drawn: dict[str, int] = {}
    of_unit: dict[str, int] = {}
    for applicant, number in zip(ordered, numbers.tolist(), strict=True):
        value = largest - number if turned else number
        if together and applicant.unit:
            value = of_unit.setdefault(applicant.unit, value)
        drawn[applicant.id] = value

    def numbered(applicant: Applicant) -> Applicant:
        return replace(applicant, number=drawn[applicant.id])

    return replace(problem, applicants=tuple(numbered(one) for one in problem.applicants))
