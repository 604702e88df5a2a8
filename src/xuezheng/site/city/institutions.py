"""Sketches the institutions of a division: kind, township, ownership, and how many pupils each has in each grade."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from xuezheng.site.city.admission import admit_by_class
from xuezheng.site.city.assumptions import Assumptions
from xuezheng.site.city.geography import RURAL, SETTINGS, TOWN, URBAN, DivisionPlace, TownshipPlace
from xuezheng.site.city.population import DivisionPupils
from xuezheng.site.city.shares import allot, fill
from xuezheng.site.city.streams import generator

# Which stages a kind teaches, with its weight beside the others that teach the stage.
STAGES_OF: Mapping[str, Mapping[str, float]] = {
    "kindergarten": {"kindergarten": 1.0},
    "primary": {"primary": 1.0},
    "teaching_point": {"primary": 1.0},
    "nine_year": {"primary": 1.0, "junior": 0.9},
    "junior": {"junior": 1.0},
    "senior": {"senior": 1.0},
    "complete_secondary": {"junior": 0.6, "senior": 0.6},
    "twelve_year": {"primary": 0.7, "junior": 0.7, "senior": 0.5},
    "vocational": {"vocational": 1.0},
    "special": {"special": 1.0},
}
KINDS = tuple(STAGES_OF)
COMPULSORY = (
    "primary",
    "teaching_point",
    "nine_year",
    "junior",
    "complete_secondary",
    "twelve_year",
)
SCHOOLS = ("primary", "nine_year", "junior", "senior", "complete_secondary", "twelve_year")
TEACHING_POINT_GRADES = 4
_SPECIAL_GRADES = 6
_FEWEST_PUPILS = 7
MIXED_AT_MOST = 24  # a kindergarten of so few children has one class of all ages


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """An institution before it has name, code and dates.

    Attributes:
        pupils: Pupils by stage and grade.
    """

    place: int
    kind: str
    division: DivisionPlace
    township: TownshipPlace
    ownership: str
    structure: str
    pupils: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def setting(self) -> str:
        """Urban, town or rural, as its township."""
        return SETTINGS[self.township.terrain]

    @property
    def enrolment(self) -> int:
        """All its pupils."""
        return sum(map(sum, self.pupils.values()))


def counts_by_division(
    divisions: Sequence[DivisionPlace], pupils: Sequence[DivisionPupils], assumptions: Assumptions
) -> list[dict[str, int]]:
    """Divide the city's numbers of institutions among its divisions; each has every kind that it needs."""
    rural = np.array([1 - division.urban_share for division in divisions])
    of = {
        stage: np.array([p.of(stage) for p in pupils], dtype=float) for stage in pupils[0].by_grade
    }
    upper = of["senior"] + of["vocational"]
    weights = {
        "kindergarten": of["kindergarten"] * (1 + 0.8 * rural),
        "primary": of["primary"] * (1 + 0.5 * rural),
        "teaching_point": of["primary"] * (0.05 + rural) ** 2,
        "nine_year": of["junior"] * (0.5 + rural),
        "junior": of["junior"],
        "senior": upper,
        "complete_secondary": upper,
        "twelve_year": upper * (1 - rural) ** 2,
        "vocational": upper,
        "special": upper,
    }
    minimum: dict[str, int | list[int]] = {
        "primary": 4,
        "nine_year": 1,
        "junior": 2,
        "senior": 1,
        "vocational": 1,
        "special": 1,
    }
    minimum["kindergarten"] = [len(division.townships) for division in divisions]
    columns = {
        kind: allot(int(assumptions["counts"][kind]), weights[kind], minimum=minimum.get(kind, 0))
        for kind in KINDS
    }
    return [{kind: columns[kind][place] for kind in KINDS} for place in range(len(divisions))]


def sketch_division(
    division: DivisionPlace,
    pupils: DivisionPupils,
    counts: Mapping[str, int],
    assumptions: Assumptions,
    *,
    oversize: int,
    seed: str,
) -> list[Sketch]:
    """Sketch all institutions of a division.

    Args:
        division: Where.
        pupils: The children to be divided among them.
        counts: How many institutions of each kind.
        assumptions: The pack's assumptions.
        oversize: How many of its schools are above the limit of pupils.
        seed: Seed of the city.
    """
    numbers = generator(seed, "institutions", division.code)
    sketches = [
        Sketch(
            place=0,
            kind=kind,
            division=division,
            township=township,
            ownership="public",
            structure=pupils.structure if kind in COMPULSORY else "",
        )
        for kind in KINDS
        for township in _choose_townships(kind, counts[kind], division, numbers)
    ]
    sketches = _own(sketches, assumptions, numbers)
    sizes = _divide_pupils(sketches, pupils, assumptions, numbers)
    _raise_oversize(sketches, sizes, assumptions, numbers, oversize)
    return _admit(
        [
            _with_grades(sketch, sizes, place, pupils, numbers)
            for place, sketch in enumerate(sketches)
        ],
        assumptions,
    )


def _choose_townships(
    kind: str, count: int, division: DivisionPlace, numbers: np.random.Generator
) -> list[TownshipPlace]:
    terrain = np.array([township.terrain for township in division.townships])
    preference = {
        "kindergarten": {URBAN: 3.0, TOWN: 2.0, RURAL: 0.8},
        "primary": {URBAN: 2.5, TOWN: 1.6, RURAL: 1.0},
        "teaching_point": {URBAN: 0.0, TOWN: 0.8, RURAL: 1.0},
        "nine_year": {URBAN: 1.0, TOWN: 1.2, RURAL: 0.9},
        "junior": {URBAN: 2.0, TOWN: 1.2, RURAL: 0.25},
    }.get(kind, {URBAN: 3.0, TOWN: 1.0, RURAL: 0.0})
    weights = np.array([preference[int(t)] for t in terrain])
    if not (terrain == URBAN).any():
        weights[0] *= 8  # the seat of a county without sub-districts
    if not weights.any():
        weights += 1
    # Every township has a kindergarten and, where there are enough, a primary school, before any has two.
    first = list(range(len(terrain))) if kind in ("kindergarten", "primary") else []
    first = [place for place in first if weights[place] > 0][:count]
    rest = numbers.choice(len(terrain), count - len(first), p=weights / weights.sum())
    return [division.townships[place] for place in (*first, *(int(place) for place in rest))]


def _own(
    sketches: Sequence[Sketch], assumptions: Assumptions, numbers: np.random.Generator
) -> list[Sketch]:
    shares = assumptions["ownership"]
    owned = []
    chances = numbers.random(len(sketches))
    for sketch, chance in zip(sketches, chances, strict=True):
        if sketch.kind == "kindergarten":
            parts = shares["kindergarten"]
            # Town and country rely on public kindergartens more than the city does.
            public = parts["public"] + (0.1 if sketch.township.terrain != URBAN else -0.04)
            ownership = (
                "public"
                if chance < public
                else "inclusive_private"
                if chance < 1 - parts["private"]
                else "private"
            )
        else:
            ownership = "private" if chance < shares["private"].get(sketch.kind, 0) else "public"
        owned.append(replace(sketch, ownership=ownership))
    return owned


def _divide_pupils(
    sketches: Sequence[Sketch],
    pupils: DivisionPupils,
    assumptions: Assumptions,
    numbers: np.random.Generator,
) -> dict[str, Any]:
    sizes = assumptions["sizes"]
    public_factor = float(assumptions["ownership"]["public_kindergarten_size"])
    spread = np.exp(numbers.normal(0, float(sizes["spread"]), len(sketches)))
    divided: dict[str, Any] = {}
    for stage in (*pupils.by_grade, "special"):
        weights = np.zeros(len(sketches))
        most = np.zeros(len(sketches))
        for place, sketch in enumerate(sketches):
            share = STAGES_OF[sketch.kind].get(stage, 0.0)
            weight = share * float(sizes[sketch.kind][sketch.setting]) * spread[place]
            if stage == "kindergarten" and sketch.ownership == "public":
                weight *= public_factor
            weights[place] = weight
            most[place] = (
                float(sizes["most"][sketch.kind]) * share / sum(STAGES_OF[sketch.kind].values())
            )
        teaching = weights > 0
        total = (
            pupils.of(stage)
            if stage in pupils.by_grade
            else teaching.sum() * float(sizes["special_pupils"])
        )
        divided[stage] = np.zeros(len(sketches))
        if teaching.any():
            divided[stage][teaching] = fill(total, weights[teaching], most[teaching])
    return divided


def _raise_oversize(
    sketches: Sequence[Sketch],
    sizes: dict[str, Any],
    assumptions: Assumptions,
    numbers: np.random.Generator,
    count: int,
) -> None:
    # The largest schools of one stage grow above the limit; what they take, the others of the stage lose.
    low, high = assumptions["sizes"]["oversize_pupils"]
    for turn in range(count):
        stage = "junior" if turn % 3 == 2 else "primary"
        single = np.array(
            [sketch.kind == stage and sketch.ownership == "public" for sketch in sketches]
        )
        candidates = np.flatnonzero(single & (sizes[stage] < low))
        if len(candidates) < 2:
            continue
        place = candidates[sizes[stage][candidates].argmax()]
        size = float(numbers.integers(low, high))
        others = single & (sizes[stage] < low)
        others[place] = False
        sizes[stage][others] *= 1 - (size - sizes[stage][place]) / max(
            sizes[stage][others].sum(), size * 2
        )
        sizes[stage][place] = size


def _with_grades(
    sketch: Sketch,
    sizes: Mapping[str, Any],
    place: int,
    pupils: DivisionPupils,
    numbers: np.random.Generator,
) -> Sketch:
    by_stage = {}
    for stage in STAGES_OF[sketch.kind]:
        grades = np.array(pupils.by_grade.get(stage, (1,) * _SPECIAL_GRADES), dtype=float)
        if sketch.kind == "teaching_point":
            grades[TEACHING_POINT_GRADES:] = 0
        size = max(_FEWEST_PUPILS, round(float(sizes[stage][place])))
        by_stage[stage] = tuple(int(n) for n in numbers.multinomial(size, grades / grades.sum()))
    return replace(sketch, pupils=by_stage, place=place)


def _admit(sketches: Sequence[Sketch], assumptions: Assumptions) -> list[Sketch]:
    # Oversized schools and teaching points keep their numbers, and so do kindergartens of one mixed class.
    block, limit = assumptions["classes"], int(assumptions["sizes"]["oversize_pupils"][0])
    most_of_kind = [float(block["kindergarten_most"][kind]) for kind in ("small", "middle", "big")]
    admitted = [{stage: list(grades) for stage, grades in s.pupils.items()} for s in sketches]
    for stage in block["most"]:
        members = [
            sketch.place
            for sketch in sketches
            if sum(sketch.pupils.get(stage, ())) > MIXED_AT_MOST
            and sketch.kind not in ("teaching_point", "special")
            and sketch.enrolment < limit
        ]
        for grade in range(max((len(admitted[place][stage]) for place in members), default=0)):
            is_young = stage == "kindergarten"
            most = most_of_kind[grade] if is_young else float(block["most"][stage])
            factor = most / most_of_kind[1] if is_young else 1.0
            aims = np.array([float(block["aim"][stage][sketches[p].setting]) for p in members])
            moved = admit_by_class(
                np.array([admitted[place][stage][grade] for place in members]),
                np.minimum(aims * factor, most),
                np.full(len(members), most),
            )
            for place, pupils in zip(members, moved.tolist(), strict=True):
                admitted[place][stage][grade] = pupils
    return [
        replace(sketch, pupils={stage: tuple(grades) for stage, grades in found.items()})
        for sketch, found in zip(sketches, admitted, strict=True)
    ]
