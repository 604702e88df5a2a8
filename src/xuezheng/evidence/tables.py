"""The tables that apps contribute to a snapshot, and the guard that keeps people out of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Literal

import pyarrow as pa
import sqlglot
from sqlglot import exp

from xuezheng.kernel.errors import Phrase, StateError, gettext_noop

ColumnType = Literal["text", "integer", "decimal", "date", "boolean"]

# Columns that tell who a person is or how to reach them; no evidence table may select one of them, under any name.
PERSONAL_COLUMNS = frozenset(
    {
        "name",
        "first_name",
        "last_name",
        "username",
        "email",
        "password",
        "phone",
        "phone_cipher",
        "identity_cipher",
        "identity_index",
        "identity_number",
        "birth_date",
        "address",
        "certificate_number",
        "has_disability",
        "party_id",
        "reason",
    }
)
# Tables of people: their numbers (student number, staff number) name a person too.
PERSON_TABLES = frozenset(
    {"registry_student", "registry_guardian", "registry_staff", "accounts_user"}
)


class EvidenceTableForbidden(StateError):
    """A table would carry personal data into a snapshot, or is not a plain SELECT."""

    code = "evidence.table_forbidden"
    template = gettext_noop("The evidence table %(table)s may not be published: %(why)s.")
    remedy = gettext_noop(
        "Select only the columns that indicators need, and none that names a person."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceColumn:
    """A column of an evidence table; `doc` says what it holds, its unit and what an empty value means."""

    name: str
    type: ColumnType
    doc: str
    precision: int = 18
    scale: int = 2

    @property
    def arrow_type(self) -> pa.DataType:
        """Give the type in Arrow and Parquet."""
        if self.type == "decimal":
            return pa.decimal128(self.precision, self.scale)
        return {
            "text": pa.string(),
            "integer": pa.int64(),
            "date": pa.date32(),
            "boolean": pa.bool_(),
        }[self.type]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceTable:
    """A table that an app contributes to every snapshot.

    Attributes:
        name: Name in snapshots and indicator queries.
        doc: What one row is.
        sql: One PostgreSQL SELECT with an explicit column list in the order of `columns`, and a total ORDER BY, so
            that the same data give the same bytes.
        columns: Names, types and meaning.
    """

    name: str
    doc: str
    sql: str
    columns: tuple[EvidenceColumn, ...] = field(default=())

    @property
    def schema(self) -> pa.Schema:
        """Give the Arrow schema of the Parquet file."""
        return pa.schema([pa.field(column.name, column.arrow_type) for column in self.columns])


def collect_tables(apps: Iterable[str]) -> tuple[EvidenceTable, ...]:
    """Gather the `TABLES` of the `evidence` module of each app that has one, sorted by name.

    Raises:
        EvidenceTableForbidden: If two tables share a name or one carries personal data.
    """
    tables: dict[str, EvidenceTable] = {}
    for app in apps:
        if not app.startswith("xuezheng.") or find_spec(f"{app}.evidence") is None:
            continue
        for table in import_module(f"{app}.evidence").TABLES:
            if table.name in tables:
                raise EvidenceTableForbidden(
                    table=table.name, why=Phrase(gettext_noop("two apps declare it"))
                )
            tables[table.name] = table
    check_tables(tuple(tables.values()))
    return tuple(tables[name] for name in sorted(tables))


def check_tables(tables: Sequence[EvidenceTable]) -> None:
    """Refuse a table that selects a personal column, a star, or anything but one SELECT.

    Raises:
        EvidenceTableForbidden: Naming the table and what is wrong.
    """
    for table in tables:
        why = _fault(table)
        if why is not None:
            raise EvidenceTableForbidden(table=table.name, why=why)


def _fault(table: EvidenceTable) -> Phrase | None:
    statements = sqlglot.parse(table.sql, dialect="postgres")
    if len(statements) != 1 or not isinstance(statements[0], exp.Select):
        return Phrase(gettext_noop("it is not one SELECT"))
    select = statements[0]
    if any(select.find_all(exp.Star)):
        return Phrase(gettext_noop("it selects every column"))
    if not select.args.get("order"):
        return Phrase(gettext_noop("it has no ORDER BY"))
    personal = {column.name.lower() for column in select.find_all(exp.Column)} & PERSONAL_COLUMNS
    if personal:
        return Phrase(gettext_noop("it reads %(columns)s"), columns=", ".join(sorted(personal)))
    people = {item.name.lower() for item in select.find_all(exp.Table)} & PERSON_TABLES
    if people and any(column.name.lower() == "number" for column in select.find_all(exp.Column)):
        return Phrase(
            gettext_noop("it reads the number of people in %(tables)s"),
            tables=", ".join(sorted(people)),
        )
    declared = [column.name for column in table.columns]
    if select.named_selects != declared:
        return Phrase(
            gettext_noop("it selects %(found)s but declares %(declared)s"),
            found=", ".join(select.named_selects),
            declared=", ".join(declared),
        )
    return None
