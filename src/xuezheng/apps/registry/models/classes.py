"""Administrative classes."""

from django.db import models

from xuezheng.apps.registry.models.choices import ClassKind, Stage
from xuezheng.apps.registry.models.institutions import Campus, Institution
from xuezheng.apps.registry.models.places import Division


class SchoolClass(models.Model):
    """An administrative class of one school year; its key is institution, year, stage, grade and number."""

    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="classes")
    campus = models.ForeignKey(
        Campus, null=True, blank=True, on_delete=models.PROTECT, related_name="classes"
    )
    school_year = models.PositiveSmallIntegerField(
        help_text="The year in which it began, 2023 for 2023/24."
    )
    stage = models.CharField(max_length=12, choices=Stage)
    grade = models.PositiveSmallIntegerField(help_text="1-based within the stage.")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=ClassKind, default=ClassKind.ORDINARY)
    reported_pupils = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="As the school reported it; empty when the report is missing.",
    )

    class Meta:
        ordering = ("institution", "school_year", "stage", "grade", "number")
        constraints = (
            models.UniqueConstraint(
                fields=("institution", "school_year", "stage", "grade", "number"),
                name="school_class_key",
            ),
            models.CheckConstraint(
                condition=models.Q(grade__range=(1, 6)), name="school_class_grade_range"
            ),
        )
        indexes = (models.Index(fields=("division", "stage")),)

    def __str__(self) -> str:
        return f"{self.institution_id} {self.school_year} {self.stage} {self.grade}-{self.number}"
