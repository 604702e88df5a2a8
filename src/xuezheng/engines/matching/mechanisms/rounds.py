"""One round as every mechanism sees it: rows with options in their order, pools with seats."""

from dataclasses import dataclass
from typing import Any

Standing = tuple[Any, ...]
"""What stands first compares smallest: (step, tier, keys ..., number), each turned so that less is better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One pool that a row may take, and how it stands there."""

    pool: int
    """Place of the pool in `Round.pools`."""
    choice: int
    """The choice of the list, from 1; pools of one school follow each other under the same choice."""
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Who is placed as one: an applicant, or a unit of siblings."""

    members: tuple[str, ...]
    options: tuple[Option, ...]
    """In the order of the wish: by choice, then by the school's order of filling."""
    claims: tuple[Option, ...] = ()
    """Pools not on its list where it stands all the same, choice 0; only trading asks for them."""

    @property
    def weight(self) -> int:
        """Seats that it takes."""
        return len(self.members)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Seats that are given out in one order."""

    name: str
    school: str
    kind: str
    seats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """All that one run of a mechanism needs; rows in the order of their first member's identifier."""

    pools: tuple[Pool, ...]
    rows: tuple[Row, ...]
