"""Forms school groups in the four forms of the plan's 3.2, and a few restrictions."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from xuezheng.site.city.assumptions import Assumptions
from xuezheng.site.city.institutions import Sketch
from xuezheng.site.city.register import Register
from xuezheng.site.city.streams import generator
from xuezheng.site.city.tables import Column, Table, constant, dates, optional_text, text

_TITLES = {
    "learning_zone": "学区",
    "school_group": "教育集团",
    "town_country_community": "城乡教育共同体",
    "rural_alliance": "农村学校联盟",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    form: str
    lead: int
    members: tuple[int, ...]
    formed_on: np.datetime64


def group_tables(register: Register, assumptions: Assumptions, seed: str) -> tuple[Table, Table]:
    """Lay out the groups and their members."""
    groups: list[_Group] = []
    for code in sorted({sketch.division.code for sketch in register.sketches}):
        local = [
            s
            for s in register.sketches
            if s.division.code == code and s.place not in register.closed
        ]
        groups += _form(local, generator(seed, "groups", code), assumptions)
    keys = np.arange(1, len(groups) + 1)
    leads = np.array([group.lead for group in groups])
    names = _numbered(
        f"{register.sketches[g.lead].township.stem_zh}{register.names[g.lead].word}{_TITLES[g.form]}"
        for g in groups
    )
    formed = Table(
        name="registry_schoolgroup",
        columns={
            "id": Column(values=keys),
            "form": Column(values=text(group.form for group in groups)),
            "name_zh": Column(values=text(names)),
            "division_id": Column(
                values=text(register.sketches[g.lead].division.code for g in groups)
            ),
            "lead_id": Column(values=register.codes[leads]),
            "formed_on": dates(group.formed_on for group in groups),
            "dissolved_on": dates([None] * len(groups)),
        },
    )
    pairs = [
        (key, member, g.formed_on)
        for key, g in zip(keys, groups, strict=True)
        for member in (g.lead, *g.members)
    ]
    members = Table(
        name="registry_schoolgroupmember",
        columns={
            "id": Column(values=np.arange(1, len(pairs) + 1)),
            "group_id": Column(values=np.array([pair[0] for pair in pairs])),
            "institution_id": Column(values=register.codes[np.array([pair[1] for pair in pairs])]),
            "joined_on": dates(pair[2] for pair in pairs),
            "left_on": dates([None] * len(pairs)),
        },
    )
    return formed, members


def restriction_table(register: Register, assumptions: Assumptions, seed: str) -> Table:
    """Lay out some bars on institutions, as later parts read and write them."""
    numbers = generator(seed, "restrictions")
    acts = (
        (
            "honours.apply",
            "师德失范问题整改期内，不得参加评优。",
            "《新时代中小学教师职业行为十项准则》",
        ),
        ("admissions.recruit", "违规提前招生，减少下一年招生计划。", "《民办教育促进法实施条例》"),
        (
            "honours.apply",
            "食品安全责任事件，一年内不得申报。",
            "《学校食品安全与营养健康管理规定》",
        ),
    )
    count = 24
    places = numbers.choice(len(register.sketches), count, replace=False)
    turns = np.arange(count) % len(acts)
    begins = [
        np.datetime64(assumptions.today, "D") - int(days)
        for days in numbers.integers(5, 500, count)
    ]
    lifted = [
        day + 200 if turn % 5 == 4 and day + 200 < np.datetime64(assumptions.today, "D") else None
        for turn, day in enumerate(begins)
    ]
    return Table(
        name="registry_restriction",
        columns={
            "id": Column(values=np.arange(1, count + 1)),
            "party_kind": Column(values=constant("institution", count)),
            "party_id": Column(values=register.codes[places]),
            "division_id": Column(
                values=text(register.sketches[int(p)].division.code for p in places)
            ),
            "barred_from": Column(values=text(acts[turn][0] for turn in turns)),
            "valid_from": dates(begins),
            "valid_to": dates(day + 365 for day in begins),
            "reason": Column(values=text(acts[turn][1] for turn in turns)),
            "legal_basis": Column(values=text(acts[turn][2] for turn in turns)),
            "source": Column(values=text(f"demonstration:{turn + 1}" for turn in range(count))),
            "lifted_on": dates(lifted),
            "lifted_reason": optional_text(
                "整改验收合格" if day is not None else "" for day in lifted
            ),
        },
    )


def _numbered(names: Iterable[str]) -> list[str]:
    taken: Counter[str] = Counter()
    unique = []
    for name in names:
        taken[name] += 1
        unique.append(name if taken[name] == 1 else f"{name}（{taken[name]}）")
    return unique


def _form(
    local: Sequence[Sketch], numbers: np.random.Generator, assumptions: Assumptions
) -> list[_Group]:
    compulsory = [
        s for s in local if s.kind in ("primary", "nine_year", "junior") and s.ownership == "public"
    ]
    city = [s.place for s in compulsory if s.setting == "urban"]
    town = [s.place for s in compulsory if s.setting == "town"]
    rural = [s.place for s in compulsory if s.setting == "rural"]
    day = np.datetime64(f"{assumptions.school_year}-09-01", "D")

    def cut(pool: list[int], size: int) -> list[list[int]]:
        mixed = [pool[int(place)] for place in numbers.permutation(len(pool))]
        return [
            mixed[at : at + size]
            for at in range(0, len(mixed) - 1, size)
            if len(mixed[at : at + size]) > 1
        ]

    groups = []
    for form, sets in (
        ("learning_zone", cut(city, 7)),
        ("school_group", cut(city[: len(city) // 2] + town[: len(town) // 4], 4)),
        ("town_country_community", cut(town + rural[: len(rural) // 2], 5)),
        ("rural_alliance", cut(rural, 4)),
    ):
        for members in sets:
            back = int(numbers.choice((0, 0, 120, 184, 365, 730, 1096)))
            lead, *others = members
            groups.append(_Group(form=form, lead=lead, members=tuple(others), formed_on=day - back))
    return groups
