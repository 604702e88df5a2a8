"""Building the demonstration city: median time and peak memory, beside a bare COPY and beside Django's bulk_create.

- ours: the command `xuezheng city build` as a user runs it, into an empty database, with its start of Python.
- copy: the physical limit. The bytes that the city's tables give in binary COPY, loaded into tables without a key, an
  index or a check. No row is computed.
- bulk_create: what a Django program would do. A slice of students, saved by `bulk_create`, scaled to all rows.

    DATABASE_URL=… python bench/city_build.py [--scales 1/20 1] [--runs 3]

Without DATABASE_URL an embedded server in a temporary folder is used. The database must be one that may be emptied.
Peak memory is of the building process and its helpers together, without the database server.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

SLICE = 20_000
LIMITS = {"1": 120.0, "1/20": 10.0}


def main() -> None:
    """Measure every scale and print a table and JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scales", nargs="+", default=["1/20", "1"])
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="xuezheng-bench-") as folder:
        server = start_database(Path(folder))
        try:
            results = {scale: measure(scale, options.runs) for scale in options.scales}
        finally:
            if server is not None:
                server.stop()
    for scale, found in results.items():
        print(f"scale {scale}: {found['rows']:,} rows, limit {found['limit_seconds']} s")
        print(f"  {'ours':>12}: {found['seconds']:8.1f} s  {found['peak_mb']:6.0f} MB")
        print(
            f"  {'copy':>12}: {found['copy_seconds']:8.1f} s  ours / copy = {found['ours_to_copy']}"
        )
        print(
            f"  {'bulk_create':>12}: {found['bulk_create_seconds']:8.1f} s  scaled; / ours = {found['bulk_create_to_ours']}"
        )
    print(json.dumps(results))


def start_database(folder: Path) -> Any:
    """Use the server that is named, or start one in `folder`; make the tables."""
    server = None
    if not os.environ.get("DATABASE_URL"):
        from xuezheng.site.postgres import ensure_server

        folder.chmod(0o755)
        os.environ["XUEZHENG_DATA"] = str(folder / "data")
        server = ensure_server(folder / "data")
        os.environ["DATABASE_URL"] = server.url
    run("db", "migrate")
    return server


def measure(scale: str, runs: int) -> dict[str, Any]:
    """Build some times, then load the same bytes bare, then save a slice with Django."""
    found = []
    for _ in range(runs):
        run("city", "drop", "--yes")
        found.append(watch("city", "build", "--scale", scale))
    seconds = statistics.median(one[0] for one in found)
    rows, copy_seconds = copy_bare(runs)
    bulk = bulk_create_seconds() * rows / SLICE
    return {
        "seconds": round(seconds, 1),
        "all_seconds": [round(one[0], 1) for one in found],
        "peak_mb": round(max(one[1] for one in found)),
        "rows": rows,
        "limit_seconds": LIMITS.get(scale),
        "copy_seconds": round(copy_seconds, 1),
        "ours_to_copy": round(seconds / copy_seconds, 1),
        "bulk_create_seconds": round(bulk, 1),
        "bulk_create_to_ours": round(bulk / seconds, 1),
    }


def run(*words: str) -> None:
    """Run a command of the product."""
    subprocess.run(command(words), check=True, stdout=subprocess.DEVNULL)


def command(words: tuple[str, ...]) -> list[str]:
    """Give the program and its words."""
    return [sys.executable, "-c", "from xuezheng.site.cli import main; main()", *words]


def watch(*words: str) -> tuple[float, float]:
    """Run a command; give its seconds and the peak memory of its processes together in MB."""
    begin = time.monotonic()
    process = subprocess.Popen(command(words), stdout=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        peak = max(peak, memory_of(process.pid))
        time.sleep(0.1)
    if process.returncode:
        raise SystemExit(f"{' '.join(words)} ended with {process.returncode}")
    return time.monotonic() - begin, peak / 1e6


def memory_of(pid: int) -> int:
    """Add up the memory of a process and its children (proportional to what is shared)."""
    total = 0
    try:
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    for one in family:
        try:
            total += one.memory_full_info().pss
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return total


def copy_bare(runs: int) -> tuple[int, float]:
    """Load the bytes of all tables into tables without keys or indexes; give the rows and the median seconds."""
    import psycopg

    from xuezheng.site.city.loading import REGISTERS

    with (
        tempfile.TemporaryDirectory() as folder,
        psycopg.connect(os.environ["DATABASE_URL"]) as database,
    ):
        rows, files = 0, {}
        for table in REGISTERS:
            files[table] = Path(folder) / table
            with files[table].open("wb") as file, database.cursor() as cursor:
                with cursor.copy(f"COPY {table} TO STDOUT (FORMAT binary)") as copy:
                    for block in copy:
                        file.write(block)
                rows += cursor.rowcount
        database.commit()
        seconds = [load_bare(database, files) for _ in range(runs)]
    return rows, statistics.median(seconds)


def load_bare(database: Any, files: dict[str, Path]) -> float:
    """Load once, and take it back."""
    begin = time.monotonic()
    with database.cursor() as cursor:
        for table, path in files.items():
            cursor.execute(f"CREATE TABLE bench_{table} (LIKE {table})")
            with (
                path.open("rb") as file,
                cursor.copy(f"COPY bench_{table} FROM STDIN (FORMAT binary, FREEZE)") as copy,
            ):
                while block := file.read(1 << 20):
                    copy.write(block)
    database.commit()
    seconds = time.monotonic() - begin
    for table in files:
        database.execute(f"DROP TABLE bench_{table}")
    database.commit()
    return seconds


def bulk_create_seconds() -> float:
    """Save a slice of students with Django; it is rolled back."""
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); import city_build; city_build.save_slice()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script, str(Path(__file__).parent)],
        check=True,
        capture_output=True,
        text=True,
    )
    return float(ended.stdout.split()[-1])


def save_slice() -> None:
    """Save copies of students, `bulk_create` in batches of 2,000."""
    from xuezheng.site.bootstrap import setup_django

    setup_django()
    from django.db import transaction

    from xuezheng.apps.registry.models import Student

    students = list(Student.objects.all()[:SLICE])
    for place, student in enumerate(students):
        student.pk, student.number, student.identity_index = None, f"B{place:012d}", None
    begin = time.monotonic()
    with transaction.atomic():
        Student.objects.bulk_create(students, batch_size=2000)
        print(time.monotonic() - begin)
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
