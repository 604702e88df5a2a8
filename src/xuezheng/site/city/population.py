"""How many children each division has in each grade, from the census moved to the school year."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from xuezheng.site.city.assumptions import Assumptions
from xuezheng.site.city.geography import DivisionPlace

STAGES = ("kindergarten", "primary", "junior", "senior", "vocational")
_BANDS = (("0", 0, 1), ("1_4", 1, 5), ("5_9", 5, 10), ("10_14", 10, 15))


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisionPupils:
    """Children by stage and grade, in whole numbers; ``structure`` is ``6-3`` or ``5-4``."""

    structure: str
    by_grade: Mapping[str, tuple[int, ...]]

    def of(self, stage: str) -> int:
        """All children of a stage."""
        return sum(self.by_grade[stage])


def count_pupils(
    division: DivisionPlace, assumptions: Assumptions, *, school_year: int
) -> DivisionPupils:
    """Move the census ages to a school year and put each year of age in its grade."""
    census = assumptions["census"]
    shift = float(census["shift_years"]) + school_year - assumptions.school_year
    entry, primary_entry = int(census["kindergarten_entry_age"]), int(census["primary_entry_age"])
    five_four = division.code in assumptions["structures"]["five_four_divisions"]
    primary_grades, junior_grades = (5, 4) if five_four else (6, 3)
    ages = [_persons(division, age - shift) for age in range(entry, 18)]
    at = primary_entry - entry
    compulsory = ages[at : at + primary_grades + junior_grades]
    upper = ages[at + primary_grades + junior_grades :]
    vocational = float(census["vocational_share"])
    shares = {
        "kindergarten": ages[:at],
        "primary": compulsory[:primary_grades],
        "junior": compulsory[primary_grades:],
        "senior": [persons * (1 - vocational) for persons in upper],
        "vocational": [persons * vocational for persons in upper],
    }
    return DivisionPupils(
        structure="5-4" if five_four else "6-3",
        by_grade={
            stage: tuple(round(persons) for persons in grades) for stage, grades in shares.items()
        },
    )


def _persons(division: DivisionPlace, youngest: float) -> float:
    # Persons aged from `youngest` to a year more on census day, uniform within bands; above 15 as the band 10-14.
    oldest = youngest + 1
    found = 0.0
    for band, low, high in _BANDS:
        top = np.inf if high == 15 else high
        overlap = min(oldest, top) - max(youngest, low)
        if overlap > 0:
            found += division.ages[band] * overlap / (high - low)
    return found
