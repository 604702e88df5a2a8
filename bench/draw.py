"""A draw of a million lots: root over the list, numbers, places, and the check that repeats it all.

    python bench/draw.py [--entries 1000000] [--runs 3]

Beside it, in the same run: the least that any program must hash (`hashlib` alone, over bytes that lie ready: one hash a
leaf, one a node, two a number), and numbers by `hmac.digest` one by one. All of it runs in one thread, so the seconds of
the processor are given beside those of the clock: on a busy machine they say more. Ratios are of medians.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import hmac
import json
import resource
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeVar

from xuezheng.engines import draw
from xuezheng.engines.draw.entries import leaf_of
from xuezheng.engines.draw.merkle import root_of
from xuezheng.engines.draw.solve import leaf_hashes, terms_leaf

Found = TypeVar("Found")
LIMIT_SECONDS = 4
AT = datetime(2023, 7, 1, tzinfo=UTC)
SEED = "5e" * 32


def main() -> None:
    """Measure and print a table and one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    count = options.entries
    weights = [Decimal(number) for number in (1, 2, 3)]
    entries = [
        draw.Entry(id=f"E{at * 7919 % 1_000_003:07d}-{at}", weight=weights[at % 3])
        for at in range(count)
    ]
    rounds = [measured(entries) for _run in range(options.runs)]
    medians = {
        name: [statistics.median(one[name][clock] for one in rounds) for clock in (0, 1)]
        for name in rounds[0]
    }
    medians["root and numbers"] = [
        sum(pair) for pair in zip(medians["root"], medians["numbers"], strict=True)
    ]
    print(f"{'':>24}  clock s  processor s")
    for name, (clock, processor) in medians.items():
        print(f"{name:>24}  {clock:7.2f}  {processor:11.2f}")
    ours, floor_ = medians["root and numbers"], medians["floor"]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    ratio = ours[1] / floor_[1]
    print(
        f"{count:,} entries, limit {LIMIT_SECONDS} s; {ratio:.2f} times hashlib alone; peak {peak:,.0f} MB"
    )
    rounded = {name: [round(value, 2) for value in pair] for name, pair in medians.items()}
    found = {"seconds": rounded, "ratio_to_floor": round(ratio, 2), "peak_mb": round(peak)}
    print(
        json.dumps(found | {"entries": count, "runs": options.runs, "limit_seconds": LIMIT_SECONDS})
    )


def measured(entries: list[draw.Entry]) -> dict[str, tuple[float, float]]:
    """One round of everything, in turn."""
    gc.collect()
    gc.disable()  # as the commands do: a million entries hold no cycles
    rules = draw.Rules(weights=draw.Weights.GIVEN)
    equal = draw.Rules()
    plain = [draw.Entry(id=entry.id) for entry in entries]
    took: dict[str, tuple[float, float]] = {}

    def root() -> list[draw.Entry]:
        checked = draw.checked_entries(plain, equal)
        root_of(leaf_hashes(terms_leaf(notice(equal)), checked))
        return checked

    checked = timed(took, "root", root)
    names = [entry.id for entry in checked]
    timed(took, "numbers", lambda: draw.numbers_of(SEED, names))
    leaves = [b"\0" + leaf_of(entry) for entry in checked]
    timed(took, "floor", lambda: floor(leaves, [name.encode() for name in names]))
    key = SEED.encode()
    timed(
        took,
        "numbers by hmac.digest",
        lambda: [hmac.digest(key, name.encode(), "sha256") for name in names],
    )
    timed(took, "places", lambda: draw.order_of(SEED, checked, equal))
    weighted = draw.checked_entries(entries, rules)
    timed(took, "weighted places", lambda: draw.order_of(SEED, weighted, rules))
    drawn = whole(plain)
    result = json.loads(draw.document_bytes(drawn.draw))
    timed(took, "check of the whole", lambda: check(result, plain))
    return took


def floor(leaves: list[bytes], names: list[bytes]) -> None:
    """Hash as often as a root and the numbers need, over bytes that lie ready."""
    sha256, node, block = hashlib.sha256, b"\1" + bytes(64), bytes(96)
    for leaf in leaves:
        sha256(leaf).digest()
        sha256(node).digest()
    inner = sha256(bytes(64))
    for name in names:
        first = inner.copy()
        first.update(name)
        sha256(block).digest()
        first.digest()


def check(result: dict[str, object], entries: list[draw.Entry]) -> None:
    """Repeat the draw from its documents."""
    report = draw.check_draw(result, ({"id": entry.id} for entry in entries))
    if not report.is_sound:
        raise SystemExit(f"the check found {report.difference}")


def whole(entries: list[draw.Entry]) -> draw.Drawn:
    """A draw from commitment to places."""
    committed = draw.commit(notice(draw.Rules()), entries, at=AT)
    given = [
        draw.Contribution(party=party, value="v", nonce="0" * 32, revealed_at=AT)
        for party in ("A", "B")
    ]
    return draw.reveal(committed.commitment, committed.entries, given)


def notice(rules: draw.Rules) -> draw.Notice:
    """Two sealed sources."""
    sources = tuple(
        draw.SealedSource(
            party=party,
            commitment=draw.seal(draw="bench", party=party, value="v", nonce="0" * 32),
        )
        for party in ("A", "B")
    )
    return draw.Notice(draw="bench", rules=rules, sources=sources)


def timed(took: dict[str, tuple[float, float]], name: str, work: Callable[[], Found]) -> Found:
    """Run and note the seconds of the clock and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    found = work()
    took[name] = (time.perf_counter() - clock, time.process_time() - processor)
    return found


if __name__ == "__main__":
    main()
