"""Steps shown as they go: a bar while one runs, one line with its time when it is done."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


class Report(Protocol):
    """How a step tells how far it is; total 0 means that nobody knows."""

    def __call__(self, *, done: int, total: int, message: str = "") -> None:
        """Say that `done` of `total` parts are done, and what is being done."""


class Steps:
    """Runs named steps one after the other, in front of the user."""

    def __init__(self, console: Console) -> None:
        self.console = console

    @contextmanager
    def step(self, title: str) -> Iterator[Report]:
        """Show `title` with a bar while the block runs, then its time; nothing stays of a step that fails."""
        begin = time.monotonic()
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TimeElapsedColumn(),
            TextColumn("{task.fields[message]}", style="dim"),
        )
        live = self.console.is_terminal
        with Progress(*columns, console=self.console, transient=True, disable=not live) as progress:
            task = progress.add_task(title, total=None, message="")

            def report(*, done: int, total: int, message: str = "") -> None:
                progress.update(task, completed=done, total=total or None, message=message)

            yield report
        seconds = time.monotonic() - begin
        self.console.print(f"[green]✓[/] {title} [dim]{seconds:.1f} s[/]", highlight=False)

    def say(self, text: str) -> None:
        """Tell something that is worth knowing between two steps."""
        self.console.print(f"  {text}", highlight=False)
