"""Published figures: snapshots, indicator runs and results, and the status of each commitment at each run."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from xuezheng.apps.plan.models.choices import FigureSource, Level, Light, ResultState
from xuezheng.apps.plan.models.plan import Commitment, Plan
from xuezheng.apps.registry.models import Division


class Snapshot(models.Model):
    """A named copy of the city's records from which figures were computed."""

    name = models.CharField(max_length=80, primary_key=True)
    sha256 = models.CharField(max_length=64, unique=True, help_text="Of its canonical manifest.")
    pack_hash = models.CharField(max_length=64)
    taken_at = models.DateTimeField()
    rows = models.PositiveBigIntegerField(default=0)
    folder = models.CharField(max_length=300)

    class Meta:
        ordering = ("-taken_at",)

    def __str__(self) -> str:
        return self.name


class IndicatorRun(models.Model):
    """One computation of all indicators over one snapshot, as published."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="runs")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="runs")
    run_id = models.CharField(max_length=80, unique=True, help_text="Same inputs, same identifier.")
    as_of = models.DateField()
    engine = models.CharField(max_length=20)
    folder = models.CharField(max_length=300)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField()

    class Meta:
        ordering = ("-as_of", "-id")
        get_latest_by = ("as_of", "id")
        indexes = (models.Index(fields=("plan", "-as_of", "-id")),)

    def __str__(self) -> str:
        return f"{self.plan_id} {self.as_of}"


class IndicatorResult(models.Model):
    """The value of one indicator, in one reading, for one unit at one level."""

    run = models.ForeignKey(IndicatorRun, on_delete=models.PROTECT, related_name="results")
    indicator = models.CharField(max_length=80)
    reading = models.CharField(max_length=60, blank=True)
    level = models.CharField(max_length=12, choices=Level)
    unit_code = models.CharField(
        max_length=10, help_text="Code of the city, division or institution."
    )
    value = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    numerator = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    denominator = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    threshold = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    is_official = models.BooleanField(default=False)
    facts = models.PositiveIntegerField(default=0)
    unknown = models.PositiveIntegerField(default=0, help_text="Facts whose data are missing.")
    failing = models.PositiveIntegerField(default=0)
    excluded = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=16, choices=ResultState)
    reason = models.CharField(max_length=20, blank=True)
    as_of = models.DateField()

    class Meta:
        ordering = ("run", "indicator", "reading", "level", "unit_code")
        constraints = (
            models.UniqueConstraint(
                fields=("run", "indicator", "reading", "level", "unit_code"),
                name="indicator_result_key",
            ),
        )
        indexes = (models.Index(fields=("indicator", "reading", "unit_code", "as_of")),)

    def __str__(self) -> str:
        return f"{self.indicator} {self.unit_code}: {self.value}"


class CommitmentStatus(models.Model):
    """Where one commitment stood at one run, for the city (no division) or for one division."""

    run = models.ForeignKey(IndicatorRun, on_delete=models.CASCADE, related_name="statuses")
    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="statuses")
    division = models.ForeignKey(
        Division, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    light = models.CharField(max_length=8, choices=Light)
    rule = models.CharField(
        max_length=60, help_text="Key of the row of the decision table that applied."
    )
    source = models.CharField(max_length=12, choices=FigureSource)
    target = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    baseline = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    verified = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    claimed = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    expected = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    forecast_low = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    forecast_mid = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    forecast_high = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    forecast_method = models.CharField(max_length=40, blank=True)
    numerator = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    denominator = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    facts = models.JSONField(
        default=dict, help_text="The numbers that the light's rule was fed with."
    )
    updated_on = models.DateField(
        null=True, blank=True, help_text="Day of the last report or computation."
    )

    class Meta:
        ordering = ("run", "commitment", "division")
        constraints = (
            models.UniqueConstraint(
                fields=("run", "commitment", "division"),
                name="commitment_status_key",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(verified__isnull=False) | ~Q(light="met"), name="status_met_is_verified"
            ),
        )
        indexes = (models.Index(fields=("run", "division", "light")),)

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.division_id or 'city'}: {self.light}"

    @property
    def in_percent(self) -> bool:
        """Whether the figures are shares in percent: of a share, or of milestones done."""
        return self.source == FigureSource.MILESTONES or self.commitment.in_percent
