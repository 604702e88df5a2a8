"""The columns of each sheet, read once from `sheets.yaml`."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML

from xuezheng.kernel.errors import InputError, gettext_noop

_BRACKETS = re.compile(r"[((\[【〔<《].*?[))\]】〕>》]")
_NOISE = re.compile(r"[\s*·:_\-—/.、,]+")


class SheetKindUnknown(InputError):
    """There is no register of that name to exchange."""

    code = "registry.exchange.kind_unknown"
    template = gettext_noop("There is no register “%(kind)s” to exchange with Excel.")
    remedy = gettext_noop("Use one of: %(kinds)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The words of a closed list of values."""

    words: Mapping[str, tuple[str, ...]]
    values: Mapping[str, str]

    def word(self, value: str, language: str = "zh") -> str:
        """Give the word that templates and exports use for a value."""
        known = self.words.get(value)
        if not known:
            return value
        return known[1] if language == "en" and len(known) > 1 else known[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its header in both languages, how its cells are read, and what must be filled.

    Attributes:
        required: The sheet cannot be read without it, and no row without a value.
        needed: A new row needs a value; a row that exists keeps the one it has.
    """

    key: str
    type: str
    zh: str
    en: str
    required: bool = False
    needed: bool = False
    aliases: tuple[str, ...] = ()
    words: Vocabulary | None = None
    unit: str = ""
    unit_words: tuple[str, ...] = ()
    size: int = 0
    example: str = ""
    note_zh: str = ""
    note_en: str = ""

    @property
    def header(self) -> str:
        """The header as templates write it, with its unit."""
        return f"{self.zh}（{self.unit}）" if self.unit else self.zh

    @property
    def header_en(self) -> str:
        """The English header, with its unit."""
        return f"{self.en} ({self.unit})" if self.unit else self.en

    def title(self, language: str) -> str:
        """The name of the column for a reader."""
        return self.en if language.startswith("en") else self.zh


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetKind:
    """One register as a sheet."""

    key: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    by_header: Mapping[str, Column] = field(repr=False)

    def column(self, key: str) -> Column:
        """Give a column by its key."""
        return next(column for column in self.columns if column.key == key)

    def title(self, language: str) -> str:
        """The name of the register for a reader."""
        return self.en if language.startswith("en") else self.zh


def fold(text: str) -> str:
    """Bring a text to the form in which headers and words are compared: half-width, lower-case, without spaces."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).lower()


def fold_header(text: str) -> str:
    """Fold a header and leave out what stands in brackets, as units do."""
    plain = unicodedata.normalize("NFKC", text)
    return fold(_BRACKETS.sub("", plain)) or fold(plain)


def sheet_kind(key: str) -> SheetKind:
    """Give the sheet of a register.

    Raises:
        SheetKindUnknown: If there is none.
    """
    kinds = sheet_kinds()
    if key not in kinds:
        raise SheetKindUnknown(kind=key, kinds=", ".join(kinds))
    return kinds[key]


@lru_cache(maxsize=1)
def sheet_kinds() -> Mapping[str, SheetKind]:
    """Give all sheets by key, in the order in which a city would fill its registers."""
    text = files("xuezheng.apps.registry.exchange").joinpath("sheets.yaml").read_text("utf-8")
    data = YAML(typ="safe", pure=True).load(text)
    words = {name: _vocabulary(entries) for name, entries in data["vocabularies"].items()}
    return {key: _kind(key, entry, words) for key, entry in data["kinds"].items()}


def _vocabulary(entries: Mapping[str, list[str]]) -> Vocabulary:
    words = {value: tuple(known) for value, known in entries.items()}
    values = {fold(word): value for value, known in words.items() for word in known}
    return Vocabulary(words=words, values=values)


def _kind(key: str, entry: Mapping[str, Any], words: Mapping[str, Vocabulary]) -> SheetKind:
    columns = tuple(_column(column, words) for column in entry["columns"])
    by_header: dict[str, Column] = {}
    # A column's own names win over the aliases of others.
    for column in columns:
        by_header.setdefault(fold_header(column.zh), column)
        by_header.setdefault(fold_header(column.en), column)
    for column in columns:
        for alias in column.aliases:
            by_header.setdefault(fold_header(alias), column)
    return SheetKind(key=key, zh=entry["zh"], en=entry["en"], columns=columns, by_header=by_header)


def _column(entry: Mapping[str, Any], words: Mapping[str, Vocabulary]) -> Column:
    values = dict(entry)
    values["aliases"] = tuple(values.get("aliases", ()))
    values["unit_words"] = tuple(values.get("unit_words", ()))
    name = "yes_no" if values["type"] == "boolean" else values.get("words")
    values["words"] = words[name] if name else None
    values["example"] = str(values.get("example", ""))
    return Column(**values)
