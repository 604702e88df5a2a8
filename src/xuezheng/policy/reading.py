"""YAML into plain values, remembering the line of everything.

A subset of YAML 1.2 is read: mappings with text keys, lists, text, whole numbers, decimals (kept exact,
never as floats), true, false and null. Dates are read as text, which the schema turns into dates.
Anchors, aliases and tags are refused: a rule must read the same to a person and to the program.
"""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from xuezheng.kernel.errors import Phrase, gettext_noop
from xuezheng.policy.problems import PackProblem, shorten

Location = tuple[str | int, ...]

_SYNTAX = gettext_noop("it is not YAML: %(why)s")
_SYNTAX_REMEDY = gettext_noop(
    "Look at this line and the one before for indentation, quotes and colons."
)
_NOT_UTF8 = gettext_noop("the file is not UTF-8 from byte %(byte)s")
_NOT_UTF8_REMEDY = gettext_noop("Save the file as UTF-8.")
_EMPTY = gettext_noop("the file is empty")
_EMPTY_REMEDY = gettext_noop("Fill it as docs/reference/pack-schema.md shows, or delete it.")
_TWICE = gettext_noop("the key stands twice")
_TWICE_REMEDY = gettext_noop("Keep one of them.")
_KEY = gettext_noop("the key is not text")
_KEY_REMEDY = gettext_noop('Put the key in quotes, as "230102".')
_ALIAS = gettext_noop("anchors and aliases are not read")
_ALIAS_REMEDY = gettext_noop("Write the value out where it is used.")
_TAG = gettext_noop("the tag or number form %(tag)s is not read")
_TAG_REMEDY = gettext_noop("Write plain text, or a number in decimal digits.")
_SHORT_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlFile:
    """A file as read: its name inside the pack, its plain value, and the line of each place in it."""

    name: str
    value: Any
    lines: dict[Location, int]

    def problem(
        self, location: Location, what: Phrase, remedy: Phrase, *, value: object = ...
    ) -> PackProblem:
        """Describe what is wrong at a place, with the value that stands there."""
        found = value_at(self.value, location) if value is ... else value
        return PackProblem(
            file=self.name,
            line=self.line_of(location),
            path=path_text(location),
            value=None if found is None else shorten(found),
            what=what,
            remedy=remedy,
        )

    def line_of(self, location: Location) -> int | None:
        """Give the line of a place, or of the nearest place that holds it."""
        for length in range(len(location), -1, -1):
            if location[:length] in self.lines:
                return self.lines[location[:length]]
        return None


def read_yaml(path: Path, name: str) -> tuple[YamlFile | None, list[PackProblem]]:
    """Read a file; whatever is wrong with its form comes back as problems."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return None, [
            _file_problem(name, None, Phrase(_NOT_UTF8, byte=error.start), _NOT_UTF8_REMEDY)
        ]
    reader = YAML(typ="safe", pure=True)
    try:
        node = reader.compose(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        why = Phrase(_SYNTAX, why=error.problem or error.context)
        return None, [_file_problem(name, line, why, _SYNTAX_REMEDY)]
    except YAMLError as error:
        why = Phrase(_SYNTAX, why=str(error).splitlines()[0])
        return None, [_file_problem(name, None, why, _SYNTAX_REMEDY)]
    if node is None:
        return None, [_file_problem(name, 1, Phrase(_EMPTY), _EMPTY_REMEDY)]
    builder = _Builder(name)
    value = builder.build(node, ())
    return YamlFile(name=name, value=value, lines=builder.lines), builder.problems


def value_at(value: Any, location: Location) -> Any:
    """Give the value at a place, or None where there is none."""
    for step in location:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def path_text(location: Location) -> str:
    """Write a place as people do: ``commitments[3].target.value``."""
    text = ""
    for step in location:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text or "(file)"


def _file_problem(name: str, line: int | None, what: Phrase, remedy: str) -> PackProblem:
    return PackProblem(
        file=name, line=line, path=path_text(()), value=None, what=what, remedy=Phrase(remedy)
    )


class _Builder:
    """Turns YAML nodes into values; keeps lines and collects problems."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Location, int] = {}
        self.problems: list[PackProblem] = []
        self._seen: set[int] = set()

    def build(self, node: Any, at: Location) -> Any:
        self.lines.setdefault(at, node.start_mark.line + 1)
        if id(node) in self._seen or node.anchor is not None:
            return self._refuse(at, _ALIAS, _ALIAS_REMEDY)
        self._seen.add(id(node))
        if isinstance(node, MappingNode):
            return self._mapping(node, at)
        if isinstance(node, SequenceNode):
            return [self.build(item, (*at, index)) for index, item in enumerate(node.value)]
        return self._scalar(node, at)

    def _mapping(self, node: MappingNode, at: Location) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            plain = isinstance(key_node, ScalarNode)
            key = key_node.value if plain else "?"
            here = (*at, key)
            self.lines.setdefault(here, key_node.start_mark.line + 1)
            if not plain or _short(key_node) not in ("str", "timestamp"):
                self._refuse(here, _KEY, _KEY_REMEDY, value=key)
            elif key in result:
                self._refuse(here, _TWICE, _TWICE_REMEDY, value=key)
            result[key] = self.build(value_node, here)
        return result

    def _scalar(self, node: ScalarNode, at: Location) -> Any:
        text: str = node.value
        tag = _short(node)
        try:
            match tag:
                case "str" | "timestamp":
                    return text
                case "int":
                    return int(text)
                case "float":
                    number = Decimal(text)
                    if number.is_finite():
                        return number
                case "bool":
                    return text.lower() == "true"
                case "null":
                    return None
        except (ArithmeticError, ValueError):  # .inf and 0x1F: nobody should have to read those
            pass
        return self._refuse(at, _TAG, _TAG_REMEDY, value=text, tag=tag)

    def _refuse(
        self, at: Location, what: str, remedy: str, *, value: str | None = None, **facts: str
    ) -> None:
        self.problems.append(
            PackProblem(
                file=self.name,
                line=self.lines.get(at),
                path=path_text(at),
                value=None if value is None else shorten(value),
                what=Phrase(what, **facts),
                remedy=Phrase(remedy),
            )
        )


def _short(node: ScalarNode) -> str:
    tag = str(node.tag)
    return tag.removeprefix(_SHORT_TAG)
