"""A slow, obvious verifier of a draw: repeats everything from the published documents.

It takes plain JSON values, not the engine's, and has its own tree, HMAC, logarithm and order: an error of the solver cannot
hide in code that both share. It needs only the standard library.
"""

import hmac
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from itertools import pairwise
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Where the documents first disagree."""

    step: str
    subject: str
    """The entry, party or field."""
    expected: str
    """What follows from the documents."""
    found: str
    """What they say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was repeated, up to the first difference."""

    confirmed: tuple[str, ...]
    difference: Difference | None = None

    @property
    def is_sound(self) -> bool:
        """Whether everything agrees."""
        return self.difference is None


class _Differs(Exception):
    def __init__(self, subject: object, expected: object, found: object) -> None:
        super().__init__(subject, expected, found)
        self.facts = {"subject": str(subject), "expected": str(expected), "found": str(found)}


@dataclass(slots=True, kw_only=True)
class _Replay:
    """What the steps hand on to one another."""

    result: Json
    rows: Iterable[Json]
    places: Iterable[Json] | None
    announced: str
    entries: list[dict[str, Any]] = field(default_factory=list)
    order: list[tuple[int, dict[str, Any], int]] = field(default_factory=list)


def check_draw(
    result: Json,
    entries: Iterable[Json],
    *,
    places: Iterable[Json] | None = None,
    announced: str = "",
) -> Report:
    """Repeat a draw.

    Args:
        result: The published result, parsed from JSON; it holds the commitment.
        entries: The published entries with `id` and, where they have them, `unit`, `weight` and facts; in any order.
        places: The published list of places with `place`, `id` and `number`, in its order; if given, it is compared too.
        announced: The hash of the commitment as it was announced; if given, it is compared too.
    """
    replay = _Replay(result=result, rows=entries, places=places, announced=announced)
    confirmed: list[str] = []
    for name, step in _STEPS.items():
        try:
            step(replay)
        except _Differs as difference:
            return Report(
                confirmed=tuple(confirmed), difference=Difference(step=name, **difference.facts)
            )
        except (KeyError, TypeError, ValueError, ArithmeticError) as error:
            unreadable = Difference(
                step=name, subject="document", expected="a readable value", found=repr(error)
            )
            return Report(confirmed=tuple(confirmed), difference=unreadable)
        confirmed.append(name)
    return Report(confirmed=tuple(confirmed))


def _check_commitment(replay: _Replay) -> None:
    """The commitment has the hash that the result names and the bureau announced."""
    found = _hash_of(replay.result["commitment"])
    _same("commitment_hash", found, replay.result["commitment_hash"])
    if replay.announced:
        _same("announced hash", found, replay.announced)


def _check_entries(replay: _Replay) -> None:
    """Entries, rules and seats lead to the committed root."""
    commitment = replay.result["commitment"]
    entries = sorted(map(_plain_entry, replay.rows), key=lambda entry: entry["id"])
    for earlier, later in pairwise(entries):
        if earlier["id"] == later["id"]:
            raise _Differs(later["id"], "one entry", "two entries")
    _same("number of entries", len(entries), commitment["entries"])
    terms = {name: commitment[name] for name in ("draw", "rules", "seats")}
    leaves = [sha256(b"\0" + _write(leaf).encode()).digest() for leaf in (terms, *entries)]
    _same("root", _tree(leaves, 0, len(leaves)).hex(), commitment["root"])
    replay.entries = entries


def _check_contributions(replay: _Replay) -> None:
    """Every source gave what it had committed to, at its time, and nobody else gave anything."""
    commitment, given = replay.result["commitment"], replay.result["contributions"]
    sources = commitment["sources"]
    if len(sources) < 2 or len({source["party"] for source in sources}) < len(sources):
        raise _Differs("sources", "two or more different ones", len(sources))
    _same("parties", [one["party"] for one in sources], [one["party"] for one in given])
    committed_at = datetime.fromisoformat(commitment["committed_at"])
    for source, one in zip(sources, given, strict=True):
        party, revealed_at = one["party"], datetime.fromisoformat(one["revealed_at"])
        if revealed_at < committed_at:
            raise _Differs(party, f"revealed after {committed_at}", revealed_at)
        if source["kind"] == "sealed":
            sealed = {name: one[name] for name in ("party", "value", "nonce")}
            found = _hash_of(sealed | {"draw": commitment["draw"]})
            _same(party, source["commitment"], found)
        else:
            _check_public(party, source, one, committed_at)


def _check_public(party: str, source: Json, one: Json, committed_at: datetime) -> None:
    due_at = datetime.fromisoformat(source["due_at"])
    if not committed_at < due_at <= datetime.fromisoformat(one["revealed_at"]):
        raise _Differs(party, f"read after {due_at}", one["revealed_at"])
    form = "".join("[0-9]" if sign == "#" else re.escape(sign) for sign in source["mask"])
    if one["nonce"] or not re.fullmatch(form or "(?s).+", one["value"]):
        raise _Differs(party, source["mask"] or "a value", one["value"])


def _check_seed(replay: _Replay) -> None:
    """The seed follows from the commitment and the contributions."""
    names = ("party", "value", "nonce")
    given = [{name: one[name] for name in names} for one in replay.result["contributions"]]
    whole = {"commitment": replay.result["commitment_hash"], "contributions": given}
    _same("seed", _hash_of(whole), replay.result["seed"])


def _check_order(replay: _Replay) -> None:
    """Numbers and places follow from seed and entries."""
    rules, key = replay.result["commitment"]["rules"], replay.result["seed"].encode()
    lots: dict[str, list[dict[str, Any]]] = {}
    for entry in replay.entries:
        together = rules["units"] == "together" and entry["unit"]
        lots.setdefault(entry["unit"] if together else entry["id"], []).append(entry)
    _same("number of lots", len(lots), replay.result["commitment"]["lots"])
    standing = []
    for name, members in lots.items():
        weight = members[0]["weight"]
        for member in members:
            if member["weight"] != weight:
                raise _Differs(member["id"], f"weight {weight}", f"weight {member['weight']}")
        number = int.from_bytes(hmac.digest(key, name.encode(), "sha256"), "big")
        towards = number if rules["number_first"] == "high" else 2**256 - 1 - number
        race = _race(towards, weight) if rules["weights"] == "given" else 0
        standing.append((race, -towards, name, number))
    for place, (_race_key, _towards, name, number) in enumerate(sorted(standing), start=1):
        replay.order += [(place, entry, number) for entry in lots[name]]
    hashed = sha256()
    for line in _lines(replay.order):
        hashed.update(line.encode())
    if replay.places is not None:
        _compare_places(replay.order, replay.places)
    _same("order_hash", hashed.hexdigest(), replay.result["order_hash"])


def _compare_places(
    order: Sequence[tuple[int, dict[str, Any], int]], places: Iterable[Json]
) -> None:
    found = iter(places)
    for place, entry, number in order:
        row = next(found, None)
        if row is None:
            raise _Differs(entry["id"], f"place {place}", "nothing")
        expected = {"place": str(place), "id": entry["id"], "number": f"{number:064x}"}
        expected |= {name: entry[name] for name in ("unit", "weight") if name in row}
        said = {name: str(row[name]) for name in expected}
        if said != expected:
            raise _Differs(entry["id"], _in_words(expected), _in_words(said))
    surplus = next(found, None)
    if surplus is not None:
        raise _Differs(surplus["id"], "nothing", f"place {surplus['place']}")


def _in_words(row: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in row.items())


_STEPS: Mapping[str, Callable[[_Replay], None]] = {
    "commitment": _check_commitment,
    "entries": _check_entries,
    "contributions": _check_contributions,
    "seed": _check_seed,
    "order": _check_order,
}


def _same(subject: str, expected: object, found: object) -> None:
    if expected != found:
        raise _Differs(subject, expected, found)


_write = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def _hash_of(value: object) -> str:
    return sha256(_write(value).encode()).hexdigest()


def _plain_entry(row: Json) -> dict[str, Any]:
    """Bring a row into the form that is hashed."""
    facts: dict[str, str] = {}
    for name, value in row.items():
        if name not in ("id", "unit", "weight"):
            facts.update(value if isinstance(value, Mapping) else {name: value})
    weight = _plain_weight(row.get("weight") or 1)
    return {"id": row["id"], "unit": row.get("unit") or "", "weight": weight, "facts": facts}


@lru_cache(maxsize=1024)
def _plain_weight(given: object) -> str:
    weight = format(Decimal(str(given)), "f")
    return weight.rstrip("0").rstrip(".") if "." in weight else weight


def _tree(leaves: Sequence[bytes], start: int, end: int) -> bytes:
    """Give the hash over leaves `start` to `end`, word by word as RFC 6962 defines it."""
    count = end - start
    if count == 1:
        return leaves[start]
    split = 1 << ((count - 1).bit_length() - 1)
    left, right = _tree(leaves, start, start + split), _tree(leaves, start + split, end)
    return sha256(b"\1" + left + right).digest()


def _race(towards: int, weight: str) -> int:
    """Give -log2(u)/w in units of 2**-124/10**-6, u = (2 * towards + 1) / 2**257."""
    odd = 2 * towards + 1
    log = odd.bit_length() - 1
    mantissa = (odd << 64) >> (log + 1)
    for _bit in range(60):
        square = mantissa * mantissa
        passed = square >> 127
        mantissa = square >> (63 + passed)
        log = 2 * log + passed
    return ((257 * 2**60 - log) * 2**64) // int(Decimal(weight) * 10**6)


def _lines(order: Iterable[tuple[int, dict[str, Any], int]]) -> Iterator[str]:
    yield "place,id,unit,weight,number\n"
    for place, entry, number in order:
        yield f"{place},{entry['id']},{entry['unit']},{entry['weight']},{number:064x}\n"
