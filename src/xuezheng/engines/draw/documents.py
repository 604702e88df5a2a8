"""The documents of a draw as bytes: canonical JSON for people and programs, and the list of places as CSV."""

import json
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from xuezheng.engines.draw.model import Commitment, Contribution, Draw, Notice, Order, Proof
from xuezheng.kernel.canonical import canonical_bytes
from xuezheng.kernel.errors import InputError, Phrase, gettext_noop

Document = TypeVar("Document", Notice, Commitment, Draw, Proof)
ORDER_HEADER = "place,id,unit,weight,number"
_HASHED_AT_ONCE = 4096


_NAMES = {
    "notice": gettext_noop("the notice of a draw"),
    "commitment": gettext_noop("the commitment of a draw"),
    "draw": gettext_noop("the result of a draw"),
    "proof": gettext_noop("the proof of an entry"),
    "contribution": gettext_noop("a contribution to a draw"),
}


class DocumentMalformed(InputError):
    """A document has not the form that it should have."""

    code = "draw.document_malformed"
    template = gettext_noop("This is not %(document)s: at %(where)s, %(why)s.")
    remedy = gettext_noop(
        "Use the document as the program wrote it, or see docs/explanation/draw.md for its form."
    )


class DocumentNotCanonical(InputError):
    """A published document was written anew."""

    code = "draw.document_not_canonical"
    template = gettext_noop(
        "This is %(document)s, but not in its published form, so its hash says nothing."
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
        raise DocumentNotCanonical(document=Phrase(_NAMES[name]))
    return found


def read_contributions(
    data: bytes, *, revealed_at: datetime, source: str = ""
) -> list[Contribution]:
    """Read one contribution or a list of them, as `seal` wrote it or a person wrote it down.

    Args:
        data: JSON; the fields are `party`, `value`, `nonce` and `revealed_at`; `draw` is allowed and not looked at, since
            a seal for another draw does not open.
        revealed_at: When it came to light, where the document does not say.
        source: The file it comes from, for messages.

    Raises:
        DocumentMalformed: Naming the place and what is wrong there.
    """
    parsed = _parsed("contribution", data, source)
    found = []
    for one in parsed if isinstance(parsed, list) else [parsed]:
        if isinstance(one, dict):
            kept = {name: value for name, value in one.items() if name != "draw"}
            found.append({"revealed_at": revealed_at} | kept)
        else:
            found.append(one)
    read: list[Contribution] = _validated(
        TypeAdapter(list[Contribution]), "contribution", found, source
    )
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


def _validated(adapter: TypeAdapter[Any], name: str, value: Any, source: str = "") -> Any:
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "$"
        raise _malformed(name, source, where, first["msg"]) from error


def _parsed(name: str, data: bytes, source: str = "") -> Any:
    try:
        return json.loads(
            data.decode("utf-8-sig"), parse_constant=_no_number, object_pairs_hook=_each_key_once
        )
    except _Refused as error:
        raise _malformed(name, source, "$", error.why) from None
    except ValueError as error:
        raise _malformed(name, source, "$", error) from error
    except RecursionError:
        why = Phrase(gettext_noop("it is nested too deeply"))
        raise _malformed(name, source, "$", why) from None


def _malformed(name: str, source: str, where: str, why: object) -> DocumentMalformed:
    place = f"{source} {where}" if source else where
    return DocumentMalformed(document=Phrase(_NAMES[name]), where=place, why=why)


class _Refused(ValueError):
    def __init__(self, why: Phrase) -> None:
        super().__init__()
        self.why = why


def _no_number(name: str) -> Any:
    raise _Refused(Phrase(gettext_noop("%(name)s is not a number"), name=name))


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a key that stands twice: of its values other programs may take the other."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _Refused(
                Phrase(gettext_noop("the key %(key)s stands twice in one object"), key=key)
            )
        found[key] = value
    return found
