"""The same cohort under other rules: a scenario is a list of changes to a problem, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal

from xuezheng.engines.matching.model import (
    Applicant,
    Filing,
    LastSeat,
    MechanismKind,
    PlacementKind,
    Problem,
    Rules,
    School,
    Seats,
    TierCounts,
)
from xuezheng.kernel.apportionment import apportion
from xuezheng.kernel.errors import InputError, Phrase, gettext_noop

BASE = "base"
"""The name of the rules as they are."""


class ScenarioInvalid(InputError):
    """A scenario asks for what the problem does not have."""

    code = "matching.scenario_invalid"
    template = gettext_noop("The scenario %(scenario)s cannot be applied: %(why)s.")
    remedy = gettext_noop("Correct %(field)s of the scenario.")


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaShare:
    """Seats moved between two kinds at every school that has both, so that one has a share of the two."""

    kind: str = "quota"
    """The kind that gets the share,"""
    of: str = "general"
    """and the kind that has the rest."""
    share: Decimal
    """From 0 to 1. Halves of a seat go to `kind`; its pools, and those of `of`, keep their proportions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Changes to a problem; what is not given stays as it is."""

    name: str
    title: str = ""
    mechanism: MechanismKind | None = None
    band: int | None = None
    filings: tuple[Filing, ...] | None = None
    tier_counts: TierCounts | None = None
    last_seat: LastSeat | None = None
    max_choices: int | None = None
    """Longest list; 0: no limit."""
    lock_years: int | None = None
    """0: no lock."""
    placement: PlacementKind | None = None
    quota_shares: tuple[QuotaShare, ...] = ()
    seats: dict[str, dict[str, int]] = field(default_factory=dict)
    """School, kind, seats; several pools of a kind keep their proportions."""
    catchments: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Schools of an area, in place of those it had."""


def wish_lists(problem: Problem) -> dict[str, tuple[str, ...]]:
    """Give each applicant's wishes over all schools: the list, or where there are filings, all of them one after another.

    Where filings come with a joint list in `choices`, that one counts: only it says what is wanted across filings.
    """
    wishes = {}
    for applicant in problem.applicants:
        filed = (
            school
            for filing in problem.rules.filings
            for school in applicant.filings.get(filing.id, ())
        )
        wishes[applicant.id] = applicant.choices or tuple(dict.fromkeys(filed))
    return wishes


def apply_scenario(problem: Problem, scenario: Scenario) -> Problem:
    """Make the problem that a scenario describes.

    From filings to one round, each applicant's list is the wish list (`wish_lists`), and lines that stand so many points
    below that of an earlier filing fall away, since there is none. From one round to filings, each filing gets the schools
    of the list that give out seats in it, as many as it allows.

    Raises:
        ScenarioInvalid: Naming the field that does not fit the problem.
    """
    rules = _changed_rules(problem.rules, scenario)
    schools = tuple(
        _changed_school(school, scenario, in_filings=bool(rules.filings))
        for school in problem.schools
    )
    _check_names(problem, scenario)
    changed = replace(
        problem,
        rules=rules,
        schools=schools,
        catchments={**problem.catchments, **scenario.catchments},
    )
    return replace(changed, applicants=_changed_lists(problem, changed))


def _changed_rules(rules: Rules, scenario: Scenario) -> Rules:
    mechanism = scenario.mechanism or rules.mechanism
    cap = rules.max_choices if scenario.max_choices is None else scenario.max_choices
    band = rules.band if scenario.band is None else scenario.band
    filings = rules.filings if scenario.filings is None else scenario.filings
    if mechanism is MechanismKind.CHOICE_BANDS and (band is None or band < 1):
        raise _invalid(
            scenario, "band", Phrase(gettext_noop("choice bands need a band of 1 or more"))
        )
    if mechanism is MechanismKind.FILINGS and not filings:
        raise _invalid(
            scenario, "filings", Phrase(gettext_noop("the mechanism filings needs filings"))
        )
    placement = rules.placement
    if scenario.placement is not None:
        placement = replace(placement, kind=scenario.placement)
    return replace(
        rules,
        mechanism=mechanism,
        band=band if mechanism is MechanismKind.CHOICE_BANDS else None,
        filings=filings if mechanism is MechanismKind.FILINGS else (),
        tier_counts=scenario.tier_counts or rules.tier_counts,
        last_seat=scenario.last_seat or rules.last_seat,
        max_choices=cap or None,
        lock_years=rules.lock_years if scenario.lock_years is None else scenario.lock_years,
        placement=placement,
    )


def _check_names(problem: Problem, scenario: Scenario) -> None:
    known = {school.id for school in problem.schools}
    areas = problem.catchments.keys() | {one.area for one in problem.applicants}
    for school in scenario.seats:
        if school not in known:
            raise _invalid(scenario, "seats", _no_school(school))
    for area, schools in scenario.catchments.items():
        if area not in areas:
            why = Phrase(gettext_noop("nobody lives in the area %(area)s"), area=area)
            raise _invalid(scenario, "catchments", why)
        for school in schools:
            if school not in known:
                raise _invalid(scenario, "catchments", _no_school(school))
    for quota in scenario.quota_shares:
        both = any(
            {quota.kind, quota.of} <= {s.kind for s in school.seats} for school in problem.schools
        )
        if not both or quota.kind == quota.of:
            why = Phrase(
                gettext_noop("no school has seats of both kinds %(kind)s and %(other)s"),
                kind=quota.kind,
                other=quota.of,
            )
            raise _invalid(scenario, "quota_shares", why)


def _no_school(school: str) -> Phrase:
    return Phrase(gettext_noop("there is no school %(school)s"), school=school)


def _invalid(scenario: Scenario, name: str, why: Phrase) -> ScenarioInvalid:
    return ScenarioInvalid(scenario=scenario.name, why=why, field=name)


def _changed_school(school: School, scenario: Scenario, *, in_filings: bool) -> School:
    totals: dict[str, int] = {}
    for seats in school.seats:
        totals[seats.kind] = totals.get(seats.kind, 0) + seats.count
    for kind, count in scenario.seats.get(school.id, {}).items():
        if kind not in totals or count < 0:
            why = Phrase(
                gettext_noop("school %(school)s cannot have %(count)s seats of the kind %(kind)s"),
                school=school.id,
                count=count,
                kind=kind,
            )
            raise _invalid(scenario, "seats", why)
        totals[kind] = count
    for quota in scenario.quota_shares:
        if not 0 <= quota.share <= 1:
            why = Phrase(
                gettext_noop("the share %(share)s is not between 0 and 1"), share=quota.share
            )
            raise _invalid(scenario, "quota_shares", why)
        if quota.kind in totals and quota.of in totals:
            both = totals[quota.kind] + totals[quota.of]
            due = int((quota.share * both).quantize(Decimal(1), rounding=ROUND_HALF_UP))
            totals[quota.kind], totals[quota.of] = due, both - due
    pools = school.seats if in_filings else tuple(map(_without_earlier_line, school.seats))
    return replace(school, seats=_with_totals(pools, totals))


def _without_earlier_line(seats: Seats) -> Seats:
    is_earlier = seats.minimum is not None and seats.minimum.below_line_of is not None
    return replace(seats, minimum=None) if is_earlier else seats


def _with_totals(pools: tuple[Seats, ...], totals: Mapping[str, int]) -> tuple[Seats, ...]:
    """Share out the seats of each kind over its pools, in the proportions that they had."""
    counts: dict[int, int] = {}
    for kind, total in totals.items():
        places = [place for place, seats in enumerate(pools) if seats.kind == kind]
        before = [pools[place].count for place in places]
        weights = before if sum(before) > 0 else [1] * len(before)
        counts.update(zip(places, apportion(total, weights), strict=True))
    return tuple(replace(seats, count=counts[place]) for place, seats in enumerate(pools))


def _changed_lists(before: Problem, after: Problem) -> tuple[Applicant, ...]:
    """Turn lists into what the mechanism asks for."""
    was, is_now = (one.rules.mechanism is MechanismKind.FILINGS for one in (before, after))
    cap = after.rules.max_choices
    if is_now and not was:
        offers = {filing.id: _schools_of(filing, after) for filing in after.rules.filings}
        return tuple(
            replace(
                one,
                filings={
                    filing.id: tuple(s for s in one.choices if s in offers[filing.id])[
                        : filing.max_choices
                    ]
                    for filing in after.rules.filings
                },
            )
            for one in before.applicants
        )
    if is_now:
        return before.applicants
    wishes = wish_lists(before)
    return tuple(
        one
        if one.choices == wishes[one.id][:cap] and not one.filings
        else replace(one, choices=wishes[one.id][:cap], filings={})
        for one in before.applicants
    )


def _schools_of(filing: Filing, problem: Problem) -> frozenset[str]:
    kinds = {*filing.kinds, filing.takes_unfilled_of}
    return frozenset(s.id for s in problem.schools if any(seats.kind in kinds for seats in s.seats))
