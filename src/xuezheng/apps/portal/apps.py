"""Django's entry for the portal app."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Home, search, jobs, checking of documents; owns no tables."""

    name = "xuezheng.apps.portal"
    label = "portal"
    verbose_name = "Portal"
