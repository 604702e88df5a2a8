"""Fetch the files of other projects that the pages use, or check that they are what `vendor.toml` says.

Run from anywhere: `python tools/vendor.py` fetches (needs npm, for developers only), `python tools/vendor.py --check`
compares hashes and needs nothing. Installing or running Xuezheng needs neither.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LIST = ROOT / "vendor.toml"
_SOURCE_MAP = re.compile(rb"\n?(/\*|//)# sourceMappingURL=[^\n]*")
_TAG = re.compile(r"<svg[^>]*>|</svg>|<path stroke=\"none\"[^>]*/>|\s*\n\s*")


def main() -> int:
    """Fetch or check; the exit code says whether all files are as listed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare hashes only")
    rows = tomllib.loads(LIST.read_text("utf-8"))["file"]
    if parser.parse_args().check:
        return check(rows)
    fetch(rows)
    return 0


def check(rows: list[dict[str, Any]]) -> int:
    """Name every file that is missing or differs from its hash."""
    wrong = 0
    for row in rows:
        path = ROOT / row["file"]
        found = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "no file"
        if found != row["sha256"]:
            print(f"{row['file']}: expected {row['sha256']}, found {found}", file=sys.stderr)
            wrong += 1
    return 1 if wrong else 0


def fetch(rows: list[dict[str, Any]]) -> None:
    """Download each package once, write its files and enter their hashes in the list."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        packages = {f"{row['name']}@{row['version']}": Path() for row in rows}
        for package in packages:
            packages[package] = unpack(package, folder / str(len(list(folder.iterdir()))))
        text = LIST.read_text("utf-8")
        for row in rows:
            package_folder = packages[f"{row['name']}@{row['version']}"]
            source = package_folder / row["source"]
            content = sprite(source, row["icons"]) if "icons" in row else read(source)
            target = ROOT / row["file"]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            text = with_hash(text, file=row["file"], sha256=hashlib.sha256(content).hexdigest())
        LIST.write_text(text, "utf-8")


def unpack(package: str, folder: Path) -> Path:
    """Fetch one npm package into a folder."""
    folder.mkdir()
    command = ["npm", "pack", "--silent", package, "--pack-destination", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    (archive,) = folder.glob("*.tgz")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    return folder / "package"


def read(path: Path) -> bytes:
    """Give the bytes of a file without the line that names a source map."""
    return _SOURCE_MAP.sub(b"", path.read_bytes()).rstrip() + b"\n"


def sprite(folder: Path, names: list[str]) -> bytes:
    """Draw the named icons together in one SVG of symbols."""
    lines = ['<svg xmlns="http://www.w3.org/2000/svg">']
    for name in sorted(names):
        shapes = _TAG.sub("", (folder / f"{name}.svg").read_text("utf-8"))
        lines.append(f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>')
    return "\n".join([*lines, "</svg>", ""]).encode()


def with_hash(text: str, *, file: str, sha256: str) -> str:
    """Enter the hash in the row of the file."""
    pattern = re.compile(rf'(file = "{re.escape(file)}"\nsha256 = ")[0-9a-f]*(")')
    return pattern.sub(rf"\g<1>{sha256}\g<2>", text)


if __name__ == "__main__":
    sys.exit(main())
