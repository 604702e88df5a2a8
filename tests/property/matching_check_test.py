"""The checker accepts what the solver gives, by every mechanism, and names what is wrong with anything else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuezheng.engines.matching.check import check
from xuezheng.engines.matching.checking.report import Report, publishable
from xuezheng.engines.matching.model import Assignment, MechanismKind, Problem, Via
from xuezheng.engines.matching.solve import solve

from .matching_problems import ONE_ROUND, tiny_problems  # noqa: TID252 - a folder of tests has no other name

EVERY = (*ONE_ROUND, MechanismKind.FILINGS)


def findings(report: Report) -> list[str]:
    """What a report complains about, in sentences."""
    return [
        f"{one.property}: {found.phrase()}" for one in report.properties for found in one.findings
    ]


@pytest.mark.parametrize("mechanism", EVERY)
@given(data=st.data())
def test_every_solved_problem_passes(mechanism: MechanismKind, data: st.DataObject) -> None:
    """Whatever the rules, the result of the solver has every property that is promised."""
    problem = data.draw(tiny_problems(mechanism))

    assert findings(check(problem, solve(problem), solve=solve)) == []


NAMES = st.sampled_from(
    ["", "a0", "a1", "s0", "s1", "quota", "general", "s0/quota", "s9/x", "1", "2"]
)
NONSENSE = st.builds(
    Assignment,
    applicant=NAMES,
    school=NAMES,
    kind=NAMES,
    pool=NAMES,
    choice=st.integers(-1, 4),
    filing=NAMES,
    via=st.sampled_from(Via),
)


@given(
    tiny_problems(), st.lists(NONSENSE, max_size=4), st.sampled_from([MechanismKind.FILINGS, None])
)
def test_nonsense_is_refused(
    problem: Problem, lines: list[Assignment], mechanism: MechanismKind | None
) -> None:
    """A result that makes no sense at all gets a report like any other, and does not pass."""
    if mechanism is not None:
        problem = replace(problem, rules=replace(problem.rules, mechanism=mechanism))
    solved = solve(problem)
    wrong = replace(solved, assignments=tuple(lines))

    assert wrong.assignments == solved.assignments or not publishable(check(problem, wrong))
