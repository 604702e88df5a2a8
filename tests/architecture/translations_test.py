"""Every text that a person can meet has its Chinese, and no catalogue lags behind the code."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polib
import pytest

LANGUAGE = "zh_Hans"
CATALOGUE = f"locale/{LANGUAGE}/LC_MESSAGES/django.po"


@pytest.fixture(scope="module")
def extracted(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package with freshly collected catalogues."""
    copy = tmp_path_factory.mktemp("messages") / "src/xuezheng"
    ignored = shutil.ignore_patterns("static", "__pycache__", "*.po", "*.mo", "migrations")
    shutil.copytree(root / "src/xuezheng", copy, ignore=ignored)
    (copy.parents[1] / "tools").mkdir()
    shutil.copy(root / "tools/messages.py", copy.parents[1] / "tools/messages.py")
    command = [sys.executable, copy.parents[1] / "tools/messages.py", "--collect-only"]
    environment = {**os.environ, "PYTHONPATH": str(copy.parent)}
    subprocess.run(command, check=True, capture_output=True, env=environment)
    return copy


def test_every_text_is_in_its_catalogue(root: Path, extracted: Path) -> None:
    """Collecting the texts again finds nothing new and nothing gone."""
    fresh = {
        path.relative_to(extracted): _texts(path) for path in extracted.glob(f"**/{CATALOGUE}")
    }
    package = root / "src/xuezheng"
    kept = {path.relative_to(package): _texts(path) for path in package.glob(f"**/{CATALOGUE}")}

    new = {str(name): sorted(texts - kept.get(name, set())) for name, texts in fresh.items()}
    gone = {str(name): sorted(texts - fresh.get(name, set())) for name, texts in kept.items()}
    assert {} == {name: texts for name, texts in new.items() if texts}
    assert {} == {name: texts for name, texts in gone.items() if texts}


def test_every_text_is_translated(root: Path, tracked: Callable[..., list[Path]]) -> None:
    """No entry is empty, in doubt or left over."""
    lacking = [
        f"{path.relative_to(root)}: {entry.msgid}"
        for path in tracked(".po")
        for entry in polib.pofile(str(path))
        if not entry.obsolete and (entry.fuzzy or not entry.translated())
    ]
    left_over = [
        f"{path.relative_to(root)}: {entry.msgid}"
        for path in tracked(".po")
        for entry in polib.pofile(str(path)).obsolete_entries()
    ]

    assert lacking == []
    assert left_over == []


def test_one_text_has_one_translation(root: Path, tracked: Callable[..., list[Path]]) -> None:
    """Catalogues agree: of two apps that translate one text, the first would speak for both."""
    said: dict[tuple[str | None, str], dict[str, str]] = {}
    for path in tracked(".po"):
        for entry in polib.pofile(str(path)):
            if entry.translated() and not entry.obsolete:
                known = said.setdefault(_key(entry), {})
                known.setdefault(str(_said(entry)), str(path.relative_to(root)))

    assert {} == {key: known for key, known in said.items() if len(known) > 1}


def test_places_survive_translation(root: Path, tracked: Callable[..., list[Path]]) -> None:
    """A translation names the same facts as its source."""
    differing = [
        f"{path.relative_to(root)}: {entry.msgid}"
        for path in tracked(".po")
        for entry in polib.pofile(str(path))
        for text in [entry.msgstr, *entry.msgstr_plural.values()]
        if text and not _places(text) <= _places(entry.msgid + (entry.msgid_plural or ""))
    ]

    assert differing == []


def test_compiled_catalogues_are_fresh(tracked: Callable[..., list[Path]]) -> None:
    """What the program reads is what the translator wrote."""
    for path in tracked(".po"):
        assert path.with_suffix(".mo").is_file(), f"{path}: run make messages"
        written = {
            _key(entry): _said(entry) for entry in polib.pofile(str(path)) if entry.translated()
        }
        compiled = {
            _key(entry): _said(entry) for entry in polib.mofile(str(path.with_suffix(".mo")))
        }
        assert written == compiled, f"{path}: run make messages"


def _texts(path: Path) -> set[str]:
    return {entry.msgid for entry in polib.pofile(str(path)) if not entry.obsolete}


def _key(entry: polib.POEntry | polib.MOEntry) -> tuple[str | None, str]:
    return entry.msgctxt, entry.msgid


def _said(entry: polib.POEntry | polib.MOEntry) -> tuple[str, dict[int, str]]:
    return entry.msgstr, dict(entry.msgstr_plural or {})


def _places(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)|(?<!\{)\{(\w*)\}", text))
