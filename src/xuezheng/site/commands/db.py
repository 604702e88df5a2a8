"""`xuezheng db`: the database of the data folder, for operators and developers."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from xuezheng.site.bootstrap import setup_django

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.command()
def migrate() -> None:
    """Bring the tables of the database up to this version of the program."""
    setup_django()
    from django.core.management import call_command

    call_command("createcachetable", verbosity=0)
    call_command("migrate", verbosity=1, interactive=False)


@app.command()
def url() -> None:
    """Print the address of the database, starting the embedded server for as long as this terminal waits."""
    setup_django()
    typer.echo(os.environ.get("DATABASE_URL", "named by DATABASE_URL_FILE"))
    if sys.stdin.isatty():
        typer.prompt("Press Enter to let go", default="", show_default=False)


@app.command(
    context_settings={
        "allow_extra_args": True,
        "ignore_unknown_options": True,
        "help_option_names": [],
    }
)
def manage(
    context: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(help="A management command of Django and its arguments.")
    ] = None,
) -> None:
    """Run a management command of Django, for example: xuezheng db manage makemigrations."""
    setup_django()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["xuezheng db manage", *(words or ["help"]), *context.args])
