"""Members of staff, their posts through time, and their certificates."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from xuezheng.apps.registry.identity import IdentityKeys
from xuezheng.site.city.assumptions import Assumptions
from xuezheng.site.city.classes import STAGES
from xuezheng.site.city.identity_numbers import identity_numbers, numbered
from xuezheng.site.city.naming import PersonNames
from xuezheng.site.city.register import Register, divisions_of
from xuezheng.site.city.sealing import seal
from xuezheng.site.city.staffing import NO_STAGE, POST, POSTS, Staffing
from xuezheng.site.city.streams import generator
from xuezheng.site.city.tables import Array, Column, Table, concatenate, constant, pick, text

_FEMALE_SHARE = {
    "kindergarten": 0.97,
    "primary": 0.8,
    "junior": 0.7,
    "senior": 0.58,
    "vocational": 0.55,
    "special": 0.8,
}
_EDUCATION = ("secondary", "college", "bachelor", "master", "doctor")
_EDUCATION_SHARES = {
    "kindergarten": (0.06, 0.55, 0.38, 0.01, 0.0),
    "primary": (0.02, 0.26, 0.69, 0.03, 0.0),
    "junior": (0.005, 0.095, 0.83, 0.07, 0.0),
    "senior": (0.0, 0.015, 0.82, 0.16, 0.005),
    "vocational": (0.01, 0.09, 0.78, 0.12, 0.0),
    "special": (0.02, 0.2, 0.74, 0.04, 0.0),
}
_BACKBONE = ("", "county", "city", "province", "nation")
_BACKBONE_UPTO = (0.7, 0.86, 0.966, 0.997)
_EMPLOYMENT = ("establishment", "contract", "special_post")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """Members of staff who came from another institution during the year: who, from where, when."""

    rows: Array
    came_from: Array
    on: Array


def staff_tables(
    register: Register, staffing: Staffing, assumptions: Assumptions, keys: IdentityKeys, seed: str
) -> tuple[Table, Table, Table]:
    """Lay out staff, posts and qualifications."""
    numbers = generator(seed, "staff")
    rows = len(staffing.place)
    is_male, born = _people(register, staffing, assumptions, numbers)
    exchange = _exchange(register, staffing, assumptions, generator(seed, "exchange"))
    joined = _joined(register, staffing, born, assumptions, numbers)
    joined[exchange.rows] = exchange.on
    staff_numbers = numbered("T", 900_000_001, rows, 10)
    plain = identity_numbers(int(assumptions["identity_numbers"]["staff"]), born, is_male)
    cipher, index = seal("staff", staff_numbers, plain, keys)
    names = PersonNames(assumptions)
    is_teacher = staffing.post <= POST["teacher"]
    age = assumptions.school_year - (born.astype("datetime64[Y]").astype(int) + 1970)
    special_post = (
        staffing.on_establishment
        & is_teacher
        & (age < 30)
        & _is_rural(register)[staffing.place]
        & (numbers.random(rows) < 0.3)
    )
    employment = np.where(special_post, 2, np.where(staffing.on_establishment, 0, 1))
    backbone = np.where(
        is_teacher & (age > 29), np.searchsorted(_BACKBONE_UPTO, numbers.random(rows)), 0
    )
    staff = Table(
        name="registry_staff",
        columns={
            "id": Column(values=np.arange(1, rows + 1)),
            "number": Column(values=staff_numbers),
            "name": Column(
                values=names.compose(names.draw_surnames(rows, numbers), is_male, numbers)
            ),
            "sex": Column(values=pick(("f", "m"), is_male.astype(int))),
            "birth_date": Column(values=born),
            "identity_cipher": Column(values=cipher),
            "identity_index": Column(values=index),
            "division_id": Column(values=divisions_of(register)[staffing.place]),
            "institution_id": Column(values=register.codes[staffing.place]),
            "employment": Column(values=pick(_EMPLOYMENT, employment)),
            "is_full_time": Column(values=numbers.random(rows) < np.where(is_teacher, 0.985, 0.93)),
            "education": Column(values=pick(_EDUCATION, _education(register, staffing, numbers))),
            "professional_title": Column(values=_titles(staffing, age, assumptions, numbers)),
            "backbone_level": Column(values=pick(_BACKBONE, backbone)),
            "joined_on": Column(values=joined),
            "left_on": Column(values=joined, present=np.zeros(rows, bool)),
        },
    )
    posts = _post_table(register, staffing, joined, exchange, assumptions, numbers)
    return (
        staff,
        posts,
        _qualification_table(staffing, born, assumptions, generator(seed, "qualifications")),
    )


def _people(
    register: Register, staffing: Staffing, assumptions: Assumptions, numbers: np.random.Generator
) -> tuple[Array, Array]:
    rows = len(staffing.place)
    stage = _teaching_stage(register, staffing)
    female = np.array([_FEMALE_SHARE[name] for name in STAGES])[stage]
    female = np.where((staffing.post < POST["teacher"]) & (stage > 0), female - 0.3, female)
    is_male = numbers.random(rows) >= female
    age = np.clip(numbers.normal(40, 9.5, rows), 22, np.where(is_male, 59, 54))
    age = np.where(staffing.post < POST["teacher"], np.clip(age + 7, 32, 59), age)
    today = np.datetime64(assumptions.today, "D")
    return is_male, today - (age * 365.25).astype(int) - numbers.integers(0, 365, rows)


def _teaching_stage(register: Register, staffing: Staffing) -> Array:
    main = register.classes_of.argmax(axis=1)
    return np.where(staffing.stage == NO_STAGE, main[staffing.place], staffing.stage)


def _education(register: Register, staffing: Staffing, numbers: np.random.Generator) -> Array:
    upto = np.cumsum([_EDUCATION_SHARES[name] for name in STAGES], axis=1)[
        _teaching_stage(register, staffing)
    ]
    low = np.isin(staffing.post, [POST["care_worker"], POST["support"]])
    drawn = (numbers.random(len(staffing.place))[:, None] > upto).sum(axis=1)
    return np.where(low, 0, np.minimum(drawn, len(_EDUCATION) - 1))


def _titles(
    staffing: Staffing, age: Array, assumptions: Assumptions, numbers: np.random.Generator
) -> Array:
    titles = ("", *assumptions.names["titles"]["school"])
    level = 1 + np.searchsorted((33, 44, 56.5), age + numbers.normal(0, 3, len(age)))
    return pick(titles, np.where(staffing.post <= POST["teacher"], level, 0))


def _joined(
    register: Register,
    staffing: Staffing,
    born: Array,
    assumptions: Assumptions,
    numbers: np.random.Generator,
) -> Array:
    first = born.astype("datetime64[Y]").astype(int) + 1970 + 23
    opened = (
        np.array(register.history.opened_on).astype("datetime64[Y]").astype(int)[staffing.place]
        + 1970
    )
    earliest = np.minimum(np.maximum(first, opened), assumptions.school_year)
    year = numbers.integers(earliest, assumptions.school_year + 1)
    first_day = (year - 1970).astype("datetime64[Y]").astype("datetime64[M]") + 8
    # Whoever joined an institution that opened this year came on its first day or later.
    joined: Array = np.maximum(
        first_day.astype("datetime64[D]"), np.array(register.history.opened_on)[staffing.place]
    )
    return joined


def _exchange(
    register: Register, staffing: Staffing, assumptions: Assumptions, numbers: np.random.Generator
) -> Exchange:
    # Posts change hands in rings inside a division and kind: each takes the place that the one before left, so no
    # school has two heads or none, not even for a day.
    year = assumptions["year"]
    sketches = register.sketches
    fits = np.array(
        [s.kind in ("primary", "junior", "nine_year") and s.ownership == "public" for s in sketches]
    )
    old = np.array(register.history.opened_on) < np.datetime64(
        f"{assumptions.school_year}-01-01", "D"
    )
    eligible = (fits & old)[staffing.place] & staffing.on_establishment
    _, pools = np.unique([f"{s.division.code}{s.kind}" for s in sketches], return_inverse=True)
    rows, came_from, days = [], [], []
    for post, key in (("head", "heads_exchanged"), ("teacher", "teachers_exchanged")):
        found = numbers.permutation(np.flatnonzero(eligible & (staffing.post == POST[post])))
        for ring in _rings(
            found, pools[staffing.place[found]], staffing.place[found], int(year[key])
        ):
            day = numbers.choice(
                np.array(year["exchange_days"], "datetime64[D]"), p=year["exchange_day_shares"]
            )
            rows += ring
            came_from += [int(staffing.place[row]) for row in (ring[-1], *ring[:-1])]
            days += [day] * len(ring)
    return Exchange(
        rows=np.array(rows), came_from=np.array(came_from), on=np.array(days, "datetime64[D]")
    )


def _rings(rows: Array, pools: Array, places: Array, wanted: int) -> list[list[int]]:
    """Cut people into rings of two or three from different institutions of one pool, `wanted` in all."""
    rings: list[list[int]] = []
    left = wanted
    waiting: dict[int, list[tuple[int, int]]] = {}
    for row, pool, place in zip(rows.tolist(), pools.tolist(), places.tolist(), strict=True):
        ring = waiting.setdefault(pool, [])
        if any(place == other for _, other in ring):
            continue
        ring.append((row, place))
        size = 3 if left == 3 else 2
        if len(ring) == size:
            rings.append([member for member, _ in ring])
            left -= size
            waiting[pool] = []
        if left < 2:
            break
    return rings


def _post_table(
    register: Register,
    staffing: Staffing,
    joined: Array,
    exchange: Exchange,
    assumptions: Assumptions,
    numbers: np.random.Generator,
) -> Table:
    subjects = _subjects(staffing, assumptions, numbers)
    everyone = np.arange(len(staffing.place))
    now = _posts(register, staffing, everyone, staffing.place, subjects, joined, None)
    began = exchange.on - numbers.integers(3, 14, len(exchange.rows)) * 365
    before = _posts(
        register, staffing, exchange.rows, exchange.came_from, subjects, began, exchange.on
    )
    table = concatenate([before, now])
    return Table(
        name=table.name,
        columns={"id": Column(values=np.arange(1, table.rows + 1)), **table.columns},
    )


def _posts(
    register: Register,
    staffing: Staffing,
    rows: Array,
    place: Array,
    subjects: Array,
    begin: Array,
    end: Array | None,
) -> Table:
    stage_words = text((*STAGES, ""))
    return Table(
        name="registry_staffpost",
        columns={
            "staff_id": Column(values=rows + 1),
            "institution_id": Column(values=register.codes[place]),
            "division_id": Column(values=divisions_of(register)[place]),
            "kind": Column(values=pick(POSTS, staffing.post[rows])),
            "stage": Column(values=stage_words[staffing.stage[rows]]),
            "subject": Column(values=subjects[rows]),
            "is_establishment": Column(values=staffing.on_establishment[rows]),
            "valid_from": Column(values=begin),
            "valid_to": Column(
                values=begin if end is None else end, present=np.full(len(rows), end is not None)
            ),
        },
    )


def _subjects(staffing: Staffing, assumptions: Assumptions, numbers: np.random.Generator) -> Array:
    by_stage: Mapping[str, Mapping[str, float]] = assumptions.names["subjects"]
    words = sorted({subject for subjects in by_stage.values() for subject in subjects})
    chosen = np.full(len(staffing.place), len(words))
    draws = numbers.random(len(staffing.place))
    for stage, name in enumerate(STAGES):
        rows = np.flatnonzero((staffing.stage == stage) & (staffing.post == POST["teacher"]))
        weights = np.array(list(by_stage[name].values()), dtype=float)
        places = np.array([words.index(subject) for subject in by_stage[name]])
        picked = np.searchsorted(np.cumsum(weights / weights.sum()), draws[rows])
        chosen[rows] = places[np.minimum(picked, len(places) - 1)]
    subjects: Array = text((*words, ""))[chosen]
    return subjects


def _qualification_table(
    staffing: Staffing, born: Array, assumptions: Assumptions, numbers: np.random.Generator
) -> Table:
    rows = len(staffing.place)
    faults = assumptions["faults"]
    today = np.datetime64(assumptions.today, "D")
    teaches = staffing.post <= POST["teacher"]
    is_health = staffing.post == POST["health"]
    draw = numbers.random(rows)
    expired = is_health & (numbers.random(rows) < float(faults["health_licence_expired"]))
    kinds = (
        (
            "teacher_certificate",
            teaches & (draw >= float(faults["teachers_without_certificate"])),
            24,
            "",
        ),
        ("health_licence", is_health & (draw < 0.96), 25, ""),
        ("head_training", (staffing.post == POST["head"]) & (draw < 0.93), 38, ""),
        ("putonghua", teaches & (draw < 0.34), 23, "二级甲等"),
    )
    parts = []
    for kind, holds, age, level in kinds:
        who = np.flatnonzero(holds)
        obtained = np.minimum(
            born[who] + int(age * 365.25) + numbers.integers(0, 900, len(who)), today - 30
        )
        ends = np.where(
            expired[who],
            today - numbers.integers(10, 700, len(who)),
            today + numbers.integers(60, 1800, len(who)),
        )
        parts.append(
            Table(
                name="registry_staffqualification",
                columns={
                    "staff_id": Column(values=who + 1),
                    "kind": Column(values=constant(kind, len(who))),
                    "level": Column(values=constant(level, len(who))),
                    "certificate_number": Column(values=numbered("XZ", 10_000_000, len(who), 9)),
                    "obtained_on": Column(values=obtained),
                    "expires_on": Column(
                        values=ends, present=np.full(len(who), kind == "health_licence")
                    ),
                },
            )
        )
    table = concatenate(parts)
    return Table(
        name=table.name,
        columns={"id": Column(values=np.arange(1, table.rows + 1)), **table.columns},
    )


def _is_rural(register: Register) -> Array:
    return np.array([sketch.setting == "rural" for sketch in register.sketches])
