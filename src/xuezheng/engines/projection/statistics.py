"""The few distributions that forecasts need, in plain floating point; results are rounded before use."""

from math import exp, isfinite, lgamma, log, log1p, pi, sqrt, tan
from statistics import NormalDist

_NORMAL = NormalDist()
_LARGEST_COUNT = 10_000_000
_EXACT_BELOW_MEAN = 5000.0


def negative_binomial_quantile(share: float, *, shape: float, success: float) -> int:
    """Give the least k with P(X <= k) >= share, for X the failures before ``shape`` successes of chance ``success``."""
    if success >= 1:
        return 0
    mean = shape * (1 - success) / success
    spread = sqrt(mean / success)
    if mean > _EXACT_BELOW_MEAN:
        return max(0, round(mean + _NORMAL.inv_cdf(share) * spread))
    total, k = 0.0, 0
    log_chance = shape * log(success)
    while k < _LARGEST_COUNT:
        total += exp(log_chance)
        if total >= share - 1e-12:
            return k
        log_chance += log(shape + k) - log(k + 1) + log1p(-success)
        k += 1
    return k


def negative_binomial_log_chance(count: int, *, shape: float, success: float) -> float:
    """Give the logarithm of P(X = count); used by the checker, by another road than the quantile."""
    if success >= 1:
        return 0.0 if count == 0 else float("-inf")
    combinations = lgamma(shape + count) - lgamma(shape) - lgamma(count + 1)
    return combinations + shape * log(success) + count * log1p(-success)


def student_quantile(share: float, *, freedom: int) -> float:
    """Give a quantile of Student's t: exact for 1 and 2 degrees of freedom, by Cornish-Fisher above."""
    z = _NORMAL.inv_cdf(share)
    if freedom == 1:
        return tan(pi * (share - 0.5))
    if freedom == 2:
        return (2 * share - 1) / sqrt(2 * share * (1 - share))
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    correction = sum(term / freedom**power for power, term in enumerate(terms, start=1))
    return float(z + correction)


def logit(share: float) -> float:
    """Give the log-odds of a share strictly between 0 and 1."""
    return log(share / (1 - share))


def expit(odds: float) -> float:
    """Give the share of log-odds, without overflow."""
    if odds >= 0:
        return 1 / (1 + exp(-odds))
    grown = exp(odds)
    return grown / (1 + grown)


def is_usable(*values: float) -> bool:
    """Tell whether all values are ordinary numbers."""
    return all(isfinite(value) for value in values)
