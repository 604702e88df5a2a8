"""Rooms and grounds, equipment, kitchens."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from xuezheng.site.city.assumptions import Assumptions
from xuezheng.site.city.classes import STAGES
from xuezheng.site.city.register import Register
from xuezheng.site.city.streams import generator
from xuezheng.site.city.tables import Array, Column, Table, dates, pick, text

_KINDERGARTEN = STAGES.index("kindergarten")

# kind, name, letter of the number, mean area, spread of the area, places, indoor
_ROOMS: tuple[tuple[str, str, str, float, float, int, bool], ...] = (
    ("classroom", "普通教室", "J", 66.0, 6.0, 50, True),
    ("activity_room", "活动室", "H", 92.0, 14.0, 30, True),
    ("music_room", "音乐教室", "Y", 96.0, 10.0, 50, True),
    ("art_room", "美术教室", "M", 91.0, 9.0, 50, True),
    ("laboratory", "实验室", "S", 94.0, 8.0, 50, True),
    ("computer_room", "计算机教室", "C", 92.0, 8.0, 50, True),
    ("library", "图书馆", "T", 190.0, 70.0, 60, True),
    ("gymnasium", "体育馆", "G", 860.0, 240.0, 0, True),
    ("sports_field", "运动场", "F", 6200.0, 1800.0, 0, False),
    ("football_pitch", "足球场地", "Z", 4200.0, 900.0, 0, False),
    ("outdoor_play", "户外活动场地", "W", 520.0, 190.0, 0, False),
    ("health_room", "卫生室（保健室）", "B", 38.0, 9.0, 4, True),
    ("dormitory", "宿舍", "D", 28.0, 4.0, 8, True),
    ("canteen", "食堂", "K", 420.0, 160.0, 240, True),
)
_KIND = {room[0]: place for place, room in enumerate(_ROOMS)}
_MULTIMEDIA = ("classroom", "music_room", "art_room", "laboratory", "computer_room")
_EQUIPMENT = ("teaching_instruments", "computers", "books", "sports", "music_art")


def facility_table(register: Register, assumptions: Assumptions, seed: str) -> Table:
    """Lay out rooms and grounds, in number as the institution's classes and pupils need, some short, some new."""
    numbers = generator(seed, "facilities")
    counts = _room_counts(register, numbers)
    pairs = np.argwhere(counts > 0)
    times = counts[counts > 0]
    of = np.repeat(np.arange(len(times)), times)
    place, kind = pairs[of].T
    number = np.arange(len(of)) - np.repeat(np.cumsum(times) - times, times) + 1
    place, kind, number, new_pitch_days = _with_new_pitches(
        place, kind, number, register, assumptions, numbers
    )
    rows = len(place)
    faults = assumptions["faults"]
    area = (
        np.array([room[3] for room in _ROOMS])[kind]
        + numbers.normal(0, 1, rows) * np.array([room[4] for room in _ROOMS])[kind]
    )
    area = np.maximum(area, np.array([room[3] for room in _ROOMS])[kind] * 0.45)
    opened = np.array(register.history.opened_on)[place].astype("datetime64[Y]").astype(int) + 1970
    built = np.minimum(
        np.maximum(opened, numbers.integers(1975, 2019, rows)), assumptions.school_year
    )
    fresh = ~np.isnat(new_pitch_days)
    multimedia = np.isin(kind, [_KIND[name] for name in _MULTIMEDIA]) & (
        numbers.random(rows) < 0.82
    )
    letters = [room[2] for room in _ROOMS]
    shown = [f"{letters[k]}{n:03d}" for k, n in zip(kind.tolist(), number.tolist(), strict=True)]
    return Table(
        name="registry_facility",
        columns={
            "id": Column(values=np.arange(1, rows + 1)),
            "institution_id": Column(values=register.codes[place]),
            "division_id": Column(values=_divisions(register)[place]),
            "campus_id": Column(values=np.zeros(rows, int), present=np.zeros(rows, bool)),
            "number": Column(values=text(shown)),
            "name": Column(values=pick([room[1] for room in _ROOMS], kind)),
            "kind": Column(values=pick([room[0] for room in _ROOMS], kind)),
            "stage": Column(values=_stages_of_rooms(register, place, kind, number)),
            "area_m2": Column(
                values=np.round(area * 100).astype(np.int64),
                present=numbers.random(rows) >= float(faults["areas_missing"]),
            ),
            "places": Column(
                values=np.array([room[5] for room in _ROOMS])[kind],
                present=np.array([room[5] > 0 for room in _ROOMS])[kind],
            ),
            "built_year": Column(
                values=built, present=numbers.random(rows) >= float(faults["built_year_missing"])
            ),
            "is_multimedia": Column(values=multimedia),
            "is_indoor": Column(values=np.array([room[6] for room in _ROOMS])[kind]),
            "in_use_from": Column(
                values=np.where(fresh, new_pitch_days, np.datetime64("2000-01-01", "D")),
                present=fresh,
            ),
            "in_use_to": Column(
                values=np.full(rows, np.datetime64("2000-01-01", "D")), present=np.zeros(rows, bool)
            ),
        },
    )


def equipment_table(register: Register, assumptions: Assumptions, seed: str) -> Table:
    """Lay out the equipment: categories by institution, with book value and the day of the count."""
    numbers = generator(seed, "equipment")
    institutions = len(register.sketches)
    pupils = register.pupils_of.sum(axis=1)
    is_kindergarten = register.pupils_of[:, _KINDERGARTEN] > 0
    yuan_a_pupil = np.where(
        is_kindergarten[:, None], (300, 120, 60, 180, 90), (1350, 700, 240, 190, 110)
    )
    rows = institutions * len(_EQUIPMENT)
    spread = np.exp(numbers.normal(0, 0.3, (institutions, len(_EQUIPMENT))))
    yuan = np.maximum(pupils, 6)[:, None] * yuan_a_pupil * spread
    quantity = np.maximum(1, yuan / np.array((160, 3800, 21, 85, 120))).astype(int)
    place = np.repeat(np.arange(institutions), len(_EQUIPMENT))
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
            "division_id": Column(values=_divisions(register)[place]),
            "category": Column(
                values=pick(_EQUIPMENT, np.tile(np.arange(len(_EQUIPMENT)), institutions))
            ),
            "quantity": Column(values=quantity.ravel()),
            "book_value_fen": Column(
                values=np.round(yuan.ravel()).astype(np.int64) * 100,
                present=numbers.random(rows) >= float(assumptions["faults"]["areas_missing"]),
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
            "division_id": Column(values=_divisions(register)[places]),
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


def _room_counts(register: Register, numbers: np.random.Generator) -> Array:
    classes, pupils = register.classes_of, register.pupils_of
    institutions = len(register.sketches)
    counts = np.zeros((institutions, len(_ROOMS)), int)
    kindergarten = classes[:, _KINDERGARTEN]
    school = classes.sum(axis=1) - kindergarten
    enrolment = pupils.sum(axis=1)
    small = (school > 0) & (enrolment < 120)
    spare = numbers.uniform(1.0, 1.16, institutions)
    draw = numbers.random((len(_ROOMS), institutions))

    def some(kind: str, need: Array, met: float = 0.86) -> None:
        # A part of the schools has one room less than the norm asks.
        counts[:, _KIND[kind]] = np.maximum(0, need - (draw[_KIND[kind]] > met))

    counts[:, _KIND["classroom"]] = np.ceil(school * spare)
    counts[:, _KIND["activity_room"]] = np.ceil(
        kindergarten * numbers.uniform(1.0, 1.1, institutions)
    )
    some("outdoor_play", (kindergarten > 0).astype(int), 0.97)
    some("music_room", np.where(small, 0, np.ceil(school / 12)).astype(int))
    some("art_room", np.where(small, 0, np.ceil(school / 12)).astype(int))
    some("laboratory", np.where(small, 0, np.ceil(school / 9)).astype(int))
    some("computer_room", np.where(small, (school > 0), np.ceil(school / 13)).astype(int), 0.93)
    some("library", ((school > 0) & ~small).astype(int), 0.96)
    some("sports_field", (school > 0).astype(int), 0.97)
    counts[:, _KIND["gymnasium"]] = (school > 20) & (draw[_KIND["gymnasium"]] < 0.45)
    counts[:, _KIND["football_pitch"]] = (school > 12) & (draw[_KIND["football_pitch"]] < 0.16)
    some("health_room", (enrolment > 60).astype(int), 0.95)
    boarders = pupils[:, 1:] @ np.array([0.12, 0.4, 0.7, 0.75, 0.3])
    counts[:, _KIND["dormitory"]] = np.where(register.is_boarding, np.ceil(boarders / 8 * 0.35), 0)
    some("canteen", (register.is_boarding | (school > 24) | (kindergarten > 2)).astype(int), 0.94)
    counts[list(register.closed)] = 0
    return counts


def _with_new_pitches(
    place: Array,
    kind: Array,
    number: Array,
    register: Register,
    assumptions: Assumptions,
    numbers: np.random.Generator,
) -> tuple[Array, Array, Array, Array]:
    days = assumptions["year"]["football_pitches"]
    pitch = _KIND["football_pitch"]
    having = set(place[kind == pitch].tolist())
    pool = [
        s.place
        for s in register.sketches
        if s.kind in ("primary", "junior", "nine_year") and s.enrolment > 500
    ]
    chosen = numbers.choice([p for p in pool if p not in having], len(days), replace=False)
    in_use = np.concatenate(
        [
            np.full(len(place), np.datetime64("NaT"), "datetime64[D]"),
            np.array(days, "datetime64[D]"),
        ]
    )
    return (
        np.concatenate([place, chosen]),
        np.concatenate([kind, np.full(len(days), pitch)]),
        np.concatenate([number, np.ones(len(days), int)]),
        in_use,
    )


def _stages_of_rooms(register: Register, place: Array, kind: Array, number: Array) -> Array:
    # Classrooms belong to a stage, in the order of stages; what stages share has none.
    words = text((*STAGES, ""))
    stage = np.full(len(place), len(STAGES))
    upto = np.cumsum(register.classes_of[:, 1:], axis=1)
    is_classroom = kind == _KIND["classroom"]
    owned = (number[:, None] > upto[place]).sum(axis=1) + 1
    stage[is_classroom] = np.minimum(owned, len(STAGES))[is_classroom]
    stage[np.isin(kind, [_KIND["activity_room"], _KIND["outdoor_play"]])] = _KINDERGARTEN
    return words[stage]


def _divisions(register: Register) -> Array:
    return text(sketch.division.code for sketch in register.sketches)
