"""The three files of a city's geography, and what is said about bad lines."""

import json

import pytest

from xuezheng.policy.geography import Division, GeographyReader

HEAD = "code,name_zh,name_en,kind,population_2020\n"
GOOD = HEAD + "999901,东明区,Dongming,district,182400\n999902,西川区,Xichuan,county,121600\n"


def read(text: str) -> tuple[tuple[Division, ...], list[str]]:
    """Read a file of divisions; give it and the messages."""
    reader = GeographyReader()
    divisions = reader.read_divisions("divisions.csv", text)
    return divisions, [problem.message() for problem in reader.problems]


def test_good_lines_are_read() -> None:
    """Names in both languages, numbers exact."""
    divisions, messages = read(GOOD)

    assert messages == []
    assert divisions[0].name.en == "Dongming"
    assert str(divisions[1].facts["population_2020"]) == "121600"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("999902", "99990", "divisions.csv, line 3, code: “99990” is not a division code: it has 5 digits (found: '99990'). Write a division code with 6 digits"),
        ("999902", "999901", "divisions.csv, line 3, code: the code stands twice (found: '999901'). Keep one"),
        ("county", "canton", "divisions.csv, line 3, kind: the kind of division is not known (found: 'canton'). Use one of: district, "),
        ("121600", "many", "divisions.csv, line 3, population_2020: it is not a number (found: 'many'). Write digits"),
        ("121600", "NaN", "population_2020: it is not a number (found: 'NaN')"),
        ("121600", "1,2", "(beyond): it is not a number"),
        ("Xichuan", " ", "divisions.csv, line 3, name_en: it is blank"),
        ("name_en", "english", "divisions.csv, line 1, (header): the columns name_en are missing. Give the first line"),
    ],
)  # fmt: skip
def test_bad_lines_are_named(old: str, new: str, message: str) -> None:
    """File, line, column, value, remedy."""
    _, messages = read(GOOD.replace(old, new))

    assert any(message in found for found in messages), messages


def test_townships_lie_in_a_division_and_stand_once() -> None:
    """Both are checked against what is known."""
    divisions, _ = read(GOOD)
    reader = GeographyReader()
    lines = "999901001,东华街道,999901\n999901001,东华街道,999901\n999903001,北溪镇,999903\n"
    reader.read_townships("townships.csv", "code,name_zh,division_code\n" + lines, divisions)

    messages = [problem.message() for problem in reader.problems]
    assert "townships.csv, line 3, code: the code stands twice" in messages[0]
    assert "line 4, division_code: its division is not in the file of divisions" in messages[1]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "it is not GeoJSON"),
        ('{"features": [{}]}', "it is not GeoJSON"),
        (json.dumps({"features": [{"id": "999901"}]}), "divisions without boundary: 999902"),
    ],
)
def test_every_division_has_a_boundary(text: str, message: str) -> None:
    """A map without a division would mislead."""
    divisions, _ = read(GOOD)
    reader = GeographyReader()
    reader.read_boundaries("divisions.geojson", text, divisions)

    assert message in reader.problems[0].message()
