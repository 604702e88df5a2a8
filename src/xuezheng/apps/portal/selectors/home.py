"""The home of a role: what needs the reader now, a few figures with their trend, what changed lately."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from xuezheng.apps.accounts.permissions import may_anywhere, scope_of
from xuezheng.apps.accounts.roles import Role
from xuezheng.apps.accounts.selectors import active_grants
from xuezheng.apps.portal.navigation import address, url_of
from xuezheng.apps.portal.selectors.changes import Changes, changes_for
from xuezheng.apps.portal.selectors.figures import Figure, institution_figures, light_figures
from xuezheng.apps.portal.selectors.tasks import Task, tasks_of

_TASKS_SHOWN = 10
# Roles whose own part of the product is still to come.
_WAITING = frozenset({Role.AUCTIONEER, Role.BIDDER})
_WITHOUT_FIGURES = _WAITING | {Role.GUARDIAN, Role.STUDENT}


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
    changes: Changes | None = None
    has_tasks: bool = False
    is_waiting: bool = False


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
        doors=() if has_tasks else (*_own_doors(user), *_doors()),
        changes=changes_for(user) if shows_changes else None,
        has_tasks=has_tasks,
        is_waiting=_is_waiting(user),
    )


def _figures(user: Any) -> tuple[Figure, ...]:
    """The figures of the part of the city that the reader acts for."""
    for grant in active_grants(user, on=timezone.localdate()):
        if grant.institution_code:
            return institution_figures(grant.institution_code)
        if grant.role in _WITHOUT_FIGURES:
            continue
        return light_figures(division=grant.division_code, unit=grant.unit)
    return ()


def _is_waiting(user: Any) -> bool:
    """Whether the reader holds no other role than such as wait for their part."""
    roles = {grant.role for grant in active_grants(user, on=timezone.localdate())}
    return bool(roles) and roles <= _WAITING


def _own_doors(user: Any) -> Iterator[Door]:
    """Lead to what is the reader's own: the entry in the register, the institution, its workbooks."""
    if scope_of(user, "registry.view_person").own:
        yield Door(
            label=_("My entries in the register"),
            note=_("What the school keeps about you or your child."),
            url=url_of("registry:mine"),
            icon="id",
        )
    for grant in active_grants(user, on=timezone.localdate()):
        if grant.institution_code:
            yield Door(
                label=_("My institution"),
                note=_("Classes, students, staff and rooms, with the history of changes."),
                url=address("registry:institution", grant.institution_code),
                icon="building",
            )
    if may_anywhere(user, "registry.import"):
        yield Door(
            label=_("Excel import"),
            note=_("Templates, checks before anything is written, and what is there now."),
            url=url_of("registry:imports"),
            icon="upload",
        )


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
