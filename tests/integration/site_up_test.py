"""`xuezheng up` as a newcomer meets it: one command, a living page, a clean stop, everything kept."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from xuezheng.site.launch import address
from xuezheng.site.launch.errors import AddressUnusable, DataFolderTaken, PortTaken
from xuezheng.site.launch.hold import held_data_folder

_LONG_SECONDS = 180


class Up:
    """One `xuezheng up` in a process of its own."""

    def __init__(self, data: Path, port: int, *options: str, **variables: str) -> None:
        self.address = f"http://127.0.0.1:{port}/"
        self.output = data.parent / f"output-{port}-{time.monotonic_ns()}.txt"
        kept = variables | {
            name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")
        }
        command = [sys.executable, "-c", "from xuezheng.site.cli import main; main()", "up"]
        command += ["--data", str(data), "--port", str(port), *options]
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=kept
            )

    def said(self) -> str:
        """Everything that it has printed."""
        return self.output.read_text(encoding="utf-8")

    def wait_until_serving(self) -> None:
        """Wait for the address at the end of its greeting."""
        deadline = time.monotonic() + _LONG_SECONDS
        while f"{self.address}  (data in" not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.1)

    def page(self, path: str = "") -> str:
        """The page at `path`, as a browser gets it."""
        with urllib.request.urlopen(self.address + path, timeout=30) as answer:
            return str(answer.read().decode())

    def stop(self, number: signal.Signals) -> int:
        """Send a signal and wait for the end; no process that it had started may be left."""
        family = psutil.Process(self.process.pid).children(recursive=True)
        self.process.send_signal(number)
        status = self.process.wait(timeout=60)
        assert [one for one in family if one.is_running() and one.status() != "zombie"] == []
        return status


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A folder with spaces in its name, open to pass through; whatever still runs in it afterwards is ended."""
    folder = Path(tempfile.mkdtemp(prefix="a newcomer's "))
    folder.chmod(0o755)
    yield folder
    for process in psutil.process_iter(["cmdline"]):
        if any(str(folder) in word for word in process.info["cmdline"] or ()):
            process.kill()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def built(home: Path) -> Path:
    """The data folder of a first run: from nothing to a page with figures, ended by Ctrl-C."""
    data = home / "the data"
    first = Up(data, _free_port(), "--scale", "1/500")
    first.wait_until_serving()
    assert "Demonstration city, 1/500" in first.said()
    assert "planner" in first.said()
    assert 'lang="zh-hans"' in first.page().lower()
    assert "1.1" in first.page("plan/public/")
    assert first.stop(signal.SIGINT) == 0
    assert "Stopped. The data is kept." in first.said()
    return data


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@pytest.mark.timeout(600)
def test_the_second_start_keeps_the_data_and_its_place(built: Path) -> None:
    """A second start builds nothing; while it serves, its port and its data folder are refused to others."""
    port = _free_port()
    second = Up(built, port)
    second.wait_until_serving()
    assert "Demonstration city" not in second.said()
    assert "Snapshot" not in second.said()

    same_port = Up(built.with_name("other data"), port)
    assert same_port.process.wait(timeout=60) == 1
    assert re.search(rf"Port {port} .*--port \d+", same_port.said())
    assert not built.with_name("other data").exists()
    same_data = Up(built, _free_port())
    assert same_data.process.wait(timeout=60) == 1
    holder = f"process {second.process.pid}, {second.address}"
    assert f"already serves it ({holder})" in same_data.said()

    assert second.stop(signal.SIGTERM) == 0


@pytest.mark.timeout(600)
def test_a_killed_up_is_recovered(built: Path) -> None:
    """After kill -9 nothing is left running, and the next start serves the same city at the same port."""
    port = _free_port()
    first = Up(built, port)
    first.wait_until_serving()
    family = psutil.Process(first.process.pid).children(recursive=True)
    first.process.kill()
    first.process.wait()
    _, alive = psutil.wait_procs(family, timeout=90)  # a job that runs is finished first
    assert alive == []

    second = Up(built, port)
    second.wait_until_serving()
    assert second.page()
    assert second.stop(signal.SIGTERM) == 0


@pytest.mark.timeout(900)
def test_a_first_start_killed_anywhere_is_taken_up_again(home: Path) -> None:
    """Kill -9 in the tables, the city, the year of work and the figures, one after the other; then it serves."""
    data = home / "killed city"
    for step, wait in (("Database", 0.3), ("Policy pack", 0.4), ("Plan ", 0.3), ("Snapshot", 0.5)):
        start = Up(data, _free_port(), "--scale", "1/500")
        deadline = time.monotonic() + _LONG_SECONDS
        while f"✓ {step}" not in start.said():
            assert start.process.poll() is None, start.said()
            assert time.monotonic() < deadline, start.said()
            time.sleep(0.02)
        time.sleep(wait)
        family = psutil.Process(start.process.pid).children(recursive=True)
        start.process.kill()
        start.process.wait()
        _, alive = psutil.wait_procs(family, timeout=90)
        assert alive == []
        assert "(data in" not in start.said()

    last = Up(data, _free_port(), "--scale", "1/500")
    last.wait_until_serving()
    assert "1.1" in last.page("plan/public/")
    assert last.stop(signal.SIGTERM) == 0
    assert "Stopped. The data is kept." in last.said()


@pytest.mark.timeout(600)
def test_two_at_once_and_a_stop_half_way(built: Path) -> None:
    """Two data folders are two cities; a stop during the preparation leaves nothing, and can be taken up again."""
    data = built.with_name("second city")
    half = Up(data, _free_port(), "--scale", "1/500")
    deadline = time.monotonic() + _LONG_SECONDS
    while "Tables" not in half.said() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert half.stop(signal.SIGINT) == 130
    assert "Stopped before it was ready" in half.said()

    one, two = Up(built, _free_port()), Up(data, _free_port(), "--scale", "1/500")
    one.wait_until_serving()
    two.wait_until_serving()
    assert one.page()
    assert two.page()
    assert one.stop(signal.SIGTERM) == 0
    assert two.stop(signal.SIGTERM) == 0


def test_a_taken_port_is_refused_with_a_free_one() -> None:
    """The advice names a port that is free at that moment."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        taken = door.getsockname()[1]
        with pytest.raises(PortTaken) as caught:
            address.require_free("127.0.0.1", taken)

    free = int(caught.value.facts["free"])
    assert free != taken
    address.require_free("127.0.0.1", free)


def test_an_address_of_another_machine_is_refused() -> None:
    """An address that this machine does not have is refused before anything is built."""
    with pytest.raises(AddressUnusable, match="192.0.2.1.*--host"):
        address.require_free("192.0.2.1", _free_port())


def test_a_held_folder_is_refused_and_let_go(tmp_path: Path) -> None:
    """The second holder learns who holds it; after the block it is free again."""
    with (
        held_data_folder(tmp_path, note="http://here/"),
        pytest.raises(DataFolderTaken, match=f"process {os.getpid()}, http://here/"),
        held_data_folder(tmp_path, note="http://there/"),
    ):
        pass
    with held_data_folder(tmp_path, note="http://there/"):
        pass


def test_addresses_are_written_for_browsers() -> None:
    """A wildcard is no address to type; an IPv6 address stands in brackets."""
    assert address.web_address("0.0.0.0", 8000) == "http://127.0.0.1:8000/"
    assert address.web_address("::1", 80) == "http://[::1]:80/"
    assert address.allowed_hosts("0.0.0.0") == "*"
    assert "*" not in address.allowed_hosts("127.0.0.1")


def test_another_city_comes_up_by_its_pack_alone(home: Path) -> None:
    """The example pack's city has a board of its own commitments with figures."""
    another = Up(
        home / "another city", _free_port(), "--scale", "1/20", XUEZHENG_PACK="example/2026"
    )
    another.wait_until_serving()

    board = another.page("plan/public/")

    assert another.stop(signal.SIGINT) == 0
    assert "哈尔滨" not in board
    assert board.count("/plan/commitments/") >= 6
