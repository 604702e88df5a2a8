"""A pack answers by date, judges exactly, and keeps its hash."""

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from xuezheng.kernel.calendar import YearNotCovered
from xuezheng.policy import Pack, find_pack, list_packs, load_pack, packs_folders
from xuezheng.policy.differences import compare_packs
from xuezheng.policy.pack import fits_unit
from xuezheng.policy.problems import (
    CommitmentMissing,
    ParameterMissing,
    ParameterNotInForce,
    RuleUntestable,
    shorten,
)
from xuezheng.policy.schema import Unit

PACKS = Path(__file__).parents[2] / "packs"
TODAY = date(2026, 9, 30)


@pytest.fixture
def example() -> Pack:
    """Give the example pack."""
    return load_pack(PACKS / "example" / "2026")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Copy the packs to where they can be changed."""
    return Path(shutil.copytree(PACKS, tmp_path / "packs"))


def change(path: Path, old: str, new: str) -> None:
    """Replace a text in a file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


class TestParameters:
    """Values by date."""

    def test_the_value_in_force_on_the_day_is_given(self, example: Pack) -> None:
        """The limit fell from 50 to 45 on 1 September 2024."""
        name = "class_size_limit.primary"

        assert example.parameter(name, on=date(2024, 8, 31)) == 50
        assert example.parameter(name, on=date(2024, 9, 1)) == 45

    def test_numbers_are_exact_and_tables_cannot_be_changed(self, example: Pack) -> None:
        """No float, nothing to alter."""
        share = example.parameter("resource.floor_share", on=TODAY)
        table = example.parameter("school_code_classes", on=TODAY)

        assert (share, type(share)) == (Decimal("0.85"), Decimal)
        assert table["primary"] == ("21",)
        with pytest.raises(TypeError):
            table["primary"] = ()

    def test_before_the_first_day_there_is_no_value(self, example: Pack) -> None:
        """The message says when values begin."""
        with pytest.raises(ParameterNotInForce, match="values begin on 2017-04-19"):
            example.parameter("class_size_limit.primary", on=date(2017, 4, 18))

    def test_after_its_end_there_is_no_value(self, copy: Path) -> None:
        """The end day itself is out."""
        place = copy / "example/2026/parameters/class-size.yaml"
        change(place, "{2017-04-19: 0.85}", "{2017-04-19: 0.85}\n    ends: 2026-10-01")
        pack = load_pack(copy / "example" / "2026")

        assert pack.parameter("resource.floor_share", on=TODAY) == Decimal("0.85")
        with pytest.raises(ParameterNotInForce):
            pack.parameter("resource.floor_share", on=date(2026, 10, 1))

    def test_an_unknown_name_is_answered_with_near_ones(self, example: Pack) -> None:
        """A slip of the pen is seen at once."""
        with pytest.raises(ParameterMissing, match=r"near names: class_size_limit\.primary"):
            example.parameter("class_size_limit.primry", on=TODAY)

    @pytest.mark.parametrize(
        ("figure", "outcome"),
        [("2.3", "pass"), ("1.955", "near"), ("1.9549999999999999999", "fail")],
    )
    def test_near_is_decided_on_exact_values(
        self, example: Pack, figure: str, outcome: str
    ) -> None:
        """0.8499 of the standard is not 0.85 of it."""
        assert example.judge("resource.r7.primary", Decimal(figure), on=TODAY) == outcome

    def test_near_works_from_above_too(self, copy: Path) -> None:
        """A limit of 50 is near up to 50 / 0.85."""
        folder = copy / "example/2026"
        values = "values: {2017-04-19: 50}"
        place = folder / "parameters/class-size.yaml"
        change(place, values, f"{values}\n    near: resource.floor_share")
        change(folder / "cases/rules.yaml", "given: 51,", "given: 60,")
        pack = load_pack(folder)

        found = [pack.judge("class_size_limit.junior", n, on=TODAY) for n in (50, 58, 59)]
        assert found == ["pass", "near", "fail"]

    def test_a_parameter_without_test_judges_nothing(self, example: Pack) -> None:
        """The message says what is lacking."""
        with pytest.raises(RuleUntestable, match="states no test"):
            example.judge("resource.floor_share", 1, on=TODAY)

    def test_one_of_reads_a_list_as_well_as_a_table(self, copy: Path) -> None:
        """Without keys the figure itself is looked up."""
        folder = copy / "example/2026"
        (folder / "parameters/codes.yaml").write_text(
            "parameters:\n  codes:\n    title: {zh: 代码, en: Codes}\n    unit: table\n"
            '    values: {2020-01-01: ["11", "21"]}\n    source: {document: plan_2026}\n'
            "    checked: confirmed\n    test: one_of\n",
            encoding="utf-8",
        )
        (folder / "cases/codes.yaml").write_text(
            'cases:\n  - {rule: codes, on: 2026-01-01, given: "11", expect: pass}\n'
            '  - {rule: codes, on: 2026-01-01, given: "31", expect: fail}\n',
            encoding="utf-8",
        )

        assert load_pack(folder).judge("codes", "21", on=TODAY) == "pass"


class TestContents:
    """What a pack knows."""

    def test_it_tells_identity_period_and_plan(self, example: Pack) -> None:
        """All from the files."""
        assert (example.id, example.title.en[:9], example.authority.zh) == (
            "example/2026",
            "Mingchuan",
            "明川市教育局",
        )
        assert example.period.last == date(2026, 12, 31)
        assert example.demonstration is not None
        assert example.demonstration.today == TODAY
        assert [section.id for section in example.sections] == ["1", "2"]
        assert example.commitment("2.3").allocation is not None
        assert [division.name.zh for division in example.divisions] == [
            "东明区",
            "西川区",
            "北溪县",
        ]

    def test_an_unknown_commitment_is_refused(self, example: Pack) -> None:
        """With an id as example."""
        with pytest.raises(CommitmentMissing, match=r"such as 1\.1"):
            example.commitment("7.7")

    def test_the_calendar_covers_the_notices(self, example: Pack) -> None:
        """2022 to 2026; 2027 is an error."""
        assert not example.calendar.is_working_day(date(2026, 2, 23))
        assert example.calendar.is_working_day(date(2026, 2, 28))
        with pytest.raises(YearNotCovered):
            example.calendar.is_working_day(date(2027, 1, 4))

    @pytest.mark.parametrize(
        ("kind", "good", "bad"),
        [
            ("integer", 3, Decimal("3.5")),
            ("integer", Decimal("3.0"), True),
            ("decimal", Decimal("3.5"), "3"),
            ("boolean", True, 1),
            ("text", "x", 1),
            ("table", {"a": 1}, "x"),
        ],
    )
    def test_values_fit_their_units(self, kind: str, good: object, bad: object) -> None:
        """Each kind of value has its form."""
        unit = Unit.model_validate({"title": {"zh": "甲", "en": "a"}, "value": kind})

        assert fits_unit(good, unit)
        assert not fits_unit(bad, unit)


class TestHash:
    """The hash follows what a pack says."""

    def test_comments_layout_and_notes_do_not_count(self, example: Pack, copy: Path) -> None:
        """Only what is said counts."""
        folder = copy / "example/2026"
        change(folder / "pack.yaml", "# An invented city", "# A city")
        change(folder / "plan/01-places.yaml", "    kind: count", "    kind:   count  # counts")
        (folder / "README.md").unlink()
        (folder / "demonstration").mkdir(exist_ok=True)
        (folder / "demonstration/more.yaml").write_text("a: 1\n", encoding="utf-8")
        change(copy / "calendar-cn.yaml", "2022-10-08, 2022-10-09", "2022-10-08")
        change(copy / "units.yaml", "en: lessons", "en: lesson")

        assert load_pack(folder).hash == example.hash

    @pytest.mark.parametrize(
        ("file", "old", "new"),
        [
            ("example/2026/plan/01-places.yaml", "due: 2026-08-25", "due: 2026-08-26"),
            ("example/2026/geography/townships.csv", "东华街道", "东新街道"),
            ("calendar-cn.yaml", "2026-09-20, 2026-10-10", "2026-09-20"),
            ("units.yaml", "en: kindergartens", "en: nurseries"),
            ("vocabularies.yaml", "en: Junior high}", "en: Lower secondary}"),
        ],
    )
    def test_what_the_pack_says_counts(
        self, example: Pack, copy: Path, file: str, old: str, new: str
    ) -> None:
        """Rules, geography, its units and its years."""
        change(copy / file, old, new)

        assert load_pack(copy / "example/2026").hash != example.hash

    def test_a_changed_file_is_read_again(self, copy: Path) -> None:
        """The cache looks at the files."""
        folder = copy / "example/2026"
        before = load_pack(folder)
        assert load_pack(folder) is before

        change(folder / "plan/01-places.yaml", "新增公办幼儿园", "新建公办幼儿园")

        assert load_pack(folder).hash != before.hash


class TestPlaces:
    """Where packs are found."""

    def test_an_own_folder_comes_first(self, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """By argument or by XUEZHENG_PACKS."""
        assert find_pack("example/2026", own=copy) == copy / "example/2026"
        assert list_packs(copy)["harbin/2023"] == copy / "harbin/2023"
        monkeypatch.setenv("XUEZHENG_PACKS", str(copy))
        assert packs_folders()[0] == copy

    def test_a_pack_is_loaded_by_its_id(self) -> None:
        """From the packs that come with the program."""
        assert load_pack("example/2026").id == "example/2026"
        assert set(list_packs()) >= {"example/2026", "harbin/2023"}

    def test_units_come_with_the_program(self, copy: Path) -> None:
        """A folder with nothing but one pack is enough."""
        (copy / "units.yaml").unlink()
        (copy / "calendar-cn.yaml").unlink()

        assert load_pack(copy / "example/2026").units["pupil"].value == "integer"


def test_differences_are_listed_field_by_field(example: Pack, copy: Path) -> None:
    """Added, removed, changed."""
    folder = copy / "example/2026"
    change(folder / "parameters/class-size.yaml", "2024-09-01: 45}", "2024-09-01: 44}")
    change(folder / "cases/rules.yaml", "given: 45", "given: 44")
    change(folder / "plan/02-quality.yaml", 'id: "2.2"', 'id: "2.9"')

    found = {(d.part, d.id): d for d in compare_packs(example, load_pack(folder))}

    assert {key: d.change for key, d in found.items()} == {
        ("parameter", "class_size_limit.primary"): "changed",
        ("commitment", "2.2"): "removed",
        ("commitment", "2.9"): "added",
    }
    [field] = found["parameter", "class_size_limit.primary"].fields
    assert (field.path, field.before, field.after) == ("values.2024-09-01", "45", "44")


def test_a_long_value_is_cut_in_messages() -> None:
    """A message stays readable."""
    assert len(shorten("x" * 500)) == 80
