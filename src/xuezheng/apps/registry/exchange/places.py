"""What the registers know already, as far as an import needs it: institutions, classes, campuses, divisions."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from xuezheng.apps.record.access import Scope
from xuezheng.apps.registry.exchange.reading import SheetRow
from xuezheng.apps.registry.exchange.sheets import fold
from xuezheng.apps.registry.models import Campus, Division, Institution, SchoolClass, Township
from xuezheng.apps.registry.rules import STAGES_OF_KIND, last_grade

_NAMES_ALIKE = 0.6  # below this part of equal characters a name is reported; it is advisory only


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownInstitution:
    """The facts of an institution that other rows lean on."""

    code: str
    division: str
    name: str
    kind: str
    structure: str
    closed_on: date | None


class Places:
    """Looks up what rows refer to; everything is read once or once a chunk."""

    def __init__(self, scope: Scope) -> None:
        """Read the divisions and institutions, of which a city has some thousands."""
        self.scope = scope
        self.institutions = {
            row[0]: KnownInstitution(
                code=row[0],
                division=row[1],
                name=row[2],
                kind=row[3],
                structure=row[4],
                closed_on=row[5],
            )
            for row in Institution.objects.order_by().values_list(
                "code", "division_id", "name_zh", "kind", "grade_structure", "closed_on"
            )
        }
        self._divisions: dict[str, str] = {}
        for code, zh, en in Division.objects.order_by().values_list("code", "name_zh", "name_en"):
            self._divisions |= {code: code, fold(zh): code, fold(en): code}
        self._townships = {
            key: code
            for code, division, name in Township.objects.order_by().values_list(
                "code", "division_id", "name_zh"
            )
            for key in ((division, code), (division, fold(name)))
        }
        self._classes: dict[str, dict[tuple[int, str, int, int], int]] = {}
        self._campuses: dict[str, dict[int, int]] = {}
        self._alike: dict[tuple[str, str], bool] = {}

    def prepare(self, institutions: Iterable[str]) -> None:
        """Read the classes and campuses of the institutions that a chunk of rows names."""
        wanted = set(institutions) - set(self._classes)
        if not wanted:
            return
        self._classes |= {code: {} for code in wanted}
        self._campuses |= {code: {} for code in wanted}
        for code, year, stage, grade, number, pk in (
            SchoolClass.objects.filter(institution__in=wanted)
            .order_by()
            .values_list("institution_id", "school_year", "stage", "grade", "number", "pk")
        ):
            self._classes[code][year, stage, grade, number] = pk
        campuses = Campus.objects.filter(institution__in=wanted).order_by()
        for code, number, pk in campuses.values_list("institution_id", "number", "pk"):
            self._campuses[code][number] = pk

    def institution(self, row: SheetRow, column: str = "institution_id") -> KnownInstitution | None:
        """Find the institution that a row names, check that it is open, in scope and called alike."""
        code = row.values.get(column)
        if code is None:
            return None
        found = self.institutions.get(code)
        if found is None:
            row.refuse("institution_unknown", column, value=code)
            return None
        if not self.scope.covers(division=found.division, institution=code):
            row.refuse("out_of_scope", column, where=found.name)
            return None
        if found.closed_on is not None:
            row.refuse(
                "institution_closed", column, value=code, closed_on=found.closed_on.isoformat()
            )
            return None
        self.compare_name(row, found, "institution_name")
        return found

    def compare_name(self, row: SheetRow, known: KnownInstitution, column: str) -> None:
        """Warn when a sheet calls an institution quite differently; the code decides all the same."""
        name = row.values.get(column)
        if not name:
            return
        key = (known.code, name)
        if key not in self._alike:
            matcher = difflib.SequenceMatcher(None, fold(name), fold(known.name), autojunk=False)
            self._alike[key] = fold(name) in fold(known.name) or matcher.ratio() >= _NAMES_ALIKE
        if not self._alike[key]:
            row.warn("name_differs", column, code=known.code, registered=known.name, value=name)

    def division(self, row: SheetRow, column: str, *, anywhere: bool = False) -> str | None:
        """Find a division by code or name; `市外` stands for none."""
        text = row.values.get(column)
        if text is None or (anywhere and fold(text) in {"市外", "外市", "outside"}):
            return None
        code = self._divisions.get(fold(text))
        if code is None:
            row.refuse("division_unknown", column, value=text[:40])
        return code

    def township(self, row: SheetRow, column: str, division: str) -> str | None:
        """Find a township of a division by code or name."""
        text = row.values.get(column)
        if text is None:
            return None
        code = self._townships.get((division, fold(text)))
        if code is None:
            row.refuse("township_unknown", column, value=text[:40], division=division)
        return code

    def campus(self, row: SheetRow, institution: str) -> int | None:
        """Find a campus of an institution by its number."""
        number = row.values.get("campus_id")
        if number is None:
            return None
        pk = self._campuses[institution].get(number)
        if pk is None:
            row.refuse("campus_unknown", "campus_id", institution=institution, value=number)
        return pk

    def class_id(self, row: SheetRow, institution: str, stage: str, grade: int) -> int | None:
        """Find the class of an institution that a row names; without a school year the latest that has it."""
        number, year = row.values.get("class_number"), row.values.get("school_year")
        known = self._classes[institution]
        if number is None:
            return None
        years = (
            [y for (y, s, g, n) in known if (s, g, n) == (stage, grade, number)]
            if year is None
            else [year]
        )
        pk = known.get((max(years), stage, grade, number)) if years else None
        if pk is None:
            row.refuse(
                "class_unknown",
                "class_number",
                institution=institution,
                number=number,
                grade=grade,
                stage=stage,
                year=year or "-",
            )
        return pk

    @staticmethod
    def check_stage(
        row: SheetRow, known: KnownInstitution, stage: str | None, grade: int | None
    ) -> bool:
        """Check that an institution teaches a stage and that the stage has the grade there."""
        if stage is None:
            return True
        if stage not in STAGES_OF_KIND.get(known.kind, ()):
            row.refuse("stage_not_taught", "stage")
            return False
        last = last_grade(stage, known.structure)
        if grade is not None and not 1 <= grade <= last:
            row.refuse("grade_out_of_range", "grade", value=grade, last=last)
            return False
        return True
