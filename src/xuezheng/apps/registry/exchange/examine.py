"""Comparing a sheet with its register: each row is new, changed, unchanged or rejected. Nothing is written here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from xuezheng.apps.record.access import Scope
from xuezheng.apps.registry.exchange.places import Places
from xuezheng.apps.registry.exchange.reading import OpenSheet, SheetRow, chunks
from xuezheng.apps.registry.exchange.register import Key, Record, Register
from xuezheng.apps.registry.exchange.register_institutions import Institutions
from xuezheng.apps.registry.exchange.register_people import StaffRegister, Students
from xuezheng.apps.registry.exchange.register_premises import Classes, Facilities
from xuezheng.apps.registry.rules import RegistryRules

CHUNK_ROWS = 2000
_NOT_COMPARED = frozenset({"identity_cipher"})  # differs each time; the blind index is compared

REGISTERS: Mapping[str, type[Register]] = {
    "institutions": Institutions,
    "classes": Classes,
    "students": Students,
    "staff": StaffRegister,
    "facilities": Facilities,
}


class Status(StrEnum):
    """What an import does with a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


@dataclass(slots=True, kw_only=True)
class Outcome:
    """One row, what becomes of it, and the record before and after."""

    row: SheetRow
    status: Status
    before: Record | None = None
    after: Record = field(default_factory=dict)
    changed: tuple[str, ...] = ()


def make_register(kind: str, *, scope: Scope, rules: RegistryRules, today: date) -> Register:
    """Make the register of a kind for one examination.

    Args:
        kind: Key of a sheet.
        scope: What the importing user may change.
        rules: The rules of the city.
        today: The day from which changes hold.
    """
    return REGISTERS[kind](Places(scope), rules=rules, today=today)


def examine(sheet: OpenSheet, register: Register, *, lock: bool = False) -> Iterator[list[Outcome]]:
    """Compare a sheet with its register, chunk by chunk.

    Args:
        sheet: The open sheet.
        register: Its register; one examination each.
        lock: Whether to lock the records that are there, for an import that is about to write.
    """
    seen: dict[Key, int] = {}
    required = [column.key for column in sheet.kind.columns if column.required]
    needed = [column.key for column in sheet.kind.columns if column.needed]
    for rows in chunks(sheet.rows(), CHUNK_ROWS):
        complete = [row for row in rows if all(key in row.values for key in required)]
        register.prepare(complete)
        records = [(row, register.record(row)) for row in complete]
        existing = register.existing([record for _, record in records], lock=lock)
        outcomes = {id(row): Outcome(row=row, status=Status.REJECTED) for row in rows}
        for row, record in records:
            key = register.key_of(record)
            first = seen.setdefault(key, row.number)
            if first != row.number:
                row.refuse("duplicate_in_file", sheet.kind.columns[0].key, row=first)
            outcomes[id(row)] = _compare(register, row, record, existing.get(key), needed)
        yield [outcomes[id(row)] for row in rows]


def _compare(
    register: Register, row: SheetRow, record: Record, before: Record | None, needed: list[str]
) -> Outcome:
    if before is None:
        after = {**dict.fromkeys(register.columns), **register.defaults, **record}
        refused = {problem.column for problem in row.problems}
        for key in needed:
            if after.get(key) in (None, "") and key not in refused:
                row.refuse("needed", key)
    else:
        after = {**before, **record}
    if not row.problems:
        register.settle(row, after, before)
    if row.problems:
        return Outcome(row=row, status=Status.REJECTED, before=before)
    if before is None:
        return Outcome(row=row, status=Status.NEW, after=after)
    changed = tuple(
        name
        for name in register.fields
        if after[name] != before[name] and name not in _NOT_COMPARED
    )
    status = Status.CHANGED if changed else Status.UNCHANGED
    return Outcome(row=row, status=status, before=before, after=after, changed=changed)
