"""Measure the indicators of a pack over a snapshot, beside pandas and beside the time to read the columns.

``python bench/indicators.py --snapshot FOLDER --as-of 2023-09-30``. Each measure runs in a process of its own, in turn:

* ``all``     every indicator of the pack at every level, with its facts written (what `xuezheng indicators run` does)
* ``some``    thirteen indicators that the pandas peer computes too, without writing
* ``pandas``  the same thirteen in pandas, at institution, division and city level; checked equal to ``some``
* ``read``    reading the columns that the thirteen need from Parquet: the time below which no engine can go
"""

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

SOME = [
    "1.1",
    "1.2",
    "1.3-coverage",
    "1.8",
    "2.1",
    "2.5",
    "2.6",
    "2.7",
    "3.5",
    "3.6",
    "7.2",
    "7.8",
    "10.5",
]
COLUMNS = {
    "institutions": ["institution_code", "division_code", "kind", "ownership", "opened_on", "closed_on", "wireless",
                     "wireless_full_on", "is_boarding", "is_of_compound", "compound_delivered_on",
                     "established_teacher_posts"],
    "divisions": ["code", "kind"],
    "network_links": ["scope", "division_code", "institution_code", "mbps", "is_city_network", "connected_on"],
    "staff_posts": ["staff_key", "institution_code", "kind", "is_establishment", "valid_from", "valid_to"],
    "staff_qualifications": ["staff_key", "kind", "obtained_on", "expires_on"],
    "ownership_periods": ["institution_code", "ownership", "valid_from", "valid_to"],
    "classes": ["class_key", "institution_code", "division_code", "school_year", "stage", "kind", "reported_pupils"],
    "students": ["institution_code", "division_code", "class_key", "stage", "grade", "preschool_years",
                 "entered_on", "left_on"],
    "kitchens": ["institution_code", "division_code", "meal_mode", "camera_online_on"],
}  # fmt: skip


def measure_all(folder: Path, as_of: date) -> dict[str, Any]:
    """Everything, from an opened snapshot to files on disk."""
    from xuezheng.evidence import read_snapshot, run_indicators
    from xuezheng.policy import load_pack

    snapshot = read_snapshot(folder)
    pack = load_pack(snapshot.pack_id)
    with tempfile.TemporaryDirectory() as work:
        copy = Path(work) / folder.name
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("runs"))
        snapshot = read_snapshot(copy)
        started = time.perf_counter()
        run = run_indicators(snapshot=snapshot, pack=pack, as_of=as_of)
        return {"seconds": time.perf_counter() - started, "results": len(run.results)}


def measure_some(folder: Path, as_of: date) -> dict[str, Any]:
    """Thirteen indicators, without writing files."""
    from xuezheng.evidence import read_snapshot
    from xuezheng.evidence.run import compute, definitions_of
    from xuezheng.evidence.sessions import open_session
    from xuezheng.policy import load_pack

    snapshot = read_snapshot(folder)
    pack = load_pack(snapshot.pack_id)
    tables = {file.name: folder / file.path for file in snapshot.files}
    started = time.perf_counter()
    definitions = definitions_of(pack, as_of=as_of, only=SOME)
    with open_session("duckdb", tables) as session:
        results = compute(session, definitions, tables=tables, as_of=as_of)
    seconds = time.perf_counter() - started
    figures = {
        f"{item.indicator_id} {item.level} {item.unit_code}": None
        if item.value is None
        else f"{item.value:.6f}"
        for item in results
        if item.official and item.facts and item.value is not None
    }
    return {"seconds": seconds, "figures": figures}


def measure_pandas(folder: Path, as_of: date) -> dict[str, Any]:
    """The same thirteen in pandas."""
    from bench_pandas import compute_figures

    started = time.perf_counter()
    figures = compute_figures(folder, as_of, COLUMNS)
    return {"seconds": time.perf_counter() - started, "figures": figures}


def measure_read(folder: Path, as_of: date) -> dict[str, Any]:  # noqa: ARG001 - one shape for all measures
    """Read the columns that the thirteen need."""
    import pyarrow.parquet as pq

    started = time.perf_counter()
    rows = sum(
        pq.read_table(folder / f"{n}.parquet", columns=c).num_rows for n, c in COLUMNS.items()
    )
    return {"seconds": time.perf_counter() - started, "rows": rows}


MEASURES = {
    "all": measure_all,
    "some": measure_some,
    "pandas": measure_pandas,
    "read": measure_read,
}


def main() -> None:
    """Run the measures in turn, each in a process of its own, and print a table and JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--snapshot", type=Path, required=True)
    parser.add_argument("--as-of", type=date.fromisoformat, required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--measure", choices=MEASURES)
    options = parser.parse_args()
    if options.measure:
        found = MEASURES[options.measure](options.snapshot, options.as_of)
        found["peak_megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(found))
        return
    rounds: dict[str, list[dict[str, Any]]] = {name: [] for name in MEASURES}
    for _ in range(options.rounds):
        for name, found in rounds.items():
            command = [sys.executable, __file__, "--snapshot", str(options.snapshot)]
            command += ["--as-of", options.as_of.isoformat(), "--measure", name]
            answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            found.append(json.loads(answer.splitlines()[-1]))
    mine, theirs = rounds["some"][0]["figures"], rounds["pandas"][0]["figures"]
    differing = [key for key in mine.keys() | theirs.keys() if mine.get(key) != theirs.get(key)]
    if differing:
        sys.exit(f"{len(differing)} of {len(mine)} figures differ, such as {sorted(differing)[:5]}")
    medians = {
        name: {
            key: statistics.median(item[key] for item in found)
            for key in ("seconds", "peak_megabytes")
        }
        for name, found in rounds.items()
    }
    print(json.dumps({"equal_figures": len(mine), **medians}, indent=1))
    for name, item in medians.items():
        print(f"{name:8} {item['seconds']:8.2f} s {item['peak_megabytes']:8.0f} MB")
    print(f"{len(mine):,} figures equal; ratio some / pandas: "
          f"{medians['some']['seconds'] / medians['pandas']['seconds']:.2f}")  # fmt: skip


if __name__ == "__main__":
    main()
