"""What changed lately in the part of the city that a reader may see, out of the record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xuezheng.apps.accounts.permissions import scope_of
from xuezheng.apps.portal.navigation import address
from xuezheng.apps.record.models import AuditEvent
from xuezheng.apps.record.naming import names_of

_SHOWN = 8
_SHOWN_BEFORE = 4
# What people follow; records of single persons are read in the audit log.
_FOLLOWED = (
    "plan.",
    "registry.institution.",
    "registry.restriction.",
    "registry.group.",
    "registry.import",
    "record.",
)
_NOUNS = {
    "allocation": gettext_lazy("Allocation"),
    "change": gettext_lazy("Change order"),
    "claim": gettext_lazy("Progress report"),
    "closing": gettext_lazy("Closing request"),
    "decision": gettext_lazy("Decision"),
    "document": gettext_lazy("Document"),
    "group": gettext_lazy("School group"),
    "import": gettext_lazy("Excel import"),
    "institution": gettext_lazy("Institution"),
    "ledger": gettext_lazy("Item in the closing ledger"),
    "notice": gettext_lazy("Supervision notice"),
    "plan": gettext_lazy("Plan"),
    "restriction": gettext_lazy("Restriction"),
    "risk": gettext_lazy("Risk"),
    "run": gettext_lazy("Figures"),
}
_VERBS = {
    "accept": gettext_lazy("accepted"),
    "add": gettext_lazy("entered"),
    "apply": gettext_lazy("carried out"),
    "approve": gettext_lazy("approved"),
    "change": gettext_lazy("changed"),
    "change_ownership": gettext_lazy("under other ownership"),
    "close": gettext_lazy("closed"),
    "confirm": gettext_lazy("confirmed"),
    "create": gettext_lazy("created"),
    "dissolve": gettext_lazy("dissolved"),
    "form": gettext_lazy("formed"),
    "issue": gettext_lazy("issued"),
    "join": gettext_lazy("joined"),
    "leave": gettext_lazy("left"),
    "lift": gettext_lazy("lifted"),
    "load": gettext_lazy("loaded"),
    "make": gettext_lazy("made"),
    "propose": gettext_lazy("proposed"),
    "publish": gettext_lazy("published"),
    "raise": gettext_lazy("raised"),
    "refuse": gettext_lazy("refused"),
    "reopen": gettext_lazy("reopened"),
    "reply": gettext_lazy("answered"),
    "request": gettext_lazy("handed in"),
    "return": gettext_lazy("returned"),
    "submit": gettext_lazy("handed in"),
    "update": gettext_lazy("changed"),
}

# Where the subject of an event can be seen: kind of subject to the name of its page.
_PAGES = {
    "commitment": "plan:commitment",
    "institution": "registry:institution",
    "division": "registry:division",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that changed: when, who, what, and where to see it."""

    at: datetime
    who: str
    what: str
    why: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What changed since the reader's last visit, the newest first, and some of what went before.

    Attributes:
        since: When the reader signed in the time before this one; None for the first visit.
        new: Changes since then; none on the first visit.
        more: How many further ones there are.
        before: The latest changes that the reader could have seen.
    """

    since: datetime | None
    new: tuple[Change, ...]
    more: int
    before: tuple[Change, ...]


def changes_for(user: Any) -> Changes:
    """List what changed, within what the reader may see of the record."""
    scope = scope_of(user, "record.view_history")
    inside = scope.filter(division="division")
    if scope.institutions:
        inside |= Q(subject_kind="institution", subject_id__in=sorted(scope.institutions))
    followed = Q()
    for prefix in _FOLLOWED:
        followed |= Q(action__startswith=prefix)
    rows = AuditEvent.objects.filter(inside & followed).order_by("-at", "-id")
    since = _last_visit(user)
    if since is None:
        return Changes(since=None, new=(), more=0, before=_read(rows[:_SHOWN]))
    new = rows.filter(at__gt=since)
    shown = _read(new[:_SHOWN])
    return Changes(
        since=since,
        new=shown,
        more=new.count() - len(shown) if len(shown) == _SHOWN else 0,
        before=_read(rows.filter(at__lte=since)[:_SHOWN_BEFORE]) if len(shown) < _SHOWN else (),
    )


def _last_visit(user: Any) -> datetime | None:
    """When the reader signed in before the present visit."""
    visits = AuditEvent.objects.filter(
        subject_kind="user", subject_id=str(user.pk), action="accounts.session.sign_in"
    )
    before = visits.order_by("-at", "-id").values_list("at", flat=True)[1:2]
    return next(iter(before), None)


def _read(rows: Iterable[AuditEvent]) -> tuple[Change, ...]:
    rows = list(rows)
    names = names_of((row.subject_kind, row.subject_id) for row in rows)
    return tuple(
        Change(
            at=row.at,
            who=row.actor_label.partition(" (")[0],
            what=_sentence(row, names.get((row.subject_kind, row.subject_id), "")),
            why=str((row.facts or {}).get("reason", "") if isinstance(row.facts, dict) else ""),
            url=address(_PAGES[row.subject_kind], row.subject_id)
            if row.subject_kind in _PAGES
            else "",
        )
        for row in rows
    )


def _sentence(row: AuditEvent, name: str) -> str:
    """What was done, to what; a commitment keeps its number, by which people know it."""
    key = row.subject_id if not name or row.subject_kind == "commitment" else ""
    return " ".join(part for part in (words_for(row.action), key, name) if part)


def words_for(action: str) -> str:
    """Say an action of the record in words: what it was done to, and what was done."""
    _app, noun, verb = (*action.split("."), "", "")[:3]
    if noun in _NOUNS and verb in _VERBS:
        return _("%(noun)s %(verb)s:") % {"noun": _NOUNS[noun], "verb": _VERBS[verb]}
    return f"{action}:"
