"""The checker of results stands alone: it reads the model and the kernel, and none of the solver's modules."""

from __future__ import annotations

import ast
from pathlib import Path

ENGINE = "xuezheng.engines.matching"
CERTIFICATES = {"certificate", "certificate_standing"}


def imported(path: Path) -> set[str]:
    """The modules of this product that a file imports, at the top or anywhere inside."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{one.name}" for one in node.names}
        elif isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
    return {name for name in found if name.split(".")[0] == "xuezheng"}


def is_allowed(name: str, own: set[str]) -> bool:
    """Whether a checker may import a name: the kernel, the model, or another part of itself."""
    if name.startswith("xuezheng.kernel"):
        return True
    parts = name.removeprefix(f"{ENGINE}.").split(".")
    return name == ENGINE or parts[0] in {"model", *own}


def test_the_checker_imports_no_solver(root: Path) -> None:
    """`check.py` and its parts know only the model, the kernel and each other."""
    folder = root / "src/xuezheng/engines/matching"
    files = [folder / "check.py", *sorted(folder.glob("check_*.py"))]
    own = {path.stem for path in files}

    assert len(files) > 5
    assert {
        path.name: [name for name in sorted(imported(path)) if not is_allowed(name, own)]
        for path in files
    } == {path.name: [] for path in files}


def test_a_certificate_is_checked_without_problem_or_solver(root: Path) -> None:
    """`certificate_check.py` knows only certificates, the model and the kernel."""
    folder = root / "src/xuezheng/engines/matching"

    for path in sorted(folder.glob("certificate*.py")):
        assert [name for name in imported(path) if not is_allowed(name, CERTIFICATES)] == []


def test_the_rule_would_see_a_breach(root: Path) -> None:
    """The solver itself would not pass as a checker."""
    names = imported(root / "src/xuezheng/engines/matching/solve.py")

    assert not all(is_allowed(name, set()) for name in names)
