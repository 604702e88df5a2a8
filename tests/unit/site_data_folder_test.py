"""The data folder: made with narrow rights, never widened, its secrets made once."""

from __future__ import annotations

from pathlib import Path

from xuezheng.site.data_folder import kept_secret, make_folder


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    """The first call makes a long secret that only its owner may read; later calls give the same."""
    first = kept_secret(tmp_path / "data", "secret_key")

    assert len(first) >= 50
    assert kept_secret(tmp_path / "data", "secret_key") == first
    assert (tmp_path / "data/secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret_key"]


def test_two_secrets_differ(tmp_path: Path) -> None:
    """Each name has its own."""
    assert kept_secret(tmp_path, "a") != kept_secret(tmp_path, "b")


def test_an_existing_folder_keeps_its_rights(tmp_path: Path) -> None:
    """Only a folder that is made here gets rights from here."""
    tmp_path.chmod(0o775)

    assert make_folder(tmp_path) is False
    assert make_folder(tmp_path / "a/b", mode=0o711) is True
    assert tmp_path.stat().st_mode & 0o777 == 0o775
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o711
