"""Rooms and grounds, equipment, kitchens and network links."""

from django.db import models
from django.db.models import Q

from xuezheng.apps.registry.models.choices import (
    EquipmentCategory,
    FacilityKind,
    FoodSafetyGrade,
    LinkScope,
    MealMode,
    Stage,
)
from xuezheng.apps.registry.models.institutions import Campus, Institution
from xuezheng.apps.registry.models.places import Division


class Facility(models.Model):
    """A room or a ground; its key is institution and number."""

    institution = models.ForeignKey(
        Institution, on_delete=models.CASCADE, related_name="facilities"
    )
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    campus = models.ForeignKey(
        Campus, null=True, blank=True, on_delete=models.PROTECT, related_name="facilities"
    )
    number = models.CharField(max_length=20)
    name = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=16, choices=FacilityKind)
    stage = models.CharField(
        max_length=12, choices=Stage, blank=True, help_text="Empty when stages share it."
    )
    area_m2 = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    places = models.PositiveIntegerField(null=True, blank=True)
    built_year = models.PositiveSmallIntegerField(null=True, blank=True)
    is_multimedia = models.BooleanField(
        default=False, help_text="Counts as a network multimedia classroom."
    )
    is_indoor = models.BooleanField(default=True)
    in_use_from = models.DateField(null=True, blank=True)
    in_use_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("institution", "number")
        verbose_name_plural = "facilities"
        constraints = (
            models.UniqueConstraint(fields=("institution", "number"), name="facility_key"),
        )
        indexes = (models.Index(fields=("division", "kind")),)

    def __str__(self) -> str:
        return f"{self.institution_id} {self.number}"


class Equipment(models.Model):
    """What an institution owns in one category, with its book value."""

    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="equipment")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    category = models.CharField(max_length=24, choices=EquipmentCategory)
    quantity = models.PositiveIntegerField(null=True, blank=True)
    book_value_fen = models.BigIntegerField(null=True, blank=True)
    counted_on = models.DateField()

    class Meta:
        ordering = ("institution", "category")
        constraints = (
            models.UniqueConstraint(
                fields=("institution", "category", "counted_on"), name="equipment_key"
            ),
            models.CheckConstraint(
                condition=Q(book_value_fen=None) | Q(book_value_fen__gte=0),
                name="equipment_value_not_negative",
            ),
        )

    def __str__(self) -> str:
        return f"{self.institution_id} {self.category}"


class Kitchen(models.Model):
    """How an institution feeds its pupils, and whether the kitchen is on camera."""

    institution = models.OneToOneField(
        Institution, on_delete=models.CASCADE, related_name="kitchen"
    )
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    meal_mode = models.CharField(max_length=10, choices=MealMode)
    licence_number = models.CharField(max_length=40, blank=True)
    licence_expires_on = models.DateField(null=True, blank=True)
    grade = models.CharField(max_length=1, choices=FoodSafetyGrade, blank=True)
    camera_online_on = models.DateField(
        null=True, blank=True, help_text="Since when the camera reaches the platform."
    )
    seats = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("institution",)

    def __str__(self) -> str:
        return f"{self.institution_id} {self.meal_mode}"


class NetworkLink(models.Model):
    """A link of the education network: to a division, to an institution, or to its classrooms."""

    scope = models.CharField(max_length=12, choices=LinkScope)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="network_links")
    institution = models.ForeignKey(
        Institution, null=True, blank=True, on_delete=models.CASCADE, related_name="network_links"
    )
    mbps = models.PositiveIntegerField(null=True, blank=True, help_text="Empty when not measured.")
    is_city_network = models.BooleanField(
        default=False, help_text="Connected to the city's education network."
    )
    connected_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("division", "institution", "scope")
        constraints = (
            models.UniqueConstraint(
                fields=("division", "scope"),
                condition=Q(institution=None),
                name="network_link_division_key",
            ),
            models.UniqueConstraint(
                fields=("institution", "scope"),
                condition=Q(institution__isnull=False),
                name="network_link_key",
            ),
            models.CheckConstraint(
                condition=Q(scope="division", institution=None)
                | (~Q(scope="division") & Q(institution__isnull=False)),
                name="network_link_scope_fits",
            ),
        )

    def __str__(self) -> str:
        return f"{self.division_id} {self.institution_id or ''} {self.scope}"
