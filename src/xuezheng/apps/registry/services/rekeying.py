"""Changing the key of identity numbers: what an older key closed is opened and closed again under the first.

The key that closed a text stands in its bytes 2 to 5, so what is left to do can be asked of the database at any time:
the work can be stopped anywhere and goes on where it was. Blind indexes are made anew with the texts.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, connection, transaction

from xuezheng.apps.record.services import write_event
from xuezheng.apps.registry import identity
from xuezheng.apps.registry.services.guardians import PHONE_TABLE

BATCH_ROWS = 2000
BATCH_FILES = 4  # a workbook may have 20 MB

Report = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A column that holds closed texts.

    Attributes:
        bound: Name under which the texts are bound to their rows; empty for files.
        row: Column whose text they are bound to.
        index: Column of the blind index; empty where there is none.
    """

    title: str
    table: str
    column: str
    bound: str = ""
    key: str = "id"
    row: str = "id"
    index: str = ""

    @property
    def rows_at_once(self) -> int:
        """How many are closed anew in one transaction."""
        return BATCH_ROWS if self.bound else BATCH_FILES

    @property
    def key_type(self) -> str:
        """The type of the primary key."""
        return "bigint" if self.key == "id" else "uuid"


_NUMBERS: dict[str, str] = {"column": "identity_cipher", "index": "identity_index"}
_FILES: dict[str, str] = {
    "table": "registry_importcontent",
    "key": "batch_id",
    "row": "batch_id",
}
PLACES = (
    Place(title="students", table="registry_student", bound="student", row="number", **_NUMBERS),
    Place(title="staff", table="registry_staff", bound="staff", row="number", **_NUMBERS),
    Place(title="guardians", table="registry_guardian", bound="guardian", **_NUMBERS),
    Place(title="telephones", table="registry_guardian", column="phone_cipher", bound=PHONE_TABLE),
    Place(title="uploads", column="upload", **_FILES),
    Place(title="rejected rows", column="rejected", **_FILES),
)


@dataclass(slots=True, kw_only=True)
class Rekeyed:
    """What a run did: rows by place, and what it had to leave, each with the reason."""

    done: dict[str, int] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)


def count_older() -> dict[str, int]:
    """Count what is not closed under the first key, by place."""
    counts = {}
    with connection.cursor() as cursor:
        for place in PLACES:
            cursor.execute(
                f"SELECT count(*) FROM {place.table} WHERE {_is_older(place)}",  # noqa: S608
                [identity.default_keys().current],
            )
            counts[place.title] = int(cursor.fetchone()[0])
    return counts


def rekey(*, by: object, report: Report = lambda _title, _done, _total: None) -> Rekeyed:
    """Close everything anew that is not closed under the first key, batch by batch, each in a transaction.

    Rows that no key opens, and rows whose identity number stands twice, are left as they are and told.

    Args:
        by: Who has it done.
        report: Told after each batch: the place, how many of it are done, how many there were.
    """
    counts = count_older()
    current = identity.default_keys().current.hex()
    subject = ("register", "identity")
    if any(counts.values()):
        write_event(
            by=by,
            action="registry.identity.rekey_begin",
            subject=subject,
            facts={"key": current, "waiting": counts},
        )
    result = Rekeyed()
    for place in PLACES:
        done = 0
        for rows in _batches(place, result):
            done += rows
            report(place.title, done, counts[place.title])
        result.done[place.title] = done
    if any(counts.values()):
        write_event(
            by=by,
            action="registry.identity.rekey",
            subject=subject,
            facts={"key": current, "rows": result.done, "left": len(result.left)},
        )
    return result


def _batches(place: Place, result: Rekeyed) -> Iterator[int]:
    """Close one batch after the other anew; give how many rows each changed."""
    last: Any = None
    while True:
        with transaction.atomic():
            rows = _next_rows(place, last)
            if not rows:
                return
            changes = [change for row in rows if (change := _reclosed(place, row, result))]
            changed = _write(place, changes, result)
        last = rows[-1][0]
        yield changed


def _next_rows(place: Place, last: Any) -> list[tuple[Any, str, bytes]]:
    after = f"AND {place.key} > %s" if last is not None else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {place.key}, {place.row}::text, {place.column} FROM {place.table} "  # noqa: S608
            f"WHERE {_is_older(place)} {after} ORDER BY {place.table}.{place.key} LIMIT {place.rows_at_once} FOR UPDATE",
            [identity.default_keys().current, *([last] if last is not None else [])],
        )
        return [(key, row, bytes(text)) for key, row, text in cursor.fetchall()]


def _reclosed(
    place: Place, row: tuple[Any, str, bytes], result: Rekeyed
) -> tuple[Any, bytes, bytes | None] | None:
    key, bound_to, closed = row
    try:
        if not place.bound:
            content = identity.open_file(closed, row=bound_to)
            return key, identity.seal_file(content, row=bound_to), None
        text = identity.decrypt(closed, table=place.bound, row=bound_to)
    except identity.CipherUnreadable as error:
        result.left.append(error.message())
        return None
    index = identity.blind_index(text) if place.index else None
    return key, identity.encrypt(table=place.bound, row=bound_to, number=text), index


def _write(place: Place, changes: list[tuple[Any, bytes, bytes | None]], result: Rekeyed) -> int:
    """Write the changes together, or one by one where the database finds an identity number twice."""
    if not changes:
        return 0
    try:
        with transaction.atomic():
            _update(place, changes)
    except IntegrityError:
        if len(changes) == 1:
            result.left.append(
                f"{place.title}: row {changes[0][0]} has the identity number of another row; "
                "correct one of the two and run this again."
            )
            return 0
        return sum(_write(place, [change], result) for change in changes)
    return len(changes)


def _update(place: Place, changes: list[tuple[Any, bytes, bytes | None]]) -> None:
    keys, texts, indexes = zip(*changes, strict=True)
    index = f", {place.index} = new.index" if place.index else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {place.table} SET {place.column} = new.text{index} "  # noqa: S608
            f"FROM unnest(%s::{place.key_type}[], %s::bytea[], %s::bytea[]) AS new(key, text, index) "
            f"WHERE {place.table}.{place.key} = new.key",
            [list(keys), list(texts), list(indexes)],
        )


def _is_older(place: Place) -> str:
    """The condition, with the first key's name as its one parameter, of what another key closed."""
    return f"{place.column} IS NOT NULL AND substring({place.column} FROM 2 FOR 4) <> %s"
