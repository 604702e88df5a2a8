"""Roles granted to users, each for a part of the tree and a time."""

from django.db import models
from django.db.models import F, Q

from xuezheng.apps.accounts.models.users import User
from xuezheng.apps.accounts.roles import Role, ScopeKind


class RoleGrant(models.Model):
    """A role of a user, for a part of the tree, from a day on and up to (not with) another."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=24, choices=Role)
    scope_kind = models.CharField(max_length=12, choices=ScopeKind)
    division_code = models.CharField(max_length=6, blank=True)
    institution_code = models.CharField(max_length=10, blank=True)
    unit = models.CharField(
        max_length=40, blank=True, help_text="Unit of the bureau, for division officers."
    )
    person_code = models.CharField(
        max_length=40,
        blank=True,
        help_text="The register's entry for this person, e.g. student:17.",
    )
    valid_from = models.DateField()
    valid_to = models.DateField(
        null=True, blank=True, help_text="First day on which it no longer holds."
    )
    granted_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    granted_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("user", "role", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(scope_kind=ScopeKind.CITY, division_code="", institution_code="")
                | Q(scope_kind=ScopeKind.SELF, institution_code="")
                | (Q(scope_kind=ScopeKind.DIVISION, institution_code="") & ~Q(division_code=""))
                | (
                    Q(scope_kind=ScopeKind.INSTITUTION)
                    & ~Q(institution_code="")
                    & ~Q(division_code="")
                ),
                name="grant_scope_complete",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="grant_period"
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.DIVISION_OFFICER) | ~Q(unit=""),
                name="grant_officer_has_unit",
            ),
            models.UniqueConstraint(
                fields=("user", "role", "scope_kind", "division_code", "institution_code", "unit"),
                condition=Q(revoked_at=None),
                name="grant_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.institution_code or self.division_code or self.scope_kind}"
