"""From nothing to the first page: `xuezheng up` on an empty data folder, and again on the one that stands.

    python bench/start.py [--scale 1/20] [--runs 3]

Time runs from the start of the process to the first page that answers 200. Peak memory is that of the process tree
after the first page, without the shared memory of the database server.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil

LIMITS_SECONDS = {"first": 30, "second": 6}
GIVE_UP_SECONDS = 900


def main() -> None:
    """Measure both starts and print a table and one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", default="1/20")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--port", type=int, default=8899)
    options = parser.parse_args()
    found: dict[str, list[tuple[float, float]]] = {"first": [], "second": []}
    for _run in range(options.runs):
        with tempfile.TemporaryDirectory(prefix="xuezheng-bench-") as folder:
            Path(folder).chmod(
                0o755
            )  # when root measures, the database's own user must pass through
            for runs in found.values():
                runs.append(start(Path(folder) / "data", options.scale, options.port))
    results = {
        which: {
            "seconds": round(statistics.median(seconds for seconds, _mb in runs), 1),
            "peak_mb": round(max(mb for _seconds, mb in runs)),
            "limit_seconds": LIMITS_SECONDS[which],
            "runs": len(runs),
        }
        for which, runs in found.items()
    }
    for which, row in results.items():
        print(
            f"{which:>8}: {row['seconds']:6.1f} s (limit {row['limit_seconds']} s) {row['peak_mb']:6} MB"
        )
    print(json.dumps(results))


def start(data: Path, scale: str, port: int) -> tuple[float, float]:
    """Start, wait for the first page, stop; gives seconds and megabytes."""
    environment = {
        k: v for k, v in os.environ.items() if not k.startswith(("XUEZHENG_", "DATABASE_URL"))
    }
    # A user's Python keeps what it compiled; a machine that forbids it would measure the compiler.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [Path(sys.executable).with_name("xuezheng"), "up", "--data", data]
    begin = time.perf_counter()
    with subprocess.Popen(
        [*map(str, command), "--scale", scale, "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
    ) as process:
        try:
            while not answers(f"http://127.0.0.1:{port}/"):
                if process.poll() is not None or time.perf_counter() - begin > GIVE_UP_SECONDS:
                    raise SystemExit("xuezheng up did not come up; run it by hand to see why")
                time.sleep(0.05)
            seconds = time.perf_counter() - begin
            tree = [
                psutil.Process(process.pid),
                *psutil.Process(process.pid).children(recursive=True),
            ]
            megabytes = (
                sum(one.memory_info().rss for one in tree if "postgres" not in one.name()) / 1e6
            )
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)
    return seconds, megabytes


def answers(url: str) -> bool:
    """Whether the front page is there."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    main()
