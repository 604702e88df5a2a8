"""`xuezheng assign explain`: reasons in sentences, and a certificate that checks without the problem."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from xuezheng.site.cli import run

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples" / "assignment"
Say = Callable[..., str]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Say:
    """Run one command in an empty folder; gives what it printed, and insists on its exit code."""
    monkeypatch.chdir(tmp_path)

    def said(*line: object, ends_with: int = 0) -> str:
        capsys.readouterr()
        code = run([str(word) for word in line])
        out, err = capsys.readouterr()
        assert code == ends_with, (line, out, err)
        return out + err

    return said


@pytest.fixture
def explained(say: Say) -> Callable[[str, str], str]:
    """Run an example and explain one applicant; the certificate is written too."""

    def explained(name: str, applicant: str) -> str:
        problem = EXAMPLES / f"{name}.json"
        say("assign", "run", problem, "--out", "result.json")
        line = ["--applicant", applicant, "--out", "certificate.json"]
        return say("assign", "explain", problem, "result.json", *line)

    return explained


@pytest.mark.parametrize(
    ("name", "applicant", "sentences"),
    [
        (
            "primary",
            "P-04",
            [
                "P-04: harbour/general, given after the main round",
                "All 3 seats of willow/general went to applicants who stand before",
                "stands with: tier hukou-only, draw number 5",
                "last seat:   tier hukou-and-deed, draw number 71",
                "With the tier hukou-and-deed it would have been held.",
            ],
        ),
        ("primary", "P-07", ["The seat of the address at willow is used."]),
        (
            "private",
            "M-02",
            [
                "M-02: no place",
                "The seats of maple/direct are reserved for others.",
                "With a draw number before 0x12aa0000",
            ],
        ),
        (
            "senior-high",
            "S-07",
            [
                "S-07: first-senior/quota@west, choice 1",
                "general, choice 1, second-senior: All 2 seats of second-senior/general went",
                "stands with: total 668, chinese-maths-english 320, chinese-maths 212",
                "second-quota, choice 1, first-senior: A place in first-senior/quota@west",
            ],
        ),
    ],
)
def test_reasons_are_sentences(
    explained: Callable[[str, str], str], name: str, applicant: str, sentences: list[str]
) -> None:
    """Rule, own standing, that of the last seat, and what would have been enough, school by school."""
    printed = explained(name, applicant)

    assert [sentence for sentence in sentences if sentence not in printed] == []


@pytest.mark.parametrize(
    ("name", "applicant"), [("primary", "P-04"), ("private", "M-02"), ("senior-high", "S-07")]
)
def test_a_certificate_checks_against_the_result_alone(
    explained: Callable[[str, str], str], say: Say, name: str, applicant: str
) -> None:
    """As written, large draw numbers too."""
    explained(name, applicant)

    assert "OK" in say("assign", "check-certificate", "certificate.json", "result.json")


def test_an_untrue_certificate_is_named(explained: Callable[[str, str], str], say: Say) -> None:
    """A better tier than the one held, and the result of somebody else, are each found."""
    explained("primary", "P-04")
    certificate = json.loads(Path("certificate.json").read_text(encoding="utf-8"))
    certificate["lines"][0]["tier"] = "hukou-and-deed"
    Path("better.json").write_text(json.dumps(certificate), encoding="utf-8")
    say("assign", "run", EXAMPLES / "private.json", "--out", "other.json")

    assert "WRONG  P-04" in say(
        "assign", "check-certificate", "better.json", "result.json", ends_with=1
    )
    assert "another problem" in say(
        "assign", "check-certificate", "certificate.json", "other.json", ends_with=1
    )


def test_who_is_not_there_has_no_reasons(explained: Callable[[str, str], str], say: Say) -> None:
    """An unknown applicant, and a result of another problem, are refused."""
    explained("primary", "P-04")
    primary, private = EXAMPLES / "primary.json", EXAMPLES / "private.json"

    assert "no applicant P-99" in say(
        "assign", "explain", primary, "result.json", "--applicant", "P-99", ends_with=1
    )
    assert "The result is that of the problem" in say(
        "assign", "explain", private, "result.json", "--applicant", "M-02", ends_with=1
    )
