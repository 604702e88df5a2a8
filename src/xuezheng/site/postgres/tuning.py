"""How the embedded server is set up: for one city of a million children on one machine."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

_MEGABYTE = 1024 * 1024
_SHARED_MEMORY = "/dev/shm"  # noqa: S108 - looked at, not written


def server_settings(*, socket_folder: Path, durable: bool) -> dict[str, str]:
    """The settings passed at every start, so that they follow the program and not the age of the cluster.

    Args:
        socket_folder: Where the only door lies; the server listens on no network address.
        durable: False for throwaway servers of tests, which then skip every wait for the disk.
    """
    memory = _machine_memory()
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": f'"{socket_folder}"',
        "unix_socket_permissions": "0700",
        "max_connections": "60",
        "shared_buffers": _megabytes(min(1024, max(128, memory // 8))),
        "effective_cache_size": _megabytes(max(256, memory // 2)),
        "work_mem": "32MB",
        "maintenance_work_mem": "256MB",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        # No replica is fed from here; loading a city then writes each row once.
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "random_page_cost": "1.1",
        "jit": "off",
        "timezone": "UTC",
        "lc_messages": "C",
        "log_min_messages": "warning",
        "dynamic_shared_memory_type": _shared_memory_type(),
    }
    if not durable:
        settings |= {
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "autovacuum": "off",
        }
    return settings


def _machine_memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // _MEGABYTE


def _megabytes(number: int) -> str:
    return f"{number}MB"


def _shared_memory_type() -> str:
    # Containers often give /dev/shm 64 MB, on which a parallel query over a full city fails.
    try:
        roomy = shutil.disk_usage(_SHARED_MEMORY).free >= 512 * _MEGABYTE
    except OSError:
        roomy = False
    return "posix" if roomy else "mmap"
