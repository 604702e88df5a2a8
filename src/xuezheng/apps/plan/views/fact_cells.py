"""How facts are written on a page and in a workbook: terms instead of codes, what judges them first."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xuezheng.evidence import FactColumn, FactPage

_HIDDEN = frozenset({"division_code", "rounding_flips"})
_OF_LANGUAGE = {"zh": ("division_en", "institution_en"), "en": ("division_zh", "institution_zh")}
_FIRST = {"zh": ("state", "institution_zh"), "en": ("state", "institution_en")}


def shown_columns(columns: Sequence[FactColumn]) -> list[FactColumn]:
    """Choose the columns of the reader's language, the state and the institution's name first."""
    language = _language()
    hidden = _HIDDEN | set(_OF_LANGUAGE[language])
    rest = [column for column in columns if column.name not in hidden]
    first = [column for name in _FIRST[language] for column in rest if column.name == name]
    return first + [column for column in rest if column not in first]


def fact_rows(found: FactPage) -> list[list[dict[str, Any]]]:
    """Make the cells of a page; each knows its institution, to which the code leads."""
    at = {column.name: index for index, column in enumerate(found.columns)}
    shown = shown_columns(found.columns)
    return [
        [
            {
                "name": column.name,
                "type": column.type,
                "value": row[at[column.name]]
                if column.name == "state"
                else _written(column, row[at[column.name]]),
                "institution": row[at["institution_code"]],
            }
            for column in shown
        ]
        for row in found.rows
    ]


def sheet_rows(
    columns: Sequence[FactColumn], rows: Iterable[Sequence[Any]]
) -> Iterator[tuple[Any, ...]]:
    """Write rows for a workbook, in the order of the given columns."""
    for row in rows:
        yield tuple(_written(column, value) for column, value in zip(columns, row, strict=True))


def _written(column: FactColumn, value: Any) -> Any:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return column.term(value, language=_language())


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"
