"""How likely one list is to end without a place, and each of its choices to be the place.

Prepared once for a round: the market is run over many redraws of the draw numbers (or also over cohorts drawn anew from the
one at hand), and of each run only the cut-offs are kept: who was held last by each full pool. One list is then judged in
milliseconds. In a run, an applicant of a given standing gets the first pool of the list that has a seat left or whose last
row it stands before; its own number is not drawn but integrated over, which is exact.

The others are taken to be as they are: that this applicant, too, would displace somebody, who might displace others and come
back, is left out. In a round of thousands that changes nothing one could see; in a round of dozens, use `rerun`. Mechanisms
without such cut-offs (top trading cycles, filings) are always run again in full.
"""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import sqrt

import numpy as np

from xuezheng.engines.matching.mechanisms.build import build_round
from xuezheng.engines.matching.mechanisms.rounds import Option
from xuezheng.engines.matching.model import (
    Applicant,
    MechanismKind,
    Placement,
    Problem,
)
from xuezheng.engines.matching.simulation.columns import (
    NUMBER_BITS,
    Columns,
    Ints,
    open_pools,
    option_keys,
    resample,
    row_ranks,
)
from xuezheng.engines.matching.simulation.measures import make_cohort, rounded
from xuezheng.engines.matching.simulation.redraws import Numbers, draw_numbers
from xuezheng.engines.matching.simulation.runs import RoundRuns, prepare_runs
from xuezheng.engines.matching.simulation.scenario import wish_lists
from xuezheng.engines.matching.simulation.strategy import StrategyWarning, strategy_warnings
from xuezheng.kernel.errors import InputError, gettext_noop

_PART = 1 << 32
"""Chances within a run are counted in this many parts of one."""
_NORMAL = 1.959963984540054
"""97.5th percentile of the normal distribution."""

Progress = Callable[[int, int], None]


class RiskRunsTooFew(InputError):
    """A risk cannot be told from no run."""

    code = "matching.risk_runs"
    template = gettext_noop("A risk cannot be told from %(redraws)s redraws.")
    remedy = gettext_noop("Ask for 1 or more; some hundred give a useful interval.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """A probability with its 95 % interval, each from 0 to 1 with four places.

    The interval is Wilson's for as many independent trials as there were runs. It speaks of the number of runs only; since
    the own number is integrated over, the true error is smaller.
    """

    mean: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceChance:
    """How likely the place is at one choice of the list."""

    choice: int
    school: str
    chance: Chance


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """What a list leads to."""

    applicant: str
    choices: tuple[ChoiceChance, ...]
    unassigned: Chance
    runs: int
    is_rerun: bool
    """Whether every run was done in full with this list, instead of read off cut-offs."""
    warnings: tuple[StrategyWarning, ...]
    """Why the best list may not be the true one under this rule."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PreparedRisk:
    """The cut-offs of one round over many runs; arrays of shape (runs, pools)."""

    problem: Problem
    seed: str
    runs: int
    columns: Columns | None
    """None: the mechanism has no cut-offs."""
    is_full: np.ndarray
    band: Ints
    level: Ints
    part: Ints
    """Number of the last row held, in parts of one."""


def prepare_risk(
    problem: Problem,
    *,
    seed: str,
    redraws: int,
    new_cohorts: bool = False,
    progress: Progress | None = None,
) -> PreparedRisk:
    """Run a round again and again and keep the cut-offs.

    What comes after the main round (placement) is left out: the risk is that of the list.

    Args:
        problem: A valid problem, with or without draw numbers.
        seed: What the runs follow from; any text.
        redraws: How many runs.
        new_cohorts: Whether each run also draws the applicants anew, with replacement, from those at hand: as many, but some
            lists twice and some not at all. So the risk covers that next year's lists differ.
        progress: Called after each run with the runs done and the runs in all.

    Raises:
        RiskRunsTooFew: If `redraws` is below 1.
        InputError: What `solve` raises.
    """
    if redraws < 1:
        raise RiskRunsTooFew(redraws=redraws)
    blank = replace(
        problem,
        applicants=tuple(replace(one, number=0) for one in problem.applicants),
        rules=replace(problem.rules, placement=Placement()),
    )
    empty = np.zeros((0, 0), dtype=np.int64)
    without = PreparedRisk(
        problem=blank,
        seed=seed,
        runs=redraws,
        columns=None,
        is_full=empty,
        band=empty,
        level=empty,
        part=empty,
    )
    if problem.rules.mechanism in (MechanismKind.FILINGS, MechanismKind.TOP_TRADING_CYCLES):
        return without
    cohort = make_cohort(blank)
    market = RoundRuns.prepare(blank, wish_lists(blank), cohort, repeats=redraws)
    cutoffs = []
    for redraw in range(1, redraws + 1):
        cutoffs.append(_cutoffs(market, seed=seed, redraw=redraw, new_cohort=new_cohorts))
        if progress is not None:
            progress(redraw, redraws)
    is_full, band, level, part = (np.stack(found) for found in zip(*cutoffs, strict=True))
    return replace(without, columns=market.wide, is_full=is_full, band=band, level=level, part=part)


def _cutoffs(
    market: RoundRuns, *, seed: str, redraw: int, new_cohort: bool
) -> tuple[np.ndarray, Ints, Ints, Ints]:
    """Run once; gives for each pool whether it is full, and band, level and number of the last row held."""
    columns = market.wide
    if new_cohort:
        rows = len(columns.weight)
        drawn = draw_numbers(rows, seed=seed, redraw=redraw, label="matching/cohort")
        picked = (drawn % np.uint64(max(rows, 1))).astype(np.int64)
        columns = resample(columns, picked)
        market = market.with_rows(picked, columns)
    numbers = draw_numbers(int(columns.first.max(initial=-1)) + 1, seed=seed, redraw=redraw)
    ranks = row_ranks(columns, numbers)
    chosen = market.choose(ranks)
    held = chosen[chosen >= 0]
    keys = option_keys(columns, ranks)
    span = int(keys.max(initial=0)) + 1
    bands = (columns.choice - 1) // (_band(market.problem) or len(columns.choice) + 1)
    last = np.full(len(columns.seats), -1, dtype=np.int64)
    np.maximum.at(last, columns.pool[held], bands[held] * span + keys[held])
    key = last % span
    parts = _parts(columns, numbers)
    return (
        ~open_pools(columns, chosen),
        np.where(last >= 0, last // span, -1),
        key >> NUMBER_BITS,
        parts[key & ((1 << NUMBER_BITS) - 1)] if len(parts) else np.zeros_like(key),
    )


def _parts(columns: Columns, numbers: Numbers) -> Ints:
    """Give the numbers of the rows in their order, in parts of one."""
    return np.sort(numbers[columns.first] >> np.uint64(32)).astype(np.int64)


def _band(problem: Problem) -> int | None:
    if problem.rules.mechanism is MechanismKind.IMMEDIATE_ACCEPTANCE:
        return 1
    return problem.rules.band if problem.rules.mechanism is MechanismKind.CHOICE_BANDS else None


def risk_of(prepared: PreparedRisk, applicant: Applicant, *, rerun: bool = False) -> Risk:
    """Judge one list.

    Args:
        prepared: The market, by `prepare_risk`.
        applicant: Who asks, with the list to be judged; may stand in the market with another list or not at all.
        rerun: Whether to run everything again with this list, which is exact and slow.

    Raises:
        InputError: If the applicant lacks a key that the rules compare.
    """
    own = replace(applicant, number=0)
    wishes = wish_lists(replace(prepared.problem, applicants=(own,)))[own.id]
    is_rerun = rerun or prepared.columns is None
    if is_rerun:
        shares = _rerun(prepared, own, wishes)
    else:
        shares = _read_off(prepared, own)
    runs = prepared.runs
    got = [shares.get(choice, Fraction(0)) for choice in range(1, len(wishes) + 1)]
    rules = prepared.problem.rules
    return Risk(
        applicant=own.id,
        choices=tuple(
            ChoiceChance(choice=choice, school=school, chance=_chance(share, runs))
            for choice, (school, share) in enumerate(zip(wishes, got, strict=True), start=1)
        ),
        unassigned=_chance(1 - sum(got, Fraction(0)), runs),
        runs=runs,
        is_rerun=is_rerun,
        warnings=strategy_warnings(rules),
    )


def _read_off(prepared: PreparedRisk, applicant: Applicant) -> dict[int, Fraction]:
    """Walk down the list in all runs at once; gives the chance of each choice."""
    assert prepared.columns is not None
    problem = replace(prepared.problem, applicants=(applicant,))
    (row,) = build_round(problem).rows
    past = np.zeros(prepared.runs, dtype=np.int64)
    shares: dict[int, Fraction] = {}
    for option in row.options:
        reached = np.maximum(past, _parts_won(prepared, option))
        won = Fraction(int((reached - past).sum()), prepared.runs * _PART)
        shares[option.choice] = shares.get(option.choice, Fraction(0)) + won
        past = reached
    return shares


def _parts_won(prepared: PreparedRisk, option: Option) -> Ints:
    """Give for each run how many parts of all numbers win at one option; the smallest numbers win first."""
    columns, pool = prepared.columns, option.pool
    assert columns is not None
    width = _band(prepared.problem)
    band = (option.choice - 1) // width if width else 0
    standing = option.standing[:-1] if columns.has_number else option.standing
    level = bisect_left(columns.standings, standing)
    is_there = level < len(columns.standings) and columns.standings[level] == standing
    their_band, their_level = prepared.band[:, pool], prepared.level[:, pool]
    is_before = (band < their_band) | ((band == their_band) & (level <= their_level))
    is_level = (band == their_band) & (level == their_level) & is_there
    if columns.has_number:
        parts = np.where(is_level, prepared.part[:, pool], np.where(is_before, _PART, 0))
    else:
        parts = np.where(is_before, _PART, 0)
    return np.where(prepared.is_full[:, pool], parts, _PART)


def _rerun(
    prepared: PreparedRisk, applicant: Applicant, wishes: tuple[str, ...]
) -> dict[int, Fraction]:
    """Run everything again with this list; gives the chance of each choice."""
    others = tuple(one for one in prepared.problem.applicants if one.id != applicant.id)
    problem = replace(prepared.problem, applicants=(*others, applicant))
    cohort = make_cohort(problem)
    lists = wish_lists(problem) | {applicant.id: wishes}
    (market,) = prepare_runs([problem], lists, cohort, repeats=prepared.runs)
    place = cohort.ids.index(applicant.id)
    shares: dict[int, Fraction] = {}
    for redraw in range(1, prepared.runs + 1):
        numbers = draw_numbers(len(cohort.ids), seed=prepared.seed, redraw=redraw)
        rank = int(market.run(numbers).rank[place])
        if rank:
            shares[rank] = shares.get(rank, Fraction(0)) + Fraction(1, prepared.runs)
    return shares


def _chance(share: Fraction, runs: int) -> Chance:
    """Add Wilson's interval to a share of runs."""
    mean, square = float(share), _NORMAL**2
    middle = mean + square / (2 * runs)
    half = _NORMAL * sqrt(mean * (1 - mean) / runs + square / (4 * runs * runs))
    low, high = ((middle + sign * half) / (1 + square / runs) for sign in (-1, 1))
    return Chance(
        mean=rounded(share, 4), low=_decimal(min(low, mean)), high=_decimal(max(high, mean))
    )


def _decimal(value: float) -> Decimal:
    return Decimal(min(max(value, 0.0), 1.0)).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)
