"""Whatever a problem or result holds, its document holds too."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from xuezheng.engines.matching import model
from xuezheng.engines.matching.documents.document import document_bytes, read_problem, read_result
from xuezheng.engines.matching.fingerprint import problem_hash
from xuezheng.engines.matching.model import Problem, Result

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
DECIMALS = st.decimals(-(10**20), 10**20, places=15)
NUMBERS = st.none() | st.integers(0, 2**256 - 1)
LISTS = st.lists(TEXTS, max_size=3).map(tuple)
BY_NAME = st.dictionaries(TEXTS, LISTS, max_size=2)
METRES = st.none() | st.integers(-(10**6), 10**6)


def several(part: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Give up to three of a part."""
    return st.lists(part, max_size=3).map(tuple)


MINIMA = st.builds(
    model.Minimum,
    key=TEXTS,
    at_least=st.none() | DECIMALS,
    below_line_of=st.none() | TEXTS,
    points=DECIMALS,
)
SEATS = st.builds(
    model.Seats,
    kind=TEXTS,
    count=st.integers(-5, 10**6),
    reserved_for=LISTS,
    unfilled=several(st.sampled_from(model.Step)),
    minimum=st.none() | MINIMA,
)
TIERS = several(st.builds(model.Tier, name=TEXTS, needs_catchment=st.booleans()))
SCHOOLS = st.builds(
    model.School, id=TEXTS, seats=several(SEATS), tiers=st.none() | TIERS, east_metres=METRES
)
APPLICANTS = st.builds(
    model.Applicant,
    id=TEXTS,
    choices=LISTS,
    filings=BY_NAME,
    tiers_at=BY_NAME,
    keys=st.dictionaries(TEXTS, DECIMALS, max_size=2),
    number=NUMBERS,
    locks=several(
        st.builds(model.Lock, school=TEXTS, since_year=st.integers(), sibling=st.booleans())
    ),
)
RULES = st.builds(
    model.Rules,
    mechanism=st.sampled_from(model.MechanismKind),
    band=st.none() | st.integers(),
    filings=several(st.builds(model.Filing, id=TEXTS, kinds=LISTS, band=METRES)),
    tiers=TIERS,
    keys=several(st.builds(model.Key, name=TEXTS, direction=st.sampled_from(model.Direction))),
    last_seat=st.sampled_from(model.LastSeat),
    placement=st.builds(
        model.Placement,
        kind=st.sampled_from(model.PlacementKind),
        order=BY_NAME,
        manual=several(st.builds(model.ManualPlace, applicant=TEXTS, school=TEXTS, reason=TEXTS)),
    ),
)
PROBLEMS = st.builds(
    Problem,
    id=TEXTS,
    year=st.integers(),
    rules=RULES,
    schools=several(SCHOOLS),
    applicants=several(APPLICANTS),
    divisions=several(st.builds(model.Division, id=TEXTS, tiers=st.none() | TIERS)),
    catchments=BY_NAME,
    seed=TEXTS,
)
RESULTS = st.builds(
    Result,
    problem_hash=TEXTS,
    engine_version=TEXTS,
    assignments=several(
        st.builds(model.Assignment, applicant=TEXTS, choice=st.integers(), pool=TEXTS)
    ),
    cutoffs=several(
        st.builds(
            model.Cutoff,
            pool=TEXTS,
            school=TEXTS,
            kind=TEXTS,
            seats=st.integers(),
            taken=st.integers(),
            is_full=st.booleans(),
            keys=several(DECIMALS),
            number=NUMBERS,
        )
    ),
)


@given(PROBLEMS)
def test_a_problem_comes_back_as_it_was(problem: Problem) -> None:
    """Equal, with the same hash, and written again to the same bytes."""
    written = document_bytes(problem)
    found = read_problem(written, source="any")

    assert found == problem
    assert problem_hash(found) == problem_hash(problem)
    assert document_bytes(found) == written


@given(RESULTS)
def test_a_result_comes_back_as_it_was(result: Result) -> None:
    """Equal, and written again to the same bytes."""
    written = document_bytes(result)
    found = read_result(written, source="any")

    assert found == result
    assert document_bytes(found) == written
