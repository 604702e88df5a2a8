"""Administrative classes."""

from collections.abc import Mapping
from typing import Any

from xuezheng.apps.registry.models import Campus, Institution, SchoolClass
from xuezheng.apps.registry.models.choices import ClassKind
from xuezheng.apps.registry.rules import check_stage_and_grade
from xuezheng.apps.registry.services.changes import check_fields, create_row, update_row
from xuezheng.apps.registry.services.institutions import refuse_closed
from xuezheng.kernel.errors import InputError, StateError, gettext_noop

EDITABLE = frozenset({"campus_id", "kind", "reported_pupils"})


class ClassOfAnotherInstitution(InputError):
    """A class or campus belongs to another institution than the one it is used with."""

    code = "registry.class_of_another_institution"
    template = gettext_noop("%(what)s belongs to institution %(found)s, not to %(institution)s.")
    remedy = gettext_noop("Choose one of institution %(institution)s.")


class ClassExists(StateError):
    """The institution has such a class already."""

    code = "registry.class_exists"
    template = gettext_noop(
        "Institution %(institution)s already has class %(number)s of grade %(grade)s, %(stage)s."
    )
    remedy = gettext_noop("Give another class number.")


def create_class(
    *,
    by: object,
    institution: Institution,
    school_year: int,
    stage: str,
    grade: int,
    number: int,
    kind: str = ClassKind.ORDINARY,
    campus: Campus | None = None,
) -> SchoolClass:
    """Enter a class; its stage and grade fit the institution's kind and grade structure.

    Raises:
        StageNotTaught: If the institution does not teach the stage.
        GradeOutOfRange: If the stage has no such grade there.
        ClassExists: If the key is taken.
    """
    refuse_closed(institution)
    _check_campus(institution, campus)
    check_stage_and_grade(
        institution=institution.code,
        kind=institution.kind,
        structure=institution.grade_structure,
        stage=stage,
        grade=grade,
    )
    key = {
        "institution": institution,
        "school_year": school_year,
        "stage": stage,
        "grade": grade,
        "number": number,
    }
    if SchoolClass.objects.filter(**key).exists():
        raise ClassExists(institution=institution.code, number=number, grade=grade, stage=stage)
    row = SchoolClass(division_id=institution.division_id, kind=kind, campus=campus, **key)
    return create_row(
        row,
        by=by,
        action="registry.class.create",
        subject=("institution", institution.code),
        division=institution.division_id,
        facts={"school_year": school_year, "stage": stage, "grade": grade, "number": number},
    )


def update_class(
    *, by: object, school_class: SchoolClass, changes: Mapping[str, Any]
) -> dict[str, Any]:
    """Change the campus, the kind or the reported number of pupils of a class."""
    check_fields(SchoolClass, changes, EDITABLE)
    if changes.get("campus_id"):
        _check_campus(school_class.institution, Campus.objects.get(pk=changes["campus_id"]))
    return update_row(
        school_class,
        by=by,
        action="registry.class.update",
        subject=("class", school_class.pk),
        division=school_class.division_id,
        changes=changes,
    )


def _check_campus(institution: Institution, campus: Campus | None) -> None:
    if campus is not None and campus.institution_id != institution.code:
        raise ClassOfAnotherInstitution(
            what=campus.name_zh, found=campus.institution_id, institution=institution.code
        )
