"""Reads `postgresql://user:password@host:port/name?option=value` into Django's form."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from xuezheng.site.environment import SettingError


def parse_database_url(url: str) -> dict[str, Any]:
    """Django's `DATABASES` entry for `url`.

    Raises:
        SettingError: When the address is not one of PostgreSQL or names no database.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise SettingError(
            f"DATABASE_URL begins with {parts.scheme or url!r}: Xuezheng runs on PostgreSQL only. "
            "Write postgresql://user:password@host:port/name."
        )
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise SettingError(
            "DATABASE_URL names no database. Write postgresql://user:password@host:port/name."
        )
    options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": str(parts.port or options.pop("port", "")),
        "OPTIONS": dict(options),
    }
