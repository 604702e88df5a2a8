"""The generated pages of the reference say what the program says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from xuezheng.site import settings
from xuezheng.site.commands.docs import app
from xuezheng.site.reference import PAGES

FOLDER = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize("name", PAGES)
def test_page_has_not_drifted(name: str) -> None:
    """After a change run `xuezheng docs write`."""
    assert (FOLDER / name).read_text(encoding="utf-8") == PAGES[name]()


def test_every_setting_is_described() -> None:
    """`settings.md` has a row for each variable that the program reads, and for no other."""
    source = Path(settings.__file__).read_text(encoding="utf-8")
    page = (FOLDER / "settings.md").read_text(encoding="utf-8")
    rows = [line.split("`")[1] for line in page.splitlines() if line.startswith("| `")]

    assert sorted(rows) == sorted(set(re.findall(r'_env\.\w+\(\s*"(\w+[a-zA-Z])"', source)))


def test_check_names_what_drifted_and_write_mends_it(tmp_path: Path) -> None:
    """A page with a changed word is named and ends the check with 1; writing leaves nothing to name."""
    runner = CliRunner()
    for name in PAGES:
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    (tmp_path / "roles.md").write_text("old", encoding="utf-8")

    drifted = runner.invoke(app, ["check", "--folder", str(tmp_path)])
    written = runner.invoke(app, ["write", "--folder", str(tmp_path)])
    sound = runner.invoke(app, ["check", "--folder", str(tmp_path)])

    assert (drifted.exit_code, written.exit_code, sound.exit_code) == (1, 0, 0)
    assert drifted.output.count("has drifted") == 1
    assert "roles.md has drifted" in drifted.output
    assert written.output == f"Wrote {tmp_path / 'roles.md'}.\n"


def test_outside_the_sources_is_wrong_usage(tmp_path: Path) -> None:
    """Where there is no reference folder, the command says so instead of making one."""
    answer = CliRunner().invoke(app, ["check", "--folder", str(tmp_path / "none")])

    assert answer.exit_code == 2
    assert not (tmp_path / "none").exists()
