"""Tables as columns: what the generators hand to the loader."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]
Mask: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """The values of one column.

    Attributes:
        values: By type of the database: numbers as numbers, dates as ``datetime64[D]``, text as UTF-8 in fixed-width
            ``S`` arrays, bytes as a matrix of ``uint8`` (all of one length), decimals as hundredths in ``int64``.
        present: False where the value is missing; None when none is.
    """

    values: Array
    present: Mask | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of one database table, column by column."""

    name: str
    columns: Mapping[str, Column]

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return 0 if not self.columns else len(next(iter(self.columns.values())).values)


def text(values: Iterable[str]) -> Array:
    """Encode texts as UTF-8 in one fixed-width array."""
    encoded = [value.encode() for value in values]
    return np.array(encoded, dtype=f"S{max(1, max(map(len, encoded), default=1))}")


def pick(words: Sequence[str], places: Array) -> Array:
    """Give the word at each place."""
    return text(words)[places]


def dates(values: Iterable[Any]) -> Column:
    """Turn dates, of which some may be None, into a column."""
    found = list(values)
    present = np.array([value is not None for value in found], dtype=bool)
    filled = np.array(
        [value if value is not None else "2000-01-01" for value in found], dtype="datetime64[D]"
    )
    return Column(values=filled, present=None if present.all() else present)


def optional(values: Iterable[float | int | None], dtype: str = "i8") -> Column:
    """Turn numbers, of which some may be None, into a column."""
    found = list(values)
    present = np.array([value is not None for value in found], dtype=bool)
    filled = np.array([0 if value is None else value for value in found], dtype=dtype)
    return Column(values=filled, present=None if present.all() else present)


def optional_text(values: Iterable[str | None]) -> Column:
    """Turn texts, of which some may be None, into a column."""
    found = list(values)
    present = np.array([value is not None for value in found], dtype=bool)
    return Column(
        values=text(value or "" for value in found), present=None if present.all() else present
    )


def constant(value: str, rows: int) -> Array:
    """Repeat one text."""
    return np.full(rows, value.encode(), dtype=f"S{max(1, len(value.encode()))}")


def concatenate(tables: Sequence[Table]) -> Table:
    """Put the rows of several tables of one name below each other."""
    first = tables[0]
    columns = {}
    for name in first.columns:
        parts = [table.columns[name] for table in tables]
        present = None
        if any(part.present is not None for part in parts):
            present = np.concatenate(
                [np.ones(len(p.values), bool) if p.present is None else p.present for p in parts]
            )
        columns[name] = Column(
            values=np.concatenate([part.values for part in parts]), present=present
        )
    return Table(name=first.name, columns=columns)
