"""The same cohort under other rules, over many redraws: who would get what, and who would gain or lose.

A simulation says what the lists at hand would have led to. Families adapt their lists to the rule: where a rule is not
strategy-proof (`strategy_warnings`) read the figures as a direction, not as a forecast.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from xuezheng.engines.matching.fingerprint import problem_hash
from xuezheng.engines.matching.model import Applicant, Problem
from xuezheng.engines.matching.simulation.measures import (
    COUNTS,
    FIGURES,
    KNOWN,
    METRES,
    MOVES,
    Category,
    Cohort,
    Estimate,
    Ints,
    Outcome,
    estimate,
    make_cohort,
    tally,
)
from xuezheng.engines.matching.simulation.redraws import draw_numbers
from xuezheng.engines.matching.simulation.runs import Runs, prepare_runs
from xuezheng.engines.matching.simulation.scenario import BASE, Scenario, apply_scenario, wish_lists
from xuezheng.engines.matching.simulation.strategy import StrategyWarning, strategy_warnings
from xuezheng.kernel.errors import InputError, gettext_noop

Progress = Callable[[int, int], None]
"""Called with the runs done and the runs in all."""


class ScenarioTwice(InputError):
    """Two scenarios have one name."""

    code = "matching.scenario_twice"
    template = gettext_noop("The scenario %(scenario)s stands twice.")
    remedy = gettext_noop(
        "Give every scenario a name of its own; the rules as they are have the name base."
    )


class RedrawsNegative(InputError):
    """A number of redraws that cannot be."""

    code = "matching.redraws_negative"
    template = gettext_noop("%(redraws)s redraws are not possible.")
    remedy = gettext_noop(
        "Ask for 1 or more, or for 0 to keep the draw numbers that the problem has."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """All figures about one category of applicants under one scenario."""

    category: Category
    counts: dict[str, Estimate]
    """Applicants, by the names `measures.COUNTS`."""
    moves: dict[str, Estimate]
    """Applicants who are better (`up`) or worse off (`down`) than under the base; empty for the base."""
    metres: dict[str, Estimate]
    """`measures.METRES` over those whose home and school have coordinates; empty where there are none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioReport:
    """What one scenario led to."""

    scenario: Scenario
    is_random: bool
    """Whether the draw decides anything; if not, one run is all there is."""
    warnings: tuple[StrategyWarning, ...]
    lines: tuple[Line, ...]
    """For all, then by division, then by group."""

    def line(self, by: str = "all", name: str = "") -> Line:
        """Give the line of one category."""
        return next(one for one in self.lines if (one.category.by, one.category.name) == (by, name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """A problem under a list of scenarios, the rules as they are first."""

    problem: str
    problem_hash: str
    """Of the problem as it was given, with its own draw numbers."""
    seed: str
    redraws: int
    """0: the draw numbers of the problem were kept."""
    scenarios: tuple[ScenarioReport, ...]
    format: str = "xuezheng.simulation/1"

    @property
    def is_random(self) -> bool:
        """Whether the draw decides anything in any scenario."""
        return any(one.is_random for one in self.scenarios)


def simulate(
    problem: Problem,
    scenarios: Sequence[Scenario] = (),
    *,
    seed: str = "",
    redraws: int = 0,
    threads: int = 1,
    progress: Progress | None = None,
) -> Simulation:
    """Run a problem and scenarios of it over redraws of the draw numbers.

    Redraw `r` gives everybody the same number in every scenario, so that differences between scenarios are not luck. A
    scenario in which the draw decides nothing is run once.

    Args:
        problem: A valid problem; it need not have draw numbers if there are redraws.
        scenarios: What to compare it with.
        seed: What the redraws follow from (`redraws.draw_numbers`); any text.
        redraws: How many; 0: one run with the draw numbers that the problem has.
        threads: How many redraws may run side by side; worth it for large problems, whose loops are compiled. The result
            is the same.
        progress: Told after each redraw.

    Raises:
        ScenarioInvalid: If a scenario does not fit the problem.
        ScenarioTwice: If two have one name.
        RedrawsNegative: If `redraws` is.
        InputError: What `solve` raises.
    """
    named = [Scenario(name=BASE), *scenarios]
    _check(named, redraws)
    cohort, wishes = make_cohort(problem), wish_lists(problem)
    longest = max(map(len, wishes.values()), default=0)
    given = problem if redraws == 0 else replace(problem, applicants=_unnumbered(problem))
    applied = [apply_scenario(given, one) for one in named]
    prepared = prepare_runs(applied, wishes, cohort, repeats=redraws)
    tallies = _run_all(
        prepared, cohort, seed=seed, redraws=redraws, threads=threads, progress=progress
    )
    return Simulation(
        problem=problem.id,
        problem_hash=problem_hash(problem),
        seed=seed,
        redraws=redraws,
        scenarios=tuple(
            ScenarioReport(
                scenario=scenario,
                is_random=runs.is_random,
                warnings=strategy_warnings(changed.rules, longest_list=longest),
                lines=_lines(cohort, counted, with_moves=scenario.name != BASE),
            )
            for scenario, changed, runs, counted in zip(
                named, applied, prepared, tallies, strict=True
            )
        ),
    )


def _check(scenarios: Sequence[Scenario], redraws: int) -> None:
    names = [one.name for one in scenarios]
    for name in names:
        if names.count(name) > 1:
            raise ScenarioTwice(scenario=name)
    if redraws < 0:
        raise RedrawsNegative(redraws=redraws)


def _unnumbered(problem: Problem) -> tuple[Applicant, ...]:
    """Give everybody the same number, so that standings differ by all but the draw."""
    return tuple(replace(one, number=0) for one in problem.applicants)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Redraws:
    """All scenarios side by side, one redraw at a time."""

    prepared: Sequence[Runs]
    cohort: Cohort
    seed: str
    fixed: dict[int, Outcome]
    """What scenarios give in which the draw decides nothing."""

    def run(self, redraw: int) -> list[Ints]:
        """Tally every scenario under one redraw; 0: with the numbers of the problem."""
        numbers = None
        if redraw:
            numbers = draw_numbers(len(self.cohort.ids), seed=self.seed, redraw=redraw)
        outcomes = [
            self.fixed[place] if place in self.fixed else runs.run(numbers)
            for place, runs in enumerate(self.prepared)
        ]
        base = outcomes[0]
        return [
            tally(self.cohort, outcome, base if place else None)
            for place, outcome in enumerate(outcomes)
        ]


def _run_all(
    prepared: Sequence[Runs],
    cohort: Cohort,
    *,
    seed: str,
    redraws: int,
    threads: int,
    progress: Progress | None,
) -> list[Ints]:
    """Run everything; gives for each scenario the tallies of its runs, stacked."""
    random = [runs.is_random for runs in prepared]
    first = 1 if redraws else 0
    numbers = draw_numbers(len(cohort.ids), seed=seed, redraw=1) if redraws else None
    fixed = {place: runs.run(numbers) for place, runs in enumerate(prepared) if not random[place]}
    work = _Redraws(prepared=prepared, cohort=cohort, seed=seed, fixed=fixed)
    last = max(redraws, 1) if any(random) else 1
    tallies: list[list[Ints]] = [[] for _ in prepared]
    # the first one alone: it may load and compile
    rest = range(2, last + 1)
    with ThreadPoolExecutor(max_workers=max(threads, 1)) as pool:
        found = chain(
            [work.run(first)], pool.map(work.run, rest) if threads > 1 else map(work.run, rest)
        )
        for done, counted in enumerate(found, start=1):
            for place, one in enumerate(counted):
                # the luck of the base moves people even against a rule without any
                if done == 1 or random[place] or random[0]:
                    tallies[place].append(one)
            if progress is not None:
                progress(done, last)
    return [np.stack(one) for one in tallies]


def _lines(cohort: Cohort, counted: Ints, *, with_moves: bool) -> tuple[Line, ...]:
    return tuple(
        _line(category, counted[:, place, :], with_moves=with_moves)
        for place, category in enumerate(cohort.categories)
    )


def _line(category: Category, runs: Ints, *, with_moves: bool) -> Line:
    column = {name: runs[:, place] for place, name in enumerate(FIGURES)}
    known = column[KNOWN] > 0
    return Line(
        category=category,
        counts={name: estimate(column[name]) for name in COUNTS},
        moves={name: estimate(column[name]) for name in MOVES} if with_moves else {},
        metres={name: estimate(column[name][known]) for name in METRES} if known.any() else {},
    )
