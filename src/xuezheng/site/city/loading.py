"""Loads tables with COPY inside one transaction, without paying for indexes and foreign keys row by row.

Foreign keys and indexes of the tables are taken off before and put back after, by their definitions in the catalogue,
all in the caller's transaction: PostgreSQL then builds each index once and checks each key in one join, and a process
killed half-way leaves nothing behind. Primary keys stay; rows come in their order.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xuezheng.site.city.copy_binary import HEADER, TRAILER, encode
from xuezheng.site.city.tables import Table

# In the order in which nothing refers to what comes later.
REGISTERS = (
    "registry_institution",
    "registry_ownershipperiod",
    "registry_campus",
    "registry_schoolgroup",
    "registry_schoolgroupmember",
    "registry_restriction",
    "registry_schoolclass",
    "registry_facility",
    "registry_equipment",
    "registry_kitchen",
    "registry_networklink",
    "registry_staff",
    "registry_staffpost",
    "registry_staffqualification",
    "registry_student",
    "registry_guardian",
    "registry_studentguardian",
)

# What users uploaded into the registers: never built, but removed with the city.
UPLOADS = ("registry_importcontent", "registry_importbatch")

Types = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """Rows of a table, ready for COPY."""

    table: str
    columns: tuple[str, ...]
    rows: int
    chunks: tuple[bytes, ...]


def encode_table(table: Table, types: Types) -> Encoded:
    """Encode a table for COPY."""
    return Encoded(
        table=table.name,
        columns=tuple(table.columns),
        rows=table.rows,
        chunks=tuple(encode(table, types)),
    )


class BulkLoad:
    """One load of the registers over one cursor, in the transaction that is open there."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor
        self._types: dict[str, Types] = {}
        self._restore: list[tuple[str, str]] = []
        self._frozen: set[str] = set()
        self.rows: dict[str, int] = dict.fromkeys(REGISTERS, 0)

    def types_of(self, table: str) -> Types:
        """The database type of each column of a table."""
        if table not in self._types:
            self._cursor.execute(
                "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
                " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
                [table],
            )
            self._types[table] = dict(self._cursor.fetchall())
        return self._types[table]

    def prepare(self) -> None:
        """Take foreign keys and indexes off and make the empty tables new, so that COPY can write them frozen."""
        execute = self._cursor.execute
        execute("SET CONSTRAINTS ALL IMMEDIATE")
        execute("SET LOCAL maintenance_work_mem = '512MB'")
        execute("SET LOCAL synchronous_commit = off")
        for table, name, kind, definition in self._constraints():
            execute(f"ALTER TABLE {table} DROP CONSTRAINT {_quoted(name)}")
            statement = f"ALTER TABLE {table} ADD CONSTRAINT {_quoted(name)} {definition}"
            # Unique ones first: they are indexes, and the foreign keys are checked with the help of indexes.
            self._restore.append(("b" if kind == "f" else "a", statement))
        for name, definition in self._indexes():
            execute(f"DROP INDEX {_quoted(name)}")
            self._restore.append(("a", definition))
        for table in self._without_outside_references():
            execute(f"TRUNCATE {table}")
            self._frozen.add(table)

    def copy(self, table: Table) -> None:
        """Encode and load a table."""
        self.copy_encoded(encode_table(table, self.types_of(table.name)))

    def copy_encoded(self, encoded: Encoded) -> None:
        """Load rows that are encoded already."""
        options = "FORMAT binary, FREEZE" if encoded.table in self._frozen else "FORMAT binary"
        columns = ", ".join(map(_quoted, encoded.columns))
        with self._cursor.copy(
            f"COPY {encoded.table} ({columns}) FROM STDIN WITH ({options})"
        ) as copy:
            copy.write(HEADER)
            for chunk in encoded.chunks:
                copy.write(chunk)
            copy.write(TRAILER)
        self.rows[encoded.table] += encoded.rows

    def finish(self, report: Callable[[int, int], None]) -> None:
        """Put indexes and foreign keys back, set the sequences, and let the planner know.

        Args:
            report: Called with the number of steps done and of all.
        """
        steps = [statement for _, statement in sorted(self._restore, key=lambda entry: entry[0])]
        steps += [f"ANALYZE {table}" for table in REGISTERS]
        for done, statement in enumerate(steps):
            report(done, len(steps))
            self._cursor.execute(statement)
        self._set_sequences()
        report(len(steps), len(steps))

    def _set_sequences(self) -> None:
        for table in REGISTERS:
            if "id" in self.types_of(table):
                self._cursor.execute(f"SELECT max(id) FROM {table}")  # noqa: S608 - our own list of tables
                last = self._cursor.fetchone()[0]
                self._cursor.execute(
                    "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s, %s)",
                    [table, last or 1, last is not None],
                )

    def _constraints(self) -> Sequence[tuple[str, str, str, str]]:
        # Not those whose index a key of another table leans on.
        self._cursor.execute(
            "SELECT c.conrelid::regclass::text, c.conname, c.contype, pg_get_constraintdef(c.oid) FROM pg_constraint c"
            " WHERE c.conrelid = ANY(%s::regclass[]) AND (c.contype IN ('f', 'x') OR c.contype = 'u' AND NOT EXISTS"
            " (SELECT 1 FROM pg_constraint o WHERE o.contype = 'f' AND o.conindid = c.conindid))"
            " ORDER BY c.contype = 'u', 1, 2",
            [list(REGISTERS)],
        )
        return list(self._cursor.fetchall())

    def _indexes(self) -> Sequence[tuple[str, str]]:
        self._cursor.execute(
            "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
            " WHERE i.indrelid = ANY(%s::regclass[]) AND NOT i.indisprimary AND NOT EXISTS"
            " (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid) ORDER BY 1",
            [list(REGISTERS)],
        )
        return [(name.strip('"'), definition) for name, definition in self._cursor.fetchall()]

    def _without_outside_references(self) -> Iterable[str]:
        self._cursor.execute(
            "SELECT t.oid::regclass::text FROM pg_class t WHERE t.oid = ANY(%s::regclass[]) AND NOT EXISTS"
            " (SELECT 1 FROM pg_constraint c WHERE c.contype = 'f' AND c.confrelid = t.oid)",
            [list(REGISTERS)],
        )
        return [row[0] for row in self._cursor.fetchall()]


def _quoted(name: str) -> str:
    return '"' + name.strip('"').replace('"', '""') + '"'
