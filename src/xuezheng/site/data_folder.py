"""Where a running city keeps its files: database cluster, secret key, snapshots, uploads.

Root's default is a system folder, because the database server must give up root's rights and could then not reach a
folder below `/root`. Everyone else's is `var` below the working folder.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

SYSTEM_FOLDER = Path("/var/lib/xuezheng")


def default_data_folder() -> Path:
    """The data folder of a user who named none."""
    return SYSTEM_FOLDER if os.geteuid() == 0 else Path.cwd() / "var"


def make_folder(folder: Path, *, mode: int = 0o700) -> bool:
    """Create `folder` with its missing parents; True when it was made here. An existing folder keeps its rights."""
    if folder.is_dir():
        return False
    if not folder.parent.is_dir():
        make_folder(folder.parent, mode=mode)
    try:
        folder.mkdir(mode=mode)
    except FileExistsError:
        return False
    folder.chmod(mode)  # mkdir's mode is narrowed by the umask
    return True


def data_folder_mode() -> int:
    """Rights of a new data folder: root's must be passed through by the database's own user, which owns a part of it."""
    return 0o711 if os.geteuid() == 0 else 0o700


def kept_secret(folder: Path, name: str) -> str:
    """The secret kept in `folder`/`name`, made once from the system's random source."""
    path = folder / name
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        make_folder(folder, mode=data_folder_mode())
    draft = folder / f".{name}.{os.getpid()}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # fails, unlike a rename, where another process was faster
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text(encoding="ascii").strip()
