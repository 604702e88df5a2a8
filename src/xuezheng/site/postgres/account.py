"""The system user that the embedded database runs as.

PostgreSQL refuses to run as root, rightly. So root hands the server to a user of its own, `xuezheng`, made when it is
not there; anyone else runs it as himself.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xuezheng.site.postgres.errors import ForeignCluster, NamelessUser, NoServiceUser

SERVICE_USER = "xuezheng"
_LAST_RESORT = "nobody"


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """A user of the operating system."""

    name: str
    uid: int
    gid: int

    @property
    def is_self(self) -> bool:
        """Whether this process already runs as this user."""
        return self.uid == os.geteuid()

    def process_arguments(self) -> dict[str, Any]:
        """What `subprocess` needs to start a program as this user."""
        return {} if self.is_self else {"user": self.uid, "group": self.gid, "extra_groups": []}


def database_account(cluster: Path) -> Account:
    """Who runs the server of `cluster`: its owner where it exists, else this user, or root's stand-in.

    Raises:
        EmbeddedDatabaseError: When the cluster belongs to a user that this process cannot act as.
    """
    owner = cluster.stat().st_uid if cluster.is_dir() else None
    if os.geteuid() == 0:
        return _account_of(owner) if owner else _service_account()
    if owner not in (None, os.geteuid()):
        raise ForeignCluster(folder=cluster, owner=_account_of(cluster.stat().st_uid).name)
    return _account_of(os.geteuid())


def run_as(
    account: Account, command: Sequence[str | Path], **arguments: Any
) -> subprocess.CompletedProcess[str]:
    """Run `command` to its end as `account`, from the root folder and with an environment that holds no surprises."""
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        cwd="/",
        env=plain_environment(),
        **account.process_arguments(),
        **arguments,
    )


def plain_environment() -> dict[str, str]:
    """The few variables that PostgreSQL's programs need; none of the user's `PG*` or locale settings leaks in."""
    kept = ("PATH", "TMPDIR", "LD_LIBRARY_PATH", "TZDIR")
    return {name: os.environ[name] for name in kept if name in os.environ} | {
        "LC_ALL": "C",
        "TZ": "UTC",
    }


def _account_of(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise NamelessUser(number=uid) from None
    return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)


def _service_account() -> Account:
    if not _known(SERVICE_USER):
        _create_service_user()
    name = SERVICE_USER if _known(SERVICE_USER) else _LAST_RESORT
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise NoServiceUser(user=SERVICE_USER) from None
    return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)


def _known(name: str) -> bool:
    try:
        return pwd.getpwnam(name).pw_uid != 0
    except KeyError:
        return False


def _create_service_user() -> None:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd:
        # No home and no shell: nobody signs in as this user. A failure shows as the user's absence.
        options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
        subprocess.run(
            [useradd, *options, "--shell", "/usr/sbin/nologin", SERVICE_USER],
            capture_output=True,
            check=False,
        )
        return
    adduser = shutil.which("adduser", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if adduser:  # BusyBox
        subprocess.run(
            [adduser, "-S", "-D", "-H", "-s", "/sbin/nologin", SERVICE_USER],
            capture_output=True,
            check=False,
        )
