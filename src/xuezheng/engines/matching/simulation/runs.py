"""One scenario, run again and again under new draw numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from xuezheng.engines.matching.mechanisms.build import build_round
from xuezheng.engines.matching.mechanisms.orders import need_one_order
from xuezheng.engines.matching.mechanisms.rounds import Round
from xuezheng.engines.matching.mechanisms.standing import Lines
from xuezheng.engines.matching.model import (
    LastSeat,
    MechanismKind,
    PlacementKind,
    Problem,
    Result,
)
from xuezheng.engines.matching.simulation.columns import (
    NO_CHOICE,
    Columns,
    Ints,
    choices_got,
    draw_decides,
    envious_rows,
    make_columns,
    open_pools,
    option_keys,
    restand,
    row_ranks,
)
from xuezheng.engines.matching.simulation.compiled import (
    Compiled,
    lay_out,
    pick_rows,
    run_compiled,
    settle,
)
from xuezheng.engines.matching.simulation.measures import Cohort, Outcome
from xuezheng.engines.matching.simulation.redraws import Numbers, with_numbers
from xuezheng.engines.matching.solve import assign, solve

Wishes = Mapping[str, tuple[str, ...]]


class Runs(Protocol):
    """A prepared scenario."""

    @property
    def is_random(self) -> bool:
        """Whether the draw can decide anything."""
        ...

    def run(self, numbers: Numbers | None) -> Outcome:
        """Give out the places once; None: by the numbers of the problem."""
        ...


def prepare_runs(
    problems: Sequence[Problem], wishes: Wishes, cohort: Cohort, *, repeats: int
) -> list[Runs]:
    """Lay out problems over the same cohort: as one round where it is one, and else whole.

    Args:
        problems: The scenarios applied.
        wishes: Of each applicant all schools wanted, best first, whatever a scenario lets it list.
        cohort: The same applicants as columns.
        repeats: How often each will be run with new draw numbers; 0: once with those it has.
    """
    found: list[Runs] = []
    rounds: list[RoundRuns] = []
    for problem in problems:
        rules = problem.rules
        in_filings = rules.mechanism is MechanismKind.FILINGS
        if in_filings or rules.placement.kind is not PlacementKind.NONE:
            found.append(WholeRuns.prepare(problem, wishes, cohort))
            continue
        alike = next((one for one in rounds if _are_alike(one.problem, problem)), None)
        here = (
            replace(alike, problem=problem)
            if alike is not None
            else RoundRuns.prepare(problem, wishes, cohort, repeats=repeats)
        )
        if rules.mechanism is MechanismKind.SERIAL_DICTATORSHIP:
            need_one_order(here.market)
        rounds.append(here)
        found.append(here)
    return found


def _are_alike(one: Problem, other: Problem) -> bool:
    """Say whether two problems are the same round, but for a mechanism that needs nothing else of it."""
    plain = []
    for problem in (one, other):
        if problem.rules.mechanism is MechanismKind.TOP_TRADING_CYCLES:
            return False
        rules = replace(problem.rules, mechanism=MechanismKind.DEFERRED_ACCEPTANCE, band=None)
        plain.append(replace(problem, rules=rules))
    return plain[0] == plain[1]


def wish_round(problem: Problem, wishes: Wishes, lines: Lines | None = None) -> Round:
    """Lay out one round over all seats and all wishes: where everybody would stand."""
    rules = replace(
        problem.rules, mechanism=MechanismKind.DEFERRED_ACCEPTANCE, max_choices=None, filings=()
    )
    return build_round(replace(problem, rules=rules), lists=wishes, lines=lines)


def columns_of(market: Round, problem: Problem, cohort: Cohort) -> Columns:
    """Lay out a round of a problem as columns."""
    return make_columns(
        market,
        places={name: place for place, name in enumerate(cohort.ids)},
        schools={name: place for place, name in enumerate(cohort.schools)},
        has_number=problem.rules.last_seat is not LastSeat.ADMIT_ALL,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RoundRuns:
    """A scenario that is one round and nothing after it."""

    problem: Problem
    market: Round
    wide: Columns
    """All wishes: what envy is measured by. The options of the round are the first ones of each row."""
    compiled: Compiled | None
    """The round for the compiled mechanisms, where they pay."""

    @classmethod
    def prepare(
        cls, problem: Problem, wishes: Wishes, cohort: Cohort, *, repeats: int
    ) -> "RoundRuns":
        """Lay out the round once."""
        market = build_round(problem)
        is_cut = any(len(one.choices) < len(wishes[one.id]) for one in problem.applicants)
        wide = wish_round(problem, wishes) if is_cut else market
        return cls(
            problem=problem,
            market=market,
            wide=columns_of(wide, problem, cohort),
            compiled=lay_out(market, problem, repeats),
        )

    @property
    def is_random(self) -> bool:
        """Whether the draw can decide anything."""
        return draw_decides(self.wide)

    def run(self, numbers: Numbers | None) -> Outcome:
        """Give out the places once."""
        columns = self.wide
        ranks = None if numbers is None else row_ranks(columns, numbers)
        chosen = self.choose(ranks)
        if self.compiled is not None:
            return settle(columns, ranks if columns.has_number else None, chosen)
        has, is_open = choices_got(columns, chosen), open_pools(columns, chosen)
        envy = envious_rows(columns, option_keys(columns, ranks), chosen, has, is_open)
        return outcome_of_rows(columns, chosen, envy)

    def with_rows(self, rows: Ints, columns: Columns) -> "RoundRuns":
        """Give the round of some rows, each as often as it is named; `columns` are those of `resample`."""
        if self.compiled is not None:
            picked = Compiled.of(pick_rows(self.compiled.market, rows))
            return replace(self, wide=columns, compiled=picked)
        found = tuple(self.market.rows[row] for row in rows.tolist())
        return replace(self, market=replace(self.market, rows=found), wide=columns)

    def choose(self, ranks: Ints | None) -> Ints:
        """Give for each row the place of its option in the columns, -1 for none."""
        renumber = ranks is not None and self.wide.has_number
        if self.compiled is not None:
            shared = self.compiled
            market = shared.redrawn(ranks) if ranks is not None and renumber else shared.market
            taken = run_compiled(shared, market, self.problem)
        else:
            taken = self._run_plain(ranks if renumber else None)
        return np.where(taken >= 0, self.wide.start[:-1] + taken, -1)

    def _run_plain(self, ranks: Ints | None) -> Ints:
        rules = self.problem.rules
        taken = assign(
            self.market if ranks is None else restand(self.market, ranks),
            mechanism=rules.mechanism,
            band=rules.band,
            admit_ties=rules.last_seat is LastSeat.ADMIT_ALL,
        )
        return np.array(taken, dtype=np.int64)


def outcome_of_rows(columns: Columns, chosen: Ints, envy: NDArray[np.bool_]) -> Outcome:
    """Say of each applicant what its row got."""
    has = chosen >= 0
    option = np.where(has, chosen, 0)
    rank, school = np.zeros(len(chosen), np.int64), np.full(len(chosen), -1, np.int64)
    if len(columns.pool):
        rank = np.where(has, columns.choice[option], 0)
        school = np.where(has, columns.school[columns.pool[option]], -1)
    rows = columns.row_of
    return Outcome(rank=rank[rows], school=school[rows], envy=envy[rows])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WholeRuns:
    """A scenario of several rounds, or with a placement after the round: solved whole, which is slower."""

    problem: Problem
    wishes: Wishes
    cohort: Cohort
    market: Round
    columns: Columns
    needs_lines: bool

    @classmethod
    def prepare(cls, problem: Problem, wishes: Wishes, cohort: Cohort) -> "WholeRuns":
        """Lay out what envy is measured by."""
        market = wish_round(problem, wishes)
        minimums = [seats.minimum for school in problem.schools for seats in school.seats]
        return cls(
            problem=problem,
            wishes=wishes,
            cohort=cohort,
            market=market,
            columns=columns_of(market, problem, cohort),
            needs_lines=any(one is not None and one.below_line_of for one in minimums),
        )

    @property
    def is_random(self) -> bool:
        """Whether the draw can decide anything."""
        return draw_decides(self.columns)

    def run(self, numbers: Numbers | None) -> Outcome:
        """Give out the places once."""
        problem = self.problem if numbers is None else with_numbers(self.problem, numbers)
        result = solve(problem)
        school_place = {name: place for place, name in enumerate(self.cohort.schools)}
        school = np.array(
            [school_place.get(one.school, -1) for one in result.assignments], dtype=np.int64
        )
        rank = np.array([self._rank(one.applicant, one.school) for one in result.assignments])
        return Outcome(
            rank=rank.astype(np.int64),
            school=school,
            envy=self._envy(problem, result, rank, numbers),
        )

    def _rank(self, applicant: str, school: str) -> int:
        wishes = self.wishes[applicant]
        return wishes.index(school) + 1 if school in wishes else 0

    def _envy(
        self, problem: Problem, result: Result, rank: Ints, numbers: Numbers | None
    ) -> NDArray[np.bool_]:
        """Find claims over all rounds together.

        Whoever is nowhere, or at a school that is none of the wishes, may claim any of them. A seat that moved to
        another filing's pool keeps nobody out by its standing; it only counts as taken.
        """
        market, columns = self.market, self.columns
        if self.needs_lines:
            market = wish_round(self.problem, self.wishes, lines_of(problem, result))
            columns = columns_of(market, self.problem, self.cohort)
        keys = option_keys(columns, None if numbers is None else row_ranks(columns, numbers))
        option_at = {
            (row, market.pools[option.pool].name): start + place
            for row, (start, found) in enumerate(zip(columns.start, market.rows, strict=False))
            for place, option in enumerate(found.options)
        }
        pool_of = {one.applicant: one.pool for one in result.assignments}
        chosen = np.full(len(market.rows), -1, dtype=np.int64)
        for row, found in enumerate(market.rows):
            chosen[row] = option_at.get((row, pool_of[found.members[0]]), -1)
        wished = rank[columns.first]
        has = np.where(wished > 0, wished, NO_CHOICE)
        return envious_rows(columns, keys, chosen, has, _still_open(market, result))[columns.row_of]


def _still_open(market: Round, result: Result) -> NDArray[np.bool_]:
    """Say which pools have a seat left after all rounds; seats of one kind at a school may have moved to one pool."""
    seats: dict[str, int] = {}
    taken: dict[str, int] = {}
    for pool in market.pools:
        kind = f"{pool.school}/{pool.kind}"
        seats[kind] = seats.get(kind, 0) + pool.seats
    for one in result.assignments:
        if one.school:
            kind = f"{one.school}/{one.kind}"
            for name in {kind + " ", one.pool}:
                taken[name] = taken.get(name, 0) + 1
    return np.array(
        [
            taken.get(pool.name, 0) < pool.seats
            and taken.get(f"{pool.school}/{pool.kind} ", 0) < seats[f"{pool.school}/{pool.kind}"]
            for pool in market.pools
        ],
        dtype=np.bool_,
    )


def lines_of(problem: Problem, result: Result) -> Lines:
    """Read the line of each kind at each school off a result: the lowest keys of who was held last."""
    keys = {applicant.id: applicant.keys for applicant in problem.applicants}
    lines: dict[tuple[str, str], dict[str, Decimal]] = {}
    for cutoff in result.cutoffs:
        if cutoff.last:
            line = lines.setdefault((cutoff.school, cutoff.kind), {})
            for key, value in keys[cutoff.last].items():
                line[key] = min(line.get(key, value), value)
    return lines
