"""The hash chain: what an event's hash covers, shared by the writer and the verifier."""

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from xuezheng.kernel.canonical import canonical_bytes, canonical_hash

ANCHOR_DISTANCE = 1000
"""Events between two anchors of a stream; short enough that a small stream gets some within a term."""


def plain_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Bring facts into the form in which they are stored, hashed and found again unchanged."""
    plain: dict[str, Any] = json.loads(canonical_bytes(_storable(facts)))
    return plain


def event_hash(
    *,
    stream: str,
    sequence: int,
    at: datetime,
    actor: tuple[str, str, str],
    action: str,
    subject: tuple[str, str],
    division: str,
    facts: Mapping[str, Any],
    previous_hash: str,
) -> str:
    """Give the SHA-256 over the canonical JSON of everything that an event says and of the hash before it."""
    return canonical_hash(
        {
            "stream": stream,
            "sequence": sequence,
            "at": at,
            "actor": list(actor),
            "action": action,
            "subject": list(subject),
            "division": division,
            "facts": facts,
            "previous": previous_hash,
        }
    )


def _storable(value: Any) -> Any:
    """Replace what PostgreSQL or canonical JSON would refuse: floats by decimals, NUL by the replacement mark."""
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, str):
        return str(value).replace("\x00", "\ufffd")
    if isinstance(value, Mapping):
        return {_storable(str(key)): _storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(item) for item in value]
    return value
