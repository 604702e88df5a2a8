"""Cases of indicators: tiny tables and the figures that must come out, run by `pack check` and by the tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from xuezheng.evidence.model import IndicatorResult
from xuezheng.evidence.run import Definitions, compute, definitions_of
from xuezheng.evidence.sessions import open_session
from xuezheng.evidence.sql import QueryPlace
from xuezheng.evidence.tables import EvidenceColumn, EvidenceTable
from xuezheng.kernel.errors import gettext_noop
from xuezheng.policy.indicators import ExpectedResult, Indicator, IndicatorCase
from xuezheng.policy.pack import Pack


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOutcome:
    """What a case of an indicator gave: `differences` is empty when it holds."""

    indicator_id: str
    title: str
    differences: tuple[str, ...]


def run_cases(
    pack: Pack, tables: Sequence[EvidenceTable], *, engine: str = "duckdb", only: Sequence[str] = ()
) -> tuple[CaseOutcome, ...]:
    """Run the cases of all indicators of a pack, or of some.

    Raises:
        IndicatorQueryRefused: If a query is not allowed, or a case names a table or column that is not evidence.
    """
    outcomes = []
    for identifier in only or pack.indicators:
        indicator = pack.indicators[identifier]
        for case in indicator.cases:
            definitions = definitions_of(pack, as_of=case.as_of, only=[identifier])
            outcomes.append(run_case(indicator, case, definitions, tables, engine=engine))
    return tuple(outcomes)


def run_case(
    indicator: Indicator,
    case: IndicatorCase,
    definitions: Definitions,
    tables: Sequence[EvidenceTable],
    *,
    engine: str = "duckdb",
) -> CaseOutcome:
    """Run one case in a session of its own."""
    held = case_tables(indicator, case, tables)
    with open_session(engine, held) as session:
        results = compute(session, definitions, tables=held, as_of=case.as_of)
    own = [result for result in results if result.indicator_id == indicator.id]
    differences = [
        text for expected in case.expect for text in _differences(own, expected, indicator)
    ]
    return CaseOutcome(indicator_id=indicator.id, title=case.title, differences=tuple(differences))


def case_tables(
    indicator: Indicator, case: IndicatorCase, tables: Sequence[EvidenceTable]
) -> dict[str, pa.Table]:
    """Make Arrow tables of a case's rows; columns that a row leaves out are empty."""
    place = QueryPlace(file=f"indicators/{indicator.id}.yaml", path=f"cases[{case.title}].tables")
    known = {table.name: table for table in tables}
    for name in case.tables:
        if name not in known:
            raise place.refuse(gettext_noop("it fills an undeclared table"), name)
    return {name: _table(table, case.tables.get(name, []), place) for name, table in known.items()}


def _table(table: EvidenceTable, rows: Sequence[Mapping[str, Any]], place: QueryPlace) -> pa.Table:
    columns = {column.name: column for column in table.columns}
    for row in rows:
        surplus = set(row) - set(columns)
        if surplus:
            raise place.refuse(
                gettext_noop("the table %(table)s has no such column"),
                ", ".join(sorted(surplus)),
                table=table.name,
            )
    data = [
        {name: _typed(row.get(name), column) for name, column in columns.items()} for row in rows
    ]
    try:
        return pa.Table.from_pylist(data, schema=table.schema)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise place.refuse(
            gettext_noop("a value does not fit the table %(table)s"), error, table=table.name
        ) from None


def _typed(value: Any, column: EvidenceColumn) -> Any:
    if value is None:
        return None
    if column.type == "decimal":
        return Decimal(str(value)).quantize(Decimal(1).scaleb(-column.scale))
    if column.type == "date" and isinstance(value, str):
        return date.fromisoformat(value)
    return str(value) if column.type == "text" else value


def _differences(
    results: Sequence[IndicatorResult], expected: ExpectedResult, indicator: Indicator
) -> list[str]:
    key = expected.reading or indicator.official.id
    where = f"{key}, {expected.level} {expected.unit or ''}".rstrip()
    found = [
        item
        for item in results
        if item.reading == key
        and item.level.value == expected.level
        and (expected.unit is None or item.unit_code == expected.unit)
    ]
    if len(found) != 1:
        return [f"{where}: {len(found)} results instead of one"]
    texts = []
    for name in ("value", "state", "facts", "unknown", "rounding_flips"):
        wanted = getattr(expected, name)
        if name not in expected.model_fields_set:
            continue
        actual = getattr(found[0], name)
        same = wanted == actual
        if isinstance(wanted, Decimal) and isinstance(actual, Decimal):
            same = round(actual, max(-int(wanted.as_tuple().exponent), 0)) == wanted
        if not same:
            texts.append(f"{where}: {name} is {actual}, expected {wanted}")
    return texts
