"""Bundles as people hold them: a folder or a zip, read without trusting either.

What an archive says of itself is not believed: names that lead out of it, links, encryption and entries that stand
twice are refused, and no more bytes are unpacked than are allowed, whatever sizes its directory claims.
"""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from xuezheng.kernel.errors import InputError, Phrase, gettext_noop
from xuezheng.site.whole_files import write_whole

MAX_BYTES = 4 * 1024**3
"""Unpacked size of a whole bundle: ten million applicants are about 2 GB."""
MAX_FILES = 1_000
_CHUNK = 1 << 20
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can hold: equal bundles are equal bytes

_OUTSIDE = gettext_noop("the name %(name)s leads out of it")
_TWICE = gettext_noop("the file %(name)s stands in it twice")
_LINK = gettext_noop("%(name)s is a link or no plain file")
_LOCKED = gettext_noop("the file %(name)s is encrypted")
_TOO_LARGE = gettext_noop("unpacked it is larger than %(limit)s bytes")
_TOO_MANY = gettext_noop("it holds more than %(limit)s files")
_BROKEN = gettext_noop("the archive is damaged at %(name)s")
_NO_ZIP = gettext_noop("%(name)s is neither a folder nor a zip archive")
_NOT_THERE = gettext_noop("there is no %(name)s")


class BundleUnreadable(InputError):
    """A file or folder cannot be read as a bundle, or is not to be trusted."""

    code = "bundle.unreadable"
    template = gettext_noop("The bundle cannot be read: %(why)s.")
    remedy = gettext_noop("Fetch it again from the publisher; do not unpack it by hand.")


def read_bundle(path: Path, *, max_bytes: int = MAX_BYTES) -> dict[str, bytes]:
    """Read the files of a bundle, by their names with `/` between folders.

    Raises:
        BundleUnreadable: If it is no folder or zip, or a hostile or damaged one.
    """
    if path.is_dir():
        return _read_folder(path, max_bytes)
    if not path.is_file():
        raise _invalid(_NOT_THERE, name=str(path))
    try:
        with zipfile.ZipFile(path) as archive:
            return _read_zip(archive, max_bytes)
    except zipfile.BadZipFile as error:
        raise _invalid(_NO_ZIP, name=str(path)) from error


def write_zip(path: Path, files: Mapping[str, bytes]) -> None:
    """Write a bundle as a zip; the same files always give the same bytes."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", compression=zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    write_whole(path, memory.getvalue())


def _read_folder(folder: Path, max_bytes: int) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    left = max_bytes
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not (path.is_dir() or path.is_file()):
            raise _invalid(_LINK, name=name)
        if path.is_dir():
            continue
        left -= path.stat().st_size
        _refuse_excess(len(files) + 1, left, max_bytes)
        files[name] = path.read_bytes()
    return files


def _read_zip(archive: zipfile.ZipFile, max_bytes: int) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    left = max_bytes
    for entry in _plain_entries(archive):
        if entry.filename in files:
            raise _invalid(_TWICE, name=entry.filename)
        _refuse_excess(len(files) + 1, left - entry.file_size, max_bytes)
        data = _unpacked(archive, entry, left, max_bytes)
        left -= len(data)
        files[entry.filename] = data
    return files


def _plain_entries(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    for entry in archive.infolist():
        name = PurePosixPath(entry.filename)
        strange = "\\" in entry.filename or ":" in entry.filename or "\0" in entry.filename
        if strange or name.is_absolute() or ".." in name.parts or not name.parts:
            raise _invalid(_OUTSIDE, name=entry.filename)
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise _invalid(_LINK, name=entry.filename)
        if entry.flag_bits & 0x1:
            raise _invalid(_LOCKED, name=entry.filename)
        if not entry.is_dir():
            yield entry


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int, max_bytes: int) -> bytes:
    """Unpack one file piece by piece, and stop when more comes than is left."""
    pieces, size = [], 0
    try:
        with archive.open(entry) as file:
            while piece := file.read(_CHUNK):
                size += len(piece)
                if size > left:
                    raise _invalid(_TOO_LARGE, limit=max_bytes)
                pieces.append(piece)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise _invalid(_BROKEN, name=entry.filename) from error
    return b"".join(pieces)


def _refuse_excess(count: int, left: int, max_bytes: int) -> None:
    if count > MAX_FILES:
        raise _invalid(_TOO_MANY, limit=MAX_FILES)
    if left < 0:
        raise _invalid(_TOO_LARGE, limit=max_bytes)


def _invalid(why: str, **facts: object) -> BundleUnreadable:
    return BundleUnreadable(why=Phrase(why, **facts))
