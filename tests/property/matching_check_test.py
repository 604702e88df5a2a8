"""The checker accepts what the solver gives, by every mechanism, and names what is wrong with anything else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.property.matching_problems import ONE_ROUND, tiny_problems

from xuezheng.engines.matching.check import check
from xuezheng.engines.matching.check_report import Report
from xuezheng.engines.matching.model import MechanismKind
from xuezheng.engines.matching.solve import solve

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
