"""What was taken from other projects is what `vendor.toml` says, with its licence."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable
from pathlib import Path

STATIC = "src/xuezheng/site/static/vendor"


def test_hashes_agree(root: Path) -> None:
    """Every vendored file has the SHA-256 of its row."""
    rows = _rows(root)
    differing = [
        row["file"]
        for row in rows
        if hashlib.sha256((root / row["file"]).read_bytes()).hexdigest() != row["sha256"]
    ]

    assert rows
    assert differing == []


def test_no_file_without_a_row(root: Path, tracked: Callable[..., list[Path]]) -> None:
    """Nothing lies among the vendored files that no row accounts for, licences excepted."""
    listed = {row["file"] for row in _rows(root)}
    texts = ("LICENSE", "NOTICE", "README.md")
    present = {str(path.relative_to(root)) for path in tracked(below=STATIC)}

    assert {name for name in present if not name.endswith(texts)} <= listed


def test_licences_lie_beside(root: Path) -> None:
    """Each row names its licence, and the licence's text lies in the folder of its file."""
    for row in _rows(root):
        assert row["licence"] in {"MIT", "0BSD", "Apache-2.0", "BSD-3-Clause", "ISC", "MPL-2.0"}
        folder = (root / row["file"]).parent
        assert list(folder.glob("LICENSE*")) or list(folder.parent.glob("LICENSE*")), row["file"]


def _rows(root: Path) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = tomllib.loads((root / "vendor.toml").read_text(encoding="utf-8"))[
        "file"
    ]
    return rows
