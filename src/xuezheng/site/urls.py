"""Which app answers which address."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from xuezheng.site.health import health

# Prefix and module; the order is that of the search, so the one at the root comes last.
_INCLUDED = (
    ("accounts/", "xuezheng.apps.accounts.urls"),
    ("accounts/", "allauth.urls"),
    ("i18n/", "django.conf.urls.i18n"),
    ("record/", "xuezheng.apps.record.urls"),
    ("registry/", "xuezheng.apps.registry.urls"),
    ("plan/", "xuezheng.apps.plan.urls"),
    ("", "xuezheng.apps.portal.urls"),
)


def _written(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


urlpatterns: list[URLPattern | URLResolver] = [
    path("health/", health, name="health"),
    *(path(prefix, include(module)) for prefix, module in _INCLUDED if _written(module)),
]
