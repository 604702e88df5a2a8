"""The checker of results stands alone: it reads the model and the kernel, and none of the solver's modules."""

from __future__ import annotations

import ast
from pathlib import Path

ENGINE = "xuezheng.engines.matching"


def imported(path: Path) -> set[str]:
    """The modules of this product that a file imports, at the top or anywhere inside."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{one.name}" for one in node.names}
        elif isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
    return {name for name in found if name.split(".")[0] == "xuezheng"}


def is_allowed(name: str, own: str) -> bool:
    """Whether a checker may import a name: the kernel, the model, or another part of itself."""
    if name.startswith("xuezheng.kernel"):
        return True
    parts = name.removeprefix(f"{ENGINE}.").split(".")
    return name == ENGINE or parts[0] in {"model", own}


def test_the_checker_imports_no_solver(root: Path) -> None:
    """`check.py` and its parts know only the model, the kernel and each other."""
    folder = root / "src/xuezheng/engines/matching"
    files = [folder / "check.py", *sorted((folder / "checking").glob("*.py"))]

    assert len(files) > 5
    assert {
        path.name: [name for name in sorted(imported(path)) if not is_allowed(name, "checking")]
        for path in files
    } == {path.name: [] for path in files}


def test_a_certificate_is_checked_without_problem_or_solver(root: Path) -> None:
    """Making and checking certificates needs only the model and the kernel."""
    folder = root / "src/xuezheng/engines/matching/certificates"
    files = sorted(folder.glob("*.py"))

    assert len(files) > 2
    for path in files:
        assert [name for name in imported(path) if not is_allowed(name, folder.name)] == []


def test_the_rule_would_see_a_breach(root: Path) -> None:
    """The solver itself would not pass as a checker."""
    names = imported(root / "src/xuezheng/engines/matching/solve.py")

    assert not all(is_allowed(name, "checking") for name in names)
