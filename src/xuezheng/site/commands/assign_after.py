"""The commands of `xuezheng assign` for what stands beside a round: waiting lists and points."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

_FILE = {"exists": True, "dir_okay": False}


def waiting(
    problem: Annotated[Path, typer.Argument(help="The problem, in JSON.", **_FILE)],
    result: Annotated[Path, typer.Argument(help="The result, as `assign run` wrote it.", **_FILE)],
    log: Annotated[
        Path, typer.Argument(help="Deadlines and what happened since, in JSON.", **_FILE)
    ],
    *,
    on: Annotated[
        str, typer.Option(help="The day, such as 2026-07-20; the day the lists close if not given.")
    ] = "",
) -> None:
    """Replay the waiting lists to the evening of a day; prints JSON with places, queues and every move."""
    from xuezheng.engines.matching.documents.afterwards import (
        open_lists,
        plain_state,
        read_waiting_log,
    )
    from xuezheng.engines.matching.documents.document import read_problem, read_result
    from xuezheng.engines.matching.validation.problem import validate
    from xuezheng.engines.matching.waiting.solve import replay, reproduces

    found = read_problem(problem.read_bytes(), source=problem.name)
    validate(found, source=problem.name)
    told = read_result(result.read_bytes(), source=result.name)
    played = read_waiting_log(log.read_bytes(), source=log.name)
    lists = open_lists(found, told, played.terms)
    day = _day(on) if on else played.terms.closes
    state = replay(lists, played.events, day=day)
    published = {_day(text): known for text, known in played.published.items()}
    differing = reproduces(lists, played.events, published)
    typer.echo(json.dumps(plain_state(state), ensure_ascii=False, indent=1))
    for other in differing:
        typer.echo(
            f"The state published for {other.isoformat()} is not what the log gives.", err=True
        )
    if differing:
        raise typer.Exit(code=1)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text} is not a day such as 2026-07-20.") from None


def points(
    case: Annotated[Path, typer.Argument(help="What each family proves, in JSON.", **_FILE)],
    *,
    pack: Annotated[
        str, typer.Option(help="The pack whose table counts: its folder, or such as example/2026.")
    ],
    on: Annotated[str, typer.Option(help="The day on which the table is in force.")],
    table: Annotated[str, typer.Option(help="Which table, where several are in force.")] = "",
    reasons: Annotated[
        bool, typer.Option("--reasons", help="Say line by line how each total came about.")
    ] = False,
) -> None:
    """Count the points of families by a pack's table (积分), exactly; prints JSON."""
    from xuezheng.engines.matching.documents.afterwards import read_points_case
    from xuezheng.engines.matching.points.solve import count_points, explain_points
    from xuezheng.policy import find_pack, load_pack

    folder = Path(pack) if Path(pack).is_dir() else find_pack(pack)
    in_force = load_pack(folder).points_tables(on=_day(on))
    chosen = [one for one in in_force if not table or one.id == table]
    if len(chosen) != 1:
        names = ", ".join(one.id for one in in_force) or "none"
        raise typer.BadParameter(f"Tables in force on {on}: {names}.", param_hint="--table")
    compiled, names_en = chosen[0].compiled(), chosen[0].names("en")
    counted: dict[str, Any] = {}
    for family in read_points_case(case.read_bytes(), source=case.name).families:
        found = count_points(compiled, family.evidence)
        counted[family.id] = {
            "total": format(found.total, "f"),
            "may_apply": found.may_apply,
            "items": {line.item: format(line.points, "f") for line in found.lines},
            "ties": {name: format(quantity, "f") for name, quantity in found.ties},
            "unused": list(found.unused),
        }
        if reasons:
            said = explain_points(compiled, found, names_en)
            counted[family.id]["reasons"] = [str(one) for one in said]
    typer.echo(
        json.dumps({"table": compiled.id, "families": counted}, ensure_ascii=False, indent=1)
    )
