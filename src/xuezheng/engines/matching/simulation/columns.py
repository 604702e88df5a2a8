"""A round as columns, for what is done a thousand times over: new draw numbers, and who could claim which seat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from xuezheng.engines.matching.mechanisms.rounds import Option, Round, Standing
from xuezheng.engines.matching.simulation.redraws import Numbers

Ints = NDArray[np.int64]

NUMBER_BITS = 32
"""A key is the level of a standing without its number, then the place of the number in this many bits."""
NO_CHOICE = 1 << 40


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Columns:
    """The options of all rows one after another."""

    start: Ints
    """Options of row `r`: from `start[r]` up to `start[r + 1]`."""
    row: Ints
    pool: Ints
    choice: Ints
    level: Ints
    """The standing as a whole number, smaller first; without the draw number where there is one."""
    given: Ints
    """The whole standing, with the numbers of the problem."""
    seats: Ints
    school: Ints
    """Of each pool: the school's place among all by identifier."""
    weight: Ints
    first: Ints
    """Of each row: the place of its first member by identifier, whose number counts."""
    row_of: Ints
    """Of each applicant by identifier: the row; -1: in no row."""
    standings: tuple[Standing, ...]
    """The standing of each level."""
    has_number: bool
    """Whether standings end with a draw number."""


def make_columns(
    market: Round, *, places: Mapping[str, int], schools: Mapping[str, int], has_number: bool
) -> Columns:
    """Lay out a round as columns.

    Args:
        market: The round.
        places: The place of each applicant by identifier.
        schools: The place of each school by identifier.
        has_number: Whether standings end with a draw number.
    """
    options = [option for row in market.rows for option in row.options]
    counts = [len(row.options) for row in market.rows]
    row_of = np.full(len(places), -1, dtype=np.int64)
    for index, row in enumerate(market.rows):
        for member in row.members:
            row_of[places[member]] = index
    whole = [option.standing for option in options]
    bare = [standing[:-1] for standing in whole] if has_number else whole
    standings = tuple(sorted(set(bare)))
    return Columns(
        start=np.concatenate([[0], np.cumsum(counts, dtype=np.int64)]).astype(np.int64),
        row=np.repeat(np.arange(len(counts), dtype=np.int64), counts),
        pool=_whole([option.pool for option in options]),
        choice=_whole([option.choice for option in options]),
        level=_levels(bare, standings),
        given=_levels(whole, sorted(set(whole))),
        seats=_whole([pool.seats for pool in market.pools]),
        school=_whole([schools[pool.school] for pool in market.pools]),
        weight=_whole([row.weight for row in market.rows]),
        first=_whole([places[row.members[0]] for row in market.rows]),
        row_of=row_of,
        standings=standings,
        has_number=has_number,
    )


def _whole(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int64)


def _levels(standings: Sequence[Standing], ordered: Sequence[Standing]) -> Ints:
    """Give each standing its place among all."""
    place = {standing: level for level, standing in enumerate(ordered)}
    return _whole([place[standing] for standing in standings])


def row_ranks(columns: Columns, numbers: Numbers) -> Ints:
    """Give the place of each row in the order of the draw numbers, from 0."""
    ranks = np.empty(len(columns.first), dtype=np.int64)
    ranks[np.argsort(numbers[columns.first])] = np.arange(len(ranks))
    return ranks


def option_keys(columns: Columns, ranks: Ints | None) -> Ints:
    """Give the standing of every option as one whole number; without ranks by the problem's own numbers."""
    if ranks is None:
        return columns.given << NUMBER_BITS
    keys = columns.level << NUMBER_BITS
    return keys | ranks[columns.row] if columns.has_number else keys


def draw_decides(columns: Columns) -> bool:
    """Say whether a draw number can decide anything: a pool that more want than it has seats, with some level in it."""
    if not columns.has_number or not len(columns.pool):
        return False
    wanted = np.bincount(
        columns.pool, weights=columns.weight[columns.row], minlength=len(columns.seats)
    )
    order = np.lexsort((columns.level, columns.pool))
    pool, level = columns.pool[order], columns.level[order]
    alike = (pool[1:] == pool[:-1]) & (level[1:] == level[:-1])
    return bool((wanted > columns.seats)[pool[1:][alike]].any())


def envious_rows(
    columns: Columns, keys: Ints, chosen: Ints, has: Ints, is_open: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Say which rows have a claim to a seat they want more than what they got.

    A claim is a pool of an earlier choice that kept a seat open or holds a row that stands behind.

    Args:
        columns: The round.
        keys: The standing of every option (`option_keys`).
        chosen: For each row the place of its option in the columns, -1: none.
        has: For each row the choice that it got; `NO_CHOICE`: none.
        is_open: Of each pool: whether a seat was left.
    """
    held = chosen[chosen >= 0]
    last = np.full(len(columns.seats), -1, dtype=np.int64)
    np.maximum.at(last, columns.pool[held], keys[held])
    claims = (keys <= last[columns.pool]) | is_open[columns.pool]
    claims &= columns.choice < has[columns.row]
    envy = np.zeros(len(chosen), dtype=np.bool_)
    envy[columns.row[claims]] = True
    return envy


def choices_got(columns: Columns, chosen: Ints) -> Ints:
    """Give the choice that each row got, `NO_CHOICE` for none."""
    has = np.full(len(chosen), NO_CHOICE, dtype=np.int64)
    held = chosen[chosen >= 0]
    has[columns.row[held]] = columns.choice[held]
    return has


def resample(columns: Columns, rows: Ints) -> Columns:
    """Give a round of some rows of another, each as often as it is named and each as if of an applicant of its own."""
    counts = np.diff(columns.start)[rows]
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    option = np.repeat(columns.start[rows] - start[:-1], counts) + np.arange(start[-1])
    return replace(
        columns,
        start=start,
        row=np.repeat(np.arange(len(rows), dtype=np.int64), counts),
        pool=columns.pool[option],
        choice=columns.choice[option],
        level=columns.level[option],
        given=columns.given[option],
        weight=columns.weight[rows],
        first=np.arange(len(rows), dtype=np.int64),
        row_of=np.arange(len(rows), dtype=np.int64),
    )


def open_pools(columns: Columns, chosen: Ints) -> NDArray[np.bool_]:
    """Say which pools have a seat left."""
    held = np.flatnonzero(chosen >= 0)
    pools = columns.pool[chosen[held]]
    taken = np.bincount(pools, weights=columns.weight[held], minlength=len(columns.seats))
    return np.asarray(taken < columns.seats)


def restand(market: Round, ranks: Ints) -> Round:
    """Give a round with new draw numbers: the last part of every standing is the place of the row's number.

    Args:
        market: A round whose standings end with a number.
        ranks: The place of each row's number, from 0 (`row_ranks`).
    """
    rows = []
    for row, rank in zip(market.rows, ranks.tolist(), strict=True):
        options, claims = (
            tuple(
                Option(pool=one.pool, choice=one.choice, standing=(*one.standing[:-1], rank))
                for one in found
            )
            for found in (row.options, row.claims)
        )
        rows.append(replace(row, options=options, claims=claims))
    return Round(pools=market.pools, rows=tuple(rows))
