"""A points.yaml that is wrong is refused with file, place, value and remedy; a pack without one has no points."""

import shutil
from pathlib import Path

import pytest

from xuezheng.policy import PackInvalid, load_pack

PACKS = Path(__file__).parents[2] / "packs"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Copy the example pack to where it can be changed."""
    return Path(shutil.copytree(PACKS, tmp_path / "packs")) / "example" / "2026"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "total: 71.33",
            "total: 71.34",
            r"points.yaml, line \d+, tables\[1\].cases\[0\].expect: .* 71.34 for total, .* gives 71.33",
        ),
        ("{residence: 8,", "{residence: 9,", "expects 9 for residence, but the table gives 8"),
        ("may_apply: false, items: {own_home", "items: {own_home", "expects True for may_apply"),
        ("{residence: 8,", "{house: 8,", r"expect.items.house: the table has no item house"),
        ("in_use: true", "in_use: yes", "in_use: it is not a number of the right kind"),
        ("    ends: 2026-01-01\n", "", r"tables\[1\].id: another table of the same id"),
        ("cap: 48", "cap: -48", r"tables\[1\].groups\[0\].items\[0\].cap: cap is negative .*-48"),
        (
            "not_counted: [back_paid]",
            "not_counted: [arrears]",
            "items.0..not_counted: the table names no mark arrears",
        ),
        ("evidence: residence", "evidence: stay", "the table names no evidence stay"),
        ("{kind: same_division}", "{kind: same_town}", "kind: the table names no evidence same_town"),
        ("ties: [social_insurance, residence]", "ties: [own_home]", r"ties\[0\]: the table has no item own_home"),
        ("source: {document: points_2025}", "source: {document: lost}", "tables.0..source.document"),
        ("amount: 59}", "amount: 59, first: 2020-01-01}", "cannot be counted: .* both a period and"),
        ("points: 20, more_than: 50", "points: twenty", "points: it is not valid: a number is needed"),
        ("checked: confirmed\n    cases", "cases", r"tables\[\d\].checked: the key is missing"),
    ],
)  # fmt: skip
def test_it_is_refused_with_its_place(folder: Path, old: str, new: str, said: str) -> None:
    """Each mistake by its own sentence."""
    file = folder / "points.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")

    with pytest.raises(PackInvalid, match=said):
        load_pack(folder)


def test_points_in_use_need_a_table(folder: Path) -> None:
    """The switch alone counts nothing."""
    (folder / "points.yaml").write_text(
        "in_use: true\nsource: {document: points_2026}\nchecked: confirmed\n", encoding="utf-8"
    )

    with pytest.raises(PackInvalid, match="in_use: points are in use but there is no table"):
        load_pack(folder)


def test_a_pack_without_the_file_has_no_points(folder: Path) -> None:
    """It is not required."""
    (folder / "points.yaml").unlink()

    assert load_pack(folder).points is None


def test_the_table_counts_in_the_hash(folder: Path) -> None:
    """Another rate is another pack."""
    before = load_pack(folder).hash
    file = folder / "points.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text.replace("ties: [social_insurance, residence]", "ties: []"), encoding="utf-8"
    )

    assert load_pack(folder).hash != before
