"""How fast the board, a commitment's record and its facts are at the server: time and queries of each, at the 95th percentile.

Run it over a standing demonstration city: `XUEZHENG_DATA=… python bench/board.py`. The pages are asked for in one
process, without network, signed in as the planner; the first requests of each are left out. What is loaded is frozen as
in the web server's process.
"""

import argparse
import json
import os
import platform
import resource
import statistics
import sys
import time
from pathlib import Path

PAGES = {
    "board": "/plan/",
    "board, one division": "/plan/?division=230102",
    "board, map": "/plan/?view=map",
    "board, trend": "/plan/?view=trend",
    "public board": "/plan/public/",
    "record, figures": "/plan/commitments/1.1/",
    "record, reports": "/plan/commitments/1.1/?tab=reports",
    "record, steering": "/plan/commitments/1.1/?tab=steering",
    "facts, 50 rows (1.1)": "/plan/commitments/1.1/facts/",
    "facts, 50 rows (3.6)": "/plan/commitments/3.6/facts/",
    "facts, one division": "/plan/commitments/3.6/facts/?division=230102",
}
LIMIT_MS, LIMIT_QUERIES = 100, 15


def main() -> int:
    """Measure each page and print a table; write JSON where asked."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--repeats", type=int, default=100)
    arguments.add_argument("--json", type=Path)
    chosen = arguments.parse_args()
    from xuezheng.site.bootstrap import setup_django

    setup_django()
    from xuezheng.site.warm import warm_up

    warm_up()
    rows = [measure(name, path, chosen.repeats) for name, path in PAGES.items()]
    print(f"{'page':24}{'median ms':>11}{'p95 ms':>9}{'queries':>9}{'kB':>7}")
    for row in rows:
        print(
            f"{row['page']:24}{row['median_ms']:11.1f}{row['p95_ms']:9.1f}{row['queries']:9}{row['kb']:7.0f}"
        )
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    load = os.getloadavg()[0]
    print(
        f"peak memory {peak_mb:.0f} MB, {platform.machine()}, {os.cpu_count()} cores, load {load:.1f}"
    )
    print(json.dumps({"pages": rows, "peak_mb": peak_mb, "load": load}))
    if chosen.json:
        chosen.json.write_text(
            json.dumps({"pages": rows, "peak_mb": peak_mb, "load": load}, indent=1),
            encoding="utf-8",
        )
    return int(any(row["p95_ms"] > LIMIT_MS or row["queries"] > LIMIT_QUERIES for row in rows))


def measure(name: str, path: str, repeats: int) -> dict[str, float | str | int]:
    """Ask for one page many times."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from xuezheng.apps.accounts.models import User

    client = Client(headers={"host": "localhost"})
    user = User.objects.get(username="planner")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(path)
    if answer.status_code != 200:
        raise SystemExit(f"{path} answers {answer.status_code}")
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    query_count = len(queries)
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        client.get(path)
        times.append(1000 * (time.perf_counter() - begin))
    return {
        "page": name,
        "median_ms": statistics.median(times),
        "p95_ms": sorted(times)[min(len(times) - 1, round(0.95 * len(times)))],
        "queries": query_count,
        "kb": len(answer.content) / 1024,
    }


if __name__ == "__main__":
    sys.exit(main())
