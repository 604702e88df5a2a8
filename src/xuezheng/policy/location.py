"""Where packs lie: a folder of one's own, the installed program, or its checkout."""

import os
from pathlib import Path

import xuezheng
from xuezheng.policy.problems import PackMissing

PACK_FILE = "pack.yaml"
_PACKAGE = Path(xuezheng.__file__).resolve().parent
INSTALLED_PACKS = _PACKAGE / "_packs"
CHECKOUT_PACKS = _PACKAGE.parent.parent / "packs"


def packs_folders(own: Path | None = None) -> tuple[Path, ...]:
    """List the folders that hold packs, the first to be searched first.

    Args:
        own: A folder before all others; without it the variable XUEZHENG_PACKS names one. This is the
            one variable read below `site`: every command, test and page must find the same packs.
    """
    named = os.getenv("XUEZHENG_PACKS")  # noqa: TID251 - see the docstring
    if own is None and named:
        own = Path(named)
    places = ([own] if own else []) + [INSTALLED_PACKS, CHECKOUT_PACKS]
    return tuple(place for place in places if place.is_dir())


def find_pack(name: str, *, own: Path | None = None) -> Path:
    """Find the folder of a pack by its id, as harbin/2023.

    Raises:
        PackMissing: If no folder of packs holds it.
    """
    folders = packs_folders(own)
    for folder in folders:
        if (folder / name / PACK_FILE).is_file():
            return folder / name
    raise PackMissing(name=name, places=", ".join(str(folder) for folder in folders) or "-")


def find_shared_file(name: str, *, pack: Path) -> Path:
    """Find a file that packs share, such as units.yaml: beside the pack's city, else with the program.

    Raises:
        PackMissing: If there is none.
    """
    folders = (pack.parent.parent, *packs_folders())
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    raise PackMissing(name=name, places=", ".join(str(folder) for folder in folders))


def list_packs(own: Path | None = None) -> dict[str, Path]:
    """List the packs that can be found, by id; a pack in an earlier folder hides its namesake."""
    found: dict[str, Path] = {}
    for folder in packs_folders(own):
        for file in sorted(folder.glob(f"*/*/{PACK_FILE}")):
            found.setdefault(f"{file.parent.parent.name}/{file.parent.name}", file.parent)
    return dict(sorted(found.items()))
