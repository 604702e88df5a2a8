"""Chooses whose people are loaded: at a scale below 1, whole institutions that together hold that share of the children.

Institutions, classes (with the numbers that schools report), rooms, links, kitchens and staff are complete at every
scale, so figures of the plan that count those are the same at one in twenty as in the whole city. Only the files of
single children and their guardians grow with the scale.
"""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from xuezheng.site.city.institutions import Sketch
from xuezheng.site.city.tables import Array

_GROUPS = (
    ("kindergarten",),
    ("primary", "teaching_point"),
    ("nine_year",),
    ("junior",),
    ("senior", "complete_secondary", "twelve_year"),
    ("vocational",),
    ("special",),
)


def choose_institutions(
    sketches: Sequence[Sketch], pupils: Array, scale: Fraction, *, oversize_from: int
) -> Array:
    """Choose the institutions whose children have files.

    Walks kind by kind through the divisions and takes, each time, the institution whose size comes nearest to what the
    division's share still lacks; what remains is carried to the next division. So every division has some of its own
    wherever its share allows, and the city's total comes out right.

    Two things are taken first: the part of the oversized schools that the scale asks for, because they are too large to
    come nearest to any small share; and the first public primary school and the first private institution of the first
    division, where the head, the teacher and the operator of the demonstration work.

    Args:
        sketches: All institutions.
        pupils: Their pupils.
        scale: Share of the children, above 0 and at most 1.
        oversize_from: From how many pupils a school is oversized.

    Returns:
        A mask over the institutions.
    """
    chosen = np.zeros(len(sketches), bool)
    if scale == 1:
        chosen[:] = True
        return chosen
    codes = np.array([sketch.division.code for sketch in sketches])
    kinds = np.array([sketch.kind for sketch in sketches])
    oversized = np.flatnonzero(np.isin(kinds, ("primary", "junior")) & (pupils >= oversize_from))
    chosen[oversized[: round(len(oversized) * scale)]] = True
    chosen[_shown(sketches, pupils)] = True
    for group in _GROUPS:
        carried = -float(pupils[chosen & np.isin(kinds, group)].sum())
        for code in sorted(set(codes)):
            here = (codes == code) & np.isin(kinds, group) & (pupils > 0)
            members = np.flatnonzero(here & ~chosen)
            carried += float(scale) * float(pupils[here].sum())
            carried -= _take(members, pupils, carried, chosen)
    return chosen


def _shown(sketches: Sequence[Sketch], pupils: Array) -> list[int]:
    school = (s.place for s in sketches if s.kind == "primary" and s.ownership == "public")
    private = (s.place for s in sketches if s.ownership != "public")
    return [next(place for place in places if pupils[place] > 0) for places in (school, private)]


def _take(members: Array, pupils: Array, wanted: float, chosen: Array) -> float:
    taken = 0.0
    free = list(members)
    while free:
        sizes = pupils[free]
        # An institution is worth taking while it brings the sum nearer to what is wanted.
        best = int(np.abs(sizes - (wanted - taken)).argmin())
        if abs(wanted - taken - float(sizes[best])) >= abs(wanted - taken):
            break
        chosen[free[best]] = True
        taken += float(sizes[best])
        free.pop(best)
    return taken
