"""The hash chain: what an event's hash covers, shared by the writer and the verifier."""

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from xuezheng.kernel.canonical import canonical_bytes, canonical_hash

ANCHOR_DISTANCE = 1000
"""Events between two anchors of a stream; short enough that a small stream gets some within a term."""


def plain_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Bring facts into the form in which they are stored, hashed and found again unchanged."""
    plain: dict[str, Any] = json.loads(canonical_bytes(_storable(facts)))
    return plain


class Row(Protocol):
    """The parts of an event that its hash covers."""

    stream: str
    sequence: int
    at: datetime
    actor_kind: str
    actor_id: str
    actor_label: str
    action: str
    subject_kind: str
    subject_id: str
    division: str
    facts: Any
    previous_hash: str


def row_hash(row: Row) -> str:
    """Give the SHA-256 over canonical JSON of everything that an event says and of the hash before it."""
    return canonical_hash(
        {
            "stream": row.stream,
            "sequence": row.sequence,
            "at": row.at,
            "actor": [row.actor_kind, row.actor_id, row.actor_label],
            "action": row.action,
            "subject": [row.subject_kind, row.subject_id],
            "division": row.division,
            "facts": row.facts,
            "previous": row.previous_hash,
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
