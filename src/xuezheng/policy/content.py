"""The hash of a pack: SHA-256 of its canonical content.

The content is a map of four parts:

- ``files``: for each file of the pack its path (with ``/``) and its SHA-256. A YAML file counts by the
  canonical JSON of what it says, so that comments and layout do not matter; a ``.csv``, ``.geojson`` or
  ``.sql`` file counts by its bytes. Other files (notes in ``.md``) and the folder ``demonstration/``,
  which holds no rule, do not count.
- ``units``: the units of ``units.yaml`` that the pack names.
- ``calendar``: the years of ``calendar-cn.yaml`` from the pack's first year to the year after its last,
  as far as they are known. A notice for a later year does not change the hash.
- ``vocabularies``: the vocabularies of ``vocabularies.yaml`` that its indicators name.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xuezheng.kernel.canonical import canonical_hash, sha256_hex

YAML_SUFFIX = ".yaml"
COUNTED_SUFFIXES = (YAML_SUFFIX, ".csv", ".geojson", ".sql")
UNCOUNTED_FOLDER = "demonstration"


def counted_files(pack: Path) -> list[str]:
    """List the files that make up a pack, by path inside it, sorted."""
    names = []
    for file in pack.rglob("*"):
        inside = file.relative_to(pack)
        if inside.parts[0] == UNCOUNTED_FOLDER or any(
            part.startswith(".") for part in inside.parts
        ):
            continue
        if file.is_file() and file.suffix in COUNTED_SUFFIXES:
            names.append(inside.as_posix())
    return sorted(names)


def hash_content(
    *,
    yaml_values: Mapping[str, Any],
    raw_files: Mapping[str, bytes],
    units: Mapping[str, Any],
    calendar: Mapping[str, Any],
    vocabularies: Mapping[str, Any],
) -> str:
    """Hash the four parts; all but ``files`` hold only the entries that count."""
    files = {name: canonical_hash(value) for name, value in yaml_values.items()}
    files |= {name: sha256_hex(data) for name, data in raw_files.items()}
    return canonical_hash(
        {"files": files, "units": units, "calendar": calendar, "vocabularies": vocabularies}
    )
