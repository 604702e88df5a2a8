"""From facts to sums: add up the facts of each institution, of each division and of the city.

A figure of a division or of the city always goes back to the facts; ratios of ratios are never made.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa
import pyarrow.compute as pc

from xuezheng.evidence.model import Level, State
from xuezheng.policy.indicators import Reading

_COLUMNS = (
    *(
        "institution_code",
        "division_code",
        "subject",
        "part",
        "numerator",
        "denominator",
        "divisor",
    ),
    *("unknown", "exclusion", "state"),
)


@dataclass(slots=True)
class Tally:
    """What the facts of one unit add up to."""

    numerator: Fraction = Fraction(0)
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
    has_divisors = pc.any(
        pc.not_equal(facts["divisor"], pa.scalar(Decimal(1), facts["divisor"].type))
    ).as_py()
    for level, key in (
        (Level.INSTITUTION, "institution_code"),
        (Level.DIVISION, "division_code"),
        (Level.CITY, None),
    ):
        if keep or has_divisors:
            found = _row_by_row(facts, key, city, keep=keep)
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
                    "unbounded": pc.and_(
                        undetermined, pc.equal(pc.fill_null(facts["unknown"], 0), 0)
                    ),
                }.items()
            },
            "unknown": pc.if_else(
                pc.is_valid(facts["unknown"]), units, pc.cast(undetermined, pa.int64())
            ),
            "counts_units": pc.cast(pc.is_valid(facts["unknown"]), pa.int64()),
        }
    )
    names = table.column_names[1:]
    sums = table.group_by("unit", use_threads=False).aggregate([(name, "sum") for name in names])
    result: dict[str, Tally] = {}
    for row in zip(
        sums["unit"].to_pylist(), *(sums[f"{name}_sum"].to_pylist() for name in names), strict=True
    ):
        (
            unit,
            numerator,
            denominator,
            total,
            found,
            missing,
            passing,
            failing,
            out,
            unbounded,
            unknown,
            units,
        ) = row
        result[unit] = Tally(
            numerator=Fraction(numerator or 0),
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


def _row_by_row(facts: pa.Table, key: str | None, city: str, *, keep: bool) -> dict[str, Tally]:
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
        if keep and bottom:
            weight = Fraction(bottom)
            tally.amounts.append((amount, weight))
            tally.largest = max(tally.largest or amount / weight, amount / weight)
    return result


def subjects(facts: pa.Table, reading: Reading) -> pa.Table:
    """Judge each subject (a school, or its part of one stage) by k of n, and give the subjects as facts.

    A subject passes if at least k parts pass and every other is near. A part that is missing leaves it undetermined,
    unless what is known already fails it.
    """
    groups: dict[
        tuple[str | None, str | None, str | None], list[tuple[str, Decimal | None, str | None]]
    ] = {}
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
    schema = pa.schema(
        [facts.schema.field(name) for name in _COLUMNS if name not in ("subject", "part")]
    )
    return pa.Table.from_pylist(rows, schema=schema)


def _subject(
    parts: Sequence[tuple[str, Decimal | None, str | None]], reading: Reading
) -> dict[str, object]:
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
