"""Events as a page shows them: with the names of what they are about beside the identifiers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xuezheng.apps.record.models import AuditEvent
from xuezheng.apps.record.naming import names_of
from xuezheng.apps.record.selectors import HistoryEntry, entry_of
from xuezheng.apps.record.words import fact_label, subject_label

# Facts that hold an identifier of a kind that has names, by the fact's name.
_KINDS = {
    "division": "division",
    "institution": "institution",
    "commitment": "commitment",
    "unit": "unit",
    "owner": "unit",
    "lead": "institution",
    "shares": "division",
    "user": "user",
}

Names = Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFact:
    """One fact: its name and its value in lines, each with a name before the identifier where one is known."""

    name: str
    lines: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEvent:
    """An event with the names of its subject and its division; empty where none is known."""

    row: AuditEvent
    entry: HistoryEntry
    kind: str
    """What sort of thing it is about, in words."""
    subject: str
    division: str
    facts: Sequence[ShownFact]


def shown_events(rows: Iterable[AuditEvent]) -> list[ShownEvent]:
    """Read events for a page, in one query for each kind of thing that they name."""
    entries = [(row, entry_of(row)) for row in rows]
    names = names_of(pair for row, entry in entries for pair in _named_by(row, entry))
    return [
        ShownEvent(
            row=row,
            entry=entry,
            kind=subject_label(row.subject_kind),
            subject=names.get((row.subject_kind, row.subject_id), ""),
            division=names.get(("division", row.division), ""),
            facts=[
                ShownFact(name=fact_label(name), lines=list(_lines(name, value, names)))
                for name, value in entry.facts.items()
            ],
        )
        for row, entry in entries
    ]


def _named_by(row: AuditEvent, entry: HistoryEntry) -> Iterator[tuple[str, str]]:
    yield row.subject_kind, row.subject_id
    yield "division", row.division
    for name, value in entry.facts.items():
        kind = _KINDS.get(name)
        if kind and isinstance(value, str):
            yield kind, value
        elif kind and isinstance(value, Mapping):
            yield from ((kind, str(key)) for key in value)


def _lines(name: str, value: Any, names: Names) -> Iterator[str]:
    kind = _KINDS.get(name, "")
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield f"{_with_name(kind, str(key), names)}: {_text(inner)}"
    elif isinstance(value, str):
        yield _with_name(kind, value, names)
    elif isinstance(value, Sequence):
        yield ", ".join(_text(one) for one in value) or "–"
    else:
        yield _text(value)


def _with_name(kind: str, key: str, names: Names) -> str:
    name = names.get((kind, key), "")
    return f"{name} ({key})" if name else key or "–"


def _text(value: Any) -> str:
    return "–" if value is None or value == "" else str(value)
