"""The plan as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlanConfig(AppConfig):
    """The annual plan and its board."""

    name = "xuezheng.apps.plan"
    label = "plan"
    verbose_name = _("Plan")

    def ready(self) -> None:
        """Name the app's things for the record."""
        from xuezheng.apps.plan import naming  # models are there only now

        naming.register()
