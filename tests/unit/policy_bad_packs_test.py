"""Whatever is wrong in a pack is named: file, line, path, value, and what to do."""

import shutil
from pathlib import Path

import pytest

from xuezheng.policy import PackInvalid, PackMissing, PackProblem, find_pack, load_pack
from xuezheng.policy.loading import CALENDAR_FILE, UNITS_FILE

PACKS = Path(__file__).parents[2] / "packs"
PLACES = "plan/01-places.yaml"
SIZES = "parameters/class-size.yaml"
INDICATOR = """\
id: new-kindergartens
version: "1"
title: {zh: 新增公办幼儿园, en: New public kindergartens}
commitments: ["1.1"]
unit: kindergarten
source: {document: plan_2026}
checked: confirmed
readings:
  - id: all
    official: true
    title: {zh: 全部, en: All}
    query: SELECT 1
    aggregation: sum
    thresholds: {city: {parameter: class_size_limit.primary}}
cases:
  - title: none
    as_of: 2026-09-30
    tables: {}
    expect: [{value: 0}]
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """Copy the example pack to where it can be spoilt; commitments 1.1 and 2.3 are free for the tests' indicators."""
    for name in (UNITS_FILE, CALENDAR_FILE):
        shutil.copy(PACKS / name, tmp_path / name)
    target, free = tmp_path / "example" / "2026", shutil.ignore_patterns("1.1.yaml", "2.3.yaml")
    return Path(shutil.copytree(PACKS / "example" / "2026", target, ignore=free))


def spoil(pack: Path, file: str, old: str, new: str) -> None:
    """Replace a text that stands in a file; an empty one stands at its end."""
    path = pack / file
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    assert old in text
    path.parent.mkdir(exist_ok=True)
    path.write_text(text.replace(old, new, 1) if old else text + new, encoding="utf-8")


def problems(pack: Path) -> tuple[PackProblem, ...]:
    """Load a spoilt pack and give what was found."""
    with pytest.raises(PackInvalid) as caught:
        load_pack(pack)
    return caught.value.problems


# what is spoilt: file, what stood there, what stands there now; then the whole message that must come
BAD = {
    "an unknown key": (
        PLACES, "    due: 2026-12-31", "    deu: 2026-12-31",
        "plan/01-places.yaml, line 11, commitments[0].deu: the key is not known (found: 'deu'). Remove it, or use one of: due, ",
    ),
    "a missing key": (
        PLACES, "    owner: preschool\n", "",
        "plan/01-places.yaml, line 4, commitments[0].owner: the key is missing. Add “owner”; ",
    ),
    "a missing source": (
        SIZES, "    source: {document: balance_2017, clause: 政府保障程度第5项}\n", "",
        "parameters/class-size.yaml, line 3, parameters.class_size_limit.primary.source: the key is missing. Add “source”; ",
    ),
    "a source that is no document": (
        PLACES, "{document: plan_2026, clause: \"1.1\"}", "{document: plan_2025}",
        "line 12, commitments[0].source.document: the document is not in documents.yaml (found: 'plan_2025'). Use one of: plan_2026, balance_2017, points_2025, points_2026; or add it",
    ),
    "an allocation that does not sum": (
        PLACES, '"999903": 1}', '"999903": 2}',
        "line 19, commitments[0].allocation.shares: the shares add up to 7, but the target is 6 (found: {'999901': 3, '999902': 2, '999903': 2}). Change the shares by -1 in all.",
    ),
    "an allocation to another city": (
        PLACES, '"999903": 1}', '"230102": 1}',
        "commitments[0].allocation.shares.230102: the division is not in the pack's file of divisions (found: 1). Use one of: 999901, 999902, 999903.",
    ),
    "a negative share": (
        PLACES, '"999902": 2, "999903": 1}', '"999902": 4, "999903": -1}',
        "commitments[0].allocation.shares.999903: it is not valid: Input should be greater than or equal to 0 (found: -1). Correct it",
    ),
    "a day that does not exist": (
        PLACES, "due: 2026-12-31", "due: 2026-02-30",
        "line 11, commitments[0].due: it is not a day of the calendar (found: '2026-02-30'). Write an existing day",
    ),
    "a number for a day": (
        PLACES, "due: 2026-12-31", "due: 20261231",
        "commitments[0].due: it is not valid: a date is needed, as 2023-09-01 (found: 20261231).",
    ),
    "a day outside the period": (
        PLACES, "cut_off: 2026-12-31", "cut_off: 2027-01-01",
        "commitments[0].counting.cut_off: the day lies outside the plan's period 2026-01-01–2026-12-31 (found: '2027-01-01'). Give a day of the period.",
    ),
    "a duplicate id": (
        PLACES, 'id: "1.2"', 'id: "1.1"',
        "line 36, commitments[1].id: the id stands twice; it is also in plan/01-places.yaml:4 (found: '1.1'). Give each its own id.",
    ),
    "an id of another section": (
        PLACES, 'id: "1.3"', 'id: "2.9"',
        "commitments[2].id: the commitment does not belong to section 1 (found: '2.9'). Move it",
    ),
    "an id that lost its quotes": (
        PLACES, 'id: "1.2"', "id: 1.20",
        "commitments[1].id: it is not text (found: 1.20). Put it in quotes.",
    ),
    "an unknown unit": (
        PLACES, "unit: kindergarten,", "unit: nursery,",
        "commitments[0].target.unit: the unit is not in units.yaml (found: 'nursery'). Use one of: percent, ",
    ),
    "a value that does not fit its unit": (
        PLACES, "{value: 6,", "{value: 6.5,",
        "commitments[0].target.value: the value does not fit the unit kindergarten, which takes integer (found: 6.5). Correct the value or the unit.",
    ),
    "a number in quotes": (
        PLACES, "{value: 6,", '{value: "6",',
        "commitments[0].target.value: it is not valid: a number is needed, without quotes (found: '6').",
    ),
    "an unknown owner": (
        PLACES, "owner: preschool", "owner: nursery",
        "line 8, commitments[0].owner: the unit of the bureau is not in organisation.yaml (found: 'nursery'). Use one of: preschool, basic_education, teachers; or add it",
    ),
    "an indicator without file": (
        PLACES, "    ownership_checked", "    indicator: nowhere\n    ownership_checked",
        "commitments[0].indicator: the pack has no indicator of that id (found: 'nowhere'). Use one of: 1.2; or add indicators/nowhere.yaml.",
    ),
    "a kind that is none": (
        PLACES, "kind: count", "kind: number",
        "commitments[0].kind: the value is not one of those allowed (found: 'number'). Use one of: 'count', ",
    ),
    "two official readings": (
        "plan/02-quality.yaml", "        checked: confirmed\n  - id: \"2.2\"", "        official: true\n        checked: confirmed\n  - id: \"2.2\"",
        "commitments[0]: it is not valid: exactly one reading must be official",
    ),
    "an allocation without target": (
        PLACES, "    target: {value: 6, unit: kindergarten, basis: added}\n", "",
        "an allocation needs a target",
    ),
    "milestones that are not there": (
        PLACES, "{shape: linear}", "{shape: milestones}",
        "a trajectory by milestones needs milestones",
    ),
    "a blank text": (
        PLACES, "{zh: 新增公办幼儿园, en: New public kindergartens}", "{zh: 新增公办幼儿园, en: ' '}",
        "commitments[0].title: it is not valid: the en text is blank",
    ),
    "a language too many": (
        PLACES, "{zh: 新增公办幼儿园, en: New", "{ru: детсад, zh: 新增公办幼儿园, en: New",
        "commitments[0].title.ru: the key is not known (found: 'ru'). Remove it, or use one of: zh, en.",
    ),
    "broken YAML": (
        PLACES, "    kind: count", "   kind: count",
        "plan/01-places.yaml, line 5, (file): it is not YAML: ",
    ),
    "an empty file": ("cases/none.yaml", "", "# nothing\n", "cases/none.yaml, line 1, (file): the file is empty. Fill it"),
    "a key twice": (PLACES, "    kind: count", "    kind: count\n    kind: rule", "commitments[0].kind: the key stands twice (found: 'kind'). Keep one of them."),
    "a code without quotes": (PLACES, '"999903": 1}', "999903: 1}", "the key is not text (found: '999903'). Put the key in quotes"),
    "an alias": (PLACES, "due: 2026-12-31", "due: &day 2026-12-31", "anchors and aliases are not read. Write the value out"),
    "a tag": (PLACES, "due: 2026-12-31", "due: !!binary aGk=", "the tag or number form binary is not read (found: 'aGk='). Write plain text"),
    "infinity": (PLACES, "{value: 6,", "{value: .inf,", "the tag or number form float is not read (found: '.inf')."),
    "an empty list": (PLACES, "key: [institution_code]", "key: []", "counting.key: it has no entry (found: []). Give at least one entry"),
    "text where entries belong": (PLACES, "key: [institution_code]", "key: institution_code", "it should be a map or list of entries"),
    "a parameter that ends too early": (
        SIZES, "    test: at_most", "    ends: 2020-01-01\n    test: at_most",
        "class_size_limit.primary.ends: the parameter ends before its last value begins (found: '2020-01-01'). Give a later day",
    ),
    "a near that is no parameter": (SIZES, "near: resource.floor_share", "near: floor", "near: the pack has no parameter of that name (found: 'floor')."),
    "a pack that ends before it starts": ("pack.yaml", "end: 2026-12-31", "end: 2025-12-31", "pack.yaml, line 8, period.end: the period ends before it starts (found: '2025-12-31')."),
    "an id that is not the folder": ("pack.yaml", "id: example/2026", "id: example/2027", "pack.yaml, line 2, id: the id does not match the pack's folder example/2026 (found: 'example/2027')."),
    "a file that belongs nowhere": ("other/new.yaml", "", "a: 1\n", "other/new.yaml, (file): no file of a pack lies here. Move it"),
    "a case that does not hold": (
        "cases/rules.yaml", "given: 45, expect: pass", "given: 45, expect: fail",
        "cases/rules.yaml, line 5, cases[2]: the case expects fail, but the rule says pass",
    ),
    "a case without a number": ("cases/rules.yaml", "given: 45,", "given: many,", "the figure of the case cannot be compared with class_size_limit.primary"),
    "a case of no rule": ("cases/rules.yaml", "rule: class_size_limit.junior", "rule: class_size_limit.jnior", "has no parameter class_size_limit.jnior"),
    "a rule without a failing case": (
        "cases/rules.yaml", "  - {rule: class_size_limit.junior, on: 2026-09-30, given: 51, expect: fail}\n", "",
        "cases/, class_size_limit.junior: the rule class_size_limit.junior has no case that expects fail. Add one under cases/.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_the_message_names_file_path_value_and_remedy(pack: Path, what: str) -> None:
    """One thing is spoilt, and its message says all that is needed to mend it."""
    file, old, new, message = BAD[what]
    spoil(pack, file, old, new)

    assert any(message in problem.message() for problem in problems(pack)), "\n".join(
        problem.message() for problem in problems(pack)
    )


def test_a_file_that_is_not_utf8_is_named(pack: Path) -> None:
    """Spreadsheet programs like to save GBK."""
    (pack / PLACES).write_bytes("section: 幼儿园".encode("gbk"))

    assert problems(pack)[0].message() == (
        "plan/01-places.yaml, (file): the file is not UTF-8 from byte 9. Save the file as UTF-8."
    )


def test_all_problems_of_all_files_come_at_once(pack: Path) -> None:
    """Nobody corrects one error at a time."""
    spoil(pack, PLACES, "owner: preschool", "owner: nursery")
    spoil(pack, PLACES, "unit: kindergarten,", "unit: nursery,")
    spoil(pack, "plan/02-quality.yaml", "owner: teachers", "owner: school")
    with pytest.raises(PackInvalid) as caught:
        load_pack(pack)

    assert len(caught.value.problems) == caught.value.facts["count"] == 3
    assert caught.value.message().count("\n- ") == 3


@pytest.mark.parametrize(
    "file",
    [
        "documents.yaml",
        "organisation.yaml",
        "geography/townships.csv",
        "geography/divisions.geojson",
    ],
)
def test_a_missing_file_is_named(pack: Path, file: str) -> None:
    """The how-to shows what it holds."""
    (pack / file).unlink()

    assert any(p.file == file and "the file is missing" in p.message() for p in problems(pack))


def test_a_folder_without_pack_is_refused(tmp_path: Path) -> None:
    """Both a folder and an id that nobody has."""
    with pytest.raises(PackMissing, match=r"pack\.yaml"):
        load_pack(tmp_path)
    with pytest.raises(PackMissing, match="nowhere/2023"):
        find_pack("nowhere/2023")


INDICATOR_FAULTS = [
    ("unit: kindergarten", "unit: nursery", "unit: the unit is not in units.yaml (found: 'nursery')"),
    ("unit: kindergarten", "unit: percent", "unit: the target of commitment 1.1 is in another unit: kindergarten (found: 'percent')"),
    ("document: plan_2026", "document: law", "source.document: the document is not in documents.yaml"),
    ("class_size_limit.primary}", "limit}", "thresholds.city.parameter: the pack has no parameter"),
    ("unit: k", "needs: [other]\nunit: k", "needs[0]: the pack has no indicator of that id"),
    ("aggregation: sum", "aggregation: sum\n    near: {parameter: nearly}", "near.parameter: the pack has no parameter of that name (found: 'nearly')"),
    ("aggregation: sum", "aggregation: sum\n    columns: [{name: stage, title: {zh: 学段, en: Stage}, values: phase}]", "readings[0].columns[0].values: the vocabulary is not in vocabularies.yaml (found: 'phase'). Use one of: stage, "),
    ("aggregation: sum", "aggregation: sum\n    columns: [{name: n, title: {zh: 数, en: Number}, type: integer, values: stage}]", "only a text column takes values"),
    ("aggregation: sum", "aggregation: sum\n    vocabularies: {part: phase}", "vocabularies.part: the vocabulary is not in"),
    ('["1.1"]', '["1.1", "9.9"]', "commitments[1]: the plan has no commitment of that id (found: '9.9')"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), INDICATOR_FAULTS)
def test_indicators_refer_to_what_there_is(pack: Path, old: str, new: str, message: str) -> None:
    """Units, documents, parameters, other indicators, commitments."""
    spoil(pack, "indicators/new.yaml", "", INDICATOR.replace(old, new))

    assert any(message in problem.message() for problem in problems(pack))


def test_a_commitment_has_one_indicator(pack: Path) -> None:
    """Two figures for one promise would be none."""
    spoil(pack, "indicators/a.yaml", "", INDICATOR)
    spoil(pack, "indicators/b.yaml", "", INDICATOR.replace("new-k", "other-k"))

    assert "comes from new-kindergartens already" in problems(pack)[0].message()


def test_two_files_of_one_indicator_are_refused(pack: Path) -> None:
    """An id is one indicator."""
    for name in ("a", "b"):
        spoil(pack, f"indicators/{name}.yaml", "", INDICATOR)

    assert "another file has an indicator of the same id" in problems(pack)[0].message()


def test_a_named_indicator_lists_the_commitment_and_has_its_readings(pack: Path) -> None:
    """Both sides say the same."""
    spoil(pack, "indicators/a.yaml", "", INDICATOR)
    spoil(
        pack,
        "plan/02-quality.yaml",
        "    readings:",
        "    indicator: new-kindergartens\n    readings:",
    )

    first, second = [problem.message() for problem in problems(pack)]

    assert "the indicator new-kindergartens does not list this commitment" in first
    assert "the readings differ from those of indicator new-kindergartens: all (official)" in second
