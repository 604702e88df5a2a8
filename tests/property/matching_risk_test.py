"""The risk of a list, held against running everything again and against chances that can be worked out."""

from dataclasses import replace
from decimal import Decimal

import pytest

from xuezheng.engines.matching.model import (
    Applicant,
    Filing,
    Key,
    LastSeat,
    MechanismKind,
    Problem,
    Rules,
    School,
    Seats,
    Tier,
)
from xuezheng.engines.matching.simulation import compiled
from xuezheng.engines.matching.simulation.redraws import draw_numbers
from xuezheng.engines.matching.simulation.risk import RiskRunsTooFew, prepare_risk, risk_of

TIERS = (Tier(name="near"), Tier(name="far"))


def city(size: int = 300, schools: int = 6, **rules: object) -> Problem:
    """Two tiers and a draw; seats for eight in ten."""
    words = draw_numbers(size * 5, seed="risk", redraw=1).reshape(size, 5).tolist()
    return Problem(
        id="city",
        rules=Rules(tiers=TIERS, **rules),  # type: ignore[arg-type]
        schools=tuple(
            School(id=f"s{place}", seats=(Seats(count=size * 8 // (10 * schools)),))
            for place in range(schools)
        ),
        applicants=tuple(
            Applicant(
                id=f"a{place:03}",
                choices=tuple(
                    dict.fromkeys(
                        f"s{min(word % schools, (word >> 32) % schools)}" for word in row[:4]
                    )
                ),
                tiers=("near" if row[4] % 2 else "far",),
                keys={"score": Decimal(row[4] % 1000)},
            )
            for place, row in enumerate(words)
        ),
    )


@pytest.mark.parametrize(
    "rules",
    [
        {},
        {"mechanism": MechanismKind.IMMEDIATE_ACCEPTANCE},
        {"mechanism": MechanismKind.CHOICE_BANDS, "band": 2},
    ],
)
def test_cut_offs_tell_what_running_again_tells(rules: dict[str, object]) -> None:
    """In a round of 300 the chances differ by no more than luck over 80 runs allows."""
    problem = city(**rules)
    prepared = prepare_risk(problem, seed="s", redraws=80)
    for tier, listed in (
        ("far", ("s0", "s1", "s3")),
        ("near", ("s1", "s0")),
        ("far", ("s5", "s4")),
    ):
        asks = Applicant(id="a000", choices=listed, tiers=(tier,))
        quick, slow = risk_of(prepared, asks), risk_of(prepared, asks, rerun=True)
        pairs = [(quick.unassigned, slow.unassigned)]
        pairs += [(a.chance, b.chance) for a, b in zip(quick.choices, slow.choices, strict=True)]
        for here, there in pairs:
            assert abs(here.mean - there.mean) < Decimal("0.13")
            assert here.low <= here.mean <= here.high
        total = quick.unassigned.mean + sum(one.chance.mean for one in quick.choices)
        assert abs(total - 1) <= Decimal("0.0003")
        assert (quick.is_rerun, slow.is_rerun) == (False, True)


def test_a_chance_that_can_be_worked_out() -> None:
    """100 level applicants for 30 seats: three in ten, to within the seat that the asker might take."""
    crowd = tuple(Applicant(id=f"{place:03}", choices=("s",)) for place in range(100))
    problem = Problem(
        id="p", rules=Rules(), schools=(School(id="s", seats=(Seats(count=30),)),), applicants=crowd
    )

    found = risk_of(prepare_risk(problem, seed="s", redraws=400), crowd[0])

    (chance,) = (one.chance for one in found.choices)
    assert abs(chance.mean - Decimal("0.3")) < Decimal("0.012")
    assert chance.low < Decimal("0.3") < chance.high
    assert found.unassigned.mean == 1 - chance.mean
    assert found.warnings == ()


def test_sure_and_hopeless_lists() -> None:
    """A school that stays open is sure; one filled by a better tier is hopeless; no list is no place."""
    crowd = tuple(Applicant(id=f"{n:02}", choices=("full",), tiers=("near",)) for n in range(20))
    problem = Problem(
        id="p",
        rules=Rules(tiers=TIERS),
        schools=tuple(School(id=name, seats=(Seats(count=10),)) for name in ("full", "open")),
        applicants=crowd,
    )
    prepared = prepare_risk(problem, seed="s", redraws=10)

    def unassigned(*choices: str) -> Decimal:
        return risk_of(prepared, Applicant(id="x", choices=choices, tiers=("far",))).unassigned.mean

    assert unassigned("full") == 1
    assert unassigned("full", "open") == 0
    assert unassigned() == 1
    near = risk_of(prepared, Applicant(id="x", choices=("open",), tiers=("near",)))
    assert near.unassigned.mean == 0
    assert near.unassigned.high > 0  # ten runs do not prove that it never happens


def test_scores_without_a_draw_are_yes_or_no_unless_the_cohort_is_drawn_anew() -> None:
    """With one cohort the answer is certain; drawing cohorts anew tells how near the line it is."""
    crowd = tuple(
        Applicant(id=f"{n:03}", choices=("s",), keys={"score": Decimal(n)}) for n in range(100)
    )
    problem = Problem(
        id="p",
        rules=Rules(keys=(Key(name="score"),), last_seat=LastSeat.ADMIT_ALL),
        schools=(School(id="s", seats=(Seats(count=50),)),),
        applicants=crowd,
    )

    def risk(score: int, *, new_cohorts: bool) -> Decimal:
        prepared = prepare_risk(problem, seed="s", redraws=60, new_cohorts=new_cohorts)
        asks = Applicant(id="x", choices=("s",), keys={"score": Decimal(score)})
        return risk_of(prepared, asks).unassigned.mean

    assert (risk(49, new_cohorts=False), risk(50, new_cohorts=False)) == (1, 0)
    assert (risk(20, new_cohorts=True), risk(80, new_cohorts=True)) == (1, 0)
    assert Decimal("0.2") < risk(50, new_cohorts=True) < Decimal("0.8")


@pytest.mark.parametrize("new_cohorts", [False, True])
def test_compiled_and_plain_runs_say_the_same(
    new_cohorts: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same chances to the digit, whichever way the runs were made."""
    found = []
    for limit in (1, 10**12):
        monkeypatch.setattr(compiled, "COMPILED_FROM", limit)
        prepared = prepare_risk(city(), seed="s", redraws=8, new_cohorts=new_cohorts)
        found.append(risk_of(prepared, city().applicants[7]))

    assert found[0] == found[1]


def test_filings_are_run_again_in_full() -> None:
    """There are no cut-offs across filings; the chances count where the school stands in all wishes."""
    filings = (Filing(id="1", kinds=("general",)), Filing(id="2", kinds=("general",)))
    problem = city(30, 2, mechanism=MechanismKind.FILINGS, filings=filings)
    problem = replace(
        problem,
        applicants=tuple(
            replace(one, choices=(), filings={"1": one.choices[:1], "2": one.choices[1:2]})
            for one in problem.applicants
        ),
    )

    found = risk_of(prepare_risk(problem, seed="s", redraws=5), problem.applicants[3])

    assert found.is_rerun
    assert [one.risk.value for one in found.warnings] == ["filings"]
    total = found.unassigned.mean + sum(one.chance.mean for one in found.choices)
    assert total == 1


def test_no_runs_tell_nothing() -> None:
    """The message says what to ask for."""
    with pytest.raises(RiskRunsTooFew, match="from 0 redraws. Ask for 1 or more"):
        prepare_risk(city(10, 2), seed="s", redraws=0)
