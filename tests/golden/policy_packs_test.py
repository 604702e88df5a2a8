"""The packs that come with the program: their cases, their plan, their hashes, their reference page."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from xuezheng.policy import Pack, list_packs, load_pack
from xuezheng.policy.cases import run_case
from xuezheng.policy.reference import schema_page
from xuezheng.policy.schema import Case

ROOT = Path(__file__).parents[2]
PACKS = {name: load_pack(path) for name, path in list_packs(ROOT / "packs").items()}
CASES = [(pack, case) for pack in PACKS.values() for case in pack.cases]
COUNTED = {"count", "selection", "allocation", "auction"}


@pytest.fixture
def harbin() -> Pack:
    """Give Harbin's pack."""
    return PACKS["harbin/2023"]


@pytest.mark.parametrize(
    ("pack", "case"), CASES, ids=[f"{p.id}-{c.rule}-{c.given}" for p, c in CASES]
)
def test_every_case_of_every_pack_holds(pack: Pack, case: Case) -> None:
    """What the bureau wrote as an example is what the rule says."""
    assert run_case(pack, case).found == case.expect


def test_harbin_has_the_whole_plan(harbin: Pack) -> None:
    """103 commitments in 12 sections."""
    counts = [len(part.commitments) for part in harbin.plan]

    assert counts == [10, 9, 12, 11, 8, 11, 9, 10, 8, 5, 9, 1]
    assert sum(counts) == 103


def test_harbin_keeps_the_published_targets(harbin: Pack) -> None:
    """Some of each kind, by heart."""
    published = {
        "1.1": ("50", "kindergarten"), "2.1": ("8", "school"), "2.7": ("252", "school"),
        "2.8": ("2000", "lesson"), "3.1": ("77", "percent"), "3.7": ("45", "school"),
        "5.3": ("40", "school"), "7.1": ("-1", "percentage_point"), "8.2": ("80", "principal"),
        "8.3": ("1000", "teacher"), "8.8": ("10000", "attendance"), "A.1": ("25", "lot"),
    }  # fmt: skip

    targets = {entry.id: entry.target for entry in harbin.commitments if entry.target is not None}
    found = {key: (str(targets[key].value), targets[key].unit) for key in published}

    assert found == published
    assert {key for key, target in targets.items() if target.at_least} == {"8.2", "8.3"}


def test_every_counted_target_is_shared_out_exactly(harbin: Pack) -> None:
    """All but the two that the city itself carries."""
    counted = [c for c in harbin.commitments if c.kind in COUNTED and c.target is not None]
    shared = [c for c in counted if c.allocation is not None]

    assert {c.id for c in counted} - {c.id for c in shared} == {"4.5", "4.6"}
    for commitment in shared:
        assert commitment.allocation is not None
        assert commitment.target is not None
        assert commitment.allocation.total == commitment.target.value
        assert commitment.counting is not None


def test_what_the_bureau_did_not_publish_is_marked(harbin: Pack) -> None:
    """Owners, shares and milestones are ours until confirmed."""
    for commitment in harbin.commitments:
        assert commitment.ownership_checked == "to_be_confirmed"
        allocation = commitment.allocation
        if allocation is not None and commitment.id not in ("4.8", "A.1"):
            assert allocation.checked == "to_be_confirmed"


def test_the_disputed_share_has_three_readings(harbin: Pack) -> None:
    """77 % of divisions, schools or pupils; one is official."""
    readings = harbin.commitment("3.1").readings

    assert [reading.id for reading in readings] == ["divisions", "schools", "pupils"]
    assert sum(reading.official for reading in readings) == 1


def test_harbin_has_its_divisions_and_townships(harbin: Pack) -> None:
    """18 and 328, with the population of the census."""
    assert (len(harbin.divisions), len(harbin.geography.townships)) == (18, 328)
    people = sum(division.facts["population_2020"] for division in harbin.divisions)
    assert people == Decimal(10_009_854)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("class_size_limit.primary", 45),
        ("class_size_limit.junior", 50),
        ("class_size_limit.kindergarten_big", 35),
        ("class_size_band.large", 56),
        ("class_size_band.very_large", 66),
        ("school_size_limit.primary", 2000),
        ("school_size_limit.nine_year", 2500),
        ("school_size_limit_transitional.primary", 2400),
        ("health_professional.pupils_from", 600),
        ("pupils_per_teacher.kindergarten", 15),
        ("network_speed.county", 10000),
        ("preschool.years", 3),
        ("resource.r5.junior", Decimal("10.2")),
        ("variation_limit.junior", Decimal("0.45")),
    ],
)
def test_harbin_states_the_national_rules(harbin: Pack, name: str, value: object) -> None:
    """The numbers of the documents, on the demonstration's day."""
    assert harbin.parameter(name, on=date(2023, 9, 30)) == value


def test_the_holidays_are_those_of_the_notices(harbin: Pack) -> None:
    """Working days of a year: 2023 had 249, 2024 had 251, 2026 has 248."""
    calendar = harbin.calendar
    years = {
        year: calendar.working_days_between(date(year, 1, 1), date(year, 12, 31))
        + calendar.is_working_day(date(year, 12, 31))
        for year in (2022, 2023, 2024, 2025, 2026)
    }

    assert years == {2022: 249, 2023: 249, 2024: 251, 2025: 248, 2026: 248}


def test_the_reference_page_is_the_schema() -> None:
    """Mend it with `xuezheng pack schema`."""
    page = ROOT / "docs" / "reference" / "pack-schema.md"

    assert page.read_text(encoding="utf-8") == schema_page()
