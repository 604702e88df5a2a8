"""Rooms and grounds."""

import numpy as np

from xuezheng.site.city.assumptions import Assumptions
from xuezheng.site.city.classes import STAGES
from xuezheng.site.city.register import Register, divisions_of
from xuezheng.site.city.resources import resource_factors
from xuezheng.site.city.streams import generator
from xuezheng.site.city.tables import Array, Column, Table, pick, text

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
_TEACHING = (
    "classroom",
    "activity_room",
    "music_room",
    "art_room",
    "laboratory",
    "computer_room",
    "library",
)
_SPORT = ("gymnasium", "sports_field", "football_pitch")
_MULTIMEDIA = ("classroom", "music_room", "art_room", "laboratory", "computer_room")


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
    area = _areas(register, place, kind, assumptions, seed)
    opened = np.array(register.history.opened_on)[place].astype("datetime64[Y]").astype(int) + 1970
    built = np.minimum(
        np.maximum(opened, numbers.integers(1975, 2019, rows)), assumptions.school_year
    )
    fresh = ~np.isnat(new_pitch_days)
    multimedia = np.isin(kind, [_KIND[name] for name in _MULTIMEDIA]) & (numbers.random(rows) < 0.9)
    letters = [room[2] for room in _ROOMS]
    shown = [f"{letters[k]}{n:03d}" for k, n in zip(kind.tolist(), number.tolist(), strict=True)]
    return Table(
        name="registry_facility",
        columns={
            "id": Column(values=np.arange(1, rows + 1)),
            "institution_id": Column(values=register.codes[place]),
            "division_id": Column(values=divisions_of(register)[place]),
            "campus_id": Column(values=np.zeros(rows, int), present=np.zeros(rows, bool)),
            "number": Column(values=text(shown)),
            "name": Column(values=pick([room[1] for room in _ROOMS], kind)),
            "kind": Column(values=pick([room[0] for room in _ROOMS], kind)),
            "stage": Column(values=_stages_of_rooms(register, place, kind, number)),
            "area_m2": Column(
                values=np.round(area * 100).astype(np.int64),
                present=~(
                    np.isin(place, _unmeasured(register, assumptions, numbers))
                    & (numbers.random(rows) < 0.5)
                ),
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


def _unmeasured(
    register: Register, assumptions: Assumptions, numbers: np.random.Generator
) -> Array:
    # Schools that measured only half of their rooms.
    drawn = numbers.random(len(register.sketches))
    return np.flatnonzero(drawn < float(assumptions["faults"]["areas_missing"]))


def _areas(
    register: Register, place: Array, kind: Array, assumptions: Assumptions, seed: str
) -> Array:
    numbers = generator(seed, "areas")
    usual = np.array([room[3] for room in _ROOMS])[kind]
    drawn = usual + numbers.normal(0, 1, len(place)) * np.array([room[4] for room in _ROOMS])[kind]
    area: Array = np.maximum(drawn, usual * 0.45)
    # The halls and the library, then the sports grounds, are as large as the aimed area a pupil still asks for.
    for group, elastic, aim in (
        (_TEACHING, ("activity_room", "library"), "teaching_m2"),
        (_SPORT, _SPORT, "sport_m2"),
    ):
        counted, stretched = _is(kind, group), _is(kind, elastic)
        per_pupil = np.array([float(assumptions["resources"][aim][stage]) for stage in STAGES])
        wanted = register.pupils_of @ per_pupil * resource_factors(register, assumptions, seed, aim)
        institutions = len(register.sketches)
        fixed = np.bincount(place[counted & ~stretched], area[counted & ~stretched], institutions)
        flexible = np.bincount(place[stretched], area[stretched], institutions)
        missing = np.maximum(wanted - fixed, flexible * 0.5)
        factor = np.where((wanted > 0) & (flexible > 0), missing / np.maximum(flexible, 1), 1.0)
        area[stretched] *= factor[place[stretched]]
    return area


def _is(kind: Array, names: tuple[str, ...]) -> Array:
    return np.isin(kind, [_KIND[name] for name in names])


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
    halls = np.where(small, 0, np.ceil(school / 6))
    counts[:, _KIND["activity_room"]] = halls + np.ceil(
        kindergarten * numbers.uniform(1.0, 1.1, institutions)
    )
    some("outdoor_play", (kindergarten > 0).astype(int), 0.97)
    some("music_room", np.where(small, 0, np.ceil(school / 10)).astype(int))
    some("art_room", np.where(small, 0, np.ceil(school / 10)).astype(int))
    some("laboratory", np.where(small, 0, np.ceil(school / 6)).astype(int))
    some("computer_room", np.where(small, (school > 0), np.ceil(school / 10)).astype(int), 0.93)
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
    is_kindergarten = register.classes_of[place, _KINDERGARTEN] > 0
    stage[is_kindergarten & _is(kind, ("activity_room", "outdoor_play"))] = _KINDERGARTEN
    stages: Array = words[stage]
    return stages
