"""`xuezheng up`: from nothing to a living board, in one command."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console

from xuezheng.site.launch.session import Wishes, bring_up

app = typer.Typer(add_completion=False)


@app.command()
def up(
    *,
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen at.", min=1, max=65535)] = 8000,
    scale: Annotated[
        float,
        typer.Option(help="Size of the demonstration city; 1 is the whole city.", min=0.001, max=1),
    ] = 0.05,
    seed: Annotated[int, typer.Option(help="Seed of the demonstration city.", min=0)] = 2023,
    data: Annotated[
        Path | None, typer.Option(help="The data folder; by default XUEZHENG_DATA or ./var.")
    ] = None,
    reset: Annotated[
        bool, typer.Option("--reset", help="Forget the demonstration city and build it anew.")
    ] = False,
) -> None:
    """Start everything: database, city, figures, web server, job worker. Ctrl-C stops it."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    if data is not None:
        os.environ["XUEZHENG_DATA"] = str(data.expanduser().absolute())
    wishes = Wishes(host=host, port=port, scale=scale, seed=seed, reset=reset)
    console = Console()
    if not bring_up(wishes, console):
        raise typer.Exit(code=130)


def _stop(_number: int, _frame: FrameType | None) -> None:
    # The same way out as Ctrl-C, so that there is only one to get right.
    raise KeyboardInterrupt
