"""Django's entry for the record app."""

from django.apps import AppConfig


class RecordConfig(AppConfig):
    """Audit events, decision runs, published documents, runs of jobs."""

    name = "xuezheng.apps.record"
    label = "record"
    verbose_name = "Record"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Name published documents for the record itself."""
        from xuezheng.apps.record.documents import titles_of  # models are there only now
        from xuezheng.apps.record.naming import name_subjects

        name_subjects("document", titles_of)
