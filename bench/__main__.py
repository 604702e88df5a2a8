"""All measurements one after another over one city: `python -m bench [--scale 1] [--runs 3]`.

The city is built in a temporary data folder. What each script prints, with its line of JSON, goes to
`bench/results/<script>.txt`; figures are only comparable inside one file, where the peers ran in turn.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).parent
RESULTS = HERE / "results"


def main() -> None:
    """Run every script; one that fails does not keep the others from running."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--scale", default="1", help="scale of the city for snapshot, indicators and pages"
    )
    parser.add_argument("--runs", default="3")
    options = parser.parse_args()
    RESULTS.mkdir(exist_ok=True)
    failed = []
    with tempfile.TemporaryDirectory(prefix="xuezheng-bench-") as folder:
        data = Path(folder) / "data"
        Path(folder).chmod(0o755)  # when root measures, the database's own user must pass through
        for name, arguments, wants_city in (
            ("start", ["--runs", options.runs], False),
            ("city_build", ["--runs", options.runs], False),
            ("excel_import", ["--runs", options.runs], False),
            ("snapshot", ["--rounds", options.runs], True),
            ("indicators", ["--rounds", options.runs, "--as-of", "2023-09-30"], True),
            ("board", [], True),
            ("draw", ["--runs", options.runs], False),
            ("simulate", ["--rounds", options.runs], False),
            ("matching", ["--runs", options.runs], False),
        ):
            if wants_city and not data.exists():
                prepare(data, options.scale)
            extra = ["--snapshot", str(newest_snapshot(data))] if name == "indicators" else []
            if not run(name, [*arguments, *extra], data if wants_city else None):
                failed.append(name)
    if failed:
        raise SystemExit(f"failed: {', '.join(failed)}")


def prepare(data: Path, scale: str) -> None:
    """Bring a city up to its first figures in a process of its own."""
    program = (
        "import sys; from fractions import Fraction; from rich.console import Console\n"
        "from xuezheng.site.bootstrap import setup_django; setup_django()\n"
        "from django.core.management import call_command\n"
        "call_command('migrate', verbosity=0); call_command('createcachetable', verbosity=0)\n"
        "from xuezheng.site.launch.preparation import CityWish, prepare_city\n"
        "from xuezheng.site.launch.steps import Steps\n"
        "prepare_city(Steps(Console()), CityWish(scale=Fraction(sys.argv[1]), seed=None, replace=False))\n"
    )
    subprocess.run([sys.executable, "-c", program, scale], env=environment(data), check=True)


def newest_snapshot(data: Path) -> Path:
    """The folder of the snapshot that was taken last."""
    return max(
        (data / "snapshots").glob("*/manifest.json"), key=lambda one: one.stat().st_mtime
    ).parent


def run(name: str, arguments: list[str], data: Path | None) -> bool:
    """Run one script and keep what it prints."""
    print(f"\n== {name} {' '.join(arguments)}", flush=True)
    done = subprocess.run(
        [sys.executable, str(HERE / f"{name}.py"), *arguments],
        env=environment(data),
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    print(done.stdout)
    cores, load = os.cpu_count(), os.getloadavg()[0]
    head = f"# {name}, {datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {cores} cores, load {load:.1f} after\n"
    (RESULTS / f"{name}.txt").write_text(head + done.stdout, encoding="utf-8")
    return done.returncode == 0


def environment(data: Path | None) -> dict[str, str]:
    """The environment of a script: no city of this machine, compiled modules kept."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("XUEZHENG_", "DATABASE_URL"))}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept | ({"XUEZHENG_DATA": str(data)} if data else {})


if __name__ == "__main__":
    main()
