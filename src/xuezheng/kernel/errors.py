"""The one error tree.

::

    DomainError                 whatever a person can be told and can do something about
    ├── PackError               a policy pack is wrong: file, path, value, remedy
    ├── InputError              what was handed in cannot be read or breaks a rule
    ├── InfeasibleError         the question is well formed and has no answer
    ├── StateError              not now: the thing is not in the state this needs
    └── AccessError             this person may not do this here

Anything that is not a ``DomainError`` is a fault of the program and keeps its traceback.

Concrete classes live beside the function that raises them. Each declares a stable ``code``, a
``template`` that says what is wrong and where, and a ``remedy`` that says what to do. Both are
English gettext source strings with named places (``%(place)s``), marked with `gettext_noop`; the
facts fill the places, and the edge translates. A fact that is itself a sentence part is a `Phrase`,
so that it is translated too::

    error.message()                 # English
    error.message(gettext)          # the reader's language

``registered_errors()`` lists all classes by code, from which the reference page of errors is generated.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar

_PLACE = re.compile(r"%\((\w+)\)")
_CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
_registry: dict[str, type["DomainError"]] = {}


def gettext_noop(text: str) -> str:
    """Mark a source string for the message catalogue and return it unchanged."""
    return text


class Phrase:
    """A part of a sentence as a fact: a source string for gettext and its own facts."""

    __slots__ = ("facts", "template")

    def __init__(self, template: str, **facts: Any) -> None:
        """Keep the source string, which the caller marks with `gettext_noop`."""
        self.template = template
        self.facts = facts

    def render(self, gettext: Callable[[str], str]) -> str:
        """Make the part of the sentence in a language."""
        return gettext(self.template) % _rendered(self.facts, gettext)

    def __str__(self) -> str:
        """Make it in English."""
        return self.render(str)

    def __eq__(self, other: object) -> bool:
        """Compare by what it says."""
        return str(self) == str(other)

    def __hash__(self) -> int:
        """Hash by what it says."""
        return hash(str(self))


class DomainError(Exception):
    """An error that a person can be told about, with a stable code and named facts."""

    code: ClassVar[str] = "domain"
    template: ClassVar[str] = gettext_noop("The request could not be carried out.")
    remedy: ClassVar[str] = ""

    facts: Mapping[str, Any]

    def __init_subclass__(cls) -> None:
        """Enter the class in the registry; a code belongs to one class only."""
        super().__init_subclass__()
        if not _CODE.fullmatch(cls.code):
            raise TypeError(f"{cls.__qualname__}: the code {cls.code!r} is not lower-case words")
        holder = _registry.get(cls.code)
        if holder is not None and _path(holder) != _path(cls):
            raise TypeError(f"{cls.__qualname__}: the code {cls.code!r} belongs to {_path(holder)}")
        _registry[cls.code] = cls

    def __init__(self, **facts: Any) -> None:
        """Keep the facts; every place of the template and the remedy must be given."""
        missing = set(self.fact_names()) - set(facts)
        if missing:
            raise TypeError(f"{type(self).__qualname__} lacks the facts {sorted(missing)}")
        self.facts = MappingProxyType(dict(facts))
        super().__init__(self.message())

    @classmethod
    def fact_names(cls) -> tuple[str, ...]:
        """Name the facts that the sentence needs, in order of appearance."""
        return tuple(dict.fromkeys(_PLACE.findall(cls.template + cls.remedy)))

    def message(self, translate: Callable[[str], str] | None = None) -> str:
        """Make the sentence: what is wrong, where, and what to do.

        Args:
            translate: gettext of the reader's language; without it the English source is used.
        """
        gettext = translate or str
        facts = _rendered(self.facts, gettext)
        parts = [gettext(text) % facts for text in (self.template, self.remedy) if text]
        return " ".join(parts)

    def __reduce__(self) -> tuple[Callable[..., "DomainError"], tuple[Any, ...]]:
        """Pickle by facts, so that an error survives the way back from a worker process."""
        return _rebuild, (type(self), dict(self.facts))


class PackError(DomainError):
    """A policy pack is wrong."""

    code = "pack"
    template = gettext_noop("The policy pack has an error.")


class InputError(DomainError):
    """What was handed in cannot be read or breaks a rule."""

    code = "input"
    template = gettext_noop("The input has an error.")


class InfeasibleError(DomainError):
    """The question is well formed and has no answer."""

    code = "infeasible"
    template = gettext_noop("No arrangement satisfies all the conditions.")


class StateError(DomainError):
    """The thing is not in the state that the action needs."""

    code = "state"
    template = gettext_noop("This cannot be done in the present state.")


class AccessError(DomainError):
    """This person may not do this here."""

    code = "access"
    template = gettext_noop("You do not have the right to do this.")


def registered_errors() -> Mapping[str, type[DomainError]]:
    """List every error class that has been imported, by code."""
    return MappingProxyType({"domain": DomainError} | dict(sorted(_registry.items())))


def _rendered(facts: Mapping[str, Any], gettext: Callable[[str], str]) -> dict[str, Any]:
    return {
        name: fact.render(gettext) if isinstance(fact, Phrase) else fact
        for name, fact in facts.items()
    }


def _path(error: type[DomainError]) -> str:
    return f"{error.__module__}.{error.__qualname__}"


def _rebuild(error: type[DomainError], facts: dict[str, Any]) -> DomainError:
    return error(**facts)
