"""What one app tells the others: this party is barred from that, from then until then."""

from django.db import models
from django.db.models import Q

from xuezheng.apps.registry.models.choices import PartyKind
from xuezheng.apps.registry.models.places import Division


class Restriction(models.Model):
    """A bar on a party, with its legal basis and the record that caused it."""

    party_kind = models.CharField(max_length=12, choices=PartyKind)
    party_id = models.CharField(max_length=40)
    division = models.ForeignKey(
        Division, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    barred_from = models.CharField(
        max_length=60, help_text="The act that is barred, e.g. honours.apply."
    )
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    reason = models.TextField()
    legal_basis = models.CharField(max_length=200)
    source = models.CharField(
        max_length=80, help_text="The record that caused it, e.g. supervision.case:17."
    )
    lifted_on = models.DateField(null=True, blank=True)
    lifted_reason = models.TextField(blank=True)

    class Meta:
        ordering = ("-valid_from", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=models.F("valid_from")),
                name="restriction_not_empty",
            ),
        )
        indexes = (models.Index(fields=("party_kind", "party_id", "barred_from")),)

    def __str__(self) -> str:
        return f"{self.party_kind} {self.party_id}: {self.barred_from}"
