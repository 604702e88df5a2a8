"""Problems and results as JSON, the format that people and other programs write.

- Extra fields are refused: a misspelt field would silently mean its default.
- Decimals are JSON numbers or text, and are never turned into floats on the way.
- A draw number may have 256 bits: it is a JSON number or text, ``"123"`` or ``"0x7b"``. It is written as a number up to
  2^53 - 1, which every JSON reader takes exactly, and as ``0x`` text above.
- A field that has its default value is left out when written.

`docs/reference/problem.schema.json` describes the format to other programs.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, cast

from pydantic import ConfigDict, TypeAdapter, ValidationError

from xuezheng.engines.matching.model import Problem, Result
from xuezheng.engines.matching.validation.faults import (
    DocumentInvalid,
    Fault,
    applicant_entry,
    division_entry,
    make_fault,
    part_entry,
    school_entry,
)
from xuezheng.kernel.errors import InputError, Phrase, gettext_noop

EXACT = 2**53 - 1
"""The largest whole number that every JSON reader takes exactly (RFC 8259, section 6)."""

_NUMBER = re.compile(r"0[xX][0-9a-fA-F]{1,64}|[0-9]{1,78}")
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
"""Characters beyond 65,535 are escaped in two halves; one alone is no text and has no hash."""
_ENTRIES = {"applicants": applicant_entry, "schools": school_entry, "divisions": division_entry}
_NUMBERED: Mapping[Any, str] = {Problem: "applicants", Result: "cutoffs"}
_SHOWN = 60  # characters of a wrong value that a message repeats


class NotJson(InputError):
    """A file is not JSON at all."""

    code = "matching.not_json"
    template = gettext_noop("%(source)s is not a JSON document: %(why)s.")
    remedy = gettext_noop("Write it as docs/reference/problem.schema.json describes, in UTF-8.")


def read_problem(data: bytes, *, source: str) -> Problem:
    """Read a problem from the bytes of a JSON document.

    Raises:
        NotJson: If the bytes are not JSON, or a key stands twice in one object.
        DocumentInvalid: Naming entry and field of each fault, if a value is not what the format says.
    """
    return cast(Problem, _typed(Problem, decode_json(data, source=source), source))


def read_result(data: bytes, *, source: str) -> Result:
    """Read a result; errors as for `read_problem`."""
    return cast(Result, _typed(Result, decode_json(data, source=source), source))


def problem_from(plain: Any, *, source: str) -> Problem:
    """Make a problem from plain lists, mappings, text and numbers (as YAML gives them)."""
    return cast(Problem, _typed(Problem, plain, source))


def read_document(kind: Any, data: bytes, *, source: str) -> Any:
    """Read any other frozen dataclass of the engine as strictly; errors as for `read_problem`."""
    return _typed(kind, decode_json(data, source=source), source)


def document_bytes(document: Any) -> bytes:
    """Write a problem, result or certificate as JSON, each entry of its lists on a line of its own."""
    return b"".join(line.encode("utf-8") for line in _lines(document))


def decode_json(data: bytes, *, source: str) -> Any:
    """Decode strict JSON; a decimal number stays the text that it was.

    Raises:
        NotJson: With line and column, also for a key that stands twice, for NaN and for infinity.
    """
    try:
        text = data.decode("utf-8-sig")
        found = json.loads(
            text, parse_float=str, parse_constant=_refuse_constant, object_pairs_hook=_unique
        )
        if _HALF.search(text):
            json.dumps(found, ensure_ascii=False).encode()
        return found
    except UnicodeEncodeError as error:
        before = error.object[max(0, error.start - _SHOWN) : error.start]
        why = Phrase(gettext_noop("after %(before)s stands half of a character"), before=before)
    except UnicodeDecodeError as error:
        why = Phrase(gettext_noop("byte %(byte)s is not UTF-8"), byte=error.start)
    except json.JSONDecodeError as error:
        why = Phrase(
            gettext_noop("line %(line)s, column %(column)s: %(why)s"),
            line=error.lineno,
            column=error.colno,
            why=error.msg,
        )
    except _Refused as error:
        why = error.why
    except (RecursionError, ValueError):
        why = Phrase(
            gettext_noop("it is nested too deeply or holds a number of thousands of digits")
        )
    raise NotJson(source=source, why=why)


class _Refused(ValueError):
    def __init__(self, why: Phrase) -> None:
        super().__init__()
        self.why = why


def _refuse_constant(name: str) -> Any:
    raise _Refused(Phrase(gettext_noop("%(name)s is not a number"), name=name))


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Refused(
            Phrase(gettext_noop("the key %(key)s stands twice in one object"), key=twice)
        )
    return found


@cache
def adapter(kind: Any) -> TypeAdapter[Any]:
    """Give the reader of a type; within a tuple, since only so a dataclass takes settings from outside."""
    config = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)
    return TypeAdapter(tuple[kind], config=config)


def _typed(kind: Any, plain: Any, source: str) -> Any:
    if isinstance(plain, Mapping):
        expected = _format_of(kind)
        found = plain.get("format", expected)
        if expected and found != expected:
            facts = {"value": _shown(found), "expected": expected}
            fault = make_fault("other_format", part_entry("format"), "format", **facts)
            raise _invalid([fault], source)
        part = _NUMBERED.get(kind)
        plain = _with_numbers(plain, part) if part else _with_all_numbers(plain)
    try:
        # Strict reading of JSON takes lists for tuples and names for enums, and nothing else for anything.
        text = json.dumps([plain], default=_text_of)
        return adapter(kind).validate_json(text)[0]
    except ValidationError as error:
        raise _invalid(_faults_from(error, plain), source) from None


def _format_of(kind: Any) -> Any:
    """Give the format that documents of a kind carry: the default of their field."""
    return next((item.default for item in fields(kind) if item.name == "format"), None)


def _text_of(value: Any) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot stand in a document")


def _invalid(faults: Any, source: str) -> DocumentInvalid:
    error = DocumentInvalid.of(faults, source=source)
    assert isinstance(error, DocumentInvalid)
    return error


def _with_numbers(plain: Mapping[str, Any], part: str) -> Mapping[str, Any]:
    """Turn draw numbers that are text into whole numbers; what is no number stays for the reader to refuse."""
    entries = plain.get(part)
    if not isinstance(entries, list):
        return plain
    return {**plain, part: [_with_number(entry) for entry in entries]}


def _with_all_numbers(plain: Any) -> Any:
    """Do the same wherever a number may stand, for documents that are small."""
    if isinstance(plain, Mapping):
        return _with_number({name: _with_all_numbers(item) for name, item in plain.items()})
    return [_with_all_numbers(item) for item in plain] if isinstance(plain, list) else plain


def _with_number(entry: Any) -> Any:
    number = entry.get("number") if isinstance(entry, dict) else None
    if not isinstance(number, str) or not _NUMBER.fullmatch(number):
        return entry
    return {**entry, "number": parse_number(number)}


def parse_number(text: str) -> int:
    """Read a draw number in decimal or, after 0x, hexadecimal digits.

    Raises:
        ValueError: If it is neither.
    """
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return int(text, 16) if text[:2] in ("0x", "0X") else int(text)


_CODES = {
    "missing": "missing",
    "unexpected_keyword_argument": "unknown_field",
    "enum": "not_an_option",
    "string_type": "not_text",
    "int_type": "not_whole",
    "int_parsing": "not_whole",
    "int_from_float": "not_whole",
    "decimal_type": "not_a_decimal",
    "decimal_parsing": "not_a_decimal",
    "finite_number": "not_a_decimal",
    "bool_type": "not_a_truth",
    "tuple_type": "not_a_list",
    "dict_type": "not_an_object",
    "dataclass_type": "not_an_object",
}


def _faults_from(error: ValidationError, plain: Any) -> Iterator[Fault]:
    for found in error.errors(include_url=False):
        where = found["loc"][1:]
        entry, rest = _entry(where, plain)
        yield make_fault(
            _CODES.get(found["type"], "unreadable"),
            entry,
            _path(rest) or "-",
            value=_shown(found.get("input")),
            expected=str(found.get("ctx", {}).get("expected", "")).replace("'", ""),
            why=found["msg"],
        )


def _entry(where: tuple[int | str, ...], plain: Any) -> tuple[Phrase, tuple[int | str, ...]]:
    """Name the entry at a place of the document, and give the way from there."""
    if len(where) > 1 and isinstance(where[1], int):
        item = plain[where[0]][where[1]]
        identifier = item.get("id") if isinstance(item, Mapping) else None
        if isinstance(identifier, str) and identifier and where[0] in _ENTRIES:
            return _ENTRIES[str(where[0])](identifier), where[2:]
        return part_entry(_path(where[:2])), where[2:]
    if len(where) > 1:
        return part_entry(str(where[0])), where[1:]
    return Phrase(gettext_noop("the document")), where


def _path(where: tuple[int | str, ...]) -> str:
    text = ""
    for step in where:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _lines(document: Any) -> Iterator[str]:
    yield "{"
    comma = ""
    for name, value in _plain_fields(document):
        yield f"{comma}\n {json.dumps(name)}: "
        if isinstance(value, list) and value and isinstance(value[0], dict):
            rows = (json.dumps(row, ensure_ascii=False) for row in value)
            yield "[\n  " + ",\n  ".join(rows) + "\n ]"
        else:
            yield json.dumps(value, ensure_ascii=False)
        comma = ","
    yield "\n}\n"


@cache
def _defaults(kind: Any) -> tuple[tuple[str, Any], ...]:
    """Give name and default of each field; the format and what has no default are always written."""
    found = []
    for item in fields(kind):
        default = item.default
        if item.default_factory is not MISSING:
            default = item.default_factory()
        found.append((item.name, MISSING if item.name == "format" else default))
    return tuple(found)


def _plain_fields(value: Any) -> Iterator[tuple[str, Any]]:
    kind: Any = type(value)
    for name, default in _defaults(kind):
        found = getattr(value, name)
        if found != default or default is MISSING:
            is_large = name == "number" and isinstance(found, int) and found > EXACT
            yield name, hex(found) if is_large else to_plain(found)


def to_plain(value: Any) -> Any:
    """Turn a part of a problem or result into what the json module writes."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Mapping):
        return {key: to_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    assert is_dataclass(value)
    return dict(_plain_fields(value))
