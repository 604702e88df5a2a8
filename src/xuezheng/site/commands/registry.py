"""`xuezheng registry`: templates, imports and exports of the registers, for operators."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from xuezheng.site.bootstrap import setup_django

app = typer.Typer(no_args_is_help=True, add_completion=False)

_COLUMNS = (
    TextColumn("{task.description}"),
    BarColumn(),
    MofNCompleteColumn(),
    TimeElapsedColumn(),
)
_KINDS = "institutions, classes, students, staff or facilities"
Kind = Annotated[str, typer.Argument(help=f"The register: {_KINDS}.")]


@app.command()
def template(kind: Kind, out: Annotated[Path, typer.Argument(help="Workbook to write.")]) -> None:
    """Write the template of a register."""
    setup_django()
    from xuezheng.apps.registry.exchange.sheets import sheet_kind
    from xuezheng.apps.registry.exchange.writing import write_template

    out.write_bytes(write_template(sheet_kind(kind)))
    typer.echo(f"Wrote {out}")


@app.command("export")
def export_register(
    kind: Kind,
    out: Annotated[Path, typer.Argument(help="Workbook to write.")],
    *,
    division: Annotated[str, typer.Option(help="Only this division (six digits).")] = "",
    institution: Annotated[str, typer.Option(help="Only this institution (ten digits).")] = "",
) -> None:
    """Write current data under the template's columns; identity numbers are never exported."""
    setup_django()
    from xuezheng.apps.record.access import Scope
    from xuezheng.apps.record.actors import system_actor
    from xuezheng.apps.registry.exchange.export import read_rows, select_rows
    from xuezheng.apps.registry.exchange.sheets import sheet_kind
    from xuezheng.apps.registry.exchange.writing import write_export
    from xuezheng.apps.registry.services import imports

    found = sheet_kind(kind)
    filters = {"division": division, "institution": institution}
    rows = select_rows(found, scope=Scope(city=True), **filters)
    out.write_bytes(write_export(found, read_rows(found, rows)))
    imports.record_export(by=system_actor("command line"), kind=kind, filters=filters)
    typer.echo(f"Wrote {out}")


@app.command("import")
def import_workbook(
    kind: Kind,
    file: Annotated[Path, typer.Argument(help="Workbook to read.", exists=True, dir_okay=False)],
    *,
    preview: Annotated[
        bool, typer.Option("--preview", help="Only say what would be done.")
    ] = False,
    rejected: Annotated[
        Path | None, typer.Option(help="Write the rejected rows with reasons here.")
    ] = None,
) -> None:
    """Take a workbook into a register; rejected rows stay out, the others enter in one transaction."""
    setup_django()
    with Progress(*_COLUMNS, transient=True) as bar:
        task = bar.add_task("Rows", total=None)

        def report(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        run = _preview if preview else _apply
        counts, workbook = run(kind, file, report)
    for word in ("new", "changed", "unchanged", "rejected"):
        typer.echo(f"{word:>10}: {counts[word]:,}")
    if rejected is not None and workbook is not None:
        rejected.write_bytes(workbook)
        typer.echo(f"Wrote {rejected}")


@app.command()
def rekey(
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Only count what an older key closed.")
    ] = False,
) -> None:
    """Close identity numbers, telephones and uploads anew under the first key of XUEZHENG_IDENTITY_KEY.

    Can be stopped at any time and goes on where it was. Ends with 1 while anything is left under another key.
    """
    setup_django()
    from xuezheng.apps.record.actors import system_actor
    from xuezheng.apps.registry.services import rekeying

    if not check:
        with Progress(*_COLUMNS, transient=True) as bars:
            tasks = {place.title: bars.add_task(place.title) for place in rekeying.PLACES}

            def report(title: str, done: int, total: int) -> None:
                bars.update(tasks[title], completed=done, total=total)

            result = rekeying.rekey(by=system_actor("command line"), report=report)
        for title, rows in result.done.items():
            typer.echo(f"{title:>14}: {rows:,} closed anew")
        for sentence in result.left[:20]:
            typer.echo(f"Left: {sentence}")
    left = {title: rows for title, rows in rekeying.count_older().items() if rows}
    for title, rows in left.items():
        typer.echo(f"{title:>14}: {rows:,} under another key")
    if left:
        raise typer.Exit(code=1)
    typer.echo("Everything is under the first key. The others may be taken out of the setting.")


def _preview(kind: str, file: Path, report: Any) -> tuple[dict[str, int], bytes | None]:
    from xuezheng.apps.record.access import Scope
    from xuezheng.apps.registry.services import imports

    summary = imports.examine_file(
        kind=kind,
        file_name=file.name,
        content=file.read_bytes(),
        scope=Scope(city=True),
        report=report,
    )
    for row in summary.rejected[:20]:
        for problem in row.problems:
            typer.echo(
                f"{file.name}, {summary.sheet.sheet}, row {row.number}, {problem.column}: {problem.sentence(str)}"
            )
    workbook = imports.rejected_rows_workbook(summary, "en") if summary.rejected else None
    return dict.fromkeys(("new", "changed", "unchanged", "rejected"), 0) | dict(
        summary.counts
    ), workbook


def _apply(kind: str, file: Path, report: Any) -> tuple[dict[str, int], bytes | None]:
    from xuezheng.apps.record.access import Scope
    from xuezheng.apps.record.actors import system_actor
    from xuezheng.apps.registry.models import ImportState
    from xuezheng.apps.registry.services import imports

    actor, content, scope = system_actor("command line"), file.read_bytes(), Scope(city=True)
    earlier = imports.find_applied(kind=kind, content=content)
    if earlier is not None:
        typer.echo(
            f"This file was applied on {earlier.applied_at:%Y-%m-%d %H:%M} by {earlier.uploaded_by_label}. Nothing was done."
        )
        return dict.fromkeys(("new", "changed", "unchanged", "rejected"), 0), None
    batch = imports.receive_file(by=actor, kind=kind, file_name=file.name, content=content)
    batch.state = ImportState.APPLYING
    batch.save(update_fields=["state"])
    batch = imports.apply_import(
        by=actor, batch_id=batch.pk, scope=scope, report=report, language="en"
    )
    counts = {
        "new": batch.new_count,
        "changed": batch.changed_count,
        "unchanged": batch.unchanged_count,
        "rejected": batch.rejected_count,
    }
    return counts, imports.rejected_workbook(batch)
