"""What a round did, counted: first choices, places, envy and ways to school, for all, by division and by group.

All figures are whole numbers, so that sums over divisions are those of all and a repeated run is the same to the digit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xuezheng.engines.matching.model import Problem

Ints = NDArray[np.int64]

COUNTS = ("first_choice", "listed", "elsewhere", "unassigned", "justified_envy")
"""Applicants in the first school of their wishes; in any of them; at another school; nowhere; with justified envy."""
MOVES = ("up", "down")
"""Applicants better or worse off by their own wishes than under the base in the same redraw."""
METRES = ("distance_mean", "distance_median")
"""Straight line from home to the school given, rounded (mean: to the nearest metre; median: the lower one)."""
KNOWN = "distance_known"
FIGURES = (*COUNTS, *MOVES, KNOWN, *METRES)
"""The columns of a tally."""

_ELSEWHERE = 1 << 20
_NOWHERE = 1 << 21


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """Whom a line of figures is about."""

    by: str
    """`all`, `division` or `group`."""
    name: str
    applicants: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cohort:
    """The applicants of a problem by identifier, as columns."""

    ids: tuple[str, ...]
    schools: tuple[str, ...]
    categories: tuple[Category, ...]
    members: tuple[Ints, ...]
    """The places of the applicants of each category."""
    homes: Ints
    """East and north of each applicant, in metres; shape (applicants, 2)."""
    sites: Ints
    """East and north of each school, and of no school in the last row."""
    knows_home: NDArray[np.bool_]
    knows_site: NDArray[np.bool_]
    pair_category: Ints
    """One entry a pair of category and applicant; sorted by category."""
    pair_applicant: Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """Where everybody of a cohort is, as columns by identifier."""

    rank: Ints
    """The place of the school in the wishes, from 1; 0: not one of them, or nowhere."""
    school: Ints
    """Place in `Cohort.schools`; -1: nowhere."""
    envy: NDArray[np.bool_]
    is_compiled: bool = False
    """Whether it comes of compiled loops, so that counting it by such loads nothing more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One figure over the redraws: what it was on average, and where it lay."""

    total: int
    """The sum over the redraws."""
    runs: int
    low: int
    high: int
    """The percentile interval: the 2.5th and 97.5th percentile of the redraws by nearest rank."""

    @property
    def mean(self) -> Fraction:
        """The average of the redraws."""
        return Fraction(self.total, self.runs)

    @property
    def varies(self) -> bool:
        """Whether the draw makes a difference to it."""
        return self.low != self.high


def make_cohort(problem: Problem) -> Cohort:
    """Lay out a cohort; the order of applicants and schools in the problem plays no part."""
    people = sorted(problem.applicants, key=lambda one: one.id)
    schools = sorted(problem.schools, key=lambda one: one.id)
    members: dict[tuple[str, str], list[int]] = {("all", ""): list(range(len(people)))}
    for place, one in enumerate(people):
        members.setdefault(("division", one.division), []).append(place)
        for group in set(one.groups):
            members.setdefault(("group", group), []).append(place)
    keys = sorted(members)
    places = tuple(np.array(members[key], dtype=np.int64) for key in keys)
    sizes = [len(found) for found in places]
    return Cohort(
        ids=tuple(one.id for one in people),
        schools=tuple(one.id for one in schools),
        categories=tuple(
            Category(by=by, name=name, applicants=size)
            for (by, name), size in zip(keys, sizes, strict=True)
        ),
        members=places,
        homes=_positions(people),
        sites=np.vstack([_positions(schools), np.zeros((1, 2), dtype=np.int64)]),
        knows_home=np.array([_has_position(one) for one in people], dtype=np.bool_),
        knows_site=np.array([*(_has_position(one) for one in schools), False], dtype=np.bool_),
        pair_category=np.repeat(np.arange(len(keys), dtype=np.int64), sizes),
        pair_applicant=np.concatenate(places) if places else np.zeros(0, dtype=np.int64),
    )


def _has_position(one: Any) -> bool:
    return one.east_metres is not None and one.north_metres is not None


def _positions(things: Iterable[Any]) -> Ints:
    rows = [(one.east_metres or 0, one.north_metres or 0) for one in things]
    return np.array(rows, dtype=np.int64).reshape(-1, 2)


def distances(cohort: Cohort, school: Ints) -> Ints:
    """Give the way of each applicant in whole metres, straight and rounded down; -1: not known."""
    gap = cohort.homes - cohort.sites[school]
    # exact: below 2**52 the rounded root never reaches the next whole number
    metres = np.sqrt((gap * gap).sum(axis=1)).astype(np.int64)
    known = cohort.knows_home & cohort.knows_site[school]
    return np.where(known, metres, -1)


def _distances_compiled(cohort: Cohort, school: Ints) -> Ints:
    from xuezheng.engines.matching.simulation.measure_kernels import metres_to  # noqa: PLC0415  imports numba

    homes, sites = cohort.homes, cohort.sites
    return np.asarray(metres_to(homes, sites, cohort.knows_home, cohort.knows_site, school))


def tally(cohort: Cohort, outcome: Outcome, base: Outcome | None = None) -> Ints:
    """Count one outcome; without a base nobody has moved.

    Returns:
        One row a category in the order of the cohort, one column a figure of `FIGURES`.
    """
    size = len(cohort.categories)
    cells = _cells_compiled if outcome.is_compiled else _cells
    counted = cells(cohort, outcome, base).reshape(size, 4, 2, 3)
    states, envy, moves = counted.sum((2, 3)), counted.sum((1, 3)), counted.sum((1, 2))
    columns = [states[:, 0], states[:, 0] + states[:, 1], states[:, 2], states[:, 3], envy[:, 1]]
    columns += [moves[:, 1], moves[:, 2]]
    return np.column_stack([*columns, *_distance_columns(cohort, outcome)]).astype(np.int64)


def _cells(cohort: Cohort, outcome: Outcome, base: Outcome | None) -> Ints:
    """Count applicants by category, state, envy and move."""
    rank, placed = outcome.rank, outcome.school >= 0
    # 0 first choice, 1 another wish, 2 elsewhere, 3 nowhere
    state = np.where(rank == 1, 0, np.where(rank > 1, 1, np.where(placed, 2, 3)))
    move = np.zeros(len(rank), dtype=np.int64)
    if base is not None:
        here, there = _worse(outcome), _worse(base)
        move = (here < there) + 2 * (here > there)
    code = (state * 2 + outcome.envy) * 3 + move
    cells = cohort.pair_category * 24 + code[cohort.pair_applicant]
    return np.bincount(cells, minlength=len(cohort.categories) * 24)


def _cells_compiled(cohort: Cohort, outcome: Outcome, base: Outcome | None) -> Ints:
    from xuezheng.engines.matching.simulation.measure_kernels import count_cells  # noqa: PLC0415  imports numba

    nobody = np.zeros(0, dtype=np.int64)
    cells = count_cells(
        outcome.rank,
        outcome.school,
        outcome.envy,
        nobody if base is None else base.rank,
        nobody if base is None else base.school,
        cohort.pair_category,
        cohort.pair_applicant,
        len(cohort.categories),
    )
    return np.asarray(cells)


def _worse(outcome: Outcome) -> Ints:
    """Number places so that more is worse: the wishes, then any other school, then nowhere."""
    other = np.where(outcome.school >= 0, _ELSEWHERE, _NOWHERE)
    return np.where(outcome.rank > 0, outcome.rank, other)


def _distance_columns(cohort: Cohort, outcome: Outcome) -> Sequence[Ints]:
    size = len(cohort.categories)
    known, mean, median = (np.zeros(size, dtype=np.int64) for _ in range(3))
    if not (cohort.knows_home.any() and cohort.knows_site.any()):
        return known, mean, median
    metres = (_distances_compiled if outcome.is_compiled else distances)(cohort, outcome.school)
    for place, members in enumerate(cohort.members):
        found = metres if len(members) == len(metres) else metres[members]
        found = found[found >= 0]
        count = len(found)
        if count:
            known[place] = count
            mean[place] = (2 * int(found.sum()) + count) // (2 * count)
            middle = (count - 1) // 2
            median[place] = np.partition(found, middle)[middle]
    return known, mean, median


def estimate(values: Ints) -> Estimate:
    """Sum up one figure over the redraws."""
    ordered = np.sort(values)
    runs = len(ordered)
    low, high = (-(-runs * thousandths // 1000) - 1 for thousandths in (25, 975))
    return Estimate(
        total=int(ordered.sum()), runs=runs, low=int(ordered[max(low, 0)]), high=int(ordered[high])
    )


def rounded(value: Fraction, places: int) -> Decimal:
    """Write an exact number with so many decimal places, halves up."""
    scale = 10**places
    scaled = (2 * value.numerator * scale + value.denominator) // (2 * value.denominator)
    return Decimal(scaled).scaleb(-places)
