"""A slow and obvious verifier of results, which shares no step with the solver.

It reads the rules again by itself (`check_claims`), lays out the rounds from the places given (`check_stages`), and looks
for one breach after the other (`check_lists`, `check_places`, `check_cutoffs`, `check_after`). What each property says,
and which mechanism promises which, stands in `docs/explanation/proof.md`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from xuezheng.engines.matching.checking.after import AfterRound
from xuezheng.engines.matching.checking.again import Solve, check_order, check_replay
from xuezheng.engines.matching.checking.claims import Rulebook
from xuezheng.engines.matching.checking.cutoffs import check_cutoffs, true_cutoffs
from xuezheng.engines.matching.checking.lists import check_lists, check_once, check_siblings
from xuezheng.engines.matching.checking.places import (
    check_best,
    check_efficient,
    check_envy,
    check_seats,
    read_held,
)
from xuezheng.engines.matching.checking.report import (
    Finding,
    Group,
    Property,
    PropertyReport,
    Report,
    Verdict,
    Why,
)
from xuezheng.engines.matching.checking.stages import (
    Stage,
    band_of,
    lay_stages,
    lowest_held,
    open_pools,
)
from xuezheng.engines.matching.model import (
    Assignment,
    Cutoff,
    LastSeat,
    MechanismKind,
    PlacementKind,
    Problem,
    Result,
    Siblings,
)
from xuezheng.kernel.canonical import canonical_hash

Findings = defaultdict[Property, list[Finding]]

_STABLE = (
    Property.NO_JUSTIFIED_ENVY,
    Property.NO_WASTE,
    Property.BANDS_HONOURED,
    Property.SEATS_MET,
)
"""Without these, asking for the best result has no meaning."""


def check(problem: Problem, result: Result, *, solve: Solve | None = None) -> Report:
    """Check every property of a result.

    Args:
        problem: A valid problem.
        result: What is said to follow from it.
        solve: The solver, for the two properties that ask to solve again; without it they are not applicable.

    Returns:
        One entry for each property, in the order of `Property`, with what was found and whom it concerns. The time is
        proportional to all list entries times pools of a school, apart from sorting.
    """
    findings: Findings = defaultdict(list)
    if result.problem_hash != hash_problem(problem):
        found = Finding(why=Why.OTHER_HASH, found=result.problem_hash)
        findings[Property.ABOUT_THIS_PROBLEM].append(found)
    _collect(findings, check_once(problem, result))
    placed = _first_lines(problem, result)
    book = Rulebook(problem)
    stages = list(lay_stages(book, placed))
    _collect(findings, check_lists(book, stages, result))
    _collect(findings, check_siblings(problem, placed))
    cutoffs: list[Cutoff] = []
    for stage in stages:
        cutoffs += _check_stage(book, stage, findings)
    findings[Property.CUTOFFS_TRUE] += check_cutoffs(cutoffs, result.cutoffs)
    left = open_pools(problem, problem.rules.filings[: len(stages)], stages)
    _collect(findings, AfterRound(book, left, lowest_held(stages), placed).check())
    if solve is not None:
        findings[Property.REPLAY_EQUAL] += check_replay(problem, result, solve)
        findings[Property.INDEPENDENT_OF_ORDER] += check_order(problem, result, solve)
    return _report(problem, stages, findings, again=solve is not None)


def hash_problem(problem: Problem) -> str:
    """Give the hash by which a result names its problem: entries without order are put in that of their identifiers."""
    return canonical_hash(
        replace(
            problem,
            applicants=tuple(sorted(problem.applicants, key=lambda one: one.id)),
            schools=tuple(sorted(problem.schools, key=lambda one: one.id)),
            divisions=tuple(sorted(problem.divisions, key=lambda one: one.id)),
        )
    )


def _first_lines(problem: Problem, result: Result) -> dict[str, Assignment]:
    """Give the place of everybody who has one; of several lines the first counts."""
    known = {one.id for one in problem.applicants}
    placed: dict[str, Assignment] = {}
    for line in result.assignments:
        if line.applicant in known and line.school:
            placed.setdefault(line.applicant, line)
    return placed


def _check_stage(book: Rulebook, stage: Stage, findings: Findings) -> Iterable[Cutoff]:
    rules = book.rules
    trading = rules.mechanism is MechanismKind.TOP_TRADING_CYCLES
    held = read_held(stage)
    _collect(findings, check_envy(stage, held, trading=trading))
    admits_ties = rules.last_seat is LastSeat.ADMIT_ALL
    _collect(findings, check_seats(stage, held, admits_ties=admits_ties))
    if trading:
        _collect(findings, check_efficient(stage))
    elif _has_best(book.problem, [stage]) and not any(findings[name] for name in _STABLE):
        _collect(findings, check_best(stage))
    return true_cutoffs(book, stage, held)


def _has_best(problem: Problem, stages: Iterable[Stage]) -> bool:
    """Say whether one best result is known to exist: one seat each, and at most the seats taken."""
    if problem.rules.last_seat is LastSeat.ADMIT_ALL:
        return False
    return all(party.weight == 1 for stage in stages for party in stage.parties)


def _collect(findings: Findings, found: Iterable[tuple[Property, Finding]]) -> None:
    for name, finding in found:
        findings[name].append(finding)


def _promised(problem: Problem, stages: Iterable[Stage], *, again: bool) -> Mapping[Property, bool]:
    """Say which properties the rules promise; those not named are promised by all."""
    rules = problem.rules
    trading = rules.mechanism is MechanismKind.TOP_TRADING_CYCLES
    with_filings = rules.mechanism is MechanismKind.FILINGS
    pools = [pool for school in problem.schools for pool in school.seats]
    kind = rules.placement.kind
    return {
        Property.NO_JUSTIFIED_ENVY: not trading,
        Property.EFFICIENT: trading,
        Property.QUOTAS_MET: any(pool.reserved_for for pool in pools),
        Property.MINIMUM_LINES: any(pool.minimum for pool in pools),
        Property.LOCKS_RESPECTED: rules.lock_years > 0,
        Property.SIBLINGS_TOGETHER: rules.siblings is Siblings.TOGETHER,
        Property.FILINGS_IN_ORDER: with_filings,
        Property.BANDS_HONOURED: band_of(problem) is not None
        or (with_filings and any(filing.band for filing in rules.filings)),
        Property.BEST_FOR_APPLICANTS: not trading and _has_best(problem, stages),
        Property.PLACEMENT_IN_ORDER: kind in (PlacementKind.ORDER, PlacementKind.NEAREST),
        Property.MANUAL_PLACES_LOGGED: kind is PlacementKind.MANUAL,
        Property.INDEPENDENT_OF_ORDER: again,
        Property.REPLAY_EQUAL: again,
    }


def _report(
    problem: Problem, stages: Iterable[Stage], findings: Findings, *, again: bool
) -> Report:
    promised = _promised(problem, stages, again=again)
    divisions = {school.id: school.division for school in problem.schools}
    homes = {one.id: one.division for one in problem.applicants}
    reports = []
    for name in Property:
        found = tuple(dict.fromkeys(findings[name]))
        verdict = Verdict.PASS if promised.get(name, True) else Verdict.NOT_APPLICABLE
        groups = {
            Group(
                division=divisions.get(one.school) or homes.get(one.applicant, ""),
                school=one.school,
                pool=one.pool,
            )
            for one in found
        }
        reports.append(
            PropertyReport(
                property=name,
                verdict=Verdict.FAIL if found else verdict,
                findings=found,
                groups=tuple(sorted(groups)),
            )
        )
    return Report(properties=tuple(reports))
