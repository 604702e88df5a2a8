"""`xuezheng audit`: verify the chains of audit events, export their heads, show a subject's history."""

import json
from pathlib import Path
from typing import Annotated

import typer

from xuezheng.site.bootstrap import setup_django

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.command()
def verify(
    *,
    heads: Annotated[
        Path | None,
        typer.Option(
            help="A file written earlier by `audit head --out`.", exists=True, dir_okay=False
        ),
    ] = None,
) -> None:
    """Walk every stream and name the first broken link, if there is one."""
    setup_django()
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from xuezheng.apps.record.verification import count_events, verify_chains

    exported = _read_heads(heads) if heads else None
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, transient=True) as progress:
        task = progress.add_task("Verifying events", total=count_events())
        count = verify_chains(
            exported=exported, report=lambda done: progress.update(task, completed=done)
        )
    typer.echo(f"All {count:,} events are linked and unaltered.")
    if exported is not None:
        typer.echo(f"All {len(exported)} exported heads still stand in their streams.")


@app.command()
def head(
    *, out: Annotated[Path | None, typer.Option(help="Write the heads to this file.")] = None
) -> None:
    """Print the head of every stream: keep it outside the database, and no history can be rewritten unseen."""
    setup_django()
    from xuezheng.apps.record.verification import heads

    found = heads()
    for stream, (sequence, hash_) in sorted(found.items()):
        typer.echo(f"{stream}\t{sequence}\t{hash_}")
    if out is not None:
        text = json.dumps({name: list(value) for name, value in sorted(found.items())}, indent=1)
        out.write_text(text + "\n", encoding="utf-8")


@app.command()
def show(
    *,
    subject: Annotated[str, typer.Option(help="Kind and identifier, e.g. institution:2123010001.")],
    limit: Annotated[int, typer.Option(help="At most so many events.", min=1)] = 50,
) -> None:
    """Show what happened to a subject, the newest first."""
    kind, separator, identifier = subject.partition(":")
    if not separator or not identifier:
        raise typer.BadParameter("Write it as kind:identifier, e.g. institution:2123010001.")
    setup_django()
    from django.utils import timezone

    from xuezheng.apps.record.selectors import history

    entries = history((kind, identifier), limit=limit)
    if not entries:
        typer.echo(f"Nothing is recorded about {subject}.")
    for entry in entries:
        at = timezone.localtime(entry.at)
        typer.echo(f"{at:%Y-%m-%d %H:%M:%S}  {entry.who}  {entry.action}  {entry.why}".rstrip())
        for change in entry.changes:
            typer.echo(f"    {change.name}: {change.before} -> {change.after}")
        for name, value in entry.facts.items():
            typer.echo(f"    {name}: {value}")


def _read_heads(path: Path) -> dict[str, tuple[int, str]]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {str(name): (int(value[0]), str(value[1])) for name, value in found.items()}
    except (ValueError, AttributeError, TypeError, IndexError) as error:
        raise typer.BadParameter(
            f"{path} is not a file of heads. Write one with `xuezheng audit head --out FILE`."
        ) from error
