"""The draw follows its published description: every vector of the page, and the page's own program."""

import json
import re
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from xuezheng.engines.draw import (
    Committed,
    Contribution,
    Drawn,
    Entry,
    Notice,
    PublicSource,
    Rules,
    SealedSource,
    Weights,
    commit,
    document_bytes,
    number_of,
    numbers_of,
    order_lines,
    reveal,
    seal,
)
from xuezheng.engines.draw.entries import leaf_of
from xuezheng.engines.draw.numbers import race_key, race_keys
from xuezheng.engines.draw.solve import terms_leaf
from xuezheng.kernel.seeded import SeedInvalid

PAGE = (Path(__file__).parents[2] / "docs" / "explanation" / "draw.md").read_text(encoding="utf-8")
BEIJING = timezone(timedelta(hours=8))
SEALED = {"Notary office": ("7", "11" * 16), "家长代表": ("42", "22" * 16)}
REVEALED_AT = datetime(2023, 7, 4, 22, 0, tzinfo=BEIJING)
ENTRIES = [
    Entry(id="E1"),
    Entry(id="E2", unit="U1", weight=Decimal(2)),
    Entry(id="E3", unit="U1", weight=Decimal("2.0")),
    Entry(id="考生4", weight=Decimal("0.5"), facts={"school": "S1"}),
]


def section(title: str) -> str:
    """The text below one heading of the page."""
    return re.split(r"^#+ ", PAGE.partition(f"# {title}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


def rows(title: str) -> list[list[str]]:
    """The cells in code of a table of the page."""
    lines = [line for line in section(title).splitlines() if line.startswith("|")]
    return [re.findall(r"`([^`]+)`", line) for line in lines[2:]]


def block(title: str, language: str) -> str:
    """A block of code of the page."""
    return section(title).partition(f"```{language}\n")[2].partition("```")[0]


@pytest.fixture
def committed() -> Committed:
    """Commit to the draw that the page describes, from entries out of order."""
    seals = tuple(
        SealedSource(
            party=party, commitment=seal(draw="example/1", party=party, value=value, nonce=nonce)
        )
        for party, (value, nonce) in SEALED.items()
    )
    public = PublicSource(
        party="双色球",
        edition="2023075",
        reading="six red numbers in rising order, then the blue one",
        mask="## ## ## ## ## ## ##",
        due_at=datetime(2023, 7, 4, 21, 15, tzinfo=BEIJING),
    )
    rules = Rules(weights=Weights.GIVEN)
    notice = Notice(draw="example/1", rules=rules, seats={"S1": 2}, sources=(*seals, public))
    return commit(notice, reversed(ENTRIES), at=datetime(2023, 7, 1, 9, 0, tzinfo=BEIJING))


@pytest.fixture
def drawn(committed: Committed) -> Drawn:
    """Reveal it, contributions out of order."""
    given = [
        Contribution(party="双色球", value="03 06 12 18 24 30 09", revealed_at=REVEALED_AT),
        *(
            Contribution(party=party, value=value, nonce=nonce, revealed_at=REVEALED_AT)
            for party, (value, nonce) in SEALED.items()
        ),
    ]
    return reveal(committed.commitment, reversed(ENTRIES), given)


def test_numbers() -> None:
    """Each row of the table of numbers, one by one and many at once."""
    table = rows("Numbers")

    assert [number for *_, number in table] == [
        f"{number_of(seed, name):064x}" for seed, name, _ in table
    ]
    assert numbers_of("s", ["a", "b"]) == [number_of("s", "a"), number_of("s", "b")]
    assert len(table) == 2


def test_a_key_longer_than_a_block_is_hashed_first() -> None:
    """As RFC 2104 says; the expected number is openssl's."""
    found = number_of("a" * 100, "E1")

    assert f"{found:064x}" == "a41fe90369ea19b6f15bb968a507cbff1b2233ac75097da3ed56b388051cd943"


@pytest.mark.parametrize(("seed", "name"), [("", "E1"), ("s", ""), ("s", "E\0")])
def test_a_number_needs_seed_and_name(seed: str, name: str) -> None:
    """An empty one would give everybody the same number."""
    with pytest.raises(SeedInvalid):
        number_of(seed, name)


def test_keys_of_weighted_lots() -> None:
    """Each row of the table of keys, one by one and in columns."""
    table = [
        (
            2**256 - 1 if number == "2^256-1" else 2**255 if "^" in number else int(number),
            weight,
            key,
        )
        for number, weight, key in rows("Keys of weighted lots")
    ]

    assert [int(key) for *_, key in table] == [race_key(n, int(w)) for n, w, _ in table]
    assert [int(key) for *_, key in table] == race_keys(
        [n for n, *_ in table], [int(w) for _, w, _ in table]
    )
    assert len(table) == 5


def test_the_whole_draw(committed: Committed, drawn: Drawn) -> None:
    """Every hash on the way from seals to places."""
    seals = [source.commitment for source in committed.commitment.sources[:2]]  # type: ignore[union-attr]
    leaves = [terms_leaf(committed.commitment), *map(leaf_of, committed.entries)]
    found = list(seals)
    for leaf, hashed in zip(leaves, committed.hashes, strict=True):
        found += [leaf.decode(), hashed.hex()]
    found += [committed.commitment.root, drawn.draw.commitment_hash]
    found += [drawn.draw.seed, drawn.draw.order_hash]

    assert [cell for (cell,) in rows("A whole draw")] == found


def test_the_documents_of_the_draw(committed: Committed, drawn: Drawn) -> None:
    """The commitment and the list of places, byte for byte."""
    assert block("A whole draw", "json") == document_bytes(committed.commitment).decode() + "\n"
    assert block("A whole draw", "csv") == "".join(order_lines(drawn.order))


def test_the_program_of_the_page_finds_the_same(drawn: Drawn) -> None:
    """Forty lines without this program lead from the published files to the same root, seed and places."""
    page: dict[str, Any] = {}
    exec(block("The same without this program", "python"), page)
    result = json.loads(document_bytes(drawn.draw))
    commitment = result["commitment"]
    entries = [json.loads(leaf_of(entry)) for entry in ENTRIES]

    assert page["root"](commitment, entries) == commitment["root"]
    assert page["seed"](commitment, result["contributions"]) == result["seed"]
    assert page["places"](result["seed"], commitment["rules"], entries) == [
        ["E2", "E3"],
        ["E1"],
        ["考生4"],
    ]
