"""Schema of the plan's files: sections, commitments and all that hangs on a commitment."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictStr, model_validator

from xuezheng.kernel.localized import LocalizedText
from xuezheng.policy.schema import Checked, Day, DivisionKey, Key, Number, Source, Strict

Kind = Literal[
    "count", "ratio", "rule", "selection", "allocation", "assessment", "custody", "case", "auction",
    "programme",
]  # fmt: skip
Direction = Literal["up", "down"]
Basis = Literal["level", "added", "change"]
Shape = Literal["linear", "s_curve", "milestones", "school_year"]
RiskLevel = Literal["low", "medium", "high"]
CommitmentId = Annotated[StrictStr, Field(pattern=r"^([0-9]+|[A-Z])\.[0-9]+$")]
SectionId = Annotated[StrictStr, Field(pattern=r"^([0-9]+|[A-Z])$")]
IndicatorId = Annotated[StrictStr, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]


class Target(Strict):
    """What is to be reached by the due date."""

    value: Number
    unit: Key = Field(description="Key of a unit in packs/units.yaml.")
    direction: Direction = Field(default="up", description="Which way is better.")
    at_least: StrictBool = Field(default=False, description="The plan says “at least”.")
    basis: Basis = Field(
        default="level",
        description="level: the figure itself; added: new ones in the period; change: from the baseline.",
    )


class Baseline(Strict):
    """The figure before the plan began."""

    value: Number
    on: Day
    checked: Checked
    source: Source | None = None


class Trajectory(Strict):
    """How progress is expected to spread over the period."""

    shape: Shape


class Allocation(Strict):
    """How the target is shared out; the shares add up to it exactly."""

    by: LocalizedText = Field(description="What the shares follow.")
    checked: Checked
    shares: Mapping[DivisionKey, Annotated[Number, Field(ge=0)]] = Field(min_length=1)

    @property
    def total(self) -> Decimal:
        """Give the sum of the shares."""
        return sum(self.shares.values(), Decimal(0))


class Milestone(Strict):
    """A step with its date."""

    id: Key
    title: LocalizedText
    due: Day
    checked: Checked


class Reading(Strict):
    """One way to read a disputed definition."""

    id: Key
    title: LocalizedText
    definition: LocalizedText
    official: StrictBool = False
    checked: Checked


class CountingRule(Strict):
    """What makes one count, so that two people count the same."""

    one: LocalizedText = Field(description="What makes one.")
    key: tuple[Key, ...] = Field(min_length=1, description="Fields by which duplicates are found.")
    evidence: tuple[LocalizedText, ...] = Field(min_length=1, description="Papers that prove it.")
    cut_off: Day = Field(description="Last day that counts.")
    checked: Checked


class Risk(Strict):
    """What may stand in the way, and what is done about it."""

    id: Key
    title: LocalizedText
    likelihood: RiskLevel
    impact: RiskLevel
    measure: LocalizedText
    checked: Checked


class Commitment(Strict):
    """One promise of the plan."""

    id: CommitmentId
    kind: Kind
    title: LocalizedText
    target: Target | None = None
    owner: Key = Field(description="Key of a unit in organisation.yaml.")
    co_owners: tuple[Key, ...] = ()
    ownership_checked: Checked = Field(description="How well owner and co-owners are established.")
    due: Day
    source: Source
    checked: Checked
    trajectory: Trajectory
    baseline: Baseline | None = None
    allocation: Allocation | None = None
    milestones: tuple[Milestone, ...] = ()
    indicator: IndicatorId | None = Field(
        default=None, description="Indicator of the pack that computes the verified figure."
    )
    readings: tuple[Reading, ...] = ()
    counting: CountingRule | None = None
    risks: tuple[Risk, ...] = ()

    @model_validator(mode="after")
    def _fits_together(self) -> "Commitment":
        if self.readings and sum(reading.official for reading in self.readings) != 1:
            raise ValueError("exactly one reading must be official")
        if self.allocation is not None and self.target is None:
            raise ValueError("an allocation needs a target")
        if self.trajectory.shape == "milestones" and not self.milestones:
            raise ValueError("a trajectory by milestones needs milestones")
        return self


class Section(Strict):
    """A chapter of the plan."""

    id: SectionId
    title: LocalizedText


class PlanFile(Strict):
    """A section of the plan with its commitments."""

    section: Section
    commitments: tuple[Commitment, ...] = Field(min_length=1)
