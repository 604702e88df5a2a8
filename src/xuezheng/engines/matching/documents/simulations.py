"""Scenarios in, simulations out: what stands in the files of `xuezheng assign simulate`."""

import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from pydantic import ValidationError

from xuezheng.engines.matching.documents.document import adapter, to_plain
from xuezheng.engines.matching.simulation.measures import COUNTS, METRES, MOVES, Estimate, rounded
from xuezheng.engines.matching.simulation.scenario import Scenario
from xuezheng.engines.matching.simulation.simulate import Line, ScenarioReport, Simulation
from xuezheng.kernel.errors import InputError, gettext_noop

COLUMNS = (
    "scenario", "by", "name", "applicants", "figure", "unit",
    "mean", "low", "high", "share", "share_low", "share_high", "runs",
)  # fmt: skip


class ScenariosUnreadable(InputError):
    """A file of scenarios does not have the form."""

    code = "matching.scenarios_unreadable"
    template = gettext_noop("%(source)s is not a list of scenarios: %(where)s: %(why)s.")
    remedy = gettext_noop("Write it as docs/explanation/policy-simulation.md shows.")


def scenarios_from(plain: Any, *, source: str) -> tuple[Scenario, ...]:
    """Make scenarios from plain lists, mappings, text and numbers, as JSON and YAML give them.

    Args:
        plain: A list of scenarios, or a mapping with that list under `scenarios`.
        source: The file, for messages.

    Raises:
        ScenariosUnreadable: Naming the entry and field that is wrong.
    """
    if isinstance(plain, Mapping) and set(plain) == {"scenarios"}:
        plain = plain["scenarios"]
    if not isinstance(plain, list):
        raise ScenariosUnreadable(source=source, where="scenarios", why="a list is missing")
    text = json.dumps(plain, default=str)
    try:
        kind = tuple[Scenario, ...]
        return tuple(adapter(kind).validate_json(f"[{text}]")[0])
    except ValidationError as error:
        found = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in found["loc"][1:]) or "scenarios"
        raise ScenariosUnreadable(source=source, where=where, why=found["msg"]) from None


def simulation_plain(simulation: Simulation) -> dict[str, Any]:
    """Turn a simulation into what the json module writes; the same simulation gives the same bytes."""
    return {
        "format": simulation.format,
        "problem": simulation.problem,
        "problem_hash": simulation.problem_hash,
        "seed": simulation.seed,
        "redraws": simulation.redraws,
        "interval": "2.5th to 97.5th percentile of the redraws",
        "scenarios": [_plain_report(report) for report in simulation.scenarios],
    }


def _plain_report(report: ScenarioReport) -> dict[str, Any]:
    return {
        "scenario": to_plain(report.scenario),
        "draw_decides": report.is_random,
        "warnings": [
            {"risk": one.risk.value, "facts": dict(one.facts), "sentence": str(one.sentence)}
            for one in report.warnings
        ],
        "lines": [_plain_line(line) for line in report.lines],
    }


def _plain_line(line: Line) -> dict[str, Any]:
    category = line.category
    head = {"by": category.by, "name": category.name, "applicants": category.applicants}
    return head | dict(_figures(line))


def _figures(line: Line) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in (*COUNTS, *MOVES):
        one = line.counts.get(name) or line.moves.get(name)
        if one is not None:
            yield name, _estimate(one) | _shares(one, line.category.applicants) | {"runs": one.runs}
    for name in METRES:
        if name in line.metres:
            yield name, _estimate(line.metres[name]) | {"runs": line.metres[name].runs}


def _estimate(one: Estimate) -> dict[str, Any]:
    return {"mean": str(rounded(one.mean, 2)), "low": one.low, "high": one.high}


def _shares(one: Estimate, applicants: int) -> dict[str, Any]:
    if not applicants:
        return {}
    parts = (one.mean, Fraction(one.low), Fraction(one.high))
    names = ("share", "share_low", "share_high")
    return {
        name: str(rounded(part / applicants, 4)) for name, part in zip(names, parts, strict=True)
    }


def simulation_rows(simulation: Simulation) -> Iterator[tuple[str, ...]]:
    """Turn a simulation into rows of a table, `COLUMNS` first: one row a scenario, category and figure."""
    yield COLUMNS
    for report in simulation.scenarios:
        for line in report.lines:
            head = {
                "scenario": report.scenario.name,
                "by": line.category.by,
                "name": line.category.name,
                "applicants": line.category.applicants,
            }
            for name, figures in _figures(line):
                unit = "metres" if name in METRES else "applicants"
                cells = head | {"figure": name, "unit": unit} | figures
                yield tuple(str(cells.get(column, "")) for column in COLUMNS)
