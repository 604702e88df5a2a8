"""`xuezheng assign`: gives out places, checks and explains them; works on files, needs no database."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xuezheng.site.commands.assign_after import points, waiting
from xuezheng.site.commands.assign_cases import apportion, call_order, schema
from xuezheng.site.commands.assign_explain import check_certificate, explain
from xuezheng.site.commands.assign_simulate import simulate

if TYPE_CHECKING:
    from xuezheng.engines.matching.checking.report import PropertyReport
    from xuezheng.engines.matching.model import Problem, Result

app = typer.Typer(no_args_is_help=True, add_completion=False)

ProblemFile = Annotated[
    Path, typer.Argument(help="The problem, in JSON.", exists=True, dir_okay=False)
]
ResultFile = Annotated[
    Path, typer.Argument(help="The result, as `assign run` wrote it.", exists=True, dir_okay=False)
]
_SHOWN = 5  # findings of a property that are printed


@app.command()
def run(
    problem: Annotated[
        Path | None,
        typer.Argument(help="The problem, in JSON; or give tables.", exists=True, dir_okay=False),
    ] = None,
    *,
    out: Annotated[Path, typer.Option(help="The result to write.", dir_okay=False)],
    schools: Annotated[
        Path | None, typer.Option(help="A CSV table of schools.", exists=True, dir_okay=False)
    ] = None,
    applicants: Annotated[
        Path | None, typer.Option(help="A CSV table of applicants.", exists=True, dir_okay=False)
    ] = None,
    rules: Annotated[
        Path | None,
        typer.Option(
            help="The rest of the problem beside tables, in JSON or YAML.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    problem_out: Annotated[
        Path | None,
        typer.Option(help="Write the problem as JSON too, for the other commands.", dir_okay=False),
    ] = None,
) -> None:
    """Give out places, check the result, and write it; a result that fails a property is not written."""
    for target in (out, problem_out):
        _refuse_no_folder(target)
    from xuezheng.engines.matching import solve
    from xuezheng.engines.matching.check import check as check_result
    from xuezheng.engines.matching.checking.report import require_publishable
    from xuezheng.engines.matching.documents.document import document_bytes
    from xuezheng.engines.matching.validation.problem import validate
    from xuezheng.site.stages import stages
    from xuezheng.site.whole_files import write_whole

    with stages(5) as begin:
        begin("Reading")
        found = _problem(problem) if problem else _from_tables(schools, applicants, rules)
        begin("Looking for faults")
        validate(found, source=problem.name if problem else found.id)
        begin("Giving out places")
        result = solve(found)
        begin("Checking the result")
        report = check_result(found, result)
        require_publishable(report)
        begin("Writing")
        if problem_out is not None:
            write_whole(problem_out, document_bytes(found))
        write_whole(out, document_bytes(result))
    _print_summary(found, result)
    passed = sum(one.verdict.value == "pass" for one in report.properties)
    typer.echo(f"Checked: {passed} properties hold. Wrote {out}.")


@app.command()
def check(problem: ProblemFile, result: ResultFile) -> None:
    """Check every property of a result, solving again too; ends with 1 if one fails."""
    from xuezheng.engines.matching import solve
    from xuezheng.engines.matching.check import check as check_result
    from xuezheng.site.stages import stages

    with stages(2) as begin:
        begin("Reading")
        found, told = _valid_problem(problem), _result(result)
        begin("Checking")
        report = check_result(found, told, solve=solve)
    for one in report.properties:
        _print_property(one)
    if report.failing:
        typer.echo(
            f"Not to be published: {_count(len(report.failing), 'property fails', 'properties fail')}."
        )
        raise typer.Exit(code=1)
    typer.echo("Every property that the rules promise holds.")


app.command()(explain)
app.command("check-certificate")(check_certificate)


@app.command()
def entries(
    problem: ProblemFile,
    *,
    out: Annotated[Path, typer.Option(help="The entries to write, a CSV file.", dir_okay=False)],
) -> None:
    """Write the entries of the draw for a problem, each with the hash that fixes its application."""
    _refuse_no_folder(out)
    import csv
    import io

    from xuezheng.engines.matching.numbering import APPLICATION, draw_entries, unnumbered_hash
    from xuezheng.engines.matching.validation.problem import validate
    from xuezheng.site.whole_files import write_whole

    found = _problem(problem)
    validate(found, source=problem.name, before_draw=True)
    text = io.StringIO()
    writer = csv.DictWriter(text, ("id", "unit", APPLICATION), lineterminator="\n")
    writer.writeheader()
    writer.writerows(draw_entries(found))
    write_whole(out, text.getvalue().encode("utf-8"))
    typer.echo(f"Wrote {_count(len(found.applicants), 'entry', 'entries')} to {out}.")
    typer.echo("Put this into the notice of the draw, under rules.documents, so that it fixes the")
    typer.echo("whole problem:")
    typer.echo(f'"problem": "{unnumbered_hash(found)}"')


@app.command()
def number(
    problem: ProblemFile,
    order: Annotated[
        Path,
        typer.Argument(
            help="The list of places, as `draw reveal` wrote it.", exists=True, dir_okay=False
        ),
    ],
    *,
    draw: Annotated[
        Path,
        typer.Option(help="The result of the draw, for its seed.", exists=True, dir_okay=False),
    ],
    out: Annotated[Path, typer.Option(help="The problem with numbers to write.", dir_okay=False)],
) -> None:
    """Put the numbers of a draw into a problem."""
    _refuse_no_folder(out)
    from xuezheng.engines.draw import Draw, read_document
    from xuezheng.engines.matching.documents.document import document_bytes
    from xuezheng.engines.matching.numbering import with_numbers
    from xuezheng.site.draw_files import rows_of
    from xuezheng.site.whole_files import write_whole

    drawn = read_document(Draw, draw.read_bytes())
    numbers = {row["id"]: int(row["number"], 16) for row in rows_of(order)}
    direction = drawn.commitment.rules.number_first.value
    found = with_numbers(_problem(problem), numbers, seed=drawn.seed, number_first=direction)
    write_whole(out, document_bytes(found))
    typer.echo(f"Wrote {out} with {_count(len(numbers), 'number', 'numbers')}.")


@app.command()
def bundle(
    problem: ProblemFile,
    result: ResultFile,
    *,
    out: Annotated[Path, typer.Option(help="The zip to write.", dir_okay=False)],
    draw: Annotated[
        Path | None,
        typer.Option(help="The result of the draw.", exists=True, dir_okay=False),
    ] = None,
    draw_entries: Annotated[
        Path | None,
        typer.Option(help="The entries that were drawn from.", exists=True, dir_okay=False),
    ] = None,
    draw_order: Annotated[
        Path | None,
        typer.Option(help="The list of places of the draw.", exists=True, dir_okay=False),
    ] = None,
) -> None:
    """Put problem, result and draw into one file for publication; only what verifies is written."""
    _refuse_no_folder(out)
    from xuezheng.engines.matching.documents.bundle import (
        BundleUnsound,
        bundle_hash,
        make_bundle,
        verify_bundle,
    )
    from xuezheng.site.bundle_files import write_zip
    from xuezheng.site.commands.verify import engine_at_hand
    from xuezheng.site.stages import stages

    with stages(2) as begin:
        begin("Reading")
        files = make_bundle(
            problem=problem.read_bytes(),
            result=result.read_bytes(),
            draw=_draw_files(draw, draw_entries, draw_order),
            engine_version=engine_at_hand().version,
        )
        begin("Repeating and checking")
        for finding in verify_bundle(files, engine_at_hand()):
            if finding.difference is not None:
                raise BundleUnsound(statement=finding.statement(), difference=finding.difference)
        write_zip(out, files)
    typer.echo(f"Bundle {bundle_hash(files)}")
    typer.echo(f"Wrote {out} with {_count(len(files), 'file', 'files')}. Publish the hash with it.")


app.command()(simulate)
app.command("call-order")(call_order)
app.command()(apportion)
app.command()(points)
app.command()(waiting)
app.command()(schema)


def _problem(path: Path) -> Problem:
    from xuezheng.engines.matching.documents.document import read_problem

    return read_problem(path.read_bytes(), source=path.name)


def _valid_problem(path: Path) -> Problem:
    from xuezheng.engines.matching.validation.problem import validate

    found = _problem(path)
    validate(found, source=path.name)
    return found


def _result(path: Path) -> Result:
    from xuezheng.engines.matching.documents.document import read_result

    return read_result(path.read_bytes(), source=path.name)


def _from_tables(schools: Path | None, applicants: Path | None, rules: Path | None) -> Problem:
    if schools is None or applicants is None or rules is None:
        raise typer.BadParameter("Give PROBLEM, or --schools, --applicants and --rules together.")
    from xuezheng.engines.matching.documents.document import decode_json
    from xuezheng.engines.matching.documents.tables import Table, read_tables
    from xuezheng.site.rules_file import read_rules

    if rules.suffix.lower() in (".yaml", ".yml"):
        plain = read_rules(rules)
    else:
        plain = decode_json(rules.read_bytes(), source=rules.name)
    return read_tables(
        plain,
        rules_source=rules.name,
        schools=Table(source=schools.name, data=schools.read_bytes()),
        applicants=Table(source=applicants.name, data=applicants.read_bytes()),
    )


def _draw_files(draw: Path | None, entries: Path | None, order: Path | None) -> dict[str, bytes]:
    from xuezheng.site.commands.verify import DRAW_ORDER, DRAW_RESULT

    if draw is None and entries is None and order is None:
        return {}
    if draw is None or entries is None or order is None:
        raise typer.BadParameter("Give --draw, --draw-entries and --draw-order together.")
    return {
        DRAW_RESULT: draw.read_bytes(),
        DRAW_ORDER: order.read_bytes(),
        f"entries{entries.suffix.lower()}": entries.read_bytes(),
    }


def _refuse_no_folder(path: Path | None) -> None:
    """Say before an hour's work that its result cannot be written."""
    if path is not None and not path.parent.is_dir():
        raise typer.BadParameter(f"There is no folder {path.parent}.")


def _print_summary(problem: Problem, result: Result) -> None:
    by_choice = Counter(one.choice for one in result.assignments if one.via.value == "list")
    placed = sum(count for choice, count in by_choice.items() if choice)
    after = sum(bool(one.school) and one.via.value != "list" for one in result.assignments)
    nowhere = sum(not one.school for one in result.assignments)
    typer.echo(
        f"{problem.id}: {_count(len(result.assignments), 'applicant', 'applicants')}; "
        f"{placed:,} placed by their lists, {by_choice[1]:,} of them at their first choice; "
        f"{after:,} placed after it; {nowhere:,} without a place."
    )
    typer.echo(f"Problem {result.problem_hash}, engine matching {result.engine_version}.")


def _print_property(report: PropertyReport) -> None:
    mark = {"pass": "OK  ", "fail": "FAIL", "not_applicable": "-   "}[report.verdict.value]
    typer.echo(f"{mark}  {report.property.value}: {report.statement()}")
    for finding in report.findings[:_SHOWN]:
        typer.echo(f"      {finding.phrase()}")
    if len(report.findings) > _SHOWN:
        typer.echo(f"      and {len(report.findings) - _SHOWN:,} more")


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
