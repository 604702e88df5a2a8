"""Decision runs: an engine, its inputs, rules and seed, and what came out, by hash."""

from django.db import models


class DecisionRun(models.Model):
    """A decision that anyone who holds the bundle can repeat."""

    kind = models.CharField(max_length=60, help_text="What was decided, e.g. admissions.lot.")
    title = models.CharField(max_length=200, blank=True)
    engine = models.CharField(max_length=60)
    engine_version = models.CharField(max_length=40)
    pack_hash = models.CharField(max_length=64)
    input_hash = models.CharField(max_length=64)
    seed = models.CharField(max_length=128, blank=True)
    output_hash = models.CharField(max_length=64)
    bundle_hash = models.CharField(
        max_length=64, blank=True, help_text="Hash of the published bundle of inputs."
    )
    division = models.CharField(max_length=6, blank=True)
    decided_at = models.DateTimeField()
    decided_by_id = models.CharField(max_length=40, blank=True)
    decided_by_label = models.CharField(max_length=120)

    class Meta:
        ordering = ("-decided_at", "-id")
        indexes = (models.Index(fields=("kind", "-decided_at"), name="decision_by_kind"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.output_hash[:12]}"
