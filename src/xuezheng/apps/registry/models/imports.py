"""Imports of workbooks: what was handed in, what was found, what was applied."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ImportState(models.TextChoices):
    """Where an import stands."""

    CHECKING = "checking", _("Being checked")
    REFUSED = "refused", pgettext_lazy("import", "Refused")
    PREVIEWED = "previewed", _("Waiting for confirmation")
    APPLYING = "applying", _("Being applied")
    APPLIED = "applied", _("Applied")
    DISCARDED = "discarded", _("Discarded")


class ImportBatch(models.Model):
    """One workbook on its way into a register."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(
        max_length=20, help_text="The register: institutions, classes, students, staff, facilities."
    )
    file_name = models.CharField(max_length=200)
    file_hash = models.CharField(max_length=64, help_text="SHA-256 of the file.")
    file_size = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.CHECKING)
    job_id = models.UUIDField(null=True, help_text="The last job run for it.")
    new_count = models.PositiveIntegerField(default=0)
    changed_count = models.PositiveIntegerField(default=0)
    unchanged_count = models.PositiveIntegerField(default=0)
    rejected_count = models.PositiveIntegerField(default=0)
    preview = models.JSONField(default=dict, help_text="First rows of each sort, notes, warnings.")
    error = models.JSONField(default=dict, help_text="Code and facts of why the file was refused.")
    uploaded_by_id = models.CharField(max_length=40, blank=True)
    uploaded_by_label = models.CharField(max_length=120)
    division = models.CharField(
        max_length=6, blank=True, help_text="The uploader's division; empty for the city."
    )
    created_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(state="applied", applied_at__isnull=False)
                | (~Q(state="applied") & Q(applied_at=None)),
                name="import_applied_has_time",
            ),
        )
        indexes = (
            models.Index(fields=("kind", "file_hash"), name="import_by_file"),
            models.Index(fields=("uploaded_by_id", "-created_at"), name="import_by_uploader"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.file_name} {self.state}"


class ImportContent(models.Model):
    """The file of an import, and the workbook of its rejected rows, both encrypted: they may hold identity numbers."""

    batch = models.OneToOneField(
        ImportBatch, primary_key=True, on_delete=models.CASCADE, related_name="content"
    )
    upload = models.BinaryField(
        null=True, help_text="Forgotten once the import was applied or discarded."
    )
    rejected = models.BinaryField(null=True)

    def __str__(self) -> str:
        return str(self.batch_id)
