"""The coefficient of variation of 优质均衡, exactly: its square is a fraction, so it can be compared without rounding.

Source: formula in the national supervision documents of 2012 (教督〔2012〕3号), in use with the indicators of 2017
(教督〔2017〕6号): the mean is the county's resource by the county's pupils, and each school weighs with its pupils.
"""

import math
from collections.abc import Sequence
from decimal import Context, Decimal
from fractions import Fraction

_DIGITS = Context(prec=34)


def weighted_cv_squared(
    amounts: Sequence[Fraction | int], pupils: Sequence[Fraction | int]
) -> Fraction | None:
    """Give the square of the enrolment-weighted coefficient of variation.

    With ``xbar = sum(X) / sum(n)`` and ``S**2 = sum(n/N * (X/n - xbar)**2)``, ``CV**2 = S**2 / xbar**2`` equals
    ``N * sum(X**2 / n) / sum(X)**2 - 1``.

    Args:
        amounts: Resource of each school.
        pupils: Pupils of each school, over 0.

    Returns:
        None when there is no school or no resource at all.
    """
    total = sum(amounts, Fraction(0))
    if not pupils or total == 0:
        return None
    by_pupils: dict[Fraction, Fraction] = {}
    for amount, count in zip(amounts, pupils, strict=True):
        key = Fraction(count)
        by_pupils[key] = by_pupils.get(key, Fraction(0)) + Fraction(amount) ** 2
    numerators = [value / key for key, value in by_pupils.items()]
    common = math.lcm(*(value.denominator for value in numerators))
    squares = Fraction(
        sum(value.numerator * (common // value.denominator) for value in numerators), common
    )
    return sum(pupils, Fraction(0)) * squares / total**2 - 1


def unweighted_cv_squared(
    amounts: Sequence[Fraction | int], pupils: Sequence[Fraction | int]
) -> Fraction | None:
    """Give the square of the plain coefficient of variation of the schools' ratios around their own mean.

    The form that some programs use; shown beside the weighted one, never decided on.
    """
    ratios = [Fraction(amount) / count for amount, count in zip(amounts, pupils, strict=True)]
    mean = sum(ratios, Fraction(0)) / max(len(ratios), 1)
    if mean == 0:
        return None
    return sum(((ratio - mean) ** 2 for ratio in ratios), Fraction(0)) / len(ratios) / mean**2


def square_root(value: Fraction) -> Decimal:
    """Give the square root with 34 digits, for display; comparisons use the square."""
    return _DIGITS.sqrt(_DIGITS.divide(Decimal(value.numerator), Decimal(value.denominator)))
