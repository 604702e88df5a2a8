"""The embedded database: started, found, shared, recovered, refused. As root and as an ordinary user alike.

The wanted behaviour is the same for both; where root differs (it hands the server to another user), the test says so.
`site_postgres_user_test.py` runs the heart of it as an ordinary user when root runs the tests.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from xuezheng.site.postgres import ensure_server
from xuezheng.site.postgres.account import database_account
from xuezheng.site.postgres.errors import NewerOrOlderCluster, NotACluster, UnusableDataFolder
from xuezheng.site.postgres.process import is_alive, read_note

IS_ROOT = os.geteuid() == 0


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder that does not exist yet, below a path with spaces; nothing runs in it afterwards."""
    # Not pytest's own temporary folder, which is closed to the database's user.
    home = Path(tempfile.mkdtemp(prefix="a city's data "))
    home.chmod(0o755)
    yield home / "var"
    for note in [read_note(cluster) for cluster in home.glob("*/postgres")]:
        if note is not None and is_alive(note.process):
            os.kill(note.process, signal.SIGQUIT)
    shutil.rmtree(home)


def _ask(url: str, question: str) -> str:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(question.encode())
        row = cursor.fetchone() if cursor.description else None
    return str(row[0]) if row else ""


def _hold_in_another_process(data: Path, *, durable: bool = False) -> subprocess.Popen[str]:
    program = (
        "import sys, pathlib\n"
        "from xuezheng.site.postgres import ensure_server\n"
        "server = ensure_server(pathlib.Path(sys.argv[1]), durable=bool(sys.argv[2]))\n"
        "print(server.url, flush=True)\n"
        "sys.stdin.read()\n"
        "server.stop()\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", program, str(data), "durable" if durable else ""],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_data_survives_a_stop(data: Path) -> None:
    """What was written is there at the next start; between the two no process is left."""
    with ensure_server(data) as server:
        assert server.started
        _ask(server.url, "CREATE TABLE t AS SELECT '学政' AS name")
        note = read_note(data / "postgres")
    assert note is not None
    assert not is_alive(note.process)
    assert not note.socket_folder.exists()

    with ensure_server(data) as server:
        assert _ask(server.url, "SELECT name FROM t") == "学政"


def test_the_server_is_private_and_speaks_utf8(data: Path) -> None:
    """No network address, a socket for its user only, UTF-8 with rules that are the same everywhere."""
    with ensure_server(data, durable=False) as server:
        note = read_note(data / "postgres")
        assert note is not None
        assert _ask(server.url, "SHOW listen_addresses") == ""
        assert note.socket_folder.stat().st_mode & 0o777 == 0o700
        assert len(str(note.socket_folder)) < 60
        assert _ask(server.url, "SHOW server_encoding") == "UTF8"
        assert _ask(server.url, "SELECT upper('ärger') || length('哈尔滨')") == "ÄRGER3"
        assert _ask(server.url, "SELECT datlocprovider FROM pg_database LIMIT 1") == "b"
        assert _ask(server.url, "SHOW is_superuser") == "off"
        assert _ask(server.superuser_url, "SHOW is_superuser") == "on"


def test_root_hands_the_server_to_another_user(data: Path) -> None:
    """The server never runs as root, and only its own folder belongs to its user."""
    with ensure_server(data, durable=False):
        note = read_note(data / "postgres")
        assert note is not None
        runner = Path(f"/proc/{note.process}").stat().st_uid
        assert runner != 0
        assert (runner == os.geteuid()) is not IS_ROOT
        assert (data / "postgres").stat().st_uid == runner
        assert data.stat().st_uid == os.geteuid()
        assert (data / "postgres").stat().st_mode & 0o777 == 0o700


def test_a_folder_that_was_there_keeps_its_rights(data: Path) -> None:
    """Starting changes neither rights nor owner of a folder that it did not make."""
    data.mkdir()
    data.chmod(0o755)
    before = [(folder, folder.stat()) for folder in (data, *data.parents)]
    with ensure_server(data, durable=False):
        pass

    for folder, was in before:
        now = folder.stat()
        assert (now.st_mode, now.st_uid, now.st_gid) == (was.st_mode, was.st_uid, was.st_gid)


def test_two_servers_on_two_folders(data: Path) -> None:
    """Two cities run side by side and do not see each other."""
    other = data.with_name("second")
    with ensure_server(data, durable=False) as one, ensure_server(other, durable=False) as two:
        _ask(one.url, "CREATE TABLE only_here (n int)")

        assert one.url != two.url
        assert _ask(two.url, "SELECT to_regclass('only_here') IS NULL") == "True"


def test_the_last_one_out_stops_the_server(data: Path) -> None:
    """A second process attaches; the server outlives the one that started it, and ends with the second."""
    with _hold_in_another_process(data) as holder:
        assert holder.stdout is not None
        address = holder.stdout.readline().strip()
        server = ensure_server(data, durable=False)
        assert not server.started
        assert server.url == address
        holder.communicate()
    # The kernel ends the server with the process that started it; the way out of the holder must not.
    note = read_note(data / "postgres")
    server.stop()

    assert note is None or not is_alive(note.process)


def test_a_killed_server_is_recovered(data: Path) -> None:
    """After kill -9 of the server, the next start removes its note and finds what was acknowledged."""
    with _hold_in_another_process(data, durable=True) as holder:
        assert holder.stdout is not None
        url = holder.stdout.readline().strip()
        _ask(url, "CREATE TABLE t AS SELECT 7 AS n")
        note = read_note(data / "postgres")
        assert note is not None
        os.kill(note.process, signal.SIGKILL)
        holder.kill()

    with ensure_server(data, durable=False) as server:
        assert _ask(server.url, "SELECT n FROM t") == "7"
    assert not note.socket_folder.exists()


def test_a_killed_user_takes_the_server_along(data: Path) -> None:
    """After kill -9 of the program, its server shuts down by itself, and the next start is an ordinary one."""
    with _hold_in_another_process(data) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        note = read_note(data / "postgres")
        assert note is not None
        holder.kill()
    deadline = time.monotonic() + 20
    while is_alive(note.process) and time.monotonic() < deadline:
        time.sleep(0.05)

    assert not is_alive(note.process)
    with ensure_server(data, durable=False) as server:
        assert server.started


def test_a_stale_note_with_a_number_in_use_is_recovered(data: Path) -> None:
    """The number in a stale note may by now belong to another program of the same user: it is left in peace."""
    with ensure_server(data, durable=False):
        note = (data / "postgres/postmaster.pid").read_text(encoding="utf-8")
    account = database_account(data / "postgres")
    with subprocess.Popen(["sleep", "60"], **account.process_arguments()) as bystander:
        stale = note.splitlines()
        stale[0] = str(bystander.pid)
        (data / "postgres/postmaster.pid").write_text("\n".join(stale) + "\n", encoding="utf-8")
        try:
            with ensure_server(data, durable=False) as server:
                assert _ask(server.url, "SELECT 1") == "1"
                assert bystander.poll() is None
        finally:
            bystander.kill()


def test_a_folder_taken_by_something_else_is_refused(data: Path) -> None:
    """A folder of the same name that holds other things is left alone."""
    (data / "postgres").mkdir(parents=True)
    (data / "postgres/letter.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(NotACluster, match="is there but is not a database cluster.*--data"):
        ensure_server(data, durable=False)
    assert (data / "postgres/letter.txt").read_text(encoding="utf-8") == "mine"


def test_data_of_another_version_is_refused_with_a_way_out(data: Path) -> None:
    """A cluster whose PostgreSQL is no longer installed stays untouched; the message names the ways on."""
    with ensure_server(data, durable=False):
        pass
    (data / "postgres/PG_VERSION").write_text("15\n", encoding="ascii")

    with pytest.raises(
        NewerOrOlderCluster, match="PostgreSQL 15.*untouched.*pg_dump.*DATABASE_URL"
    ):
        ensure_server(data, durable=False)


def test_a_file_in_the_way_is_refused(data: Path) -> None:
    """A data folder that is a file cannot be used, and is not replaced."""
    data.write_text("mine", encoding="utf-8")

    with pytest.raises(UnusableDataFolder, match="cannot be used.*--data"):
        ensure_server(data, durable=False)
    assert data.read_text(encoding="utf-8") == "mine"


def test_a_full_or_broken_start_tells_the_reason(data: Path) -> None:
    """When the server gives up, its own last words are in the message."""
    with ensure_server(data, durable=False):
        pass
    (data / "postgres/postgresql.conf").write_text("shared_buffers = plenty\n", encoding="utf-8")

    with pytest.raises(Exception, match="did not start.*shared_buffers"):
        ensure_server(data, durable=False)
