"""A result that was changed anywhere is refused, under the name of what it breaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from xuezheng.engines.matching.check import check
from xuezheng.engines.matching.checking.report import (
    Property,
    ResultNotPublishable,
    publishable,
    require_publishable,
)
from xuezheng.engines.matching.model import (
    Assignment,
    MechanismKind,
    Result,
    Via,
)
from xuezheng.engines.matching.solve import solve

from .matching_problems import ONE_ROUND, tiny_problems, town  # noqa: TID252 - a folder of tests has no other name

TOWN = town(80, 4)
SOLVED = solve(TOWN)


def first_with(result: Result, wanted: Callable[[Assignment], bool]) -> Assignment:
    """The first line of a result that is as wanted."""
    return next(one for one in result.assignments if wanted(one))


def with_line(result: Result, *lines: Assignment) -> Result:
    """The result with some lines in the place of those of the same applicants."""
    new = {line.applicant: line for line in lines}
    return replace(
        result, assignments=tuple(new.get(one.applicant, one) for one in result.assignments)
    )


def swapped(result: Result) -> Result:
    """Two who hold seats of one pool by choice 1 and nobody: the one out goes in, the last held goes out."""
    line = first_with(result, lambda one: not one.school)
    listed = next(one for one in TOWN.applicants if one.id == line.applicant).choices[0]
    held = first_with(result, lambda one: one.school == listed and one.kind == "general")
    return with_line(
        result,
        replace(held, applicant=line.applicant, choice=1),
        Assignment(applicant=held.applicant),
    )


def squeezed_in(result: Result) -> Result:
    """Somebody without a place gets one in a full pool."""
    line = first_with(result, lambda one: not one.school)
    listed = next(one for one in TOWN.applicants if one.id == line.applicant).choices[0]
    place = Assignment(
        applicant=line.applicant, school=listed, kind="general", pool=f"{listed}/general", choice=1
    )
    return with_line(result, place)


def dropped(result: Result) -> Result:
    """Somebody loses the place, and nobody gets it."""
    line = first_with(result, lambda one: bool(one.school))
    return with_line(result, Assignment(applicant=line.applicant))


def stranger_school(result: Result) -> Result:
    """Somebody is where they did not list."""
    for line in result.assignments:
        person = next(one for one in TOWN.applicants if one.id == line.applicant)
        other = [school.id for school in TOWN.schools if school.id not in person.choices[:1]]
        if line.choice == 1:
            return with_line(result, replace(line, school=other[0], pool=f"{other[0]}/{line.kind}"))
    raise AssertionError


def into_reserved(result: Result) -> Result:
    """Somebody outside the group holds a seat reserved for it."""
    outside = {one.id for one in TOWN.applicants if "north" not in one.groups}
    held = first_with(
        result, lambda one: one.kind == "general" and one.applicant in outside and one.choice == 1
    )
    out = first_with(result, lambda one: one.school == held.school and one.kind == "quota")
    return with_line(
        result,
        replace(held, kind="quota", pool=out.pool),
        Assignment(applicant=out.applicant),
    )


def cutoff(result: Result, **other: object) -> Result:
    """One cut-off says something else."""
    first, *rest = result.cutoffs
    return replace(result, cutoffs=(replace(first, **other), *rest))  # type: ignore[arg-type]


MUTATIONS: list[tuple[Callable[[Result], Result], Property]] = [
    (swapped, Property.NO_JUSTIFIED_ENVY),
    (squeezed_in, Property.SEATS_MET),
    (dropped, Property.NO_WASTE),
    (stranger_school, Property.OWN_LIST),
    (into_reserved, Property.QUOTAS_MET),
    (lambda one: replace(one, assignments=one.assignments[1:]), Property.EACH_ONCE),
    (
        lambda one: replace(one, assignments=(one.assignments[0], *one.assignments)),
        Property.EACH_ONCE,
    ),
    (lambda one: replace(one, assignments=one.assignments[::-1]), Property.EACH_ONCE),
    (
        lambda one: with_line(one, replace(SOLVED.assignments[0], choice=9)),
        Property.OWN_LIST,
    ),
    (lambda one: replace(one, problem_hash="0" * 64), Property.ABOUT_THIS_PROBLEM),
    (lambda one: cutoff(one, taken=0), Property.CUTOFFS_TRUE),
    (lambda one: cutoff(one, number=10**6), Property.CUTOFFS_TRUE),
    (lambda one: cutoff(one, is_full=False), Property.CUTOFFS_TRUE),
    (lambda one: cutoff(one, keys=(Decimal(77),)), Property.CUTOFFS_TRUE),
    (lambda one: cutoff(one, last="a000099"), Property.CUTOFFS_TRUE),
    (lambda one: replace(one, cutoffs=one.cutoffs[1:]), Property.CUTOFFS_TRUE),
    (lambda one: replace(one, cutoffs=one.cutoffs + one.cutoffs[:1]), Property.CUTOFFS_TRUE),
    (lambda one: replace(one, engine_version="0"), Property.REPLAY_EQUAL),
    (lambda one: with_line(one, by_hand(one)), Property.MANUAL_PLACES_LOGGED),
]


def by_hand(result: Result) -> Assignment:
    """A place by hand for which there is no list."""
    line = first_with(result, lambda one: not one.school)
    school = TOWN.schools[0].id
    return Assignment(
        applicant=line.applicant,
        school=school,
        kind="general",
        pool=f"{school}/general",
        via=Via.MANUAL,
    )


@pytest.mark.parametrize(("change", "broken"), MUTATIONS)
def test_a_change_breaks_a_named_property(
    change: Callable[[Result], Result], broken: Property
) -> None:
    """Each change fails the property that it breaks; the unchanged result fails none."""
    report = check(TOWN, change(SOLVED), solve=solve)

    assert broken in report.failing
    assert not publishable(report)
    assert publishable(check(TOWN, SOLVED, solve=solve))


def test_what_fails_names_whom_it_concerns() -> None:
    """A result that fails cannot be published; the error names the properties and the pools."""
    report = check(TOWN, squeezed_in(SOLVED))
    pool = report.of(Property.SEATS_MET).findings[0].pool

    assert {(one.pool, one.division) for one in report.of(Property.SEATS_MET).groups} == {
        (pool, "ab"[int(pool[3]) % 2])
    }
    with pytest.raises(ResultNotPublishable, match=f"seats_met.*{pool}"):
        require_publishable(report)
    require_publishable(check(TOWN, SOLVED))


@pytest.mark.parametrize("mechanism", [*ONE_ROUND, MechanismKind.FILINGS])
@given(data=st.data())
def test_any_other_place_is_refused(mechanism: MechanismKind, data: st.DataObject) -> None:
    """Whatever line of whatever result is changed: the checker with the solver at hand refuses it."""
    problem = data.draw(tiny_problems(mechanism))
    result = solve(problem)
    line = data.draw(st.sampled_from(result.assignments))
    school = data.draw(st.sampled_from(problem.schools))
    place = data.draw(st.integers(0, len(school.seats) - 1))
    other = Assignment(
        applicant=line.applicant,
        school=school.id,
        kind=school.seats[place].kind,
        pool=school.pool_name(place),
        choice=data.draw(st.integers(1, 3)),
        filing=line.filing or ("1" if mechanism is MechanismKind.FILINGS else ""),
    )
    assume(other != line)

    assert not publishable(check(problem, with_line(result, other), solve=solve))
    if line.school:
        nowhere = with_line(result, Assignment(applicant=line.applicant))
        assert not publishable(check(problem, nowhere))
