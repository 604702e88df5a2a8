"""`xuezheng verify`: repeats and checks a published bundle; needs no database and no network."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xuezheng.kernel.errors import DomainError, Phrase, gettext_noop
from xuezheng.site.draw_files import each_key_once

if TYPE_CHECKING:
    from xuezheng.engines.matching.documents.bundle import Engine, Finding
    from xuezheng.engines.matching.model import Problem, Result

app = typer.Typer(no_args_is_help=True, add_completion=False)

DRAW_RESULT = "result.json"
DRAW_ORDER = "order.csv"
DRAW_ENTRIES = ("entries.csv", "entries.json", "entries.jsonl")

_DIFFERS = gettext_noop("The bundle is not what it says.")
_OTHER_BUNDLE = gettext_noop("its hash is %(found)s, expected is %(expected)s")
_NO_DRAW = gettext_noop(
    "There is no draw in the bundle: draw numbers are taken as the problem gives them."
)
_BUNDLE = gettext_noop("Bundle %(found)s")
_AS_PUBLISHED = gettext_noop("Everything is as published.")
_FOLLOWS = gettext_noop("Everything follows from the bundle.")


@app.command()
def verify(
    bundle: Annotated[Path, typer.Argument(help="The bundle: a folder or a zip.", exists=True)],
    *,
    expect: Annotated[
        str, typer.Option(help="The hash of the bundle as it was published; compared if given.")
    ] = "",
    announced: Annotated[
        str,
        typer.Option(help="The hash of the draw's commitment as announced; compared if given."),
    ] = "",
) -> None:
    """Check every property of a bundle and repeat its draw and result; ends with 1 at the first difference."""
    from xuezheng.engines.matching.documents.bundle import bundle_hash, verify_bundle
    from xuezheng.site.bundle_files import read_bundle
    from xuezheng.site.stages import stages

    with stages(2) as begin:
        begin("Reading the bundle")
        files = read_bundle(bundle)
        begin("Repeating and checking")
        holds, has_draw = True, True
        for finding in verify_bundle(files, engine_at_hand(announced)):
            _print(finding)
            has_draw = has_draw and (finding.name != "draw" or finding.applies)
            holds = finding.holds
            if not holds:
                break
    found = bundle_hash(files)
    if holds and expect and expect.strip().lower() != found:
        differs = Phrase(_OTHER_BUNDLE, found=found, expected=expect)
        typer.echo(f"DIFFER  bundle: {differs}")
        holds = False
    if not holds:
        typer.echo(str(Phrase(_DIFFERS)))
        raise typer.Exit(code=1)
    if not has_draw:
        typer.echo(str(Phrase(_NO_DRAW)))
    typer.echo(str(Phrase(_BUNDLE, found=found)))
    typer.echo(str(Phrase(_AS_PUBLISHED if expect else _FOLLOWS)))


def engine_at_hand(announced: str = "") -> Engine:
    """Give the installed engine with its checks.

    Args:
        announced: The hash of the draw's commitment as it was announced, if known.
    """
    from functools import partial

    from xuezheng.engines.matching import ENGINE_VERSION
    from xuezheng.engines.matching.documents.bundle import Engine

    return Engine(
        version=ENGINE_VERSION,
        check_result=_check_result,
        check_draw=partial(_check_draw, announced=announced),
    )


def _print(finding: Finding) -> None:
    if finding.difference is not None:
        typer.echo(f"DIFFER  {finding.name}: {finding.difference}")
    else:
        typer.echo(f"{'OK      ' if finding.applies else '-       '}{finding.name}")


def _check_result(problem: Problem, result: Result) -> Iterator[Finding]:
    from xuezheng.engines.matching import solve
    from xuezheng.engines.matching.check import check
    from xuezheng.engines.matching.checking.report import Verdict
    from xuezheng.engines.matching.documents.bundle import Finding

    for found in check(problem, result, solve=solve).properties:
        first = found.findings[0].phrase() if found.findings else None
        yield Finding(
            name=found.property.value,
            difference=(first or found.statement()) if found.verdict is Verdict.FAIL else None,
            applies=found.verdict is not Verdict.NOT_APPLICABLE,
        )


def _check_draw(
    files: Mapping[str, bytes], problem: Problem, *, announced: str
) -> Iterator[Finding]:
    """Repeat the draw from its files, and compare its numbers with the problem's."""
    from xuezheng.engines.draw import Draw, check_draw, read_document
    from xuezheng.engines.matching.documents.bundle import Finding

    entries = next((name for name in DRAW_ENTRIES if name in files), DRAW_ENTRIES[0])
    for name in (DRAW_RESULT, DRAW_ORDER, entries):
        if name not in files:
            missing = Phrase(gettext_noop("the file %(name)s is missing"), name=f"draw/{name}")
            yield Finding(name="draw", difference=missing)
            return
    try:
        read_document(Draw, files[DRAW_RESULT])
        drawn = json.loads(files[DRAW_RESULT])
        listed = list(rows_from(entries, files[entries]))
        places = list(rows_from(DRAW_ORDER, files[DRAW_ORDER]))
    except (DomainError, ValueError, RecursionError, csv.Error) as error:
        why = Phrase(gettext_noop("its files cannot be read: %(why)s"), why=str(error))
        yield Finding(name="draw", difference=why)
        return
    report = check_draw(drawn, listed, places=places, announced=announced.strip().lower())
    for step in report.confirmed:
        yield Finding(name=f"draw: {step}")
    if report.difference is not None:
        found = report.difference
        what = Phrase(
            gettext_noop("%(subject)s: expected %(expected)s, found %(found)s"),
            subject=found.subject,
            expected=found.expected,
            found=found.found,
        )
        yield Finding(name=f"draw: {found.step}", difference=what)
        return
    yield from _compare_with_draw(problem, drawn, listed, places)


def _compare_with_draw(
    problem: Problem, drawn: Any, listed: list[Any], places: list[Any]
) -> Iterator[Finding]:
    from xuezheng.engines.matching.documents.bundle import Finding
    from xuezheng.engines.matching.numbering import PROBLEM, number_differences, unnumbered_hash

    rules = drawn["commitment"]["rules"]
    numbers = {row["id"]: int(row["number"], 16) for row in places}
    facts = [(row["id"], _facts_of(row)) for row in listed]
    difference = next(number_differences(problem, numbers, facts), None)
    yield Finding(name="draw: numbers", difference=difference)
    pairs = {
        "seed of the problem": (problem.seed, drawn["seed"]),
        "direction of the number": (problem.rules.number_first.value, rules["number_first"]),
    }
    committed = rules.get("documents", {}).get(PROBLEM)
    if committed is not None:
        pairs["problem as committed"] = (unnumbered_hash(problem), committed)
    for name, (here, there) in pairs.items():
        what = gettext_noop("the problem says %(here)s, the draw %(there)s")
        differs = None if here == there else Phrase(what, here=here or "-", there=there)
        yield Finding(name=f"draw: {name}", difference=differs)
    if committed is None:
        yield Finding(name="draw: problem as committed", applies=False)


def _facts_of(row: Mapping[str, Any]) -> Mapping[str, str]:
    """Give what an entry fixes: an object of its own in JSON, the further columns of a table."""
    facts = row.get("facts")
    return facts if isinstance(facts, Mapping) else row


def _json_of(text: str) -> Any:
    return json.loads(text, parse_float=Decimal, object_pairs_hook=each_key_once)


def rows_from(name: str, data: bytes) -> Iterator[Mapping[str, Any]]:
    """Give the rows of a list of the draw: CSV, JSON or JSON Lines, by the ending of its name.

    Raises:
        ValueError: If the bytes are not of that form.
    """
    text = data.decode("utf-8-sig")
    rows: Any
    if name.endswith(".csv"):
        rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    elif name.endswith(".jsonl"):
        rows = (_json_of(line) for line in text.split("\n") if line.strip())
    else:
        rows = _json_of(text)
    if isinstance(rows, str | Mapping) or not isinstance(rows, Iterable):
        raise ValueError(f"{name} is not a list")
    for row in rows:
        if not isinstance(row, Mapping) or not all(isinstance(key, str) for key in row):
            raise ValueError(f"{name} holds something else than rows")
        yield row
