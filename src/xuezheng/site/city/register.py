"""Lays institutions, ownership periods, campuses and school groups out as rows."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from xuezheng.site.city.assumptions import Assumptions
from xuezheng.site.city.classes import STAGES, Classes
from xuezheng.site.city.geography import scatter
from xuezheng.site.city.institutions import SCHOOLS, Sketch
from xuezheng.site.city.naming import InstitutionName
from xuezheng.site.city.streams import generator
from xuezheng.site.city.tables import Array, Column, Table, dates, optional, optional_text, text
from xuezheng.site.city.year import History

_SITE_M2 = {
    "kindergarten": 17.0,
    "primary": 21.0,
    "junior": 26.0,
    "senior": 31.0,
    "vocational": 33.0,
    "special": 60.0,
}
_BUILDING_M2 = {
    "kindergarten": 10.6,
    "primary": 8.2,
    "junior": 10.4,
    "senior": 14.0,
    "vocational": 16.0,
    "special": 30.0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """What every generator below needs of the institutions, by place.

    Attributes:
        classes_of: Classes by institution and stage, shape (institutions, stages).
        pupils_of: Pupils by institution and stage.
    """

    sketches: Sequence[Sketch]
    codes: Array
    names: Sequence[InstitutionName]
    history: History
    closed: frozenset[int]
    is_boarding: Array
    classes_of: Array
    pupils_of: Array


def give_codes(sketches: Sequence[Sketch], assumptions: Assumptions) -> Array:
    """Give every institution its ten-digit code: class digits, province, serial from 900001."""
    block = assumptions["codes"]
    first = int(block["serial_from"])
    return text(
        f"{block['classes'][sketch.kind]}{block['province']}{first + place:06d}"
        for place, sketch in enumerate(sketches)
    )


def make_register(
    sketches: Sequence[Sketch],
    classes: Classes,
    names: Sequence[InstitutionName],
    history: History,
    closed: frozenset[int],
    assumptions: Assumptions,
    seed: str,
) -> Register:
    """Gather what is known of the institutions."""
    numbers = generator(seed, "boarding")
    shape = (len(sketches), len(STAGES))
    flat = classes.place * len(STAGES) + classes.stage
    chance = {
        "primary": 0.06,
        "nine_year": 0.35,
        "junior": 0.22,
        "teaching_point": 0.0,
        "kindergarten": 0.0,
    }
    rural = {"urban": 0.35, "town": 1.2, "rural": 2.4}
    odds = np.array(
        [
            min(0.97, chance.get(s.kind, 0.85) * (rural[s.setting] if s.kind in chance else 1))
            for s in sketches
        ]
    )
    return Register(
        sketches=sketches,
        codes=give_codes(sketches, assumptions),
        names=names,
        history=history,
        closed=closed,
        is_boarding=numbers.random(len(sketches)) < odds,
        classes_of=np.bincount(flat, minlength=shape[0] * shape[1]).reshape(shape),
        pupils_of=np.bincount(flat, classes.pupils, shape[0] * shape[1]).reshape(shape).astype(int),
    )


def institution_table(
    register: Register, posts: Sequence[int | None], assumptions: Assumptions, seed: str
) -> Table:
    """Lay out the institutions.

    Args:
        register: The institutions.
        posts: Teacher posts granted; None where not reported.
        assumptions: The pack's assumptions.
        seed: Seed of the city.
    """
    sketches, history = register.sketches, register.history
    numbers = generator(seed, "premises-of-institutions")
    points = _points(register, assumptions, seed)
    rows = len(sketches)
    wide = register.pupils_of.sum(axis=1)
    site = _areas(register, _SITE_M2, numbers)
    building = _areas(register, _BUILDING_M2, numbers)
    gaps = numbers.random((2, rows)) >= float(assumptions["faults"]["areas_missing"]) * 2
    profit_share = float(assumptions["ownership"]["for_profit_of_private_kindergartens"])
    profit_draw = numbers.random(rows)
    for_profit = [
        s.ownership == "private"
        and s.kind in ("kindergarten", "senior", "vocational")
        and draw < profit_share
        for s, draw in zip(sketches, profit_draw, strict=True)
    ]
    names = _merged(register, assumptions, numbers)
    return Table(
        name="registry_institution",
        columns={
            "code": Column(values=register.codes),
            "division_id": Column(values=text(s.division.code for s in sketches)),
            "township_id": Column(values=text(s.township.code for s in sketches)),
            "parent_id": _parents(register),
            "name_zh": Column(values=text(names)),
            "name_en": Column(values=text(name.en for name in register.names)),
            "kind": Column(values=text(s.kind for s in sketches)),
            "ownership": Column(values=text(s.ownership for s in sketches)),
            "is_for_profit": Column(values=np.array(for_profit)),
            "grade_structure": Column(values=text(s.structure for s in sketches)),
            "setting": Column(values=text(s.setting for s in sketches)),
            "address": Column(values=text(_address(register, place) for place in range(rows))),
            "longitude": optional([point[0] if point else None for point in points], "f8"),
            "latitude": optional([point[1] if point else None for point in points], "f8"),
            "phone": Column(values=text([""] * rows)),
            "opened_on": dates(history.opened_on),
            "closed_on": dates(history.closed_on),
            "is_boarding": Column(values=register.is_boarding),
            "compound_name": Column(values=text(history.compound_name)),
            "compound_delivered_on": dates(history.delivered_on),
            "planned_places": Column(
                values=np.maximum(30, np.ceil(wide * numbers.uniform(0.95, 1.35, rows) / 30) * 30)
            ),
            "site_area_m2": Column(values=site, present=gaps[0]),
            "building_area_m2": Column(values=building, present=gaps[1]),
            "wireless": Column(values=text(history.wireless)),
            "wireless_full_on": dates(history.wireless_full_on),
            "established_teacher_posts": optional(posts),
            "fixed_assets_fen": Column(
                values=np.round(building / 100 * numbers.uniform(2100, 4200, rows)).astype(np.int64)
                * 100,
                present=gaps[1],
            ),
            "greenery_share": Column(values=numbers.integers(8, 39, rows), present=gaps[0]),
            "updated_at": Column(values=np.full(rows, np.datetime64(assumptions.today, "D"))),
        },
    )


def ownership_table(register: Register) -> Table:
    """Lay out the ownership periods."""
    spans = register.history.spans
    return Table(
        name="registry_ownershipperiod",
        columns={
            "id": Column(values=np.arange(1, len(spans) + 1)),
            "institution_id": Column(
                values=register.codes[np.array([span.place for span in spans])]
            ),
            "ownership": Column(values=text(span.ownership for span in spans)),
            "valid_from": dates(span.valid_from for span in spans),
            "valid_to": dates(span.valid_to for span in spans),
            "document": Column(values=text(span.document for span in spans)),
        },
    )


def campus_table(register: Register, assumptions: Assumptions, seed: str) -> Table:
    """Lay out the campuses: one each, a second or third for some larger schools."""
    numbers = generator(seed, "campuses")
    points = _points(register, assumptions, seed, faults=False)
    chances = numbers.random(len(register.sketches))
    rows: list[tuple[int, int, str, float, float]] = []
    for place, sketch in enumerate(register.sketches):
        extra = 0
        if sketch.kind in SCHOOLS and sketch.enrolment > 700:
            extra = int(chances[place] < 0.22) + int(chances[place] < 0.04)
        for number in range(1, extra + 2):
            point = points[place]
            assert point is not None  # asked for without faults
            if number > 1:
                point = scatter(point, 0.012, sketch.division.rings, numbers)
            title = "本部" if number == 1 else ("东校区", "西校区")[number - 2]
            rows.append((place, number, title, *point))
    places = np.array([row[0] for row in rows])
    return Table(
        name="registry_campus",
        columns={
            "id": Column(values=np.arange(1, len(rows) + 1)),
            "institution_id": Column(values=register.codes[places]),
            "number": Column(values=np.array([row[1] for row in rows])),
            "name_zh": Column(values=text(row[2] for row in rows)),
            "address": Column(
                values=text(_address(register, row[0], campus=row[1]) for row in rows)
            ),
            "longitude": Column(values=np.array([row[3] for row in rows])),
            "latitude": Column(values=np.array([row[4] for row in rows])),
            "is_main": Column(values=np.array([row[1] == 1 for row in rows])),
        },
    )


def campuses_of_classes(campuses: Table, register: Register, classes: Classes) -> Array:
    """Give each class its campus: the upper grades of a school stand on its further campuses."""
    code_place = {bytes(code): place for place, code in enumerate(register.codes)}
    place = np.array(
        [code_place[bytes(code)] for code in campuses.columns["institution_id"].values]
    )
    count = np.bincount(place, minlength=len(register.codes))
    first = np.cumsum(count) - count
    chosen = first[classes.place] + (classes.grade * 3 // 7) % count[classes.place]
    keys: Array = campuses.columns["id"].values[chosen]
    return keys


def _areas(register: Register, per_pupil: dict[str, float], numbers: np.random.Generator) -> Array:
    square_metres = np.array([per_pupil[stage] for stage in STAGES])
    spread = np.exp(numbers.normal(0, 0.25, len(register.sketches)))
    area = np.maximum(register.pupils_of @ square_metres, 260.0) * spread
    hundredths: Array = np.round(area * 100).astype(np.int64)
    return hundredths


def _points(
    register: Register, assumptions: Assumptions, seed: str, *, faults: bool = True
) -> list[tuple[float, float] | None]:
    numbers = generator(seed, "points")
    points: list[tuple[float, float] | None] = []
    for sketch in register.sketches:
        spread = 0.006 if sketch.setting == "urban" else 0.014
        center = (sketch.township.longitude, sketch.township.latitude)
        points.append(scatter(center, spread, sketch.division.rings, numbers))
    if not faults:
        return points
    block = assumptions["faults"]
    counts = [int(block[f"coordinates_{fault}"]) for fault in ("missing", "swapped", "elsewhere")]
    chosen = iter(numbers.choice(len(points), sum(counts), replace=False).tolist())
    for place in islice(chosen, counts[0]):
        points[place] = None
    for place in islice(chosen, counts[1]):
        point = points[place]
        assert point is not None  # chosen without replacement
        points[place] = (point[1], point[0])
    for place in chosen:
        points[place] = (126.0, 0.0) if place % 2 else (0.0, 0.0)
    return points


def _address(register: Register, place: int, *, campus: int = 1) -> str:
    sketch = register.sketches[place]
    house = 1 + (place * 7919 + campus * 31) % 298
    return (
        f"{sketch.division.name_zh}{sketch.township.stem_zh}{register.names[place].word}路{house}号"
    )


def _parents(register: Register) -> Column:
    schools: dict[str, list[int]] = defaultdict(list)
    for place, sketch in enumerate(register.sketches):
        if sketch.kind == "primary" and sketch.ownership == "public":
            schools[sketch.division.code].append(place)
            schools[sketch.township.code].append(place)
    found: list[str | None] = []
    for place, sketch in enumerate(register.sketches):
        near = schools[sketch.township.code] or schools[sketch.division.code]
        is_branch = sketch.kind == "teaching_point"
        found.append(register.codes[near[place % len(near)]].decode() if is_branch else None)
    return optional_text(found)


def _merged(
    register: Register, assumptions: Assumptions, numbers: np.random.Generator
) -> list[str]:
    # Two institutions in one row, as old lists have it: "甲小学（并入乙小学）".
    names = [name.zh for name in register.names]
    primary = [s.place for s in register.sketches if s.kind == "primary"]
    for place in numbers.choice(primary, int(assumptions["faults"]["names_merged"]), replace=False):
        other = register.names[primary[(primary.index(int(place)) + 1) % len(primary)]]
        names[int(place)] = f"{names[int(place)]}（含原{other.zh}）"
    return names


def divisions_of(register: Register) -> Array:
    """Give the code of the division of each institution."""
    return text(sketch.division.code for sketch in register.sketches)
