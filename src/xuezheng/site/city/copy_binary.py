"""Writes rows in PostgreSQL's binary COPY format, column by column in NumPy.

Rows of a chunk are laid side by side in one matrix of bytes, each column as wide as its widest value; a mask then
leaves out what shorter values do not use. No Python code runs per row.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from xuezheng.site.city.tables import Array, Column, Mask, Table

HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
TRAILER = b"\xff\xff"

_CHUNK_ROWS = 16_384  # keeps a chunk's matrix within the processor's cache
_DAYS_TO_2000 = np.datetime64("2000-01-01", "D")
_NUMBERS = {"smallint": ">i2", "integer": ">i4", "bigint": ">i8", "double precision": ">f8"}
_NUMERIC_BASE = 10_000


def encode(table: Table, types: Mapping[str, str]) -> Iterator[bytes]:
    """Encode the rows of a table, without header and trailer, in chunks.

    Args:
        table: The rows.
        types: The database type of each column, as ``format_type`` names it.
    """
    for start in range(0, table.rows, _CHUNK_ROWS):
        parts = [
            _encode_column(column, types[name], slice(start, start + _CHUNK_ROWS))
            for name, column in table.columns.items()
        ]
        yield _join_columns(parts, min(_CHUNK_ROWS, table.rows - start))


def _join_columns(parts: Sequence[tuple[Array, Array | None, Mask | None]], rows: int) -> bytes:
    width = 2 + sum(4 + payload.shape[1] for payload, _, _ in parts)
    matrix = np.empty((rows, width), np.uint8)
    matrix[:, :2] = _bytes_of(np.full(rows, len(parts)), ">i2")
    kept: Mask | None = None
    at = 2
    for payload, lengths, present in parts:
        size = payload.shape[1]
        sizes = np.full(rows, size) if lengths is None else lengths
        if present is not None:
            sizes = np.where(present, sizes, -1)  # -1 marks a missing value
        matrix[:, at : at + 4] = _bytes_of(sizes, ">i4")
        matrix[:, at + 4 : at + 4 + size] = payload
        if lengths is not None or present is not None:
            if kept is None:
                kept = np.ones((rows, width), bool)
            kept[:, at + 4 : at + 4 + size] = np.arange(size) < sizes[:, None]
        at += 4 + size
    return matrix.tobytes() if kept is None else matrix[kept].tobytes()


def _encode_column(
    column: Column, kind: str, rows: slice
) -> tuple[Array, Array | None, Mask | None]:
    values = column.values[rows]
    present = None if column.present is None else column.present[rows]
    if kind in _NUMBERS:
        return _bytes_of(values, _NUMBERS[kind]), None, present
    if kind == "boolean":
        return values.astype(np.uint8)[:, None], None, present
    if kind == "date":
        return _bytes_of((values - _DAYS_TO_2000).astype("i8"), ">i4"), None, present
    if kind == "timestamp with time zone":
        return (
            _bytes_of((values - _DAYS_TO_2000).astype("i8") * 86_400_000_000, ">i8"),
            None,
            present,
        )
    if kind.startswith("numeric"):
        return _numeric_of_hundredths(values), None, present
    if kind == "bytea":
        return values, None, present
    if kind.startswith(("character varying", "text", "character")):
        payload = values.view(np.uint8).reshape(len(values), values.dtype.itemsize)
        return payload, np.char.str_len(values), present
    raise TypeError(f"no binary form for {kind}")


def _numeric_of_hundredths(values: Array) -> Array:
    # ndigits 3, weight 1, sign +, dscale 2, then three digits to the base 10,000 (numeric_recv drops leading zeros).
    whole, part = np.divmod(values.astype("i8"), 100)
    fields = (3, 1, 0, 2, whole // _NUMERIC_BASE, whole % _NUMERIC_BASE, part * 100)
    return np.concatenate(
        [_bytes_of(np.broadcast_to(field, values.shape), ">i2") for field in fields], axis=1
    )


def _bytes_of(values: Array, kind: str) -> Array:
    plain = np.ascontiguousarray(values.astype(kind))
    return plain.view(np.uint8).reshape(len(plain), plain.dtype.itemsize)
