"""One server process: found by the file it keeps in its cluster, started, waited for, stopped."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from xuezheng.site.postgres.account import Account, plain_environment
from xuezheng.site.postgres.binaries import Binaries
from xuezheng.site.postgres.errors import ServerNotStarted, ServerStuck
from xuezheng.site.postgres.tuning import server_settings

SOCKET_NUMBER = 5432
"""Part of the socket's name only; the server listens on no network port."""

LOG_NAME = "postgres.log"
_SOCKET_PREFIX = "xz-"
_LONGEST_SOCKET_FOLDER = 60  # of the 107 bytes that a socket's path may have
_START_SECONDS = 120.0
_START_ATTEMPTS = 20
_STOP_SECONDS = 60.0
_children: dict[int, subprocess.Popen[bytes]] = {}  # the servers that this process started
_MEMORY_STILL_HELD = "pre-existing shared memory block"


@dataclass(frozen=True, kw_only=True, slots=True)
class RunningServer:
    """What the server's own note in its cluster says."""

    process: int
    socket_folder: Path
    ready: bool


def read_note(cluster: Path) -> RunningServer | None:
    """The server that `cluster` names in `postmaster.pid`, dead or alive; None without a readable note."""
    try:
        lines = (cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        return RunningServer(
            process=int(lines[0]),
            socket_folder=Path(lines[4]),
            ready=len(lines) > 7 and lines[7].strip() == "ready",
        )
    except (OSError, ValueError, IndexError):
        return None


def find_running(cluster: Path) -> RunningServer | None:
    """The live server of `cluster`, waited for while it comes up or goes down; None when there is none.

    A note left behind by a killed server is not enough: the process must live and its socket must answer.
    """
    deadline = time.monotonic() + _START_SECONDS
    while (
        (note := read_note(cluster)) and is_alive(note.process) and _serves(note.process, cluster)
    ):
        if note.ready and _answers(note.socket_folder):
            return note
        if time.monotonic() > deadline:
            raise ServerStuck(process=note.process, folder=cluster, log=cluster.parent / LOG_NAME)
        time.sleep(0.05)
    return None


def clear_traces(cluster: Path) -> None:
    """Remove what a killed server left: its note, which could name a number now used by another program, and its socket folder."""
    note = read_note(cluster)
    if note is not None:
        _remove_socket_folder(note.socket_folder)
    (cluster / "postmaster.pid").unlink(missing_ok=True)


def start(cluster: Path, binaries: Binaries, account: Account, *, durable: bool) -> RunningServer:
    """Start the server of `cluster` and wait until it answers."""
    log = cluster.parent / LOG_NAME
    for _ in range(_START_ATTEMPTS):
        socket_folder = _make_socket_folder(account)
        log_start = log.stat().st_size if log.exists() else 0
        process = _launch(
            cluster, binaries, account, socket_folder=socket_folder, log=log, durable=durable
        )
        note = _wait_until_ready(process, cluster)
        if note is not None:
            _children[note.process] = process
            return note
        _remove_socket_folder(socket_folder)
        with log.open(encoding="utf-8", errors="replace") as file:
            file.seek(log_start)
            reason = file.read().strip()
        if _MEMORY_STILL_HELD not in reason:
            last = " ".join(reason.splitlines()[-3:])
            raise ServerNotStarted(folder=cluster, reason=last, log=log)
        time.sleep(0.5)  # the children of a killed server are still on their way out
    raise ServerNotStarted(folder=cluster, reason=_MEMORY_STILL_HELD, log=log)


def stop(note: RunningServer, cluster: Path) -> None:
    """Stop the server: open transactions are rolled back, everything acknowledged is on disk. Waits for its end."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(note.process, signal.SIGINT)
    deadline = time.monotonic() + _STOP_SECONDS
    while is_alive(note.process) and _serves(note.process, cluster):
        if time.monotonic() > deadline:
            raise ServerStuck(process=note.process, folder=cluster, log=cluster.parent / LOG_NAME)
        time.sleep(0.02)
    child = _children.pop(note.process, None)
    if child is not None:
        child.wait()
    _remove_socket_folder(note.socket_folder)


def is_alive(process: int) -> bool:
    """Whether a process of this number exists and has not merely been left unburied."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return True  # a system without /proc
    return state.rpartition(")")[2].split()[0] not in ("Z", "X")


def die_with_parent(sig: int) -> Callable[[], None] | None:
    """What a child runs before its program so that Linux sends it `sig` when we die, even by kill -9; None elsewhere."""
    if sys.platform != "linux":
        return None
    control = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def arrange() -> None:
        control(1, sig, 0, 0, 0)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:
            os._exit(1)

    return arrange


def _launch(
    cluster: Path,
    binaries: Binaries,
    account: Account,
    *,
    socket_folder: Path,
    log: Path,
    durable: bool,
) -> subprocess.Popen[bytes]:
    settings = server_settings(socket_folder=socket_folder, durable=durable)
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        return subprocess.Popen(
            [binaries.program("postgres"), "-D", str(cluster), "-p", str(SOCKET_NUMBER), *options],
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=descriptor,
            cwd="/",
            env=plain_environment(),
            start_new_session=True,  # Ctrl-C is for us; we stop the server when everything that uses it has stopped
            preexec_fn=die_with_parent(signal.SIGINT),  # noqa: PLW1509 - one system call
            **account.process_arguments(),
        )
    finally:
        os.close(descriptor)


def _wait_until_ready(process: subprocess.Popen[bytes], cluster: Path) -> RunningServer | None:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None:
        note = read_note(cluster)
        if note is not None and note.process == process.pid and note.ready:
            return note
        if time.monotonic() > deadline:
            process.send_signal(signal.SIGQUIT)
            process.wait(timeout=_STOP_SECONDS)
            return None
        time.sleep(0.02)
    return None


def _serves(process: int, cluster: Path) -> bool:
    """Whether that process works in `cluster`: a number alone may by now belong to another program."""
    try:
        return Path(f"/proc/{process}/cwd").readlink() == cluster.resolve()
    except FileNotFoundError:
        return not Path("/proc/self").exists() or is_alive(process)
    except OSError:
        return True


def _answers(socket_folder: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as door:
        try:
            door.connect(str(socket_folder / f".s.PGSQL.{SOCKET_NUMBER}"))
        except OSError:
            return False
    return True


def _make_socket_folder(account: Account) -> Path:
    base = tempfile.gettempdir()
    if len(os.fsencode(base)) > _LONGEST_SOCKET_FOLDER or any(sign in base for sign in " ,\"'"):
        base = "/tmp"  # noqa: S108 - the folder made in it is private
    folder = Path(tempfile.mkdtemp(prefix=_SOCKET_PREFIX, dir=base))
    if not account.is_self:
        os.chown(folder, account.uid, account.gid)
    return folder


def _remove_socket_folder(folder: Path) -> None:
    if folder.name.startswith(_SOCKET_PREFIX):
        shutil.rmtree(folder, ignore_errors=True)
