"""Forms classes from the pupils of each grade, with the reports that schools made of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from xuezheng.site.city.assumptions import Assumptions
from xuezheng.site.city.institutions import MIXED_AT_MOST, Sketch
from xuezheng.site.city.streams import generator
from xuezheng.site.city.tables import Array, Column, Table, pick

STAGES = ("kindergarten", "primary", "junior", "senior", "vocational", "special")
_KINDS = ("ordinary", "small", "middle", "big", "mixed")
_MIXED = 4
_MIXED_GRADE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Classes:
    """All classes of a school year, as arrays of one length.

    Attributes:
        place: Place of the institution in the list of sketches.
        stage: Place in `STAGES`.
        pupils: How many children are in it.
        reported: What the school reported; -1 where the report is missing.
        key: Key of the class in the database.
    """

    key: Array
    place: Array
    stage: Array
    grade: Array
    number: Array
    kind: Array
    pupils: Array
    reported: Array
    school_year: int

    def per_institution(self, institutions: int, weights: Array | None = None) -> Array:
        """Count classes (or add up weights) by institution."""
        return np.bincount(self.place, weights, institutions)


def form_classes(
    sketches: Sequence[Sketch],
    assumptions: Assumptions,
    *,
    first_key: int,
    seed: str,
    school_year: int | None = None,
) -> Classes:
    """Form the classes of a school year, by default the city's."""
    year = school_year or assumptions.school_year
    numbers = generator(seed, "classes", str(year))
    grades = _grade_rows(sketches)
    count = _class_counts(grades, sketches, assumptions, numbers)
    kept = grades["pupils"] > 0
    rows = {name: values[kept] for name, values in grades.items()}
    count = count[kept]
    of = np.repeat(np.arange(len(count)), count)
    number = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
    pupils = rows["pupils"][of] // count[of] + (number < rows["pupils"][of] % count[of])
    return Classes(
        key=np.arange(first_key, first_key + len(of)),
        place=rows["place"][of],
        stage=rows["stage"][of],
        grade=rows["grade"][of],
        number=number + 1,
        kind=rows["kind"][of],
        pupils=pupils,
        reported=report_pupils(pupils, rows["place"][of], len(sketches), assumptions, numbers),
        school_year=year,
    )


def class_table(
    classes: Classes, sketches: Sequence[Sketch], codes: Array, campuses: Array
) -> Table:
    """Lay the classes out as rows of the register.

    Args:
        classes: The classes.
        sketches: The institutions they belong to.
        codes: Their codes.
        campuses: Key of the campus of each class.
    """
    rows = len(classes.key)
    divisions = np.array([sketch.division.code.encode() for sketch in sketches])
    return Table(
        name="registry_schoolclass",
        columns={
            "id": Column(values=classes.key),
            "division_id": Column(values=divisions[classes.place]),
            "institution_id": Column(values=codes[classes.place]),
            "campus_id": Column(values=campuses),
            "school_year": Column(values=np.full(rows, classes.school_year)),
            "stage": Column(values=pick(STAGES, classes.stage)),
            "grade": Column(values=classes.grade),
            "number": Column(values=classes.number),
            "kind": Column(values=pick(_KINDS, classes.kind)),
            "reported_pupils": Column(values=classes.reported, present=classes.reported >= 0),
        },
    )


def _grade_rows(sketches: Sequence[Sketch]) -> dict[str, Array]:
    rows = []
    for place, sketch in enumerate(sketches):
        for stage, by_grade in sketch.pupils.items():
            stage_place = STAGES.index(stage)
            if stage == "kindergarten" and 0 < sum(by_grade) <= MIXED_AT_MOST:
                rows.append((place, stage_place, _MIXED_GRADE, sum(by_grade), _MIXED))
                continue
            for grade, pupils in enumerate(by_grade, start=1):
                kind = grade if stage == "kindergarten" else 0
                rows.append((place, stage_place, grade, pupils, kind))
    columns = np.array(rows, dtype=np.int64).reshape(-1, 5).T
    return dict(zip(("place", "stage", "grade", "pupils", "kind"), columns, strict=True))


def _class_counts(
    grades: Mapping[str, Array],
    sketches: Sequence[Sketch],
    assumptions: Assumptions,
    numbers: np.random.Generator,
) -> Array:
    block = assumptions["classes"]
    by_setting = {
        setting: np.array([float(block["aim"][stage][setting]) for stage in STAGES])
        for setting in ("urban", "town", "rural")
    }
    aims = np.array([by_setting[sketch.setting] for sketch in sketches])
    aims *= numbers.normal(1, 0.03, (len(sketches), 1))
    most = np.array([float(block["most"][stage]) for stage in STAGES])[grades["stage"]]
    # The younger a kindergarten class, the smaller; aims are for the middle class.
    by_kind = np.array([float(block["kindergarten_most"].get(kind, 0)) for kind in _KINDS])
    is_kindergarten = grades["kind"] > 0
    most = np.where(is_kindergarten, by_kind[grades["kind"]], most)
    aim = aims[grades["place"], grades["stage"]]
    aim *= np.where(is_kindergarten, most / by_kind[_KINDS.index("middle")], 1.0)
    aim = np.minimum(aim, most)
    least = np.maximum(1, np.ceil(grades["pupils"] / most))
    count = np.maximum(least, np.round(grades["pupils"] / aim)).astype(int)
    short = np.array([float(block["one_class_short"][stage]) for stage in STAGES])[grades["stage"]]
    bearable = np.array([float(block["short_at_most"][stage]) for stage in STAGES])[grades["stage"]]
    fewer = np.maximum(count - 1, 1)
    crowded = grades["pupils"] / fewer
    # Only a grade that one class less leaves over the standard, but not absurdly, can be a class short.
    can = (count > 1) & (crowded > most) & (crowded <= bearable)
    chance = (
        short
        * len(can)
        / np.maximum(1, np.bincount(grades["stage"], can, len(STAGES))[grades["stage"]])
    )
    chance *= np.bincount(grades["stage"], minlength=len(STAGES))[grades["stage"]] / len(can)
    counts: Array = np.where(can & (numbers.random(len(can)) < chance), fewer, count)
    return counts


def report_pupils(
    pupils: Array,
    place: Array,
    institutions: int,
    assumptions: Assumptions,
    numbers: np.random.Generator,
) -> Array:
    """Give what schools reported of their classes: now and then off by one or two, or (-1) not at all."""
    faults = assumptions["faults"]
    off = numbers.random(len(pupils)) < float(faults["class_reports_off"])
    reported = np.where(off, np.maximum(1, pupils + numbers.integers(-2, 3, len(pupils))), pupils)
    missing = numbers.random(len(pupils)) < float(faults["class_reports_missing"])
    silent = numbers.choice(
        institutions, int(faults["institutions_without_class_reports"]), replace=False
    )
    return np.where(missing | np.isin(place, silent), -1, reported)
