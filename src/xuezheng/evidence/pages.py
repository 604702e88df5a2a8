"""Facts for people: a page of the rows behind a figure, and all of them for a workbook.

Reads the Parquet file of a reading and the names of institutions from its snapshot; the titles of the documented
columns travel in the file itself, so that a run can be read without its pack.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from xuezheng.evidence.definition import Definition, unpacked
from xuezheng.evidence.manifest import read_manifest
from xuezheng.evidence.model import FactColumn, FactPage, State
from xuezheng.evidence.runs import DEFINITION, TITLES, fact_file
from xuezheng.kernel.errors import InputError, gettext_noop
from xuezheng.kernel.localized import LocalizedText

_BATCH_ROWS = 5000
# The order of the column `state`, and of facts when nothing else is asked for: what needs a look comes first.
DEFAULT_ORDER = "state"
_SEVERITY = (State.FAIL, State.NEAR, State.UNDETERMINED, State.PASS, State.NOT_APPLICABLE)

STATE_TERMS = {
    State.PASS.value: LocalizedText(zh="达标", en="Pass"),
    State.NEAR.value: LocalizedText(zh="接近达标", en="Near"),
    State.FAIL.value: LocalizedText(zh="未达标", en="Fail"),
    State.UNDETERMINED.value: LocalizedText(zh="未确定", en="Undetermined"),
    State.NOT_APPLICABLE.value: LocalizedText(zh="不适用", en="Not applicable"),
}
# Columns that every reading has, in the order of a page: name, Chinese and English title, type.
_COMMON = (
    FactColumn(name="division_code", title_zh="区划代码", title_en="Division code", type="text"),
    FactColumn(
        name="division_zh", title_zh="区县（市）", title_en="Division (Chinese)", type="text"
    ),
    FactColumn(name="division_en", title_zh="区县英文名", title_en="Division", type="text"),
    FactColumn(
        name="institution_code",
        title_zh="学校（机构）标识码",
        title_en="Institution code",
        type="text",
    ),
    FactColumn(
        name="institution_zh",
        title_zh="学校（机构）名称",
        title_en="Institution (Chinese)",
        type="text",
    ),
    FactColumn(name="institution_en", title_zh="学校英文名", title_en="Institution", type="text"),
)
_WHEN_USED = (
    FactColumn(name="subject", title_zh="评价对象", title_en="Subject", type="text"),
    FactColumn(name="part", title_zh="分项指标", title_en="Part", type="text"),
)
_NUMBERS = (
    FactColumn(name="numerator", title_zh="分子", title_en="Numerator", type="decimal"),
    FactColumn(name="denominator", title_zh="分母", title_en="Denominator", type="decimal"),
    FactColumn(name="divisor", title_zh="折算系数", title_en="Divisor", type="decimal"),
    FactColumn(name="value", title_zh="数值", title_en="Value", type="decimal"),
    FactColumn(name="threshold", title_zh="标准", title_en="Threshold", type="decimal"),
    FactColumn(name="unknown", title_zh="缺失数", title_en="Unknown", type="integer"),
    FactColumn(name="exclusion", title_zh="不适用原因", title_en="Why excluded", type="text"),
    FactColumn(
        name="rounding_flips",
        title_zh="四舍五入会改变结论",
        title_en="Rounding would flip",
        type="boolean",
    ),
    FactColumn(name="state", title_zh="结论", title_en="State", type="text", values=STATE_TERMS),
)


class FactsNotFound(InputError):
    """The run holds no facts of that indicator or reading."""

    code = "evidence.facts_not_found"
    template = gettext_noop(
        "The run %(run)s holds no facts of indicator %(indicator)s, reading %(reading)s."
    )
    remedy = gettext_noop("List what it holds with “xuezheng indicators show”.")


class FactOrderUnknown(InputError):
    """The facts cannot be ordered by that column."""

    code = "evidence.fact_order_unknown"
    template = gettext_noop("The facts have no column “%(column)s” to order by.")
    remedy = gettext_noop("Use one of: %(columns)s.")


def facts_page(
    run_folder: Path,
    indicator_id: str,
    *,
    reading: str | None = None,
    division: str | None = None,
    institution: str | None = None,
    state: str | None = None,
    search: str | None = None,
    order: str | None = None,
    offset: int = 0,
    limit: int = 50,
) -> FactPage:
    """Give some of the facts behind a figure.

    Args:
        run_folder: `IndicatorRunResult.folder`.
        indicator_id: The indicator.
        reading: The reading; the official one when not given.
        division: Only facts of this division.
        institution: Only facts of this institution.
        state: Only facts in this state.
        search: Part of an institution's code or name.
        order: A column's name, with ``-`` before it for descending. Otherwise what fails comes first, then what is
            near, undetermined, passing and not applicable, each by division and institution.
        offset: Rows to leave out.
        limit: Rows to give.

    Raises:
        FactsNotFound: If the run has no such facts.
        FactOrderUnknown: If there is no such column.
    """
    source = _Source(run_folder, indicator_id, reading)
    where, values = _conditions(
        division=division, institution=institution, state=state, search=search
    )
    with _cursor() as connection:
        # Names are joined only where they are searched: counting then reads one column of the facts.
        total = connection.execute(
            f"SELECT count(*) FROM ({source.sql}) WHERE {where}"  # noqa: S608 - names from our own lists
            if search
            else f"SELECT count(*) FROM read_parquet(?) WHERE {where}",  # noqa: S608 - as above
            [*(source.files if search else source.files[:1]), *values],
        )
        count = total.fetchone()
        rows = connection.execute(
            f"SELECT {source.select} FROM ({source.sql}) WHERE {where} ORDER BY {source.order(order)} LIMIT ? OFFSET ?",  # noqa: S608 - names from our own lists
            [*source.files, *values, limit, offset],
        ).fetchall()
    return FactPage(
        columns=source.columns,
        rows=tuple(rows),
        total=count[0] if count else 0,
        definition=source.definition,
    )


def facts_table(
    run_folder: Path,
    indicator_id: str,
    *,
    reading: str | None = None,
    division: str | None = None,
    institution: str | None = None,
    state: str | None = None,
    search: str | None = None,
    order: str | None = None,
) -> tuple[tuple[FactColumn, ...], Iterator[tuple[Any, ...]]]:
    """Give the columns and an iterator over all facts that fit, for a workbook; see `facts_page`."""
    source = _Source(run_folder, indicator_id, reading)
    where, values = _conditions(
        division=division, institution=institution, state=state, search=search
    )

    ordered = source.order(order)

    def rows() -> Iterator[tuple[Any, ...]]:
        with _cursor() as connection:
            connection.execute(
                f"SELECT {source.select} FROM ({source.sql}) WHERE {where} ORDER BY {ordered}",  # noqa: S608 - names from our own lists
                [*source.files, *values],
            )
            while batch := connection.fetchmany(_BATCH_ROWS):
                yield from batch

    return source.columns, rows()


@cache
def _engine(process: int) -> duckdb.DuckDBPyConnection:  # noqa: ARG001 - one for each process, also after a fork
    return duckdb.connect(config={"threads": 2})


def _cursor() -> duckdb.DuckDBPyConnection:
    """Give a connection of its own to the process's engine; opening an engine takes longer than a page of facts."""
    return _engine(os.getpid()).cursor()


class _Source:
    """The Parquet files behind the facts of one reading, and which columns they show."""

    def __init__(self, run_folder: Path, indicator_id: str, reading: str | None) -> None:
        key = reading or _official(run_folder, indicator_id)
        path = run_folder / fact_file(indicator_id, key)
        if path.resolve().parent != (run_folder / "facts").resolve() or not path.is_file():
            raise FactsNotFound(run=run_folder.name, indicator=indicator_id, reading=key or "-")
        snapshot = run_folder.parent.parent
        self.files = [
            str(path),
            str(snapshot / "institutions.parquet"),
            str(snapshot / "divisions.parquet"),
        ]
        metadata = pq.read_schema(path).metadata or {}
        described = json.loads(metadata.get(TITLES, b'{"columns": [], "used": []}'))
        documented = tuple(_column(**column) for column in described["columns"])
        terms = described.get("values", {})
        self.definition: Definition | None = (
            unpacked(json.loads(metadata[DEFINITION])) if DEFINITION in metadata else None
        )
        used = set(described["used"])
        self.columns = (
            *_COMMON,
            *(_with_terms(column, terms) for column in _WHEN_USED if column.name in used),
            *documented,
            *(_with_terms(column, terms) for column in _NUMBERS if column.name in used),
        )
        self.select = ", ".join(f'"{column.name}"' for column in self.columns)
        # No part of this text comes from outside: the files are bound as values.
        self.sql = (
            "SELECT f.*, i.name_zh AS institution_zh, i.name_en AS institution_en, d.name_zh AS division_zh, "
            "d.name_en AS division_en, f.file_row_number AS position "
            "FROM read_parquet(?, file_row_number=true) f "
            "LEFT JOIN (SELECT institution_code, name_zh, name_en FROM read_parquet(?)) i "
            "ON i.institution_code = f.institution_code "
            "LEFT JOIN (SELECT code, name_zh, name_en FROM read_parquet(?)) d ON d.code = f.division_code"
        )

    def order(self, order: str | None) -> str:
        """Write ORDER BY from a column's name; the file's own order breaks ties."""
        order = order or DEFAULT_ORDER
        names = [column.name for column in self.columns]
        column = order.removeprefix("-")
        if column not in names:
            raise FactOrderUnknown(column=column, columns=", ".join(names))
        direction = "DESC" if order[0] == "-" else "ASC"
        if column == DEFAULT_ORDER:
            listed = ", ".join(f"'{state.value}'" for state in _SEVERITY)
            return f"list_position([{listed}], state) {direction}, position"
        return f'"{column}" {direction} NULLS LAST, position'


def _column(
    *,
    name: str,
    title_zh: str,
    title_en: str,
    type: str,  # noqa: A002 - the key in the file
    values: Mapping[str, Mapping[str, str]] | None = None,
) -> FactColumn:
    terms = {code: LocalizedText(**term) for code, term in (values or {}).items()}
    return FactColumn(name=name, title_zh=title_zh, title_en=title_en, type=type, values=terms)


def _with_terms(
    column: FactColumn, terms: Mapping[str, Mapping[str, Mapping[str, str]]]
) -> FactColumn:
    if column.name not in terms:
        return column
    found = {code: LocalizedText(**term) for code, term in terms[column.name].items()}
    return replace(column, values=found)


def _conditions(
    *, division: str | None, institution: str | None, state: str | None, search: str | None
) -> tuple[str, list[Any]]:
    parts, values = ["true"], []
    for column, value in (
        ("division_code", division),
        ("institution_code", institution),
        ("state", state),
    ):
        if value:
            parts.append(f"{column} = ?")
            values.append(value)
    if search:
        parts.append(
            "(contains(coalesce(institution_code, ''), ?) OR contains(coalesce(institution_zh, ''), ?) "
            "OR contains(lower(coalesce(institution_en, '')), lower(?)))"
        )
        values += [search.strip()] * 3
    return " AND ".join(parts), values


def _official(run_folder: Path, indicator_id: str) -> str:
    official: dict[str, str] = read_manifest(run_folder)["official"]
    return official.get(indicator_id, "")
