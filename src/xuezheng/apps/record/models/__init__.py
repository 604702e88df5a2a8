"""The models of the record app."""

from xuezheng.apps.record.models.audit import AuditAnchor, AuditEvent, AuditStream
from xuezheng.apps.record.models.decisions import DecisionRun
from xuezheng.apps.record.models.documents import DocumentContent, PublishedDocument
from xuezheng.apps.record.models.jobs import IdempotencyKey, JobRun, JobState

__all__ = [
    "AuditAnchor",
    "AuditEvent",
    "AuditStream",
    "DecisionRun",
    "DocumentContent",
    "IdempotencyKey",
    "JobRun",
    "JobState",
    "PublishedDocument",
]
