"""Builds and drops the demonstration city, each in one transaction."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from fractions import Fraction
from itertools import islice
from multiprocessing import get_context
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from xuezheng.apps.registry.identity import default_keys, derive_keys
from xuezheng.policy import Pack
from xuezheng.site.city.assumptions import Assumptions, load_assumptions
from xuezheng.site.city.blueprint import draw_blueprint, draw_rosters, register_tables
from xuezheng.site.city.children import children_tables
from xuezheng.site.city.loading import REGISTERS, UPLOADS, BulkLoad, Encoded, Types, encode_table
from xuezheng.site.city.roster import Roster
from xuezheng.site.city.state import (
    BUILD_ACTION,
    DROP_ACTION,
    CityPresent,
    CitySummary,
    ScaleInvalid,
    lock_city,
    present_city,
)

Progress = Callable[[str, int, int], None]
"""Told the step and how much of how much of it is done."""

_PEOPLE = ("registry_student", "registry_guardian", "registry_studentguardian")
_WORKERS = 2
_PARALLEL_FROM_CHILDREN = 150_000  # below, starting processes costs more than it saves
_AHEAD = _WORKERS + 1  # finished divisions that may wait in memory


def build_city(
    *,
    scale: Fraction | float,
    seed: int | str,
    pack: Pack,
    progress: Progress | None = None,
    by: object = None,
    replace: bool = False,
) -> CitySummary:
    """Build the demonstration city in one transaction: all of it or nothing.

    Args:
        scale: Share of the children whose files are loaded, above 0 and at most 1. All else is complete at any scale.
        seed: Equal seeds give equal cities, to the byte, under one identity key.
        pack: The city's pack, with a folder `demonstration`.
        progress: Told how far it is.
        by: Who builds, for the record.
        replace: Drop the demonstration city first if it stands.

    Raises:
        ScaleInvalid: If the scale is not usable.
        CityPresent: If a demonstration city stands and is not to be replaced.
        ForeignRecords: If the registers hold records of somebody else.
        BuildRunning: If another process is at it.
        DemonstrationMissing: If the pack has no facts for one.
    """
    share = _share(scale)
    report = progress or (lambda _step, _done, _total: None)
    assumptions = load_assumptions(pack.path)
    with transaction.atomic(), connection.cursor() as cursor:
        lock_city(cursor)
        standing = present_city(cursor)
        if standing is not None:
            if not replace:
                raise CityPresent(seed=standing.seed, scale=standing.scale)
            _empty(cursor)
        return _build(cursor, share, str(seed), pack, assumptions, report, by)


def drop_city(*, by: object = None) -> CitySummary | None:
    """Remove the demonstration city with everything that was entered into it; divisions stay.

    Returns:
        What stood there; None when nothing did.

    Raises:
        ForeignRecords: If the registers hold records of somebody else, which are never removed.
        BuildRunning: If another process is at it.
    """
    from xuezheng.apps.record.services import write_event

    with transaction.atomic(), connection.cursor() as cursor:
        lock_city(cursor)
        standing = present_city(cursor)
        if standing is None:
            return None
        _empty(cursor)
        write_event(
            by=by, action=DROP_ACTION, subject=("city", standing.pack), facts=standing.facts()
        )
        return standing


def city_info() -> CitySummary | None:
    """Give the summary of the demonstration city that stands, if one does."""
    with connection.cursor() as cursor:
        return present_city(cursor)


def _build(
    cursor: Any,
    share: Fraction,
    seed: str,
    pack: Pack,
    assumptions: Assumptions,
    report: Progress,
    by: object,
) -> CitySummary:
    from xuezheng.apps.record.services import write_event
    from xuezheng.apps.registry.services.divisions import load_divisions

    report("plan", 0, 1)
    load_divisions(pack, by=by)
    _describe_townships(cursor, assumptions)
    blueprint = draw_blueprint(pack, assumptions, seed)
    rosters = draw_rosters(blueprint, share)
    report("plan", 1, 1)
    load = BulkLoad(cursor)
    load.prepare()
    for done, table in enumerate(register_tables(blueprint, default_keys())):
        load.copy(table)
        report("registers", done + 1, len(REGISTERS) - len(_PEOPLE))
    done, total = 0, sum(roster.children for roster in rosters)
    types = {table: load.types_of(table) for table in _PEOPLE}
    report("children", 0, total)
    for encoded in _people(rosters, assumptions, types, seed):
        load.copy_encoded(encoded)
        if encoded.table == "registry_student":
            done += encoded.rows
            report("children", done, total)
    load.finish(lambda step, steps: report("indexes", step, steps))
    summary = CitySummary(
        pack=pack.id,
        seed=seed,
        scale=str(share),
        today=assumptions.today.isoformat(),
        children=int(blueprint.classes.pupils.sum()),
        institutions_with_files=len({code for roster in rosters for code in roster.codes.tolist()}),
        rows=dict(load.rows),
    )
    write_event(by=by, action=BUILD_ACTION, subject=("city", pack.id), facts=summary.facts())
    return summary


def _people(
    rosters: list[Roster], assumptions: Assumptions, types: dict[str, Types], seed: str
) -> Iterator[Encoded]:
    key = str(settings.IDENTITY_KEY)
    tasks = [(roster, assumptions, types, seed, key) for roster in rosters if roster.children]
    if sum(roster.children for roster in rosters) < _PARALLEL_FROM_CHILDREN:
        for task in tasks:
            yield from make_division(task)
        return
    # Spawned, not forked: a forked process would share this one's database connection.
    with ProcessPoolExecutor(_WORKERS, mp_context=get_context("spawn")) as pool:
        waiting: deque[Future[list[Encoded]]] = deque()
        rest = iter(tasks)
        for task in islice(rest, _AHEAD):
            waiting.append(pool.submit(make_division, task))
        while waiting:
            ready = waiting.popleft().result()
            for task in islice(rest, 1):
                waiting.append(pool.submit(make_division, task))
            yield from ready


def make_division(task: tuple[Roster, Assumptions, dict[str, Types], str, str]) -> list[Encoded]:
    """Make the children of one division and encode them; runs in a process of its own for large cities."""
    roster, assumptions, types, seed, key = task
    keys = derive_keys(*(master.strip() for master in key.split(",")))
    tables = children_tables(roster, assumptions, keys, seed)
    return [encode_table(table, types[table.name]) for table in tables]


def _describe_townships(cursor: Any, assumptions: Assumptions) -> None:
    cursor.executemany(
        "UPDATE registry_township SET name_en = %s, terrain = %s WHERE code = %s",
        [(row["name_en"], int(row["terrain"]), row["code"]) for row in assumptions.townships],
    )


def _empty(cursor: Any) -> None:
    # Together, so that their keys to each other do not matter; a key from outside the registers refuses.
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute(f"TRUNCATE {', '.join((*REGISTERS, *UPLOADS))}")


def _share(scale: Fraction | float) -> Fraction:
    try:
        share = Fraction(scale).limit_denominator(1_000_000)
    except (ValueError, OverflowError) as error:
        raise ScaleInvalid(scale=str(scale)) from error
    if not 0 < share <= 1:
        raise ScaleInvalid(scale=str(scale))
    return share
