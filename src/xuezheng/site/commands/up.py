"""`xuezheng up`: from nothing to a living board, in one command."""

from __future__ import annotations

import os
import signal
from fractions import Fraction
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console

from xuezheng.site.launch.session import Wishes, bring_up

app = typer.Typer(add_completion=False)

_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@app.command()
def up(
    *,
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen at.", min=1, max=65535)] = 8000,
    scale: Annotated[
        str | None,
        typer.Option(
            help="Share of the children in the demonstration city, as 0.05 or 1/20; 1 is all."
        ),
    ] = None,
    seed: Annotated[
        str | None,
        typer.Option(help="Any text; equal seeds give equal cities. Default: the pack's."),
    ] = None,
    data: Annotated[
        Path | None, typer.Option(help="The data folder; by default XUEZHENG_DATA or ./var.")
    ] = None,
    reset: Annotated[
        bool, typer.Option("--reset", help="Forget the demonstration city and build it anew.")
    ] = False,
) -> None:
    """Start everything: database, city, figures, web server, job worker. Ctrl-C stops it."""
    for number in _STOPPING:
        signal.signal(number, _stop)
    if data is not None:
        os.environ["XUEZHENG_DATA"] = str(data.expanduser().absolute())
    wishes = Wishes(host=host, port=port, scale=_share(scale), seed=seed, reset=reset)
    console = Console()
    if not bring_up(wishes, console):
        raise typer.Exit(code=130)


def _share(scale: str | None) -> Fraction | None:
    if scale is None:
        return None
    try:
        share = Fraction(scale)
    except (ValueError, ZeroDivisionError):
        share = Fraction(0)
    if not 0 < share <= 1:
        raise typer.BadParameter(f"{scale} is not above 0 and at most 1.", param_hint="--scale")
    return share


def _stop(_number: int, _frame: FrameType | None) -> None:
    # One way out for all of them, and a short one that must not be cut: a second Ctrl-C would leave processes behind.
    for number in _STOPPING:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
