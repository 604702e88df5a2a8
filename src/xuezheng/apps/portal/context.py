"""What every page shows around its content: city, menu, user and role, version and snapshot."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from xuezheng.apps.accounts.permissions import may_anywhere, roles_of
from xuezheng.apps.accounts.roles import Role
from xuezheng.apps.portal import navigation, selectors

THEME_COOKIE = "xz_theme"
THEMES = ("light", "dark")
_OWN_ASSETS = ("xuezheng.css", "xuezheng-components.css", "xuezheng.js")
# Roles that meet the product as the public does: roomy pages, larger text.
_ROOMY = frozenset({Role.GUARDIAN, Role.STUDENT, Role.BIDDER, Role.PUBLIC})


@dataclass(frozen=True, slots=True, kw_only=True)
class UserLink:
    """An entry of the user's own menu."""

    label: str
    url: str
    icon: str


def page(request: HttpRequest) -> dict[str, Any]:
    """Give the frame of the page as `shell`; made only when a template asks for it."""
    return {
        "shell": SimpleLazyObject(lambda: shell(request)),
        "demonstration": settings.DEMONSTRATION,
    }


def shell(request: HttpRequest) -> dict[str, Any]:
    """Gather the frame of the page for the reader of a request."""
    user = getattr(request, "user", None)
    theme = request.COOKIES.get(THEME_COOKIE, "")
    frame: dict[str, Any] = {
        "city": selectors.city(),
        "version": product_version(),
        "assets": assets_mark(),
        "snapshot": selectors.current_snapshot(),
        "theme": theme if theme in THEMES else "",
        "may_search": user is not None and may_anywhere(user, "portal.search"),
    }
    if user is None or not user.is_authenticated:
        return frame | {
            "audience": "public",
            "areas": (),
            "links": navigation.public_links(request),
        }
    roles = [role for role in roles_of(user) if role != Role.PUBLIC]
    return frame | {
        "audience": "public" if set(roles) <= _ROOMY else "staff",
        "areas": navigation.menu(request),
        "links": (),
        "user_name": user.get_full_name(),
        "role": _(", ").join(str(role.label) for role in roles),
        "scope": selectors.scope_words(user),
        "user_links": _user_links(),
    }


def _user_links() -> list[UserLink]:
    entries = (
        (_("My account"), "accounts:account", "user"),
        (_("Password"), "account_change_password", "key"),
        (_("Second factor"), "mfa_index", "shield-lock"),
    )
    found = ((label, navigation.url_of(name), icon) for label, name, icon in entries)
    return [UserLink(label=label, url=url, icon=icon) for label, url, icon in found if url]


@cache
def product_version() -> str:
    """The version of the product that runs."""
    try:
        return version("xuezheng")
    except PackageNotFoundError:
        return "0"


@cache
def assets_mark() -> str:
    """A few letters that change when our own style sheets or script change, so that no browser keeps old ones."""
    digest = hashlib.sha256()
    for name in _OWN_ASSETS:
        path = finders.find(name)
        if isinstance(path, str):
            digest.update(Path(path).read_bytes())
    return digest.hexdigest()[:8]
