"""What keeps `xuezheng up` from starting, and what to do about it."""

from __future__ import annotations

from xuezheng.kernel.errors import StateError, gettext_noop


class PortTaken(StateError):
    """Another program listens where the web server should."""

    code = "site.up.port_taken"
    template = gettext_noop("Port %(port)s of %(host)s is taken by another program.")
    remedy = gettext_noop("Choose another with --port, for example --port %(free)s.")


class AddressUnusable(StateError):
    """The system does not let us listen at this address."""

    code = "site.up.address_unusable"
    template = gettext_noop("The web server cannot listen at %(host)s, port %(port)s: %(reason)s.")
    remedy = gettext_noop("Choose another address with --host or another port with --port.")


class DataFolderTaken(StateError):
    """Another `xuezheng up` serves this data folder."""

    code = "site.up.data_folder_taken"
    template = gettext_noop(
        "The data folder %(folder)s is in use: xuezheng up already serves it (%(holder)s)."
    )
    remedy = gettext_noop("Stop that one, or choose another folder with --data.")


class ProcessEnded(StateError):
    """The web server or the job worker ended by itself."""

    code = "site.up.process_ended"
    template = gettext_noop("The %(name)s ended unexpectedly (%(status)s): %(reason)s")
    remedy = gettext_noop("All that it said is in %(log)s.")


class WebServerFails(StateError):
    """The web server runs, and its first page fails."""

    code = "site.up.web_server_fails"
    template = gettext_noop(
        "The web server does not answer as it should at %(address)s: %(reason)s."
    )
    remedy = gettext_noop("All that it said is in %(log)s.")
