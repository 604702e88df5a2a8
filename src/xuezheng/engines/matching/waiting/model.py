"""Waiting lists as data: terms, people, the log, and the state of a day."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from xuezheng.engines.matching.mechanisms.rounds import Standing
from xuezheng.kernel.canonical import canonical_hash


class EventKind(StrEnum):
    """What happened."""

    ACCEPT = "accept"
    """Takes the place for good and leaves the lists."""
    KEEP = "keep"
    """Keeps the place and waits for a better one."""
    DECLINE = "decline"
    """Gives up the place, if there is one, and leaves the lists."""
    SEATS = "seats"
    """Seats are added."""


class Status(StrEnum):
    """Where a person stands."""

    OFFERED = "offered"
    KEEPS = "keeps"
    ACCEPTED = "accepted"
    WAITS = "waits"
    """Nowhere, on lists."""
    OUT = "out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The deadlines; a day given as the last still counts."""

    opens: date
    first_answer_by: date
    """Last day to answer for the places of the main round."""
    answer_days: int
    """Days to answer for an offer after that."""
    closes: date
    """Last day on which anybody answers or moves."""
    if_silent: EventKind = EventKind.KEEP
    """What no answer means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A pool and how the person stands there."""

    pool: str
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiter:
    """A person, or a unit, with the wishes in their order and the place of the main round."""

    id: str
    wishes: tuple[Wish, ...]
    place: str = ""
    """The pool; empty: nowhere."""
    weight: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLists:
    """All that a replay starts from."""

    terms: Terms
    seats: dict[str, int]
    waiters: tuple[Waiter, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of the log."""

    day: date
    kind: EventKind
    person: str = ""
    pool: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One movement, as it is published."""

    day: date
    cause: int
    """The event of the log (from 0) that it follows from; -1: a deadline, or the opening."""
    person: str
    left: str
    taken: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonState:
    """One person on a day."""

    id: str
    status: Status
    place: str = ""
    answer_by: date | None = None
    waits_for: tuple[str, ...] = ()
    """Pools, best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingState:
    """Everything on the evening of a day."""

    day: date
    people: tuple[PersonState, ...]
    """By identifier."""
    queues: dict[str, tuple[str, ...]]
    """Who still waits for a pool, first first."""
    moves: tuple[Move, ...]

    @property
    def hash(self) -> str:
        """The SHA-256 of the state, by which a published day can be compared."""
        return canonical_hash(self)
