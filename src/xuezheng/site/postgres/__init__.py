"""The embedded PostgreSQL: `ensure_server` gives the server of a data folder, started or found."""

from xuezheng.site.postgres.errors import EmbeddedDatabaseError
from xuezheng.site.postgres.server import Server, ensure_server

__all__ = ["EmbeddedDatabaseError", "Server", "ensure_server"]
