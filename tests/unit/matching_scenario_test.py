"""Scenarios change a problem as they say, and nothing else; warnings name every rule that invites strategy."""

from dataclasses import replace
from decimal import Decimal

import pytest

from xuezheng.engines.matching.model import (
    Applicant,
    Filing,
    LastSeat,
    MechanismKind,
    Minimum,
    Problem,
    Rules,
    School,
    Seats,
    Siblings,
    Step,
    Tier,
    TierCounts,
)
from xuezheng.engines.matching.simulation.scenario import (
    QuotaShare,
    Scenario,
    ScenarioInvalid,
    apply_scenario,
    wish_lists,
)
from xuezheng.engines.matching.simulation.strategy import StrategyRisk, strategy_warnings
from xuezheng.engines.matching.solve import solve

FILINGS = (
    Filing(id="open", kinds=("general",), max_choices=2),
    Filing(id="quota", kinds=("quota",), max_choices=1),
)


def key_school(name: str, general: int, *quotas: int) -> School:
    """A school with general seats and one quota pool a junior school."""
    pools = (
        Seats(kind="quota", count=count, reserved_for=(f"junior-{place}",), unfilled=(Step.ALL,))
        for place, count in enumerate(quotas)
    )
    return School(id=name, seats=(Seats(count=general), *pools))


PROBLEM = Problem(
    id="p",
    rules=Rules(tiers=(Tier(name="near", needs_catchment=True),), max_choices=3),
    schools=(key_school("a", 60, 30, 10), key_school("b", 5), key_school("c", 3, 0)),
    applicants=(
        Applicant(id="x", choices=("a", "b", "c"), area="east", number=1),
        Applicant(id="y", choices=("b", "c"), area="west", number=2),
    ),
    catchments={"east": ("a",), "west": ("b",)},
)


def test_nothing_changes_where_nothing_is_said() -> None:
    """The base is the problem."""
    assert apply_scenario(PROBLEM, Scenario(name="base")) == PROBLEM


@pytest.mark.parametrize(
    ("share", "wanted"),
    [("0.6", (40, 45, 15)), ("0", (100, 0, 0)), ("1", (0, 75, 25)), ("0.405", (59, 31, 10))],
)
def test_a_quota_share_moves_seats_and_keeps_their_number(
    share: str, wanted: tuple[int, ...]
) -> None:
    """Only schools with both kinds change; pools of one kind keep their proportions; halves go to the quota."""
    scenario = Scenario(name="s", quota_shares=(QuotaShare(share=Decimal(share)),))

    a, b, c = apply_scenario(PROBLEM, scenario).schools

    assert tuple(pool.count for pool in a.seats) == wanted
    assert b == PROBLEM.schools[1]
    assert sum(pool.count for pool in c.seats) == 3


def test_seats_catchments_locks_and_lengths() -> None:
    """Each field replaces its own part of the problem; lists are cut to the length that is allowed."""
    scenario = Scenario(
        name="s",
        seats={"a": {"quota": 20}},
        catchments={"east": ("b",)},
        lock_years=5,
        max_choices=2,
    )

    found = apply_scenario(PROBLEM, scenario)

    assert [pool.count for pool in found.schools[0].seats] == [60, 15, 5]
    assert found.catchments == {"east": ("b",), "west": ("b",)}
    assert found.rules == replace(PROBLEM.rules, lock_years=5, max_choices=2)
    assert [one.choices for one in found.applicants] == [("a", "b"), ("b", "c")]
    assert apply_scenario(PROBLEM, Scenario(name="s", max_choices=0)).rules.max_choices is None


def test_from_one_list_to_filings_and_back() -> None:
    """A filing gets the listed schools that give out its kinds, up to its length; joined they are the wishes again."""
    filed = apply_scenario(
        PROBLEM, Scenario(name="s", mechanism=MechanismKind.FILINGS, filings=FILINGS)
    )
    assert filed.applicants[0].filings == {"open": ("a", "b"), "quota": ("a",)}

    only_filings = replace(
        filed, applicants=tuple(replace(one, choices=()) for one in filed.applicants)
    )
    assert wish_lists(only_filings) == {"x": ("a", "b"), "y": ("b", "c")}
    joined = apply_scenario(
        only_filings, Scenario(name="j", mechanism=MechanismKind.DEFERRED_ACCEPTANCE)
    )
    assert joined.applicants[0].choices == ("a", "b")
    assert joined.rules.filings == ()


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        (Scenario(name="s", mechanism=MechanismKind.CHOICE_BANDS), "Correct band "),
        (Scenario(name="s", mechanism=MechanismKind.FILINGS), "Correct filings "),
        (Scenario(name="s", seats={"z": {"general": 1}}), "there is no school z"),
        (Scenario(name="s", seats={"b": {"quota": 1}}), "school b cannot have 1 seats of the kind"),
        (Scenario(name="s", seats={"b": {"general": -1}}), "cannot have -1 seats"),
        (Scenario(name="s", catchments={"east": ("z",)}), "there is no school z"),
        (Scenario(name="s", catchments={"north": ("a",)}), "nobody lives in the area north"),
        (
            Scenario(name="s", quota_shares=(QuotaShare(share=Decimal("1.1")),)),
            "1.1 is not between 0 and 1",
        ),
        (
            Scenario(name="s", quota_shares=(QuotaShare(kind="art", share=Decimal(1)),)),
            "no school has seats of both kinds art and general",
        ),
    ],
)
def test_what_does_not_fit_the_problem_is_refused(scenario: Scenario, words: str) -> None:
    """The message names the scenario, what is wrong and the field to correct."""
    with pytest.raises(ScenarioInvalid, match=words) as refused:
        apply_scenario(PROBLEM, scenario)
    assert refused.value.facts["scenario"] == "s"


@pytest.mark.parametrize(
    ("rules", "risks"),
    [
        (Rules(), []),
        (Rules(mechanism=MechanismKind.SERIAL_DICTATORSHIP, last_seat=LastSeat.ADMIT_ALL), []),
        (Rules(mechanism=MechanismKind.TOP_TRADING_CYCLES), []),
        (Rules(mechanism=MechanismKind.IMMEDIATE_ACCEPTANCE), ["immediate_acceptance"]),
        (Rules(mechanism=MechanismKind.CHOICE_BANDS, band=2), ["choice_bands"]),
        (Rules(mechanism=MechanismKind.CHOICE_BANDS, band=5), []),
        (Rules(tier_counts=TierCounts.FIRST_CHOICE), ["tier_at_first_choice"]),
        (Rules(max_choices=3), ["list_length"]),
        (Rules(last_seat=LastSeat.ADMIT_ALL), ["level_admitted"]),
        (Rules(siblings=Siblings.TOGETHER), ["sibling_units"]),
        (
            Rules(
                mechanism=MechanismKind.FILINGS,
                filings=(Filing(id="open", kinds=("general",), band=1), FILINGS[1]),
            ),
            ["filings", "filing_bands", "list_length"],
        ),
    ],
)
def test_every_reason_for_strategy_is_warned_of(rules: Rules, risks: list[str]) -> None:
    """The table of rules and warnings, for lists of up to five choices; each has its sentence."""
    found = strategy_warnings(rules, longest_list=5)

    assert [warning.risk.value for warning in found] == risks
    assert all("pay" in str(one.sentence) or "chain" in str(one.sentence) for one in found)


def test_admitting_all_who_are_level_is_not_strategy_proof() -> None:
    """The warning has a witness: i loses by the true list, since asking for x first pushes out two at once."""
    tiers_at = {
        "d": {"x": ("1",), "z": ("2",)},
        "i": {"x": ("2",), "y": ("2",)},
        "b": {"x": ("3",), "z": ("1",)},
        "c": {"x": ("3",), "y": ("1",)},
    }
    wishes = {"d": ("z", "x"), "i": ("x", "y"), "b": ("x", "z"), "c": ("x", "y")}

    def place_of_i(listed: tuple[str, ...]) -> str:
        problem = Problem(
            id="p",
            rules=Rules(
                tiers=tuple(Tier(name=name) for name in "123"), last_seat=LastSeat.ADMIT_ALL
            ),
            schools=tuple(School(id=name, seats=(Seats(count=1),)) for name in "xyz"),
            applicants=tuple(
                Applicant(id=name, choices=listed if name == "i" else wishes[name], tiers_at=held)
                for name, held in tiers_at.items()
            ),
        )
        return {one.applicant: one.school for one in solve(problem).assignments}["i"]

    assert place_of_i(("x", "y")) == ""
    assert place_of_i(("y",)) == "y"
    assert [one.risk for one in strategy_warnings(Rules(last_seat=LastSeat.ADMIT_ALL))] == [
        StrategyRisk.LEVEL_ADMITTED
    ]


def test_a_line_below_an_earlier_one_falls_away_in_one_round() -> None:
    """A fixed line stays; one that refers to an earlier filing has nothing to refer to any more."""
    fixed = Minimum(key="score", at_least=Decimal(500))
    earlier = Minimum(key="score", below_line_of="general", points=Decimal(30))
    school = School(
        id="a", seats=(Seats(count=1, minimum=fixed), Seats(kind="quota", count=1, minimum=earlier))
    )
    rules = Rules(mechanism=MechanismKind.FILINGS, filings=FILINGS)
    problem = Problem(id="p", rules=rules, schools=(school,), applicants=())

    kept = apply_scenario(problem, Scenario(name="s")).schools
    (joint,) = apply_scenario(
        problem, Scenario(name="s", mechanism=MechanismKind.DEFERRED_ACCEPTANCE)
    ).schools

    assert kept == (school,)
    assert [pool.minimum for pool in joint.seats] == [fixed, None]
