"""Prepares a process that needs Django: finds the database, starts the embedded one if need be, loads the apps."""

from __future__ import annotations

import atexit
import os
from pathlib import Path

from xuezheng.site.data_folder import default_data_folder
from xuezheng.site.environment import Environment

_SETTINGS = "xuezheng.site.settings"


def setup_django(*, data: Path | None = None) -> None:
    """Make Django ready in this process; safe to call twice.

    Without `DATABASE_URL` the embedded server of the data folder is used: attached to where it runs, else started for
    the time of this process.

    Args:
        data: The data folder; by default `XUEZHENG_DATA`, else the folder of the user.
    """
    import django
    from django.apps import apps

    if apps.ready:
        return
    if data is not None:
        os.environ["XUEZHENG_DATA"] = str(data.absolute())
    ensure_database()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", _SETTINGS)
    django.setup()


def ensure_database() -> None:
    """Set `DATABASE_URL` to the embedded server of the data folder, unless the user names a server."""
    if names_a_database():
        return
    from xuezheng.site.postgres import ensure_server

    server = ensure_server(data_folder())
    atexit.register(server.stop)
    os.environ["DATABASE_URL"] = server.url


def names_a_database() -> bool:
    """Whether the environment names a database server."""
    return bool(os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"))


def data_folder() -> Path:
    """The data folder of this process: `XUEZHENG_DATA`, else the user's."""
    return Environment().folder("XUEZHENG_DATA", default=default_data_folder())
