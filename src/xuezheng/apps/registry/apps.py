"""Django's entry for the registry app."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """The registers that every other app reads."""

    name = "xuezheng.apps.registry"
    label = "registry"
    verbose_name = "Registry"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Name the app's things for the record."""
        from xuezheng.apps.registry import naming  # models are there only now

        naming.register()
