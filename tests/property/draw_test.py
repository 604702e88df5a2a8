"""What holds for every draw: the independent check accepts it, finds any change, and nobody's order matters."""

import hmac
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext
from hashlib import sha256
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from xuezheng.engines.draw import (
    Contribution,
    Direction,
    Drawn,
    Entry,
    Notice,
    Rules,
    SealedSource,
    Units,
    Weights,
    check_draw,
    commit,
    document_bytes,
    explain_place,
    numbers_of,
    order_lines,
    order_of,
    prove,
    reveal,
    seal,
    verify_proof,
)
from xuezheng.engines.draw.entries import leaf_of
from xuezheng.engines.draw.merkle import leaf_hash, path_of, root_from_path, root_of
from xuezheng.engines.draw.numbers import race_key, race_keys
from xuezheng.kernel.canonical import canonical_bytes

AT = datetime(2023, 7, 1, tzinfo=UTC)
NONCE = "ab" * 16
names = st.from_regex(r"[A-Za-z0-9\u4e00-\u4e20][-A-Za-z0-9_.\u4e00-\u4e20]{0,8}", fullmatch=True)
rule_sets = st.builds(
    Rules,
    number_first=st.sampled_from(Direction),
    units=st.sampled_from(Units),
    weights=st.sampled_from(Weights),
)
numbers256 = st.integers(0, 2**256 - 1)


@st.composite
def draws(draw: st.DrawFn) -> tuple[list[Entry], Drawn]:
    """Entries with units, weights and facts, and their draw."""
    rules = draw(rule_sets)
    ids = draw(st.lists(names, min_size=1, max_size=12, unique=True))
    weight_of_unit: dict[str, Decimal] = {}
    entries = []
    for name in ids:
        unit = draw(st.sampled_from(["", "", "~"])) and "unit." + draw(st.sampled_from("ab"))
        weight = Decimal(1)
        if rules.weights is Weights.GIVEN:
            drawn = draw(st.decimals("0.000001", "1000000", places=6))
            weight = weight_of_unit.setdefault(unit, drawn) if unit else drawn
        facts = draw(st.dictionaries(st.text(max_size=4), st.text(max_size=4), max_size=2))
        entries.append(Entry(id=name, unit=unit, weight=weight, facts=nfc(facts)))
    return entries, drawn_from(entries, rules, value=draw(names))


def nfc(facts: dict[str, str]) -> dict[str, str]:
    """Facts in the form that documents have."""
    found: dict[str, str] = json.loads(
        canonical_bytes({k: v for k, v in facts.items() if k.isascii()})
    )
    return found


def drawn_from(entries: list[Entry], rules: Rules, value: str = "v") -> Drawn:
    """A draw with two parties."""
    parties = {"A": value, "B": "w"}
    sources = tuple(
        SealedSource(party=party, commitment=seal(draw="d", party=party, value=of, nonce=NONCE))
        for party, of in parties.items()
    )
    notice = Notice(draw="d", rules=rules, seats={"S": 1}, sources=sources)
    opened = [
        Contribution(party=party, value=of, nonce=NONCE, revealed_at=AT + timedelta(1))
        for party, of in parties.items()
    ]
    return reveal(commit(notice, entries, at=AT).commitment, entries, opened)


def documents(entries: list[Entry], drawn: Drawn) -> tuple[Any, list[Any], list[Any]]:
    """What is published, as plain JSON."""
    lines = [line.rstrip("\n").split(",") for line in order_lines(drawn.order)]
    places = [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]
    return (
        json.loads(document_bytes(drawn.draw)),
        [json.loads(leaf_of(one)) for one in entries],
        places,
    )


@given(draws())
def test_the_check_accepts_every_draw(case: tuple[list[Entry], Drawn]) -> None:
    """Solver and checker share no code and agree to the last byte."""
    result, rows, places = documents(*case)
    report = check_draw(result, rows, places=places, announced=result["commitment_hash"])

    assert report.difference is None
    assert report.confirmed == ("commitment", "entries", "contributions", "seed", "order")


def spoil(which: str, result: Any, rows: list[Any], row: Any, place: Any) -> str:
    """Change one value of the documents; gives what the check must name, where it can know."""
    party = result["contributions"][0]
    changed: dict[str, tuple[Any, Any, str]] = {
        "seed": (result, "0" * 64, "seed"),
        "order_hash": (result, "0" * 64, "order_hash"),
        "commitment_hash": (result, "0" * 64, "commitment_hash"),
        "value": (party, party["value"] + "0", "A"),
        "nonce": (party, party["nonce"] + "0", "A"),
        "revealed_at": (party, "2023-06-30T00:00:00.000000Z", "A"),
        "root": (result["commitment"], "0" * 64, "commitment_hash"),
        "seats": (result["commitment"], {"S": 2}, "commitment_hash"),
        "weight": (row, "3.25", "root"),
        "unit": (row, row["unit"] + "x", "root"),
        "id": (row, row["id"] + "x!", "root"),
        "place": (place, "9999", place["id"]),
        "number": (place, "9999", place["id"]),
        "weight of a place": (place, "77", place["id"]),
    }
    if which == "gone":
        rows.remove(row)
        return "number of entries"
    target, value, subject = changed[which]
    target[which.partition(" ")[0]] = value
    return subject


SPOILT = ["seed", "order_hash", "commitment_hash", "value", "nonce", "revealed_at", "root", "seats", "weight", "unit",
          "id", "place", "number", "weight of a place", "gone"]  # fmt: skip


@given(draws(), st.data())
def test_the_check_finds_any_change(case: tuple[list[Entry], Drawn], data: st.DataObject) -> None:
    """One changed value anywhere in the documents is found, and what was changed is named where it can be."""
    result, rows, places = documents(*case)
    row, place = data.draw(st.sampled_from(rows)), data.draw(st.sampled_from(places))
    subject = spoil(data.draw(st.sampled_from(SPOILT)), result, rows, row, place)
    report = check_draw(result, rows, places=places)

    assert report.difference is not None
    assert report.difference.subject == subject


@given(draws(), st.randoms())
def test_the_order_of_input_does_not_matter(case: tuple[list[Entry], Drawn], random: Any) -> None:
    """Registering early or late changes nothing."""
    entries, drawn = case
    shuffled = list(entries)
    random.shuffle(shuffled)
    draw = drawn.draw
    again = reveal(draw.commitment, shuffled, list(reversed(draw.contributions)))

    assert document_bytes(again.draw) == document_bytes(draw)


@given(draws())
def test_every_entry_has_a_proof_and_a_reason(case: tuple[list[Entry], Drawn]) -> None:
    """Proofs check against the commitment alone; places count lots and agree with the list."""
    entries, drawn = case
    rules = drawn.draw.commitment.rules
    sources = drawn.draw.commitment.sources
    committed = commit(
        Notice(draw="d", rules=rules, seats={"S": 1}, sources=sources), entries, at=AT
    )
    standing = dict(zip((e.id for e in drawn.order.entries), drawn.order.places, strict=True))
    for entry in entries:
        verify_proof(drawn.draw.commitment, prove(committed, entry.id))
        reason = explain_place(drawn.order, rules, entry.id)
        number = hmac.new(drawn.draw.seed.encode(), reason.lot.encode(), "sha256").hexdigest()

        assert reason.number == int(number, 16)
        assert reason.place == standing[entry.id]
        assert reason.entries_before == sum(at < reason.place for at in standing.values())
        assert {standing[member] for member in reason.members} == {reason.place}


@given(st.lists(names, min_size=2, max_size=20, unique=True), st.data())
def test_leaving_the_list_moves_nobody_past_another(ids: list[str], data: st.DataObject) -> None:
    """With the same seed, who stands before whom does not hang on the others."""
    gone = data.draw(st.sampled_from(ids))
    entries = sorted((Entry(id=name) for name in ids), key=lambda entry: entry.id)
    left = [entry for entry in entries if entry.id != gone]
    all_of, less = order_of("s", entries, Rules()), order_of("s", left, Rules())

    assert [e.id for e in less.entries] == [e.id for e in all_of.entries if e.id != gone]


@given(st.lists(names, min_size=1, max_size=20, unique=True))
def test_direction_turns_the_order_round(ids: list[str]) -> None:
    """Low first is high first backwards, weighted equally or not at all."""
    entries = [Entry(id=name) for name in sorted(ids)]
    low = order_of("s", entries, Rules())
    high = order_of("s", entries, Rules(number_first=Direction.HIGH))
    equal_weights = order_of("s", entries, Rules(weights=Weights.GIVEN))

    assert high.entries == low.entries[::-1]
    assert equal_weights.entries == low.entries
    assert all(one < other for one, other in pairwise(low.numbers))


@given(st.lists(st.binary(max_size=8), max_size=40), st.data())
def test_the_tree_is_that_of_the_standard(leaves: list[bytes], data: st.DataObject) -> None:
    """RFC 6962 by its own words: split at the largest power of two below the size."""

    def standard(part: list[bytes]) -> bytes:
        if len(part) < 2:
            return sha256(b"\0" + part[0]).digest() if part else sha256().digest()
        split = 1
        while split * 2 < len(part):
            split *= 2
        return sha256(b"\1" + standard(part[:split]) + standard(part[split:])).digest()

    hashes = [leaf_hash(leaf) for leaf in leaves]
    assert root_of(hashes) == standard(leaves)
    if hashes:
        at = data.draw(st.integers(0, len(hashes) - 1))
        path, size = path_of(hashes, at), len(hashes)
        assert root_from_path(hashes[at], index=at, size=size, path=path) == root_of(hashes)
        assert root_from_path(hashes[at], index=at, size=size, path=[*path, b"\0" * 32]) is None
        assert root_from_path(hashes[at], index=size, size=size, path=path) is None
        if path:
            assert root_from_path(hashes[at], index=at, size=size, path=path[1:]) != root_of(hashes)


@given(st.lists(st.tuples(numbers256, st.integers(1, 10**12)), min_size=1, max_size=30))
def test_keys_in_columns_are_the_defined_ones(lots: list[tuple[int, int]]) -> None:
    """NumPy's columns give the same whole numbers as the definition."""
    standing, weights = [n for n, _ in lots], [w for _, w in lots]

    assert race_keys(standing, weights) == [race_key(n, w) for n, w in lots]


@given(numbers256, st.integers(1, 10**12))
def test_a_key_is_the_logarithm_to_its_precision(standing: int, weight: int) -> None:
    """It lies within two of the last binary place of the logarithm of -log2(u)/w by eighty decimal digits."""
    with localcontext() as context:
        context.prec = 80
        chance = Decimal(2 * standing + 1) / Decimal(2**257)
        exact = -(chance.ln() / Decimal(2).ln()) * 2**124 / weight
        slack = Decimal(2) * 2**64 / weight + 1

        assert abs(Decimal(race_key(standing, weight)) - exact) <= slack


@given(st.lists(names, max_size=30), st.text(min_size=1, max_size=200))
def test_numbers_are_hmac(ids: list[str], seed: str) -> None:
    """The copied hash states give what the standard library's HMAC gives, for keys of any length."""
    key = seed.encode("utf-8", "replace")
    text = key.decode()

    assert numbers_of(text, ids) == [
        int(hmac.new(key, i.encode(), "sha256").hexdigest(), 16) for i in ids
    ]


def test_chances_follow_weights() -> None:
    """Of two lots with weights 3 and 1, the heavier is first three times in four."""
    entries = [Entry(id="A", weight=Decimal(3)), Entry(id="B")]
    rules = Rules(weights=Weights.GIVEN)
    first = sum(order_of(f"s{at}", entries, rules).entries[0].id == "A" for at in range(2000))

    assert abs(first - 1500) < 4 * (2000 * 0.75 * 0.25) ** 0.5


def test_a_checker_meets_documents_that_are_none() -> None:
    """Rubbish is a difference, never a fault of the program."""
    drawn = drawn_from([Entry(id="E1")], Rules())
    result, rows, _places = documents([Entry(id="E1")], drawn)

    for spoilt in ({}, result | {"commitment": 7}, result | {"contributions": [{}]}):
        assert not check_draw(spoilt, rows).is_sound
    assert not check_draw(result, [{"name": "E1"}]).is_sound
    assert not check_draw(result, [*rows, *rows]).is_sound
    assert not check_draw(result, rows, announced="00").is_sound
