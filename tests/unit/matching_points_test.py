"""Points of a family: durations, proportions, caps, exclusions, and the sentences that explain them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from xuezheng.engines.matching.points.model import (
    Counts,
    Evidence,
    Person,
    PointsGroup,
    PointsItem,
    PointsLine,
    PointsTable,
    PointsWrong,
    Rounding,
)
from xuezheng.engines.matching.points.solve import count_points, explain_points

EVIDENCE_DAY = date(2026, 7, 20)


def days(**more: object) -> PointsItem:
    """Make an item of 2 points a year by days."""
    usual = {"id": "residence", "points": Decimal(2), "counts": Counts.DAY, "parts_per_year": 365}
    return PointsItem(**(usual | more))  # type: ignore[arg-type]


def months(**more: object) -> PointsItem:
    """Make an item of 4 points a year by months."""
    usual = {"id": "insurance", "points": Decimal(4), "counts": Counts.MONTH, "parts_per_year": 12}
    return PointsItem(**(usual | more))  # type: ignore[arg-type]


def table(*items: PointsItem, cap: Decimal | None = None, **more: object) -> PointsTable:
    """Make a table of one group."""
    groups = (PointsGroup(id="all", items=items, cap=cap),)
    return PointsTable(id="t", evidence_day=EVIDENCE_DAY, groups=groups, **more)  # type: ignore[arg-type]


def line(given: PointsTable, *evidence: Evidence) -> PointsLine:
    """Count, and give the first line."""
    return count_points(given, evidence).lines[0]


def lived(first: date, last: date | None = None, **more: object) -> Evidence:
    """Make a residence permit."""
    return Evidence(kind="residence", first=first, last=last, **more)  # type: ignore[arg-type]


def insured(first: date, last: date | None = None, **more: object) -> Evidence:
    """Make a period of social insurance."""
    return Evidence(kind="insurance", first=first, last=last, **more)  # type: ignore[arg-type]


def test_periods_that_overlap_or_follow_each_other_count_once() -> None:
    """1 to 31 January in three pieces is 31 days."""
    january = [
        lived(date(2026, 1, 1), date(2026, 1, 20)),
        lived(date(2026, 1, 10), date(2026, 1, 25)),
        lived(date(2026, 1, 26), date(2026, 1, 31)),
    ]

    assert line(table(days()), *january).quantity == 31


def test_a_period_ends_on_the_evidence_day() -> None:
    """One day counts of what begins on it, none of what begins after."""
    assert line(table(days()), lived(EVIDENCE_DAY)).quantity == 1
    assert line(table(days()), lived(date(2026, 7, 21))).quantity == 0
    assert line(table(days()), lived(date(2025, 7, 21), date(2030, 1, 1))).quantity == 365


@pytest.mark.parametrize(
    ("first", "last", "whole"),
    [
        (date(2026, 1, 1), date(2026, 1, 31), 1),
        (date(2026, 1, 2), date(2026, 2, 28), 1),
        (date(2026, 1, 2), date(2026, 2, 27), 0),
        (date(2024, 2, 1), date(2024, 2, 28), 0),
        (date(2025, 12, 31), date(2026, 1, 31), 1),
        (date(2020, 1, 1), None, 78),
    ],
)
def test_a_month_counts_when_covered_whole(first: date, last: date | None, whole: int) -> None:
    """A leap year's February has 29 days; July 2026 is cut by the evidence day."""
    assert line(table(months()), insured(first, last)).quantity == whole


def test_a_month_covered_by_two_periods_together_counts() -> None:
    """Half by one employer, half by the next."""
    halves = (
        insured(date(2026, 3, 1), date(2026, 3, 15)),
        insured(date(2026, 3, 16), date(2026, 3, 31)),
    )

    assert line(table(months()), *halves).quantity == 1


@pytest.mark.parametrize(
    ("rounding", "digits", "points"),
    [
        (Rounding.DOWN, 2, "2.66"),
        (Rounding.HALF_UP, 2, "2.67"),
        (Rounding.DOWN, 0, "2"),
        (Rounding.HALF_UP, 0, "3"),
    ],
)
def test_points_stay_exact_until_they_are_rounded_once(
    rounding: Rounding, digits: int, points: str
) -> None:
    """8 of 12 months at 4 a year are 8/3."""
    found = line(
        table(months(), digits=digits, rounding=rounding),
        Evidence(kind="insurance", amount=Decimal(8)),
    )

    assert (found.exact, str(found.points)) == (Fraction(8, 3), points)


def test_years_below_the_threshold_give_no_points_and_may_shut_out() -> None:
    """Two full years above three; with two and a half nobody may apply."""
    given = table(months(above_years=Decimal(3), needed_years=Decimal(3), whole_years=True))
    many = Evidence(kind="insurance", amount=Decimal(71))
    few = Evidence(kind="insurance", amount=Decimal(30))

    assert [line(given, many).counted, line(given, many).points] == [35, 8]
    refused = count_points(given, [few])
    assert refused.total == 0
    assert not refused.may_apply
    assert [str(hindrance) for hindrance in refused.hindrances] == [
        "insurance: 2.50 years are proven, 3 are needed to apply."
    ]


def test_the_second_applicant_has_items_of_the_own() -> None:
    """Evidence of one person never feeds the item of the other."""
    second = months(id="second", evidence="insurance", points=Decimal(2), person=Person.SECOND)
    given = table(months(), second)
    evidence = [
        Evidence(kind="insurance", amount=Decimal(12)),
        Evidence(kind="insurance", amount=Decimal(24), person=Person.SECOND),
    ]

    assert [found.points for found in count_points(given, evidence).lines] == [4, 4]


def test_evidence_with_an_excluded_mark_is_left_out_and_said_so() -> None:
    """Months paid in arrears give nothing."""
    given = table(months(not_counted=("back_paid",)))
    marked = insured(date(2025, 1, 1), date(2025, 12, 31), marks=("back_paid",))

    found = line(given, marked, insured(date(2026, 1, 1), date(2026, 3, 31)))

    assert found.quantity == 3
    assert [str(note) for note in found.notes] == ["Evidence not counted: back_paid."]


def test_of_items_that_exclude_one_another_the_best_counts() -> None:
    """Whatever their order; of equal ones the first."""
    own = PointsItem(id="own", points=Decimal(24), only_one_of="home")
    rental = PointsItem(id="rental", points=Decimal(10), only_one_of="home")
    both = [Evidence(kind="own"), Evidence(kind="rental")]

    for given in (table(own, rental), table(rental, own)):
        points = {found.item: found.points for found in count_points(given, both).lines}
        assert points == {"own": 24, "rental": 0}
    equal = count_points(table(own, replace(rental, points=Decimal(24))), both)
    assert [found.points for found in equal.lines] == [24, 0]
    assert [str(note) for note in equal.lines[1].notes] == ["Not counted beside own."]


def test_a_fact_must_hold_on_the_evidence_day_and_reach_its_limit() -> None:
    """More than 50 is not 50; a deed that ended or begins later proves nothing."""
    given = table(PointsItem(id="own", points=Decimal(24), more_than=Decimal(50)))

    def points(**more: object) -> Decimal:
        return line(given, Evidence(kind="own", **more)).points  # type: ignore[arg-type]

    assert points(value=Decimal("50.01")) == 24
    assert points(value=Decimal(50)) == 0
    assert points() == 0
    assert points(value=Decimal(60), first=date(2026, 7, 21)) == 0
    assert points(value=Decimal(60), last=date(2026, 7, 19)) == 0
    at_least = table(PointsItem(id="own", points=Decimal(24), at_least=Decimal(50)))
    assert line(at_least, Evidence(kind="own", value=Decimal(50))).points == 24


def test_a_total_is_explained_line_by_line() -> None:
    """Each item with its months or days, the caps, the group, the total."""
    given = table(months(cap=Decimal(6)), days(), base=Decimal(30), cap=Decimal(7), digits=1)
    evidence = [Evidence(kind="insurance", amount=Decimal(30)), lived(date(2024, 7, 20))]

    result = count_points(given, evidence)

    assert [str(said) for said in explain_points(given, result, {"all": "Work and home"})] == [
        "insurance: 6.0 points for 30 of 30 months at 4 a year.",
        "Capped at 6.",
        "residence: 4.0 points for 731 of 731 days at 2 a year.",
        "Work and home together: 10.0, capped at 7 points.",
        "Total: 37 points, of which 30 are given to all.",
    ]


def test_what_no_item_reads_is_listed() -> None:
    """Nothing that a family hands in vanishes without a word."""
    result = count_points(table(days()), [Evidence(kind="medal"), lived(date(2026, 1, 1))])

    assert result.unused == ("medal",)


@pytest.mark.parametrize(
    ("given", "evidence", "named"),
    [
        (table(days(), days()), [], "t: groups.0.items.1.id: the item residence stands twice"),
        (table(days(cap=Decimal(-1))), [], "items.0.cap: cap is negative"),
        (table(days(parts_per_year=0)), [], "items.0: months and days need parts_per_year"),
        (table(PointsItem(id="a", points=Decimal(1), whole_years=True)), [], "no whole_years"),
        (table(days(more_than=Decimal(1))), [], "only a fact has more_than"),
        (table(days(), ties=("x",)), [], "ties.0: the table has no item x"),
        (table(days(), digits=7), [], "digits is not between"),
        (table(days()), [lived(date(2026, 2, 1), date(2026, 1, 1))], "residence: the period ends"),
        (table(days()), [Evidence(kind="residence")], "both a period and an amount, or neither"),
        (table(days()), [Evidence(kind="residence", amount=Decimal(-1))], "amount -1 is negative"),
    ],
)
def test_what_contradicts_itself_is_refused_by_name(
    given: PointsTable, evidence: list[Evidence], named: str
) -> None:
    """The place in the table or the kind of evidence is in the message."""
    with pytest.raises(PointsWrong, match=named):
        count_points(given, evidence)
