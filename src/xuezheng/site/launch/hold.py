"""One `xuezheng up` to a data folder, by a lock of the kernel that vanishes with its holder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xuezheng.site.data_folder import data_folder_mode, make_folder
from xuezheng.site.launch.errors import DataFolderTaken
from xuezheng.site.postgres.errors import UnusableDataFolder


@contextmanager
def held_data_folder(folder: Path, *, note: str) -> Iterator[None]:
    """Hold `folder` while the block runs, with `note` for whoever finds it taken.

    Raises:
        DataFolderTaken: When another process holds it.
        UnusableDataFolder: When it cannot be made or written.
    """
    try:
        make_folder(folder, mode=data_folder_mode())
        lock = os.open(folder / "up.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise UnusableDataFolder(folder=folder, reason=error.strerror or str(error)) from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(lock, 500, 0).decode(errors="replace").strip() or "starting"
            raise DataFolderTaken(folder=folder, holder=holder) from None
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"process {os.getpid()}, {note}\n".encode(), 0)
        yield
        os.ftruncate(lock, 0)
    finally:
        os.close(lock)
