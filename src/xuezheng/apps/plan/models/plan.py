"""The plan, its sections and commitments, and the units that answer for them."""

from django.db import models
from django.db.models import F, Q

from xuezheng.apps.plan.models.choices import (
    CommitmentKind,
    Direction,
    SourceMark,
    TargetBasis,
    Trajectory,
)
from xuezheng.apps.registry.models import Division


class Plan(models.Model):
    """A city's plan for one period, as its policy pack states it."""

    pack_id = models.CharField(max_length=60, unique=True, help_text="For example harbin/2023.")
    pack_hash = models.CharField(max_length=64)
    title_zh = models.CharField(max_length=160)
    title_en = models.CharField(max_length=160)
    authority_zh = models.CharField(max_length=120)
    authority_en = models.CharField(max_length=120)
    city = models.ForeignKey(
        Division, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    starts_on = models.DateField()
    ends_on = models.DateField()
    parameters = models.JSONField(
        default=dict, help_text="Thresholds of lights and curves, from the pack."
    )
    is_current = models.BooleanField(default=True)

    class Meta:
        ordering = ("-starts_on", "pack_id")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="plan_period_not_empty"
            ),
        )

    def __str__(self) -> str:
        return self.pack_id

    @property
    def name_zh(self) -> str:
        """The Chinese title, under the name that the filter `localized` reads."""
        return self.title_zh

    @property
    def name_en(self) -> str:
        """The English title, under the name that the filter `localized` reads."""
        return self.title_en


class BureauUnit(models.Model):
    """A division of work of the bureau, which leads or helps with commitments."""

    key = models.CharField(max_length=40, primary_key=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("order", "key")

    def __str__(self) -> str:
        return self.key


class Section(models.Model):
    """A chapter of the plan."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="sections")
    key = models.CharField(max_length=10)
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=200)
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("plan", "order")
        constraints = (models.UniqueConstraint(fields=("plan", "key"), name="section_key"),)

    def __str__(self) -> str:
        return self.key

    @property
    def name_zh(self) -> str:
        """The Chinese title."""
        return self.title_zh

    @property
    def name_en(self) -> str:
        """The English title."""
        return self.title_en


class Commitment(models.Model):
    """One promise of the plan: a target, an owner, a due date, and how progress is measured."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="commitments")
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="commitments")
    code = models.CharField(max_length=10, help_text="As printed in the plan, for example 1.1.")
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=CommitmentKind)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=300)
    target = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    baseline = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    unit = models.CharField(
        max_length=40, blank=True, help_text="Key of a unit of packs/units.yaml."
    )
    unit_zh = models.CharField(max_length=40, blank=True)
    unit_en = models.CharField(max_length=60, blank=True)
    basis = models.CharField(max_length=6, choices=TargetBasis, default=TargetBasis.LEVEL)
    direction = models.CharField(max_length=4, choices=Direction, default=Direction.UP)
    at_least = models.BooleanField(default=False, help_text="The plan says 'at least'.")
    due_on = models.DateField()
    trajectory = models.CharField(max_length=12, choices=Trajectory, default=Trajectory.LINEAR)
    indicator = models.CharField(
        max_length=80, blank=True, help_text="Indicator of the pack; may be empty."
    )
    is_share = models.BooleanField(default=False, help_text="The figure is a share in percent.")
    source_mark = models.CharField(max_length=16, choices=SourceMark, default=SourceMark.CONFIRMED)
    source_zh = models.TextField(blank=True)
    source_en = models.TextField(blank=True)
    counting = models.JSONField(
        default=dict, help_text="What makes one count, and the papers that prove it."
    )
    ownership_mark = models.CharField(
        max_length=16, choices=SourceMark, default=SourceMark.TO_BE_CONFIRMED
    )
    owner = models.ForeignKey(
        BureauUnit, null=True, blank=True, on_delete=models.PROTECT, related_name="commitments"
    )
    co_owners = models.ManyToManyField(BureauUnit, blank=True, related_name="shared_commitments")
    is_closed = models.BooleanField(default=False)

    class Meta:
        ordering = ("plan", "order")
        constraints = (
            models.UniqueConstraint(fields=("plan", "code"), name="commitment_code"),
            models.CheckConstraint(
                condition=Q(target=None) | ~Q(unit=""), name="commitment_target_has_unit"
            ),
        )

    def __str__(self) -> str:
        return self.code

    @property
    def in_percent(self) -> bool:
        """Whether its figure is a share in percent; without a target, that of its milestones."""
        return self.is_share or self.target is None

    @property
    def name_zh(self) -> str:
        """The Chinese title."""
        return self.title_zh

    @property
    def name_en(self) -> str:
        """The English title."""
        return self.title_en


class CommitmentReading(models.Model):
    """One reading of a definition that can be read in several ways; one of them is the official one."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="readings")
    key = models.CharField(max_length=60)
    label_zh = models.CharField(max_length=200)
    label_en = models.CharField(max_length=300)
    definition_zh = models.TextField(blank=True)
    definition_en = models.TextField(blank=True)
    is_official = models.BooleanField(default=False)
    source_mark = models.CharField(
        max_length=16, choices=SourceMark, default=SourceMark.TO_BE_CONFIRMED
    )
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("commitment", "order", "key")
        constraints = (
            models.UniqueConstraint(fields=("commitment", "key"), name="commitment_reading_key"),
            models.UniqueConstraint(
                fields=("commitment",),
                condition=Q(is_official=True),
                name="commitment_one_official_reading",
            ),
        )

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.key}"

    @property
    def name_zh(self) -> str:
        """The Chinese label."""
        return self.label_zh

    @property
    def name_en(self) -> str:
        """The English label."""
        return self.label_en


class Milestone(models.Model):
    """A step of a commitment with its date; done when a second person confirmed it."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="milestones")
    key = models.CharField(max_length=40)
    order = models.PositiveSmallIntegerField()
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=300)
    due_on = models.DateField()
    claimed_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True, help_text="The day of its confirmation.")

    class Meta:
        ordering = ("commitment", "order")
        constraints = (models.UniqueConstraint(fields=("commitment", "key"), name="milestone_key"),)

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.key}"

    @property
    def name_zh(self) -> str:
        """The Chinese title."""
        return self.title_zh

    @property
    def name_en(self) -> str:
        """The English title."""
        return self.title_en
