"""The repository speaks of nothing but the product, and its documents lead where they say."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

# Written in pieces, so that this file does not find itself.
MACHINE_PATH = re.compile(
    r"(?<![\w.])(?:/(?:wor[k]|far[m]|hom[e]|User[s])/\w|/roo[t]/\w|bash[_]jobs)"
)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)|!\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+\s+(.*)$", re.MULTILINE)
TEXTS = (
    ".py",
    ".html",
    ".md",
    ".toml",
    ".yaml",
    ".yml",
    ".po",
    ".js",
    ".css",
    ".sql",
    "Makefile",
    "run",
)


def test_no_path_of_a_machine(root: Path, tracked: Callable[..., list[Path]]) -> None:
    """No file names a folder of the machine it was written on."""
    found = [
        f"{path.relative_to(root)}:{number}: {line.strip()[:100]}"
        for path in tracked(*TEXTS)
        if "vendor" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if MACHINE_PATH.search(line)
    ]

    assert found == []


def test_links_between_documents_lead_somewhere(
    root: Path, tracked: Callable[..., list[Path]]
) -> None:
    """Every relative link of a document names a file, and a heading where it names one."""
    dead = []
    for document in tracked(".md"):
        if "vendor" in document.parts:
            continue
        for match in LINK.finditer(_prose(document.read_text(encoding="utf-8"))):
            target = match[1] or match[2]
            if not re.match(r"[a-z]+:", target) and not _leads_somewhere(document, target):
                dead.append(f"{document.relative_to(root)}: {target}")

    assert dead == []


def _prose(text: str) -> str:
    return re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)


def _leads_somewhere(document: Path, target: str) -> bool:
    name, _, anchor = target.partition("#")
    file = (document.parent / name).resolve() if name else document
    if not file.exists():
        return False
    if not anchor or file.suffix != ".md":
        return True
    headings = HEADING.findall(file.read_text(encoding="utf-8"))
    return anchor in {_anchor(heading) for heading in headings}


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
