"""What every test stands on: a throwaway PostgreSQL, no network, repeatable random examples.

The server is the product's own embedded one, started once a session through the product's own launcher and without
waits for the disk. `XUEZHENG_DATA` points into the same temporary folder, so no test touches a city on this machine.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from xuezheng.site.postgres import Server

# `ci`: the same few examples every time. `explore`: many new ones, by `make explore`.
settings.register_profile("ci", derandomize=True, max_examples=40, deadline=None)
settings.register_profile(
    "explore", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

_ORDER = ["architecture", "unit", "property", "golden", "integration", "browser"]
_running: dict[str, Server] = {}


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Start the server before pytest-django reads the settings, which want its address."""
    if config.getoption("help", default=False) or config.getoption("version", default=0):
        return
    import django

    from xuezheng.site.postgres import ensure_server

    folder = Path(tempfile.mkdtemp(prefix="xuezheng-test-"))
    folder.chmod(0o755)  # when root runs the tests, the database's own user must pass through
    for name in [name for name in os.environ if name.startswith(("XUEZHENG_", "DATABASE_URL"))]:
        del os.environ[name]
    os.environ["XUEZHENG_DATA"] = str(folder / "data")
    _running["server"] = server = ensure_server(folder / "data", durable=False)
    os.environ["DATABASE_URL"] = server.url
    os.environ["DJANGO_SETTINGS_MODULE"] = "xuezheng.site.settings"
    # Browser tests talk to a live server from a thread that has an event loop.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    django.setup()
    # Tests make many users; the slowness that protects real passwords protects nobody here.
    from django.conf import settings as django_settings

    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server and forget its folder."""
    server = _running.pop("server", None)
    if server is not None:
        server.stop()
        shutil.rmtree(server.data.parent, ignore_errors=True)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the quick folders first; inside a folder the order stays random."""
    items.sort(key=lambda item: _ORDER.index(_folder_of(item)))


def _folder_of(item: pytest.Item) -> str:
    parts = item.path.relative_to(Path(__file__).parent).parts
    return parts[0] if parts[0] in _ORDER else _ORDER[-1]


@pytest.fixture(scope="session")
def embedded_server() -> Server:
    """The session's PostgreSQL server, for tests that need an address of their own."""
    return _running["server"]


@pytest.fixture
def superuser_url(embedded_server: Server, django_db_setup: None) -> str:
    """The address of the test database for the server's administrator: who may do what the program may not."""
    from django.db import connection

    return embedded_server.address(user="postgres", database=str(connection.settings_dict["NAME"]))


@pytest.fixture(autouse=True)
def _chinese_first() -> Iterator[None]:
    """Every test begins in the default language, whatever the one before it chose."""
    from django.conf import settings as django_settings
    from django.utils import translation

    translation.activate(django_settings.LANGUAGE_CODE)
    yield
    translation.deactivate()


@pytest.fixture(scope="session", autouse=True)
def _emptying_between_tests() -> Iterator[None]:
    """Tests with real transactions empty all tables afterwards; the triggers of append-only tables let them."""
    from django.db import connection, transaction
    from django.db.backends.postgresql.operations import DatabaseOperations

    flush = DatabaseOperations.execute_sql_flush

    def flush_without_triggers(self: DatabaseOperations, sql_list: list[str]) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
            )
            tables = [name for (name,) in cursor.fetchall() if not name.startswith("procrastinate")]
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            flush(self, sql_list)
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", flush_without_triggers)
        yield


@pytest.fixture(scope="session")
def _demo_city_template(
    django_db_setup: None, django_db_blocker: Any, embedded_server: Server
) -> str:
    """Build the demonstration city as `xuezheng up` does, with one child in two hundred, in a database of its own."""
    from fractions import Fraction
    from io import StringIO

    from django.core.management import call_command
    from rich.console import Console

    from xuezheng.site.launch.preparation import CityWish, prepare_city
    from xuezheng.site.launch.steps import Steps

    wish = CityWish(scale=Fraction(1, 200), seed=None, replace=False)
    with django_db_blocker.unblock(), _copied_database("city_template", server=embedded_server):
        # pytest-django migrates only when some test of the run asks for the empty database.
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        prepare_city(Steps(Console(file=StringIO())), wish)
    return "city_template"


@pytest.fixture
def demo_city(
    _demo_city_template: str, django_db_blocker: Any, embedded_server: Server
) -> Iterator[str]:
    """Stand in a fresh copy of the demonstration city, with plan, people and figures; gives the database's name."""
    name = "city_of_one_test"
    with (
        django_db_blocker.unblock(),
        _copied_database(name, server=embedded_server, template=_demo_city_template),
    ):
        yield name
    _administer(embedded_server, f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def _copied_database(name: str, *, server: Server, template: str = "") -> Iterator[None]:
    """Copy a database (by default the empty one of the tests) and let Django work in the copy for a while."""
    from django.conf import settings as django_settings
    from django.core.cache import cache
    from django.db import connection, connections

    usual, address = connection.settings_dict["NAME"], django_settings.DATABASE_URL
    template = template or str(usual)
    connections.close_all()
    _close_pool(connection)
    _administer(
        server,
        f"DROP DATABASE IF EXISTS {name} WITH (FORCE)",
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{template}'",
        f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY OWNER xuezheng",
    )
    connection.settings_dict["NAME"] = name
    django_settings.DATABASE_URL = server.address(user="xuezheng", database=name)
    try:
        yield
    finally:
        cache.close()
        connections.close_all()
        _close_pool(connection)
        connection.settings_dict["NAME"] = usual
        django_settings.DATABASE_URL = address


def _close_pool(connection: Any) -> None:
    """Let go of pooled connections, so that none is to the database of before."""
    connection.close_pool()


def _administer(server: Server, *statements: str) -> None:
    import psycopg

    address = server.address(user="postgres", database="postgres")
    with psycopg.connect(address, autocommit=True) as administrator:
        for statement in statements:
            administrator.execute(statement)
