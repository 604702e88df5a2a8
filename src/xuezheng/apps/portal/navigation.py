"""The menu as a table: work areas, their pages, and the action that a page needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from xuezheng.apps.accounts.permissions import may_anywhere, scope_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of the menu: shown to whoever may do the action anywhere, and the other one too if it has one.

    An `own` page is for those who may do its action with what is their own.
    """

    label: Any
    url_name: str
    action: str = ""
    also: str = ""
    own: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A work area with its pages; without a label its pages stand at the top level."""

    label: Any = ""
    icon: str = ""
    pages: tuple[Page, ...] = field(default_factory=tuple)


AREAS: tuple[Area, ...] = (
    Area(
        pages=(
            Page(label=_("Home"), url_name="portal:home", icon="home"),
            Page(
                label=_("My entries in the register"),
                url_name="registry:mine",
                own="registry.view_person",
                icon="id",
            ),
        )
    ),
    Area(
        label=_("Plan"),
        icon="target-arrow",
        pages=(
            Page(label=_("Board"), url_name="plan:board", action="plan.view_internal"),
            Page(label=_("My tasks"), url_name="plan:tasks", action="plan.view_tasks"),
            Page(
                label=_("Divisions"),
                url_name="plan:divisions",
                action="plan.view_internal",
                also="plan.view_tasks",
            ),
            Page(
                label=_("Meeting pack"),
                url_name="plan:meeting",
                action="plan.view_internal",
                also="plan.view_tasks",
            ),
            Page(label=_("Reports"), url_name="plan:reports", action="plan.report"),
        ),
    ),
    Area(
        label=_("Registers"),
        icon="database",
        pages=(
            Page(
                label=_("Overview"), url_name="registry:overview", action="registry.view_internal"
            ),
            Page(
                label=_("Institutions"),
                url_name="registry:institutions",
                action="registry.view_internal",
            ),
            Page(label=_("Classes"), url_name="registry:classes", action="registry.view_internal"),
            Page(
                label=_("Students"),
                url_name="registry:students",
                action="registry.view_person",
                also="registry.view_internal",
            ),
            Page(label=_("Staff"), url_name="registry:staff", action="registry.view_internal"),
            Page(
                label=_("Rooms and grounds"),
                url_name="registry:facilities",
                action="registry.view_internal",
            ),
            Page(
                label=_("Restrictions"),
                url_name="registry:restrictions",
                action="registry.restrict",
            ),
            Page(
                label=_("School groups"),
                url_name="registry:groups",
                action="registry.view_internal",
            ),
            Page(label=_("Excel import"), url_name="registry:imports", action="registry.import"),
        ),
    ),
    Area(
        label=_("Record"),
        icon="history",
        pages=(
            Page(label=_("Audit log"), url_name="record:events", action="record.view_audit"),
            Page(
                label=_("Published documents"),
                url_name="record:documents",
                action="plan.view_internal",
            ),
            Page(label=_("Jobs"), url_name="portal:jobs", action="plan.view_internal"),
        ),
    ),
    Area(
        label=_("Access"),
        icon="users",
        pages=(
            Page(
                label=_("Users and roles"), url_name="accounts:users", action="accounts.view_users"
            ),
            Page(label=_("API tokens"), url_name="accounts:tokens", action="accounts.create_token"),
        ),
    ),
)

PUBLIC_PAGES: tuple[Page, ...] = (
    Page(label=_("Public board"), url_name="plan:public"),
    Page(label=_("Institutions"), url_name="registry:institutions"),
    Page(label=_("Check a document"), url_name="portal:verify"),
    Page(label=_("About"), url_name="portal:about"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A page as it stands in a reader's menu."""

    label: Any
    url: str
    icon: str
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownArea:
    """A work area as it stands in a reader's menu; open where the reader is."""

    label: Any
    icon: str
    items: tuple[Item, ...]
    is_open: bool


def menu(request: HttpRequest) -> tuple[ShownArea, ...]:
    """Give the menu of whoever is signed in: only what their roles may open."""
    pages = [page for area in AREAS for page in area.pages if _is_allowed(request, page)]
    current = _current(request.path, pages)
    areas = []
    for area in AREAS:
        items = _items(tuple(page for page in area.pages if page in pages), current)
        if items:
            here = any(item.is_current for item in items)
            areas.append(ShownArea(label=area.label, icon=area.icon, items=items, is_open=here))
    # A short menu stands open; a long one opens where the reader is.
    if len(areas) <= 6:
        areas = [ShownArea(label=a.label, icon=a.icon, items=a.items, is_open=True) for a in areas]
    return tuple(areas)


def public_links(request: HttpRequest) -> tuple[Item, ...]:
    """Give the links in the head of the page for visitors."""
    return _items(PUBLIC_PAGES, _current(request.path, PUBLIC_PAGES))


def url_of(name: str) -> str:
    """Give the address of a page; nothing where its app is not installed."""
    return address(name)


def address(name: str, *parts: str) -> str:
    """Give the address of a page about a thing; nothing where there is no such page."""
    try:
        return reverse(name, args=parts)
    except NoReverseMatch:
        return ""


def _is_allowed(request: HttpRequest, page: Page) -> bool:
    if page.own and not scope_of(request.user, page.own).own:
        return False
    return all(may_anywhere(request.user, action) for action in (page.action, page.also) if action)


def _items(pages: tuple[Page, ...], current: str) -> tuple[Item, ...]:
    found = ((page, url_of(page.url_name)) for page in pages)
    return tuple(
        Item(label=page.label, url=url, icon=page.icon, is_current=url == current)
        for page, url in found
        if url
    )


def _current(path: str, pages: tuple[Page, ...] | list[Page]) -> str:
    """The page of the menu that the address lies under: the longest that fits."""
    urls = [
        url for url in (url_of(page.url_name) for page in pages) if url and path.startswith(url)
    ]
    return max(urls, key=len, default="")
