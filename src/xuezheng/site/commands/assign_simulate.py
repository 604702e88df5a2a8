"""`xuezheng assign simulate`: the same cohort under other rules; works on files, needs no database."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from fractions import Fraction

    from xuezheng.engines.matching.model import Problem
    from xuezheng.engines.matching.simulation.measures import Estimate
    from xuezheng.engines.matching.simulation.scenario import Scenario
    from xuezheng.engines.matching.simulation.simulate import Line, Simulation

DEFAULT_REDRAWS = 100
_SHOW_AFTER_SECONDS = 2.0

ProblemFile = Annotated[Path, typer.Argument(help="The problem, JSON.")]
ScenarioFile = Annotated[
    Path | None, typer.Option("--scenarios", help="A list of scenarios, YAML or JSON.")
]
Mechanisms = Annotated[
    list[str] | None, typer.Option("--mechanism", help="One more scenario: this mechanism.")
]
Bands = Annotated[
    list[int] | None, typer.Option("--band", help="One more scenario: choice bands of this width.")
]
QuotaShares = Annotated[
    list[str] | None,
    typer.Option(
        "--quota-share",
        help="One more scenario: this share of the general and quota seats of each school as quota, such as 0.6.",
    ),
]
MaxChoices = Annotated[
    list[int] | None,
    typer.Option("--max-choices", help="One more scenario: lists of at most so many; 0: no limit."),
]
LockYears = Annotated[
    list[int] | None,
    typer.Option("--lock-years", help="One more scenario: seats locked for so many years."),
]
Redraws = Annotated[
    int,
    typer.Option(help="How often the draw is repeated; 0: keep the draw numbers given.", min=0),
]
Seed = Annotated[str, typer.Option(help="Any text; the same seed gives the same output.")]
Out = Annotated[
    list[Path] | None, typer.Option(help="A file to write, .json or .csv; may stand twice.")
]
By = Annotated[str, typer.Option(help="What to show on screen: all, division or group.")]


def simulate(  # noqa: PLR0913 - one option a scenario that can be named in one word
    problem: ProblemFile,
    *,
    scenarios: ScenarioFile = None,
    mechanism: Mechanisms = None,
    band: Bands = None,
    quota_share: QuotaShares = None,
    max_choices: MaxChoices = None,
    lock_years: LockYears = None,
    redraws: Redraws = DEFAULT_REDRAWS,
    seed: Seed = "simulate",
    out: Out = None,
    by: By = "all",
) -> None:
    """Run the same cohort under other rules and compare each with the rules as they are."""
    from xuezheng.engines.matching.documents.document import read_problem
    from xuezheng.engines.matching.simulation.simulate import simulate as run

    if by not in ("all", "division", "group"):
        raise typer.BadParameter("--by is all, division or group.")
    for path in out or []:
        if path.suffix not in (".json", ".csv"):
            raise typer.BadParameter(f"--out {path}: a name must end in .json or .csv.")
    base = read_problem(_bytes(problem), source=str(problem))
    wanted = [
        *_from_file(scenarios),
        *_from_flags(mechanism, band, quota_share, max_choices, lock_years),
    ]
    _validate(base, wanted, redraws=redraws, seed=seed, source=str(problem))
    with _progress() as told:
        found = run(
            base, wanted, seed=seed, redraws=redraws, threads=os.cpu_count() or 1, progress=told
        )
    for path in out or []:
        _write(found, path)
    _show(found, by)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be read: {error.strerror}.") from None


def _from_file(path: Path | None) -> tuple[Scenario, ...]:
    if path is None:
        return ()
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    from xuezheng.engines.matching.documents.simulations import ScenariosUnreadable, scenarios_from

    try:
        plain = YAML(typ="safe").load(_bytes(path).decode("utf-8-sig"))
    except (YAMLError, UnicodeDecodeError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 1
        why = str(getattr(error, "problem", None) or "it is neither YAML nor JSON in UTF-8")
        raise ScenariosUnreadable(source=str(path), where=f"line {line}", why=why) from None
    return scenarios_from(plain, source=str(path))


def _from_flags(
    mechanisms: list[str] | None,
    bands: list[int] | None,
    quota_shares: list[str] | None,
    max_choices: list[int] | None,
    lock_years: list[int] | None,
) -> list[Scenario]:
    """Make one scenario of each flag, named as it was written."""
    from xuezheng.engines.matching.documents.simulations import scenarios_from

    plain: list[dict[str, Any]] = [
        *({"name": name, "mechanism": name} for name in mechanisms or []),
        *(
            {"name": f"band {width}", "mechanism": "choice_bands", "band": width}
            for width in bands or []
        ),
        *(
            {"name": f"quota share {share}", "quota_shares": [{"share": _decimal(share)}]}
            for share in quota_shares or []
        ),
        *({"name": f"max choices {most}", "max_choices": most} for most in max_choices or []),
        *({"name": f"lock years {years}", "lock_years": years} for years in lock_years or []),
    ]
    return list(scenarios_from(plain, source="The command line"))


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise typer.BadParameter(f"--quota-share {text} is not a number such as 0.6.") from None


def _validate(
    base: Problem, scenarios: list[Scenario], *, redraws: int, seed: str, source: str
) -> None:
    """Refuse a problem or scenario that contradicts itself, before anything is run."""
    from xuezheng.engines.matching.simulation.redraws import draw_numbers, with_numbers
    from xuezheng.engines.matching.simulation.scenario import apply_scenario
    from xuezheng.engines.matching.validation.problem import validate

    if redraws:
        base = with_numbers(base, draw_numbers(len(base.applicants), seed=seed, redraw=1))
    validate(base, source=source)
    for scenario in scenarios:
        validate(apply_scenario(base, scenario), source=f"{source}, scenario {scenario.name}")


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """Show a bar once it has taken two seconds."""
    import time

    from rich.console import Console
    from rich.progress import Progress

    bar = Progress(console=Console(stderr=True), transient=True)
    task = bar.add_task("Simulating", total=None)
    started = time.monotonic()

    def told(done: int, total: int) -> None:
        if not bar.live.is_started and time.monotonic() - started > _SHOW_AFTER_SECONDS:
            bar.start()
        bar.update(task, completed=done, total=total)

    try:
        yield told
    finally:
        if bar.live.is_started:
            bar.stop()


def _write(found: Simulation, path: Path) -> None:
    from xuezheng.engines.matching.documents.simulations import simulation_plain, simulation_rows

    if path.suffix == ".json":
        text = json.dumps(simulation_plain(found), ensure_ascii=False, indent=1) + "\n"
    else:
        sheet = io.StringIO()
        csv.writer(sheet, lineterminator="\n").writerows(simulation_rows(found))
        text = sheet.getvalue()
    path.write_text(text, encoding="utf-8", newline="\n")


def _show(found: Simulation, by: str) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    console = Console()
    rows = [
        (report.scenario.title or report.scenario.name, line)
        for report in found.scenarios
        for line in report.lines
        if line.category.by == by
    ]
    columns = [("Scenario", [name for name, _ in rows])]
    if by != "all":
        columns.append((by.capitalize(), [line.category.name or "—" for _, line in rows]))
    for head, cell in _CELLS.items():
        cells = [cell(line) for _, line in rows]
        if any(cells) or not head.endswith("*"):
            columns.append((head.removesuffix("*"), cells))
    table = Table(title=_title(found), box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for head, _ in columns:
        table.add_column(head, no_wrap=head == "Scenario", overflow="fold")
    for row in zip(*(cells for _, cells in columns), strict=True):
        table.add_row(*row)
    console.print(table)
    for report in found.scenarios:
        if found.is_random and not report.is_random:
            console.print(f"{report.scenario.name}: the draw decides nothing; run once.")
    for sentence, names in _warnings(found).items():
        console.print(
            f"[yellow]Not strategy-proof:[/] {', '.join(names)}. {sentence}", highlight=False
        )


def _warnings(found: Simulation) -> dict[str, list[str]]:
    """Give the scenarios that each warning is about."""
    names: dict[str, list[str]] = {}
    for report in found.scenarios:
        for warning in report.warnings:
            names.setdefault(str(warning.sentence), []).append(report.scenario.name)
    return names


def _title(found: Simulation) -> str:
    if not found.redraws:
        return "With the draw numbers given; % of applicants"
    if not found.is_random:
        return "The draw decides nothing: one run; % of applicants"
    return f"{found.redraws:,} redraws, seed {found.seed!r}; % of applicants, below it the 2.5th to 97.5th percentile"


def _share(one: Estimate, size: int) -> str:
    if not size:
        return ""
    return _range(one, lambda value: f"{float(value * 100 / size):.1f}")


def _range(one: Estimate, write: Callable[[Fraction], str]) -> str:
    from fractions import Fraction

    if not one.varies:
        return write(one.mean)
    low, high = (write(Fraction(value)) for value in (one.low, one.high))
    return f"{write(one.mean)}\n{low}-{high}"


def _count(name: str) -> Callable[[Line], str]:
    """Show a figure of the counts or moves as a share."""

    def cell(line: Line) -> str:
        one = line.counts.get(name) or line.moves.get(name)
        return "" if one is None else _share(one, line.category.applicants)

    return cell


def _metres(line: Line) -> str:
    one = line.metres.get("distance_mean")
    return "" if one is None else _range(one, lambda value: f"{float(value) / 1000:,.1f}")


def _elsewhere(line: Line) -> str:
    return _count("elsewhere")(line) if line.counts["elsewhere"].total else ""


_CELLS: dict[str, Callable[[Line], str]] = {
    "Number": lambda line: f"{line.category.applicants:,}",
    "First choice": _count("first_choice"),
    "Listed": _count("listed"),
    "No place": _count("unassigned"),
    "Envy": _count("justified_envy"),
    "Elsewhere*": _elsewhere,
    "Km to school*": _metres,
    "Better off*": _count("up"),
    "Worse off*": _count("down"),
}
"""The columns on screen; those with a star only where there is something to show."""
