"""`xuezheng pack`: check, show and compare policy packs, and write their reference page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from xuezheng.evidence import EvidenceTable
    from xuezheng.policy.differences import Difference
    from xuezheng.policy.pack import Pack
    from xuezheng.policy.plan import Commitment
    from xuezheng.policy.problems import PackInvalid

app = typer.Typer(no_args_is_help=True, add_completion=False)

DEFAULT_PAGE = Path("docs/reference/pack-schema.md")
_PACK_HELP = "The pack's folder, or its id such as harbin/2023."


@app.command()
def check(path: Annotated[str, typer.Argument(help=_PACK_HELP)] = "") -> None:
    """Check a pack, run its cases and those of its indicators; without a path, all packs found."""
    from xuezheng.policy import PackInvalid, list_packs, load_pack

    console = _console()
    failed = False
    for place in [path] if path else [str(folder) for folder in list_packs().values()]:
        try:
            pack = load_pack(place)
        except PackInvalid as error:
            failed = True
            _print_problems(console, error)
        else:
            _print_summary(console, pack)
            failed = not _indicator_cases_hold(console, pack) or failed
    if failed:
        raise typer.Exit(1)


@app.command()
def show(
    path: Annotated[str, typer.Argument(help=_PACK_HELP)],
    *,
    commitment: Annotated[str, typer.Option(help="Show one commitment, such as 1.1.")] = "",
    parameter: Annotated[str, typer.Option(help="Show one parameter with all its values.")] = "",
) -> None:
    """Show a pack: its plan and parameters, or one of them in full."""
    from xuezheng.policy import load_pack

    console = _console()
    pack = load_pack(path)
    if commitment:
        _print_entry(console, f"Commitment {commitment}", pack.commitment(commitment))
    if parameter:
        _print_entry(console, f"Parameter {parameter}", pack.parameter_entry(parameter))
    if not commitment and not parameter:
        _print_summary(console, pack)
        _print_plan(console, pack)
        _print_parameters(console, pack)


@app.command()
def diff(
    before: Annotated[str, typer.Argument(help=_PACK_HELP)],
    after: Annotated[str, typer.Argument(help=_PACK_HELP)],
) -> None:
    """List what changed from one pack to another: parameters, commitments, indicators."""
    from xuezheng.policy import load_pack
    from xuezheng.policy.differences import compare_packs

    console = _console()
    old, new = load_pack(before), load_pack(after)
    differences = compare_packs(old, new)
    console.print(f"{old.id} ({old.hash[:12]}) → {new.id} ({new.hash[:12]})", highlight=False)
    for difference in differences:
        _print_difference(console, difference)
    if not differences:
        console.print("No parameter, commitment or indicator differs.")


@app.command()
def schema(
    out: Annotated[Path, typer.Option(help="The file to write.")] = DEFAULT_PAGE,
) -> None:
    """Write the reference page of the pack format."""
    from xuezheng.policy.reference import schema_page

    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(schema_page(), encoding="utf-8")
    typer.echo(f"Wrote {out}.")


def _console() -> Console:
    from rich.console import Console

    return Console(soft_wrap=True)


def _print_problems(console: Console, error: PackInvalid) -> None:
    from rich.text import Text

    console.print(
        Text(f"✗ {error.facts['pack']}: problems found: {len(error.problems)}", "bold red")
    )
    for problem in error.problems:
        console.print(Text("  " + problem.message()))


def _indicator_cases_hold(console: Console, pack: Pack) -> bool:
    """Run the cases of the indicators over their tiny tables; say which do not hold."""
    if not pack.indicators:
        return True
    from rich.text import Text

    from xuezheng.evidence.cases import run_cases

    outcomes = run_cases(pack, _evidence_tables())
    wrong = [outcome for outcome in outcomes if outcome.differences]
    for outcome in wrong:
        console.print(
            Text(f"  ✗ indicators/{outcome.indicator_id}.yaml, case “{outcome.title}”", "red")
        )
        for difference in outcome.differences:
            console.print(Text(f"      {difference}"))
    console.print(
        f"  {len(outcomes) - len(wrong)} of {len(outcomes)} indicator cases hold", highlight=False
    )
    return not wrong


def _evidence_tables() -> list[EvidenceTable]:
    """Collect the tables that the apps contribute as evidence."""
    import importlib
    import importlib.util
    import pkgutil

    import xuezheng.apps

    tables: list[EvidenceTable] = []
    for found in pkgutil.iter_modules(xuezheng.apps.__path__, "xuezheng.apps."):
        name = f"{found.name}.evidence"
        if importlib.util.find_spec(name) is not None:
            tables += importlib.import_module(name).TABLES
    return tables


def _print_summary(console: Console, pack: Pack) -> None:
    from rich.text import Text

    console.print(Text(f"✓ {pack.id}  {pack.title.zh}  {pack.title.en}", "bold green"))
    console.print(
        f"  {len(pack.commitments)} commitments, {len(pack.parameters)} parameters,"
        f" {len(pack.indicators)} indicators, {len(pack.divisions)} divisions,"
        f" {len(pack.cases)} cases hold",
        highlight=False,
    )
    if pack.points is not None and pack.points.in_use:
        held = sum(len(table.cases) for table in pack.points.tables)
        console.print(
            f"  {len(pack.points.tables)} points tables, {held} cases hold", highlight=False
        )
    console.print(f"  hash {pack.hash}", highlight=False)


def _print_plan(console: Console, pack: Pack) -> None:
    from rich.table import Table

    table = Table(title="Plan")
    table.add_column("id", no_wrap=True)
    for heading in ("commitment", "kind", "target", "owner"):
        table.add_column(heading)
    table.add_column("due", no_wrap=True)
    for entry in pack.commitments:
        name = f"{entry.title.zh}\n{entry.title.en}"
        owner = pack.organisation[entry.owner].title.zh
        table.add_row(entry.id, name, entry.kind, _target(entry), owner, entry.due.isoformat())
    console.print(table)


def _target(entry: Commitment) -> str:
    if entry.target is None:
        return ""
    return f"{'≥ ' if entry.target.at_least else ''}{entry.target.value} {entry.target.unit}"


def _print_parameters(console: Console, pack: Pack) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(title="Parameters")
    table.add_column("parameter", no_wrap=True)
    for heading in ("value", "unit", "checked"):
        table.add_column(heading)
    for name, entry in pack.parameters.items():
        value = Text(str(_plain(entry.values[max(entry.values)])))
        table.add_row(name, value, entry.unit, entry.checked)
    console.print(table)


def _print_entry(console: Console, title: str, entry: object) -> None:
    from pydantic import BaseModel
    from rich.tree import Tree

    tree = Tree(title)
    if isinstance(entry, BaseModel):
        _grow(tree, _plain(entry.model_dump(exclude_none=True)))
    console.print(tree)


def _grow(tree: object, value: object) -> None:
    from rich.text import Text
    from rich.tree import Tree

    assert isinstance(tree, Tree)
    items = value.items() if isinstance(value, dict) else enumerate(value)  # type: ignore[arg-type]
    for key, item in items:
        if isinstance(item, dict | list) and item:
            _grow(tree.add(Text(str(key))), item)
        else:
            tree.add(Text(f"{key}: {item}"))


def _plain(value: object) -> object:
    """Turn frozen maps and tuples into plain ones, and days and decimals into text."""
    from collections.abc import Mapping

    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, bool | int) else str(value)


def _print_difference(console: Console, difference: Difference) -> None:
    from rich.text import Text

    mark, style = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow")}[
        difference.change
    ]
    names = f"{difference.title_zh} / {difference.title_en}"
    console.print(Text(f"{mark} {difference.part} {difference.id}  {names}", style))
    for change in difference.fields:
        console.print(Text(f"    {change.path}: {change.before or '—'} → {change.after or '—'}"))
