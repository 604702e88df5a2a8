"""A malformed problem is refused with an error that names the entry, the field and the remedy."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from xuezheng.engines.matching.documents.document import read_problem
from xuezheng.engines.matching.validation.faults import TEXTS
from xuezheng.engines.matching.validation.problem import faults_of, validate

SOUND: dict[str, Any] = {
    "id": "p",
    "year": 2026,
    "rules": {
        "tiers": [{"name": "near", "needs_catchment": True}, {"name": "far"}],
        "keys": [{"name": "score"}],
        "max_choices": 2,
        "lock_years": 5,
        "siblings": "together",
    },
    "divisions": [{"id": "east", "tiers": [{"name": "near", "needs_catchment": True}]}],
    "catchments": {"street": ["A"]},
    "schools": [
        {"id": "A", "division": "east", "stage": "primary", "seats": [{"count": 2}]},
        {"id": "B", "stage": "primary", "seats": [{"count": 1}]},
        {"id": "J", "stage": "junior", "seats": [{"kind": "quota", "count": 1}]},
    ],
    "applicants": [
        {"id": "c1", "stage": "primary", "choices": ["A"], "keys": {"score": 5}, "number": 1},
        {"id": "c2", "choices": ["B", "A"], "keys": {"score": 4}, "number": 2},
        {"id": "c3", "choices": ["A"], "keys": {"score": 3}, "number": 3, "unit": "twins"},
        {"id": "c4", "choices": ["A"], "keys": {"score": 3}, "number": 3, "unit": "twins"},
    ],
}
FILINGS: dict[str, Any] = {
    "mechanism": "filings",
    "tiers": SOUND["rules"]["tiers"],
    "keys": SOUND["rules"]["keys"],
    "filings": [{"id": "first", "kinds": ["general"], "max_choices": 1}],
    "siblings": "together",
}


def rules(**changes: Any) -> Callable[[dict[str, Any]], None]:
    """Change the rules."""
    return lambda problem: problem["rules"].update(changes)


def school(place: int, **changes: Any) -> Callable[[dict[str, Any]], None]:
    """Change one school."""
    return lambda problem: problem["schools"][place].update(changes)


def applicant(place: int, **changes: Any) -> Callable[[dict[str, Any]], None]:
    """Change one applicant."""
    return lambda problem: problem["applicants"][place].update(changes)


def filings(*entries: dict[str, Any], **changes: Any) -> Callable[[dict[str, Any]], None]:
    """Give places by filings, with the lists put where they belong."""

    def change(problem: dict[str, Any]) -> None:
        problem["rules"] = deepcopy(FILINGS) | changes
        if entries:
            problem["rules"]["filings"] = list(entries)
        for person in problem["applicants"]:
            person["filings"] = {"first": person.pop("choices")[:1]}

    return change


def stray_choices(problem: dict[str, Any]) -> None:
    """Leave a list that belongs to no filing."""
    filings()(problem)
    applicant(0, choices=["A"])(problem)


def manual(**changes: Any) -> Callable[[dict[str, Any]], None]:
    """List one place by hand."""
    line = {"applicant": "c2", "school": "A", "reason": "court", "legal_basis": "art. 7"} | changes
    return rules(placement={"kind": "manual", "manual": [line]})


def seats(**changes: Any) -> Callable[[dict[str, Any]], None]:
    """Change the seats of school A."""
    return school(0, seats=[{"count": 2} | changes])


def twice(part: str, place: int) -> Callable[[dict[str, Any]], None]:
    """Let an entry stand twice."""
    return lambda problem: problem[part].append(deepcopy(problem[part][place]))


SECOND = {"id": "second", "kinds": ["quota"]}
FIRST = FILINGS["filings"][0]
CASES = [
    ("duplicate_applicant", twice("applicants", 1), "applicant c2", "id"),
    ("duplicate_school", twice("schools", 1), "school B", "id"),
    ("duplicate_division", twice("divisions", 0), "division east", "id"),
    ("empty_identifier", applicant(0, id=""), "applicants[0]", "id"),
    ("empty_identifier", school(1, id=""), "schools[1]", "id"),
    ("empty_identifier", rules(keys=[{"name": ""}]), "rules", "keys[0].name"),
    ("empty_identifier", seats(minimum={"key": "", "at_least": 1}), "school A", "seats[0].min"),
    (
        "empty_identifier",
        lambda problem: problem["divisions"].append({"id": ""}),
        "divisions[1]",
        "id",
    ),
    ("unclean_identifier", applicant(0, id="c1 "), "applicant c1 ", "id"),
    ("unclean_identifier", applicant(0, id="c\u200b1"), "applicant c\u200b1", "id"),
    ("unclean_identifier", applicant(0, id="e\u0301"), "applicant e\u0301", "id"),
    ("unclean_identifier", school(1, id="B\n"), "school B\n", "id"),
    (
        "pool_twice",
        school(0, seats=[{"count": 1}, {"count": 1}, {"kind": "general/2", "count": 1}]),
        "school A",
        "seats[2].kind",
    ),
    ("too_large", seats(count=10**10), "school A", "seats[0].count"),
    ("too_large", applicant(0, number=2**256), "applicant c1", "number"),
    ("too_large", applicant(0, east_metres=-(10**30)), "applicant c1", "east_metres"),
    ("empty_identifier", seats(kind=""), "school A", "seats[0].kind"),
    ("tier_twice", rules(tiers=[{"name": "near"}, {"name": "near"}]), "rules", "tiers"),
    ("tier_twice", school(1, tiers=[{"name": "x"}, {"name": "x"}]), "school B", "tiers"),
    ("tier_twice", applicant(0, tiers=["far", "far"]), "applicant c1", "tiers"),
    ("tier_twice", applicant(0, tiers_at={"A": ["near"] * 2}), "applicant c1", "tiers_at.A"),
    ("key_twice", rules(keys=[{"name": "score"}, {"name": "score"}]), "rules", "keys"),
    ("unknown_school", applicant(1, choices=["B", "Z"]), "applicant c2", "choices"),
    ("unknown_school", applicant(0, tiers_at={"Z": ["far"]}), "applicant c1", "tiers_at.Z"),
    ("unknown_school", manual(school="Z"), "applicant c2", "manual[0].school"),
    ("school_twice", applicant(1, choices=["B", "B"]), "applicant c2", "choices"),
    ("wrong_stage", applicant(0, choices=["J"]), "applicant c1", "choices"),
    ("list_too_long", rules(max_choices=1), "applicant c2", "choices"),
    ("below_one", rules(max_choices=0), "rules", "max_choices"),
    ("below_one", rules(band=0), "rules", "band"),
    ("band_missing", rules(mechanism="choice_bands"), "rules", "band"),
    ("below_zero", rules(lock_years=-1), "rules", "lock_years"),
    ("below_zero", applicant(0, number=-4), "applicant c1", "number"),
    ("negative_seats", seats(count=-1), "school A", "seats[0].count"),
    ("step_twice", seats(unfilled=["all", "all"]), "school A", "seats[0].unfilled"),
    ("step_without_division", seats(unfilled=["division"]), "school A", "seats[0].unfilled"),
    ("unknown_division", seats(division="west"), "school A", "seats[0].division"),
    ("unknown_division", school(0, division="west"), "school A", "division"),
    ("unknown_division", applicant(0, division="west"), "applicant c1", "division"),
    ("unknown_area", applicant(0, area="lane"), "applicant c1", "area"),
    ("unknown_tier", applicant(0, tiers=["nobody"]), "applicant c1", "tiers"),
    ("unknown_tier", applicant(0, tiers_at={"A": ["far"]}), "applicant c1", "tiers_at.A"),
    ("missing_key", applicant(0, keys={}), "applicant c1", "keys.score"),
    (
        "missing_key",
        seats(minimum={"key": "total", "at_least": 5}),
        "applicant c1",
        "keys.total",
    ),
    ("too_long_number", applicant(0, keys={"score": "1e40"}), "applicant c1", "keys.score"),
    ("line_missing", seats(minimum={"key": "score"}), "school A", "seats[0].minimum"),
    (
        "kind_not_earlier",
        seats(minimum={"key": "score", "below_line_of": "quota"}),
        "school A",
        "seats[0].minimum.below_line_of",
    ),
    ("missing_number", applicant(0, number=None), "applicant c1", "number"),
    ("number_twice", applicant(1, number=1), "applicant c2", "number"),
    ("unit_differs", applicant(3, choices=["B"]), "applicant c4", "choices"),
    ("unit_differs", applicant(3, number=4), "applicant c4", "number"),
    ("year_missing", lambda problem: problem.update(year=0), "problem", "year"),
    (
        "lock_later",
        applicant(0, locks=[{"school": "A", "since_year": 2030}]),
        "applicant c1",
        "locks[0].since_year",
    ),
    ("filings_missing", rules(mechanism="filings"), "rules", "filings"),
    ("filings_needless", rules(filings=[FIRST]), "rules", "filings"),
    ("filings_needless", applicant(0, filings={"x": ["A"]}), "applicant c1", "filings.x"),
    ("choices_needless", stray_choices, "applicant c1", "choices"),
    ("filing_twice", filings(FIRST, FIRST), "rules", "filings"),
    ("kinds_missing", filings(FIRST, {"id": "n", "kinds": []}), "rules.filings[1] (n)", "kinds"),
    (
        "unknown_kind",
        filings(FIRST, {"id": "n", "kinds": ["sport"]}),
        "rules.filings[1] (n)",
        "kinds",
    ),
    (
        "kind_not_earlier",
        filings(FIRST, SECOND | {"takes_unfilled_of": "quota"}),
        "rules.filings[1] (second)",
        "takes_unfilled_of",
    ),
    ("below_one", filings(FIRST | {"band": 0}), "rules.filings[0] (first)", "band"),
    ("unknown_filing", filings({"id": "other", "kinds": ["general"]}), "applicant c1", "filings"),
    ("order_missing", rules(placement={"kind": "order"}), "rules.placement", "order"),
    (
        "order_needless",
        rules(placement={"kind": "nearest", "order": {"east": ["A"]}}),
        "rules.placement",
        "order",
    ),
    (
        "unknown_division",
        rules(placement={"kind": "order", "order": {"west": ["A"]}}),
        "rules.placement",
        "order",
    ),
    ("place_missing", rules(placement={"kind": "nearest"}), "schools (A)", "east_metres"),
    ("unknown_applicant", manual(applicant="nobody"), "rules.placement", "manual[0].applicant"),
    ("no_such_seats", manual(kind="quota"), "applicant c2", "manual[0].kind"),
    ("reason_missing", manual(reason=" "), "applicant c2", "manual[0].reason"),
    ("basis_missing", manual(legal_basis=""), "applicant c2", "manual[0].legal_basis"),
    (
        "applicant_twice",
        rules(
            placement={
                "kind": "manual",
                "manual": [{"applicant": "c1", "school": "A", "reason": "x", "legal_basis": "y"}]
                * 2,
            }
        ),
        "rules.placement",
        "manual",
    ),
]


def read(change: Callable[[dict[str, Any]], object] = lambda problem: None) -> Any:
    """Read the sound problem with one change."""
    document = deepcopy(SOUND)
    change(document)
    return read_problem(json.dumps(document).encode(), source="p.json")


@pytest.mark.parametrize("change", [lambda problem: None, filings(), manual()])
def test_a_sound_problem_passes(change: Callable[[dict[str, Any]], None]) -> None:
    """The problems that the cases below spoil have no fault."""
    validate(read(change))


@pytest.mark.parametrize(("code", "change", "entry", "field"), CASES)
def test_a_fault_names_its_entry(
    code: str, change: Callable[[dict[str, Any]], None], entry: str, field: str
) -> None:
    """One thing is spoilt; a fault of its kind names the entry and the field, and says what to do."""
    found = [fault for fault in faults_of(read(change)) if fault.code == code]

    assert [str(fault.entry) for fault in found][:1] == [entry]
    assert found[0].field.startswith(field)
    assert str(found[0].remedy)


def test_every_kind_of_fault_is_tested() -> None:
    """A kind of fault that no case brings about is one that nobody has seen."""
    of_documents = {
        "missing",
        "unknown_field",
        "not_an_option",
        "not_text",
        "not_whole",
        "not_a_decimal",
        "not_a_truth",
        "not_a_list",
        "not_an_object",
        "unreadable",
        "other_format",
    }

    assert set(TEXTS) - of_documents == {code for code, *_ in CASES}
