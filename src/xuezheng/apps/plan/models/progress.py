"""What owners claim, with evidence, and what a second person confirmed."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from xuezheng.apps.plan.models.choices import ClaimState, Outcome
from xuezheng.apps.plan.models.plan import Commitment, Milestone
from xuezheng.apps.registry.models import Division


class EvidenceFile(models.Model):
    """A file that supports a claim, a reply or a check; stored once under the hash of its content."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size_bytes = models.PositiveIntegerField()
    media_type = models.CharField(max_length=100)

    class Meta:
        ordering = ("sha256",)
        constraints = (
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="evidence_file_hash"
            ),
        )

    def __str__(self) -> str:
        return self.sha256[:12]


class Claim(models.Model):
    """Progress that an owner reports: a value reached so far, or a milestone done."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="claims")
    division = models.ForeignKey(
        Division,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Empty: city.",
    )
    milestone = models.ForeignKey(
        Milestone, null=True, blank=True, on_delete=models.PROTECT, related_name="claims"
    )
    value = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    as_of = models.DateField()
    note = models.TextField()
    state = models.CharField(max_length=10, choices=ClaimState, default=ClaimState.SUBMITTED)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    claimed_at = models.DateTimeField()

    class Meta:
        ordering = ("-as_of", "-id")
        constraints = (
            models.CheckConstraint(
                condition=(Q(value=None) & Q(milestone__isnull=False))
                | (Q(value__isnull=False) & Q(milestone=None)),
                name="claim_value_or_milestone",
            ),
        )
        indexes = (models.Index(fields=("commitment", "division", "state", "as_of")),)

    def __str__(self) -> str:
        return f"claim {self.pk} of {self.commitment_id}"


class ClaimEvidence(models.Model):
    """A file that stands behind a claim, under the name it was uploaded with."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="evidence")
    file = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ("claim", "id")
        constraints = (
            models.UniqueConstraint(fields=("claim", "file"), name="claim_evidence_once"),
        )

    def __str__(self) -> str:
        return self.name


class Confirmation(models.Model):
    """The decision of a second person on a claim; a trigger keeps the claimant's name true and rows unchanged."""

    claim = models.OneToOneField(Claim, on_delete=models.CASCADE, related_name="confirmation")
    claimant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(max_length=10, choices=Outcome)
    note = models.TextField(blank=True)
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ("-decided_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=~Q(decided_by=F("claimant")), name="confirmation_second_person"
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.CONFIRMED) | ~Q(note=""),
                name="confirmation_return_has_note",
            ),
        )

    def __str__(self) -> str:
        return f"{self.outcome} {self.claim_id}"
