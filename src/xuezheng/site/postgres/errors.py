"""What can go wrong with the embedded database, each with a remedy in its sentence."""

from __future__ import annotations


class EmbeddedDatabaseError(Exception):
    """The embedded database cannot be used; the message says why and what to do."""

    code = "site.embedded_database"
