"""From the seed to the order: numbers, weights, places.

**Weights** follow Efraimidis and Spirakis (2006): with u uniform in (0, 1) a lot of weight w stands by u^(1/w), the largest
first; that is by -log2(u)/w, the smallest first. Floating point would let two computers disagree, so the logarithm is
defined by whole numbers (`race_key`), and anybody can repeat it to the last digit.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from xuezheng.engines.draw.entries import MILLIONTHS, lots_of
from xuezheng.engines.draw.model import Direction, Entry, Order, Rules, Weights
from xuezheng.kernel.seeded import NUMBER_BITS, numbers_of

LOG_STEPS = 60
"""Binary places of the logarithm."""
_MANTISSA_BITS = 64
_LARGEST = (1 << NUMBER_BITS) - 1
_KEY_SHIFT = 64
_LOW_BITS = NUMBER_BITS - 64
_WORD = (1 << 64) - 1
_CHUNK = 1 << 15
"""Lots computed at once, so that the columns stay in the processor's cache."""
_LOW_HALF = np.uint64(0xFFFFFFFF)


def order_of(seed: str, entries: Sequence[Entry], rules: Rules) -> Order:
    """Put checked entries (`checked_entries`) in the order drawn.

    Lots stand by their number in the direction of the rules, or with weights by `race_key`; whatever is level stands by
    number and then by name.
    """
    lots = lots_of(entries, rules) if any(entry.unit for entry in entries) else None
    names = [entry.id for entry in entries] if lots is None else list(lots)
    heads = entries if lots is None else [members[0] for members in lots.values()]
    numbers = numbers_of(seed, names)
    placed = _placed(numbers, heads, rules)
    if lots is None:
        return Order(
            entries=tuple(entries[at] for at in placed),
            numbers=tuple(numbers[at] for at in placed),
            places=tuple(range(1, len(placed) + 1)),
            lots=len(placed),
        )
    rows = [
        (entry, numbers[lot], place)
        for place, lot in enumerate(placed, start=1)
        for entry in lots[names[lot]]
    ]
    return Order(
        entries=tuple(row[0] for row in rows),
        numbers=tuple(row[1] for row in rows),
        places=tuple(row[2] for row in rows),
        lots=len(placed),
    )


def number_standing(number: int, rules: Rules) -> int:
    """Turn a number so that the larger stands first: as it is, or counted down from 2**256 - 1 where low is first."""
    return number if rules.number_first is Direction.HIGH else _LARGEST - number


def race_key(standing: int, weight: int) -> int:
    """Give what a weighted lot stands by, the smaller first: -log2(u)/w as a whole number.

    With N the number as it stands (`number_standing`), M = 2N + 1 and u = M / 2**257. The logarithm is taken bit by bit:
    e is the place of M's highest bit and m its upper 64 bits; sixty times m is squared and cut to 64 bits, and whether it
    passed 2 is the next bit. The result is within 2**-59 of log2 M.

    Args:
        standing: N, 0 to 2**256 - 1.
        weight: In millionths, at least 1.
    """
    odd = 2 * standing + 1
    exponent, mantissa = _split(odd)
    logarithm = exponent
    for _step in range(LOG_STEPS):
        mantissa = mantissa * mantissa >> (_MANTISSA_BITS - 1)
        logarithm *= 2
        if mantissa >> _MANTISSA_BITS:
            logarithm += 1
            mantissa >>= 1
    return _key(logarithm, weight)


def race_keys(standing: Sequence[int], weights: Sequence[int]) -> list[int]:
    """Give `race_key` for many lots; the same whole numbers, in columns."""
    keys: list[int] = []
    for start in range(0, len(standing), _CHUNK):
        parts = [_split(2 * number + 1) for number in standing[start : start + _CHUNK]]
        fractions = _fractions(np.array([mantissa for _, mantissa in parts], dtype=np.uint64))
        logarithms: Iterator[int] = (
            (exponent << LOG_STEPS) + int(fraction)
            for (exponent, _), fraction in zip(parts, fractions.tolist(), strict=True)
        )
        keys += map(_key, logarithms, weights[start : start + _CHUNK])
    return keys


def _placed(numbers: Sequence[int], heads: Sequence[Entry], rules: Rules) -> list[int]:
    """Give the positions of lots in the order drawn."""
    standing = [number_standing(number, rules) for number in numbers]
    if rules.weights is Weights.GIVEN:
        keys = race_keys(standing, [int(head.weight * MILLIONTHS) for head in heads])
        ranks = [
            (key << NUMBER_BITS) + _LARGEST - number
            for key, number in zip(keys, standing, strict=True)
        ]
        return sorted(range(len(ranks)), key=ranks.__getitem__)
    # The upper 64 bits decide, but for one in 2**64 pairs.
    upper = np.array([~(number >> _LOW_BITS) & _WORD for number in standing], dtype=np.uint64)
    placed = np.argsort(upper, kind="stable")
    ordered = upper[placed]
    if bool((ordered[1:] == ordered[:-1]).any()):
        return sorted(range(len(standing)), key=standing.__getitem__, reverse=True)
    return [int(lot) for lot in placed.tolist()]


def _split(odd: int) -> tuple[int, int]:
    """Give the place of the highest bit, and 64 bits from it on."""
    exponent = odd.bit_length() - 1
    shift = exponent - (_MANTISSA_BITS - 1)
    return exponent, odd >> shift if shift >= 0 else odd << -shift


def _key(logarithm: int, weight: int) -> int:
    return ((((NUMBER_BITS + 1) << LOG_STEPS) - logarithm) << _KEY_SHIFT) // weight


def _fractions(mantissas: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Take the sixty bits of the logarithm behind the point, for a column of mantissas.

    The square of 64 bits has 128; it is put together from halves, since the column holds 64.
    """
    found = np.zeros_like(mantissas)
    one, half = np.uint64(1), np.uint64(32)
    for _step in range(LOG_STEPS):
        upper, lower = mantissas >> half, mantissas & _LOW_HALF
        cross, square = upper * lower, lower * lower
        low = square + (cross << np.uint64(33))
        high = upper * upper + (cross >> np.uint64(31)) + (low < square)
        passed = high >> np.uint64(63)
        found = (found << one) | passed
        mantissas = np.where(passed == one, high, (high << one) | (low >> np.uint64(63)))
    return found
