"""`xuezheng city`: builds, drops and describes the demonstration city."""

from __future__ import annotations

import time
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

import typer

from xuezheng.site.bootstrap import setup_django

if TYPE_CHECKING:
    from xuezheng.site.city import CitySummary

app = typer.Typer(no_args_is_help=True)

_STEPS = {
    "plan": "Drawing the city",
    "registers": "Institutions, classes, rooms, staff",
    "children": "Children and guardians",
    "indexes": "Indexes and keys",
}


@app.command()
def build(
    *,
    scale: Annotated[
        str, typer.Option(help="Share of the children whose files are loaded: 1, 0.05 or 1/20.")
    ] = "1/20",
    seed: Annotated[
        str | None,
        typer.Option(help="Any text; equal seeds give equal cities. Default: the pack's."),
    ] = None,
    pack: Annotated[str | None, typer.Option(help="The pack; default: the installation's.")] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Drop the demonstration city first if it stands.")
    ] = False,
) -> None:
    """Build the demonstration city."""
    setup_django()
    from django.conf import settings

    from xuezheng.apps.record.actors import system_actor
    from xuezheng.policy import find_pack, load_pack
    from xuezheng.site.city import ScaleInvalid, build_city

    try:
        share = Fraction(scale)
    except (ValueError, ZeroDivisionError) as error:
        raise ScaleInvalid(scale=scale) from error
    loaded = load_pack(find_pack(pack or settings.CITY_PACK))
    chosen = seed or (loaded.demonstration.seed if loaded.demonstration else "1")
    started = time.monotonic()
    with _Bars() as bars:
        summary = build_city(
            scale=share,
            seed=chosen,
            pack=loaded,
            progress=bars.report,
            by=system_actor("city build"),
            replace=replace,
        )
    _print(summary)
    typer.echo(f"Built in {time.monotonic() - started:.1f} s.")


@app.command()
def drop(*, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Remove the demonstration city with everything that was entered into it."""
    setup_django()
    from xuezheng.apps.record.actors import system_actor
    from xuezheng.site.city import city_info, drop_city

    standing = city_info()
    if standing is None:
        typer.echo("There is no demonstration city here.")
        return
    if not yes:
        _print(standing)
        typer.confirm("Remove it?", abort=True)
    drop_city(by=system_actor("city drop"))
    typer.echo("The demonstration city is removed.")


@app.command()
def info() -> None:
    """Say which demonstration city stands, and what it holds."""
    setup_django()
    from xuezheng.site.city import city_info

    standing = city_info()
    if standing is None:
        typer.echo("There is no demonstration city here. Build one: xuezheng city build")
        return
    _print(standing)


def _print(summary: CitySummary) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(
        title=f"{summary.pack}: seed {summary.seed}, scale {summary.scale}, today {summary.today}"
    )
    table.add_column("Register")
    table.add_column("Rows", justify="right")
    for name, rows in summary.rows.items():
        table.add_row(name.removeprefix("registry_"), f"{rows:,}")
    console = Console()
    console.print(table)
    console.print(
        f"{summary.children:,} children in the classes; files of children at "
        f"{summary.institutions_with_files:,} of {summary.rows['registry_institution']:,} institutions.",
        highlight=False,
    )


class _Bars:
    """One bar a step."""

    def __init__(self) -> None:
        from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

        columns = (
            TextColumn("{task.description:<36}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(),
        )
        self._progress = Progress(*columns)
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> _Bars:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def report(self, step: str, done: int, total: int) -> None:
        """Move the bar of a step."""
        if step not in self._tasks:
            self._tasks[step] = self._progress.add_task(_STEPS.get(step, step), total=total)
        self._progress.update(self._tasks[step], completed=done, total=total)
