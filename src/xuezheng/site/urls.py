"""Which app answers which address."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from xuezheng.apps.plan.api import api
from xuezheng.site.health import health

# The order is that of the search, so the app at the root comes last.
urlpatterns: list[URLPattern | URLResolver] = [
    path("health/", health, name="health"),
    path("api/v1/", api.urls),
    path("accounts/", include("xuezheng.apps.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("record/", include("xuezheng.apps.record.urls")),
    path("registry/", include("xuezheng.apps.registry.urls")),
    path("plan/", include("xuezheng.apps.plan.urls")),
    path("", include("xuezheng.apps.portal.urls")),
]
