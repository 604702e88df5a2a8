"""The children of one division, from its classes."""

from typing import Any

import numpy as np

from xuezheng.apps.registry.identity import IdentityKeys
from xuezheng.site.city.assumptions import Assumptions
from xuezheng.site.city.classes import STAGES
from xuezheng.site.city.families import Families, found_families
from xuezheng.site.city.identity_numbers import identity_numbers, numbered
from xuezheng.site.city.naming import PersonNames
from xuezheng.site.city.roster import Roster
from xuezheng.site.city.sealing import seal
from xuezheng.site.city.streams import generator
from xuezheng.site.city.tables import Array, Column, Table, pick, text

SETTINGS = ("urban", "town", "rural")
_PRIMARY, _SPECIAL = STAGES.index("primary"), STAGES.index("special")
_ENTRY_AGE = {"kindergarten": 3, "primary": 6, "senior": 15, "vocational": 15, "special": 7}
_MIXED = 4  # place of the mixed class among the kinds of class


def children_tables(
    roster: Roster, assumptions: Assumptions, keys: IdentityKeys, seed: str
) -> tuple[Table, Table, Table]:
    """Lay out a division's students, guardians, and who answers for whom."""
    numbers = generator(seed, "students", roster.division)
    of = np.repeat(np.arange(len(roster.pupils)), roster.pupils)
    born = _birth_dates(roster, of, assumptions, numbers)
    is_male = numbers.random(len(of)) < 0.515
    families = found_families(
        roster, born, place_order=of, assumptions=assumptions, keys=keys, seed=seed
    )
    student_numbers = numbered(f"D{roster.division}", 1, len(of), 8)
    plain = identity_numbers(roster.area, born, is_male)
    cipher, index = seal("student", student_numbers, plain, keys)
    known = numbers.random(len(of)) >= float(assumptions["faults"]["students_without_identity"])
    names = PersonNames(assumptions).compose(families.surnames, is_male, numbers)
    entered = _entry_days(roster, of, assumptions, numbers)
    students = Table(
        name="registry_student",
        columns={
            "id": Column(values=np.arange(roster.first, roster.first + len(of))),
            "number": Column(values=student_numbers),
            "name": Column(values=names),
            "sex": Column(values=pick(("f", "m"), is_male.astype(int))),
            "birth_date": Column(values=born),
            "identity_cipher": Column(values=cipher, present=known),
            "identity_index": Column(values=index, present=known),
            "division_id": Column(values=np.full(len(of), roster.division.encode())),
            "institution_id": Column(values=roster.codes[of]),
            "stage": Column(values=pick(STAGES, roster.stage[of])),
            "grade": Column(values=roster.grade[of]),
            "entered_on": Column(values=entered),
            **_enrolment(roster, of, assumptions, numbers),
            **_circumstances(roster, of, assumptions, numbers),
        },
    )
    return students, families.guardians, families.links


def _birth_dates(
    roster: Roster, of: Array, assumptions: Assumptions, numbers: np.random.Generator
) -> Array:
    entry_age = np.array([_ENTRY_AGE.get(stage, roster.junior_entry_age) for stage in STAGES])
    age = entry_age[roster.stage[of]] + roster.grade[of] - 1
    mixed = np.flatnonzero(roster.kind[of] == _MIXED)
    age[mixed] = numbers.integers(3, 6, len(mixed))
    # Of age `a` on 31 August: born in the twelve months that end on that day `a` years before.
    year = assumptions.school_year - age - 1
    start = ((year - 1970).astype("datetime64[Y]").astype("datetime64[M]") + 8).astype(
        "datetime64[D]"
    )
    late = np.where(numbers.random(len(of)) < 0.015, 366, 0)  # a year older than their class
    return start + numbers.integers(0, 365, len(of)) - late


def _entry_days(
    roster: Roster, of: Array, assumptions: Assumptions, numbers: np.random.Generator
) -> Array:
    grade = np.where(roster.kind[of] == _MIXED, 1, roster.grade[of])
    year = assumptions.school_year - grade + 1
    first_day = ((year - 1970).astype("datetime64[Y]").astype("datetime64[M]") + 8).astype(
        "datetime64[D]"
    )
    moved = (grade > 1) & (numbers.random(len(of)) < 0.03)
    return first_day + np.where(moved, numbers.integers(30, 300, len(of)), 0)


def _enrolment(
    roster: Roster, of: Array, assumptions: Assumptions, numbers: np.random.Generator
) -> dict[str, Column]:
    faults = assumptions["faults"]
    left = numbers.random(len(of)) < float(faults["students_who_left"])
    unplaced = numbers.random(len(of)) < float(faults["students_without_class"])
    today = np.datetime64(assumptions.today, "D")
    days = today - numbers.integers(1, 26, len(of))
    return {
        "school_class_id": Column(values=roster.class_key[of], present=~(left | unplaced)),
        "left_on": Column(values=days, present=left),
    }


def _circumstances(
    roster: Roster, of: Array, assumptions: Assumptions, numbers: np.random.Generator
) -> dict[str, Column]:
    block: Any = assumptions["families"]
    setting = roster.setting[of]
    draws = numbers.random((4, len(of)))

    def share(name: str) -> Array:
        return np.array([float(block[name][word]) for word in SETTINGS])[setting]

    migrant = draws[0] < share("migrant")
    boarders = np.array([float(block["boarder_share"].get(stage, 0)) for stage in STAGES])[
        roster.stage[of]
    ]
    elsewhere = text(roster.other_divisions)[
        numbers.integers(0, len(roster.other_divisions), len(of))
    ]
    household = np.where(migrant, elsewhere, np.full(len(of), roster.division.encode()))
    outside = migrant & (numbers.random(len(of)) < 0.6)
    rural_register = numbers.random(len(of)) < np.array((0.12, 0.45, 0.93))[setting]
    return {
        "household_division_id": Column(values=household, present=~outside),
        "residence": Column(values=pick(("urban", "rural"), rural_register.astype(int))),
        "is_boarder": Column(values=roster.is_boarding[of] & (draws[1] < boarders)),
        "is_migrant": Column(values=migrant),
        "is_left_behind": Column(values=~migrant & (draws[2] < share("left_behind"))),
        "has_disability": Column(
            values=(draws[3] < float(block["disability"])) | (roster.stage[of] == _SPECIAL)
        ),
        "preschool_years": _preschool_years(roster, of, assumptions, numbers),
    }


def _preschool_years(
    roster: Roster, of: Array, assumptions: Assumptions, numbers: np.random.Generator
) -> Column:
    faults = assumptions["faults"]
    shares = {int(years): float(share) for years, share in faults["preschool_years"].items()}
    upto = np.cumsum(list(shares.values()))
    drawn = np.minimum(np.searchsorted(upto, numbers.random(len(of))), len(shares) - 1)
    written = (roster.stage[of] == _PRIMARY) & (
        numbers.random(len(of)) >= float(faults["preschool_years_missing"])
    )
    return Column(values=np.array(list(shares))[drawn], present=written)


__all__ = ["SETTINGS", "Families", "Roster", "children_tables"]
