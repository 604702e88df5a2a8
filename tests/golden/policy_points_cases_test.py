"""The points tables of the packs: every case, the switch, the day, and a total explained in both languages."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from xuezheng.engines.matching.points.solve import explain_points
from xuezheng.policy import load_pack
from xuezheng.policy.differences import compare_packs
from xuezheng.policy.points import PointsCase, PointsTableEntry, run_points_case

PACKS = Path(__file__).parents[2] / "packs"
EXAMPLE = load_pack(PACKS / "example" / "2026")
HARBIN = load_pack(PACKS / "harbin" / "2023")
TABLES = [
    table for pack in (EXAMPLE, HARBIN) if pack.points is not None for table in pack.points.tables
]
CASES = [(table, case) for table in TABLES for case in table.cases]


@pytest.mark.parametrize(
    ("table", "case"), CASES, ids=[f"{t.in_force.year}-{c.note}" for t, c in CASES]
)
def test_every_case_comes_out(table: PointsTableEntry, case: PointsCase) -> None:
    """Total, items and whether the family may apply."""
    result = run_points_case(table, case)
    points = {line.item: line.points for line in result.lines}

    assert result.total == case.expect.total
    assert result.may_apply == case.expect.may_apply
    assert {item: points[item] for item in case.expect.items} == case.expect.items


def test_a_table_is_found_by_its_day() -> None:
    """Full marks were 110 until the end of 2025 and are 120 since."""
    found = {
        day: [
            sum((group.cap or group.items[0].points for group in table.groups), table.base)
            for table in EXAMPLE.points_tables(on=day)
        ]
        for day in (date(2024, 12, 31), date(2025, 12, 31), date(2026, 1, 1))
    }

    assert found == {
        date(2024, 12, 31): [],
        date(2025, 12, 31): [Decimal(110)],
        date(2026, 1, 1): [Decimal(120)],
    }


def test_harbin_gives_no_places_by_points() -> None:
    """The switch is off and says where that is known from."""
    assert HARBIN.points is not None
    assert (HARBIN.points.in_use, HARBIN.points.source.document) == (False, "enrolment_account")
    assert HARBIN.points_tables(on=date(2023, 9, 30)) == ()


def test_a_case_is_explained_in_the_words_of_the_pack() -> None:
    """Line by line, with months, days and what was left out."""
    table = EXAMPLE.points_tables(on=date(2026, 7, 20))[0]
    result = run_points_case(table, table.cases[0])

    said = [str(phrase) for phrase in explain_points(table.compiled(), result, table.names("en"))]

    assert said == [
        "Social insurance: 27.33 points for 82 of 82 months at 4 a year.",
        "Evidence not counted: back_paid.",
        "Social insurance of the other parent: 5.00 points for 30 of 30 months at 2 a year.",
        "Social insurance together: 32.33 points.",
        "Time of residence: 10.00 points for 1826 of 1826 days at 2 a year.",
        "Own home with a share above 50 %: 24.00 points.",
        "Public rental home: 0 points.",
        "Not counted beside own_home.",
        "Home and work in one division: 0.00 points.",
        "Stable residence together: 34.00 points.",
        "In keeping with the family policy: 5.00 points.",
        "Family together: 5.00 points.",
        "Total: 71.33 points, of which 0 are given to all.",
    ]
    assert table.names("zh-hans")["residence"] == "居住时间"
    assert result.ties == (("social_insurance", Decimal(82)), ("residence", Decimal(1826)))


def test_tables_are_compared_between_packs() -> None:
    """Harbin has none, so both are listed as removed."""
    changes = [d for d in compare_packs(EXAMPLE, HARBIN) if d.part == "points table"]

    assert [(d.id, d.change) for d in changes] == [
        ("migrant_children (2025-01-01)", "removed"),
        ("migrant_children (2026-01-01)", "removed"),
    ]
