"""Every import rule is alive: each contract is broken once, in a small copy of the tree, and must be reported."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

LAYERS = ("site", "apps", "evidence", "policy", "engines", "kernel")
APP_PARTS = (
    "urls",
    "views",
    "api",
    "forms",
    "services",
    "tasks",
    "engine_adapter",
    "selectors",
    "evidence",
    "models",
)
ENGINE_PARTS = ("model", "solve", "check", "explain")

# What is written where, and the contracts that must complain. Together they break every contract.
BREACHES = [
    ("kernel/money.py", "import xuezheng.engines.draw.model", {"layers", "adapter-only"}),
    ("engines/draw/solve.py", "import xuezheng.policy.schema", {"layers"}),
    ("policy/schema.py", "import xuezheng.evidence.query", {"layers"}),
    ("evidence/query.py", "import xuezheng.apps.registry.models", {"layers"}),
    ("apps/plan/models.py", "import xuezheng.site.paths", {"layers"}),
    ("policy/schema.py", "import django", {"pure"}),
    ("kernel/money.py", "import psycopg", {"pure"}),
    ("engines/draw/solve.py", "import random", {"no-io"}),
    ("engines/draw/solve.py", "import pathlib", {"no-io"}),
    ("engines/draw/explain.py", "import xuezheng.engines.matching.model", {"engines-apart"}),
    ("apps/plan/views.py", "import xuezheng.engines.draw.solve", {"adapter-only"}),
    ("site/paths.py", "import xuezheng.engines.draw.solve", {"adapter-only"}),
    ("engines/draw/check.py", "import xuezheng.engines.draw.solve", {"honest-checkers"}),
    ("apps/plan/services.py", "import xuezheng.apps.auctions.services", {"apps"}),
    ("apps/registry/services.py", "import xuezheng.apps.plan.services", {"apps"}),
    ("apps/record/services.py", "import xuezheng.apps.accounts.models", {"apps"}),
    ("apps/custody/services.py", "import xuezheng.apps.portal.views", {"apps"}),
    ("apps/plan/models.py", "import xuezheng.apps.plan.services", {"inside-an-app"}),
    (
        "apps/plan/selectors.py",
        "import xuezheng.apps.plan.services",
        {"inside-an-app", "no-cycles"},
    ),
    ("apps/plan/services.py", "import xuezheng.apps.plan.views", {"inside-an-app", "no-cycles"}),
    ("apps/plan/forms.py", "import xuezheng.apps.plan.api", {"inside-an-app"}),
    ("kernel/periods.py", "import xuezheng.kernel.money", {"no-cycles"}),
]


@pytest.fixture
def skeleton(tmp_path: Path, root: Path) -> Path:
    """A tree with every layer, two engines and five apps, whose imports are all legal."""
    package = tmp_path / "xuezheng"
    names = [f"{layer}/__init__" for layer in LAYERS]
    names += ["kernel/money", "kernel/periods", "policy/schema", "evidence/query", "site/paths"]
    names += ["site/commands/__init__", "site/commands/draw"]
    for engine in ("draw", "matching"):
        names += [f"engines/{engine}/{part}" for part in ("__init__", *ENGINE_PARTS)]
    for app in ("portal", "plan", "auctions", "custody", "registry", "accounts", "record"):
        names += [f"apps/{app}/{part}" for part in ("__init__", *APP_PARTS)]
    for name in ["__init__", *names]:
        path = package / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    for name, line in {
        "kernel/money": "import xuezheng.kernel.periods",
        "engines/draw/solve": "import xuezheng.engines.draw.model",
        "policy/schema": "import xuezheng.engines.draw.model",
        "site/commands/draw": "import xuezheng.engines.draw.solve",
        "apps/plan/engine_adapter": "import xuezheng.engines.draw.solve",
        "apps/plan/services": "import xuezheng.apps.plan.selectors, xuezheng.apps.registry.services",
        "apps/plan/views": "import xuezheng.apps.plan.services",
    }.items():
        _append(package / f"{name}.py", line)
    contracts = (
        (root / "pyproject.toml").read_text(encoding="utf-8").partition("[tool.importlinter]")
    )
    (tmp_path / "pyproject.toml").write_text("[tool.importlinter]" + contracts[2], encoding="utf-8")
    return tmp_path


def test_the_legal_tree_passes(skeleton: Path) -> None:
    """Without a breach nothing is reported, so the reports below are about the breaches."""
    assert _broken(skeleton) == set()


@pytest.mark.parametrize(("where", "line", "contracts"), BREACHES)
def test_a_breach_is_reported(skeleton: Path, where: str, line: str, contracts: set[str]) -> None:
    """One illegal import breaks the contract that forbids it."""
    _append(skeleton / "xuezheng" / where, line)

    assert contracts <= _broken(skeleton)


def test_every_contract_is_broken_once(root: Path) -> None:
    """A new contract needs a breach here."""
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = {entry["id"] for entry in settings["tool"]["importlinter"]["contracts"]}

    assert contracts == set().union(*(contracts for _, _, contracts in BREACHES))


def _append(path: Path, line: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def _broken(folder: Path) -> set[str]:
    """The identifiers of the contracts that the tool reports as broken in `folder`."""
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    answer = subprocess.run(
        [sys.executable, "-c", program, "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "COLUMNS": "400"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Contracts:" in answer.stdout, answer.stdout + answer.stderr
    settings = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    entries = settings["tool"]["importlinter"]["contracts"]
    return {entry["id"] for entry in entries if f"{entry['name']} BROKEN" in answer.stdout}
