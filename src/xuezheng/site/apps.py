"""Django's name for this layer, so that its templates, tags, texts and static files are found."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Base templates, template tags, static files and translations of the whole product."""

    name = "xuezheng.site"
    label = "site"
