"""What an import knows of the table behind a sheet; one module a register says the rest."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from django.db import connection

from xuezheng.apps.registry.exchange.places import Places
from xuezheng.apps.registry.exchange.reading import SheetRow
from xuezheng.apps.registry.rules import RegistryRules

Record = dict[str, Any]
Key = tuple[Any, ...]


class Register(ABC):
    """A table with a key, and how a row of a sheet becomes a record of it.

    Attributes:
        table: The database table.
        key: Columns that identify a record; the sheet has them all.
        fields: Columns that an import reads and writes beside the key.
        defaults: Values of a new record where the sheet says nothing.
        personal: Columns whose values never enter the audit record.
        subject: Kind of subject in the audit record.
        nullable: Columns that hold null when cleared; the others hold an empty text.
    """

    table: ClassVar[str]
    key: ClassVar[tuple[str, ...]]
    fields: ClassVar[tuple[str, ...]]
    defaults: ClassVar[Mapping[str, Any]] = {}
    personal: ClassVar[frozenset[str]] = frozenset()
    subject: ClassVar[str]
    texts: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, places: Places, *, rules: RegistryRules, today: date) -> None:
        """Keep what rows are looked up in and judged by."""
        self.places, self.rules, self.today = places, rules, today

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read and written, the key first."""
        return self.key + self.fields

    def prepare(self, rows: Sequence[SheetRow]) -> None:
        """Read what a chunk of rows refers to."""
        self.places.prepare({code for row in rows if (code := row.values.get("institution_id"))})

    @abstractmethod
    def record(self, row: SheetRow) -> Record:
        """Turn the values of a row into columns; what a row does not say stays absent. Problems go to the row."""

    def settle(self, row: SheetRow, merged: Record, existing: Record | None) -> None:  # noqa: B027 - optional
        """Check a record as it would stand after the import. Problems go to the row."""

    def subject_id(self, record: Record) -> str:
        """Name the record in the audit record."""
        return str(record[self.key[0]])

    def finish(  # noqa: B027 - optional
        self, new: Sequence[Record], changed: Sequence[tuple[Record, Record]]
    ) -> None:
        """Write what else belongs to new and changed records, in the same transaction."""

    def existing(self, records: Sequence[Record], *, lock: bool) -> dict[Key, Record]:
        """Read the records that are there already, by key."""
        first = [record[self.key[0]] for record in records]
        quoted = ", ".join(f'"{name}"' for name in self.columns)
        statement = f'SELECT {quoted} FROM {self.table} WHERE "{self.key[0]}" = ANY(%s)'  # noqa: S608 - names of ours
        with connection.cursor() as cursor:
            cursor.execute(
                statement + (" FOR UPDATE" if lock else ""), [list(dict.fromkeys(first))]
            )
            found = cursor.fetchall()
        width = len(self.key)
        wanted = {self.key_of(record) for record in records}
        return {
            row[:width]: dict(zip(self.columns, row, strict=True))
            for row in found
            if row[:width] in wanted
        }

    def seal(self, records: Sequence[tuple[Record, Record | None]]) -> None:  # noqa: B027 - optional
        """Encrypt what must not be stored in clear, in records about to be written beside what stood before."""

    def key_of(self, record: Record) -> Key:
        """Give the key of a record."""
        return tuple(record[name] for name in self.key)

    def given(self, row: SheetRow, names: Sequence[str]) -> Record:
        """Take values of the row that are columns as they stand; a cleared text becomes empty."""
        return {
            name: "" if row.values[name] is None and name in self.texts else row.values[name]
            for name in names
            if name in row.values
        }
