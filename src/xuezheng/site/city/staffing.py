"""How many people each institution has in each post, and how many posts it was granted."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from xuezheng.site.city.assumptions import Assumptions
from xuezheng.site.city.classes import STAGES
from xuezheng.site.city.register import Register
from xuezheng.site.city.streams import generator
from xuezheng.site.city.tables import Array

POSTS = ("head", "deputy_head", "teacher", "care_worker", "health", "administration", "support")
POST = {name: place for place, name in enumerate(POSTS)}
NO_STAGE = len(STAGES)
_KINDERGARTEN = STAGES.index("kindergarten")


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffing:
    """One entry a member of staff, as arrays of one length; and the posts granted by institution.

    Attributes:
        post: Place in `POSTS`.
        stage: Place in `STAGES`, or `NO_STAGE`.
        on_establishment: Whether the post is one of the establishment.
        granted: Teacher posts granted; None where not reported or private.
    """

    place: Array
    post: Array
    stage: Array
    on_establishment: Array
    granted: Sequence[int | None]


def plan_staff(register: Register, assumptions: Assumptions, seed: str) -> Staffing:
    """Fill the posts of every institution, with the gaps that the faults ask for."""
    numbers = generator(seed, "staffing")
    block = assumptions["staffing"]
    teachers = _teachers(register, assumptions, numbers)
    classes = register.classes_of.sum(axis=1)
    open_ = classes > 0
    branch = np.array([sketch.kind == "teaching_point" for sketch in register.sketches])
    care = np.round(
        register.classes_of[:, _KINDERGARTEN] * float(block["care_workers_a_kindergarten_class"])
    )
    counts = {
        "head": (open_ & ~branch).astype(int),
        "deputy_head": np.minimum(classes // int(block["classes_a_deputy"]), 4),
        "care_worker": care.astype(int),
        "health": _health(register, assumptions, numbers),
        "administration": np.round(classes * float(block["administration_a_class"])).astype(int),
        "support": np.round(classes * float(block["support_a_class"])).astype(int),
    }
    pieces = [
        *(_expand(numbers_of, POST[post]) for post, numbers_of in counts.items()),
        *(_expand(teachers[:, stage], POST["teacher"], stage) for stage in range(len(STAGES))),
    ]
    place, post, stage_of = (np.concatenate(parts) for parts in zip(*pieces, strict=True))
    established = _established(register, place, post, stage_of, assumptions, numbers)
    return Staffing(
        place=place,
        post=post,
        stage=stage_of,
        on_establishment=established,
        granted=_granted(
            register, place[(post == POST["teacher"]) & established], assumptions, numbers
        ),
    )


def _teachers(register: Register, assumptions: Assumptions, numbers: np.random.Generator) -> Array:
    ratio = np.array(
        [float(assumptions["staffing"]["teachers_a_class"][stage]) for stage in STAGES]
    )
    exact = register.classes_of * ratio * numbers.normal(1, 0.06, (len(register.sketches), 1))
    # Chance decides on the fraction, so that small kindergartens are not all rounded the same way.
    teachers = np.floor(exact + numbers.random(exact.shape)).astype(int)
    return np.where(register.classes_of > 0, np.maximum(1, teachers), 0)


def _health(register: Register, assumptions: Assumptions, numbers: np.random.Generator) -> Array:
    pupils = register.pupils_of.sum(axis=1)
    needed = np.ceil(
        pupils / float(assumptions["staffing"]["pupils_a_health_professional"])
    ).astype(int)
    kindergarten = register.pupils_of[:, _KINDERGARTEN] > 0
    duty = (register.is_boarding | (pupils >= 600)) & (pupils > 0) & ~kindergarten
    lacking = numbers.random(len(pupils)) < float(
        assumptions["faults"]["boarding_or_large_without_health"]
    )
    voluntary = numbers.random(len(pupils)) < np.where(kindergarten, 0.55, 0.3)
    few = np.minimum(np.maximum(needed, 1), 3)
    return np.where(duty, np.where(lacking, 0, few), (voluntary & (pupils > 60)).astype(int))


def _expand(counts: Array, post: int, stage: int = NO_STAGE) -> tuple[Array, Array, Array]:
    place = np.repeat(np.arange(len(counts)), counts)
    return place, np.full(len(place), post), np.full(len(place), stage)


def _established(
    register: Register,
    place: Array,
    post: Array,
    stage: Array,
    assumptions: Assumptions,
    numbers: np.random.Generator,
) -> Array:
    shares = assumptions["staffing"]["establishment_share"]
    by_stage = np.array([*(float(shares[name]) for name in STAGES), 0.8])
    public = np.array([sketch.ownership == "public" for sketch in register.sketches])
    tenured = ~np.isin(post, [POST["care_worker"], POST["support"]])
    established: Array = (
        public[place]
        & tenured
        & ((numbers.random(len(place)) < by_stage[stage]) | (post == POST["head"]))
    )
    return established


def _granted(
    register: Register, teachers: Array, assumptions: Assumptions, numbers: np.random.Generator
) -> list[int | None]:
    filled = np.bincount(teachers, minlength=len(register.sketches))
    faults = assumptions["faults"]
    vacant = numbers.random(len(filled)) < float(faults["kindergartens_below_posts"])
    silent = numbers.random(len(filled)) < float(faults["posts_not_reported"])
    missing = 1 + numbers.integers(0, np.maximum(1, filled // 5 + 1))
    spare = numbers.integers(0, np.maximum(1, filled // 12 + 1))
    granted: list[int | None] = []
    for place, sketch in enumerate(register.sketches):
        if sketch.ownership != "public" or silent[place] or place in register.closed:
            granted.append(None)
        else:
            granted.append(
                int(
                    filled[place] + missing[place]
                    if vacant[place]
                    else max(0, filled[place] - spare[place])
                )
            )
    return granted
