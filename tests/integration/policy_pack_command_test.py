"""`xuezheng pack` as a planner uses it: exit codes and what is printed."""

import shutil
from pathlib import Path

import pytest

from xuezheng.site.cli import run

PACKS = Path(__file__).parents[2] / "packs"


@pytest.fixture
def spoilt(tmp_path: Path) -> Path:
    """Copy the example pack and spoil its allocation."""
    folder = Path(shutil.copytree(PACKS / "example" / "2026", tmp_path / "example" / "2026"))
    place = folder / "plan" / "01-places.yaml"
    text = place.read_text(encoding="utf-8")
    place.write_text(text.replace('"999903": 1}', '"999903": 2}'), encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Print as wide as the lines are."""
    monkeypatch.setenv("COLUMNS", "200")


def test_check_accepts_the_packs_of_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a path all are checked, with their cases."""
    assert run(["pack", "check"]) == 0

    printed = capsys.readouterr().out
    assert "✓ example/2026" in printed
    assert "103 commitments" in printed
    assert "indicator cases hold" in printed


def test_check_names_every_problem_and_fails(
    spoilt: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1, so that a script can stop."""
    assert run(["pack", "check", str(spoilt)]) == 1

    printed = capsys.readouterr().out
    assert "problems found: 1" in printed
    assert "the shares add up to 7, but the target is 6" in printed


def test_show_prints_plan_and_parameters(capsys: pytest.CaptureFixture[str]) -> None:
    """The whole pack on two tables."""
    assert run(["pack", "show", "example/2026"]) == 0

    printed = capsys.readouterr().out
    assert "新增公办幼儿园" in printed
    assert "≥ 30 teacher" in printed
    assert "class_size_limit.primary" in printed


def test_show_prints_one_entry_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    """A commitment with its shares, a parameter with its values."""
    words = ["--commitment", "1.1", "--parameter", "class_size_limit.primary"]
    assert run(["pack", "show", "example/2026", *words]) == 0

    printed = capsys.readouterr().out
    assert "999903: 1" in printed
    assert "2024-09-01: 45" in printed


def test_show_of_nothing_says_what_is_near(capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence on standard error."""
    assert run(["pack", "show", "example/2026", "--parameter", "class_size_limit.primry"]) == 1

    assert "near names: class_size_limit.primary" in capsys.readouterr().err


def test_diff_lists_what_changed(
    tmp_path: Path, spoilt: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Added, removed and changed, and a plain sentence when nothing is."""
    place = spoilt / "plan" / "01-places.yaml"
    text = place.read_text(encoding="utf-8")
    text = text.replace('"999901": 3,', '"999901": 2,').replace('id: "1.3"', 'id: "1.4"')
    place.write_text(text, encoding="utf-8")

    assert run(["pack", "diff", "example/2026", str(spoilt)]) == 0
    changed = capsys.readouterr().out
    assert run(["pack", "diff", "example/2026", "example/2026"]) == 0
    same = capsys.readouterr().out

    assert "~ commitment 1.1" in changed
    assert "allocation.shares.999903: 1 → 2" in changed
    assert "- commitment 1.3" in changed
    assert "+ commitment 1.4" in changed
    assert "No parameter, commitment or indicator differs." in same


def test_schema_writes_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same page that the repository keeps."""
    page = tmp_path / "new" / "pack-schema.md"

    assert run(["pack", "schema", "--out", str(page)]) == 0
    assert page.read_text(encoding="utf-8").startswith("# Pack schema")
    assert str(page) in capsys.readouterr().out.replace("\n", "")
