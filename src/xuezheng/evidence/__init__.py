"""Snapshots of the city and the indicators over them.

A snapshot is a folder of Parquet files that any app can contribute tables to; an indicator is a file
of the pack. Whoever holds both gets the same figure: ``take_snapshot``, ``run_indicators``,
``facts_page``.
"""

from xuezheng.evidence.manifest import (
    SnapshotDamaged,
    SnapshotNotFound,
    find_snapshot,
    list_snapshots,
    read_snapshot,
    verify_snapshot,
)
from xuezheng.evidence.model import (
    FactColumn,
    FactPage,
    IndicatorResult,
    IndicatorRunResult,
    Level,
    Reason,
    Snapshot,
    SnapshotFile,
    State,
)
from xuezheng.evidence.pages import facts_page, facts_table
from xuezheng.evidence.run import run_indicators
from xuezheng.evidence.runs import list_runs, read_run, verify_run
from xuezheng.evidence.snapshot import take_snapshot
from xuezheng.evidence.tables import (
    EvidenceColumn,
    EvidenceTable,
    EvidenceTableForbidden,
    check_tables,
    collect_tables,
)

__all__ = [
    "EvidenceColumn",
    "EvidenceTable",
    "EvidenceTableForbidden",
    "FactColumn",
    "FactPage",
    "IndicatorResult",
    "IndicatorRunResult",
    "Level",
    "Reason",
    "Snapshot",
    "SnapshotDamaged",
    "SnapshotFile",
    "SnapshotNotFound",
    "State",
    "check_tables",
    "collect_tables",
    "facts_page",
    "facts_table",
    "find_snapshot",
    "list_runs",
    "list_snapshots",
    "read_run",
    "read_snapshot",
    "run_indicators",
    "take_snapshot",
    "verify_run",
    "verify_snapshot",
]
