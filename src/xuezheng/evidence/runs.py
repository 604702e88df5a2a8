"""Runs on disk: results and facts as Parquet under `runs/<run id>/` of a snapshot, with a manifest."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from xuezheng.evidence.definition import Definition
from xuezheng.evidence.manifest import (
    FORMAT,
    MANIFEST,
    RUNS,
    file_entry,
    read_manifest,
    verify_files,
    write_manifest,
)
from xuezheng.evidence.model import (
    IndicatorResult,
    IndicatorRunResult,
    Level,
    Reason,
    Snapshot,
    SnapshotFile,
    State,
)
from xuezheng.evidence.snapshot import described
from xuezheng.evidence.version import ENGINE_VERSION, PROGRAM_VERSION
from xuezheng.kernel.canonical import canonical_hash
from xuezheng.policy.indicators import Reading
from xuezheng.policy.schema import Vocabulary

RESULTS = "results.parquet"
# Key of the metadata of a fact file that holds the titles of its columns.
TITLES = b"xuezheng.columns"
# Key of the metadata that holds the definition.
DEFINITION = b"xuezheng.definition"
_NUMBER = pa.decimal128(36, 12)
RESULT_SCHEMA = pa.schema(
    {
        "indicator_id": pa.string(),
        "version": pa.string(),
        "reading": pa.string(),
        "official": pa.bool_(),
        "level": pa.string(),
        "unit_code": pa.string(),
        "value": _NUMBER,
        "numerator": _NUMBER,
        "denominator": _NUMBER,
        "threshold": _NUMBER,
        "state": pa.string(),
        "reason": pa.string(),
        "facts": pa.int64(),
        "unknown": pa.int64(),
        "failing": pa.int64(),
        "excluded": pa.int64(),
        "rounding_flips": pa.bool_(),
    }
)


def run_id(
    snapshot: Snapshot, *, pack_hash: str, as_of: date, engine: str, only: Sequence[str] = ()
) -> str:
    """Name a run by everything that its figures depend on, as 16 hexadecimal digits."""
    identity = {
        "snapshot": snapshot.hash,
        "pack": pack_hash,
        "as_of": as_of,
        "engine": f"{engine}-{ENGINE_VERSION}",
        "only": sorted(only),
    }
    return canonical_hash(identity)[:16]


def fact_file(indicator_id: str, reading: str) -> str:
    """Give the path of the facts of a reading within the folder of a run."""
    return f"facts/{indicator_id}--{reading}.parquet"


def write_facts(
    folder: Path,
    indicator_id: str,
    reading: Reading,
    facts: pa.Table,
    *,
    vocabularies: Mapping[str, Vocabulary],
    definition: Definition,
) -> SnapshotFile:
    """Write the facts of a reading in small row groups, so that one division is read without the others.

    The file carries its definition, the titles of its columns, the terms of their codes, and which of the optional
    columns say anything.
    """
    relative = fact_file(indicator_id, reading.id)
    facts = facts.replace_schema_metadata(
        {
            TITLES: json.dumps(_titles(reading, facts, vocabularies), ensure_ascii=False),
            DEFINITION: json.dumps(definition.packed(), ensure_ascii=False),
        }
    )
    path = folder / relative
    path.parent.mkdir(exist_ok=True)
    pq.write_table(facts, path, compression="zstd", row_group_size=8192)
    return described(path, f"{indicator_id}/{reading.id}", relative, facts.num_rows, facts.schema)


def _titles(
    reading: Reading, facts: pa.Table, vocabularies: Mapping[str, Vocabulary]
) -> dict[str, Any]:
    documented = {column.name for column in reading.columns}
    used = [
        name
        for name in facts.column_names
        if name not in documented and facts[name].null_count < facts.num_rows
    ]
    for name, silent in (("divisor", Decimal(1)), ("rounding_flips", False)):
        if name in used and not set(pc.unique(facts[name]).to_pylist()) - {silent}:
            used.remove(name)
    columns = [
        {
            "name": column.name,
            "title_zh": column.title.zh,
            "title_en": column.title.en,
            "type": column.type,
            "values": _terms(vocabularies, column.values),
        }
        for column in reading.columns
    ]
    terms = {name: _terms(vocabularies, key) for name, key in reading.vocabularies.items()}
    return {"columns": columns, "used": used, "values": terms}


def _terms(vocabularies: Mapping[str, Vocabulary], key: str | None) -> dict[str, dict[str, str]]:
    if key is None:
        return {}
    return {code: {"zh": term.zh, "en": term.en} for code, term in vocabularies[key].values.items()}


def write_results(folder: Path, results: Sequence[IndicatorResult]) -> SnapshotFile:
    """Write all results of a run as one file."""
    columns = {
        name: pa.array([getattr(item, name) for item in results], RESULT_SCHEMA.field(name).type)
        for name in RESULT_SCHEMA.names
    }
    table = pa.table(columns, schema=RESULT_SCHEMA)
    path = folder / RESULTS
    pq.write_table(table, path, compression="zstd")
    return described(path, "results", RESULTS, table.num_rows, table.schema)


def write_run_manifest(
    folder: Path, *, identity: Mapping[str, Any], files: Sequence[SnapshotFile]
) -> str:
    """Write the manifest of a run."""
    entries = [file_entry(file) for file in files]
    body = {
        "format": FORMAT,
        "kind": "run",
        "xuezheng": PROGRAM_VERSION,
        **identity,
        "files": entries,
    }
    return write_manifest(folder, body)


def read_run(folder: Path) -> IndicatorRunResult:
    """Read a run that was computed before.

    Raises:
        SnapshotDamaged: If the manifest was altered.
    """
    body = read_manifest(folder)
    table = pq.read_table(folder / RESULTS)
    states, levels, reasons = (
        {item.value: item for item in kind} for kind in (State, Level, Reason)
    )
    columns = {name: table[name].to_pylist() for name in table.column_names}
    columns["state"] = [states[value] for value in columns["state"]]
    columns["level"] = [levels[value] for value in columns["level"]]
    columns["reason"] = [reasons[value] for value in columns["reason"]]
    for name in ("value", "numerator", "denominator", "threshold"):
        columns[name] = [plain_number(value) for value in columns[name]]
    names = list(columns)
    results = tuple(
        IndicatorResult(**dict(zip(names, row, strict=True)))
        for row in zip(*columns.values(), strict=True)
    )
    return IndicatorRunResult(
        id=body["id"],
        folder=folder,
        snapshot_name=folder.parent.parent.name,
        snapshot_hash=body["snapshot"],
        pack_id=body["pack"]["id"],
        pack_hash=body["pack"]["hash"],
        as_of=date.fromisoformat(body["as_of"]),
        engine=body["engine"],
        version=body["xuezheng"],
        results=results,
    )


def verify_run(folder: Path) -> IndicatorRunResult:
    """Check the files of a run byte for byte and read it.

    Raises:
        SnapshotDamaged: Naming the file and what differs.
    """
    verify_files(folder, read_manifest(folder))
    return read_run(folder)


def list_runs(snapshot: Snapshot) -> tuple[Path, ...]:
    """List the folders of the finished runs over a snapshot."""
    folder = snapshot.folder / RUNS
    if not folder.is_dir():
        return ()
    return tuple(
        sorted(
            item for item in folder.iterdir() if item.name[0] != "." and (item / MANIFEST).is_file()
        )
    )


def plain_number(value: Decimal | None) -> Decimal | None:
    """Drop the zeros that a fixed number of decimals adds."""
    if value is None:
        return None
    whole = value == value.to_integral_value()
    return value.quantize(Decimal(1)) if whole else value.normalize()
