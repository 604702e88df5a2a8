"""The web server and the job worker as child processes: started, watched, stopped together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from xuezheng.site.data_folder import data_folder_mode, make_folder
from xuezheng.site.launch.errors import ProcessEnded, WebServerFails
from xuezheng.site.postgres.process import die_with_parent

_GRACE_SECONDS = 10.0
_READY_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Child:
    """One child process and where it writes."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def require_alive(self) -> None:
        """Raise `ProcessEnded` with its last words when it has ended."""
        status = self.process.poll()
        if status is not None:
            last = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-5:]
            reason = " / ".join(last) or "it said nothing"
            raise ProcessEnded(name=self.name, status=status, reason=reason, log=self.log)


def web_command(host: str, port: int) -> list[str]:
    """The command of the web server."""
    return [
        *(
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "asginl",
            "--host",
            host,
            "--port",
            str(port),
        ),
        *("--workers", "1", "--backlog", "1024", "--no-ws", "--log-level", "warning"),
        "xuezheng.site.asgi:application",
    ]


def worker_command() -> list[str]:
    """The command of the job worker."""
    return [
        *(sys.executable, "-m", "django", "procrastinate", "worker", "--concurrency", "1"),
        *("--shutdown-graceful-timeout", "5"),
    ]


@contextmanager
def running(
    commands: Mapping[str, Sequence[str]], *, environment: Mapping[str, str], logs: Path
) -> Iterator[list[Child]]:
    """Run `commands` while the block runs; afterwards none of them is left, however the block ends."""
    make_folder(logs, mode=data_folder_mode())
    children: list[Child] = []
    try:
        for name, command in commands.items():
            children.append(_start(name, command, environment=environment, logs=logs))
        yield children
    finally:
        _stop(children)


def wait_until_answering(address: str, children: Sequence[Child]) -> None:
    """Wait until `address` gives a page; a child that ends, or a page that fails, is reported at once.

    Raises:
        ProcessEnded: When a child ended.
        WebServerFails: When the web server answers with an error, or with nothing for a minute.
    """
    # Asked directly: a proxy in the environment is for other hosts.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + _READY_SECONDS
    reason = "no answer"
    while time.monotonic() < deadline:
        for child in children:
            child.require_alive()
        try:
            with opener.open(address, timeout=30):
                return
        except urllib.error.HTTPError as error:
            reason = f"{error.code} {error.reason}"
            break
        except OSError:
            time.sleep(0.05)
    raise WebServerFails(address=address, reason=reason, log=children[0].log)


def watch(children: Sequence[Child]) -> None:
    """Sleep until a signal ends the wait, or a child ends by itself, which is an error."""
    while True:
        for child in children:
            child.require_alive()
        time.sleep(0.3)


def _start(
    name: str, command: Sequence[str], *, environment: Mapping[str, str], logs: Path
) -> Child:
    log = logs / f"{name.replace(' ', '-')}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment, "PYTHONUNBUFFERED": "1"},
            start_new_session=True,  # Ctrl-C reaches us alone, and we stop them in order
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - one system call
        )
    return Child(name=name, process=process, log=log)


def _stop(children: Sequence[Child]) -> None:
    for child in children:
        _signal(child, signal.SIGTERM)
    deadline = time.monotonic() + _GRACE_SECONDS
    for child in children:
        try:
            child.process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            _signal(child, signal.SIGKILL)
            child.process.wait()
        # Whatever the child itself had started goes with it.
        _signal(child, signal.SIGKILL, whole_session=True)


def _signal(child: Child, number: signal.Signals, *, whole_session: bool = False) -> None:
    try:
        if whole_session or number is signal.SIGKILL:
            os.killpg(child.process.pid, number)
        else:
            child.process.send_signal(number)
    except ProcessLookupError:
        pass
