"""The documents of a draw as bytes: canonical JSON for people and programs, and the list of places as CSV."""

import json
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from xuezheng.engines.draw.model import Commitment, Contribution, Draw, Notice, Order, Proof
from xuezheng.kernel.canonical import canonical_bytes
from xuezheng.kernel.errors import InputError, gettext_noop

Document = TypeVar("Document", Notice, Commitment, Draw, Proof)
ORDER_HEADER = "place,id,unit,weight,number"
_HASHED_AT_ONCE = 4096


class DocumentMalformed(InputError):
    """A document has not the form that it should have."""

    code = "draw.document_malformed"
    template = gettext_noop("This is not a %(document)s of a draw: at %(where)s, %(why)s.")
    remedy = gettext_noop(
        "Use the document as the program wrote it, or see docs/explanation/draw.md for its form."
    )


class DocumentNotCanonical(InputError):
    """A published document was written anew."""

    code = "draw.document_not_canonical"
    template = gettext_noop(
        "The %(document)s of the draw is not in its published form, so its hash says nothing."
    )
    remedy = gettext_noop(
        "Use the file as published: canonical JSON in one line, without spaces or a line end."
    )


def document_bytes(document: Commitment | Draw | Proof) -> bytes:
    """Write a document; the SHA-256 of these bytes is its hash."""
    return canonical_bytes(document)


def read_document(kind: type[Document], data: bytes) -> Document:
    """Read a document; one that is published must be in canonical form to the byte.

    Raises:
        DocumentMalformed: Naming the place and what is wrong there.
        DocumentNotCanonical: If spaces, order of keys or spelling of values were changed.
    """
    name = kind.__name__.lower()
    found: Document = _validated(TypeAdapter(kind), name, _parsed(name, data))
    if kind is not Notice and canonical_bytes(found) != data:
        raise DocumentNotCanonical(document=name)
    return found


def read_contributions(data: bytes, *, revealed_at: datetime) -> list[Contribution]:
    """Read one contribution or a list of them, as `seal` wrote it or a person wrote it down.

    Args:
        data: JSON; the fields are `party`, `value`, `nonce` and `revealed_at`; `draw` is allowed and not looked at, since
            a seal for another draw does not open.
        revealed_at: When it came to light, where the document does not say.

    Raises:
        DocumentMalformed: Naming the place and what is wrong there.
    """
    parsed = _parsed("contribution", data)
    found = []
    for one in parsed if isinstance(parsed, list) else [parsed]:
        if isinstance(one, dict):
            kept = {name: value for name, value in one.items() if name != "draw"}
            found.append({"revealed_at": revealed_at} | kept)
        else:
            found.append(one)
    read: list[Contribution] = _validated(TypeAdapter(list[Contribution]), "contribution", found)
    return read


def order_lines(order: Order) -> Iterator[str]:
    """Write the list of places, line by line with line ends: the header, then entries by place and identifier."""
    yield ORDER_HEADER + "\n"
    for entry, number, place in zip(order.entries, order.numbers, order.places, strict=True):
        weight = "1" if entry.weight == 1 else json.loads(canonical_bytes(entry.weight))
        yield f"{place},{entry.id},{entry.unit},{weight},{number:064x}\n"


def order_hash(order: Order) -> str:
    """Give the SHA-256 of the list of places."""
    hashed, lines = sha256(), []
    for line in order_lines(order):
        lines.append(line)
        if len(lines) == _HASHED_AT_ONCE:
            hashed.update("".join(lines).encode())
            lines.clear()
    hashed.update("".join(lines).encode())
    return hashed.hexdigest()


def _validated(adapter: TypeAdapter[Any], name: str, value: Any) -> Any:
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "$"
        raise DocumentMalformed(document=name, where=where, why=first["msg"]) from error


def _parsed(name: str, data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8"))
    except ValueError as error:
        raise DocumentMalformed(document=name, where="$", why=error) from error
