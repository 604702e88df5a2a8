"""Take a snapshot: every evidence table, as it stood at one moment, into Parquet files."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

import adbc_driver_postgresql.dbapi as postgresql
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from xuezheng.evidence.manifest import (
    FORMAT,
    file_entry,
    file_sha256,
    read_snapshot,
    write_manifest,
)
from xuezheng.evidence.model import Snapshot, SnapshotFile
from xuezheng.evidence.tables import EvidenceTable, check_tables
from xuezheng.evidence.version import PROGRAM_VERSION
from xuezheng.kernel.errors import InputError, StateError, gettext_noop

__all__ = [
    "LabelMalformed",
    "described",
    "read_snapshot",
    "take_snapshot",
    "write_snapshot",
    "write_table",
]

# Rows of a Parquet row group: small enough to stream, large enough to compress; fixed, so that equal data give equal files.
ROW_GROUP_ROWS = 131_072
# Bytes that the driver gathers before it hands over a batch.
_BATCH_HINT_BYTES = 4 << 20

Progress = Callable[[str, int, int], None]


class LabelMalformed(InputError):
    """The label of a snapshot cannot be part of a folder name."""

    code = "evidence.label_malformed"
    template = gettext_noop("“%(label)s” cannot be the label of a snapshot.")
    remedy = gettext_noop(
        "Use up to 40 letters, digits, dots and hyphens, beginning with a letter or digit."
    )


class SnapshotExists(StateError):
    """There is a snapshot of that moment and label already."""

    code = "evidence.snapshot_exists"
    template = gettext_noop("There is a snapshot “%(name)s” already.")
    remedy = gettext_noop("Wait a second, or give it another label.")


def take_snapshot(
    *,
    database_url: str,
    tables: Sequence[EvidenceTable],
    pack_id: str,
    pack_hash: str,
    folder: Path,
    taken_at: datetime,
    label: str = "",
    progress: Progress | None = None,
) -> Snapshot:
    """Write all evidence tables, read in one REPEATABLE READ transaction, as a new snapshot.

    Args:
        database_url: A libpq URL.
        tables: What to write; see `collect_tables`.
        pack_id: The policy pack in force.
        pack_hash: Its hash.
        folder: Where snapshots lie; made when missing.
        taken_at: The moment, aware of its time zone; it names the snapshot.
        label: A word for people, as `week-39`.
        progress: Called after each table with its name, the tables done and their total.

    Raises:
        LabelMalformed: If the label cannot be part of a folder name.
        EvidenceTableForbidden: If a table carries personal data.
    """
    with (
        postgresql.connect(database_url, autocommit=False) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.adbc_statement.set_options(
            **{"adbc.postgresql.batch_size_hint_bytes": str(_BATCH_HINT_BYTES)}
        )

        def read(table: EvidenceTable) -> Iterator[pa.RecordBatch]:
            cursor.execute(table.sql)
            return _cast(cursor.fetch_record_batch(), table.schema)

        snapshot = write_snapshot(
            tables=tables,
            read=read,
            pack_id=pack_id,
            pack_hash=pack_hash,
            folder=folder,
            taken_at=taken_at,
            label=label,
            progress=progress,
        )
        connection.rollback()
    return snapshot


def write_snapshot(
    *,
    tables: Sequence[EvidenceTable],
    read: Callable[[EvidenceTable], Iterator[pa.RecordBatch]],
    pack_id: str,
    pack_hash: str,
    folder: Path,
    taken_at: datetime,
    label: str = "",
    progress: Progress | None = None,
) -> Snapshot:
    """Write tables from any source as a new snapshot; it appears whole or not at all.

    Args:
        tables: What to write.
        read: Gives the rows of a table in its declared schema.
        pack_id: The policy pack in force.
        pack_hash: Its hash.
        folder: Where snapshots lie; made when missing.
        taken_at: The moment.
        label: A word for people.
        progress: Called after each table.

    Raises:
        LabelMalformed: If the label cannot be part of a folder name.
        SnapshotExists: If there is one of the same moment and label.
        EvidenceTableForbidden: If a table carries personal data.
    """
    check_tables(tables)
    name = _snapshot_name(taken_at, label)
    if (folder / name).exists():
        raise SnapshotExists(name=name)
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".{name}.{token_hex(4)}"
    temporary.mkdir()
    try:
        files = []
        for done, table in enumerate(tables, start=1):
            path = temporary / f"{table.name}.parquet"
            rows = write_table(path, table.schema, read(table))
            files.append(described(path, table.name, path.name, rows, table.schema))
            if progress is not None:
                progress(table.name, done, len(tables))
        write_manifest(
            temporary,
            {
                "format": FORMAT,
                "kind": "snapshot",
                "label": label,
                "taken_at": taken_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                "pack": {"id": pack_id, "hash": pack_hash},
                "xuezheng": PROGRAM_VERSION,
                "files": [file_entry(file) for file in files],
                "schema": {table.name: _documented(table) for table in tables},
            },
        )
        temporary.rename(folder / name)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    return read_snapshot(folder / name)


def write_table(path: Path, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> int:
    """Write record batches as one Parquet file in row groups of fixed size, and count the rows."""
    rows = 0
    with pq.ParquetWriter(
        path, schema, compression="zstd", compression_level=3, write_page_index=False
    ) as writer:
        for group in _regrouped(batches, schema):
            writer.write_table(group, row_group_size=ROW_GROUP_ROWS)
            rows += group.num_rows
    return rows


def described(path: Path, name: str, relative: str, rows: int, schema: pa.Schema) -> SnapshotFile:
    """Describe a written Parquet file for a manifest."""
    return SnapshotFile(
        name=name,
        path=relative,
        rows=rows,
        size_bytes=path.stat().st_size,
        sha256=file_sha256(path),
        columns={field.name: str(field.type) for field in schema},
    )


def _cast(batches: pa.RecordBatchReader, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Bring what the driver gives (decimals as text, small integers) to the declared types."""
    for batch in batches:
        columns = [
            _cast_column(column, field.type)
            for column, field in zip(batch.columns, schema, strict=True)
        ]
        yield pa.record_batch(columns, schema=schema)


def _cast_column(column: pa.Array, target: pa.DataType) -> pa.Array:
    if isinstance(column.type, pa.BaseExtensionType):
        column = column.storage
    return column if column.type == target else pc.cast(column, target)


def _regrouped(batches: Iterator[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.Table]:
    """Cut a stream of batches of any size into tables of ROW_GROUP_ROWS rows."""
    held: list[pa.RecordBatch] = []
    count = 0
    for batch in batches:
        held.append(batch)
        count += batch.num_rows
        while count >= ROW_GROUP_ROWS:
            table = pa.Table.from_batches(held, schema=schema)
            yield table.slice(0, ROW_GROUP_ROWS)
            held = table.slice(ROW_GROUP_ROWS).to_batches()
            count -= ROW_GROUP_ROWS
    if count:
        yield pa.Table.from_batches(held, schema=schema)


def _documented(table: EvidenceTable) -> dict[str, Any]:
    return {"doc": table.doc, "columns": {column.name: column.doc for column in table.columns}}


def _snapshot_name(taken_at: datetime, label: str) -> str:
    plain = label.replace("-", "").replace(".", "")
    if label and (len(label) > 40 or not plain.isalnum() or not label[0].isalnum()):
        raise LabelMalformed(label=label)
    moment = taken_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    return f"{moment}-{label}" if label else moment
