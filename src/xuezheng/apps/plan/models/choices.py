"""The closed vocabularies of the plan, with their values as they stand in the database."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CommitmentKind(TextChoices):
    """Which mechanism makes a commitment checkable."""

    COUNT = "count", _("Count")
    RATIO = "ratio", _("Ratio")
    RULE = "rule", _("Rule")
    SELECTION = "selection", _("Selection")
    ALLOCATION = "allocation", _("Allocation of people or places")
    ASSESSMENT = "assessment", _("Assessment")
    CUSTODY = "custody", _("Custody of money")
    CASE = "case", _("Cases")
    AUCTION = "auction", _("Auction")
    PROGRAMME = "programme", _("Programme")


class Direction(TextChoices):
    """Which way a figure must move."""

    UP = "up", _("Higher is better")
    DOWN = "down", _("Lower is better")


class TargetBasis(TextChoices):
    """What a target measures."""

    LEVEL = "level", _("The figure itself")
    ADDED = "added", _("New ones in the period")
    CHANGE = "change", _("Change from the baseline")


class Trajectory(TextChoices):
    """How progress is expected to spread over the year."""

    LINEAR = "linear", _("Evenly over the year")
    S_CURVE = "s_curve", _("Slow, fast, slow")
    MILESTONES = "milestones", _("By milestones")
    SCHOOL_YEAR = "school_year", _("By the school year")


class Light(TextChoices):
    """The state of a commitment, as the board shows it."""

    MET = "met", _("Met")
    ON_TRACK = "on_track", _("On track")
    AT_RISK = "at_risk", _("At risk")
    LATE = "late", _("Late")
    NO_DATA = "no_data", _("No data")


class SourceMark(TextChoices):
    """How well a definition or value is supported."""

    CONFIRMED = "confirmed", _("Confirmed")
    ONE_SOURCE = "one_source", _("One source")
    TO_BE_CONFIRMED = "to_be_confirmed", _("To be confirmed")


class FigureSource(TextChoices):
    """Where a verified figure comes from."""

    INDICATOR = "indicator", _("Computed from the registers")
    CONFIRMED = "confirmed", _("Reported and confirmed by a second person")
    MILESTONES = "milestones", _("Milestones confirmed by a second person")
    NONE = "none", _("No verified figure yet")


class ClaimState(TextChoices):
    """Where a claim stands."""

    SUBMITTED = "submitted", _("Waiting for a second person")
    CONFIRMED = "confirmed", _("Confirmed")
    RETURNED = "returned", _("Returned")


class Outcome(TextChoices):
    """What the second person decided."""

    CONFIRMED = "confirmed", _("Confirmed")
    RETURNED = "returned", _("Returned")


class RiskLevel(TextChoices):
    """How grave a risk is."""

    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")


class RiskState(TextChoices):
    """Whether a risk still stands."""

    OPEN = "open", _("Risk open")
    CLOSED = "closed", _("Risk closed")


class ChangeField(TextChoices):
    """What a change order may change."""

    TARGET = "target", _("Target")
    DUE = "due", _("Due date")
    OWNER = "owner", _("Owner unit")


class ChangeState(TextChoices):
    """Where a change order stands."""

    PROPOSED = "proposed", _("Waiting for approval")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")


class LedgerAction(TextChoices):
    """What an entry of the closing ledger does."""

    CLOSED = "closed", _("Item closed")
    REOPENED = "reopened", _("Reopened")


class ClosingBasis(TextChoices):
    """Why an item may be closed."""

    VERIFIED_FIGURE = "verified_figure", _("The verified figure reaches the target")
    SECOND_PERSON = "second_person", _("A second person checked the evidence")
    REOPENED = "reopened", _("Reopened with a reason")


class NoticeState(TextChoices):
    """Where a supervision notice stands."""

    OPEN = "open", _("Waiting for a reply")
    REPLIED = "replied", _("Replied")
    ACCEPTED = "accepted", _("Reply accepted")


class Level(TextChoices):
    """At which level a result stands."""

    CITY = "city", _("City")
    DIVISION = "division", _("Division")
    INSTITUTION = "institution", _("Institution")


class ResultState(TextChoices):
    """What a result says against its threshold."""

    PASS = "pass", _("Pass")
    NEAR = "near", _("Near")
    FAIL = "fail", _("Fail")
    UNDETERMINED = "undetermined", _("Undetermined")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")
