"""Identity numbers of the right form that no person has: their area code is in no table of area codes."""

import numpy as np

from xuezheng.site.city.tables import Array

LENGTH = 18
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])  # GB 11643-1999
_CHECKS = np.frombuffer(b"10X98765432", np.uint8)
_ZERO = ord("0")


def identity_numbers(area: int, birth_dates: Array, is_male: Array) -> Array:
    """Number people of one area by birth date and sex, with the check digit.

    Args:
        area: Six-digit area code that is not in use.
        birth_dates: ``datetime64[D]``.
        is_male: Decides the last digit of the sequence: odd for men.

    Returns:
        Texts of 18 characters, all different.

    Raises:
        ValueError: If more than 499 of one sex have one birthday.
    """
    male = np.asarray(is_male, dtype=np.int64)
    key = birth_dates.astype("datetime64[D]").astype(np.int64) * 2 + male
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    first = np.searchsorted(ordered, ordered, side="left")
    sequence = np.empty(len(key), np.int64)
    sequence[order] = np.arange(len(key)) - first
    if len(key) and sequence.max() > 498:
        raise ValueError(f"area code {area} has no numbers left on one day")
    sequence = 2 * sequence + 2 - male  # even for women from 2, odd for men from 1
    digits = np.empty((len(key), LENGTH), np.uint8)
    year, month, day = _calendar(birth_dates)
    _write(digits, 0, 6, np.full(len(key), area))
    _write(digits, 6, 4, year)
    _write(digits, 10, 2, month)
    _write(digits, 12, 2, day)
    _write(digits, 14, 3, sequence)
    remainder = (digits[:, :17].astype(np.int64) - _ZERO) @ _WEIGHTS % 11
    digits[:, 17] = _CHECKS[remainder]
    return digits.view(f"S{LENGTH}")[:, 0]


def numbered(prefix: str, first: int, count: int, width: int) -> Array:
    """Make texts of a prefix and running digits, all of one length."""
    letters = np.frombuffer(prefix.encode(), np.uint8)
    digits = np.empty((count, len(letters) + width), np.uint8)
    digits[:, : len(letters)] = letters
    _write(digits, len(letters), width, np.arange(first, first + count))
    return digits.view(f"S{digits.shape[1]}")[:, 0]


def mobile_numbers(count: int, numbers: np.random.Generator) -> Array:
    """Make eleven-digit telephone numbers of a kind that no operator gives out: they begin with 100."""
    digits = np.empty((count, 11), np.uint8)
    _write(digits, 0, 3, np.full(count, 100))
    _write(digits, 3, 8, numbers.integers(0, 10**8, count))
    return digits.view("S11")[:, 0]


def _write(digits: Array, at: int, width: int, values: Array) -> None:
    rest = values.astype(np.int64)
    for place in range(at + width - 1, at - 1, -1):
        rest, digit = np.divmod(rest, 10)
        digits[:, place] = digit + _ZERO


def _calendar(days: Array) -> tuple[Array, Array, Array]:
    months = days.astype("datetime64[M]")
    month_number = months.astype(np.int64)
    return (
        month_number // 12 + 1970,
        month_number % 12 + 1,
        (days.astype("datetime64[D]") - months.astype("datetime64[D]")).astype(np.int64) + 1,
    )
