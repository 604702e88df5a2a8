"""What changed between two packs: parameters, commitments, indicators and points tables, field by field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from xuezheng.kernel.canonical import canonical_bytes
from xuezheng.kernel.localized import LocalizedText
from xuezheng.policy.pack import Pack

Part = Literal["parameter", "commitment", "indicator", "points table"]
Change = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A place in an entry with what stood there and what stands there now; None: nothing."""

    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One entry that was added, removed or changed."""

    part: Part
    id: str
    title_zh: str
    title_en: str
    change: Change
    fields: tuple[FieldChange, ...] = ()


def compare_packs(before: Pack, after: Pack) -> list[Difference]:
    """List the differences from one pack to another, parameters first, in the order of the packs."""
    return [
        *_compare("parameter", before.parameters, after.parameters),
        *_compare("commitment", _by_id(before), _by_id(after)),
        *_compare("indicator", before.indicators, after.indicators),
        *_compare("points table", _tables(before), _tables(after)),
    ]


def _by_id(pack: Pack) -> dict[str, Any]:
    return {commitment.id: commitment for commitment in pack.commitments}


def _tables(pack: Pack) -> dict[str, Any]:
    tables = () if pack.points is None else pack.points.tables
    return {f"{table.id} ({table.in_force.isoformat()})": table for table in tables}


def _compare(
    part: Part, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Difference]:
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key), after.get(key)
        entry: Any = old if new is None else new
        title: LocalizedText = entry.title
        fields: tuple[FieldChange, ...] = ()
        change: Change = "added" if old is None else "removed"
        if old is not None and new is not None:
            fields = tuple(_field_changes(old, new))
            if not fields:
                continue
            change = "changed"
        yield Difference(
            part=part, id=key, title_zh=title.zh, title_en=title.en, change=change, fields=fields
        )


def _field_changes(old: BaseModel, new: BaseModel) -> Iterator[FieldChange]:
    left, right = dict(_leaves(old.model_dump(), "")), dict(_leaves(new.model_dump(), ""))
    for path in dict.fromkeys([*left, *right]):
        if left.get(path) != right.get(path):
            yield FieldChange(path=path, before=left.get(path), after=right.get(path))


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            name = key if isinstance(key, str) else str(key)
            yield from _leaves(item, f"{path}.{name}" if path else name)
    elif isinstance(value, list | tuple) and any(
        isinstance(i, Mapping | list | tuple) for i in value
    ):
        for index, item in enumerate(value):
            yield from _leaves(item, f"{path}[{index}]")
    elif value is not None:
        yield path, canonical_bytes(value).decode().strip('"')
