"""Students, guardians and staff. Identity numbers are stored only encrypted, beside a keyed blind index."""

from django.db import models
from django.db.models import Q

from xuezheng.apps.registry.models.choices import (
    BackboneLevel,
    Education,
    Employment,
    PostKind,
    QualificationKind,
    Relation,
    Residence,
    Sex,
    Stage,
)
from xuezheng.apps.registry.models.classes import SchoolClass
from xuezheng.apps.registry.models.institutions import Institution
from xuezheng.apps.registry.models.places import Division


class Student(models.Model):
    """A child in kindergarten or school, under the student number that follows it."""

    number = models.CharField(
        max_length=20, unique=True, help_text="Student number; never the identity number."
    )
    name = models.CharField(max_length=60)
    sex = models.CharField(max_length=1, choices=Sex)
    birth_date = models.DateField()
    identity_cipher = models.BinaryField(null=True, help_text="AES-GCM: nonce, ciphertext and tag.")
    identity_index = models.BinaryField(
        null=True, max_length=16, help_text="Keyed blind index, 16 bytes."
    )
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="students")
    school_class = models.ForeignKey(
        SchoolClass, null=True, blank=True, on_delete=models.PROTECT, related_name="students"
    )
    stage = models.CharField(max_length=12, choices=Stage)
    grade = models.PositiveSmallIntegerField()
    household_division = models.ForeignKey(
        Division,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Division of the household register; empty when outside the city.",
    )
    residence = models.CharField(max_length=5, choices=Residence)
    is_boarder = models.BooleanField(default=False)
    is_migrant = models.BooleanField(default=False)
    is_left_behind = models.BooleanField(default=False)
    has_disability = models.BooleanField(default=False)
    preschool_years = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="Years of kindergarten before grade 1, written down at entry.",
    )
    entered_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(
                fields=("identity_index",),
                condition=Q(left_on=None) & Q(identity_index__isnull=False),
                name="student_identity_enrolled_once",
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=models.F("entered_on")),
                name="student_left_after_entered",
            ),
        )
        indexes = (
            models.Index(fields=("institution", "stage", "grade")),
            models.Index(fields=("division", "stage", "grade")),
        )

    def __str__(self) -> str:
        return self.number


class Guardian(models.Model):
    """A person who answers for one or more children."""

    name = models.CharField(max_length=60)
    identity_cipher = models.BinaryField(null=True)
    identity_index = models.BinaryField(null=True, max_length=16, unique=True)
    phone_cipher = models.BinaryField(null=True)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name


class StudentGuardian(models.Model):
    """Who answers for which child, and as what."""

    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="guardian_links")
    guardian = models.ForeignKey(Guardian, on_delete=models.CASCADE, related_name="student_links")
    relation = models.CharField(max_length=12, choices=Relation)
    is_primary = models.BooleanField(default=False)

    class Meta:
        ordering = ("student", "id")
        constraints = (
            models.UniqueConstraint(fields=("student", "guardian"), name="student_guardian_once"),
        )

    def __str__(self) -> str:
        return f"{self.guardian_id} of {self.student_id}"


class Staff(models.Model):
    """A member of staff under a staff number that follows him or her from post to post."""

    number = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    sex = models.CharField(max_length=1, choices=Sex)
    birth_date = models.DateField()
    identity_cipher = models.BinaryField(null=True)
    identity_index = models.BinaryField(null=True, max_length=16)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="staff")
    employment = models.CharField(max_length=14, choices=Employment)
    is_full_time = models.BooleanField(default=True)
    education = models.CharField(max_length=10, choices=Education)
    professional_title = models.CharField(max_length=30, blank=True)
    backbone_level = models.CharField(max_length=8, choices=BackboneLevel, blank=True)
    joined_on = models.DateField(help_text="Began at this institution.")
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("number",)
        verbose_name_plural = "staff"
        constraints = (
            models.UniqueConstraint(
                fields=("identity_index",),
                condition=Q(left_on=None) & Q(identity_index__isnull=False),
                name="staff_identity_employed_once",
            ),
        )
        indexes = (
            models.Index(fields=("institution", "number")),
            models.Index(fields=("division",)),
        )

    def __str__(self) -> str:
        return self.number


class StaffPost(models.Model):
    """A post that a member of staff held at an institution for a time (half-open)."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="posts")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="posts")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=14, choices=PostKind)
    stage = models.CharField(max_length=12, choices=Stage, blank=True)
    subject = models.CharField(
        max_length=30, blank=True, help_text="Subject key, e.g. chinese, pe, music, art."
    )
    is_establishment = models.BooleanField(default=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("staff", "valid_from")
        indexes = (models.Index(fields=("institution", "kind")),)

    def __str__(self) -> str:
        return f"{self.staff_id} {self.kind}"


class StaffQualification(models.Model):
    """A certificate of a member of staff."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="qualifications")
    kind = models.CharField(max_length=20, choices=QualificationKind)
    level = models.CharField(max_length=40, blank=True)
    certificate_number = models.CharField(max_length=40, blank=True)
    obtained_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("staff", "obtained_on")

    def __str__(self) -> str:
        return f"{self.staff_id} {self.kind}"
