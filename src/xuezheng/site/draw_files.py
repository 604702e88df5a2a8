"""Reads the files of a draw line by line, so that a list of a million entries needs no more memory than its entries."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

from xuezheng.kernel.errors import InputError, Phrase, StateError, gettext_noop

_CHUNK_CHARACTERS = 1 << 20
_LARGEST_ENTRY = 1 << 20
_SPACE = " \t\r\n"


class DrawFileUnreadable(InputError):
    """A file of a draw cannot be read."""

    code = "draw.file_unreadable"
    template = gettext_noop("%(file)s cannot be read as a list: %(why)s.")
    remedy = gettext_noop(
        "Give a CSV file in UTF-8 with a header, a JSON array of objects (.json), or one object a line (.jsonl)."
    )


class DrawFileExists(StateError):
    """A file of a draw would be written over."""

    code = "draw.file_exists"
    template = gettext_noop("%(file)s exists already.")
    remedy = gettext_noop(
        "What was published is not written over: name another file, or move this one away."
    )


def rows_of(path: Path) -> Iterator[Mapping[str, Any]]:
    """Give the rows of a CSV, JSON or JSON Lines file, one after another.

    Raises:
        DrawFileUnreadable: Naming the file, and the line where one is at fault.
    """
    readers = {".json": _json_rows, ".jsonl": _json_line_rows}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from readers.get(path.suffix.lower(), _csv_rows)(path, file)
    except UnicodeDecodeError:
        raise _unreadable(path, Phrase(gettext_noop("it is not in UTF-8"))) from None
    except (OSError, csv.Error) as error:
        raise _unreadable(path, error) from error


def each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of JSON; of a key that stands twice other programs may take the other value.

    Raises:
        JSONDecodeError: Naming the key.
    """
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise json.JSONDecodeError(f"the key {twice} stands twice in one object", "", 0)
    return found


def read_bytes(path: Path) -> bytes:
    """Read a small file whole."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error


def read_leaves(path: Path) -> dict[str, str]:
    """Read the leaf hashes that were written at the commitment."""
    return {str(row.get("id")): str(row.get("leaf")) for row in rows_of(path)}


def write_new(path: Path, data: bytes | Iterable[str]) -> None:
    """Write a file that must not exist yet.

    Raises:
        DrawFileExists: Naming the file.
    """
    try:
        if isinstance(data, bytes):
            with path.open("xb") as binary:
                binary.write(data)
        else:
            with path.open("x", encoding="utf-8", newline="") as text:
                text.writelines(data)
    except FileExistsError:
        raise DrawFileExists(file=path) from None
    except OSError as error:
        raise _unreadable(path, error) from error


def _csv_rows(path: Path, file: TextIO) -> Iterator[Mapping[str, Any]]:
    reader = csv.reader(file, strict=True)
    header = next(reader, [])
    if "id" not in header or len(set(header)) < len(header):
        why = gettext_noop("its first line does not name the columns, id among them, each once")
        raise _unreadable(path, Phrase(why))
    columns = len(header)
    for row in reader:
        if len(row) != columns:
            if not row:
                continue
            why = gettext_noop("line %(line)s has %(found)s values, not %(columns)s")
            facts = {"line": reader.line_num, "found": len(row), "columns": columns}
            raise _unreadable(path, Phrase(why, **facts))
        yield dict(zip(header, row, strict=True))


def _json_line_rows(path: Path, file: TextIO) -> Iterator[Mapping[str, Any]]:
    for number, line in enumerate(file, start=1):
        if not line.isspace():
            try:
                found = json.loads(line, parse_float=Decimal, object_pairs_hook=each_key_once)
                yield _object(path, number, found)
            except json.JSONDecodeError as error:
                raise _not_json(path, number, error) from error


def _json_rows(path: Path, file: TextIO) -> Iterator[Mapping[str, Any]]:
    """Take objects off the front of an array while it is still being read."""
    reader = json.JSONDecoder(parse_float=Decimal, object_pairs_hook=each_key_once)
    decode = reader.raw_decode
    text = file.read(_CHUNK_CHARACTERS)
    while text.isspace():
        text = file.read(_CHUNK_CHARACTERS)
    text = text.lstrip(_SPACE)
    at, number = 1, 0
    if text[:1] != "[":
        raise _unreadable(path, Phrase(gettext_noop("it does not begin with [")))
    while True:
        at = _skip(text, at)
        try:
            if text[at : at + 1] == "]":
                return
            found, at = decode(text, at)
        except json.JSONDecodeError as error:
            more = file.read(_CHUNK_CHARACTERS) if len(text) - at < _LARGEST_ENTRY else ""
            if not more:
                raise _not_json(path, number + 1, error) from error
            text, at = text[at:] + more, 0
            continue
        number += 1
        yield _object(path, number, found)


def _skip(text: str, at: int) -> int:
    while text[at : at + 1] in (*_SPACE, ","):
        at += 1
    return at


def _object(path: Path, number: int, found: Any) -> Mapping[str, Any]:
    if not isinstance(found, dict):
        why = gettext_noop("entry %(number)s is not an object")
        raise _unreadable(path, Phrase(why, number=number))
    return found


def _not_json(path: Path, number: int, error: json.JSONDecodeError) -> DrawFileUnreadable:
    why = gettext_noop("entry %(number)s is not JSON (%(error)s)")
    return _unreadable(path, Phrase(why, number=number, error=error))


def _unreadable(path: Path, why: object) -> DrawFileUnreadable:
    return DrawFileUnreadable(file=path, why=why)
