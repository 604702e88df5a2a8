"""`xuezheng snapshot`: takes, lists and verifies snapshots of the city."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from xuezheng.evidence import Snapshot

app = typer.Typer(no_args_is_help=True, add_completion=False)

Folder = Annotated[
    Path | None,
    typer.Option("--folder", help="Where snapshots lie; by default in the data folder."),
]


def snapshots_folder(folder: Path | None = None) -> Path:
    """Give the folder of snapshots: the one named, else `snapshots` in the data folder."""
    from xuezheng.site.bootstrap import data_folder

    return folder or data_folder() / "snapshots"


@app.command()
def take(
    *,
    label: Annotated[str, typer.Option(help="A word for people, such as week-39.")] = "",
    pack: Annotated[
        str | None, typer.Option(help="The pack in force; default: the installation's.")
    ] = None,
    folder: Folder = None,
) -> None:
    """Write every evidence table, as it stands now, as a new snapshot."""
    from xuezheng.site.bootstrap import setup_django

    setup_django()
    import os

    from django.conf import settings
    from django.utils import timezone
    from rich.console import Console
    from rich.progress import Progress

    from xuezheng.evidence import collect_tables, take_snapshot
    from xuezheng.policy import find_pack, load_pack

    loaded = load_pack(find_pack(pack or settings.CITY_PACK))
    started = time.monotonic()
    console = Console()
    with Progress(console=console, transient=True) as bars:
        bar = bars.add_task("Tables", total=None)
        snapshot = take_snapshot(
            database_url=os.environ["DATABASE_URL"],
            tables=collect_tables(settings.INSTALLED_APPS),
            pack_id=loaded.id,
            pack_hash=loaded.hash,
            folder=snapshots_folder(folder),
            taken_at=timezone.now(),
            label=label,
            progress=lambda name, done, total: bars.update(
                bar, completed=done, total=total, description=name
            ),
        )
    _print_snapshot(console, snapshot)
    console.print(f"Taken in {time.monotonic() - started:.1f} s.", highlight=False)


@app.command("list")
def list_(*, folder: Folder = None) -> None:
    """List the snapshots, newest first."""
    from rich.console import Console
    from rich.table import Table

    from xuezheng.evidence import list_snapshots

    table = Table("Name", "Taken at (UTC)", "Pack", "Rows", "MB", "Hash")
    for item in list_snapshots(snapshots_folder(folder)):
        moment = item.taken_at.strftime("%Y-%m-%d %H:%M:%S")
        size = f"{item.size_bytes / 1e6:.1f}"
        table.add_row(item.name, moment, item.pack_id, f"{item.rows:,}", size, item.hash[:12])
    Console().print(table)


@app.command()
def verify(
    name: Annotated[
        str, typer.Argument(help="Name of the snapshot, the beginning of its hash, or latest.")
    ] = "latest",
    *,
    expect: Annotated[str | None, typer.Option(help="The hash that was published.")] = None,
    folder: Folder = None,
) -> None:
    """Check a snapshot and the runs over it byte for byte; needs no database."""
    from rich.console import Console

    from xuezheng.evidence import find_snapshot, list_runs, verify_run, verify_snapshot

    console = Console()
    snapshot = verify_snapshot(
        find_snapshot(snapshots_folder(folder), name).folder, expected_hash=expect
    )
    _print_snapshot(console, snapshot)
    for run in list_runs(snapshot):
        result = verify_run(run)
        console.print(
            f"Run {result.id}: {len(result.results):,} results as of {result.as_of}, unchanged.",
            highlight=False,
        )
    console.print("Every file is as the manifest says.")


def _print_snapshot(console: object, snapshot: Snapshot) -> None:
    from rich.console import Console

    target = console if isinstance(console, Console) else Console()
    target.print(
        f"Snapshot {snapshot.name}: {len(snapshot.files)} tables, {snapshot.rows:,} rows, "
        f"{snapshot.size_bytes / 1e6:.1f} MB",
        highlight=False,
    )
    target.print(f"Hash {snapshot.hash}", highlight=False, soft_wrap=True)
