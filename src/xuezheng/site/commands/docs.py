"""`xuezheng docs`: writes the generated pages of the reference and says which have drifted; needs no database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False)

Folder = Annotated[
    Path, typer.Option("--folder", help="The folder of the reference, in a copy of the sources.")
]
DEFAULT_FOLDER = Path("docs/reference")


@app.command()
def write(*, folder: Folder = DEFAULT_FOLDER) -> None:
    """Write every generated page: pack schema, indicators, roles, commands, errors."""
    changed = 0
    for file, text in _drifted(folder):
        file.write_text(text, encoding="utf-8")
        typer.echo(f"Wrote {file}.")
        changed += 1
    if not changed:
        typer.echo("Every page was up to date.")


@app.command()
def check(*, folder: Folder = DEFAULT_FOLDER) -> None:
    """Name the pages that no longer say what the program says; ends with 1 if there is one."""
    drifted = [file for file, _ in _drifted(folder)]
    for file in drifted:
        typer.echo(f"{file} has drifted. Write it anew: xuezheng docs write")
    if drifted:
        raise typer.Exit(code=1)
    typer.echo("Every page is up to date.")


def _drifted(folder: Path) -> Iterator[tuple[Path, str]]:
    """Give each page that is missing or says something else, with the text it should have."""
    if not folder.is_dir():
        raise typer.BadParameter(
            f"There is no folder {folder}. Run this in a copy of the sources, or name the folder.",
            param_hint="--folder",
        )
    _set_up()
    from xuezheng.site.reference import pages

    for name, text in pages():
        file = folder / name
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            yield file, text


def _set_up() -> None:
    """Load the settings and the apps; what they ask for and no page needs is named, not made."""
    import django
    from django.apps import apps

    if apps.ready:  # in a process that already stands on settings of its own
        return
    needless = {
        "DATABASE_URL": "postgresql:///none",
        "XUEZHENG_SECRET_KEY": "none",
        "XUEZHENG_IDENTITY_KEY": "none",
    }
    for name, value in needless.items():
        if not (os.environ.get(name) or os.environ.get(f"{name}_FILE")):
            os.environ[name] = value
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xuezheng.site.settings")
    django.setup()
