"""Audit events in one hash chain a stream; a trigger in the database forbids changing them."""

from django.db import models

CITY_STREAM = "city"


class AuditStream(models.Model):
    """The head of one chain; writers lock this row, so a stream has one writer at a time."""

    stream = models.CharField(max_length=12, primary_key=True)
    sequence = models.PositiveBigIntegerField(default=0, help_text="Sequence of the last event.")
    hash = models.CharField(max_length=64, blank=True, help_text="Hash of the last event.")

    class Meta:
        ordering = ("stream",)

    def __str__(self) -> str:
        return f"{self.stream} {self.sequence}"


class AuditEvent(models.Model):
    """One thing that somebody did, chained to the event before it in its stream."""

    stream = models.CharField(max_length=12, help_text="Division code, or city.")
    sequence = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12, help_text="user, system or public.")
    actor_id = models.CharField(max_length=40, blank=True)
    actor_label = models.CharField(max_length=120)
    action = models.CharField(max_length=80)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=80)
    division = models.CharField(max_length=6, blank=True)
    facts = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("-at", "-id")
        constraints = (
            models.UniqueConstraint(fields=("stream", "sequence"), name="audit_stream_sequence"),
            models.CheckConstraint(
                condition=models.Q(sequence__gte=1), name="audit_sequence_from_one"
            ),
            models.CheckConstraint(
                condition=models.Q(hash__regex=r"^[0-9a-f]{64}$"), name="audit_hash_hex"
            ),
        )
        indexes = (
            models.Index(fields=("-at", "-id"), name="audit_by_time"),
            models.Index(fields=("subject_kind", "subject_id", "-at"), name="audit_by_subject"),
            models.Index(fields=("division", "-at"), name="audit_by_division"),
            models.Index(fields=("action", "-at"), name="audit_by_action"),
            models.Index(fields=("actor_id", "-at"), name="audit_by_actor"),
        )

    def __str__(self) -> str:
        return f"{self.stream}/{self.sequence} {self.action}"


class AuditAnchor(models.Model):
    """A copy of a stream's head, kept apart at fixed distances so that a cut-off tail shows."""

    stream = models.CharField(max_length=12)
    sequence = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        ordering = ("stream", "sequence")
        constraints = (
            models.UniqueConstraint(fields=("stream", "sequence"), name="anchor_stream_sequence"),
        )

    def __str__(self) -> str:
        return f"{self.stream}/{self.sequence}"
