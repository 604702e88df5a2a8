"""The properties that a result must have, what was found, and whether it may be published."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from xuezheng.engines.matching.checking.claims import Refusal
from xuezheng.kernel.errors import Phrase, StateError, gettext_noop


class Property(StrEnum):
    """What is checked; each value is a stable name in reports and bundles."""

    ABOUT_THIS_PROBLEM = "about_this_problem"
    EACH_ONCE = "each_once"
    OWN_LIST = "own_list"
    NO_JUSTIFIED_ENVY = "no_justified_envy"
    NO_WASTE = "no_waste"
    SEATS_MET = "seats_met"
    QUOTAS_MET = "quotas_met"
    MINIMUM_LINES = "minimum_lines"
    LOCKS_RESPECTED = "locks_respected"
    SIBLINGS_TOGETHER = "siblings_together"
    FILINGS_IN_ORDER = "filings_in_order"
    BANDS_HONOURED = "bands_honoured"
    BEST_FOR_APPLICANTS = "best_for_applicants"
    EFFICIENT = "efficient"
    CUTOFFS_TRUE = "cutoffs_true"
    PLACEMENT_IN_ORDER = "placement_in_order"
    MANUAL_PLACES_LOGGED = "manual_places_logged"
    INDEPENDENT_OF_ORDER = "independent_of_order"
    REPLAY_EQUAL = "replay_equal"


STATEMENTS = {
    Property.ABOUT_THIS_PROBLEM: gettext_noop("The result names the hash of this problem."),
    Property.EACH_ONCE: gettext_noop("Every applicant has exactly one line."),
    Property.OWN_LIST: gettext_noop("Every place is one that the applicant listed and may take."),
    Property.NO_JUSTIFIED_ENVY: gettext_noop(
        "Nobody stands before a holder of a seat that they would rather have."
    ),
    Property.NO_WASTE: gettext_noop("No seat is open that somebody listed, wants and may take."),
    Property.SEATS_MET: gettext_noop(
        "No pool holds more than its seats, except by the published rule for the last seat."
    ),
    Property.QUOTAS_MET: gettext_noop(
        "Reserved seats go to others only where those they are reserved for leave them open."
    ),
    Property.MINIMUM_LINES: gettext_noop("Nobody is taken below a minimum line."),
    Property.LOCKS_RESPECTED: gettext_noop(
        "Nobody is taken where the seat of the address is used."
    ),
    Property.SIBLINGS_TOGETHER: gettext_noop(
        "Siblings of one unit are placed together or not at all."
    ),
    Property.FILINGS_IN_ORDER: gettext_noop(
        "A place in one filing voids all later ones, and nobody is passed over in an earlier one."
    ),
    Property.BANDS_HONOURED: gettext_noop(
        "No seat goes to a later band that an earlier band could fill."
    ),
    Property.BEST_FOR_APPLICANTS: gettext_noop(
        "No other result without justified envy is better for any applicant."
    ),
    Property.EFFICIENT: gettext_noop(
        "No exchange of places would be better for all who take part."
    ),
    Property.CUTOFFS_TRUE: gettext_noop("Every published cut-off is that of the places given."),
    Property.PLACEMENT_IN_ORDER: gettext_noop(
        "Places after the main round were given in the published order and to open seats only."
    ),
    Property.MANUAL_PLACES_LOGGED: gettext_noop(
        "Every place given by hand is on the list with reason and legal basis and takes no seat from anybody."
    ),
    Property.INDEPENDENT_OF_ORDER: gettext_noop(
        "The same problem with applicants and schools in another order gives the same places."
    ),
    Property.REPLAY_EQUAL: gettext_noop(
        "Solving the problem again gives the same result, byte for byte."
    ),
}


class Verdict(StrEnum):
    """What came of checking one property."""

    PASS = "pass"  # noqa: S105 - a verdict, no password
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"


class Why(StrEnum):
    """Why a property fails."""

    OTHER_HASH = "other_hash"
    MISSING = "missing"
    TWICE = "twice"
    UNKNOWN = "unknown"
    UNSORTED = "unsorted"
    NOT_LISTED = "not_listed"
    MAY_NOT = "may_not"
    STANDS_BEFORE = "stands_before"
    SEAT_OPEN = "seat_open"
    OVER_SEATS = "over_seats"
    UNDECIDED_TIE = "undecided_tie"
    NOT_RESERVED = "not_reserved"
    BELOW_MINIMUM = "below_minimum"
    LOCKED = "locked"
    APART = "apart"
    PASSED_OVER = "passed_over"
    NO_SUCH_FILING = "no_such_filing"
    LATER_BAND = "later_band"
    CYCLE = "cycle"
    CUTOFF_DIFFERS = "cutoff_differs"
    CUTOFF_MISSING = "cutoff_missing"
    CUTOFF_UNKNOWN = "cutoff_unknown"
    OUT_OF_TURN = "out_of_turn"
    NOT_PLACED = "not_placed"
    NOT_ON_LIST = "not_on_list"
    WITHOUT_REASON = "without_reason"
    WITHOUT_BASIS = "without_basis"
    DIFFERS = "differs"


SENTENCES = {
    Why.OTHER_HASH: gettext_noop("the result was made from another problem (%(found)s)"),
    Why.MISSING: gettext_noop("%(applicant)s has no line"),
    Why.TWICE: gettext_noop("%(applicant)s has more than one line"),
    Why.UNKNOWN: gettext_noop("%(applicant)s is not in the problem"),
    Why.UNSORTED: gettext_noop(
        "the lines are not in the order of the identifiers at %(applicant)s"
    ),
    Why.NOT_LISTED: gettext_noop(
        "%(applicant)s is in %(pool)s as choice %(found)s, which the list does not have"
    ),
    Why.MAY_NOT: gettext_noop("%(applicant)s is in %(pool)s and may not be taken there: %(found)s"),
    Why.STANDS_BEFORE: gettext_noop(
        "%(applicant)s stands before %(other)s in %(pool)s and would rather be there"
    ),
    Why.SEAT_OPEN: gettext_noop("%(pool)s has an open seat that %(applicant)s would rather have"),
    Why.OVER_SEATS: gettext_noop(
        "%(pool)s is full before it comes to %(applicant)s (%(found)s taken, %(expected)s seats)"
    ),
    Why.UNDECIDED_TIE: gettext_noop(
        "nothing decides between %(applicant)s and %(other)s at the last seat of %(pool)s"
    ),
    Why.NOT_RESERVED: gettext_noop("the seats of %(pool)s are not for %(applicant)s"),
    Why.BELOW_MINIMUM: gettext_noop("%(applicant)s is below the minimum line of %(pool)s"),
    Why.LOCKED: gettext_noop("the seat of %(applicant)s's address at %(school)s is used"),
    Why.APART: gettext_noop("%(applicant)s and %(other)s are one unit and are not placed together"),
    Why.PASSED_OVER: gettext_noop(
        "%(applicant)s was due at %(pool)s in the filing %(filing)s, before the later place"
    ),
    Why.NO_SUCH_FILING: gettext_noop("%(applicant)s has a place in %(found)s, which is no filing"),
    Why.LATER_BAND: gettext_noop(
        "%(applicant)s named %(pool)s in an earlier band than %(other)s, who is there"
    ),
    Why.CYCLE: gettext_noop(
        "%(applicant)s would rather be in %(pool)s, and all in the circle %(found)s would gain"
    ),
    Why.CUTOFF_DIFFERS: gettext_noop(
        "the cut-off of %(pool)s says %(found)s where the places give %(expected)s"
    ),
    Why.CUTOFF_MISSING: gettext_noop("%(pool)s has no cut-off"),
    Why.CUTOFF_UNKNOWN: gettext_noop("there is a cut-off for %(pool)s, which is no pool, or two"),
    Why.OUT_OF_TURN: gettext_noop(
        "%(applicant)s comes before %(other)s in the order and would be in %(school)s"
    ),
    Why.NOT_PLACED: gettext_noop("%(applicant)s could be placed in %(school)s and is not"),
    Why.NOT_ON_LIST: gettext_noop("%(applicant)s has a place by hand that is not on the list"),
    Why.WITHOUT_REASON: gettext_noop("the place by hand of %(applicant)s has no reason"),
    Why.WITHOUT_BASIS: gettext_noop("the place by hand of %(applicant)s has no legal basis"),
    Why.DIFFERS: gettext_noop("%(applicant)s is in %(found)s here and in %(expected)s there"),
}

REFUSALS: Mapping[str, str] = {
    Refusal.WRONG_STAGE: gettext_noop("the school is of another stage"),
    Refusal.OTHER_DIVISION: gettext_noop("the seats are for another division"),
    Refusal.NOT_RESERVED: gettext_noop("the seats are reserved for others"),
    Refusal.NO_TIER: gettext_noop("the applicant holds no tier of the school"),
    Refusal.LOCKED: gettext_noop("the seat of the address is used"),
    Refusal.BELOW_MINIMUM: gettext_noop("the applicant is below the minimum line"),
}
"""Why a pool does not take somebody, as the end of a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Group:
    """What a finding concerns: seats of one pool of one school of one division."""

    division: str = ""
    school: str = ""
    pool: str = ""

    def __str__(self) -> str:
        """Name the parts that are known."""
        return " ".join(part for part in (self.division, self.pool or self.school) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One breach of one property: who, where, why."""

    why: Why
    applicant: str = ""
    other: str = ""
    """Who holds the place in question, or belongs to the same unit."""
    school: str = ""
    pool: str = ""
    filing: str = ""
    found: str = ""
    expected: str = ""

    def phrase(self) -> Phrase:
        """Say it in a sentence; the edge translates."""
        facts: dict[str, Any] = {
            one.name: getattr(self, one.name) for one in fields(self) if one.name != "why"
        }
        if self.why is Why.MAY_NOT and self.found in REFUSALS:
            facts["found"] = Phrase(REFUSALS[self.found])
        return Phrase(SENTENCES[self.why], **facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyReport:
    """One property and what was found."""

    property: Property
    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    groups: tuple[Group, ...] = ()
    """Divisions, schools and pools that the findings concern, sorted."""

    def statement(self) -> Phrase:
        """Say what the property promises."""
        return Phrase(STATEMENTS[self.property])


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All properties, in the order of `Property`."""

    properties: tuple[PropertyReport, ...]

    @property
    def failing(self) -> tuple[Property, ...]:
        """The properties that fail."""
        return tuple(one.property for one in self.properties if one.verdict is Verdict.FAIL)

    @property
    def groups(self) -> tuple[Group, ...]:
        """Every division, school and pool that a failing property concerns, sorted."""
        return tuple(sorted({group for one in self.properties for group in one.groups}))

    def of(self, name: Property) -> PropertyReport:
        """Give what was found about one property."""
        return next(one for one in self.properties if one.property is name)


class ResultNotPublishable(StateError):
    """A result fails a property, so it may not be published."""

    code = "matching.not_publishable"
    template = gettext_noop(
        "The result cannot be published: it fails %(properties)s, which concerns %(groups)s."
    )
    remedy = gettext_noop(
        "Keep it back, find the cause in the findings of the report, and solve the problem again."
    )


def publishable(report: Report) -> bool:
    """Say whether a result may be published: no property fails."""
    return not report.failing


def require_publishable(report: Report) -> None:
    """Let a sound result pass.

    Raises:
        ResultNotPublishable: Naming the properties that fail and up to ten of the groups concerned.
    """
    if publishable(report):
        return
    raise ResultNotPublishable(
        properties=", ".join(report.failing), groups=_name_some(report.groups, most=10)
    )


def _name_some(groups: Iterable[Group], *, most: int) -> str:
    names = [str(group) for group in groups if str(group)]
    return ", ".join(names[:most]) + (" ..." if len(names) > most else "") if names else "-"
