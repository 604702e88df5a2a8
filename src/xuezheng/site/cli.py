"""The command `xuezheng`: a table of groups, each loaded when it is called.

The root knows the groups by name and one line, so that `xuezheng --help` answers at once and no command pays for the
imports of another.
"""

from __future__ import annotations

import importlib
import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

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
    "draw": _group(
        "draw", "Draw lots that anyone can repeat: commit, reveal, number, prove, check."
    ),
    "assign": _group(
        "assign", "Give out places: run, check, explain, simulate, call order, quotas."
    ),
    "verify": _group("verify", "Repeat and check a published bundle."),
    "audit": _group("audit", "Verify the chain of audit events."),
    "user": _group("user", "Make users and give them roles."),
    "db": _group("db", "The database: migrate, address, management commands."),
    "docs": _group("docs", "Write the generated pages of the reference."),
}


# Newer typer carries its own click, older typer uses the installed one; the error's base is taken from typer itself.
_USAGE_ERROR: Any = typer.BadParameter.__mro__[2]


class LazyGroup(TyperGroup):
    """Resolves a group by importing its module at the moment of the call."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - click's signature
        """The names in the order of the table."""
        return list(GROUPS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - click's signature
        """A stand-in with the one line of the group, which is all that the list of `--help` shows."""
        group = GROUPS.get(cmd_name)
        return TyperCommand(cmd_name, help=group.help) if group else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command itself, imported now."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, _load(name) if name and name in GROUPS else command, rest


def _load(name: str) -> Any:
    command = typer.main.get_command(importlib.import_module(GROUPS[name].module).app)
    command.name = name
    command.help = command.help or GROUPS[name].help
    return command


root = typer.Typer(
    cls=LazyGroup, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)


@root.callback()
def _root(
    *,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the full traceback of an error.")
    ] = False,
) -> None:
    """Xuezheng: a city's education plan, every promise a live figure."""


def main() -> None:
    """Entry point of the command; ends the process with 0, 1 (refused or failed) or 2 (wrong usage)."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command line; every error becomes one message on standard error."""
    debug = "--debug" in arguments
    arguments = [word for word in arguments if word != "--debug"]  # at any place of the line
    command = typer.main.get_command(root)
    try:
        result: Any = command.main(args=arguments, prog_name="xuezheng", standalone_mode=False)
    except _USAGE_ERROR as error:
        error.show()
        return 2
    except (typer.Abort, KeyboardInterrupt):
        _say("Stopped.")
        return 130
    except Exception as error:  # noqa: BLE001 - the edge: whatever it is, the user gets a sentence
        if debug:
            traceback.print_exc()
        _say(_sentence(error))
        return 1
    return result if isinstance(result, int) else 0


def _sentence(error: Exception) -> str:
    from xuezheng.kernel.errors import DomainError
    from xuezheng.site.environment import SettingError

    if isinstance(error, DomainError):
        return error.message()
    if isinstance(error, SettingError):
        return str(error)
    return (
        f"An error that Xuezheng did not foresee: {type(error).__name__}: {error}\n"
        "Run the command again with --debug for the traceback."
    )


def _say(text: str) -> None:
    print(text, file=sys.stderr)
