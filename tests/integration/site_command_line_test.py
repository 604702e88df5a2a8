"""The command line: quick help, one message an error, exit codes that scripts can rely on."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

from xuezheng.site import cli


def _xuezheng(*arguments: str, before: str = "") -> subprocess.CompletedProcess[str]:
    program = f"{before}\nimport sys\nfrom xuezheng.site.cli import main\nmain()\n"
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )


def test_help_lists_every_group_without_loading_one() -> None:
    """`--help` shows the table and imports neither Django nor any group."""
    check = (
        "import atexit, sys\n"
        "atexit.register(lambda: print('LOADED', [n for n in sys.modules if n == 'django' "
        "or n.startswith('xuezheng.site.commands.')]))"
    )
    answer = _xuezheng("--help", before=check)

    assert answer.returncode == 0
    assert "LOADED []" in answer.stdout
    assert all(f" {name} " in answer.stdout for name in cli.GROUPS)


@pytest.mark.parametrize("name", cli.GROUPS)
def test_every_group_loads(name: str) -> None:
    """Each entry of the table names a module with commands."""
    assert importlib.import_module(cli.GROUPS[name].module).app is not None


@pytest.mark.parametrize("line", [["nonsense"], ["db", "nonsense"], ["up", "--port", "many"]])
def test_wrong_usage_ends_with_2(line: list[str]) -> None:
    """A command that does not exist, or an option that cannot be read, is wrong usage."""
    answer = _xuezheng(*line)

    assert answer.returncode == 2
    assert answer.stdout == ""
    assert "Traceback" not in answer.stderr


_BREAK = (
    "import xuezheng.site.bootstrap as b\n"
    "from xuezheng.site.postgres.errors import NotACluster\n"
    "def fail(**_): raise {error}\n"
    "b.setup_django = fail"
)


def test_a_refusal_is_one_message() -> None:
    """An error of the domain is its sentence and nothing else, with exit code 1."""
    answer = _xuezheng("db", "migrate", before=_BREAK.format(error="NotACluster(folder='/x')"))

    assert answer.returncode == 1
    assert answer.stderr == (
        "/x is there but is not a database cluster. "
        "Choose another folder with --data, or move that folder away.\n"
    )


def test_a_fault_of_the_program_says_how_to_see_more() -> None:
    """An unforeseen error names its kind; `--debug`, at any place, adds the traceback."""
    broken = _BREAK.format(error="RuntimeError('boom')")
    short = _xuezheng("db", "migrate", before=broken)
    full = _xuezheng("db", "migrate", "--debug", before=broken)

    assert (short.returncode, full.returncode) == (1, 1)
    assert "RuntimeError: boom" in short.stderr
    assert "--debug" in short.stderr
    assert "Traceback" not in short.stderr
    assert "Traceback (most recent call last)" in full.stderr


def test_a_wrong_setting_is_one_message() -> None:
    """A setting that cannot be understood is named, in one sentence."""
    before = "import os\nos.environ.update(DATABASE_URL='sqlite:///x', XUEZHENG_SECRET_KEY='x')"
    answer = _xuezheng("db", "migrate", before=before)

    assert answer.returncode == 1
    assert answer.stderr.startswith("DATABASE_URL begins with 'sqlite'")
    assert len(answer.stderr.splitlines()) == 1
