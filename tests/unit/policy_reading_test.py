"""The subset of YAML that packs are written in."""

from decimal import Decimal
from pathlib import Path

import pytest

from xuezheng.policy.location import find_shared_file
from xuezheng.policy.problems import PackMissing
from xuezheng.policy.reading import YamlFile, path_text, read_yaml
from xuezheng.policy.schema import ParameterFile
from xuezheng.policy.validation import validate

PARAMETER = """\
parameters:
  limit:
    title: {zh: 上限, en: Limit}
    unit: pupil
    values: {2017-04-19: 45}
    source: {document: law}
    checked: confirmed
"""


def read(tmp_path: Path, data: bytes) -> tuple[YamlFile | None, list[str]]:
    """Read a file with this content."""
    path = tmp_path / "file.yaml"
    path.write_bytes(data)
    file, problems = read_yaml(path, "file.yaml")
    return file, [problem.message() for problem in problems]


def test_plain_values_keep_their_kind_and_line(tmp_path: Path) -> None:
    """Numbers are exact, days are text, yes is a word."""
    text = "a: [1, 0.10, true, null, yes, 2023-09-01]\nb:\n  c: '1'\n"
    file, problems = read(tmp_path, text.encode("utf-8-sig"))

    assert file is not None
    assert problems == []
    assert file.value == {
        "a": [1, Decimal("0.10"), True, None, "yes", "2023-09-01"],
        "b": {"c": "1"},
    }
    assert (file.line_of(("b", "c")), file.line_of(("b", "d", 3))) == (3, 2)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a: 0x1F\n", "line 1, a: the tag or number form int is not read (found: '0x1F')"),
        (b"a: \x01\n", "file.yaml, (file): it is not YAML: "),
        (b"a: 1\n---\nb: 2\n", "file.yaml, line 2, (file): it is not YAML: "),
        (b"a: {b: [}\n", "file.yaml, line 1, (file): it is not YAML: "),
        (b"? [1]\n: 2\n", "line 1, ?: the key is not text"),
        (b"a: &x [1]\nb: *x\n", "line 1, a: anchors and aliases are not read"),
    ],
)
def test_everything_else_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    """A rule must read the same to a person and to the program."""
    _, problems = read(tmp_path, data)

    assert any(message in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("2017-04-19", "2017-13-19", "line 5, parameters.limit.values.2017-13-19: it is not a day of the calendar"),
        ("{2017-04-19: 45}", "45", "line 5, parameters.limit.values: it should be a map or list of entries (found: 45)"),
        ("limit:", "Limit:", "parameters.Limit: it does not have the form ^[a-z]"),
        ("parameters:", "rules:", "line 1, rules: the key is not known (found: 'rules'). Use one of"),
        ("{zh: 上限, en: Limit}", "Limit", "line 3, parameters.limit.title: it should be a map or list of entries"),
        ("{document: law}", "{document: law, page: one}", "parameters.limit.source.page: it is not a number of the right kind (found: 'one')"),
        ("{document: law}", "{document: law, paeg: 1}", "parameters.limit.source.paeg: the key is not known (found: 'paeg'). Remove it, or use one of: page, "),
    ],
)  # fmt: skip
def test_complaints_of_the_schema_name_the_place(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    """Pydantic's own words for a place never reach a planner."""
    file, _ = read(tmp_path, PARAMETER.replace(old, new).encode())
    assert file is not None

    _, problems = validate(file, ParameterFile)

    found = [problem.message() for problem in problems]
    assert any(
        message.replace(" Use one of", " Remove it, or use one of") in text for text in found
    ), found


def test_a_file_that_is_a_list_is_refused(tmp_path: Path) -> None:
    """The whole file should be a map."""
    file, _ = read(tmp_path, b"- 1\n")
    assert file is not None

    _, problems = validate(file, ParameterFile)

    assert "line 1, (file): it should be a map" in problems[0].message()


def test_places_are_written_as_people_do() -> None:
    """Dots for keys, brackets for places in a list."""
    assert path_text(("a", 0, "b", "c")) == "a[0].b.c"


def test_a_shared_file_that_nobody_has_is_an_error(tmp_path: Path) -> None:
    """The message says where it was looked for."""
    with pytest.raises(PackMissing, match=r"nothing\.yaml"):
        find_shared_file("nothing.yaml", pack=tmp_path / "city" / "2027")
