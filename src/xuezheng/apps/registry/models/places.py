"""Administrative divisions and townships."""

from django.db import models

from xuezheng.apps.registry.models.choices import DivisionKind, Terrain


class Division(models.Model):
    """A city, district, county or county-level city, with its boundary and census facts."""

    code = models.CharField(max_length=6, primary_key=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    kind = models.CharField(max_length=12, choices=DivisionKind)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    order = models.PositiveSmallIntegerField(default=0)
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    boundary = models.JSONField(
        null=True, help_text="GeoJSON geometry; schematic, not for measuring."
    )
    population_2020 = models.PositiveIntegerField(null=True)
    urban_share = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    census_ages = models.JSONField(default=dict, help_text="Age band to persons, census 2020.")
    persons_per_household = models.DecimalField(max_digits=4, decimal_places=2, null=True)

    class Meta:
        ordering = ("order", "code")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^\d{6}$"), name="division_code_digits"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="city", parent=None)
                | (~models.Q(kind="city") & ~models.Q(parent=None)),
                name="division_tree_two_levels",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"


class Township(models.Model):
    """A sub-district, town or township of a division."""

    code = models.CharField(max_length=9, primary_key=True)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="townships")
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True)
    terrain = models.PositiveSmallIntegerField(choices=Terrain, null=True)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"
