"""What stands behind a figure besides its facts: the definition, and the values of the pack that it uses.

It travels in the fact file, so that a run can be explained without its pack.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from xuezheng.evidence.sql import (
    PARAMETER_PREFIX,
    QueryPlace,
    parse_query,
    placeholders,
    table_names,
)
from xuezheng.kernel.localized import LocalizedText
from xuezheng.policy.indicators import Indicator, Reading
from xuezheng.policy.pack import Pack


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedParameter:
    """A dated value of the pack that a definition uses, as it stood on the day of the run."""

    name: str
    title: LocalizedText
    value: str
    unit: LocalizedText
    since: str
    source: str
    checked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """What a reading counts, where that comes from, and how well it is established."""

    title: LocalizedText
    description: LocalizedText | None
    source: str
    checked: str
    parameters: tuple[UsedParameter, ...]

    def packed(self) -> dict[str, Any]:
        """Give it as plain data for the metadata of a file."""
        return asdict(self)


def unpacked(data: Mapping[str, Any]) -> Definition:
    """Read what `Definition.packed` gave."""
    parameters = (
        {**item, "title": LocalizedText(**item["title"]), "unit": LocalizedText(**item["unit"])}
        for item in data["parameters"]
    )
    return Definition(
        title=LocalizedText(**data["title"]),
        description=LocalizedText(**data["description"]) if data["description"] else None,
        source=data["source"],
        checked=data["checked"],
        parameters=tuple(UsedParameter(**item) for item in parameters),
    )


def definition_of(pack: Pack, indicator: Indicator, reading: Reading, *, as_of: date) -> Definition:
    """Gather the definition of a reading and the parameters that its thresholds and queries use."""
    names = dict.fromkeys([*_in_thresholds(reading), *_in_queries(pack, indicator, reading)])
    return Definition(
        title=reading.title,
        description=indicator.description,
        source=_source(pack, indicator.source.document, indicator.source.clause),
        checked=indicator.checked,
        parameters=tuple(_used(pack, name, as_of) for name in names),
    )


def _in_thresholds(reading: Reading) -> Iterator[str]:
    for threshold in reading.thresholds.values():
        if threshold.parameter is not None:
            yield threshold.parameter
    if reading.near is not None and reading.near.parameter is not None:
        yield reading.near.parameter


def _in_queries(pack: Pack, indicator: Indicator, reading: Reading) -> Iterator[str]:
    """Follow a query through its views to the parameters that they bind."""
    place = QueryPlace(file=f"indicators/{indicator.id}.yaml", path=f"readings[{reading.id}].query")
    waiting, seen = [reading.query], set[str]()
    while waiting:
        query = parse_query(waiting.pop(0), place=place)
        for bound in placeholders(query):
            name = _parameter_of(pack, bound.removeprefix(PARAMETER_PREFIX))
            if name is not None:
                yield name
        for table in table_names(query):
            if table in pack.indicator_views and table not in seen:
                seen.add(table)
                waiting.append(pack.indicator_views[table].query)


def _parameter_of(pack: Pack, bound: str) -> str | None:
    """Find the parameter behind a name in a query; a name may go on into a table's keys."""
    fitting = [
        name
        for name in pack.parameters
        if bound == name.replace(".", "_") or bound.startswith(name.replace(".", "_") + "_")
    ]
    return max(fitting, key=len, default=None)


def _used(pack: Pack, name: str, as_of: date) -> UsedParameter:
    entry = pack.parameter_entry(name)
    begun = max(day for day in entry.values if day <= as_of)
    return UsedParameter(
        name=name,
        title=entry.title,
        value=_written(entry.values[begun]),
        unit=pack.units[entry.unit].title,
        since=begun.isoformat(),
        source=_source(pack, entry.source.document, entry.source.clause),
        checked=entry.checked,
    )


def _written(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_written(item)}" for key, item in value.items())
    if isinstance(value, tuple):
        return "[" + ", ".join(_written(item) for item in value) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _source(pack: Pack, document: str, clause: str | None) -> str:
    entry = pack.documents[document]
    title = f"《{entry.title.zh}》{entry.number or ''}"
    return f"{title} {clause}" if clause else title
