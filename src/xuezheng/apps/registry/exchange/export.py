"""Reading the registers for an export: one query a register, in the order of the sheet's columns."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from xuezheng.apps.record.access import Scope
from xuezheng.apps.registry.exchange.sheets import SheetKind
from xuezheng.apps.registry.models import (
    Facility,
    Institution,
    SchoolClass,
    Staff,
    StaffPost,
    Student,
)
from xuezheng.kernel.errors import InputError, gettext_noop

MAX_ROWS = 200_000
PAGE_MAX_ROWS = 20_000
"""Rows that a page hands out at once; the command line and a narrower filter give more."""

PERSONAL_KINDS = frozenset({"students", "staff"})


class ExportTooLarge(InputError):
    """More rows than one workbook should hold."""

    code = "registry.exchange.export_too_large"
    template = gettext_noop(
        "The export would have %(rows)s rows; at most %(limit)s are written into one workbook."
    )
    remedy = gettext_noop("Choose one division or one institution.")


_POST = StaffPost.objects.filter(staff=OuterRef("pk"), valid_to=None).order_by("id")
# Sheet column to look-up, where they differ; None where the sheet never shows what the register holds.
_LOOKUPS: dict[str, dict[str, Any]] = {
    "institutions": {},
    "classes": {"institution_name": F("institution__name_zh"), "campus_id": F("campus__number")},
    "students": {
        "institution_name": F("institution__name_zh"),
        "school_year": F("school_class__school_year"),
        "class_number": F("school_class__number"),
        "identity_number": None,
    },
    "staff": {
        "institution_name": F("institution__name_zh"),
        "identity_number": None,
        "post": Subquery(_POST.values("kind")[:1]),
        "post_stage": Subquery(_POST.values("stage")[:1]),
        "post_subject": Subquery(_POST.values("subject")[:1]),
    },
    "facilities": {"institution_name": F("institution__name_zh"), "campus_id": F("campus__number")},
}
_ORDER = {
    "institutions": ("code",),
    "classes": ("institution_id", "school_year", "stage", "grade", "number"),
    "students": ("institution_id", "stage", "grade", "number"),
    "staff": ("institution_id", "number"),
    "facilities": ("institution_id", "number"),
}


def select_rows(
    kind: SheetKind, *, scope: Scope, division: str = "", institution: str = ""
) -> QuerySet[Any, Any]:
    """Select what a user may take out of a register, narrowed to a division or an institution.

    Args:
        kind: The register.
        scope: How far the user may export it.
        division: Only this division.
        institution: Only this institution.
    """
    own = "code" if kind.key == "institutions" else "institution_id"
    rows: QuerySet[Any] = _rows(kind.key).filter(
        scope.filter(division="division_id", institution=own)
    )
    if division:
        rows = rows.filter(division_id=division)
    if institution:
        rows = rows.filter(**{own: institution})
    lookups = _LOOKUPS[kind.key]
    wanted = {
        f"_{column.key}": lookups.get(column.key, F(column.key))
        for column in kind.columns
        if lookups.get(column.key, "") is not None
    }
    selected: QuerySet[Any, Any] = (
        rows.order_by(*_ORDER[kind.key]).annotate(**wanted).values_list(*wanted)
    )
    return selected


def read_rows(
    kind: SheetKind, rows: QuerySet[Any, Any], *, limit: int = MAX_ROWS
) -> Iterator[list[Any]]:
    """Read the selected rows, with an empty cell for each column that is never exported.

    Raises:
        ExportTooLarge: Before anything is read.
    """
    count = rows.count()
    if count > limit:
        raise ExportTooLarge(rows=count, limit=limit)
    hidden = [
        place
        for place, column in enumerate(kind.columns)
        if _LOOKUPS[kind.key].get(column.key, "") is None
    ]
    for row in rows.iterator(chunk_size=5000):
        cells = list(row)
        for place in hidden:
            cells.insert(place, None)
        yield cells


def _rows(kind: str) -> QuerySet[Any]:
    match kind:
        case "institutions":
            return Institution.objects.all()
        case "classes":
            return SchoolClass.objects.all()
        case "students":
            return Student.objects.filter(left_on=None)
        case "staff":
            return Staff.objects.filter(left_on=None)
        case _:
            return Facility.objects.all()
