"""A whole result, byte for byte: what was decided in one version is decided so in the next.

A difference is a change of engine: raise `ENGINE_VERSION`, write the file again with the command that the failure names, and
say in the change log what came out otherwise.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from xuezheng.engines.matching.check import check
from xuezheng.engines.matching.explain import Explainer
from xuezheng.engines.matching.model import MechanismKind
from xuezheng.engines.matching.solve import solve
from xuezheng.kernel.canonical import canonical_bytes, sha256_hex

from ..property.matching_problems import town  # noqa: TID252 - a folder of tests has no other name

KEPT = Path(__file__).parent / "matching"
CASES = [
    pytest.param(MechanismKind.DEFERRED_ACCEPTANCE, None, id="deferred_acceptance"),
    pytest.param(MechanismKind.CHOICE_BANDS, 2, id="choice_bands_of_2"),
    pytest.param(MechanismKind.IMMEDIATE_ACCEPTANCE, None, id="immediate_acceptance"),
    pytest.param(MechanismKind.TOP_TRADING_CYCLES, None, id="top_trading_cycles"),
]


@pytest.mark.parametrize(("mechanism", "band"), CASES)
def test_a_town_is_decided_as_before(mechanism: MechanismKind, band: int | None) -> None:
    """600 applicants and 12 schools: the canonical result is the kept one, and passes every check."""
    problem = town(600, 12, mechanism=mechanism, band=band, seed="golden")
    result = solve(problem)
    path = KEPT / f"{mechanism.value}.json"

    assert canonical_bytes(result) + b"\n" == path.read_bytes(), f"write {path.name} again"
    assert check(problem, result, solve=solve).failing == ()


def test_certificates_are_made_as_before() -> None:
    """All certificates of the same town have the kept hash, and one of them is kept whole."""
    problem = town(600, 12, seed="golden")
    certificates = list(Explainer(problem, solve(problem)).certificates())
    kept = json.loads((KEPT / "certificates.json").read_bytes())
    one = next(one for one in certificates if one.applicant == kept["certificate"]["applicant"])

    assert json.loads(canonical_bytes(one)) == kept["certificate"]
    assert sha256_hex(canonical_bytes(certificates)) == kept["hash"]
