"""The outputs in `docs/how-to/give-out-places.md` are those of the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from xuezheng.engines.matching.documents.tables import APPLICANT_COLUMNS, SCHOOL_COLUMNS
from xuezheng.site.cli import run

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "how-to" / "give-out-places.md").read_text(encoding="utf-8")


def _shown(output: str) -> list[str]:
    """Give the lines that the page does not show."""
    page = {line.strip() for line in PAGE.splitlines()}
    return [line for line in output.splitlines() if line.strip() not in page]


def test_outputs_are_real(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Every line that the commands of the page print stands on it."""
    monkeypatch.chdir(tmp_path)
    for example in (DOCS / "examples" / "assignment").glob("*.json"):
        Path(example.name).write_bytes(example.read_bytes())
    lines = (
        "assign run primary.json --out result.json",
        "assign explain primary.json result.json --applicant P-04 --out certificate.json",
        "assign check-certificate certificate.json result.json",
        "assign call-order call-order.json",
    )

    for line in lines:
        assert f"xuezheng {line}" in PAGE
        assert run(line.split()) == 0
        assert _shown(capsys.readouterr().out) == []


def test_a_refusal_is_real(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The two faults that the page shows, in the example with two slips."""
    monkeypatch.chdir(tmp_path)
    text = (DOCS / "examples" / "assignment" / "primary.json").read_text(encoding="utf-8")
    slips = {
        '"count": 3': '"count": -3',
        '"choices": ["willow"], "number": 5': '"choices": ["wilow"]',
    }
    for right, wrong in slips.items():
        assert right in text
        text = text.replace(right, wrong)
    text = text.replace('"choices": ["wilow"]', '"choices": ["wilow"], "number": 5')
    Path("primary.json").write_text(text, encoding="utf-8")

    assert run(["assign", "run", "primary.json", "--out", "result.json"]) == 1
    assert _shown(capsys.readouterr().err) == []


def test_every_column_is_described() -> None:
    """The page names every column that a table may have."""
    assert [name for name in (*SCHOOL_COLUMNS, *APPLICANT_COLUMNS) if f"`{name}`" not in PAGE] == []
