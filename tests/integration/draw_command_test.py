"""`xuezheng draw` from seals to the check, on files as a bureau has them."""

import gc
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from xuezheng.site import draw_files
from xuezheng.site.cli import run

AT = "--at 2023-07-01T09:00:00+08:00"
ENTRIES = "id,unit,weight,school\nE1,,,S1\nE2,U,2,S1\nE3,U,2,S1\n考生4,,0.5,S2\n"
NOTICE = {"draw": "demo/1", "title": "演示", "rules": {"weights": "given"}, "seats": {"S1": 2}}
LOTTERY = {
    "kind": "public",
    "party": "双色球",
    "edition": "2023075",
    "reading": "six red numbers in rising order, then the blue one",
    "mask": "## ## ## ## ## ## ##",
    "due_at": "2023-07-04T21:15:00+08:00",
}


class Bureau:
    """A folder with the files of one draw."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Write the list and the public value."""
        self.folder, self.capsys = folder, capsys
        self.write("entries.csv", ENTRIES)
        self.write("lottery.json", json.dumps({"party": "双色球", "value": "03 06 12 18 24 30 09"}))

    def write(self, name: str, text: str) -> None:
        """Write one of its files."""
        (self.folder / name).write_text(text, encoding="utf-8")

    def read(self, name: str) -> str:
        """Read one of its files."""
        return (self.folder / name).read_text(encoding="utf-8")

    def sha256(self, name: str) -> str:
        """What `sha256sum` says of one of its files."""
        return hashlib.sha256((self.folder / name).read_bytes()).hexdigest()

    def draw(self, line: str) -> tuple[int, str, str]:
        """Run one command; words with a dot that name files stand in the folder."""
        words = [str(self.folder / word) if "." in word else word for word in line.split()]
        code = run(["draw", *words])
        said = self.capsys.readouterr()
        return code, said.out, said.err

    def commit(self, entries: str = "entries.csv") -> str:
        """Seal twice and commit; gives what was printed."""
        sources = []
        for party in ("Notary", "Parents"):
            code, out, _ = self.draw(f"seal --draw demo/1 --party {party} --out {party}.json")
            assert code == 0
            sources.append(json.loads(out))
        self.write("notice.json", json.dumps(NOTICE | {"sources": [*sources, LOTTERY]}))
        code, out, err = self.draw(
            f"commit {entries} --notice notice.json --out commitment.json {AT}"
        )
        assert code == 0, err
        return out

    def reveal(self, more: str = "", entries: str = "entries.csv") -> tuple[int, str, str]:
        """Reveal all contributions."""
        return self.draw(
            f"reveal commitment.json {entries} Notary.json Parents.json lottery.json "
            f"--out result.json --order places.csv {more}"
        )


@pytest.fixture
def bureau(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Bureau:
    """A bureau that is about to draw."""
    return Bureau(tmp_path, capsys)


def test_a_draw_from_seal_to_check(bureau: Bureau) -> None:
    """The printed hash is that of the file, and whoever repeats the draw agrees."""
    printed = bureau.commit()
    announced = bureau.sha256("commitment.json")
    assert f"Commitment: {announced}" in printed
    assert "4 in 3 lots" in printed

    code, out, err = bureau.reveal(f"--announced {announced}")
    assert (code, "3 lots of 4 entries" in out) == (0, True), err
    result = json.loads(bureau.read("result.json"))
    assert bureau.sha256("places.csv") == result["order_hash"]

    code, out, _ = bureau.draw(
        f"check result.json entries.csv --order places.csv --announced {announced}"
    )
    assert code == 0
    assert out.splitlines()[-1] == "The draw is as published."
    assert gc.isenabled()


def test_the_secret_is_for_its_owner(bureau: Bureau) -> None:
    """Nobody else may read it, and no second seal takes its place."""
    bureau.commit()

    assert (bureau.folder / "Notary.json").stat().st_mode & 0o077 == 0
    code, _, err = bureau.draw("seal --draw demo/1 --party Notary --out Notary.json")
    assert (code, "exists already" in err) == (1, True)
    assert not err.startswith("\n")  # no trace of a bar where nobody watches


def test_number_and_proof_of_one_entry(bureau: Bureau) -> None:
    """A family sees its number, its place and that it is in the list."""
    bureau.commit()
    code, out, _ = bureau.draw("prove commitment.json entries.csv --entry E3 --out proof.json")
    assert (code, "leaf 3 of 5, 3 hashes" in out) == (0, True)
    code, out, _ = bureau.draw("check-proof commitment.json proof.json")
    assert (code, "OK: entry E3" in out, "unit U, weight 2" in out) == (0, True, True)

    bureau.reveal()
    row = next(line for line in bureau.read("places.csv").splitlines() if ",E3," in line)
    code, out, _ = bureau.draw("number result.json entries.csv --entry E3")
    assert code == 0
    assert row.rsplit(",", 1)[1] in out
    assert f"Place:  {row.partition(',')[0]} of 3 lots" in out
    assert "drawn as one: E2, E3" in out

    code, _, err = bureau.draw("number result.json entries.csv --entry E9")
    assert (code, "no entry E9" in err) == (1, True)


def test_a_proof_of_a_forged_entry_fails(bureau: Bureau) -> None:
    """The hashes no longer lead to the root."""
    bureau.commit()
    bureau.draw("prove commitment.json entries.csv --entry E1 --out proof.json")
    bureau.write("proof.json", bureau.read("proof.json").replace('"weight":"1"', '"weight":"9"'))

    code, _, err = bureau.draw("check-proof commitment.json proof.json")
    assert (code, "proof for entry E1 fails" in err) == (1, True)


def test_a_changed_list_is_refused_by_name(bureau: Bureau) -> None:
    """The leaves beside the commitment tell which entry it was; without them the count and root."""
    bureau.commit()
    bureau.write("late.csv", ENTRIES.replace("考生4,,0.5", "考生4,,50"))

    code, _, err = bureau.reveal(entries="late.csv")
    assert (code, "Entry 考生4 is not as committed" in err) == (1, True)
    (bureau.folder / "commitment.json.leaves.csv").unlink()
    code, _, err = bureau.reveal(entries="late.csv")
    assert (code, "The list is not the committed one" in err) == (1, True)
    assert not (bureau.folder / "result.json").exists()


def test_check_names_the_first_difference(bureau: Bureau) -> None:
    """A place moved by hand is found, and the command fails."""
    bureau.commit()
    bureau.reveal()
    header, first, *others = bureau.read("places.csv").splitlines(keepends=True)
    bureau.write("places.csv", "".join([header, first.replace("1,", "2,", 1), *others]))

    code, out, _ = bureau.draw("check result.json entries.csv --order places.csv")
    assert code == 1
    assert "DIFFER order: " + first.split(",")[1] in out


def test_nothing_published_is_written_over(bureau: Bureau) -> None:
    """A second reveal cannot replace the first."""
    bureau.commit()
    assert bureau.reveal()[0] == 0

    code, _, err = bureau.reveal()
    assert (code, "result.json exists already" in err) == (1, True)


def as_json(rows: list[dict[str, str]]) -> str:
    """Write rows as an array."""
    return json.dumps(rows, ensure_ascii=False, indent=2)


def as_lines(rows: list[dict[str, str]]) -> str:
    """Write rows one a line, with an empty line behind."""
    return "\n".join(json.dumps(row) for row in rows) + "\n\n"


@pytest.mark.parametrize(("name", "write"), [("e.json", as_json), ("e.jsonl", as_lines)])
def test_every_form_of_the_list_is_the_same_list(
    bureau: Bureau, name: str, write: Callable[[list[dict[str, str]]], str]
) -> None:
    """CSV, JSON and JSON Lines lead to one root."""
    header, *lines = (line.split(",") for line in ENTRIES.splitlines())
    bureau.write(name, write([dict(zip(header, line, strict=True)) for line in lines]))
    bureau.commit()

    assert bureau.reveal(entries=name)[0] == 0
    assert bureau.draw(f"check result.json {name}")[0] == 0


@pytest.mark.parametrize("characters", [1, 7, 64])
def test_an_array_is_read_piece_by_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, characters: int
) -> None:
    """Wherever a piece ends, inside a name or between entries, the entries are the same."""
    monkeypatch.setattr(draw_files, "_CHUNK_CHARACTERS", characters)
    rows = [{"id": f"考生{at}", "facts": {"a": '"]},{"'}} for at in range(9)]
    (tmp_path / "e.json").write_text("\n  " + as_json(rows) + "\n", encoding="utf-8")

    assert list(draw_files.rows_of(tmp_path / "e.json")) == rows


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("e.csv", "name\nE1\n", "does not name the columns"),
        ("e.csv", "id,unit\nE1\n", "line 2 has 1 values, not 2"),
        ("e.csv", "id,unit\nE1,\nE1,\n", "Entry E1 is in the list twice"),
        ("e.csv", "", "does not name the columns"),
        ("e.csv", "id\n", "has no entries"),
        ("e.json", "{}", "does not begin with ["),
        ("e.json", '[{"id": "E1"}, {"id": ', "entry 2 is not JSON"),
        ("e.json", '["E1"]', "entry 1 is not an object"),
        ("e.jsonl", '{"id": "E1"}\nE2\n', "entry 2 is not JSON"),
        ("e.gone", "", "cannot be read"),
    ],
)
def test_a_list_that_cannot_be_read(bureau: Bureau, name: str, content: str, words: str) -> None:
    """File, line or entry, and what to do."""
    bureau.commit()
    if name != "e.gone":
        bureau.write(name, content)

    code, _, err = bureau.draw(f"commit {name} --notice notice.json --out other.json {AT}")
    assert code == 1
    assert words in err


def test_a_list_in_another_encoding(bureau: Bureau) -> None:
    """Excel's own CSV is not UTF-8."""
    bureau.commit()
    (bureau.folder / "e.csv").write_bytes("id\n考生\n".encode("gb18030"))

    assert (
        "not in UTF-8" in bureau.draw(f"commit e.csv --notice notice.json --out other.json {AT}")[2]
    )


def test_documents_must_be_as_published(bureau: Bureau) -> None:
    """A document that was written anew, or is another one, is refused with its place."""
    bureau.commit()
    text = bureau.read("commitment.json")
    bureau.write("commitment.json", json.dumps(json.loads(text), indent=1))
    assert "not in its published form" in bureau.reveal()[2]
    bureau.write("commitment.json", text.replace('"lots":3', '"lots":"many"'))
    assert "at lots" in bureau.reveal()[2]
    bureau.write("commitment.json", "{")
    assert "not the commitment of a draw" in bureau.reveal()[2]
    bureau.write("commitment.json", text)
    assert "hash" in bureau.reveal("--announced 00")[2]
    assert bureau.reveal("--at tomorrow")[0] == 2
    assert bureau.reveal("--at 2023-07-05T09:00:00")[0] == 2
