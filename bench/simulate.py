"""Measure simulations: a thousand redraws of a city's round, with all figures, and the risk of one list.

The city has 50,000 applicants in 18 divisions with lists of 5 to 10 of 200 schools, five tiers and a draw, seats for nine in ten.
Three things are measured, each in a process of its own: `redraws` (deferred acceptance over and over, after preparation, with
every figure for all, each division and each group), `bands` (the same and a scenario of bands of 2 beside it), and `risk` (one
list judged, after preparation). The peer is the same redraws in the engine's plain Python, a few of them, and the time of one
times their number.

    python bench/simulate.py --students 50000 --redraws 1000
    python bench/simulate.py --students 2000 --schools 20 --write city.json      # the city as a problem, for the command line
    python bench/simulate.py --students 100000 --scored --write scores.json      # one order of scores in place of tiers and draw
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

LIMIT_SECONDS = 10.0
DIVISIONS, TIERS = 18, 5
PLAIN_REDRAWS = 4


def make_city(students: int, *, schools: int = 200, scored: bool = False) -> Any:
    """Make a city from a fixed seed: schools near home are wanted more, and some schools more than others."""
    from xuezheng.engines.matching.model import (
        Applicant,
        Division,
        Key,
        Problem,
        Rules,
        School,
        Seats,
        Tier,
    )
    from xuezheng.engines.matching.simulation.redraws import draw_numbers

    words = draw_numbers(students * 16, seed="bench", redraw=1).reshape(students, 16).tolist()
    seats = students * 9 // (10 * schools)
    plan = tuple(
        School(
            id=f"s{place:03}",
            seats=(Seats(count=seats),),
            division=f"d{place % DIVISIONS:02}",
            east_metres=(place * 7919) % 40_000,
            north_metres=(place * 104_729) % 40_000,
        )
        for place in range(schools)
    )

    def applicant(place: int, row: list[int]) -> Any:
        length = 5 + row[15] % 6
        listed = (f"s{min(one % schools, (one >> 32) % schools):03}" for one in row[:length])
        return Applicant(
            id=f"a{place:06}",
            choices=tuple(dict.fromkeys(listed)),
            division=f"d{row[10] % DIVISIONS:02}",
            groups=(f"g{row[11] % 6}",),
            tiers=() if scored else (f"t{row[12] % TIERS}",),
            keys={"score": Decimal(row[12])} if scored else {},
            east_metres=row[13] % 40_000,
            north_metres=row[14] % 40_000,
        )

    return Problem(
        id="bench",
        rules=Rules(keys=(Key(name="score"),))
        if scored
        else Rules(tiers=tuple(Tier(name=f"t{place}") for place in range(TIERS))),
        schools=plan,
        divisions=tuple(Division(id=f"d{place:02}") for place in range(DIVISIONS)),
        applicants=tuple(applicant(place, row) for place, row in enumerate(words)),
    )


def measure_redraws(students: int, redraws: int, *, bands: bool = False) -> dict[str, float]:
    """Simulate; the clock of the redraws starts after the first, which may compile."""
    from xuezheng.engines.matching.model import MechanismKind
    from xuezheng.engines.matching.simulation.scenario import Scenario
    from xuezheng.engines.matching.simulation.simulate import simulate

    wanted = [Scenario(name="bands", mechanism=MechanismKind.CHOICE_BANDS, band=2)] if bands else []
    city = make_city(students)
    stamps: list[float] = []
    started = time.perf_counter()
    worked: list[float] = []

    def told(*_: int) -> None:
        stamps.append(time.perf_counter())
        worked.append(time.process_time())

    found = simulate(
        city,
        wanted,
        seed="bench",
        redraws=redraws,
        threads=os.cpu_count() or 1,
        progress=told,
    )
    ended = time.perf_counter()
    each = (stamps[-1] - stamps[0]) / max(len(stamps) - 1, 1)
    assert found.scenarios[0].line().counts["justified_envy"].high == 0
    return {
        "seconds": each * redraws,
        "milliseconds_each": each * 1000,
        "cpu_milliseconds_each": (worked[-1] - worked[0]) / max(len(worked) - 1, 1) * 1000,
        "prepare_seconds": ended - started - each * redraws,
    }


def measure_plain(students: int, redraws: int) -> dict[str, float]:
    """Run a few redraws in plain Python and take them times their number."""
    from xuezheng.engines.matching import solve
    from xuezheng.engines.matching.simulation import compiled

    compiled.COMPILED_FROM = sys.maxsize
    solve.KERNEL_ROWS = sys.maxsize
    found = measure_redraws(students, PLAIN_REDRAWS)
    return found | {"seconds": found["milliseconds_each"] / 1000 * redraws}


def measure_risk(students: int, redraws: int) -> dict[str, float]:
    """Prepare over a fifth of the redraws and judge five hundred lists."""
    from xuezheng.engines.matching.simulation.risk import prepare_risk, risk_of

    city = make_city(students)
    started = time.perf_counter()
    prepared = prepare_risk(city, seed="bench", redraws=max(redraws // 5, 1))
    ready = time.perf_counter()
    times = []
    for applicant in city.applicants[:500]:
        begun = time.perf_counter()
        risk_of(prepared, applicant)
        times.append(time.perf_counter() - begun)
    return {
        "seconds": statistics.median(times),
        "milliseconds_each": sorted(times)[int(len(times) * 0.95)] * 1000,
        "cpu_milliseconds_each": 0.0,
        "prepare_seconds": ready - started,
    }


def measure_bands(students: int, redraws: int) -> dict[str, float]:
    """Simulate two rules side by side."""
    return measure_redraws(students, redraws, bands=True)


MEASURES = {
    "redraws": measure_redraws,
    "bands": measure_bands,
    "risk": measure_risk,
    "plain": measure_plain,
}


def main() -> None:
    """Run the measures in turn, each in a process of its own, and print a table and JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=50_000)
    parser.add_argument("--redraws", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--measure", choices=MEASURES)
    parser.add_argument("--schools", type=int, default=200, help="for --write")
    parser.add_argument("--scored", action="store_true", help="for --write")
    parser.add_argument("--write", type=Path, help="write the city to this file and stop")
    options = parser.parse_args()
    if options.write:
        from xuezheng.engines.matching.documents.document import document_bytes

        city = make_city(options.students, schools=options.schools, scored=options.scored)
        options.write.write_bytes(document_bytes(city))
        return
    if options.measure:
        found = MEASURES[options.measure](options.students, options.redraws)
        found["peak_megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(found))
        return
    rounds: dict[str, list[dict[str, float]]] = {name: [] for name in MEASURES}
    for _ in range(options.rounds):
        for name in MEASURES:
            command = [sys.executable, __file__, "--measure", name]
            command += ["--students", str(options.students), "--redraws", str(options.redraws)]
            answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            rounds[name].append(json.loads(answer.splitlines()[-1]))
    medians = {
        name: {key: statistics.median(one[key] for one in found) for key in found[0]}
        for name, found in rounds.items()
    }
    print(json.dumps(medians, indent=1))
    print(f"{options.students:,} applicants x 200 schools, {options.redraws:,} redraws")
    print(f"{'':10} {'seconds':>9} {'ms each':>8} {'CPU ms':>7} {'prepare s':>9} {'peak MB':>8}")
    for name, one in medians.items():
        print(
            f"{name:10} {one['seconds']:9.3f} {one['milliseconds_each']:8.2f} {one['cpu_milliseconds_each']:7.2f} "
            f"{one['prepare_seconds']:9.2f} {one['peak_megabytes']:8.0f}"
        )
    verdict = "within" if medians["redraws"]["seconds"] <= LIMIT_SECONDS else "over"
    print(f"redraws: {verdict} the limit of {LIMIT_SECONDS:.0f} s, load {os.getloadavg()[0]:.1f}")
    print("risk: median of one list in seconds, 95th percentile in ms each")


if __name__ == "__main__":
    main()
