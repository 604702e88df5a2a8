"""What changed lately in the part of the city that a reader may see, out of the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from xuezheng.apps.accounts.permissions import scope_of
from xuezheng.apps.portal.navigation import address
from xuezheng.apps.record.models import AuditEvent

_SHOWN = 8

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


def changes_for(user: Any) -> tuple[Change, ...]:
    """List the latest changes, without sign-ins, within what the reader may see of the record."""
    scope = scope_of(user, "record.view_history")
    inside = scope.filter(division="division")
    if scope.institutions:
        inside |= Q(subject_kind="institution", subject_id__in=sorted(scope.institutions))
    rows = AuditEvent.objects.filter(inside).exclude(action__startswith="accounts.")
    return tuple(
        Change(
            at=row.at,
            who=row.actor_label,
            what=f"{words_for(row.action)} {row.subject_id}".strip(),
            why=str((row.facts or {}).get("reason", "") if isinstance(row.facts, dict) else ""),
            url=address(_PAGES[row.subject_kind], row.subject_id)
            if row.subject_kind in _PAGES
            else "",
        )
        for row in rows.order_by("-at", "-id")[:_SHOWN]
    )


def words_for(action: str) -> str:
    """Say an action of the record in words: what it was done to, and what was done."""
    _app, _dot, rest = action.partition(".")
    noun, _dot, verb = rest.rpartition(".")
    nouns = {
        "claim": _("Progress report"),
        "commitment": _("Commitment"),
        "allocation": _("Allocation"),
        "run": _("Figures"),
        "snapshot": _("Snapshot"),
        "plan": _("Plan"),
        "institution": _("Institution"),
        "document": _("Document"),
        "notice": _("Supervision notice"),
        "risk": _("Risk"),
        "change": _("Change order"),
        "ledger": _("Closing ledger"),
        "import": _("Excel import"),
    }
    verbs = {
        "create": _("created"),
        "update": _("changed"),
        "publish": _("published"),
        "submit": _("handed in"),
        "confirm": _("confirmed"),
        "return": _("returned"),
        "close": _("closed"),
        "reopen": _("reopened"),
        "issue": _("issued"),
        "reply": _("answered"),
        "load": _("loaded"),
        "apply": _("carried out"),
    }
    head = noun.rpartition(".")[2] or noun
    if head in nouns and verb in verbs:
        return _("%(noun)s %(verb)s:") % {"noun": nouns[head], "verb": verbs[verb]}
    return f"{action}:"
