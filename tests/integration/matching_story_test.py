"""One whole story on the command line: from a list of applications to a bundle that a stranger verifies."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest

from xuezheng.site.cli import run

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "assignment" / "primary.json"
BEFORE, AFTER = "2026-07-01T09:00:00+08:00", "2026-07-10T09:00:00+08:00"
Say = Callable[..., str]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Say:
    """Run one command in a folder of its own; gives what it printed, and insists on its exit code."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def said(*line: str, ends_with: int = 0) -> str:
        capsys.readouterr()
        code = run(list(line))
        out, err = capsys.readouterr()
        assert code == ends_with, (line, out, err)
        return out + err

    return said


@pytest.fixture
def drawn(say: Say) -> str:
    """Commit, reveal, take the numbers over, give out the places; gives the commitment's hash."""
    problem = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    for applicant in problem["applicants"]:
        applicant.pop("number")
    Path("problem.json").write_text(json.dumps(problem), encoding="utf-8")
    printed = say("assign", "entries", "problem.json", "--out", "entries.csv")
    fixed = json.loads("{" + printed.splitlines()[-1] + "}")
    sources = [
        json.loads(
            say(
                "draw", "seal", "--draw", "d", "--party", name, "--out", f"{name}.json"
            ).splitlines()[0]
        )
        for name in ("bureau", "parents")
    ]
    notice = {"draw": "d", "rules": {"documents": fixed}, "sources": sources}
    Path("notice.json").write_text(json.dumps(notice), encoding="utf-8")
    line = ["--notice", "notice.json", "--out", "commitment.json", "--at", BEFORE]
    committed = say("draw", "commit", "entries.csv", *line)
    say(
        *("draw", "reveal", "commitment.json", "entries.csv", "bureau.json", "parents.json"),
        *("--out", "drawn.json", "--order", "order.csv", "--at", AFTER),
    )
    say(
        *("assign", "number", "problem.json", "order.csv"),
        *("--draw", "drawn.json", "--out", "numbered.json"),
    )
    say("assign", "run", "numbered.json", "--out", "result.json")
    return next(x.split()[1] for x in committed.splitlines() if x.startswith("Commitment:"))


@pytest.fixture
def bundle(say: Say, drawn: str) -> Path:
    """Publish it."""
    say(
        *("assign", "bundle", "numbered.json", "result.json", "--out", "bundle.zip"),
        *("--draw", "drawn.json", "--draw-entries", "entries.csv", "--draw-order", "order.csv"),
    )
    return Path("bundle.zip").absolute()


def test_a_stranger_verifies_the_bundle(say: Say, drawn: str, bundle: Path) -> None:
    """Every step of the draw and every property of the result is confirmed, by the hashes that were announced."""
    published = say("verify", str(bundle)).splitlines()[-2].split()[1]

    printed = say("verify", str(bundle), "--expect", published, "--announced", drawn)

    assert "DIFFER" not in printed
    for name in ("hashes", "draw: seed", "draw: order", "draw: numbers", "no_justified_envy"):
        assert f"OK      {name}\n" in printed
    assert "OK      draw: problem as committed\n" in printed
    assert printed.endswith("Everything is as published.\n")


@pytest.mark.parametrize(
    "name",
    ["problem.json", "result.json", "draw/result.json", "draw/entries.csv", "draw/order.csv"],
)
def test_one_changed_byte_is_named(say: Say, bundle: Path, name: str) -> None:
    """Whichever file it is in, as a folder too."""
    folder = Path("unpacked")
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(folder)
    assert "Everything" in say("verify", str(folder))
    data = bytearray((folder / name).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / name).write_bytes(data)

    printed = say("verify", str(folder), ends_with=1)

    assert f"DIFFER  hashes: {name} has the SHA-256" in printed
    assert printed.endswith("The bundle is not what it says.\n")


@pytest.mark.parametrize(
    ("old", "new", "difference"),
    [
        ('"id": "P-01", "choices": ["willow"]', '"id": "P-01", "choices": ["harbour"]', "P-01"),
        ('"max_choices": 2', '"max_choices": 3', "The problem is the one of the notice."),
        ('"seed": "', '"seed": "0', "The problem names the seed of the draw."),
    ],
)
def test_what_is_changed_after_the_draw_is_found(
    say: Say, drawn: str, old: str, new: str, difference: str
) -> None:
    """A list, a rule or the seed is changed once the numbers are known and everything is made again: it does not fit."""
    text = Path("numbered.json").read_text(encoding="utf-8")
    assert old in text
    Path("numbered.json").write_text(text.replace(old, new, 1), encoding="utf-8")
    say("assign", "run", "numbered.json", "--out", "result.json")

    printed = say(
        *("assign", "bundle", "numbered.json", "result.json", "--out", "bundle.zip"),
        *("--draw", "drawn.json", "--draw-entries", "entries.csv", "--draw-order", "order.csv"),
        ends_with=1,
    )

    assert difference in printed
    assert not Path("bundle.zip").exists()


def test_a_forged_result_is_found(say: Say, drawn: str) -> None:
    """Two children exchange their places in the result: check and bundle name the properties that fail."""
    text = Path("result.json").read_text(encoding="utf-8")
    swapped = text.replace('"P-05"', '"P-XX"').replace('"P-04"', '"P-05"', 1)
    Path("result.json").write_text(swapped.replace('"P-XX"', '"P-04"'), encoding="utf-8")

    printed = say("assign", "check", "numbered.json", "result.json", ends_with=1)

    assert "FAIL  replay_equal" in printed
    assert "FAIL  own_list" in printed
    assert "Not to be published" in printed
    say(
        *("assign", "bundle", "numbered.json", "result.json", "--out", "bundle.zip"),
        ends_with=1,
    )


def test_another_announcement_is_named(say: Say, bundle: Path) -> None:
    """The hash that was announced before the draw, and that of the bundle, are each compared."""
    other = "0" * 64

    assert "DIFFER  draw: commitment" in say(
        "verify", str(bundle), "--announced", other, ends_with=1
    )
    assert "DIFFER  bundle" in say("verify", str(bundle), "--expect", other, ends_with=1)


def test_an_extra_file_is_named(say: Say, bundle: Path) -> None:
    """What the manifest does not know has no place in a bundle."""
    folder = Path("unpacked")
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(folder)
    copytree(folder, "more")
    Path("more/extra.txt").write_text("x", encoding="utf-8")

    assert "does not list the file extra.txt" in say("verify", "more", ends_with=1)
