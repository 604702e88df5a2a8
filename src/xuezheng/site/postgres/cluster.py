"""A database cluster on disk: its making, its version, its rights."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from xuezheng.site.postgres.account import Account, run_as
from xuezheng.site.postgres.binaries import MAJOR, Binaries, find_binaries
from xuezheng.site.postgres.errors import (
    ClusterNotMade,
    MissingPrograms,
    NewerOrOlderCluster,
    NotACluster,
    UnreachableFolder,
)

SUPERUSER = "postgres"


def cluster_major(cluster: Path) -> int | None:
    """The PostgreSQL version that wrote `cluster`; None for one that is not there yet.

    Raises:
        EmbeddedDatabaseError: When the folder holds something else.
    """
    if not cluster.exists():
        return None
    try:
        return int((cluster / "PG_VERSION").read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise NotACluster(folder=cluster) from error


def binaries_for(cluster: Path) -> Binaries:
    """The installed programs that can open `cluster`, or the ones for a new cluster.

    Raises:
        EmbeddedDatabaseError: When the installed wheel no longer holds the cluster's version; says how to move the data.
    """
    major = cluster_major(cluster)
    if major is None:
        return find_binaries(MAJOR)
    try:
        return find_binaries(major)
    except MissingPrograms as error:
        raise NewerOrOlderCluster(folder=cluster, major=major) from error


def make_cluster(cluster: Path, binaries: Binaries, account: Account, *, durable: bool) -> None:
    """Initialise `cluster` in one step: a half-made one never stands under its name.

    Text is UTF-8 with PostgreSQL's own `C.UTF-8` rules, which, unlike the system's, are the same on every machine and
    do not change under an index.
    """
    draft = cluster.with_name(f".{cluster.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    if not account.is_self:
        os.chown(draft, account.uid, account.gid)
    _require_reach(draft, account)
    answer = run_as(
        account,
        [
            binaries.program("initdb"),
            *(
                "--pgdata",
                str(draft),
                "--username",
                SUPERUSER,
                "--auth",
                "trust",
                "--encoding",
                "UTF8",
            ),
            *("--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
            *("--no-instructions", "--sync-method", "fsync" if durable else "syncfs"),
            *(() if durable else ("--no-sync",)),
        ],
    )
    if answer.returncode != 0:
        shutil.rmtree(draft, ignore_errors=True)
        raise ClusterNotMade(folder=cluster.parent, reason=_last_lines(answer.stderr))
    draft.rename(cluster)


def _require_reach(folder: Path, account: Account) -> None:
    if account.is_self:
        return
    if (
        run_as(
            account, ["/bin/sh", "-c", 'cd "$0" && : > reach && rm reach', str(folder)]
        ).returncode
        != 0
    ):
        folder.rmdir()
        raise UnreachableFolder(user=account.name, folder=folder.parent)


def _last_lines(text: str) -> str:
    return " ".join(line.strip() for line in text.strip().splitlines()[-3:]) or "it gave no reason."
