"""Certificates: why one applicant is where they are, school by school, as data that checks alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from xuezheng.engines.matching.model import (
    Assignment,
    Cutoff,
    Direction,
    Key,
    LastSeat,
    MechanismKind,
    Step,
    Tier,
)
from xuezheng.kernel.errors import Phrase, gettext_noop


class Reason(StrEnum):
    """What came of one pool of the list."""

    HELD = "held"
    BEHIND = "behind"
    EARLIER_BAND = "earlier_band"
    TRADED = "traded"
    NO_SEATS = "no_seats"
    NOT_GIVEN = "not_given"
    WRONG_STAGE = "wrong_stage"
    OTHER_DIVISION = "other_division"
    NOT_RESERVED = "not_reserved"
    NO_TIER = "no_tier"
    LOCKED = "locked"
    BELOW_MINIMUM = "below_minimum"


REASONS = {
    Reason.HELD: gettext_noop("A place in %(pool)s (choice %(choice)s)."),
    Reason.BEHIND: gettext_noop(
        "All %(seats)s seats of %(pool)s went to applicants who stand before; %(between)s more stand between."
    ),
    Reason.EARLIER_BAND: gettext_noop(
        "All %(seats)s seats of %(pool)s went to applicants who listed it in an earlier band of choices."
    ),
    Reason.TRADED: gettext_noop(
        "All %(seats)s seats of %(pool)s were traded before it came to this applicant."
    ),
    Reason.NO_SEATS: gettext_noop("%(pool)s has no seats."),
    Reason.NOT_GIVEN: gettext_noop("%(school)s gives out no seats here."),
    Reason.WRONG_STAGE: gettext_noop("%(school)s is of another stage."),
    Reason.OTHER_DIVISION: gettext_noop("The seats of %(pool)s are for another division."),
    Reason.NOT_RESERVED: gettext_noop("The seats of %(pool)s are reserved for others."),
    Reason.NO_TIER: gettext_noop(
        "%(school)s takes only applicants of its tiers, and none is held."
    ),
    Reason.LOCKED: gettext_noop("The seat of the address at %(school)s is used."),
    Reason.BELOW_MINIMUM: gettext_noop("Below the minimum line of %(pool)s (%(minimum)s)."),
}


class ChangeKind(StrEnum):
    """What would have to be otherwise."""

    CHOICE = "choice"
    STEP = "step"
    TIER = "tier"
    KEY = "key"
    NUMBER = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The nearest counterfactual of one kind: this alone would have been enough at the published cut-off."""

    kind: ChangeKind
    choice: int = 0
    """The last choice of the list that would have been early enough."""
    step: int = 0
    groups: tuple[str, ...] = ()
    """For step 0: belonging to one of these groups; for other steps the pool's division."""
    tier: str = ""
    """The lowest tier that would have been enough."""
    key: str = ""
    value: Decimal | None = None
    """The value of the key at the line."""
    by: Decimal | None = None
    """How far that is from the own value, 0 or more; None: there is no own value."""
    beyond: bool = False
    """Whether the value must be passed; otherwise reaching it is enough."""
    number: int | None = None
    """The draw number that an own one would have to stand before."""

    def phrase(self) -> Phrase:
        """Say it in a sentence; the edge translates."""
        facts = {
            "choice": self.choice,
            "groups": ", ".join(self.groups),
            "tier": self.tier,
            "key": self.key,
            "value": self.value,
            "by": self.by,
            "number": self.number,
        }
        name = self.kind.value
        if self.kind is ChangeKind.KEY:
            name += "_beyond" if self.beyond else ""
            name += "_unknown" if self.by is None else ""
        return Phrase(CHANGES[name], **facts)


CHANGES = {
    "choice": gettext_noop("As choice %(choice)s of the list or earlier it would have been held."),
    "step": gettext_noop("As one of %(groups)s it would have been held."),
    "tier": gettext_noop("With the tier %(tier)s it would have been held."),
    "key": gettext_noop("With %(key)s of %(value)s (%(by)s away) it would have been held."),
    "key_beyond": gettext_noop(
        "With %(key)s better than %(value)s (%(by)s away and a little more) it would have been held."
    ),
    "key_unknown": gettext_noop(
        "With %(key)s of %(value)s it would have been held; the application gives no value."
    ),
    "key_beyond_unknown": gettext_noop(
        "With %(key)s better than %(value)s it would have been held; the application gives no value."
    ),
    "number": gettext_noop("With a draw number before %(number)s it would have been held."),
}

CAUTION = gettext_noop(
    "What would have been enough is measured at the published cut-offs, with everybody else where they are."
)
"""To be said once wherever changes are shown: who moves up may move a cut-off (`docs/explanation/proof.md`, Limits)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One pool of the list: how the applicant stands there, where its cut-off lies, and what would have helped."""

    filing: str = ""
    choice: int
    school: str
    kind: str = ""
    pool: str = ""
    reason: Reason
    band: int = 0
    """Choices in a band; 0: all are compared at once."""
    step: int | None = None
    """None: the seats are never for this applicant."""
    reserved_for: tuple[str, ...] = ()
    unfilled: tuple[Step, ...] = ()
    division: str = ""
    tier: str = ""
    """The best tier held there; empty: none."""
    ladder: tuple[str, ...] = ()
    """The tiers of the school, first first."""
    keys: tuple[Decimal | None, ...] = ()
    """The own values of what is compared."""
    number: int | None = None
    minimum_key: str = ""
    minimum: Decimal | None = None
    """The minimum line of the pool."""
    minimum_value: Decimal | None = None
    """The own value of the key that the line asks for."""
    cutoff: Cutoff | None = None
    """The published cut-off of the pool."""
    between: int | None = None
    """Seats asked for by applicants who want the pool and stand between its cut-off and this applicant; 0: next."""
    changes: tuple[Change, ...] = ()

    def phrase(self) -> Phrase:
        """Say what came of it; the edge translates."""
        facts = {
            "pool": self.pool,
            "school": self.school,
            "choice": self.choice,
            "seats": self.cutoff.seats if self.cutoff else 0,
            "between": self.between,
            "minimum": self.minimum,
        }
        return Phrase(REASONS[self.reason], **facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Every pool from the first choice down to the one held, or to the end of the list."""

    format: str = "xuezheng.certificate/1"
    problem_hash: str
    applicant: str
    place: Assignment
    mechanism: MechanismKind
    compared: tuple[Key, ...]
    """What is compared after step and tier; the draw number comes last."""
    last_seat: LastSeat
    number_first: Direction
    tier_at_first_only: bool
    """Whether the tier is looked at only at the first choice."""
    without_tier_last: bool
    """Whether who holds no tier stands last; otherwise they are refused."""
    lines: tuple[Line, ...]


def names(tiers: Sequence[Tier]) -> tuple[str, ...]:
    """Give the names of tiers."""
    return tuple(tier.name for tier in tiers)
