"""`xuezheng assign simulate` as an officer uses it: exit codes, what is printed, and the files written."""

import csv
import json
from pathlib import Path

import pytest

from xuezheng.engines.matching.documents.document import document_bytes
from xuezheng.engines.matching.model import Applicant, Division, Problem, Rules, School, Seats
from xuezheng.site.cli import run

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples" / "assignment"


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Print as wide as the lines are."""
    monkeypatch.setenv("COLUMNS", "250")


@pytest.fixture
def problem(tmp_path: Path) -> Path:
    """Six level applicants without numbers who all want one of two schools first."""
    path = tmp_path / "problem.json"
    applicants = tuple(
        Applicant(
            id=f"a{place}",
            choices=("old", "new"),
            division="north" if place < 2 else "south",
            east_metres=0,
            north_metres=0,
        )
        for place in range(6)
    )
    schools = tuple(
        School(id=name, seats=(Seats(count=2),), east_metres=metres, north_metres=0)
        for name, metres in (("old", 300), ("new", 900))
    )
    divisions = (Division(id="north"), Division(id="south"))
    found = Problem(
        id="p", rules=Rules(), schools=schools, applicants=applicants, divisions=divisions
    )
    path.write_bytes(document_bytes(found))
    return path


def test_scenarios_of_a_file_and_of_flags_stand_beside_the_base(
    problem: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A table with a line a scenario, a warning for the rule that invites strategy, and the same figures in files."""
    scenarios = tmp_path / "scenarios.yaml"
    scenarios.write_text(
        "scenarios:\n- name: bigger\n  title: 扩招一个班\n  seats: {new: {general: 4}}\n",
        encoding="utf-8",
    )
    out, sheet = tmp_path / "out.json", tmp_path / "out.csv"
    command = ["assign", "simulate", str(problem), "--scenarios", str(scenarios), "--band", "1"]
    command += ["--redraws", "30", "--seed", "s", "--out", str(out), "--out", str(sheet)]

    assert run(command) == 0

    printed = capsys.readouterr().out
    assert "30 redraws, seed 's'" in printed
    assert "扩招一个班" in printed
    assert "Not strategy-proof: band 1. Seats are final after each band of 1 choices" in printed
    found = json.loads(out.read_text(encoding="utf-8"))
    base, bigger, _ = found["scenarios"]
    assert base["lines"][0]["listed"] == {
        "mean": "4.00", "low": 4, "high": 4, "share": "0.6667", "share_low": "0.6667",
        "share_high": "0.6667", "runs": 30,
    }  # fmt: skip
    assert base["lines"][0]["distance_mean"]["mean"] == "600.00"
    assert bigger["lines"][0]["unassigned"]["high"] == 0
    assert bigger["lines"][0]["up"]["mean"] == "2.00"
    assert base["draw_decides"]
    with sheet.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    south = [row for row in rows if (row["scenario"], row["name"]) == ("bigger", "south")]
    assert {row["figure"]: row["mean"] for row in south}["listed"] == "4.00"

    first = out.read_bytes(), sheet.read_bytes()
    assert run(command) == 0
    assert (out.read_bytes(), sheet.read_bytes()) == first


def test_divisions_and_a_draw_that_decides_nothing(
    capsys: pytest.CaptureFixture[str], problem: Path, tmp_path: Path
) -> None:
    """`--by division` shows a line each; where there are seats for all, redraws are skipped, which is said."""
    assert run(["assign", "simulate", str(problem), "--by", "division", "--redraws", "3"]) == 0
    printed = capsys.readouterr().out
    assert "north" in printed
    assert "south" in printed

    plain = json.loads(problem.read_text(encoding="utf-8"))
    for school in plain["schools"]:
        school["seats"][0]["count"] = 6
    enough = tmp_path / "enough.json"
    enough.write_text(json.dumps(plain), encoding="utf-8")
    assert run(["assign", "simulate", str(enough)]) == 0
    assert "The draw decides nothing: one run" in capsys.readouterr().out
    fewer = tmp_path / "fewer.json"
    fewer.write_text("[{name: fewer, seats: {old: {general: 2}}}]", encoding="utf-8")
    assert run(["assign", "simulate", str(enough), "--scenarios", str(fewer)]) == 0
    assert "base: the draw decides nothing; run once." in capsys.readouterr().out


def test_the_examples_can_be_simulated(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Tiers, locks and placement; a draw of units; filings with quotas beside one joint list."""
    joint = tmp_path / "joint.yaml"
    joint.write_text("- {name: joint, mechanism: deferred_acceptance}\n", encoding="utf-8")
    for name, *flags in (
        ("primary.json", "--lock-years", "0"),
        ("private.json", "--mechanism", "immediate_acceptance"),
        ("senior-high.json", "--scenarios", str(joint), "--quota-share", "0.7"),
    ):
        assert run(["assign", "simulate", str(EXAMPLES / name), "--redraws", "5", *flags]) == 0
    assert "A place in an earlier filing" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--redraws", "0"], 1, "number"),
        (["--band", "0"], 1, "The scenario band 0 cannot be applied: choice bands need a band"),
        (["--quota-share", "0.5"], 1, "no school has seats of both kinds quota and general"),
        (["--mechanism", "magic"], 1, "The command line is not a list of scenarios: 0.mechanism"),
        (["--quota-share", "half"], 2, "half is not a number"),
        (["--by", "school"], 2, "all, division or group"),
        (["--out", "x.txt"], 2, "must end in .json or .csv"),
        (["--scenarios", "nowhere.yaml"], 2, "cannot be read"),
    ],
)
def test_what_is_wrong_is_said(
    problem: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    words: str,
) -> None:
    """One message that names what was handed in; with 0 redraws the numbers must be there."""
    assert run(["assign", "simulate", str(problem), *arguments]) == code

    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- {name: a, bandd: 2}", "0.bandd: Unexpected keyword argument"),
        ("- {band: 2}", "0.name: "),
        ("name: a", "scenarios: a list is missing"),
        ("- {name: a\n- x", "line 2"),
        ("- {name: a, lock_years: five}", "0.lock_years: "),
        ("- {name: base}", "The scenario base stands twice"),
    ],
)
def test_a_wrong_file_is_named_with_entry_and_field(
    problem: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, words: str
) -> None:
    """So that it can be mended without guessing."""
    file = tmp_path / "wrong.yaml"
    file.write_text(text, encoding="utf-8")

    assert run(["assign", "simulate", str(problem), "--scenarios", str(file)]) == 1

    assert words in capsys.readouterr().err
