"""The glossary is true: each term is spelt in the code as it says."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path


def test_identifiers_exist(root: Path, tracked: Callable[..., list[Path]]) -> None:
    """Every identifier of GLOSSARY.md occurs, as a whole word, in the code or the packs."""
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for path in [*tracked(".py", below="src"), *tracked(".yaml", ".yml", below="packs")]
    )
    words = set(re.findall(r"\w+", code))
    missing = [
        identifier
        for _, _, cell, _ in _rows(root)
        for identifier in re.findall(r"[A-Za-z_]\w*", cell)
        if identifier not in words
    ]

    assert missing == []


def test_rows_are_whole_and_single(root: Path) -> None:
    """Each row has its four cells, and no Chinese term stands twice."""
    rows = _rows(root)

    assert len(rows) > 20
    assert all(all(cell for cell in row) for row in rows)
    assert len({row[0] for row in rows}) == len(rows)


def _rows(root: Path) -> list[tuple[str, str, str, str]]:
    lines = (root / "GLOSSARY.md").read_text(encoding="utf-8").splitlines()
    table = [line for line in lines if line.startswith("| ") and not line.startswith("| 中文")]
    rows = []
    for line in table:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        assert len(cells) == 4, f"not four cells: {line}"
        rows.append((cells[0], cells[1], cells[2], cells[3]))
    return rows
