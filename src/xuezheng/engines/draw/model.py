"""Frozen inputs and outputs of the draw: what is committed, what is revealed, what follows.

A draw has three documents, each published as canonical JSON without anything around it, so that `sha256sum` of the
file is the hash by which it is cited::

    Commitment   before any random value exists: root over entries, rules and seats; who will contribute what
    Draw         after it: the contributions, the seed, the hash of the list of places
    Proof        for one entry: that it is in the committed list

`docs/explanation/draw.md` describes every byte and gives test vectors.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, with_config

_STRICT_KEYS = ConfigDict(extra="forbid")


class Direction(StrEnum):
    """Which end of the numbers stands first."""

    LOW = "low"
    HIGH = "high"


class Units(StrEnum):
    """What entries of one unit (twins, siblings) share."""

    TOGETHER = "together"
    """One number, that of the unit."""
    APART = "apart"
    """Nothing."""


class Weights(StrEnum):
    """Whether chances differ."""

    EQUAL = "equal"
    GIVEN = "given"
    """In proportion to the weights (Efraimidis and Spirakis 2006)."""


@with_config(_STRICT_KEYS)
@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the list that is drawn from, under a pseudonym."""

    id: str
    """Fixed at the commitment; the number follows from it and the seed alone."""
    unit: str = ""
    """Entries with the same unit are drawn as one; empty: by itself."""
    weight: Decimal = Decimal(1)
    facts: Mapping[str, str] = field(default_factory=dict)
    """Whatever else is to be fixed: the school applied to, the hash of the application."""


@with_config(_STRICT_KEYS)
@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What is decided about the draw itself."""

    number_first: Direction = Direction.LOW
    units: Units = Units.TOGETHER
    weights: Weights = Weights.EQUAL
    documents: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 of other documents that belong to the draw: the rules of the assignment, the notice."""


@with_config(_STRICT_KEYS)
@dataclass(frozen=True, slots=True, kw_only=True)
class SealedSource:
    """A party that has fixed a value and keeps it secret until the reveal."""

    kind: Literal["sealed"] = "sealed"
    party: str
    commitment: str
    """SHA-256 over draw, party, value and nonce; `contributions.seal` makes it."""


@with_config(_STRICT_KEYS)
@dataclass(frozen=True, slots=True, kw_only=True)
class PublicSource:
    """A public value that comes into the world after the commitment: a state lottery's draw, a closing price."""

    kind: Literal["public"] = "public"
    party: str
    """Its name."""
    edition: str
    """Which one: issue, round or date."""
    reading: str
    """How it is written down, in words."""
    mask: str = ""
    """Its form: `#` stands for one digit 0 to 9, everything else for itself; empty: any text."""
    due_at: datetime
    """Before this moment nobody can know the value."""


Source = Annotated[SealedSource | PublicSource, Field(discriminator="kind")]


@with_config(_STRICT_KEYS)
@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a bureau writes down before it commits."""

    draw: str
    """Identifier of the draw, never used twice."""
    title: str = ""
    rules: Rules = field(default_factory=Rules)
    seats: Mapping[str, int] = field(default_factory=dict)
    """Places to give out, by school or pool."""
    sources: tuple[Source, ...]


@with_config(_STRICT_KEYS)
@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """All that must be fixed before the seed exists."""

    format: Literal["xuezheng.draw.commitment/1"] = "xuezheng.draw.commitment/1"
    draw: str
    title: str = ""
    committed_at: datetime
    entries: int
    lots: int
    """Units and single entries: how many numbers are drawn."""
    root: str
    """Merkle root over terms (draw, rules, seats) and entries, 64 hexadecimal digits."""
    rules: Rules
    seats: Mapping[str, int]
    sources: tuple[Source, ...]


@with_config(_STRICT_KEYS)
@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one source gave."""

    party: str
    value: str
    nonce: str = ""
    """Of a sealed contribution; a public one has none."""
    revealed_at: datetime


@with_config(_STRICT_KEYS)
@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """The published result; with the entries, all that is needed to repeat the draw."""

    format: Literal["xuezheng.draw.result/1"] = "xuezheng.draw.result/1"
    commitment: Commitment
    commitment_hash: str
    contributions: tuple[Contribution, ...]
    """In the order of the commitment's sources."""
    seed: str
    order_hash: str
    """SHA-256 of the list of places, a CSV file."""


@with_config(_STRICT_KEYS)
@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """That an entry is in the committed list."""

    format: Literal["xuezheng.draw.proof/1"] = "xuezheng.draw.proof/1"
    commitment_hash: str
    root: str
    size: int
    """Leaves of the tree: the terms and the entries."""
    index: int
    """The entry's leaf, counted from 0; leaf 0 holds the terms."""
    entry: Entry
    path: tuple[str, ...]
    """Hashes of the neighbours from the leaf up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Entries in the order drawn; the columns belong together by position."""

    entries: tuple[Entry, ...]
    numbers: tuple[int, ...]
    """0 to 2**256 - 1; members of a unit share one."""
    places: tuple[int, ...]
    """From 1; members of a unit share one, and the next lot has the next whole number."""
    lots: int
