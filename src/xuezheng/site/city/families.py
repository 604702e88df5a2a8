"""Families: which children are brothers and sisters, and who answers for them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xuezheng.apps.registry.identity import IdentityKeys
from xuezheng.site.city.assumptions import Assumptions
from xuezheng.site.city.identity_numbers import identity_numbers, mobile_numbers
from xuezheng.site.city.naming import PersonNames
from xuezheng.site.city.roster import Roster
from xuezheng.site.city.sealing import seal
from xuezheng.site.city.streams import generator
from xuezheng.site.city.tables import Array, Column, Table, pick

_RELATIONS = ("mother", "father", "grandparent")
_MOTHER, _FATHER, _GRANDPARENT = range(3)
_YEARS_OLDER = {_MOTHER: (21, 36), _FATHER: (22, 40), _GRANDPARENT: (47, 62)}
_SIBLING_GAP_DAYS = 320


@dataclass(frozen=True, slots=True, kw_only=True)
class Families:
    """What the families of a division give: surnames of the children, guardians, links."""

    surnames: Array
    guardians: Table
    links: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class _Making:
    """What every part of a family is made with."""

    names: PersonNames
    assumptions: Assumptions
    keys: IdentityKeys
    numbers: np.random.Generator


def found_families(
    roster: Roster,
    born: Array,
    *,
    place_order: Array,
    assumptions: Assumptions,
    keys: IdentityKeys,
    seed: str,
) -> Families:
    """Found the families of a division's children.

    Args:
        roster: The division.
        born: Birth date of each child.
        place_order: Place of each child's class; brothers and sisters are mostly in classes near each other.
        assumptions: The pack's assumptions.
        keys: The installation's keys.
        seed: Seed of the city.
    """
    numbers = generator(seed, "families", roster.division)
    block = assumptions["families"]
    family = _join_siblings(born, place_order, float(block["with_sibling_share"]), numbers)
    count = int(family.max(initial=-1)) + 1
    eldest = np.full(count, np.datetime64("2200-01-01", "D"))
    np.minimum.at(eldest, family, born)
    names = PersonNames(assumptions)
    surnames = names.draw_surnames(count, numbers)
    first = np.searchsorted((0.62, 0.92), numbers.random(count))
    two = numbers.random(count) < float(block["two_guardians"])
    second = np.where(first == _MOTHER, _FATHER, _MOTHER)
    relation = np.concatenate([first, second[two]])
    of_family = np.concatenate([np.arange(count), np.flatnonzero(two)])
    base = 2 * roster.first - 1
    making = _Making(names=names, assumptions=assumptions, keys=keys, numbers=numbers)
    guardians = _guardian_table(roster, relation, of_family, eldest, surnames, making)
    links = _link_table(roster, family, two, first, second, base)
    return Families(surnames=surnames[family], guardians=guardians, links=links)


def _join_siblings(
    born: Array, place_order: Array, share: float, numbers: np.random.Generator
) -> Array:
    # Pairs of neighbours in a slightly shaken order of classes; those of nearly one age stay single.
    count = len(born)
    picked = np.flatnonzero(numbers.random(count) < share * 1.12)
    shaken = place_order[picked] + numbers.normal(0, 12, len(picked))
    picked = picked[np.argsort(shaken, kind="stable")]
    neighbours = picked[: len(picked) // 2 * 2].reshape(-1, 2)
    gap = np.abs((born[neighbours[:, 0]] - born[neighbours[:, 1]]).astype(int))
    pairs = neighbours[gap > _SIBLING_GAP_DAYS]
    head = np.arange(count)
    head[pairs[:, 1]] = pairs[:, 0]
    _, family = np.unique(head, return_inverse=True)
    return family


def _guardian_table(
    roster: Roster,
    relation: Array,
    of_family: Array,
    eldest: Array,
    surnames: Array,
    making: _Making,
) -> Table:
    names, numbers, base = making.names, making.numbers, 2 * roster.first - 1
    rows = len(relation)
    low = np.array([years[0] for years in _YEARS_OLDER.values()])[relation]
    high = np.array([years[1] for years in _YEARS_OLDER.values()])[relation]
    years = low + (high - low) * numbers.beta(2.2, 2.6, rows)
    born = eldest[of_family] - (years * 365.25).astype(int)
    is_male = (relation == _FATHER) | ((relation == _GRANDPARENT) & (numbers.random(rows) < 0.45))
    own_surname = (relation == _MOTHER) | (
        (relation == _GRANDPARENT) & (numbers.random(rows) < 0.5)
    )
    surname = np.where(own_surname, names.draw_surnames(rows, numbers), surnames[of_family])
    ids = np.arange(base, base + rows)
    cipher, index = seal("guardian", ids, identity_numbers(roster.area, born, is_male), making.keys)
    phones, _ = seal("guardian.phone", ids, mobile_numbers(rows, numbers), making.keys)
    return Table(
        name="registry_guardian",
        columns={
            "id": Column(values=ids),
            "name": Column(values=names.compose(surname, is_male, numbers)),
            "identity_cipher": Column(values=cipher),
            "identity_index": Column(values=index),
            "phone_cipher": Column(
                values=phones,
                present=numbers.random(rows) < float(making.assumptions["families"]["phone_known"]),
            ),
            "division_id": Column(values=np.full(rows, roster.division.encode())),
        },
    )


def _link_table(
    roster: Roster, family: Array, two: Array, first: Array, second: Array, base: int
) -> Table:
    children = np.arange(len(family))
    with_two = np.flatnonzero(two[family])
    second_key = np.cumsum(two) - 1 + len(two)
    student = np.concatenate([children, with_two])
    guardian = np.concatenate([family, second_key[family[with_two]]])
    relation = np.concatenate([first[family], second[family[with_two]]])
    return Table(
        name="registry_studentguardian",
        columns={
            "id": Column(values=np.arange(base, base + len(student))),
            "student_id": Column(values=roster.first + student),
            "guardian_id": Column(values=base + guardian),
            "relation": Column(values=pick(_RELATIONS, relation)),
            "is_primary": Column(values=np.arange(len(student)) < len(children)),
        },
    )
