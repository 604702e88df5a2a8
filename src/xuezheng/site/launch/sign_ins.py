"""The sign-ins of the demonstration city, one a role."""

from __future__ import annotations

from rich.table import Table


def sign_in_table() -> Table:
    """A table of role, user name and password."""
    return Table("Role", "User name", "Password", title="Sign in as")
