"""The classes of the school year before: numbers that schools reported, without children's files.

They stand in the registers so that the figures of January to August are real: cohorts of that year's size, a few more
classes over the standard, and a few more schools over the limit.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from xuezheng.site.city.assumptions import Assumptions
from xuezheng.site.city.classes import STAGES, Classes, form_classes, report_pupils
from xuezheng.site.city.geography import DivisionPlace
from xuezheng.site.city.institutions import Sketch
from xuezheng.site.city.population import DivisionPupils, count_pupils
from xuezheng.site.city.streams import generator
from xuezheng.site.city.tables import Array

_COLUMNS = ("place", "stage", "grade", "number", "kind", "pupils")
_COMPULSORY = (STAGES.index("primary"), STAGES.index("junior"))


def classes_before(
    classes: Classes,
    sketches: Sequence[Sketch],
    closed: Sequence[Sketch],
    not_yet_open: Array,
    cohorts: tuple[Sequence[DivisionPlace], Sequence[DivisionPupils]],
    assumptions: Assumptions,
    seed: str,
) -> Classes:
    """Derive the classes of the year before from those of this year.

    Args:
        classes: The classes of this year.
        sketches: The institutions, by place.
        closed: Those that have closed since, with the pupils that they had.
        not_yet_open: A mask over the institutions that opened with the new school year.
        cohorts: The divisions and their children of this year.
        assumptions: The pack's assumptions.
        seed: Seed of the city.
    """
    year = assumptions.school_year - 1
    numbers = generator(seed, "classes-before", str(year))
    gone = {sketch.place for sketch in closed}
    then = [s if s.place in gone else replace(s, pupils={}) for s in _by_place(sketches, closed)]
    lost = form_classes(then, assumptions, first_key=1, seed=seed, school_year=year)
    kept = ~not_yet_open[classes.place]
    rows = {name: getattr(classes, name)[kept] for name in _COLUMNS}
    rows["pupils"] = _of_the_year(rows, sketches, cohorts, assumptions, year)
    rows = _crowd(rows, assumptions, numbers)
    rows = _fill_schools(rows, sketches, assumptions)
    rows = {name: np.concatenate([rows[name], getattr(lost, name)]) for name in _COLUMNS}
    order = np.lexsort((rows["number"], rows["grade"], rows["stage"], rows["place"]))
    rows = {name: values[order] for name, values in rows.items()}
    first = int(classes.key[-1]) + 1
    return Classes(
        key=np.arange(first, first + len(order)),
        reported=report_pupils(rows["pupils"], rows["place"], len(sketches), assumptions, numbers),
        school_year=year,
        **rows,
    )


def _by_place(sketches: Sequence[Sketch], closed: Sequence[Sketch]) -> list[Sketch]:
    found = list(sketches)
    for sketch in closed:
        found[sketch.place] = sketch
    return found


def _of_the_year(
    rows: dict[str, Array],
    sketches: Sequence[Sketch],
    cohorts: tuple[Sequence[DivisionPlace], Sequence[DivisionPupils]],
    assumptions: Assumptions,
    year: int,
) -> Array:
    # Each grade as large, beside this year's, as its cohort in the division was.
    divisions, now = cohorts
    ratio = np.ones((len(divisions), len(STAGES), 7))
    for place, division in enumerate(divisions):
        before = count_pupils(division, assumptions, school_year=year)
        for stage, by_grade in before.by_grade.items():
            present = now[place].by_grade[stage]
            for grade, count in enumerate(by_grade, start=1):
                ratio[place, STAGES.index(stage), grade] = count / max(1, present[grade - 1])
    codes = {division.code: place for place, division in enumerate(divisions)}
    owner = np.array([codes[sketch.division.code] for sketch in sketches])[rows["place"]]
    grown = np.round(rows["pupils"] * ratio[owner, rows["stage"], rows["grade"]])
    grown = np.maximum(1, grown).astype(int)
    most = _limits(rows, assumptions)
    # No class passes the standard, or comes back within it, merely because its cohort was another.
    pupils: Array = np.where(
        rows["pupils"] <= most,
        np.minimum(grown, most),
        np.clip(grown, most + 1, rows["pupils"] + 2),
    )
    return pupils


def _limits(rows: dict[str, Array], assumptions: Assumptions) -> Array:
    block = assumptions["classes"]
    most = np.array([int(block["most"][stage]) for stage in STAGES])[rows["stage"]]
    kinds = ("ordinary", "small", "middle", "big", "mixed")
    by_kind = np.array([int(block["kindergarten_most"].get(kind, 0)) for kind in kinds])
    limits: Array = np.where(rows["kind"] > 0, by_kind[rows["kind"]], most)
    return limits


def _crowd(
    rows: dict[str, Array], assumptions: Assumptions, numbers: np.random.Generator
) -> dict[str, Array]:
    # More full classes were over the standard by a few, in the share that the assumptions ask for.
    most, pupils = _limits(rows, assumptions), rows["pupils"].copy()
    compulsory = np.isin(rows["stage"], _COMPULSORY)
    over = int((compulsory & (pupils > most)).sum())
    full = np.flatnonzero(compulsory & (pupils <= most) & (pupils >= most - 3))
    more = min(len(full), round(over * float(assumptions["year_before"]["classes_over_more"])))
    chosen = numbers.choice(full, more, replace=False)
    pupils[chosen] = most[chosen] + numbers.integers(1, 7, more)
    return {**rows, "pupils": pupils}


def _fill_schools(
    rows: dict[str, Array], sketches: Sequence[Sketch], assumptions: Assumptions
) -> dict[str, Array]:
    # The largest primary schools within the limit had one class a grade more, and so were over it.
    limit = int(assumptions["sizes"]["oversize_pupils"][0])
    sizes = np.bincount(rows["place"], rows["pupils"], len(sketches))
    single = np.array([s.kind == "primary" and s.ownership == "public" for s in sketches])
    sizes[~single | (sizes >= limit)] = 0
    chosen = np.argsort(sizes, kind="stable")[
        -int(assumptions["year_before"]["schools_over_more"]) :
    ]
    first = np.flatnonzero(np.isin(rows["place"], chosen) & (rows["number"] == 1))
    extra = {name: values[first] for name, values in rows.items()}
    last = {
        (int(p), int(g)): int(n)
        for p, g, n in sorted(zip(rows["place"], rows["grade"], rows["number"], strict=True))
    }
    extra["number"] = np.array(
        [last[int(p), int(g)] + 1 for p, g in zip(extra["place"], extra["grade"], strict=True)]
    )
    return {name: np.concatenate([values, extra[name]]) for name, values in rows.items()}
