"""The table of refusals in tests/README.md names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path


def test_every_named_test_exists(root: Path) -> None:
    """Each line of the table leads to a file with a test of that name."""
    text = (root / "tests" / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"`([\w/]+_test\.py)::(test_\w+)`", text)

    assert len(named) > 20
    missing = [
        f"{file}::{test}"
        for file, test in named
        if not (path := root / "tests" / file).is_file()
        or f"def {test}(" not in path.read_text(encoding="utf-8")
    ]
    assert missing == []
