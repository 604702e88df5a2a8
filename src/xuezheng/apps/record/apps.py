"""Django's entry for the record app."""

from django.apps import AppConfig


class RecordConfig(AppConfig):
    """Audit events, decision runs, published documents, runs of jobs."""

    name = "xuezheng.apps.record"
    label = "record"
    verbose_name = "Record"
    default_auto_field = "django.db.models.BigAutoField"
