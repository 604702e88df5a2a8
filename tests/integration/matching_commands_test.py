"""`xuezheng assign` as an officer uses it: formats in and out, exit codes, nothing half-written, no database."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from xuezheng.site.cli import run

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "examples" / "assignment"
CALLS = ROOT / "tests" / "golden" / "matching_call_order"
Say = Callable[..., str]

SCHOOLS = "id,name,seats\nwillow,柳岸小学,1\nharbour,港湾小学,2\n"
APPLICANTS = (
    "id,choices,key:score,number\nc1,willow;harbour,90,3\nc2,willow,95.5,2\nc3,harbour,80,1\n"
)
RULES = "id: tables\nrules:\n  keys: [{name: score}]\n  max_choices: 2\n"


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Say:
    """Run one command in an empty folder; gives what it printed, and insists on its exit code."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def said(*line: object, ends_with: int = 0) -> str:
        capsys.readouterr()
        code = run([str(word) for word in line])
        out, err = capsys.readouterr()
        assert code == ends_with, (line, out, err)
        return out + err

    return said


@pytest.fixture
def tables(tmp_path: Path) -> list[str]:
    """Put three tables there, one in the encoding of Chinese spreadsheets; gives the options that name them."""
    (tmp_path / "schools.csv").write_bytes(SCHOOLS.encode("gb18030"))
    (tmp_path / "applicants.csv").write_bytes(APPLICANTS.encode("utf-8-sig"))
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    names = {"schools": "csv", "applicants": "csv", "rules": "yaml"}
    return [word for name, end in names.items() for word in (f"--{name}", f"{name}.{end}")]


@pytest.mark.parametrize("name", ["primary", "private", "senior-high"])
def test_each_example_runs_and_checks(say: Say, name: str) -> None:
    """The examples of the documentation give a result that holds every property."""
    problem = EXAMPLES / f"{name}.json"

    say("assign", "run", problem, "--out", "result.json")
    printed = say("assign", "check", problem, "result.json")

    assert "FAIL" not in printed
    assert "OK    replay_equal" in printed
    result = json.loads(Path("result.json").read_text(encoding="utf-8"))
    assert [one["applicant"] for one in result["assignments"]] == sorted(
        one["id"] for one in json.loads(problem.read_text(encoding="utf-8"))["applicants"]
    )


def test_tables_give_the_same_as_the_document(say: Say, tables: list[str]) -> None:
    """A problem from tables, written as JSON and run again, has the same result byte for byte."""
    line = ["--out", "a.json", "--problem-out", "problem.json"]

    printed = say("assign", "run", *tables, *line)
    say("assign", "run", "problem.json", "--out", "b.json")

    assert "3 applicants; 3 placed by their lists, 2 of them at their first choice" in printed
    assert Path("a.json").read_bytes() == Path("b.json").read_bytes()


def test_rules_of_tables_may_be_json(say: Say, tables: list[str]) -> None:
    """YAML and JSON say the same."""
    rules = {"id": "tables", "rules": {"keys": [{"name": "score"}], "max_choices": 2}}
    Path("rules.json").write_text(json.dumps(rules), encoding="utf-8")

    say("assign", "run", *tables, "--out", "a.json")
    say("assign", "run", *tables[:-1], "rules.json", "--out", "b.json")

    assert Path("a.json").read_bytes() == Path("b.json").read_bytes()


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        ("applicants.csv", "95.5", "many", "applicants.csv, row 3, column key:score: many is not"),
        (
            "applicants.csv",
            "willow;",
            "nowhere;",
            "applicant c1, choices: there is no school nowhere",
        ),
        ("rules.yaml", "max_choices: 2", "max_choice: 2", "rules, max_choice: the format has no"),
        ("rules.yaml", "max_choices: 2", "max_choices: [", "rules.yaml, line"),
    ],
)
def test_a_fault_is_named_and_nothing_is_written(
    say: Say, tables: list[str], tmp_path: Path, file: str, old: str, new: str, sentence: str
) -> None:
    """One message with file or entry, exit code 1, and the old result still there."""
    Path("result.json").write_text("old", encoding="utf-8")
    text = Path(file).read_text(encoding="utf-8-sig")
    assert old in text
    Path(file).write_text(text.replace(old, new), encoding="utf-8")
    before = sorted(tmp_path.iterdir())

    printed = say("assign", "run", *tables, "--out", "result.json", ends_with=1)

    assert sentence in printed
    assert Path("result.json").read_text(encoding="utf-8") == "old"
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    "line",
    [
        ["run", "--out", "x.json"],
        ["run", "none.json", "--out", "x.json"],
        ["run", EXAMPLES / "primary.json"],
        ["run", EXAMPLES / "primary.json", "--out", "no/folder/x.json"],
        ["run", "--schools", EXAMPLES / "primary.json", "--out", "x.json"],
        ["bundle", EXAMPLES / "primary.json", EXAMPLES / "primary.json", "--draw",
         EXAMPLES / "primary.json", "--out", "x.zip"],
        ["apportion", EXAMPLES / "quotas.json", "--method", "by-guess"],
    ],
)  # fmt: skip
def test_wrong_usage_ends_with_2(say: Say, line: list[object]) -> None:
    """What cannot be meant is wrong usage, said before any work."""
    assert "Traceback" not in say("assign", *line, ends_with=2)


def test_a_result_of_another_problem_does_not_pass(say: Say) -> None:
    """`check` says so, and ends with 1."""
    say("assign", "run", EXAMPLES / "private.json", "--out", "result.json")

    printed = say("assign", "check", EXAMPLES / "primary.json", "result.json", ends_with=1)

    assert "FAIL  about_this_problem" in printed


@pytest.mark.parametrize("name", ["A1", "A2", "A3"])
def test_worked_call_orders_come_out(say: Say, name: str) -> None:
    """The command prints the order of the worked cases in the documented form."""
    case = json.loads((CALLS / f"{name}.json").read_text(encoding="utf-8"))
    expected = case["lists"]["0"]["expected_call_order"]

    printed = say("assign", "call-order", CALLS / f"{name}.json")

    assert json.loads(printed) == {"lists": {"0": {"call_order": expected}}}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"minimum_percent": {"grant": 101}}, "grant: the minimum share 101 % is not between"),
        ({"candidates": [{"id": 1, "rank": 1, "groups": ["x"]}]}, "1: its group x has no minimum"),
        ({"expected_call_order": [1, 2, 3, 4]}, "lists.0: the expected order differs"),
        ({"candidates": [{"id": True, "rank": 1}]}, "cannot be used"),
    ],
)
def test_a_malformed_call_order_is_named(
    say: Say, change: dict[str, object], sentence: str
) -> None:
    """A share over 100 %, a group without share, an order that the case expects and that does not come out."""
    case = json.loads((EXAMPLES / "call-order.json").read_text(encoding="utf-8"))
    case["lists"]["0"].update(change)
    Path("case.json").write_text(json.dumps(case), encoding="utf-8")

    assert sentence in say("assign", "call-order", "case.json", ends_with=1)


def test_quotas_are_shared_out(say: Say) -> None:
    """What is due stays an exact fraction; the seats add up; other methods need no draw."""
    found = json.loads(say("assign", "apportion", EXAMPLES / "quotas.json"))
    parts = found["quotas"]["first-senior"]["parts"]

    assert {"+".join(part["members"]): part["seats"] for part in parts} == {
        "junior-3": 3,
        "junior-7+junior-8": 1,
        "junior-9": 2,
    }
    assert parts[0]["due"] == "63/20"
    webster = json.loads(
        say("assign", "apportion", EXAMPLES / "quotas.json", "--method", "webster")
    )
    assert sum(part["seats"] for part in webster["quotas"]["first-senior"]["parts"]) == 6
    entries = json.loads(say("assign", "apportion", EXAMPLES / "quotas.json", "--entries"))
    assert "junior-7+junior-8" in entries["entries"]["first-senior"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"numbers": {}}, "it has no draw number"),
        ({"numbers": {"nobody": {}}}, "numbers.nobody: there is no quota of this school"),
        ({"numbers": {"first-senior": {"junior-3": "x"}}}, "numbers.first-senior.junior-3"),
    ],
)
def test_a_malformed_quota_is_named(say: Say, change: dict[str, object], sentence: str) -> None:
    """Missing numbers, those of a school that is not there, and what is no number."""
    case = json.loads((EXAMPLES / "quotas.json").read_text(encoding="utf-8")) | change
    Path("case.json").write_text(json.dumps(case), encoding="utf-8")

    assert sentence in say("assign", "apportion", "case.json", ends_with=1)


def test_a_share_over_100_percent_is_named(say: Say) -> None:
    """The quota's school is named."""
    case = json.loads((EXAMPLES / "quotas.json").read_text(encoding="utf-8"))
    case["quotas"][0]["percent"] = 120
    Path("case.json").write_text(json.dumps(case), encoding="utf-8")

    assert "first-senior: the share 120 %" in say("assign", "apportion", "case.json", ends_with=1)


def test_the_schema_is_that_of_the_reference(say: Say) -> None:
    """What is printed is what `docs/reference` keeps."""
    reference = ROOT / "docs" / "reference"

    for options, name in (([], "problem"), (["--result"], "result")):
        kept = (reference / f"{name}.schema.json").read_text(encoding="utf-8")
        assert say("assign", "schema", *options) == kept


def test_numbers_of_another_draw_are_refused(say: Say) -> None:
    """A draw that lacks an applicant of the problem, or has one more, is not its draw."""
    from xuezheng.engines.matching.documents.document import read_problem
    from xuezheng.engines.matching.numbering import (
        DirectionForeign,
        NumbersForeign,
        with_numbers,
    )

    problem = read_problem((EXAMPLES / "private.json").read_bytes(), source="example")
    numbers = {one.id: place for place, one in enumerate(problem.applicants)}

    with pytest.raises(NumbersForeign, match="applicant L-02 is not in the draw"):
        with_numbers(problem, {name: n for name, n in numbers.items() if name != "L-02"})
    with pytest.raises(NumbersForeign, match="applicant X is not in the problem"):
        with_numbers(problem, numbers | {"X": 99})
    with pytest.raises(DirectionForeign, match="In the draw the highest number stands first"):
        with_numbers(problem, numbers, number_first="high")


def test_a_faulty_problem_is_refused_before_the_draw(say: Say) -> None:
    """Once committed nothing can be mended, so entries are only made of a sound problem; numbers are still missing."""
    text = (EXAMPLES / "private.json").read_text(encoding="utf-8")
    Path("problem.json").write_text(
        text.replace('"number": "0x20"', '"unit": ""'), encoding="utf-8"
    )
    say("assign", "entries", "problem.json", "--out", "entries.csv")
    Path("problem.json").write_text(text.replace('["lotus"]', '["lotos"]', 1), encoding="utf-8")

    assert "no school lotos" in say(
        "assign", "entries", "problem.json", "--out", "none.csv", ends_with=1
    )
    assert not Path("none.csv").exists()


def test_neither_database_nor_settings_are_needed(tmp_path: Path) -> None:
    """With an environment that names nothing, a problem is solved and checked, and Django is never imported."""
    program = (
        "import sys\n"
        "from xuezheng.site.cli import run\n"
        f"code = run(['assign', 'run', {str(EXAMPLES / 'primary.json')!r}, '--out', 'r.json'])\n"
        "heavy = [n for n in ('django', 'numba', 'psycopg') if n in sys.modules]\n"
        "print(code, heavy)\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.stdout.splitlines()[-1:] == ["0 []"], answer.stderr
