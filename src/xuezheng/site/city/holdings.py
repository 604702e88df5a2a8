"""What institutions own and how they feed their pupils: equipment and kitchens."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from xuezheng.site.city.assumptions import Assumptions
from xuezheng.site.city.classes import STAGES
from xuezheng.site.city.register import Register, divisions_of
from xuezheng.site.city.resources import resource_factors
from xuezheng.site.city.streams import generator
from xuezheng.site.city.tables import Column, Table, dates, pick, text

_KINDERGARTEN = STAGES.index("kindergarten")
_EQUIPMENT = ("teaching_instruments", "computers", "books", "sports", "music_art")


def equipment_table(register: Register, assumptions: Assumptions, seed: str) -> Table:
    """Lay out the equipment: categories by institution, with book value and the day of the count."""
    numbers = generator(seed, "equipment")
    institutions = len(register.sketches)
    pupils = register.pupils_of.sum(axis=1)
    is_kindergarten = register.pupils_of[:, _KINDERGARTEN] > 0
    yuan_a_pupil = np.where(
        is_kindergarten[:, None], (300, 120, 60, 180, 90), (0, 700, 240, 190, 110)
    )
    rows = institutions * len(_EQUIPMENT)
    spread = np.exp(numbers.normal(0, 0.3, (institutions, len(_EQUIPMENT))))
    yuan = np.maximum(pupils, 6)[:, None] * yuan_a_pupil * spread
    aimed = np.array(
        [float(assumptions["resources"]["instruments_yuan"][stage]) for stage in STAGES]
    )
    instruments = (
        register.pupils_of @ aimed * resource_factors(register, assumptions, seed, "instruments")
    )
    yuan[:, 0] = np.where(is_kindergarten, yuan[:, 0], np.maximum(instruments, 2000))
    quantity = np.maximum(1, yuan / np.array((160, 3800, 21, 85, 120))).astype(int)
    place = np.repeat(np.arange(institutions), len(_EQUIPMENT))
    silent = numbers.random(institutions) < float(assumptions["faults"]["areas_missing"])
    counted = np.where(
        numbers.random(rows) < 0.9,
        np.datetime64(f"{assumptions.school_year}-06-30", "D"),
        np.datetime64(f"{assumptions.school_year - 1}-12-31", "D"),
    )
    return Table(
        name="registry_equipment",
        columns={
            "id": Column(values=np.arange(1, rows + 1)),
            "institution_id": Column(values=register.codes[place]),
            "division_id": Column(values=divisions_of(register)[place]),
            "category": Column(
                values=pick(_EQUIPMENT, np.tile(np.arange(len(_EQUIPMENT)), institutions))
            ),
            "quantity": Column(values=quantity.ravel()),
            "book_value_fen": Column(
                values=np.round(yuan.ravel()).astype(np.int64) * 100,
                present=~silent[place] | (numbers.random(rows) < 0.5),
            ),
            "counted_on": Column(values=counted),
        },
    )


def kitchen_table(register: Register, assumptions: Assumptions, seed: str) -> Table:
    """Lay out the kitchens and how meals come to the schools without one."""
    numbers = generator(seed, "kitchens")
    block = assumptions["kitchens"]
    today = np.datetime64(assumptions.today, "D")
    rows: list[dict[str, Any]] = []
    for place, sketch in enumerate(register.sketches):
        draw, kind_draw, camera, grade = numbers.random(4)
        if place in register.closed:
            continue
        main = max(sketch.pupils, key=lambda stage: sum(sketch.pupils[stage]))
        own, outside = float(block["own"][main]), float(block["outside"][main])
        if register.is_boarding[place]:
            own, outside = 0.96, 0.02
        if draw > own + outside:
            continue
        mode = "outside" if draw > own else "contracted" if kind_draw < 0.16 else "own"
        rows.append(_kitchen(place, mode, (camera, grade), block, assumptions, today, numbers))
    places = np.array([row["place"] for row in rows])
    return Table(
        name="registry_kitchen",
        columns={
            "id": Column(values=np.arange(1, len(rows) + 1)),
            "institution_id": Column(values=register.codes[places]),
            "division_id": Column(values=divisions_of(register)[places]),
            "meal_mode": Column(values=text(row["mode"] for row in rows)),
            "licence_number": Column(values=text(row["licence"] for row in rows)),
            "licence_expires_on": dates(row["expires"] for row in rows),
            "grade": Column(values=text(row["grade"] for row in rows)),
            "camera_online_on": dates(row["online"] for row in rows),
            "seats": Column(
                values=np.maximum(30, register.pupils_of.sum(axis=1)[places] * 0.6).astype(int),
                present=np.array([row["mode"] != "outside" for row in rows]),
            ),
        },
    )


def _kitchen(
    place: int,
    mode: str,
    draws: tuple[float, float],
    block: Mapping[str, Any],
    assumptions: Assumptions,
    today: np.datetime64,
    numbers: np.random.Generator,
) -> dict[str, Any]:
    camera, grade = draws
    year_start = np.datetime64(f"{assumptions.school_year}-01-01", "D")
    days = int((today - year_start).astype(int))
    online = None
    if mode != "outside" and camera < float(block["on_camera"]):
        before = camera < float(block["on_camera_before_year"])
        online = (
            year_start - int(numbers.integers(1, 900))
            if before
            else year_start + int(numbers.integers(0, days))
        )
    has_licence = mode != "outside"
    return {
        "place": place,
        "mode": mode,
        "licence": f"JY2301{900000 + place:08d}" if has_licence else "",
        "expires": today + int(numbers.integers(-60, 1700)) if has_licence else None,
        "grade": ("A" if grade < 0.42 else "B" if grade < 0.87 else "C" if grade < 0.94 else "")
        if has_licence
        else "",
        "online": online,
    }
