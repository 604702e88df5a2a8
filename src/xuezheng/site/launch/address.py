"""The web server's address: whether it is free, before anything is built, and how to write it."""

from __future__ import annotations

import errno
import socket

from xuezheng.site.launch.errors import AddressUnusable, PortTaken

_WILDCARDS = ("", "0.0.0.0", "::")  # noqa: S104 - compared with, not bound


def require_free(host: str, port: int) -> None:
    """Refuse a port on which another program listens, and an address that is not this machine's.

    Raises:
        PortTaken: With a free port in its advice.
        AddressUnusable: For every other reason of the system.
    """
    try:
        _listen(host, port).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(host=host, port=port, free=_free_port(host, port)) from error
        reason = error.strerror or str(error)
        raise AddressUnusable(host=host, port=port, reason=reason) from error
    except OverflowError as error:
        reason = "a port is a number from 1 to 65535"
        raise AddressUnusable(host=host, port=port, reason=reason) from error


def web_address(host: str, port: int) -> str:
    """What to type into a browser on this machine."""
    shown = "127.0.0.1" if host in _WILDCARDS else host
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"


def allowed_hosts(host: str) -> str:
    """The names under which visitors may ask, for the settings."""
    return "*" if host in _WILDCARDS else f"localhost,127.0.0.1,[::1],{host}"


def _listen(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(
        host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    door = socket.socket(family, kind, protocol)
    try:
        # As the web server does: a port that is only cooling down after a stop is free.
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(address)
        door.listen(1)
    except BaseException:
        door.close()
        raise
    return door


def _free_port(host: str, taken: int) -> int:
    for port in range(taken + 1, min(taken + 50, 65536)):
        try:
            _listen(host, port).close()
        except OSError:
            continue
        return port
    with _listen(host, 0) as door:
        return int(door.getsockname()[1])
