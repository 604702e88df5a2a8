"""From sums to figures: the exact value of a unit, and the state that its threshold gives it.

States are decided on fractions; only what is stored and shown is rounded. Where data are missing, a state is given only if it
is the same whatever the missing data say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from xuezheng.evidence.dispersion import square_root, weighted_cv_squared
from xuezheng.evidence.model import Level, Reason, State
from xuezheng.evidence.rollup import Tally
from xuezheng.policy.indicators import Reading

_DIVIDE = Context(prec=34)
_STORED = Decimal("1e-12")
_SHOWN = Decimal("1e-6")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A decided figure, before it is labelled with indicator and unit."""

    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    threshold: Decimal | None
    state: State
    reason: Reason
    facts: int
    unknown: int
    failing: int
    excluded: int
    rounding_flips: bool


def decide(tally: Tally, reading: Reading, level: Level, limit: Decimal | None) -> Figure:
    """Make the figure of a unit: its exact value, its state, and what stands behind both."""
    squared = reading.aggregation == "weighted_cv"
    exact, top, bottom = _exact(tally, reading, level)
    value = _rounded(exact, squared=squared)
    state, reason = _state(exact, tally, reading, limit)
    decided = (
        value is not None and limit is not None and state in (State.PASS, State.NEAR, State.FAIL)
    )
    flips = False
    if decided and value is not None and limit is not None:
        shown = value.quantize(Decimal(1).scaleb(-reading.decimals), ROUND_HALF_UP)
        flips = _side(Fraction(shown), Fraction(limit), reading) != (state == State.PASS)
    return Figure(
        value=value,
        numerator=None if top is None else _rounded(Fraction(top), unit=_SHOWN),
        denominator=None if bottom is None else _rounded(Fraction(bottom), unit=_SHOWN),
        threshold=limit,
        state=state,
        reason=reason,
        facts=tally.facts,
        unknown=tally.unknown,
        failing=tally.failing,
        excluded=tally.excluded,
        rounding_flips=flips,
    )


def _exact(
    tally: Tally, reading: Reading, level: Level
) -> tuple[Fraction | None, Fraction | Decimal | int | None, Decimal | int | None]:
    """Give the exact value (its square for a coefficient of variation), what is divided, and by what."""
    match reading.aggregation:
        case "sum":
            counts = tally.known or (not tally.facts and reading.empty_is_zero)
            return (
                (tally.numerator * reading.factor if counts else None),
                tally.numerator,
                None,
            )
        case "max":
            largest = None if tally.largest is None else tally.largest * reading.factor
            return largest, None, None
        case "share":
            judged = tally.passing + tally.failing
            return _divided(tally.passing * reading.factor, judged), tally.passing, judged
        case "weighted_cv":
            if level == Level.INSTITUTION:
                return None, tally.numerator, tally.denominator
            squared = weighted_cv_squared(
                [a for a, _ in tally.amounts], [n for _, n in tally.amounts]
            )
            return squared, tally.numerator, tally.denominator
        case _:
            return (
                _divided(tally.numerator * reading.factor, tally.denominator),
                tally.numerator,
                tally.denominator,
            )


def _divided(top: Fraction | Decimal | int, bottom: Decimal | int) -> Fraction | None:
    return Fraction(top) / Fraction(bottom) if bottom else None


def _state(
    exact: Fraction | None, tally: Tally, reading: Reading, limit: Decimal | None
) -> tuple[State, Reason]:
    if not tally.facts and not (reading.empty_is_zero and exact is not None):
        return State.NOT_APPLICABLE, Reason.EXCLUDED if tally.excluded else Reason.NO_FACTS
    if exact is None:
        if tally.unknown or tally.missing:
            return State.UNDETERMINED, Reason.MISSING_DATA
        return State.NOT_APPLICABLE, Reason.NO_DENOMINATOR
    if limit is None:
        return State.NOT_APPLICABLE, Reason.NO_THRESHOLD
    if _too_much_unknown(tally, reading):
        worst, best = _bounds(exact, tally, reading)
        if worst is None or best is None:
            return State.UNDETERMINED, Reason.MISSING_DATA
        states = {judge_value(worst, limit, reading), judge_value(best, limit, reading)}
        if len(states) > 1:
            return State.UNDETERMINED, Reason.MISSING_DATA
        return states.pop(), Reason.DECIDED
    return judge_value(exact, limit, reading), Reason.DECIDED


def judge_value(exact: Fraction, limit: Decimal, reading: Reading) -> State:
    """Compare an exact value (the square, for a coefficient of variation) with a threshold."""
    bar = Fraction(limit)
    near = None if reading.near_share is None else Fraction(reading.near_share)
    if reading.aggregation == "weighted_cv":
        bar, near = bar**2, None if near is None else near**2
    if _side(exact, bar, reading):
        return State.PASS
    if near is not None and reading.direction == "higher" and exact >= bar * near:
        return State.NEAR
    if near is not None and reading.direction == "lower" and exact * near <= bar:
        return State.NEAR
    return State.FAIL


def _side(value: Fraction, bar: Fraction, reading: Reading) -> bool:
    return value >= bar if reading.direction == "higher" else value <= bar


def _too_much_unknown(tally: Tally, reading: Reading) -> bool:
    if not tally.unknown and not tally.missing:
        return False
    if tally.counts_units and tally.denominator and not tally.unbounded:
        whole = Fraction(tally.denominator) + tally.unknown
        return Fraction(tally.unknown) / whole > Fraction(reading.tolerated_unknown)
    return Fraction(max(tally.missing, tally.unknown), max(tally.facts, 1)) > Fraction(
        reading.tolerated_unknown
    )


def _bounds(
    exact: Fraction, tally: Tally, reading: Reading
) -> tuple[Fraction | None, Fraction | None]:
    """Give the values that the figure would have if the unknown were all at one extreme or the other.

    Where both extremes lead to the same state, missing data change nothing and the state is known.
    """
    match reading.aggregation:
        case "share":
            whole = tally.passing + tally.failing + tally.missing
            return _divided(tally.passing * reading.factor, whole), _divided(
                (tally.passing + tally.missing) * reading.factor, whole
            )
        case "sum" | "max":
            # Facts are not negative, so an unknown one can only add.
            far = exact + Fraction(10) ** 30
            return exact, far
        case "k_of_n" if reading.weight == "subjects" or not tally.unbounded:
            return _unit_bounds(tally, reading)
        case "ratio" if tally.counts_units and not tally.unbounded:
            return _unit_bounds(tally, reading)
        case _:
            return None, None


def _unit_bounds(tally: Tally, reading: Reading) -> tuple[Fraction | None, Fraction | None]:
    top, whole = tally.numerator, Fraction(tally.denominator) + tally.unknown
    if not whole:
        return None, None
    return top * reading.factor / whole, (top + tally.unknown) * reading.factor / whole


def _rounded(
    exact: Fraction | None, *, squared: bool = False, unit: Decimal = _STORED
) -> Decimal | None:
    if exact is None:
        return None
    quotient = (
        square_root(exact)
        if squared
        else _DIVIDE.divide(Decimal(exact.numerator), Decimal(exact.denominator))
    )
    rounded = quotient.quantize(unit, ROUND_HALF_UP, context=_DIVIDE)
    whole = rounded == rounded.to_integral_value()
    return rounded.quantize(Decimal(1)) if whole else rounded.normalize(_DIVIDE)


def limits(
    reading: Reading, parameters: Mapping[str, object], targets: Mapping[str, Decimal | None]
) -> dict[Level, Decimal | None]:
    """Give the threshold of each level: from the file, the pack's parameters or the targets of its commitments.

    Raises:
        KeyError: With the name of a parameter or commitment that the pack does not have.
    """
    result: dict[Level, Decimal | None] = {}
    for level in Level:
        threshold = reading.thresholds.get(level.value)
        if threshold is None and level != Level.FACT:
            threshold = reading.thresholds.get("all")
        if threshold is None:
            result[level] = None
        elif threshold.parameter is not None:
            result[level] = Decimal(str(parameters[threshold.parameter]))
        elif threshold.commitment is not None:
            result[level] = targets[threshold.commitment]
        else:
            result[level] = threshold.value
    return result
