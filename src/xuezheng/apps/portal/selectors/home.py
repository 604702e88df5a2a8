"""The home of a role: what needs the reader now, a few figures with their trend, what changed lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from xuezheng.apps.accounts.permissions import may_anywhere, scope_of
from xuezheng.apps.accounts.roles import Role
from xuezheng.apps.accounts.selectors import active_grants
from xuezheng.apps.portal.navigation import url_of
from xuezheng.apps.portal.selectors.changes import Change, changes_for
from xuezheng.apps.portal.selectors.figures import Figure, institution_figures, light_figures
from xuezheng.apps.portal.selectors.tasks import Task, tasks_of

_TASKS_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A way on, for those who come for few things."""

    label: str
    note: str
    url: str
    icon: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """All that the page shows."""

    tasks: Sequence[Task] = field(default_factory=tuple)
    task_count: int = 0
    more_url: str = ""
    figures: tuple[Figure, ...] = field(default_factory=tuple)
    doors: tuple[Door, ...] = field(default_factory=tuple)
    changes: tuple[Change, ...] = field(default_factory=tuple)
    has_tasks: bool = False
    shows_changes: bool = False


def home_of(user: Any) -> Home:
    """Gather the home of a reader."""
    has_tasks = may_anywhere(user, "plan.view_tasks")
    tasks = tasks_of(user) if has_tasks else ()
    shows_changes = not scope_of(user, "record.view_history").is_empty
    return Home(
        tasks=tasks[:_TASKS_SHOWN],
        task_count=len(tasks),
        more_url=url_of("plan:tasks") if has_tasks else "",
        figures=_figures(user),
        doors=() if has_tasks else _doors(),
        changes=changes_for(user) if shows_changes else (),
        has_tasks=has_tasks,
        shows_changes=shows_changes,
    )


def _figures(user: Any) -> tuple[Figure, ...]:
    """The figures of the part of the city that the reader acts for."""
    for grant in active_grants(user, on=timezone.localdate()):
        if grant.institution_code:
            return institution_figures(grant.institution_code)
        if grant.role in {Role.GUARDIAN, Role.STUDENT, Role.BIDDER}:
            continue
        return light_figures(division=grant.division_code, unit=grant.unit)
    return ()


def _doors() -> tuple[Door, ...]:
    doors = [
        Door(
            label=_("Public board"),
            note=_("What the city promised, and how far it is."),
            url=url_of("plan:public"),
            icon="target-arrow",
        ),
        Door(
            label=_("Institutions"),
            note=_("Schools and kindergartens, with what is public about them."),
            url=url_of("registry:institutions"),
            icon="school",
        ),
        Door(
            label=_("Check a document"),
            note=_("Whether a file was published here and is unchanged."),
            url=url_of("portal:verify"),
            icon="shield-check",
        ),
    ]
    return tuple(door for door in doors if door.url)
