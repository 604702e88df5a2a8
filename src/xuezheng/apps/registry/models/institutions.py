"""Institutions, their campuses, their ownership through time, and the groups they form."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from xuezheng.apps.registry.models.choices import (
    GradeStructure,
    GroupForm,
    InstitutionKind,
    Ownership,
    Setting,
    WirelessCoverage,
)
from xuezheng.apps.registry.models.places import Division, Township


class Institution(models.Model):
    """A school, kindergarten or teaching point under its ten-digit code, which it keeps for life."""

    code = models.CharField(max_length=10, primary_key=True)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="institutions")
    township = models.ForeignKey(
        Township, null=True, blank=True, on_delete=models.PROTECT, related_name="institutions"
    )
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="branches"
    )
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    kind = models.CharField(max_length=20, choices=InstitutionKind)
    ownership = models.CharField(
        max_length=20, choices=Ownership, help_text="As it is today; see OwnershipPeriod."
    )
    is_for_profit = models.BooleanField(default=False)
    grade_structure = models.CharField(max_length=3, choices=GradeStructure, blank=True)
    setting = models.CharField(max_length=8, choices=Setting)
    address = models.CharField(max_length=200, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    is_boarding = models.BooleanField(default=False)
    compound_name = models.CharField(
        max_length=120, blank=True, help_text="The residential compound it came with."
    )
    compound_delivered_on = models.DateField(null=True, blank=True)
    planned_places = models.PositiveIntegerField(null=True, blank=True)
    site_area_m2 = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    building_area_m2 = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    wireless = models.CharField(
        max_length=8, choices=WirelessCoverage, default=WirelessCoverage.UNKNOWN
    )
    wireless_full_on = models.DateField(null=True, blank=True)
    established_teacher_posts = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="Posts that the establishment office granted; empty when not reported.",
    )
    fixed_assets_fen = models.BigIntegerField(
        null=True, blank=True, help_text="Book value of all fixed assets; empty when not reported."
    )
    greenery_share = models.DecimalField(
        max_digits=5,
        decimal_places=4,
        null=True,
        blank=True,
        help_text="Part of the site that is planted, 0 to 1.",
    )
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("division", "code")
        constraints = (
            models.CheckConstraint(
                condition=Q(code__regex=r"^\d{10}$"), name="institution_code_digits"
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None)
                | Q(opened_on=None)
                | Q(closed_on__gt=models.F("opened_on")),
                name="institution_closed_after_opened",
            ),
            models.CheckConstraint(
                condition=~Q(kind="teaching_point") | Q(parent__isnull=False),
                name="teaching_point_has_parent",
            ),
            models.CheckConstraint(
                condition=Q(wireless="full") | Q(wireless_full_on=None),
                name="wireless_date_only_when_full",
            ),
            models.CheckConstraint(
                condition=Q(fixed_assets_fen=None) | Q(fixed_assets_fen__gte=0),
                name="institution_assets_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(greenery_share=None) | Q(greenery_share__range=(0, 1)),
                name="institution_greenery_is_share",
            ),
        )
        indexes = (
            models.Index(fields=("division", "kind", "code")),
            models.Index(fields=("name_zh",)),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"


class OwnershipPeriod(models.Model):
    """Under which ownership an institution ran from one day until another (half-open)."""

    institution = models.ForeignKey(
        Institution, on_delete=models.CASCADE, related_name="ownership_periods"
    )
    ownership = models.CharField(max_length=20, choices=Ownership)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    document = models.CharField(
        max_length=120, blank=True, help_text="The decision that changed it."
    )

    class Meta:
        ordering = ("institution", "valid_from")
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=models.F("valid_from")),
                name="ownership_period_not_empty",
            ),
        )

    def __str__(self) -> str:
        return f"{self.institution_id} {self.ownership} {self.valid_from}"


class Campus(models.Model):
    """One place where an institution teaches; the main campus is the one with the code's address."""

    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="campuses")
    number = models.PositiveSmallIntegerField(default=1)
    name_zh = models.CharField(max_length=120)
    address = models.CharField(max_length=200, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    is_main = models.BooleanField(default=False)

    class Meta:
        ordering = ("institution", "number")
        constraints = (
            models.UniqueConstraint(fields=("institution", "number"), name="campus_number_unique"),
            models.UniqueConstraint(
                fields=("institution",), condition=Q(is_main=True), name="campus_one_main"
            ),
        )

    def __str__(self) -> str:
        return self.name_zh


class SchoolGroup(models.Model):
    """Institutions that work together in one of the plan's four forms."""

    form = models.CharField(max_length=24, choices=GroupForm)
    name_zh = models.CharField(max_length=120)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="school_groups")
    lead = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="led_groups")
    formed_on = models.DateField()
    dissolved_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("division", "name_zh")
        constraints = (
            models.UniqueConstraint(
                fields=("division", "name_zh"), name="school_group_name_unique"
            ),
        )

    def __str__(self) -> str:
        return self.name_zh


class SchoolGroupMember(models.Model):
    """An institution's time in a group."""

    group = models.ForeignKey(SchoolGroup, on_delete=models.CASCADE, related_name="members")
    institution = models.ForeignKey(
        Institution, on_delete=models.CASCADE, related_name="group_memberships"
    )
    joined_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("group", "institution")
        constraints = (
            models.UniqueConstraint(
                fields=("group", "institution"),
                condition=Q(left_on=None),
                name="school_group_member_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.institution_id} in {self.group_id}"
