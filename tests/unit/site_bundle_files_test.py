"""Bundles come from strangers: hostile archives are refused, sound ones are read byte for byte."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from xuezheng.site import bundle_files
from xuezheng.site.bundle_files import BundleUnreadable, read_bundle, write_zip
from xuezheng.site.whole_files import write_whole

FILES = {"manifest.json": b"{}", "draw/order.csv": b"place\n"}


def test_a_zip_holds_what_was_put_in(tmp_path: Path) -> None:
    """Written and read again; the same files are the same bytes, whenever they are written."""
    write_zip(tmp_path / "a.zip", FILES)
    write_zip(tmp_path / "b.zip", dict(reversed(FILES.items())))

    assert read_bundle(tmp_path / "a.zip") == FILES
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_a_folder_is_read_with_its_folders(tmp_path: Path) -> None:
    """Names are written with `/`, as in an archive."""
    (tmp_path / "draw").mkdir()
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)

    assert read_bundle(tmp_path) == FILES


def entry(name: str, **facts: int) -> zipfile.ZipInfo:
    """Describe an entry of an archive."""
    info = zipfile.ZipInfo(name)
    for fact, value in facts.items():
        setattr(info, fact, value)
    return info


@pytest.mark.parametrize(
    ("info", "why"),
    [
        (entry("../up.json"), "leads out of it"),
        (entry("a/../../up.json"), "leads out of it"),
        (entry("/etc/passwd"), "leads out of it"),
        (entry("C:/x"), "leads out of it"),
        (entry("a\\..\\x"), "leads out of it"),
        (entry("link", external_attr=0o120777 << 16), "is a link"),
        (entry("pipe", external_attr=0o010644 << 16), "is a link or no plain file"),
    ],
)
def test_a_name_that_leads_out_is_refused(tmp_path: Path, info: zipfile.ZipInfo, why: str) -> None:
    """Names with steps upwards, absolute ones, those of another system, links and pipes."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("manifest.json", b"{}")
        archive.writestr(info, b"x")

    with pytest.raises(BundleUnreadable, match=why):
        read_bundle(tmp_path / "a.zip")


def test_a_file_that_stands_twice_is_refused(tmp_path: Path) -> None:
    """Two readers could take different ones."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("x", b"1")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("x", b"2")

    with pytest.raises(BundleUnreadable, match="x stands in it twice"):
        read_bundle(tmp_path / "a.zip")


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    """What is small packed and large unpacked stops at the limit."""
    write_zip(tmp_path / "a.zip", {"x": bytes(3_000_000)})

    assert (tmp_path / "a.zip").stat().st_size < 10_000
    with pytest.raises(BundleUnreadable, match="larger than 2000000 bytes"):
        read_bundle(tmp_path / "a.zip", max_bytes=2_000_000)


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    """The directory says one byte; no more is unpacked than is allowed."""
    write_zip(tmp_path / "a.zip", {"x": bytes(3_000_000)})
    data = (tmp_path / "a.zip").read_bytes()
    told = struct.pack("<L", 3_000_000)
    assert data.count(told) == 2
    (tmp_path / "a.zip").write_bytes(data.replace(told, struct.pack("<L", 1)))

    with pytest.raises(BundleUnreadable):
        read_bundle(tmp_path / "a.zip", max_bytes=2_000_000)


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In an archive and in a folder."""
    monkeypatch.setattr(bundle_files, "MAX_FILES", 1)
    write_zip(tmp_path / "a.zip", FILES)
    (tmp_path / "b").write_bytes(b"")

    for path in (tmp_path / "a.zip", tmp_path):
        with pytest.raises(BundleUnreadable, match="more than 1 files"):
            read_bundle(path)


def _cut(data: bytes) -> bytes:
    """Take the end away."""
    return data[: len(data) // 2]


def _spoil(data: bytes) -> bytes:
    """Change a byte of the packed content."""
    return data[:45] + bytes([data[45] ^ 1]) + data[46:]


def _lock(data: bytes) -> bytes:
    """Say that the first entry is encrypted."""
    place = data.index(b"PK\x01\x02") + 8
    return data[:place] + b"\x01" + data[place + 1 :]


@pytest.mark.parametrize("change", [_cut, _spoil, _lock, lambda data: b"no zip at all"])
def test_a_damaged_archive_is_refused(tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    """Cut short, spoilt, encrypted, or no archive."""
    write_zip(tmp_path / "a.zip", FILES)
    (tmp_path / "a.zip").write_bytes(change((tmp_path / "a.zip").read_bytes()))

    with pytest.raises(BundleUnreadable):
        read_bundle(tmp_path / "a.zip")


def test_a_link_in_a_folder_is_refused(tmp_path: Path) -> None:
    """It could point anywhere."""
    (tmp_path / "x").symlink_to("/etc/passwd")

    with pytest.raises(BundleUnreadable, match="x is a link"):
        read_bundle(tmp_path)


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """Where writing fails, the old file stays and nothing is left behind."""
    write_whole(tmp_path / "x", b"old")

    with pytest.raises(TypeError):
        write_whole(tmp_path / "x", "text")  # type: ignore[arg-type]

    assert [path.name for path in tmp_path.iterdir()] == ["x"]
    assert (tmp_path / "x").read_bytes() == b"old"
    write_whole(tmp_path / "x", b"new")
    assert (tmp_path / "x").read_bytes() == b"new"
