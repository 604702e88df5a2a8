"""Every indicator of every pack says of its cases what the bureau wrote that it says."""

import pytest

from xuezheng.apps.registry.evidence import TABLES
from xuezheng.evidence.cases import run_cases
from xuezheng.policy import find_pack, list_packs, load_pack

INDICATORS = [
    (identifier, name)
    for identifier in list_packs()
    for name in load_pack(find_pack(identifier)).indicators
]


@pytest.mark.parametrize(("pack_id", "indicator_id"), INDICATORS)
def test_cases_hold(pack_id: str, indicator_id: str) -> None:
    """Figures, states and unknown facts come out as the case expects."""
    outcomes = run_cases(load_pack(find_pack(pack_id)), TABLES, only=[indicator_id])
    assert outcomes
    assert [outcome for outcome in outcomes if outcome.differences] == []
