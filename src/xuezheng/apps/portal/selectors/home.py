"""The home of a role: what needs the reader now, a few figures with their trend, what changed lately."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something that waits for the reader."""

    title: str
    detail: str
    url: str
    due: date | None = None
    light: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """All that the page shows."""

    tasks: tuple[Task, ...] = field(default_factory=tuple)
    task_count: int = 0
    more_url: str = ""
    figures: tuple[Any, ...] = field(default_factory=tuple)
    doors: tuple[Any, ...] = field(default_factory=tuple)
    changes: tuple[Any, ...] = field(default_factory=tuple)
    shows_changes: bool = False


def home_of(user: Any) -> Home:
    """Gather the home of a reader."""
    return Home()
