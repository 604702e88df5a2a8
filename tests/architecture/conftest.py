"""The repository as the architecture tests see it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def tracked() -> Callable[..., list[Path]]:
    """Ask for the files that belong to the repository, by endings such as `.py`, below a folder."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if answer.returncode == 0:
        paths = [ROOT / name for name in answer.stdout.decode().split("\0") if name]
    else:  # an unpacked release has no history
        paths = [path for path in ROOT.rglob("*") if not _is_made(path.relative_to(ROOT))]
    files = sorted(path for path in paths if path.is_file())

    def choose(*endings: str, below: str = "") -> list[Path]:
        folder = ROOT / below
        return [
            path
            for path in files
            if path.is_relative_to(folder) and (not endings or path.name.endswith(endings))
        ]

    return choose


def _is_made(path: Path) -> bool:
    made = {".venv", ".git", "var", "__pycache__", "build", "dist"}
    return any(part in made or part.endswith("_cache") for part in path.parts)
