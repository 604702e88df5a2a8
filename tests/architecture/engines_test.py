"""Engines run anywhere: a bare interpreter, without Django, database or network libraries."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HEAVY = ("django", "psycopg", "adbc_driver_postgresql", "requests", "httpx", "ruamel", "duckdb")


def test_engines_and_kernel_load_alone(root: Path) -> None:
    """Importing every module of kernel and engines pulls in nothing that a verifier would not have."""
    program = (
        "import pkgutil, importlib, sys\n"
        "import xuezheng.kernel, xuezheng.engines\n"
        "for package in (xuezheng.kernel, xuezheng.engines):\n"
        "    for found in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
        "        importlib.import_module(found.name)\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    command = [sys.executable, "-c", program]
    answer = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)

    assert answer.stdout.strip() == "[]", answer.stdout + answer.stderr


def test_every_engine_has_its_files(root: Path) -> None:
    """An engine folder holds the same files as every other: newcomers learn one and know all."""
    engines = [
        folder
        for folder in (root / "src/xuezheng/engines").iterdir()
        if folder.is_dir() and not folder.name.startswith("_")
    ]
    wanted = {"__init__.py", "model.py", "solve.py", "check.py", "explain.py"}

    assert {engine.name: wanted - {f.name for f in engine.iterdir()} for engine in engines} == {
        engine.name: set() for engine in engines
    }
