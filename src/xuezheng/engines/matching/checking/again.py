"""Solving again: the same result for the same problem, and for the same problem in another order."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import zip_longest

from xuezheng.engines.matching.checking.report import Finding, Why
from xuezheng.engines.matching.model import Assignment, Problem, Result
from xuezheng.kernel.canonical import canonical_hash
from xuezheng.kernel.seeded import SeededStream

Solve = Callable[[Problem], Result]


def check_replay(problem: Problem, result: Result, solve: Solve) -> Iterator[Finding]:
    """Solve again and compare the hashes of the canonical results."""
    again = solve(problem)
    if canonical_hash(again) != canonical_hash(result):
        yield from _differences(result, again)


def check_order(problem: Problem, result: Result, solve: Solve) -> Iterator[Finding]:
    """Shuffle what has no order in the problem, solve, and compare places and cut-offs."""
    again = solve(shuffled(problem, seed=result.problem_hash or problem.id))
    if (again.assignments, again.cutoffs) != (result.assignments, result.cutoffs):
        yield from _differences(result, again)


def shuffled(problem: Problem, *, seed: str) -> Problem:
    """Put applicants, schools and divisions in another order, the same for the same seed."""
    stream = SeededStream(seed or "-", "matching.check.order")
    applicants, schools = list(problem.applicants), list(problem.schools)
    divisions = list(problem.divisions)
    stream.shuffle(applicants)
    stream.shuffle(schools)
    stream.shuffle(divisions)
    return replace(
        problem,
        applicants=tuple(applicants),
        schools=tuple(schools),
        divisions=tuple(divisions),
    )


def _differences(result: Result, again: Result) -> Iterator[Finding]:
    """Name the applicants who are elsewhere; where nobody is, name the parts that differ."""
    named = False
    for here, there in zip_longest(result.assignments, again.assignments):
        if here != there:
            named = True
            line = here or there
            yield Finding(
                why=Why.DIFFERS,
                applicant=line.applicant,
                school=line.school,
                pool=line.pool,
                filing=line.filing,
                found=_name(here),
                expected=_name(there),
            )
    if not named:
        yield Finding(why=Why.DIFFERS, found="cutoffs", expected="cutoffs")


def _name(line: Assignment | None) -> str:
    if line is None or not line.school:
        return "-"
    return f"{line.pool} ({line.filing or line.via}, {line.choice})"
