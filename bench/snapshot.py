"""Measure taking and verifying a snapshot of the city in the database: time, peak memory, size.

Run it where a city stands: ``XUEZHENG_DATA=folder python bench/snapshot.py --rounds 3``. The peer is PostgreSQL's own
``COPY ... TO STDOUT (FORMAT binary)`` of the same queries into nothing, in the same run: the time below which no way out of the
database can go.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path


def measure_snapshot() -> dict[str, float]:
    """Take one snapshot in this process and verify it."""
    from xuezheng.site.bootstrap import setup_django

    setup_django()
    from django.conf import settings

    from xuezheng.evidence import collect_tables, take_snapshot, verify_snapshot

    tables = collect_tables(settings.INSTALLED_APPS)
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        snapshot = take_snapshot(
            database_url=os.environ["DATABASE_URL"],
            tables=tables,
            pack_id="bench",
            pack_hash="0" * 64,
            folder=Path(folder),
            taken_at=datetime.now(UTC),
        )
        taken = time.perf_counter()
        verify_snapshot(snapshot.folder)
        verified = time.perf_counter()
        return {
            "seconds": taken - started,
            "verify_seconds": verified - taken,
            "rows": snapshot.rows,
            "megabytes": snapshot.size_bytes / 1e6,
        }


def measure_copy() -> dict[str, float]:
    """Copy the same queries out of PostgreSQL and throw the bytes away."""
    from xuezheng.site.bootstrap import setup_django

    setup_django()
    import psycopg
    from django.conf import settings

    from xuezheng.evidence import collect_tables

    size = 0
    started = time.perf_counter()
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection, connection.cursor() as cursor:
        for table in collect_tables(settings.INSTALLED_APPS):
            with cursor.copy(f"COPY ({table.sql}) TO STDOUT (FORMAT binary)") as rows:
                for block in rows:
                    size += len(block)
    return {"seconds": time.perf_counter() - started, "megabytes": size / 1e6}


MEASURES = {"snapshot": measure_snapshot, "copy": measure_copy}


def main() -> None:
    """Run the measures in turn, each in a process of its own, and print a table and JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--measure", choices=MEASURES)
    options = parser.parse_args()
    if options.measure:
        found = MEASURES[options.measure]()
        found["peak_megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(found))
        return
    rounds: dict[str, list[dict[str, float]]] = {name: [] for name in MEASURES}
    for _ in range(options.rounds):
        for name in MEASURES:
            command = [sys.executable, __file__, "--measure", name]
            answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            rounds[name].append(json.loads(answer.splitlines()[-1]))
    medians = {
        name: {key: statistics.median(item[key] for item in items) for key in items[0]}
        for name, items in rounds.items()
    }
    print(json.dumps(medians, indent=1))
    print(f"{'':10} {'seconds':>8} {'peak MB':>8} {'MB':>8}")
    for name, item in medians.items():
        print(
            f"{name:10} {item['seconds']:8.2f} {item['peak_megabytes']:8.0f} {item['megabytes']:8.1f}"
        )
    print(
        f"ratio snapshot / copy: {medians['snapshot']['seconds'] / medians['copy']['seconds']:.2f}"
    )


if __name__ == "__main__":
    main()
