"""What the subjects of events are called: the apps above know their names and say here how to find them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

Namer = Callable[[Sequence[str]], Mapping[str, str]]
"""Gives the names of several subjects of a kind in the reader's language, by identifier, in one query."""

_NAMERS: dict[str, Namer] = {}


def name_subjects(kind: str, namer: Namer) -> None:
    """Say how the subjects of a kind are named; an app calls this once, when it is ready."""
    _NAMERS[kind] = namer


def names_of(subjects: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Find the names of subjects, in one query a kind.

    Args:
        subjects: Pairs of kind and identifier; a kind that nobody names, or an identifier that is gone, is left out.
    """
    wanted: dict[str, set[str]] = defaultdict(set)
    for kind, key in subjects:
        if kind in _NAMERS and key:
            wanted[kind].add(key)
    return {
        (kind, key): name
        for kind, keys in wanted.items()
        for key, name in _NAMERS[kind](sorted(keys)).items()
    }
