"""Problems to try the matching engine on: tiny ones for brute force, and larger ones made from a seed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import strategies as st

from xuezheng.engines.matching.model import (
    Applicant,
    Direction,
    Division,
    Filing,
    Key,
    LastSeat,
    Lock,
    MechanismKind,
    Minimum,
    Placement,
    PlacementKind,
    Problem,
    Rules,
    School,
    Seats,
    Siblings,
    Step,
    Tier,
    TierCounts,
    WithoutTier,
)
from xuezheng.kernel.seeded import SeededStream

ONE_ROUND = (
    MechanismKind.DEFERRED_ACCEPTANCE,
    MechanismKind.SERIAL_DICTATORSHIP,
    MechanismKind.CHOICE_BANDS,
    MechanismKind.IMMEDIATE_ACCEPTANCE,
    MechanismKind.TOP_TRADING_CYCLES,
)
_TIERS = (Tier(name="both"), Tier(name="near", needs_catchment=True), Tier(name="one"))
_GROUPS = ("north", "south")
_UNFILLED = ((), (Step.DIVISION,), (Step.ALL,), (Step.DIVISION, Step.ALL))
_PAIRS = st.sets(st.sampled_from(_GROUPS), max_size=2).map(lambda found: tuple(sorted(found)))


@st.composite
def tiny_problems(
    draw: st.DrawFn, mechanism: MechanismKind | None = None, *, plain: bool = False
) -> Problem:
    """Up to five applicants and three schools, with every rule that the mechanism bears.

    Args:
        draw: Given by hypothesis.
        mechanism: The mechanism; None: any of one round.
        plain: Whether to leave out units, and ties that are all admitted.
    """
    kind = draw(st.sampled_from(ONE_ROUND)) if mechanism is None else mechanism
    one_order = kind is MechanismKind.SERIAL_DICTATORSHIP
    strict = plain or kind is MechanismKind.TOP_TRADING_CYCLES
    rules = draw(_rules(kind, strict=strict, one_order=one_order))
    schools = tuple(draw(_school(number, one_order)) for number in range(draw(st.integers(1, 3))))
    names = [school.id for school in schools]
    count = draw(st.integers(1, 5))
    numbers = draw(st.permutations(range(count)))
    applicants = [
        draw(_applicant(place, number, names, one_order)) for place, number in enumerate(numbers)
    ]
    if rules.siblings is Siblings.TOGETHER and count > 1:
        applicants[1] = replace(applicants[0], id=applicants[1].id)
    if kind is MechanismKind.FILINGS:
        applicants = [replace(one, choices=()) for one in applicants]
    divisions = (
        () if one_order else draw(st.sampled_from([(), (Division(id="a", tiers=_TIERS[:1]),)]))
    )
    return Problem(
        id="tiny",
        year=2023,
        rules=rules,
        schools=schools,
        applicants=tuple(applicants),
        divisions=divisions,
        catchments={"here": tuple(names[:1]), "there": tuple(names[1:])},
    )


@st.composite
def _rules(draw: st.DrawFn, kind: MechanismKind, *, strict: bool, one_order: bool) -> Rules:
    last = [LastSeat.COMPARE, LastSeat.DRAW] + ([] if strict else [LastSeat.ADMIT_ALL])
    tiers = () if one_order else draw(st.sampled_from([(), _TIERS, _TIERS[2:]]))
    return Rules(
        mechanism=kind,
        band=draw(st.integers(1, 3)) if kind is MechanismKind.CHOICE_BANDS else None,
        filings=draw(_filings()) if kind is MechanismKind.FILINGS else (),
        tiers=tiers,
        tier_counts=draw(st.sampled_from(TierCounts)) if not one_order else TierCounts.EVERY_CHOICE,
        keys=(Key(name="total"), Key(name="age", direction=Direction.LOW))[
            : draw(st.integers(0, 2))
        ],
        last_seat=draw(st.sampled_from(last)),
        number_first=draw(st.sampled_from(Direction)),
        max_choices=draw(st.sampled_from([None, 2])),
        siblings=Siblings.APART if strict else draw(st.sampled_from(Siblings)),
        lock_years=draw(st.sampled_from([0, 5])),
        placement=draw(_placements()),
        without_tier=draw(st.sampled_from(WithoutTier)),
    )


@st.composite
def _filings(draw: st.DrawFn) -> tuple[Filing, ...]:
    first = Filing(id="1", kinds=("general",), max_choices=2, band=draw(st.sampled_from([None, 1])))
    second = Filing(id="2", kinds=("quota",))
    step = draw(st.sampled_from(Step))
    third = Filing(id="3", kinds=(), takes_unfilled_of="quota", pool_by=step)
    again = Filing(id="4", kinds=("general",))
    return (first, second, third, again)[: draw(st.integers(1, 4))]


@st.composite
def _placements(draw: st.DrawFn) -> Placement:
    kind = draw(st.sampled_from([PlacementKind.NONE, PlacementKind.ORDER, PlacementKind.NEAREST]))
    order = {"a": ("s0",), "": ("s0",)} if kind is PlacementKind.ORDER else {}
    return Placement(kind=kind, order=order)


@st.composite
def _school(draw: st.DrawFn, number: int, one_order: bool) -> School:
    quota = Seats(
        kind="quota",
        count=draw(st.integers(0, 2)),
        reserved_for=draw(_PAIRS),
        division=draw(st.sampled_from(["a", "b"])),
        unfilled=draw(st.sampled_from(_UNFILLED)),
        minimum=draw(
            st.sampled_from(
                [
                    None,
                    Minimum(key="total", at_least=Decimal(1)),
                    Minimum(key="total", below_line_of="general", points=Decimal("0.5")),
                ]
            )
        ),
    )
    general = Seats(count=draw(st.integers(0, 2)))
    pools = draw(st.sampled_from([(general,), (quota, general), (general, quota)]))
    return School(
        id=f"s{number}",
        seats=pools,
        division=draw(st.sampled_from(["a", "b"])),
        tiers=None if one_order else draw(st.sampled_from([None, None, (), _TIERS[::-1]])),
        east_metres=100 * number,
        north_metres=0,
    )


@st.composite
def _applicant(
    draw: st.DrawFn, place: int, number: int, schools: list[str], one_order: bool
) -> Applicant:
    wish = draw(st.permutations(schools))
    listed = tuple(wish[: draw(st.integers(0, len(schools)))])
    held = () if one_order else tuple(draw(st.sets(st.sampled_from([t.name for t in _TIERS]))))
    locks = (Lock(school="s0", since_year=2020, sibling=draw(st.booleans())),)
    return Applicant(
        id=f"a{place}",
        choices=listed,
        filings={"1": listed, "2": tuple(reversed(listed)), "3": listed[:1], "4": listed},
        division=draw(st.sampled_from(["a", "b"])),
        area=draw(st.sampled_from(["here", "there"])),
        groups=draw(_PAIRS),
        tiers=tuple(sorted(held)),
        tiers_at={} if one_order else draw(st.sampled_from([{}, {"s0": ("both",)}])),
        keys={"total": Decimal(draw(st.integers(0, 3))), "age": Decimal(draw(st.integers(0, 1)))},
        number=number,
        unit="twins" if place < 2 else "",
        locks=draw(st.sampled_from([(), (), locks])),
        east_metres=draw(st.integers(0, 300)),
        north_metres=0,
    )


def town(
    applicants: int,
    schools: int,
    *,
    mechanism: MechanismKind = MechanismKind.DEFERRED_ACCEPTANCE,
    band: int | None = None,
    seed: str = "town",
) -> Problem:
    """A town with two divisions, quotas, tiers and a draw; the same for the same numbers."""
    stream = SeededStream(seed, "matching.town")
    count = max(applicants * 9 // (10 * schools), 1)
    quota = Seats(
        kind="quota", count=count // 3, reserved_for=_GROUPS[:1], division="a", unfilled=(Step.ALL,)
    )
    places = tuple(
        School(
            id=f"s{number:03}",
            seats=(quota, Seats(count=count - count // 3)),
            division="ab"[number % 2],
        )
        for number in range(schools)
    )
    names = [school.id for school in places]
    numbers = stream.shuffled(range(applicants))
    people = tuple(
        Applicant(
            id=f"a{place:06}",
            choices=tuple(stream.sample(names, min(5, schools))),
            division=stream.choice("ab"),
            groups=(stream.choice(_GROUPS),),
            tiers=(stream.choice(("both", "one")),),
            keys={"total": Decimal(stream.below(60)) / 2},
            number=numbers[place],
        )
        for place in range(applicants)
    )
    rules = Rules(
        mechanism=mechanism,
        band=band,
        tiers=(_TIERS[0], _TIERS[2]),
        keys=(Key(name="total"),),
        last_seat=LastSeat.COMPARE,
    )
    return Problem(id="town", year=2023, rules=rules, schools=places, applicants=people)
