"""Runs of jobs with their progress, and keys that make a repeated request safe."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    """Where a job stands."""

    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class JobRun(models.Model):
    """One run of a job: what was asked, how far it is, what came out or went wrong."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.QUEUED)
    arguments = models.JSONField(default=dict)
    key = models.CharField(max_length=100, null=True, blank=True, unique=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0, help_text="0 while unknown.")
    message = models.CharField(max_length=300, blank=True)
    result = models.JSONField(default=dict)
    error = models.JSONField(default=dict, help_text="code and facts of what went wrong.")
    started_by_id = models.CharField(max_length=40, blank=True)
    started_by_label = models.CharField(max_length=120)
    division = models.CharField(max_length=6, blank=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "id")
        indexes = (
            models.Index(fields=("-created_at",), name="job_by_time"),
            models.Index(fields=("started_by_id", "-created_at"), name="job_by_starter"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to the job."""
        return self.state in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}

    @property
    def percent(self) -> int | None:
        """Whole percents done; nothing while the total is unknown."""
        if self.state == JobState.DONE:
            return 100
        return min(100, self.done * 100 // self.total) if self.total else None


class IdempotencyKey(models.Model):
    """The answer that was given to a request, to be given again when the request is repeated."""

    scope = models.CharField(max_length=60, help_text="The act, e.g. plan.claim.")
    key = models.CharField(max_length=120)
    body_hash = models.CharField(max_length=64)
    answer = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-created_at", "id")
        constraints = (
            models.UniqueConstraint(fields=("scope", "key"), name="idempotency_scope_key"),
        )

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"
