"""Links of the education network at the plan's three scopes: county, school, classrooms (2.5, 2.6)."""

from typing import Any

import numpy as np

from xuezheng.site.city.assumptions import Assumptions
from xuezheng.site.city.register import Register
from xuezheng.site.city.streams import generator
from xuezheng.site.city.tables import Column, Table, dates, optional, optional_text, text

_WITHOUT_LINK = ("kindergarten",)


def link_table(register: Register, assumptions: Assumptions, seed: str) -> Table:
    """Lay out the links; schools have two each, kindergartens none."""
    numbers = generator(seed, "network")
    rows = _division_links(register, assumptions, numbers) + _school_links(
        register, assumptions, numbers
    )
    return Table(
        name="registry_networklink",
        columns={
            "id": Column(values=np.arange(1, len(rows) + 1)),
            "scope": Column(values=text(row[0] for row in rows)),
            "division_id": Column(values=text(row[1] for row in rows)),
            "institution_id": optional_text(row[2] for row in rows),
            "mbps": optional(row[3] for row in rows),
            "is_city_network": Column(values=np.array([row[4] for row in rows], dtype=bool)),
            "connected_on": dates(row[5] for row in rows),
        },
    )


def _division_links(
    register: Register, assumptions: Assumptions, numbers: np.random.Generator
) -> list[tuple[Any, ...]]:
    codes = sorted({sketch.division.code for sketch in register.sketches})
    connected = assumptions["year"]["districts_connected"]
    fast = set(
        numbers.permutation(len(codes))[
            : int(assumptions["network"]["divisions_at_ten_gigabit"])
        ].tolist()
    )
    rows = []
    for place, code in enumerate(codes):
        on_city_network = code in connected
        # A district on the city's network has its ten gigabits; the rest may or may not.
        mbps = 10_000 if on_city_network or place in fast else int(numbers.choice((1_000, 2_500)))
        day = (
            np.datetime64(connected[code], "D")
            if on_city_network
            else _earlier(assumptions, numbers)
        )
        rows.append(("division", code, None, mbps, on_city_network, day))
    return rows


def _school_links(
    register: Register, assumptions: Assumptions, numbers: np.random.Generator
) -> list[tuple[Any, ...]]:
    block = assumptions["network"]
    unmeasured = float(assumptions["faults"]["speed_not_measured"])
    start = np.datetime64(f"{assumptions.school_year}-01-01", "D")
    days = int((np.datetime64(assumptions.today, "D") - start).astype(int))
    connected = assumptions["year"]["districts_connected"]
    rows: list[tuple[Any, ...]] = []
    for place, sketch in enumerate(register.sketches):
        if sketch.kind in _WITHOUT_LINK or place in register.closed:
            continue
        penalty = {"urban": 0.06, "town": 0.0, "rural": -0.25}[sketch.setting]
        school, room, late, silent, city, slow = numbers.random(6)
        in_year = late < float(block["connected_in_year"])
        day = start + int(numbers.integers(0, days)) if in_year else _earlier(assumptions, numbers)
        fast = school < float(block["school_at_gigabit"]) + penalty
        line = 1_000 if fast else (500, 300, 200, 100)[int(slow * 4)]
        classroom = (
            100
            if room < float(block["classrooms_at_hundred"]) + penalty
            else (50, 30, 20)[int(slow * 3)]
        )
        # Schools of a connected district follow it onto the city's network, some weeks later.
        base = connected.get(sketch.division.code)
        joined = base is not None and city < float(block["city_network_share"])
        code = register.codes[place].decode()
        rows.append(
            (
                "institution",
                sketch.division.code,
                code,
                None if silent < unmeasured else line,
                joined,
                day,
            )
        )
        rows.append(
            (
                "classroom",
                sketch.division.code,
                code,
                None if silent < unmeasured * 1.5 else classroom,
                False,
                day,
            )
        )
    return rows


def _earlier(assumptions: Assumptions, numbers: np.random.Generator) -> np.datetime64:
    return np.datetime64(f"{assumptions.school_year - 1}-12-31", "D") - int(
        numbers.integers(0, 1500)
    )
