"""Everything about the city but its children's files: computed in memory, before a row is loaded."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from xuezheng.apps.registry.identity import IdentityKeys
from xuezheng.policy import Pack
from xuezheng.site.city.assumptions import Assumptions
from xuezheng.site.city.children import SETTINGS
from xuezheng.site.city.classes import Classes, class_table, form_classes
from xuezheng.site.city.classes_before import classes_before
from xuezheng.site.city.geography import DivisionPlace, lay_out
from xuezheng.site.city.groups import group_tables, restriction_table
from xuezheng.site.city.holdings import equipment_table, kitchen_table
from xuezheng.site.city.institutions import Sketch, counts_by_division, sketch_division
from xuezheng.site.city.naming import name_institutions
from xuezheng.site.city.network import link_table
from xuezheng.site.city.population import DivisionPupils, count_pupils
from xuezheng.site.city.register import (
    Register,
    campus_table,
    campuses_of_classes,
    institution_table,
    make_register,
    ownership_table,
)
from xuezheng.site.city.rooms import facility_table
from xuezheng.site.city.roster import Roster
from xuezheng.site.city.sampling import choose_institutions
from xuezheng.site.city.shares import allot
from xuezheng.site.city.staff import staff_tables
from xuezheng.site.city.staffing import plan_staff
from xuezheng.site.city.tables import Table, concatenate
from xuezheng.site.city.year import choose_closed, write_history


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """The city's divisions, institutions and classes.

    Attributes:
        before: The classes of the school year before, of which there are reports only.
    """

    assumptions: Assumptions
    seed: str
    divisions: tuple[DivisionPlace, ...]
    pupils: tuple[DivisionPupils, ...]
    register: Register
    classes: Classes
    before: Classes


def draw_blueprint(pack: Pack, assumptions: Assumptions, seed: str) -> Blueprint:
    """Draw the city from its pack."""
    rows = [
        {"code": d.code, "name_zh": d.name.zh, "kind": d.kind, **d.facts} for d in pack.divisions
    ]
    shapes = {str(f["id"]): f["geometry"] for f in pack.geography.boundaries["features"]}
    divisions = lay_out(rows, shapes, assumptions, seed)
    pupils = tuple(
        count_pupils(d, assumptions, school_year=assumptions.school_year) for d in divisions
    )
    sketches = _sketch_city(divisions, pupils, assumptions, seed)
    closed = choose_closed(sketches, assumptions, seed)
    gone = [sketches[place] for place in sorted(closed)]
    sketches = [replace(s, pupils={}) if s.place in closed else s for s in sketches]
    classes = form_classes(sketches, assumptions, first_key=1, seed=seed)
    history = write_history(sketches, closed, assumptions, seed)
    register = make_register(
        sketches,
        classes,
        name_institutions(sketches, assumptions, seed),
        history,
        closed,
        assumptions,
        seed,
    )
    return Blueprint(
        assumptions=assumptions,
        seed=seed,
        divisions=divisions,
        pupils=pupils,
        register=register,
        classes=classes,
        before=classes_before(
            classes,
            sketches,
            gone,
            np.array(history.opened_on) >= np.datetime64(f"{assumptions.school_year}-09-01", "D"),
            (divisions, pupils),
            assumptions,
            seed,
        ),
    )


def register_tables(blueprint: Blueprint, keys: IdentityKeys) -> Iterator[Table]:
    """Lay out, one after another, all tables that do not depend on the scale."""
    register, assumptions, seed = blueprint.register, blueprint.assumptions, blueprint.seed
    staffing = plan_staff(register, assumptions, seed)
    yield institution_table(register, staffing.granted, assumptions, seed)
    yield ownership_table(register)
    campuses = campus_table(register, assumptions, seed)
    yield campuses
    yield from group_tables(register, assumptions, seed)
    yield restriction_table(register, assumptions, seed)
    years = []
    for classes in (blueprint.classes, blueprint.before):
        of_classes = campuses_of_classes(campuses, register, classes)
        years.append(class_table(classes, register.sketches, register.codes, of_classes))
    yield concatenate(years)
    yield facility_table(register, assumptions, seed)
    yield equipment_table(register, assumptions, seed)
    yield kitchen_table(register, assumptions, seed)
    yield link_table(register, assumptions, seed)
    yield from staff_tables(register, staffing, assumptions, keys, seed)


def draw_rosters(blueprint: Blueprint, scale: Fraction) -> list[Roster]:
    """List, by division, the classes whose children get files."""
    register, classes = blueprint.register, blueprint.classes
    chosen = choose_institutions(
        register.sketches,
        register.pupils_of.sum(axis=1),
        scale,
        oversize_from=int(blueprint.assumptions["sizes"]["oversize_pupils"][0]),
    )
    owners = np.array([sketch.division.code for sketch in register.sketches])[classes.place]
    settings = np.array([SETTINGS.index(sketch.setting) for sketch in register.sketches])
    codes = tuple(division.code for division in blueprint.divisions)
    area = int(blueprint.assumptions["identity_numbers"]["children_from"])
    rosters, first = [], 1
    for place, code in enumerate(codes):
        mask = (owners == code) & chosen[classes.place]
        of = classes.place[mask]
        roster = Roster(
            division=code,
            other_divisions=codes,
            first=first,
            area=area + place,
            junior_entry_age=11 if blueprint.pupils[place].structure == "5-4" else 12,
            class_key=classes.key[mask],
            codes=register.codes[of],
            stage=classes.stage[mask],
            grade=classes.grade[mask],
            kind=classes.kind[mask],
            pupils=classes.pupils[mask],
            setting=settings[of],
            is_boarding=register.is_boarding[of],
        )
        rosters.append(roster)
        first += roster.children
    return rosters


def _sketch_city(
    divisions: tuple[DivisionPlace, ...],
    pupils: tuple[DivisionPupils, ...],
    assumptions: Assumptions,
    seed: str,
) -> list[Sketch]:
    counts = counts_by_division(divisions, pupils, assumptions)
    crowded = [p.of("primary") * d.urban_share**3 for d, p in zip(divisions, pupils, strict=True)]
    oversize = allot(int(assumptions["sizes"]["oversize_schools"]), crowded)
    sketches: list[Sketch] = []
    for place, division in enumerate(divisions):
        sketches += sketch_division(
            division, pupils[place], counts[place], assumptions, oversize=oversize[place], seed=seed
        )
    return [replace(sketch, place=place) for place, sketch in enumerate(sketches)]
