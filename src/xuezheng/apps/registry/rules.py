"""Rules that tie a code to a kind, a stage to a kind, and a grade to a stage."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from django.conf import settings

from xuezheng.kernel.errors import InputError, gettext_noop
from xuezheng.kernel.identifiers import check_institution_class, parse_institution_code
from xuezheng.policy import Pack, find_pack, load_pack

CODE_CLASSES_PARAMETER = "school_code_classes"

# School identification code (学校（机构）标识码), first two digits; a pack may state its own table.
NATIONAL_CODE_CLASSES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "kindergarten": ("11",),
        "primary": ("21",),
        "teaching_point": ("21",),
        "nine_year": ("31",),
        "junior": ("31",),
        "senior": ("34",),
        "complete_secondary": ("34",),
        "twelve_year": ("34",),
        "vocational": ("36",),
        "special": ("51",),
    }
)

STAGES_OF_KIND: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "kindergarten": ("kindergarten",),
        "primary": ("primary", "kindergarten"),  # a primary school may run kindergarten classes
        "teaching_point": ("primary", "kindergarten"),
        "nine_year": ("primary", "junior", "kindergarten"),
        "junior": ("junior",),
        "senior": ("senior",),
        "complete_secondary": ("junior", "senior"),
        "twelve_year": ("primary", "junior", "senior", "kindergarten"),
        "vocational": ("vocational",),
        "special": ("special",),
    }
)

_GRADES: Mapping[str, int] = MappingProxyType(
    {"kindergarten": 3, "primary": 6, "junior": 4, "senior": 3, "vocational": 3, "special": 6}
)
_GRADES_OF_STRUCTURE: Mapping[tuple[str, str], int] = MappingProxyType(
    {("primary", "6-3"): 6, ("junior", "6-3"): 3, ("primary", "5-4"): 5, ("junior", "5-4"): 4}
)


class StageNotTaught(InputError):
    """An institution of this kind has no classes of this stage."""

    code = "registry.stage_not_taught"
    template = gettext_noop(
        "Institution %(institution)s is a %(kind)s and has no classes of stage %(stage)s."
    )
    remedy = gettext_noop(
        "Use one of the stages %(allowed)s, or correct the kind of the institution."
    )


class GradeOutOfRange(InputError):
    """The stage has no such grade in the grade structure of the institution."""

    code = "registry.grade_out_of_range"
    template = gettext_noop(
        "Stage %(stage)s of institution %(institution)s (structure %(structure)s) has no grade %(grade)s."
    )
    remedy = gettext_noop("Give a grade from 1 to %(last)s, counted within the stage.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryRules:
    """The rules in force on a day."""

    code_classes: Mapping[str, tuple[str, ...]]

    def check_code(self, code: str, kind: str) -> None:
        """Check that a code has ten digits and that its class digits belong to the kind.

        Raises:
            CodeMalformed: If it is no code.
            InstitutionClassWrong: If the class digits belong to another kind.
        """
        check_institution_class(parse_institution_code(code), kind, self.code_classes)


def rules_of(pack: Pack, *, on: date) -> RegistryRules:
    """Read the rules of a pack as they are in force on a day."""
    if CODE_CLASSES_PARAMETER not in pack.parameters:
        return RegistryRules(code_classes=NATIONAL_CODE_CLASSES)
    table = pack.parameter(CODE_CLASSES_PARAMETER, on=on)
    return RegistryRules(
        code_classes={kind: tuple(str(c) for c in classes) for kind, classes in table.items()}
    )


@lru_cache(maxsize=8)
def city_rules(on: date) -> RegistryRules:
    """Give the rules of the pack that this installation runs."""
    return rules_of(load_pack(find_pack(settings.CITY_PACK)), on=on)


def last_grade(stage: str, structure: str) -> int:
    """Give the highest grade of a stage; without a structure the longest that any structure has."""
    return _GRADES_OF_STRUCTURE.get((stage, structure), _GRADES.get(stage, 6))


def check_stage_and_grade(
    *, institution: str, kind: str, structure: str, stage: str, grade: int
) -> None:
    """Check that an institution can have a class or a student of a stage and grade.

    Raises:
        StageNotTaught: If its kind does not teach the stage.
        GradeOutOfRange: If the stage has no such grade there.
    """
    allowed = STAGES_OF_KIND.get(kind, ())
    if stage not in allowed:
        raise StageNotTaught(
            institution=institution, kind=kind, stage=stage, allowed=", ".join(allowed) or "-"
        )
    last = last_grade(stage, structure)
    if not 1 <= grade <= last:
        raise GradeOutOfRange(
            institution=institution, structure=structure or "-", stage=stage, grade=grade, last=last
        )
