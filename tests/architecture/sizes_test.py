"""Files stay small enough to be read in one sitting."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

# Longer than its kind allows, with the reason. The list may only shrink: an entry that is no longer needed fails.
EXEMPT: dict[str, str] = {}

KINDS = [
    pytest.param("src/xuezheng", (".py",), 400, id="modules"),
    pytest.param("src/xuezheng", (".html",), 120, id="templates"),
    pytest.param("tests", (".py",), 300, id="tests"),
    pytest.param("bench", (".py",), 400, id="measurements"),
    pytest.param("tools", (".py",), 400, id="tools"),
]


@pytest.mark.parametrize(("below", "endings", "limit"), KINDS)
def test_files_are_short(
    root: Path,
    tracked: Callable[..., list[Path]],
    below: str,
    endings: tuple[str, ...],
    limit: int,
) -> None:
    """No file is longer than its kind allows, except the ones listed with a reason."""
    lengths = {
        str(path.relative_to(root)): len(path.read_text(encoding="utf-8").splitlines())
        for path in tracked(*endings, below=below)
        if "migrations" not in path.parts and "vendor" not in path.parts
    }
    too_long = {name: length for name, length in lengths.items() if length > limit}

    assert {} == {name: length for name, length in too_long.items() if name not in EXEMPT}
    needless = [name for name in EXEMPT if name in lengths and name not in too_long]
    assert needless == []


def test_exemptions_name_files_that_exist(root: Path) -> None:
    """A file that is gone leaves no entry behind."""
    assert [name for name in EXEMPT if not (root / name).is_file()] == []
