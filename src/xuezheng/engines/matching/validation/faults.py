"""What can be wrong with a problem, as data: a table of sentences, and the errors that list them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from xuezheng.kernel.errors import InputError, Phrase, gettext_noop

LIMIT = 50
"""So many faults are listed at once; who has more has one cause for most of them."""

_MEND = gettext_noop("Correct it.")
_ONCE = gettext_noop("Keep it once.")
_SCHOOL = gettext_noop("Correct the identifier or add the school.")
_LIST_DIVISION = gettext_noop("Correct it or list it under divisions.")
_SEATS = gettext_noop("Correct it or add the seats.")

TEXTS: Mapping[str, tuple[str, str]] = {
    # The form of a document
    "missing": (gettext_noop("it is missing"), gettext_noop("Add it.")),
    "unknown_field": (
        gettext_noop("the format has no such field"),
        gettext_noop("Correct the name or delete the field."),
    ),
    "not_an_option": (
        gettext_noop("%(value)s is none of %(expected)s"),
        gettext_noop("Use one of them."),
    ),
    "not_text": (gettext_noop("%(value)s is not text"), gettext_noop("Put it in quotes.")),
    "not_whole": (
        gettext_noop("%(value)s is not a whole number"),
        gettext_noop("Write digits only; a draw number may be text in decimal or 0x form."),
    ),
    "not_a_decimal": (
        gettext_noop("%(value)s is not a decimal number"),
        gettext_noop("Write a number such as 612.5."),
    ),
    "not_a_truth": (
        gettext_noop("%(value)s is neither true nor false"),
        gettext_noop("Write true or false."),
    ),
    "not_a_list": (
        gettext_noop("%(value)s is not a list"),
        gettext_noop("Put it in square brackets."),
    ),
    "not_an_object": (
        gettext_noop("%(value)s is not an object"),
        gettext_noop("Write its fields in braces."),
    ),
    "unreadable": (gettext_noop("it cannot be read: %(why)s"), _MEND),
    "other_format": (
        gettext_noop("the format is %(value)s"),
        gettext_noop("This version reads %(expected)s."),
    ),
    # Entries that stand twice or name what is not there
    "duplicate_applicant": (
        gettext_noop("the identifier stands twice"),
        gettext_noop("Keep one entry for each applicant."),
    ),
    "duplicate_school": (
        gettext_noop("the identifier stands twice"),
        gettext_noop("Keep one entry for each school, with all its seats."),
    ),
    "duplicate_division": (gettext_noop("the identifier stands twice"), _ONCE),
    "empty_identifier": (gettext_noop("it is empty"), gettext_noop("Give a name.")),
    "unclean_identifier": (
        gettext_noop("%(value)s holds what cannot be seen, or begins or ends with a space"),
        gettext_noop("Write it in Unicode form NFC, without such characters."),
    ),
    "pool_twice": (
        gettext_noop("other seats have the name %(pool)s too"),
        gettext_noop("Give the kind of seats, or the school, a name that makes them different."),
    ),
    "tier_twice": (
        gettext_noop("the tier %(tier)s is named twice"),
        gettext_noop("Name each tier once, best first."),
    ),
    "key_twice": (gettext_noop("the key %(key)s is named twice"), _ONCE),
    "filing_twice": (gettext_noop("the filing %(filing)s stands twice"), _ONCE),
    "step_twice": (gettext_noop("the step %(step)s stands twice"), _ONCE),
    "school_twice": (gettext_noop("the school %(school)s stands twice"), _ONCE),
    "applicant_twice": (gettext_noop("the applicant %(applicant)s stands twice"), _ONCE),
    "unknown_school": (gettext_noop("there is no school %(school)s"), _SCHOOL),
    "unknown_applicant": (
        gettext_noop("there is no applicant %(applicant)s"),
        gettext_noop("Correct the identifier or delete the line."),
    ),
    "unknown_division": (gettext_noop("there is no division %(division)s"), _LIST_DIVISION),
    "unknown_area": (
        gettext_noop("no catchment names the area %(area)s"),
        gettext_noop("Correct it or add the area to the catchments."),
    ),
    "unknown_tier": (
        gettext_noop("no list of tiers in force there names %(tier)s"),
        gettext_noop("Correct it or add the tier to the list."),
    ),
    "unknown_filing": (
        gettext_noop("the rules have no filing %(filing)s"),
        gettext_noop("Correct the identifier or add the filing."),
    ),
    "unknown_kind": (gettext_noop("no school has seats of the kind %(kind)s"), _SEATS),
    "no_such_seats": (
        gettext_noop("the school %(school)s has no seats of the kind %(kind)s"),
        _SEATS,
    ),
    "kind_not_earlier": (
        gettext_noop("no earlier filing gives out seats of the kind %(kind)s"),
        gettext_noop("Name a kind of an earlier filing."),
    ),
    # Values
    "below_zero": (gettext_noop("it is %(value)s"), gettext_noop("Give 0 or more.")),
    "below_one": (gettext_noop("it is %(value)s"), gettext_noop("Give 1 or more.")),
    "negative_seats": (
        gettext_noop("the number of seats is %(value)s"),
        gettext_noop("Give 0 or more."),
    ),
    "too_large": (
        gettext_noop("it is larger than %(limit)s"),
        gettext_noop("Give %(limit)s or less."),
    ),
    "too_long_number": (
        gettext_noop("the number has too many digits"),
        gettext_noop("Use at most 30 digits before and 30 after the point."),
    ),
    # Rules that contradict one another
    "band_missing": (
        gettext_noop("choice bands need the number of choices in a band"),
        gettext_noop("Give a band of 1 or more."),
    ),
    "filings_missing": (
        gettext_noop("the mechanism is filings and there is none"),
        gettext_noop("List the filings in their order."),
    ),
    "filings_needless": (
        gettext_noop("filings are given and the mechanism is %(mechanism)s"),
        gettext_noop("Set the mechanism to filings or delete them."),
    ),
    "choices_needless": (
        gettext_noop("the rules give places by filings and this list belongs to none"),
        gettext_noop("Put it under filings, by the identifier of the filing."),
    ),
    "kinds_missing": (
        gettext_noop("the filing gives out no seats"),
        gettext_noop("Name the kinds of seats."),
    ),
    "step_without_division": (
        gettext_noop("open seats go to a division and none is named"),
        gettext_noop("Give the division of the seats."),
    ),
    "line_missing": (
        gettext_noop("the minimum has no line"),
        gettext_noop("Give at_least or below_line_of."),
    ),
    "year_missing": (
        gettext_noop("locks are counted in years and the problem has no year"),
        gettext_noop("Give the year."),
    ),
    "lock_later": (
        gettext_noop("the lock begins in %(value)s, after the year of the problem"),
        _MEND,
    ),
    "order_missing": (
        gettext_noop("places are given in an order of schools and none is given"),
        gettext_noop("List the schools of each division under order."),
    ),
    "order_needless": (
        gettext_noop("it is given and the placement is %(kind)s"),
        gettext_noop("Set the field kind of rules.placement to %(fits)s, or delete this one."),
    ),
    "reason_missing": (
        gettext_noop("a place given by hand has no reason"),
        gettext_noop("Give the reason."),
    ),
    "basis_missing": (
        gettext_noop("a place given by hand has no legal basis"),
        gettext_noop("Give the rule that allows it."),
    ),
    "place_missing": (
        gettext_noop("the distance cannot be measured without both coordinates"),
        gettext_noop("Give east_metres and north_metres."),
    ),
    # What an applicant brings
    "wrong_stage": (
        gettext_noop("the school %(school)s is of the stage %(theirs)s, not %(own)s"),
        gettext_noop("Take the school off the list or correct the stage."),
    ),
    "list_too_long": (
        gettext_noop("the list holds %(count)s choices and the rules allow %(limit)s"),
        gettext_noop("Shorten the list."),
    ),
    "missing_key": (
        gettext_noop("the rules compare by %(key)s and the value is missing"),
        gettext_noop("Give the value."),
    ),
    "missing_number": (
        gettext_noop("the draw number is missing"),
        gettext_noop(
            "Give every applicant a number; `xuezheng assign number` takes them from a draw."
        ),
    ),
    "number_twice": (
        gettext_noop("the draw number is also that of %(other)s"),
        gettext_noop("Give each applicant, or each unit, a number of its own."),
    ),
    "unit_differs": (
        gettext_noop("it differs from that of %(other)s, of the same unit %(unit)s"),
        gettext_noop("Give all members of a unit the same, or part the unit."),
    ),
}
"""What is wrong and what to do, by the code of the fault."""

_LINE = gettext_noop("%(entry)s, %(field)s: %(what)s. %(remedy)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong: where it stands, what it is, what to do."""

    code: str
    entry: Phrase
    """The applicant, school, division or part of the rules."""
    field: str
    what: Phrase
    remedy: Phrase

    def phrase(self) -> Phrase:
        """Make the sentence."""
        return Phrase(_LINE, entry=self.entry, field=self.field, what=self.what, remedy=self.remedy)


class FaultLines(Phrase):
    """All faults as one part of a sentence, a line each."""

    __slots__ = ("faults",)

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        """Keep the faults."""
        super().__init__("")
        self.faults = faults

    def render(self, gettext: Callable[[str], str]) -> str:
        """Make the lines in a language."""
        return "".join(f"\n- {fault.phrase().render(gettext)}" for fault in self.faults)

    def __reduce__(self) -> tuple[type["FaultLines"], tuple[tuple[Fault, ...]]]:
        """Pickle by the faults."""
        return FaultLines, (self.faults,)


class FaultsFound(InputError):
    """A document or problem with faults; `faults` holds the listed ones."""

    code = "matching.faults_found"
    template = gettext_noop("%(source)s cannot be used; faults found: %(count)s.%(faults)s")

    @classmethod
    def of(
        cls, faults: Iterable[Fault], *, source: str, limit: int = LIMIT
    ) -> "FaultsFound | None":
        """Make the error from the first faults; None where there is none."""
        found = tuple(islice(faults, limit + 1))
        if not found:
            return None
        count: Any = len(found)
        if len(found) > limit:
            count = Phrase(gettext_noop("more than %(limit)s"), limit=limit)
        return cls(source=source, count=count, faults=FaultLines(found[:limit]))

    @property
    def listed(self) -> tuple[Fault, ...]:
        """The faults that the message lists."""
        lines = self.facts["faults"]
        assert isinstance(lines, FaultLines)
        return lines.faults


class DocumentInvalid(FaultsFound):
    """A file is not of its format."""

    code = "matching.document_invalid"


class ProblemInvalid(FaultsFound):
    """A problem contradicts itself or names what is not there."""

    code = "matching.problem_invalid"


def make_fault(code: str, entry: Phrase, field: str, **facts: Any) -> Fault:
    """Make a fault of the table."""
    what, remedy = TEXTS[code]
    return Fault(
        code=code,
        entry=entry,
        field=field,
        what=Phrase(what, **facts),
        remedy=Phrase(remedy, **facts),
    )


def applicant_entry(identifier: str) -> Phrase:
    """Name an applicant."""
    return Phrase(gettext_noop("applicant %(id)s"), id=identifier)


def school_entry(identifier: str) -> Phrase:
    """Name a school."""
    return Phrase(gettext_noop("school %(id)s"), id=identifier)


def division_entry(identifier: str) -> Phrase:
    """Name a division."""
    return Phrase(gettext_noop("division %(id)s"), id=identifier)


def part_entry(name: str) -> Phrase:
    """Name another part of the document as it is written there."""
    return Phrase("%(name)s", name=name)
