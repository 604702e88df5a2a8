"""The embedded database of one data folder, shared by every command that works on it.

Whoever comes first starts the server, whoever comes later attaches to it, and the last one out stops it. Two locks in
the data folder arrange this; both are the kernel's (`flock`) and vanish with their holders, so a kill -9 leaves nothing
that has to be cleaned by hand.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import psycopg
from psycopg import sql

from xuezheng.site.data_folder import data_folder_mode, default_data_folder, make_folder
from xuezheng.site.postgres import process
from xuezheng.site.postgres.account import database_account
from xuezheng.site.postgres.binaries import reachable_binaries
from xuezheng.site.postgres.cluster import SUPERUSER, binaries_for, make_cluster
from xuezheng.site.postgres.errors import UnusableDataFolder

DATABASE = "xuezheng"
OWNER = "xuezheng"
_CLUSTER = "postgres"


class Server:
    """A running embedded server, held for use; `stop` lets go of it, and ends it when nobody else holds it."""

    def __init__(self, *, data: Path, note: process.RunningServer, use: int, started: bool) -> None:
        self.data = data
        self.started = started
        """Whether this object started the process, rather than finding it."""
        self._note = note
        self._use: int | None = use

    @property
    def url(self) -> str:
        """The address of the city's database, for its owner, who is not a superuser."""
        return self.address(user=OWNER)

    @property
    def superuser_url(self) -> str:
        """The address of the city's database for the server's administrator."""
        return self.address(user=SUPERUSER)

    def address(self, *, user: str, database: str = DATABASE) -> str:
        """A libpq address over the private socket."""
        return (
            f"postgresql://{user}@/{database}?host={quote(str(self._note.socket_folder), safe='/')}"
        )

    def stop(self) -> None:
        """Let go; the last holder stops the process. A second call does nothing."""
        use, self._use = self._use, None
        if use is None:
            return
        try:
            with _starting_or_stopping(self.data):
                if _try_lock(use, fcntl.LOCK_EX):
                    process.stop(self._note, self.data / _CLUSTER)
        finally:
            os.close(use)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def ensure_server(data: Path | None = None, *, durable: bool = True) -> Server:
    """Start the server of the data folder `data`, or attach to the one that runs.

    Args:
        data: The data folder; by default `./var`, or the system folder for root.
        durable: False for throwaway servers of tests.

    Raises:
        EmbeddedDatabaseError: When the folder, its version or its owner stands in the way; the message says what to do.
    """
    folder = (data or default_data_folder()).absolute()
    try:
        make_folder(folder, mode=data_folder_mode())
        with _starting_or_stopping(folder):
            return _attach_or_start(folder, durable=durable)
    except PermissionError as error:
        raise UnusableDataFolder(
            folder=folder, reason=f"{error.strerror} ({error.filename})"
        ) from error
    except (FileExistsError, NotADirectoryError) as error:
        raise UnusableDataFolder(folder=folder, reason="a file is in its way") from error


def _attach_or_start(folder: Path, *, durable: bool) -> Server:
    cluster = folder / _CLUSTER
    account = database_account(cluster)
    binaries = binaries_for(cluster)
    use = _open_lock(folder / "database.use")
    try:
        note = process.find_running(cluster)
        started = note is None
        if note is None:
            runnable = reachable_binaries(binaries, account)
            if not cluster.exists():
                make_cluster(cluster, runnable, account, durable=durable)
            process.clear_traces(cluster)
            note = process.start(cluster, runnable, account, durable=durable)
        if not _try_lock(use, fcntl.LOCK_SH):
            raise UnusableDataFolder(folder=folder, reason="it is locked by another program")
        server = Server(data=folder, note=note, use=use, started=started)
        if started:
            _make_database(server)
    except BaseException:
        os.close(use)
        raise
    return server


def _make_database(server: Server) -> None:
    with psycopg.connect(
        server.address(user=SUPERUSER, database="postgres"), autocommit=True
    ) as connection:
        if (
            connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [OWNER]).fetchone()
            is None
        ):
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(OWNER))
            )
        if (
            connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
            ).fetchone()
            is None
        ):
            names = sql.Identifier(DATABASE), sql.Identifier(OWNER)
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(*names))


@contextmanager
def _starting_or_stopping(folder: Path) -> Iterator[None]:
    """One process at a time looks at the server's state and changes it."""
    lock = _open_lock(folder / "database.lock")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _open_lock(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _try_lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
