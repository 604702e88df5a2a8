"""Giving out places: our deferred acceptance beside those of others, large markets, proof, redraws, first call.

Lists of 5 to 10, five tiers and a draw number, seats for nine in ten. Peers solve the same instances in turn in one
process, as far as they can bear them, and must give the same result; what each needs to build its own objects is not
counted. Large markets run each in a process of its own, from which the peak of memory comes. Compiled code is measured
without its first call, which is reported apart: with an empty cache (compiling) and with a full one (loading).

    python bench/matching.py [--runs 5] [--sizes 100000x200,1000000x300,10000000x2000]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
# this script bears the name of a package that it measures
sys.path = [str(HERE.parent), *(one for one in sys.path if Path(one or ".").resolve() != HERE)]

PEERS = {
    (300, 10): ("plain_python", "matching", "matching_algorithms"),
    (1_000, 50): ("plain_python", "matching", "matching_algorithms"),
    (3_000, 60): ("plain_python", "matching"),
    (10_000, 100): ("plain_python",),
    (100_000, 200): ("plain_python",),
}
SLOW = {"matching_algorithms": 1}
"""How often the slowest peer runs."""
TARGET = {100_000: 5.0, 1_000_000: 2.0, 10_000_000: 1.0}
REDRAWS, CITY = 1_000, (50_000, 100)


def main() -> None:
    """Run every part and print a table and one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--sizes", default="100000x200,1000000x300,10000000x2000")
    parser.add_argument("--part", choices=tuple(PARTS))
    parser.add_argument("--size", default="")
    options = parser.parse_args()
    if options.part:
        print(json.dumps(PARTS[options.part](_size(options.size), options.runs)))
        return
    sizes = [one for one in options.sizes.split(",") if one]
    results: dict[str, Any] = {"first_call": first_call(options.runs)}
    results["peers"] = [child("peers", f"{rows}x{pools}", options.runs) for rows, pools in PEERS]
    results["large"] = [child("large", size, options.runs) for size in sizes]
    results["queue"] = [child("queue", size, options.runs) for size in sizes[-1:]]
    results["redraws"] = child("redraws", "x".join(map(str, CITY)), 1)
    show(results)
    print(json.dumps(results))


def show(results: dict[str, Any]) -> None:
    """Print the figures for people."""
    first = results["first_call"]
    print(f"first call: {first['compile']:.1f} s compiling, {first['load']:.2f} s from the cache")
    print("\nmedian seconds, and how many times slower than ours; results equal")
    for one in results["peers"]:
        others = "  ".join(
            f"{name} {found['seconds']:.4f} ({found['ratio']:.0f}x)"
            for name, found in one["peers"].items()
        )
        print(f"{one['rows']:>9} x {one['pools']:<5} ours {one['ours']:.5f}  {others}")
    print(
        "\ndeferred acceptance     seconds   M/s  target   without estimate   proof   of it  peak MB"
    )
    for one in results["large"]:
        print(
            f"{one['rows']:>11} x {one['pools']:<6} {one['seconds']:>10.4f} {one['best']:>10.4f} {one['rate']:>6.2f} "
            f"{one['target']:>6.1f} {one['from_nothing']:>15.4f} {one['proof']:>12.4f} {one['proof_share']:>6.1%} "
            f"{one['peak_mb']:>7.0f}"
        )
    for one in results["queue"]:
        print(
            f"\nserial dictatorship {one['rows']} x {one['pools']}: {one['seconds']:.2f} s, of it sorting "
            f"{one['sorting']:.2f} s (limit 4 s); peak {one['peak_mb']:.0f} MB"
        )
    again = results["redraws"]
    print(f"{REDRAWS} redraws of {CITY[0]} x {CITY[1]}: {again['seconds']:.2f} s (limit 10 s)")


def child(part: str, size: str, runs: int, **environment: str) -> Any:
    """Run one part in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, "--part", part, "--size", size, "--runs", str(runs)],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def first_call(runs: int) -> dict[str, float]:
    """Time the first solution of a process, with an empty and with a full cache of compiled code."""
    with tempfile.TemporaryDirectory(prefix="xuezheng-bench-") as folder:
        cold = child("first", "50000x20", 1, NUMBA_CACHE_DIR=folder)
        warm = [child("first", "50000x20", 1, NUMBA_CACHE_DIR=folder) for _ in range(runs)]
    return {
        "compile": cold["seconds"],
        "load": statistics.median(one["seconds"] for one in warm),
    }


def part_first(size: tuple[int, int], _runs: int) -> dict[str, float]:
    """Import numba and the kernels and solve once; making the instance, which needs neither, is not counted."""
    import numpy as np

    from xuezheng.engines.matching.mechanisms.market import make_market

    rows, pools = size
    first = np.random.default_rng(1).integers(0, pools, rows)
    market = make_market(
        starts=np.arange(rows + 1) * 5,
        pools=((first[:, None] + np.arange(5)) % pools).ravel(),
        classes=np.arange(rows * 5) % 5,
        ranks=np.random.default_rng(2).permutation(rows),
        seats=np.full(pools, rows * 9 // 10 // pools),
    )
    began = time.perf_counter()
    from xuezheng.engines.matching.mechanisms import columnar

    columnar.defer(market)
    return {"seconds": time.perf_counter() - began}


def part_peers(size: tuple[int, int], runs: int) -> dict[str, Any]:
    """Solve one instance by ours and by each peer in turn."""
    from bench import matching_peers as peers

    from xuezheng.engines.matching.mechanisms import columnar

    market = _market(size)()
    lists, standings, seats = peers.as_python(market)
    expected = columnar.defer(market).tolist()
    sides: dict[str, Callable[[], list[int]]] = {}
    seconds: dict[str, list[float]] = {"ours": []}

    def timed(name: str, solve: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        found = solve()
        seconds.setdefault(name, []).append(time.perf_counter() - began)
        return found

    def by_matching() -> list[int]:
        game = peers.prepare_matching(lists, standings, seats)
        return peers.read_matching(timed("matching", lambda: game.solve(optimal="resident")), lists)

    def by_algorithms() -> list[int]:
        from matching_algorithms import school_choice_da

        students, schools = peers.prepare_algorithms(lists, standings, seats)
        found = timed("matching_algorithms", lambda: school_choice_da(students, schools))
        return peers.read_algorithms(found, lists)

    sides["plain_python"] = lambda: timed(
        "plain_python", lambda: peers.plain_python(lists, standings, seats)
    )
    sides["matching"], sides["matching_algorithms"] = by_matching, by_algorithms
    for turn in range(runs):
        timed("ours", lambda: columnar.defer(market))
        for name in PEERS[size]:
            if turn < SLOW.get(name, runs) and sides[name]() != expected:
                raise SystemExit(f"{name} gives another result at {size}")
    ours = statistics.median(seconds["ours"])
    return {
        "rows": size[0],
        "pools": size[1],
        "ours": ours,
        "peers": {
            name: {
                "seconds": statistics.median(seconds[name]),
                "ratio": statistics.median(seconds[name]) / ours,
            }
            for name in PEERS[size]
        },
    }


def part_large(size: tuple[int, int], runs: int) -> dict[str, Any]:
    """Solve and prove a large market; peak memory is that of this process, instance included."""
    from xuezheng.engines.matching.mechanisms import columnar, proof_kernels

    market = _market(size)()
    taken = columnar.defer(market)  # the first call loads compiled code
    if not proof_kernels.prove(market, taken).is_sound:
        raise SystemExit(f"the result at {size} is not sound")
    solving, proving, bare = [], [], []
    for _ in range(runs):
        solving.append(_seconds(lambda: columnar.defer(market)))
        proving.append(_seconds(lambda: proof_kernels.prove(market, taken)))
    peak = _peak_mb()
    bare += [_seconds(lambda: columnar.defer(market, narrow=False)) for _ in range(min(runs, 2))]
    if (columnar.defer(market, narrow=False) != taken).any():
        raise SystemExit(f"the estimate changes the result at {size}")
    seconds, proof = statistics.median(solving), statistics.median(proving)
    return {
        "rows": size[0],
        "pools": size[1],
        "seconds": seconds,
        "best": min(solving),
        "rate": size[0] / seconds / 1e6,
        "target": TARGET.get(size[0], 0.0),
        "from_nothing": statistics.median(bare),
        "proof": proof,
        "proof_share": proof / seconds,
        "peak_mb": peak,
    }


def part_queue(size: tuple[int, int], runs: int) -> dict[str, Any]:
    """Sort by 64-bit scores and let everybody choose in turn."""
    import numpy as np

    from xuezheng.engines.matching.mechanisms import columnar

    market = _market(size, one_tier=True)()
    scores = np.random.default_rng(2).integers(0, 2**63, size[0], dtype=np.uint64)
    columnar.dictate(columnar.redraw(market, scores))
    ordered = columnar.redraw(market, scores)
    sorting, choosing = [], []
    for _ in range(runs):
        sorting.append(_seconds(lambda: columnar.redraw(market, scores)))
        choosing.append(_seconds(lambda: columnar.dictate(ordered)))
    return {
        "rows": size[0],
        "pools": size[1],
        "seconds": statistics.median(sorting) + statistics.median(choosing),
        "sorting": statistics.median(sorting),
        "peak_mb": _peak_mb(),
    }


def part_redraws(size: tuple[int, int], _runs: int) -> dict[str, Any]:
    """Draw new 64-bit numbers, rank them and solve, a thousand times."""
    import numpy as np

    from xuezheng.engines.matching.mechanisms import columnar

    market = _market(size)()
    chance = np.random.default_rng(3)
    columnar.defer(columnar.redraw(market, chance.integers(0, 2**64, size[0], dtype=np.uint64)))

    def run() -> None:
        for _ in range(REDRAWS):
            columnar.defer(
                columnar.redraw(market, chance.integers(0, 2**64, size[0], dtype=np.uint64))
            )

    return {"seconds": _seconds(run)}


PARTS = {
    "first": part_first,
    "peers": part_peers,
    "large": part_large,
    "queue": part_queue,
    "redraws": part_redraws,
}


def _market(size: tuple[int, int], *, one_tier: bool = False) -> Callable[[], Any]:
    """Make the columns of an instance; the market itself when it is asked for."""
    from bench import matching_peers as peers

    starts, pools, tiers = peers.make_lists(*size, 1)
    ranks, seats = peers.shuffled(size[0], 1), peers.seat_counts(*size)
    if one_tier:
        tiers[:] = 0

    def make() -> Any:
        from xuezheng.engines.matching.mechanisms.market import make_market

        return make_market(starts=starts, pools=pools, classes=tiers, ranks=ranks, seats=seats)

    return make


def _size(text: str) -> tuple[int, int]:
    rows, pools = text.split("x")
    return int(rows), int(pools)


def _seconds(run: Callable[[], Any]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
