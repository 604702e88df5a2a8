"""Frozen inputs and outputs of the matching engine: one model for every way of giving out places.

A school's seats are split into pools (`Seats`), filled in their order. Who stands before whom in a pool is one
comparison, the *standing*, smaller first::

    (step, tier, first key, further keys ..., draw number)

`step` is 0 for those a pool is reserved for (for all, where it is reserved for nobody) and grows along `unfilled`:
seats that the reserved leave open go to the next step. `tier` is the place of the best tier an applicant holds in the
list of the school, or else of its division, or else of the rules. Keys are compared in the order of the rules, each in
its direction. `LastSeat` says what happens when all of that is equal.

A row is held by a pool as long as the seats taken by rows that stand strictly before it are fewer than its seats. With
one seat a row and no ties that is the plain rule; with units of siblings a unit at the last seat is admitted whole, and
with `LastSeat.ADMIT_ALL` all who are level with the last seat are: in both cases the plan may be exceeded.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class MechanismKind(StrEnum):
    """The rule by which lists and standings become places."""

    DEFERRED_ACCEPTANCE = "deferred_acceptance"
    """Applicants propose; no seat is final before the end. Strategy-proof."""
    SERIAL_DICTATORSHIP = "serial_dictatorship"
    """One order over all applicants (parallel choices); each takes the best that is left. Strategy-proof."""
    CHOICE_BANDS = "choice_bands"
    """Lists are cut into bands of `band` choices; seats are final after each band. Not strategy-proof."""
    IMMEDIATE_ACCEPTANCE = "immediate_acceptance"
    """Seats are final after each choice (梯度志愿, Boston): bands of 1. Not strategy-proof."""
    TOP_TRADING_CYCLES = "top_trading_cycles"
    """Applicants trade the standings they hold. Strategy-proof and efficient; may leave justified envy."""
    FILINGS = "filings"
    """Filings one after another, each with lists of its own; a place in one voids all later ones."""


class Direction(StrEnum):
    """Which end of a number stands first."""

    HIGH = "high"
    LOW = "low"


class TierCounts(StrEnum):
    """At which choices the tier is looked at."""

    EVERY_CHOICE = "every_choice"
    FIRST_CHOICE = "first_choice"


class WithoutTier(StrEnum):
    """What becomes of who holds no tier of a list that has tiers."""

    REFUSED = "refused"
    LAST = "last"
    """Stands after all tiers."""


class LastSeat(StrEnum):
    """What decides between applicants level in tier and first key."""

    COMPARE = "compare"
    """The further keys, then the draw number if there is one."""
    DRAW = "draw"
    """The draw number alone."""
    ADMIT_ALL = "admit_all"
    """The further keys; all who are still level with the last seat are admitted."""


class Siblings(StrEnum):
    """What a unit (twins, siblings) means."""

    APART = "apart"
    """Nothing: each is an applicant."""
    TOGETHER = "together"
    """One list and one number; placed together or not at all."""


class Step(StrEnum):
    """Whom a pool takes when those it is reserved for leave seats open."""

    DIVISION = "division"
    """Applicants of the pool's division."""
    ALL = "all"
    """Everybody."""


class PlacementKind(StrEnum):
    """What happens after the main round to those it left without a place (统筹)."""

    NONE = "none"
    ORDER = "order"
    """In the order of the standing, each takes the first open school of the own division's list."""
    NEAREST = "nearest"
    """In the order of the standing, each gets the nearest school with an open seat."""
    MANUAL = "manual"
    """A list made by an officer, every line with reason and legal basis; it may not take a seat from anybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One comparison of the chain."""

    name: str
    direction: Direction = Direction.HIGH


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """One class of applicants; earlier in a list stands first."""

    name: str
    needs_catchment: bool = False
    """Whether it is held only at schools in whose catchment the applicant's area lies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Minimum:
    """A line: who is below it is not taken."""

    key: str
    at_least: Decimal | None = None
    """The line itself, or"""
    below_line_of: str | None = None
    """the kind of seats of an earlier filing at the same school, whose line counts, less"""
    points: Decimal = Decimal(0)
    """these points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seats:
    """One pool of a school."""

    kind: str = "general"
    count: int
    reserved_for: tuple[str, ...] = ()
    """Groups of which an applicant must be in one; empty: open to all."""
    division: str = ""
    """The division that `Step.DIVISION` means."""
    unfilled: tuple[Step, ...] = ()
    minimum: Minimum | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """A school with its pools, in the order of filling."""

    id: str
    seats: tuple[Seats, ...]
    name: str = ""
    division: str = ""
    stage: str = ""
    tiers: tuple[Tier, ...] | None = None
    """Its own list of tiers; None: that of its division, or else of the rules."""
    east_metres: int | None = None
    north_metres: int | None = None

    def pool_name(self, index: int) -> str:
        """Name one pool: `school/kind`, with its number from the second of a kind on."""
        kind = self.seats[index].kind
        before = sum(seats.kind == kind for seats in self.seats[:index])
        return f"{self.id}/{kind}" + (f"/{before + 1}" if before else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """A division with rules of its own."""

    id: str
    tiers: tuple[Tier, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """The seat of an address at a school was used (学位锁定)."""

    school: str
    since_year: int
    sibling: bool = False
    """Whether the applicant is a sibling of who used it, and so excepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """One child, under a pseudonym."""

    id: str
    choices: tuple[str, ...] = ()
    filings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The list of each filing, where the mechanism is `filings`."""
    division: str = ""
    stage: str = ""
    area: str = ""
    """Where the child lives, as the catchments name it."""
    groups: tuple[str, ...] = ()
    """What reserved seats and statistics ask for: junior school, quota group, household."""
    tiers: tuple[str, ...] = ()
    """Tiers held at every school."""
    tiers_at: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Tiers held at one school: a sibling there, for example."""
    keys: dict[str, Decimal] = field(default_factory=dict)
    """A value for each key that the rules compare."""
    number: int | None = None
    """The draw number; who has none stands after all who have one."""
    unit: str = ""
    locks: tuple[Lock, ...] = ()
    east_metres: int | None = None
    north_metres: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """One filing of a sequence."""

    id: str
    kinds: tuple[str, ...]
    """The kinds of seats that it gives out."""
    max_choices: int | None = None
    band: int | None = None
    """Choices compared at once; None: all (parallel)."""
    takes_unfilled_of: str = ""
    """A kind of seats of an earlier filing whose open seats are added to this one's,"""
    pool_by: Step = Step.ALL
    """pooled for each division, or for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualPlace:
    """A place given by hand."""

    applicant: str
    school: str
    kind: str = "general"
    reason: str
    legal_basis: str
    extra_seat: bool = False
    """Whether a seat is added for it, where none is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """What happens after the main round."""

    kind: PlacementKind = PlacementKind.NONE
    order: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """For `order`: schools of each division, in the order in which they are filled."""
    manual: tuple[ManualPlace, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Everything a bureau decides."""

    mechanism: MechanismKind = MechanismKind.DEFERRED_ACCEPTANCE
    band: int | None = None
    """Choices in a band, for `choice_bands`."""
    filings: tuple[Filing, ...] = ()
    tiers: tuple[Tier, ...] = ()
    tier_counts: TierCounts = TierCounts.EVERY_CHOICE
    keys: tuple[Key, ...] = ()
    last_seat: LastSeat = LastSeat.COMPARE
    number_first: Direction = Direction.LOW
    """Which draw number stands first."""
    max_choices: int | None = None
    siblings: Siblings = Siblings.APART
    lock_years: int = 0
    """For how many years one address has one seat at a school; 0: no lock."""
    placement: Placement = field(default_factory=Placement)
    without_tier: WithoutTier = WithoutTier.REFUSED


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """All that a result follows from."""

    format: str = "xuezheng.problem/1"
    id: str
    title: str = ""
    year: int = 0
    rules: Rules
    schools: tuple[School, ...]
    applicants: tuple[Applicant, ...]
    divisions: tuple[Division, ...] = ()
    catchments: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Schools of each area."""
    seed: str = ""
    """The seed that the draw numbers follow from, for the record; the numbers themselves stand with the applicants."""


class Via(StrEnum):
    """How a place came about."""

    LIST = "list"
    PLACEMENT = "placement"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Where one applicant is."""

    applicant: str
    school: str = ""
    """Empty: nowhere."""
    kind: str = ""
    """The kind of seat."""
    pool: str = ""
    """The pool, `school/kind` and its number where a school has several of a kind."""
    choice: int = 0
    """Which choice it was, from 1; 0: none of the list."""
    filing: str = ""
    via: Via = Via.LIST


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutoff:
    """The last row that a pool held."""

    pool: str
    school: str
    kind: str
    filing: str = ""
    seats: int
    taken: int
    is_full: bool
    """Whether seats taken reach the seats: else everybody eligible would have been held."""
    last: str = ""
    """The applicant at the cut-off (of a unit the first); empty where nobody is held."""
    choice: int = 0
    """Which choice of the last one's list this was: tells the band, and whether the tier was looked at."""
    step: int = 0
    tier: str = ""
    keys: tuple[Decimal, ...] = ()
    """As many as are compared: one with `LastSeat.DRAW`."""
    number: int | None = None
    """None where numbers are not compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Who is where, and the cut-off of every pool."""

    format: str = "xuezheng.result/1"
    problem_hash: str
    engine_version: str
    assignments: tuple[Assignment, ...]
    """One for each applicant, in the order of their identifiers."""
    cutoffs: tuple[Cutoff, ...]
