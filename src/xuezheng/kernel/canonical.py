r"""Canonical JSON and its SHA-256: the same value gives the same bytes in any language.

The rules, in full:

1. UTF-8 without byte-order mark; no white space between tokens; nothing after the value.
2. Object keys are strings, unique, sorted by Unicode code point.
3. Strings and keys are in Unicode form NFC. ``"``, ``\`` and U+0000-U+001F are escaped as JSON
   requires (``\b \t \n \f \r`` where they exist, else ``\u00xx`` in lower case); everything else stands
   as itself. Lone surrogates are refused.
4. Integers are written in full, without sign if 0 or more. There are no other JSON numbers:
   **floats are refused**.
5. ``Decimal`` becomes a string in plain notation without trailing zeros (``"0.5"``, ``"100"``,
   ``"0"``); ``Fraction`` becomes ``"numerator/denominator"`` in lowest terms.
6. Dates become ``"2023-09-01"``; aware datetimes become UTC with microseconds,
   ``"2023-09-01T00:00:00.000000Z"``; naive ones are refused. ``Money`` becomes its integer fen. UUIDs
   become lower-case strings. An enum member becomes its value.
7. Lists and tuples become arrays in their order; dataclasses become objects of their fields. Sets
   are refused, since they have no order: sort them first.
"""

import dataclasses
import hashlib
import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any
from uuid import UUID

from xuezheng.kernel.errors import InputError, Phrase, gettext_noop
from xuezheng.kernel.money import Money


class NotCanonical(InputError):
    """A value has no canonical form."""

    code = "canonical.unsupported"
    template = gettext_noop("The value at %(path)s has no canonical form: %(why)s.")
    remedy = gettext_noop("Use integers, decimals, text, dates, lists and objects with text keys.")


def canonical_bytes(value: Any) -> bytes:
    """Write a value as canonical JSON.

    Raises:
        NotCanonical: If the value holds a float, a naive datetime, a set or anything else without a canonical form.
    """
    text = json.dumps(
        _plain(value, "$"),
        ensure_ascii=False,
        allow_nan=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotCanonical(
            path="$", why=Phrase(gettext_noop("it holds half a surrogate pair"))
        ) from error


def sha256_hex(data: bytes) -> str:
    """Give the SHA-256 of bytes as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def canonical_hash(value: Any) -> str:
    """Give the SHA-256 of the canonical JSON of a value, as 64 hexadecimal digits."""
    return sha256_hex(canonical_bytes(value))


def _plain(value: Any, path: str) -> Any:
    """Turn a value into what the json module writes canonically."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return _plain(value.value, path)
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, Mapping):
        return _plain_object(value, path)
    if isinstance(value, list | tuple):
        return [_plain(item, f"{path}[{index}]") for index, item in enumerate(value)]
    return _plain_special(value, path)


def _plain_object(value: Mapping[Any, Any], path: str) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, item in value.items():
        if not isinstance(key, str):
            raise NotCanonical(
                path=path, why=Phrase(gettext_noop("the key %(key)r is not text"), key=key)
            )
        name = unicodedata.normalize("NFC", key)
        if name in result:
            raise NotCanonical(
                path=path, why=Phrase(gettext_noop("the key %(key)r stands twice"), key=name)
            )
        result[name] = _plain(item, f"{path}.{name}")
    return result


def _plain_special(value: Any, path: str) -> Any:
    if isinstance(value, Money):
        return value.fen
    if isinstance(value, Decimal):
        return _plain_decimal(value, path)
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise NotCanonical(path=path, why=Phrase(gettext_noop("the time has no time zone")))
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        return _plain_object({field.name: getattr(value, field.name) for field in fields}, path)
    raise NotCanonical(
        path=path, why=Phrase(gettext_noop("%(type)s is not allowed"), type=type(value).__name__)
    )


def _plain_decimal(value: Decimal, path: str) -> str:
    if not value.is_finite():
        raise NotCanonical(path=path, why=Phrase(gettext_noop("the decimal is not finite")))
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "0") or not value else text
