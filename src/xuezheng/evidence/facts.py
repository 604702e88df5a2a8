"""Facts: the rows that a reading's query gives, in one schema, each judged exactly against its threshold.

A fact's value is ``factor x numerator / (denominator x divisor)``. Numbers are decimals with six digits after the
point; comparisons multiply instead of dividing, in 256-bit decimals, so 0.8499 never passes as 0.85.
"""

from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from xuezheng.evidence.model import State
from xuezheng.evidence.sql import QueryPlace
from xuezheng.kernel.errors import gettext_noop
from xuezheng.policy.indicators import REQUIRED_COLUMNS, Reading

AMOUNT = pa.decimal128(24, 6)
_LIMIT = pa.decimal128(18, 6)
_DIVISOR = pa.decimal128(12, 4)
_WIDE = 76
_TYPES: dict[str, pa.DataType] = {
    "institution_code": pa.string(),
    "division_code": pa.string(),
    "subject": pa.string(),
    "part": pa.string(),
    "numerator": AMOUNT,
    "denominator": AMOUNT,
    "threshold": _LIMIT,
    "divisor": _DIVISOR,
    "unknown": pa.int64(),
    "exclusion": pa.string(),
}
_DOCUMENTED: dict[str, pa.DataType] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "decimal": AMOUNT,
    "date": pa.date32(),
    "boolean": pa.bool_(),
}


def fact_schema(reading: Reading) -> pa.Schema:
    """Give the schema of the facts of a reading, as its Parquet file has it."""
    fields = [pa.field(name, kind) for name, kind in _TYPES.items()]
    fields += [pa.field(column.name, _DOCUMENTED[column.type]) for column in reading.columns]
    return pa.schema(
        [
            *fields,
            pa.field("value", AMOUNT),
            pa.field("state", pa.string()),
            pa.field("rounding_flips", pa.bool_()),
        ]
    )


def judged_facts(
    rows: pa.Table, reading: Reading, *, limit: Decimal | None, place: QueryPlace
) -> pa.Table:
    """Bring the rows of a fact query to the schema of facts, judge each and sort them.

    Args:
        rows: What the query gave, from either engine.
        reading: The definition.
        limit: Threshold of a fact when the query gives none.
        place: For messages.

    Raises:
        IndicatorQueryRefused: If a required column lacks, an undocumented one is there, or a number is a float.
    """
    table = _normalised(rows, reading, place)
    if limit is not None:
        filled = pc.fill_null(table["threshold"], pa.scalar(limit, _LIMIT))
        table = table.set_column(table.column_names.index("threshold"), "threshold", filled)
    table = table.append_column("value", _values(table, reading.factor))
    states = _states(table, reading, table["numerator"], table["denominator"], table["divisor"])
    table = table.append_column("state", states)
    table = table.append_column("rounding_flips", _flips(table, reading))
    order = [
        "division_code",
        "institution_code",
        "subject",
        "part",
        *(column.name for column in reading.columns),
    ]
    return table.sort_by(
        [(name, "ascending") for name in (*order, "numerator", "denominator")]
    ).combine_chunks()


def _normalised(rows: pa.Table, reading: Reading, place: QueryPlace) -> pa.Table:
    documented = {column.name: _DOCUMENTED[column.type] for column in reading.columns}
    wanted = {**_TYPES, **documented}
    missing = [name for name in (*REQUIRED_COLUMNS, *documented) if name not in rows.column_names]
    if missing:
        raise place.refuse(gettext_noop("it lacks columns"), ", ".join(missing))
    surplus = [name for name in rows.column_names if name not in wanted]
    if surplus:
        raise place.refuse(
            gettext_noop("it gives columns that the reading does not document"), ", ".join(surplus)
        )
    columns: dict[str, pa.ChunkedArray] = {}
    for name, target in wanted.items():
        if name not in rows.column_names:
            default = pa.scalar(Decimal(1) if name == "divisor" else None, target)
            columns[name] = pa.chunked_array([pa.repeat(default, rows.num_rows)])
            continue
        column = rows[name]
        if pa.types.is_floating(column.type):
            raise place.refuse(gettext_noop("a column is a float; cast it to a decimal"), name)
        try:
            if pa.types.is_integer(column.type) and pa.types.is_decimal(target):
                column = pc.cast(column, pa.decimal128(19, 0))
            columns[name] = column if column.type == target else pc.cast(column, target)
        except pa.ArrowInvalid as error:
            raise place.refuse(
                gettext_noop("the column %(column)s does not fit %(type)s"),
                error,
                column=name,
                type=target,
            ) from None
    columns["divisor"] = pc.fill_null(columns["divisor"], pa.scalar(Decimal(1), _DIVISOR))
    return pa.table(columns)


def _values(table: pa.Table, factor: int) -> pa.Array:
    """Give the value of each fact for display and sorting; decisions do not use it."""
    bottom = pc.multiply(
        pc.cast(table["denominator"], pa.float64()), pc.cast(table["divisor"], pa.float64())
    )
    bottom = pc.if_else(pc.equal(bottom, 0.0), None, bottom)
    quotient = pc.divide(
        pc.multiply(pc.cast(table["numerator"], pa.float64()), float(factor)), bottom
    )
    return pc.cast(pc.round(quotient, ndigits=6), AMOUNT, safe=False)


def _states(
    table: pa.Table,
    reading: Reading,
    numerator: pa.ChunkedArray,
    denominator: pa.ChunkedArray,
    divisor: pa.ChunkedArray,
) -> pa.Array:
    """Judge each fact: exclusion, then missing data, then the threshold, then near."""
    top = _product(numerator, pa.scalar(Decimal(reading.factor), pa.decimal256(12, 0)))
    base = _product(denominator, divisor)
    bar = _product(base, table["threshold"])
    passes = _compare(top, bar, reading)
    near = pa.chunked_array([pa.array([False] * len(top), pa.bool_())])
    if reading.near_share is not None:
        share = pa.scalar(reading.near_share, pa.decimal256(4, 3))
        higher = reading.direction == "higher"
        near = _compare(
            top if higher else _product(top, share),
            _product(bar, share) if higher else bar,
            reading,
        )
    state = pc.if_else(
        passes, State.PASS.value, pc.if_else(near, State.NEAR.value, State.FAIL.value)
    )
    zero = pa.scalar(Decimal(0), AMOUNT)
    state = pc.if_else(pc.is_null(table["threshold"]), State.NOT_APPLICABLE.value, state)
    state = pc.if_else(
        pc.fill_null(pc.equal(denominator, zero), fill_value=False),
        State.NOT_APPLICABLE.value,
        state,
    )
    missing = pc.or_(pc.is_null(numerator), pc.is_null(denominator))
    state = pc.if_else(missing, State.UNDETERMINED.value, state)
    return pc.if_else(pc.is_valid(table["exclusion"]), State.NOT_APPLICABLE.value, state)


def _compare(left: pa.ChunkedArray, right: pa.ChunkedArray, reading: Reading) -> pa.ChunkedArray:
    compare = pc.greater_equal if reading.direction == "higher" else pc.less_equal
    return compare(left, right)


def _product(left: pa.ChunkedArray, right: pa.ChunkedArray | pa.Scalar) -> pa.ChunkedArray:
    """Multiply decimals exactly; scales add up, and the precision is kept within 256 bits."""
    result = pc.multiply(_wide(left), _wide(right))
    return pc.cast(result, pa.decimal256(min(_WIDE, result.type.precision), result.type.scale))


def _wide(value: pa.ChunkedArray | pa.Scalar) -> pa.ChunkedArray | pa.Scalar:
    kind = value.type
    return (
        value
        if pa.types.is_decimal256(kind)
        else pc.cast(value, pa.decimal256(kind.precision, kind.scale))
    )


def _flips(table: pa.Table, reading: Reading) -> pa.ChunkedArray:
    """Flag facts whose value, rounded as shown, would pass where the exact one does not, or the other way round."""
    value, threshold, passes = (
        _wide(table["value"]),
        _wide(table["threshold"]),
        pc.equal(table["state"], State.PASS.value),
    )
    unit = pa.scalar(Decimal(1).scaleb(-reading.decimals), pa.decimal256(_WIDE, 12))
    is_judged = pc.is_in(
        table["state"], pa.array([State.PASS.value, State.NEAR.value, State.FAIL.value])
    )
    is_close = pc.less_equal(pc.abs(pc.subtract(value, threshold)), unit)
    rounded = pc.round(value, ndigits=reading.decimals, round_mode="half_towards_infinity")
    flips = pc.xor(_compare(rounded, threshold, reading), passes)
    return pc.fill_null(pc.and_(pc.and_(is_judged, is_close), flips), fill_value=False)
