"""`xuezheng indicators`: computes the indicators of a pack over a snapshot, and shows results; needs no database."""

from __future__ import annotations

import time
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from xuezheng.evidence import IndicatorResult, IndicatorRunResult
    from xuezheng.policy import Pack

app = typer.Typer(no_args_is_help=True, add_completion=False)

SnapshotName = Annotated[
    str, typer.Option(help="Name of the snapshot, the beginning of its hash, or latest.")
]
PackName = Annotated[
    str | None, typer.Option(help="The pack; by default the one that the snapshot names.")
]
Day = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"],
        help="The day that the figures speak of; by default the snapshot's day.",
    ),
]
Engine = Annotated[str, typer.Option(help="duckdb or spark.")]
Folder = Annotated[
    Path | None,
    typer.Option("--folder", help="Where snapshots lie; by default in the data folder."),
]
_STATES = {
    "pass": "green",
    "near": "yellow",
    "fail": "red",
    "undetermined": "magenta",
    "not_applicable": "dim",
}


@app.command()
def run(
    *,
    snapshot: SnapshotName = "latest",
    as_of: Day = None,
    engine: Engine = "duckdb",
    pack: PackName = None,
    only: Annotated[
        list[str] | None, typer.Option(help="Ids of indicators; by default all.")
    ] = None,
    folder: Folder = None,
) -> None:
    """Compute the indicators at institution, division and city level."""
    from rich.console import Console

    console = Console()
    started = time.monotonic()
    result, loaded = _computed(snapshot, as_of, engine, pack, only or [], folder)
    _print_city(console, result, loaded)
    console.print(
        f"Run {result.id} over {result.snapshot_name}, as of {result.as_of}: {len(result.results):,} results "
        f"in {time.monotonic() - started:.1f} s.",
        highlight=False,
    )


@app.command()
def show(
    indicator: Annotated[str, typer.Argument(help="Id of the indicator, such as 3.6.")],
    *,
    snapshot: SnapshotName = "latest",
    as_of: Day = None,
    engine: Engine = "duckdb",
    pack: PackName = None,
    reading: Annotated[
        str | None, typer.Option(help="The reading; by default the official one.")
    ] = None,
    division: Annotated[str | None, typer.Option(help="Show the facts of this division.")] = None,
    state: Annotated[str | None, typer.Option(help="Show the facts in this state.")] = None,
    limit: Annotated[int, typer.Option(help="How many facts to show.", min=0)] = 20,
    folder: Folder = None,
) -> None:
    """Show one indicator by division, with the facts behind it."""
    from rich.console import Console
    from rich.table import Table

    from xuezheng.evidence import facts_page

    console = Console()
    result, loaded = _computed(snapshot, as_of, engine, pack, [], folder)
    wanted = _wanted(loaded, indicator, reading)
    names = {str(item.code): item.name.zh for item in loaded.divisions}
    table = Table(
        "Unit",
        "Value",
        "Numerator",
        "Denominator",
        "State",
        "Facts",
        "Unknown",
        title=loaded.indicators[indicator].title.zh,
    )
    for item in result.results:
        if (
            item.indicator_id == indicator
            and item.reading == wanted
            and item.level.value in ("division", "city")
        ):
            table.add_row(names.get(item.unit_code, loaded.city.name.zh), *_cells(item))
    console.print(table)
    page = facts_page(
        result.folder, indicator, reading=wanted, division=division, state=state, limit=limit
    )
    facts = Table(*(column.title_zh for column in page.columns), title=f"{page.total:,} facts")
    for row in page.rows:
        facts.add_row(*("" if value is None else str(value) for value in row))
    console.print(facts)


@app.command("list")
def list_(*, pack: PackName = None) -> None:
    """List the indicators of a pack."""
    from rich.console import Console
    from rich.table import Table

    from xuezheng.policy import find_pack, load_pack

    table = Table("Id", "Title", "Version", "Aggregation", "Readings", "Commitments")
    for item in load_pack(find_pack(pack or _installed_pack())).indicators.values():
        readings = ", ".join(reading.id for reading in item.readings)
        table.add_row(
            item.id,
            item.title.zh,
            item.version,
            item.official.aggregation,
            readings,
            ", ".join(item.commitments),
        )
    Console().print(table)


@app.command()
def reference(
    *,
    pack: PackName = None,
    out: Annotated[Path, typer.Option(help="The file to write.")] = Path(
        "docs/reference/indicators.md"
    ),
) -> None:
    """Write the reference page of the indicators and evidence tables."""
    from xuezheng.evidence.reference import indicators_page
    from xuezheng.policy import find_pack, load_pack
    from xuezheng.site.bootstrap import setup_django

    setup_django()
    from django.conf import settings

    from xuezheng.evidence import collect_tables

    loaded = load_pack(find_pack(pack or settings.CITY_PACK))
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(
        indicators_page(loaded, collect_tables(settings.INSTALLED_APPS)), encoding="utf-8"
    )


def _computed(
    name: str,
    as_of: datetime | None,
    engine: str,
    pack: str | None,
    only: list[str],
    folder: Path | None,
) -> tuple[IndicatorRunResult, Pack]:
    from xuezheng.evidence import find_snapshot, run_indicators, verify_snapshot
    from xuezheng.policy import find_pack, load_pack
    from xuezheng.site.commands.snapshot import snapshots_folder

    snapshot = verify_snapshot(find_snapshot(snapshots_folder(folder), name).folder)
    loaded = load_pack(find_pack(pack or snapshot.pack_id))
    day = as_of.date() if as_of else _default_day(loaded, snapshot.taken_at)
    return run_indicators(
        snapshot=snapshot, pack=loaded, as_of=day, engine=engine, only=only
    ), loaded


def _default_day(pack: Pack, taken_at: datetime) -> date:
    """Give the demonstration city's day where the pack has one, else the day on which the snapshot was taken."""
    return pack.demonstration.today if pack.demonstration else taken_at.date()


def _installed_pack() -> str:
    from xuezheng.site.environment import Environment

    return Environment().text("XUEZHENG_PACK", "harbin/2023")


def _wanted(pack: Pack, indicator: str, reading: str | None) -> str:
    from xuezheng.evidence.run import IndicatorUnknown

    if indicator not in pack.indicators:
        raise IndicatorUnknown(pack=pack.id, indicator=indicator)
    return reading or pack.indicators[indicator].official.id


def _print_city(console: object, result: IndicatorRunResult, pack: Pack) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(
        "Id", "Title", "Reading", "Value", "Numerator", "Denominator", "State", "Facts", "Unknown"
    )
    for item in result.results:
        if item.level.value == "city":
            indicator = pack.indicators[item.indicator_id]
            reading = indicator.reading(item.reading)
            mark = "★ " if item.official else ""
            table.add_row(
                item.indicator_id, indicator.title.zh, f"{mark}{reading.title.zh}", *_cells(item)
            )
    target = console if isinstance(console, Console) else Console()
    target.print(table)


def _cells(item: IndicatorResult) -> tuple[str, ...]:
    def shown(value: object) -> str:
        return "" if value is None else f"{value:,.2f}".rstrip("0").rstrip(".")

    colour = _STATES[item.state.value]
    state = f"[{colour}]{item.state.value}[/]" + (
        f" ({item.reason.value})" if item.reason.value else ""
    )
    return (
        shown(item.value),
        shown(item.numerator),
        shown(item.denominator),
        state,
        f"{item.facts:,}",
        f"{item.unknown:,}",
    )
