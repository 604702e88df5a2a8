"""What a reader asked for in the address of a list, checked against what may be asked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One control of a filter bar: the key in the address, its label, and its choices when they are closed."""

    key: str
    label: str | Promise
    choices: tuple[tuple[str, str | Promise], ...] = ()
    lookup: str = ""

    def accepts(self, value: str) -> bool:
        """Say whether a value from the address is one of the choices; free text always is."""
        return not self.choices or value in dict(self.choices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """The cleaned filters of one request; unknown keys and values outside the choices are dropped."""

    values: Mapping[str, str] = field(default_factory=dict)
    search: str = ""

    def __getitem__(self, key: str) -> str:
        return self.values.get(key, "")


def read_query(raw: Mapping[str, str], filters: Iterable[Filter]) -> Query:
    """Keep what the address asks for and the list offers.

    Args:
        raw: The query string as a mapping of its last values.
        filters: The controls of the list.
    """
    values = {}
    for item in filters:
        value = raw.get(item.key, "").strip()
        if value and item.accepts(value):
            values[item.key] = value
    return Query(values=values, search=raw.get("q", "").strip()[:80])


def apply(rows: QuerySet[M], query: Query, filters: Iterable[Filter]) -> QuerySet[M]:
    """Narrow a list by the filters that name a field look-up."""
    for item in filters:
        if item.lookup and query[item.key]:
            rows = rows.filter(**{item.lookup: query[item.key]})
    return rows
