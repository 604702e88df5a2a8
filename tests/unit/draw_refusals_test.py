"""What a draw refuses, and that each refusal names the entry or the party."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from xuezheng.engines.draw import (
    Committed,
    Contribution,
    Entry,
    Notice,
    PublicSource,
    Rules,
    SealedSource,
    Units,
    Weights,
    check_announced,
    commit,
    entries_from_rows,
    explain_place,
    prove,
    reveal,
    seal,
    verify_proof,
)
from xuezheng.kernel.errors import DomainError

AT = datetime(2023, 7, 1, tzinfo=UTC)
NONCE = "0123456789abcdef" * 2
ENTRIES = (Entry(id="E1"), Entry(id="E2"), Entry(id="E3"))


def sealed(party: str, value: str = "v", draw: str = "d") -> SealedSource:
    """A party's seal."""
    return SealedSource(
        party=party, commitment=seal(draw=draw, party=party, value=value, nonce=NONCE)
    )


def public(**changed: Any) -> PublicSource:
    """A public source, due a day after the commitment."""
    usual = {"edition": "75", "reading": "as printed", "mask": "##", "due_at": AT + timedelta(1)}
    return PublicSource(party="Lottery", **(usual | changed))


SOURCES = (sealed("A"), sealed("B"), public())


def opened(**changed: Contribution | None) -> list[Contribution]:
    """What the sources gave, with parties replaced or left out."""
    later = AT + timedelta(2)
    given: dict[str, Contribution | None] = {
        "A": Contribution(party="A", value="v", nonce=NONCE, revealed_at=later),
        "B": Contribution(party="B", value="v", nonce=NONCE, revealed_at=later),
        "Lottery": Contribution(party="Lottery", value="07", revealed_at=later),
    }
    return [one for one in (given | changed).values() if one]


def committed(*entries: Entry, rules: Rules | None = None, **changed: Any) -> Committed:
    """Commit to entries."""
    notice = Notice(**({"draw": "d", "rules": rules or Rules(), "sources": SOURCES} | changed))
    return commit(notice, entries or ENTRIES, at=AT)


def refused(code: str, words: str, call: Callable[[], object]) -> None:
    """The call is refused with this code, and the sentence holds these words."""
    with pytest.raises(DomainError) as caught:
        call()
    assert (caught.value.code, words in caught.value.message()) == (code, True), caught.value


WEIGHTED = Rules(weights=Weights.GIVEN)


@pytest.mark.parametrize(
    ("code", "words", "entries", "rules"),
    [
        ("draw.entry_twice", "Entry E2", [Entry(id="E2"), Entry(id="E1"), Entry(id="E2")], Rules()),
        ("draw.weight_refused", "E9 has the weight 0", [Entry(id="E9", weight=Decimal(0))], WEIGHTED),
        ("draw.weight_refused", "E9 has the weight -1", [Entry(id="E9", weight=Decimal(-1))], WEIGHTED),
        ("draw.weight_refused", "E9", [Entry(id="E9", weight=Decimal("0.0000001"))], WEIGHTED),
        ("draw.weight_refused", "E9", [Entry(id="E9", weight=Decimal(1000001))], WEIGHTED),
        ("draw.weight_refused", "E9", [Entry(id="E9", weight=Decimal("NaN"))], WEIGHTED),
        ("draw.weight_refused", "all weights are equal", [Entry(id="E9", weight=Decimal(2))], Rules()),
        (
            "draw.unit_weights_differ",
            "Unit U has two weights: 1 at entry E1, 2 at entry E2",
            [Entry(id="E1", unit="U"), Entry(id="E2", unit="U", weight=Decimal(2))],
            WEIGHTED,
        ),
        ("draw.unit_name_taken", "Unit E1", [Entry(id="E1"), Entry(id="E2", unit="E1")], Rules()),
        ("draw.entry_unusable", "Entry E,1", [Entry(id="E,1")], Rules()),
        ("draw.entry_unusable", "Entry =E1", [Entry(id="=E1")], Rules()),
        ("draw.entry_unusable", "'E2\\nE3'", [Entry(id="E2\nE3")], Rules()),
        ("draw.entry_unusable", "'U 1'", [Entry(id="E1", unit="U 1")], Rules()),
        ("draw.entry_unusable", "NFC", [Entry(id="e\u0301")], Rules()),
        ("draw.entry_unusable", "E" * 129, [Entry(id="E" * 129)], Rules()),
    ],
)  # fmt: skip
def test_entries(code: str, words: str, entries: list[Entry], rules: Rules) -> None:
    """A list that cannot be drawn from is refused at the commitment, by the entry's name."""
    refused(code, words, lambda: committed(*entries, rules=rules))


def test_an_empty_list() -> None:
    """There is nothing to draw."""
    refused(
        "draw.entries_missing",
        "no entries",
        lambda: commit(Notice(draw="d", sources=SOURCES), [], at=AT),
    )


def test_units_apart_may_have_different_weights() -> None:
    """Where each is drawn alone, a unit means nothing."""
    twins = (Entry(id="E1", unit="U"), Entry(id="E2", unit="U", weight=Decimal(2)))
    rules = replace(WEIGHTED, units=Units.APART)

    assert committed(*twins, rules=rules).commitment.lots == 2


@pytest.mark.parametrize(
    ("code", "words", "sources"),
    [
        ("draw.sources_missing", "Nobody", ()),
        ("draw.sources_too_few", "Only A", (sealed("A"),)),
        ("draw.party_twice", "A contributes twice", (sealed("A"), sealed("A", "w"))),
        ("draw.source_unusable", "The source B", (sealed("A"), SealedSource(party="B", commitment="ff"))),
        (
            "draw.source_unusable",
            "another party has the same",
            (sealed("A"), SealedSource(party="B", commitment=sealed("A").commitment)),
        ),
        ("draw.source_unusable", "known already", (sealed("A"), public(due_at=AT))),
        ("draw.source_unusable", "which edition", (sealed("A"), public(edition=""))),
    ],
)  # fmt: skip
def test_sources(code: str, words: str, sources: tuple[SealedSource | PublicSource, ...]) -> None:
    """Sources from which no fair seed can come are refused before anything is published."""
    refused(code, words, lambda: committed(sources=sources))


def test_notice() -> None:
    """A draw without a name, or with fewer than no seats."""
    refused("draw.notice_unusable", "no identifier", lambda: committed(draw=""))
    refused("draw.notice_unusable", "S1 has -1 seats", lambda: committed(seats={"S1": -1}))


@pytest.mark.parametrize(
    ("code", "words", "given"),
    [
        ("draw.contributions_missing", "A, B, Lottery", opened(A=None, B=None, Lottery=None)),
        ("draw.contribution_withheld", "of B", opened(B=None)),
        ("draw.party_twice", "A contributes twice", [*opened(), opened()[0]]),
        (
            "draw.contribution_uncommitted",
            "of C was never",
            [*opened(), replace(opened()[0], party="C")],
        ),
        ("draw.contribution_mismatch", "of A", opened(A=replace(opened()[0], value="w"))),
        ("draw.contribution_mismatch", "of B", opened(B=replace(opened()[1], nonce="f" * 32))),
        ("draw.contribution_unusable", "of A", opened(A=replace(opened()[0], value=""))),
        ("draw.contribution_unusable", "of A", opened(A=replace(opened()[0], nonce="12"))),
        ("draw.contribution_unusable", "'7'", opened(Lottery=replace(opened()[2], value="7"))),
        ("draw.contribution_unusable", "'٠٧'", opened(Lottery=replace(opened()[2], value="٠٧"))),
        (
            "draw.revealed_too_early",
            "of A",
            opened(A=replace(opened()[0], revealed_at=AT - timedelta(seconds=1))),
        ),
        (
            "draw.revealed_too_early",
            "of Lottery",
            opened(Lottery=replace(opened()[2], revealed_at=AT + timedelta(hours=1))),
        ),
    ],
)
def test_contributions(code: str, words: str, given: list[Contribution]) -> None:
    """A contribution counts only as committed, once, and after the commitment."""
    refused(code, words, lambda: reveal(committed().commitment, ENTRIES, given))


def test_a_seal_of_another_draw_does_not_open() -> None:
    """What was opened last year is known to all."""
    found = committed(sources=(sealed("A", draw="last year"), sealed("B"))).commitment

    refused(
        "draw.contribution_mismatch", "of A", lambda: reveal(found, ENTRIES, opened(Lottery=None))
    )


CHANGES = [
    ("Entry E2 is not as committed: its unit", [ENTRIES[0], Entry(id="E2", unit="U"), ENTRIES[2]]),
    ("Entry E2 is not as committed: it is missing", [ENTRIES[0], ENTRIES[2]]),
    ("Entry E4 is not as committed: it was not committed", [*ENTRIES, Entry(id="E4")]),
]


@pytest.mark.parametrize(("words", "entries"), CHANGES)
def test_a_changed_list(words: str, entries: list[Entry]) -> None:
    """Whoever changes an entry after the commitment is found out; with the leaves, by name."""
    before = committed()
    late = [before.commitment, entries, opened()]

    refused("draw.entry_changed", words, lambda: reveal(*late, leaves=before.leaves))  # type: ignore[arg-type]
    refused("draw.entries_changed", "over 3", lambda: reveal(*late))  # type: ignore[arg-type]


def test_changed_terms() -> None:
    """Seats and rules are under the same root."""
    before = committed(seats={"S1": 40})
    after = replace(before.commitment, seats={"S1": 41})

    refused("draw.entries_changed", "root", lambda: reveal(after, ENTRIES, opened()))
    refused(
        "draw.leaves_foreign",
        "lead to",
        lambda: reveal(after, ENTRIES, opened(), leaves=before.leaves),
    )
    refused("draw.announced_differs", "announced", lambda: check_announced(after, "ab" * 32))


def test_proofs() -> None:
    """A proof fails for another entry, another place and another commitment."""
    found = committed()
    proof = prove(found, "E2")
    verify_proof(found.commitment, proof)

    for bad in (
        replace(proof, entry=Entry(id="E9")),
        replace(proof, index=1),
        replace(proof, index=0),
        replace(proof, size=3),
        replace(proof, path=proof.path[:-1]),
        replace(proof, path=("zz", *proof.path[1:])),
        replace(proof, root="00" * 32),
    ):
        refused(
            "draw.proof_fails",
            f"entry {bad.entry.id}",
            lambda bad=bad: verify_proof(found.commitment, bad),
        )  # type: ignore[misc]
    other = committed(Entry(id="E2"))
    refused("draw.proof_fails", "another commitment", lambda: verify_proof(other.commitment, proof))
    refused("draw.entry_unknown", "E9", lambda: prove(found, "E9"))
    order = reveal(found.commitment, ENTRIES, opened()).order
    refused("draw.entry_unknown", "E9", lambda: explain_place(order, Rules(), "E9"))


@pytest.mark.parametrize(
    ("code", "words", "row"),
    [
        ("draw.entry_unnamed", "Line 1", {"id": ""}),
        ("draw.entry_unnamed", "Line 1", {"unit": "U"}),
        ("draw.weight_refused", "E1 has the weight heavy", {"id": "E1", "weight": "heavy"}),
        ("draw.weight_refused", "E1", {"id": "E1", "weight": True}),
        ("draw.entry_unusable", "column school", {"id": "E1", "school": 7}),
        ("draw.entry_unusable", "column unit", {"id": "E1", "unit": 7}),
    ],
)
def test_rows(code: str, words: str, row: dict[str, object]) -> None:
    """A row that is no entry is refused by its line or name."""
    refused(code, words, lambda: list(entries_from_rows([row])))
