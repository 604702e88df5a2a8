"""One search over institutions, commitments and divisions, each within the reader's rights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from xuezheng.apps.accounts.permissions import may_anywhere
from xuezheng.apps.plan.models import Commitment
from xuezheng.apps.portal.navigation import address
from xuezheng.apps.registry.models import Division, Institution

LIMIT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One thing found: what it is called, its code, where it stands."""

    thing: Any
    code: str
    url: str
    place: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The things of one kind that were found, and how many there are in all."""

    label: Any
    total: int
    hits: tuple[Hit, ...]


def find(user: Any, words: str) -> tuple[Found, ...]:
    """Look for every word in codes and names; the things whose code or name begins with the words come first."""
    terms = words.split()
    if not terms:
        return ()
    groups = []
    if may_anywhere(user, "plan.view_commitment"):
        groups.append(_commitments(terms))
    if may_anywhere(user, "registry.view"):
        groups += [_divisions(terms), _institutions(terms)]
    return tuple(group for group in groups if group.total)


def _commitments(terms: list[str]) -> Found:
    rows = _matching(
        Commitment.objects.filter(plan__is_current=True), terms, ("code", "title_zh", "title_en")
    )
    ordered = _best_first(rows, terms[0], code="code", name="title_zh").select_related("section")
    return _found(
        _("Commitments"),
        rows,
        [
            Hit(
                thing=row,
                code=row.code,
                url=address("plan:commitment", row.code),
                place=row.section,
            )
            for row in ordered[:LIMIT]
        ],
    )


def _divisions(terms: list[str]) -> Found:
    rows = _matching(
        Division.objects.defer("boundary", "census_ages"), terms, ("code", "name_zh", "name_en")
    )
    return _found(
        _("Divisions"),
        rows,
        [
            Hit(thing=row, code=row.code, url=address("registry:division", row.code))
            for row in rows[:LIMIT]
        ],
    )


def _institutions(terms: list[str]) -> Found:
    rows = _matching(Institution.objects.all(), terms, ("code", "name_zh", "name_en"))
    ordered = _best_first(rows, terms[0], code="code", name="name_zh").select_related("division")
    ordered = ordered.defer("division__boundary", "division__census_ages")
    return _found(
        _("Institutions"),
        rows,
        [
            Hit(
                thing=row,
                code=row.code,
                url=address("registry:institution", row.code),
                place=row.division,
            )
            for row in ordered[:LIMIT]
        ],
    )


def _matching(rows: QuerySet[Any], terms: list[str], fields: tuple[str, ...]) -> QuerySet[Any]:
    for term in terms:
        condition = Q()
        for field in fields:
            condition |= Q(**{f"{field}__icontains": term})
        rows = rows.filter(condition)
    return rows


def _best_first(rows: QuerySet[Any], term: str, *, code: str, name: str) -> QuerySet[Any]:
    rank = Case(
        When(**{code: term}, then=Value(0)),
        When(**{f"{code}__startswith": term}, then=Value(1)),
        When(**{f"{name}__startswith": term}, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    ranked: QuerySet[Any] = rows.annotate(_rank=rank)
    return ranked.order_by("_rank", *rows.model._meta.ordering)


def _found(label: Any, rows: QuerySet[Any], hits: list[Hit]) -> Found:
    return Found(
        label=label, total=rows.count() if len(hits) >= LIMIT else len(hits), hits=tuple(hits)
    )
