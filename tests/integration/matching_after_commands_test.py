"""`xuezheng assign waiting` and `assign points` over the examples of the documentation."""

import json
from pathlib import Path

from typer.testing import CliRunner

from xuezheng.site.commands.assign import app

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples" / "assignment"
RUNNER = CliRunner()


def result_of(tmp_path: Path, problem: str) -> str:
    """Solve an example."""
    out = tmp_path / "result.json"
    ran = RUNNER.invoke(app, ["run", str(EXAMPLES / problem), "--out", str(out)])
    assert ran.exit_code == 0, ran.output
    return str(out)


def test_a_decline_moves_the_list_up(tmp_path: Path) -> None:
    """Before the decline P-04 waits for the school; the evening after it P-04 has the seat and left the other."""
    given = [str(EXAMPLES / "primary.json"), result_of(tmp_path, "primary.json")]
    log = str(EXAMPLES / "waiting.json")
    before, after = (
        json.loads(RUNNER.invoke(app, ["waiting", *given, log, "--on", day]).stdout)
        for day in ("2026-07-11", "2026-07-12")
    )

    assert (before["queues"]["willow/general"], before["moves"]) == (["P-04"], [])
    assert after["queues"]["willow/general"] == []
    assert after["moves"] == [
        {"day": "2026-07-12", "cause": 1, "person": "P-04", "left": "harbour/general", "taken": "willow/general"}
    ]  # fmt: skip
    places = {one["id"]: one["place"] for one in after["people"]}
    assert places["P-04"] == "willow/general"
    assert places["P-01"] == ""


def test_a_published_day_is_held_against_the_log(tmp_path: Path) -> None:
    """The right hash passes, another is named and ends with 1; so does an event of a stranger."""
    given = [str(EXAMPLES / "primary.json"), result_of(tmp_path, "primary.json")]
    log = json.loads((EXAMPLES / "waiting.json").read_text())
    file = tmp_path / "log.json"

    def replay(**changes: object) -> tuple[int, str]:
        file.write_text(json.dumps({**log, **changes}))
        ran = RUNNER.invoke(app, ["waiting", *given, str(file), "--on", "2026-07-12"])
        return ran.exit_code, ran.output + str(ran.exception or "")

    good = json.loads(replay()[1].rpartition("}")[0] + "}")["hash"]
    assert replay(published={"2026-07-12": good})[0] == 0
    code, said = replay(published={"2026-07-12": "0" * 64})
    assert (code, "2026-07-12 is not what" in said) == (1, True)
    stranger = {"day": "2026-07-11", "kind": "decline", "person": "X"}
    code, said = replay(events=[stranger])
    assert (code, "decline X" in said) == (1, True)


def test_nobody_waits_after_filings(tmp_path: Path) -> None:
    """A sequence of filings is final."""
    given = [str(EXAMPLES / "senior-high.json"), result_of(tmp_path, "senior-high.json")]
    ran = RUNNER.invoke(app, ["waiting", *given, str(EXAMPLES / "waiting.json")])
    assert ran.exit_code == 1
    assert "no waiting lists" in str(ran.exception)


def test_points_are_counted_by_the_table_of_the_day() -> None:
    """Each table has its own points; on a day without one, those in force are named."""
    case = str(EXAMPLES / "points.json")

    def count(day: str, *more: str) -> dict[str, dict[str, object]]:
        ran = RUNNER.invoke(app, ["points", case, "--pack", "example/2026", "--on", day, *more])
        assert ran.exit_code == 0, ran.output
        families: dict[str, dict[str, object]] = json.loads(ran.stdout)["families"]
        return families

    assert count("2025-03-01")["F-01"]["total"] == "50"
    later = count("2026-03-01", "--reasons")
    assert later["F-01"]["total"] != "50"
    assert "Total: " in str(later["F-02"]["reasons"])
    none = RUNNER.invoke(app, ["points", case, "--pack", "harbin/2023", "--on", "2023-07-20"])
    assert none.exit_code == 2
