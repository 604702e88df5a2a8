"""How a target is shared out among the divisions, and who changed it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from xuezheng.apps.plan.models.plan import Commitment
from xuezheng.apps.registry.models import Division


class AllocationVersion(models.Model):
    """One sharing-out of a target; the database refuses a current one that does not sum to the target."""

    commitment = models.ForeignKey(
        Commitment, on_delete=models.CASCADE, related_name="allocation_versions"
    )
    number = models.PositiveSmallIntegerField()
    reason = models.TextField()
    is_current = models.BooleanField(default=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("commitment", "-number")
        constraints = (
            models.UniqueConstraint(
                fields=("commitment", "number"), name="allocation_version_number"
            ),
            models.UniqueConstraint(
                fields=("commitment",), condition=Q(is_current=True), name="allocation_one_current"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="allocation_has_reason"),
        )

    def __str__(self) -> str:
        return f"{self.commitment_id} v{self.number}"


class AllocationShare(models.Model):
    """The part of a target that one division takes on."""

    version = models.ForeignKey(AllocationVersion, on_delete=models.CASCADE, related_name="shares")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    value = models.DecimalField(max_digits=16, decimal_places=4)

    class Meta:
        ordering = ("version", "division")
        constraints = (
            models.UniqueConstraint(fields=("version", "division"), name="allocation_share_once"),
            models.CheckConstraint(condition=Q(value__gte=0), name="allocation_share_not_negative"),
        )

    def __str__(self) -> str:
        return f"{self.version_id} {self.division_id}: {self.value}"
