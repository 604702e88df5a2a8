"""Manifests: which files make a snapshot or a run, with their SHA-256, and whether that still holds."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from xuezheng.evidence.model import Snapshot, SnapshotFile
from xuezheng.kernel.canonical import canonical_hash
from xuezheng.kernel.errors import InputError, Phrase, StateError, gettext_noop

MANIFEST = "manifest.json"
RUNS = "runs"
FORMAT = 1
_BLOCK = 1 << 20


class SnapshotNotFound(InputError):
    """There is no snapshot under that name."""

    code = "evidence.snapshot_not_found"
    template = gettext_noop("There is no snapshot “%(name)s” in %(folder)s.")
    remedy = gettext_noop("List the snapshots with “xuezheng snapshot list”.")


class SnapshotDamaged(StateError):
    """The files of a snapshot or run are not the ones that its manifest names."""

    code = "evidence.snapshot_damaged"
    template = gettext_noop("%(folder)s is not what was published: %(file)s %(what)s.")
    remedy = gettext_noop(
        "Restore the file from the publication, or take a new snapshot. No figure of it may be used."
    )


def file_sha256(path: Path) -> str:
    """Hash a file block by block."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def file_entry(file: SnapshotFile) -> dict[str, Any]:
    """Write one file as the manifest lists it."""
    return {
        "name": file.name,
        "path": file.path,
        "rows": file.rows,
        "size_bytes": file.size_bytes,
        "sha256": file.sha256,
        "columns": dict(file.columns),
    }


def write_manifest(folder: Path, body: Mapping[str, Any]) -> str:
    """Write the manifest with its own hash in `hash`, and give the hash."""
    own_hash = canonical_hash(body)
    text = json.dumps({**body, "hash": own_hash}, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
    return own_hash


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read a manifest and check that it hashes to what it says.

    Raises:
        SnapshotDamaged: If it is missing, cannot be read, or was altered.
    """
    path = folder / MANIFEST
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        own_hash = body.pop("hash")
        honest = canonical_hash(body) == own_hash
    except FileNotFoundError:
        raise SnapshotDamaged(
            folder=folder.name, file=MANIFEST, what=Phrase(gettext_noop("is missing"))
        ) from None
    except (ValueError, KeyError, AttributeError, TypeError, InputError):
        raise SnapshotDamaged(
            folder=folder.name, file=MANIFEST, what=Phrase(gettext_noop("cannot be read"))
        ) from None
    if not honest:
        raise SnapshotDamaged(
            folder=folder.name,
            file=MANIFEST,
            what=Phrase(gettext_noop("was altered: it does not hash to what it says")),
        )
    return {**body, "hash": own_hash}


def verify_files(folder: Path, manifest: Mapping[str, Any], *, ignore: Sequence[str] = ()) -> None:
    """Check every file against the manifest, and that there is no other.

    Raises:
        SnapshotDamaged: Naming the first file that differs, and how.
    """
    listed = {entry["path"]: entry for entry in manifest["files"]}
    for path, entry in sorted(listed.items()):
        what = _difference(folder / path, entry)
        if what is not None:
            raise SnapshotDamaged(folder=folder.name, file=path, what=what)
    for found in sorted(folder.rglob("*")):
        relative = found.relative_to(folder).as_posix()
        if found.is_dir() or relative == MANIFEST or relative.split("/")[0] in ignore:
            continue
        if relative not in listed:
            raise SnapshotDamaged(
                folder=folder.name,
                file=relative,
                what=Phrase(gettext_noop("is not in the manifest")),
            )


def _difference(path: Path, entry: Mapping[str, Any]) -> Phrase | None:
    if not path.is_file():
        return Phrase(gettext_noop("is missing"))
    size = path.stat().st_size
    if size != entry["size_bytes"]:
        return Phrase(
            gettext_noop("has %(found)s bytes instead of %(wanted)s"),
            found=size,
            wanted=entry["size_bytes"],
        )
    found = file_sha256(path)
    if found != entry["sha256"]:
        return Phrase(
            gettext_noop("has other content: SHA-256 %(found)s… instead of %(wanted)s…"),
            found=found[:12],
            wanted=entry["sha256"][:12],
        )
    return None


def read_snapshot(folder: Path) -> Snapshot:
    """Read the manifest of a snapshot, without reading its files.

    Raises:
        SnapshotNotFound: If the folder is not there.
        SnapshotDamaged: If the manifest was altered.
    """
    if not folder.is_dir():
        raise SnapshotNotFound(name=folder.name, folder=folder.parent)
    body = read_manifest(folder)
    return Snapshot(
        name=folder.name,
        folder=folder,
        label=body["label"],
        hash=body["hash"],
        taken_at=datetime.strptime(body["taken_at"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC),
        pack_id=body["pack"]["id"],
        pack_hash=body["pack"]["hash"],
        version=body["xuezheng"],
        files=tuple(SnapshotFile(**entry) for entry in body["files"]),
    )


def verify_snapshot(folder: Path, *, expected_hash: str | None = None) -> Snapshot:
    """Check a snapshot byte for byte; runs inside its folder are checked by `verify_run`.

    Args:
        folder: Folder of the snapshot.
        expected_hash: The hash that was published elsewhere; without it an attacker who rewrites files and manifest
            together is not found.

    Raises:
        SnapshotNotFound: If the folder is not there.
        SnapshotDamaged: Naming the file and what differs.
    """
    snapshot = read_snapshot(folder)
    if expected_hash is not None and snapshot.hash != expected_hash:
        raise SnapshotDamaged(
            folder=folder.name,
            file=MANIFEST,
            what=Phrase(
                gettext_noop("has the hash %(found)s, not the published %(wanted)s"),
                found=snapshot.hash,
                wanted=expected_hash,
            ),
        )
    verify_files(folder, read_manifest(folder), ignore=(RUNS,))
    return snapshot


def list_snapshots(folder: Path) -> tuple[Snapshot, ...]:
    """List the snapshots in a folder, newest first; folders that are still being written are left out."""
    if not folder.is_dir():
        return ()
    found = [
        read_snapshot(item)
        for item in folder.iterdir()
        if (item / MANIFEST).is_file() and item.name[0] != "."
    ]
    return tuple(
        sorted(found, key=lambda snapshot: (snapshot.taken_at, snapshot.name), reverse=True)
    )


def find_snapshot(folder: Path, name: str) -> Snapshot:
    """Give a snapshot by its name, by its hash (or the first 8 digits of it), or the newest for ``latest``.

    Raises:
        SnapshotNotFound: If none fits.
    """
    if (folder / name / MANIFEST).is_file():
        return read_snapshot(folder / name)
    for snapshot in list_snapshots(folder):
        if name == "latest" or (len(name) >= 8 and snapshot.hash.startswith(name)):
            return snapshot
    raise SnapshotNotFound(name=name, folder=folder)
