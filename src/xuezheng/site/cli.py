"""The command `xuezheng`: a table of groups, each loaded when it is called.

The root knows the groups by name and one line, so that `xuezheng --help` answers at once and no command pays for the
imports of another.
"""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import typer
import typer.main
from typer.core import TyperCommand, TyperGroup


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """One entry of the root: a group of commands, or a single command."""

    module: str
    help: str


def _group(name: str, text: str) -> Group:
    return Group(module=f"xuezheng.site.commands.{name}", help=text)


GROUPS: Mapping[str, Group] = {
    "up": _group("up", "Start everything: database, city, figures, web server, job worker."),
    "pack": _group("pack", "Check, show and compare policy packs."),
    "city": _group("city", "Build or drop the demonstration city."),
    "registry": _group("registry", "Excel in and out of the registers."),
    "snapshot": _group("snapshot", "Take, list and verify snapshots of the city."),
    "indicators": _group("indicators", "Compute the indicators of a pack over a snapshot."),
    "audit": _group("audit", "Verify the chain of audit events."),
    "user": _group("user", "Make users and give them roles."),
    "db": _group("db", "The database: migrate, address, management commands."),
    "docs": _group("docs", "Write the generated pages of the reference."),
}


# Newer typer carries its own click, older typer uses the installed one; the error's base is taken from typer itself.
_USAGE_ERROR: Any = typer.BadParameter.__mro__[2]


class LazyGroup(TyperGroup):
    """Resolves a group by importing its module at the moment of the call."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names in the order of the table."""
        return list(GROUPS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command itself, or for the list of `--help` a stand-in with its one line."""
        group = GROUPS.get(cmd_name)
        if group is None:
            return None
        if ctx.resilient_parsing or not _is_called(cmd_name):
            return TyperCommand(cmd_name, help=group.help)
        command = typer.main.get_command(importlib.import_module(group.module).app)
        command.name = cmd_name
        command.help = command.help or group.help
        return command


def _is_called(name: str) -> bool:
    return name in sys.argv[1:]


root = typer.Typer(cls=LazyGroup, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@root.callback()
def _root(
    *, debug: bool = typer.Option(False, "--debug", help="Show the full traceback of an error.")
) -> None:
    """Xuezheng: a city's education plan, every promise a live figure."""


def main() -> None:
    """Entry point of the command; ends the process with 0, 1 (refused or failed) or 2 (wrong usage)."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command line; every error becomes one message on standard error."""
    debug = "--debug" in arguments or bool(os.environ.get("XUEZHENG_TRACEBACK"))
    command = typer.main.get_command(root)
    try:
        result: Any = command.main(args=arguments, prog_name="xuezheng", standalone_mode=False)
    except _USAGE_ERROR as error:
        error.show()
        return 2
    except (typer.Abort, KeyboardInterrupt):
        _say("Stopped.")
        return 130
    except Exception as error:  # the edge: whatever it is, the user gets a sentence
        if debug:
            traceback.print_exc()
        _say(_sentence(error))
        return 1
    return result if isinstance(result, int) else 0


def _sentence(error: Exception) -> str:
    if getattr(error, "code", None) is not None or type(error).__name__ == "SettingError":
        return str(error)
    kind = type(error).__name__
    return f"An error that Xuezheng did not foresee: {kind}: {error}\nRun the command again as xuezheng --debug ... for the traceback."


def _say(text: str) -> None:
    print(text, file=sys.stderr)
