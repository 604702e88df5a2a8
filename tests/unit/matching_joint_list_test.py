"""What filings one after another cost, beside one joint list."""

from decimal import Decimal

from xuezheng.engines.matching.model import (
    Applicant,
    Filing,
    Key,
    MechanismKind,
    Placement,
    Problem,
    Rules,
    School,
    Seats,
)
from xuezheng.engines.matching.simulation.scenario import Scenario
from xuezheng.engines.matching.simulation.simulate import simulate


def test_a_seat_in_an_early_filing_can_cost_a_better_one_later() -> None:
    """Filings leave envy that one joint list removes: x takes the listed second school and so forfeits the quota."""
    filings = (Filing(id="open", kinds=("general",)), Filing(id="quota", kinds=("quota",)))
    problem = Problem(
        id="p",
        rules=Rules(mechanism=MechanismKind.FILINGS, filings=filings, keys=(Key(name="score"),)),
        schools=(
            School(
                id="a", seats=(Seats(count=1), Seats(kind="quota", count=1, reserved_for=("j",)))
            ),
            School(id="b", seats=(Seats(count=1),)),
        ),
        applicants=tuple(
            Applicant(
                id=name,
                choices=("a", "b"),
                filings={"open": ("a", "b"), "quota": ("a",)},
                groups=groups,
                keys={"score": Decimal(score)},
            )
            for name, groups, score in (("w", (), 9), ("x", ("j",), 8), ("y", ("j",), 7))
        ),
    )
    joint = Scenario(name="joint", mechanism=MechanismKind.DEFERRED_ACCEPTANCE)

    base, found = simulate(problem, [joint]).scenarios

    assert base.line().counts["justified_envy"].total == 1
    assert found.line().counts["justified_envy"].total == 0
    assert found.line("group", "j").moves["up"].total == 1
    assert [one.risk.value for one in base.warnings] == ["filings"]
    assert found.warnings == ()
    assert problem.rules.placement == Placement()
