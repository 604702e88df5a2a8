"""From facts to figures: add up the facts of a unit and decide its state on exact fractions.

A figure of a division or of the city always goes back to the facts; ratios of ratios are never made.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import pyarrow as pa
import pyarrow.compute as pc

from xuezheng.evidence.dispersion import square_root, weighted_cv_squared
from xuezheng.evidence.model import Level, Reason, State
from xuezheng.policy.indicators import Reading

_DIVIDE = Context(prec=34)
_STORED = Decimal("1e-12")
_SHOWN = Decimal("1e-6")
_COLUMNS = (
    *("institution_code", "division_code", "subject", "part", "numerator", "denominator", "divisor"),
    *("unknown", "exclusion", "state"),
)


@dataclass(slots=True)
class Tally:
    """What the facts of one unit add up to."""

    numerator: Fraction | Decimal | int = 0
    denominator: Decimal | int = 0
    facts: int = 0
    known: int = 0
    missing: int = 0
    unknown: int = 0
    passing: int = 0
    failing: int = 0
    excluded: int = 0
    unbounded: int = 0
    counts_units: bool = False
    largest: Fraction | None = None
    amounts: list[tuple[Fraction, Fraction]] = field(default_factory=list)


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


def tallies(facts: pa.Table, reading: Reading, *, city: str) -> Iterator[tuple[Level, str, Tally]]:
    """Add up the facts by institution, by division and for the city.

    Args:
        facts: Judged facts.
        reading: The definition; says what is kept beside the sums.
        city: Code of the city.
    """
    if reading.aggregation == "k_of_n":
        facts = subjects(facts, reading)
    keep = reading.aggregation in ("weighted_cv", "max")
    has_divisors = pc.any(pc.not_equal(facts["divisor"], pa.scalar(Decimal(1), facts["divisor"].type))).as_py()
    for level, key in ((Level.INSTITUTION, "institution_code"), (Level.DIVISION, "division_code"), (Level.CITY, None)):
        if keep or has_divisors:
            found = _row_by_row(facts, key, city)
        else:
            found = _by_columns(facts, key, city)
        for unit in sorted(unit for unit in found if unit is not None):
            yield level, unit, found[unit]


def _by_columns(facts: pa.Table, key: str | None, city: str) -> dict[str, Tally]:
    """Add up with Arrow: fast, exact in decimals, for readings that need nothing but sums and counts."""
    state, excluded = facts["state"], pc.is_valid(facts["exclusion"])
    counted = pc.invert(excluded)
    undetermined = pc.and_(counted, pc.equal(state, State.UNDETERMINED.value))
    known = pc.and_(counted, pc.invert(undetermined))
    judged = pc.is_in(state, pa.array([State.NEAR.value, State.FAIL.value]))
    units = pc.if_else(counted, pc.fill_null(facts["unknown"], 0), 0)
    table = pa.table(
        {
            "unit": facts[key] if key else pa.array([city] * facts.num_rows, pa.string()),
            "numerator": pc.if_else(known, facts["numerator"], None),
            "denominator": pc.if_else(known, facts["denominator"], None),
            **{
                name: pc.cast(mask, pa.int64())
                for name, mask in {
                    "facts": counted,
                    "known": known,
                    "missing": undetermined,
                    "passing": pc.and_(counted, pc.equal(state, State.PASS.value)),
                    "failing": pc.and_(counted, judged),
                    "excluded": excluded,
                    "unbounded": pc.and_(undetermined, pc.equal(pc.fill_null(facts["unknown"], 0), 0)),
                }.items()
            },
            "unknown": pc.if_else(pc.is_valid(facts["unknown"]), units, pc.cast(undetermined, pa.int64())),
            "counts_units": pc.cast(pc.is_valid(facts["unknown"]), pa.int64()),
        }
    )
    names = table.column_names[1:]
    sums = table.group_by("unit", use_threads=False).aggregate([(name, "sum") for name in names])
    result: dict[str, Tally] = {}
    for row in zip(sums["unit"].to_pylist(), *(sums[f"{name}_sum"].to_pylist() for name in names), strict=True):
        unit, numerator, denominator, total, found, missing, passing, failing, out, unbounded, unknown, units = row
        result[unit] = Tally(
            numerator=numerator or 0,
            denominator=denominator or 0,
            facts=total,
            known=found,
            missing=missing,
            passing=passing,
            failing=failing,
            excluded=out,
            unbounded=unbounded,
            unknown=unknown,
            counts_units=units > 0,
        )
    return result


def _row_by_row(facts: pa.Table, key: str | None, city: str) -> dict[str, Tally]:
    """Add up fact by fact in fractions: for divisors, largest values and coefficients of variation."""
    result: dict[str, Tally] = {}
    units = facts[key].to_pylist() if key else [city] * facts.num_rows
    names = ("numerator", "denominator", "divisor", "unknown", "exclusion", "state")
    for unit, top, bottom, divisor, unknown, exclusion, state in zip(
        units, *(facts[name].to_pylist() for name in names), strict=True
    ):
        tally = result.setdefault(unit, Tally())
        if exclusion is not None:
            tally.excluded += 1
            continue
        tally.facts += 1
        tally.counts_units = tally.counts_units or unknown is not None
        if state == State.UNDETERMINED:
            tally.missing += 1
            tally.unknown += 1 if unknown is None else unknown
            tally.unbounded += not unknown
            continue
        tally.unknown += unknown or 0
        tally.known += 1
        tally.passing += state == State.PASS
        tally.failing += state in (State.NEAR, State.FAIL)
        amount = Fraction(top) if divisor == 1 else Fraction(top) / Fraction(divisor)
        tally.numerator += amount
        tally.denominator += bottom
        if bottom:
            weight = Fraction(bottom)
            tally.amounts.append((amount, weight))
            tally.largest = max(tally.largest or amount / weight, amount / weight)
    return result


def subjects(facts: pa.Table, reading: Reading) -> pa.Table:
    """Judge each subject (a school, or its part of one stage) by k of n, and give the subjects as facts.

    A subject passes if at least k parts pass and every other is near. A part that is missing leaves it undetermined,
    unless what is known already fails it.
    """
    groups: dict[tuple[str | None, str | None, str | None], list[tuple[str, Decimal | None, str | None]]] = {}
    names = ("institution_code", "division_code", "subject", "state", "denominator", "exclusion")
    for institution, division, subject, state, weight, exclusion in zip(
        *(facts[name].to_pylist() for name in names), strict=True
    ):
        groups.setdefault((division, institution, subject), []).append((state, weight, exclusion))
    rows = [
        {
            "institution_code": institution,
            "division_code": division,
            **_subject(parts, reading),
        }
        for (division, institution, subject), parts in groups.items()
    ]
    schema = pa.schema([facts.schema.field(name) for name in _COLUMNS if name not in ("subject", "part")])
    return pa.Table.from_pylist(rows, schema=schema)


def _subject(parts: Sequence[tuple[str, Decimal | None, str | None]], reading: Reading) -> dict[str, object]:
    excluded = next((exclusion for _, _, exclusion in parts if exclusion is not None), None)
    state = judge_subject([state for state, _, _ in parts], k=reading.k or 0, n=reading.n or 0)
    weight = max((weight for _, weight, _ in parts if weight is not None), default=None)
    count = Decimal(1) if reading.weight == "subjects" else weight
    known = state != State.UNDETERMINED
    return {
        "numerator": (count if state == State.PASS else Decimal(0)) if known else None,
        "denominator": count,
        "divisor": Decimal(1),
        "unknown": None if reading.weight == "subjects" else 0 if known else int(count or 0),
        "exclusion": excluded,
        "state": state.value,
    }


def judge_subject(states: Sequence[str], *, k: int, n: int) -> State:
    """Judge one subject by the states of its parts: at least k of n pass and every other is near.

    Parts that are not there at all, or undetermined, are missing data, never 0 and never dropped from the n.
    """
    passing, near = states.count(State.PASS), states.count(State.NEAR)
    failing = states.count(State.FAIL)
    if failing or near > n - k:
        return State.FAIL
    return State.PASS if passing + near == n else State.UNDETERMINED


def decide(tally: Tally, reading: Reading, level: Level, limit: Decimal | None) -> Figure:
    """Make the figure of a unit: its exact value, its state, and what stands behind both."""
    squared = reading.aggregation == "weighted_cv"
    exact, top, bottom = _exact(tally, reading, level)
    value = _rounded(exact, squared=squared)
    state, reason = _state(exact, tally, reading, limit)
    decided = value is not None and limit is not None and state in (State.PASS, State.NEAR, State.FAIL)
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
            return (Fraction(tally.numerator) * reading.factor if counts else None), tally.numerator, None
        case "max":
            largest = None if tally.largest is None else tally.largest * reading.factor
            return largest, None, None
        case "share":
            judged = tally.passing + tally.failing
            return _divided(tally.passing * reading.factor, judged), tally.passing, judged
        case "weighted_cv":
            if level == Level.INSTITUTION:
                return None, tally.numerator, tally.denominator
            squared = weighted_cv_squared([a for a, _ in tally.amounts], [n for _, n in tally.amounts])
            return squared, tally.numerator, tally.denominator
        case _:
            return _divided(tally.numerator * reading.factor, tally.denominator), tally.numerator, tally.denominator


def _divided(top: Fraction | Decimal | int, bottom: Decimal | int) -> Fraction | None:
    return Fraction(top) / Fraction(bottom) if bottom else None


def _state(exact: Fraction | None, tally: Tally, reading: Reading, limit: Decimal | None) -> tuple[State, Reason]:
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
    near = None if reading.near is None else Fraction(reading.near)
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
    return Fraction(max(tally.missing, tally.unknown), max(tally.facts, 1)) > Fraction(reading.tolerated_unknown)


def _bounds(exact: Fraction, tally: Tally, reading: Reading) -> tuple[Fraction | None, Fraction | None]:
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
    top, whole = Fraction(tally.numerator), Fraction(tally.denominator) + tally.unknown
    if not whole:
        return None, None
    return top * reading.factor / whole, (top + tally.unknown) * reading.factor / whole


def _rounded(exact: Fraction | None, *, squared: bool = False, unit: Decimal = _STORED) -> Decimal | None:
    if exact is None:
        return None
    quotient = square_root(exact) if squared else _DIVIDE.divide(Decimal(exact.numerator), Decimal(exact.denominator))
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
