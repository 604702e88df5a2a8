"""What must hold in points.yaml beyond its form: names, dates, each table, and every case."""

from collections.abc import Iterator, Sequence
from typing import Any

from xuezheng.engines.matching.points.model import table_faults
from xuezheng.kernel.errors import InputError, Phrase, gettext_noop
from xuezheng.policy.points import (
    PointsEvidenceEntry,
    PointsFile,
    PointsItemEntry,
    PointsTableEntry,
    run_points_case,
)
from xuezheng.policy.problems import PackProblem
from xuezheng.policy.reading import Location, YamlFile

_REMEDY = gettext_noop("Correct it; docs/reference/pack-schema.md shows the form.")
_TWICE = gettext_noop("another table of the same id is in force then")
_TWICE_REMEDY = gettext_noop("Let one end before the other begins.")
_NO_TABLE = gettext_noop("points are in use but there is no table")
_NO_TABLE_REMEDY = gettext_noop("Add a table, or set in_use to false.")
_EVIDENCE = gettext_noop("the table names no evidence %(name)s")
_MARK = gettext_noop("the table names no mark %(name)s")
_NAME_REMEDY = gettext_noop("Add it to the table, or correct the name.")
_CASE = gettext_noop("the case expects %(expected)s for %(what)s, but the table gives %(found)s")
_CASE_REMEDY = gettext_noop("Correct the case, or the table.")
_CASE_ITEM = gettext_noop("the table has no item %(item)s")
_UNCOUNTABLE = gettext_noop("the case cannot be counted: %(why)s")


def check_points(file: YamlFile, content: PointsFile) -> Iterator[PackProblem]:
    """Check the switch, the tables between one another, each table, and its cases."""
    if content.in_use and not content.tables:
        yield file.problem(("in_use",), Phrase(_NO_TABLE), Phrase(_NO_TABLE_REMEDY))
    for number, table in enumerate(content.tables):
        at: Location = ("tables", number)
        for other in content.tables[:number]:
            if other.id == table.id and _overlap(other, table):
                yield file.problem((*at, "id"), Phrase(_TWICE), Phrase(_TWICE_REMEDY))
        yield from _check_names(file, table, at)
        faults = list(table_faults(table.compiled()))
        for place, why in faults:
            yield file.problem((*at, *place), why, Phrase(_REMEDY))
        if not faults:
            yield from _check_cases(file, table, at)


def _overlap(one: PointsTableEntry, other: PointsTableEntry) -> bool:
    earlier, later = sorted((one, other), key=lambda table: table.in_force)
    return earlier.ends is None or later.in_force < earlier.ends


def _check_names(file: YamlFile, table: PointsTableEntry, at: Location) -> Iterator[PackProblem]:
    for place, name in _named_evidence(table):
        if name not in table.evidence:
            yield file.problem((*at, *place), Phrase(_EVIDENCE, name=name), Phrase(_NAME_REMEDY))
    for place, marks in _named_marks(table):
        for name in marks:
            if name not in table.marks:
                yield file.problem((*at, *place), Phrase(_MARK, name=name), Phrase(_NAME_REMEDY))


def _items(table: PointsTableEntry) -> Iterator[tuple[Location, PointsItemEntry]]:
    for number, group in enumerate(table.groups):
        for line, item in enumerate(group.items):
            yield ("groups", number, "items", line), item


def _given(table: PointsTableEntry) -> Iterator[tuple[Location, PointsEvidenceEntry]]:
    for number, case in enumerate(table.cases):
        for line, entry in enumerate(case.given):
            yield ("cases", number, "given", line), entry


def _named_evidence(table: PointsTableEntry) -> Iterator[tuple[Location, str]]:
    for at, item in _items(table):
        yield at, item.evidence or item.id
    for at, entry in _given(table):
        yield (*at, "kind"), entry.kind


def _named_marks(table: PointsTableEntry) -> Iterator[tuple[Location, Sequence[str]]]:
    for at, item in _items(table):
        yield (*at, "not_counted"), item.not_counted
    for at, entry in _given(table):
        yield (*at, "marks"), entry.marks


def _check_cases(file: YamlFile, table: PointsTableEntry, at: Location) -> Iterator[PackProblem]:
    for number, case in enumerate(table.cases):
        here: Location = (*at, "cases", number)
        try:
            result = run_points_case(table, case)
        except InputError as error:
            why = Phrase(_UNCOUNTABLE, why=Phrase(type(error).template, **error.facts))
            yield file.problem(here, why, Phrase(_CASE_REMEDY))
            continue
        points: dict[str, Any] = {line.item: line.points for line in result.lines}
        pairs: list[tuple[str, Any, Any]] = [("total", case.expect.total, result.total)]
        pairs.append(("may_apply", case.expect.may_apply, result.may_apply))
        for item, expected in case.expect.items.items():
            place = (*here, "expect", "items", item)
            if item not in points:
                yield file.problem(place, Phrase(_CASE_ITEM, item=item), Phrase(_CASE_REMEDY))
            else:
                pairs.append((item, expected, points[item]))
        for what, expected, found in pairs:
            if expected != found:
                facts = {"expected": expected, "what": what, "found": found}
                yield file.problem((*here, "expect"), Phrase(_CASE, **facts), Phrase(_CASE_REMEDY))
