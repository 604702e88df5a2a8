"""Places by hand over any result: nobody loses a seat, every rule still holds, and the checker agrees."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.property.matching_problems import tiny_problems

from xuezheng.engines.matching.check import check
from xuezheng.engines.matching.mechanisms.placement import PlacementWrong
from xuezheng.engines.matching.model import (
    ManualPlace,
    MechanismKind,
    Placement,
    PlacementKind,
    Problem,
    Via,
)
from xuezheng.engines.matching.solve import solve


def with_placement(problem: Problem, placement: Placement) -> Problem:
    """Change what happens after the main round."""
    return replace(problem, rules=replace(problem.rules, placement=placement))


@pytest.mark.parametrize("mechanism", [MechanismKind.DEFERRED_ACCEPTANCE, MechanismKind.FILINGS])
@given(data=st.data())
def test_a_list_by_hand_is_carried_out_or_refused_whole(
    mechanism: MechanismKind, data: st.DataObject
) -> None:
    """Lines for those without a place; what the solver accepts, the checker accepts, and nobody else moves."""
    problem = with_placement(data.draw(tiny_problems(mechanism)), Placement())
    before = {one.applicant: one for one in solve(problem).assignments}
    nowhere = [name for name, one in before.items() if not one.school]
    lines = tuple(
        ManualPlace(
            applicant=name,
            school=data.draw(st.sampled_from([school.id for school in problem.schools])),
            reason="special care",
            legal_basis="Rule 7",
            extra_seat=data.draw(st.booleans()),
        )
        for name in nowhere
        if data.draw(st.booleans())
    )
    by_hand = with_placement(problem, Placement(kind=PlacementKind.MANUAL, manual=lines))

    refused = ""
    try:
        result = solve(by_hand)
    except PlacementWrong as error:
        refused = error.facts["applicant"]
    if refused:
        assert refused in nowhere
        return

    assert check(by_hand, result, solve=solve).failing == ()
    placed = {line.applicant: line.school for line in lines}
    for one in result.assignments:
        if one.applicant in placed:
            assert (one.school, one.via) == (placed[one.applicant], Via.MANUAL)
        else:
            assert one == before[one.applicant]
