"""Load a pack: read every file, collect every problem, and only then give the pack or fail."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from xuezheng.kernel.calendar import WorkingDayCalendar
from xuezheng.kernel.errors import Phrase, gettext_noop
from xuezheng.kernel.periods import Period
from xuezheng.policy.cases import check_cases
from xuezheng.policy.checks import Checker, Known
from xuezheng.policy.content import YAML_SUFFIX, counted_files, hash_content
from xuezheng.policy.geography import Geography, GeographyReader
from xuezheng.policy.indicator_checks import (
    check_indicators,
    check_vocabularies,
    named_vocabularies,
)
from xuezheng.policy.indicators import Indicator, IndicatorView
from xuezheng.policy.location import PACK_FILE, find_pack, find_shared_file
from xuezheng.policy.pack import Pack
from xuezheng.policy.plan import PlanFile
from xuezheng.policy.points import PointsFile
from xuezheng.policy.problems import PackInvalid, PackMissing, PackProblem
from xuezheng.policy.reading import YamlFile, read_yaml
from xuezheng.policy.schema import (
    CalendarFile,
    CaseFile,
    DocumentFile,
    OrganisationFile,
    PackFile,
    ParameterFile,
    UnitFile,
    Vocabulary,
    VocabularyFile,
)
from xuezheng.policy.validation import validate

Model = TypeVar("Model", bound=BaseModel)

DOCUMENTS_FILE = "documents.yaml"
ORGANISATION_FILE = "organisation.yaml"
UNITS_FILE = "units.yaml"
CALENDAR_FILE = "calendar-cn.yaml"
POINTS_FILE = "points.yaml"
VOCABULARIES_FILE = "vocabularies.yaml"
SHARED_FILES = (UNITS_FILE, CALENDAR_FILE, VOCABULARIES_FILE)

_ABSENT = gettext_noop("the file is missing")
_ABSENT_REMEDY = gettext_noop("Add it; docs/how-to/write-a-pack.md shows its content.")
_STRAY = gettext_noop("no file of a pack lies here")
_STRAY_REMEDY = gettext_noop("Move it to parameters/, plan/, cases/ or indicators/, or delete it.")
_ID = gettext_noop("the id does not match the pack's folder %(folder)s")
_ID_REMEDY = gettext_noop("Rename the folder, or correct the id.")
_TWICE = gettext_noop("another file has an indicator of the same id")
_TWICE_REMEDY = gettext_noop("Give each its own id.")


def load_pack(path: Path | str) -> Pack:
    """Load and check a pack.

    Args:
        path: The pack's folder, or its id as harbin/2023, which is looked for where packs lie.

    Raises:
        PackMissing: If there is no pack.yaml.
        PackInvalid: With every problem of every file.
    """
    folder = Path(path)
    if not (folder / PACK_FILE).is_file():
        if isinstance(path, Path) or folder.exists():
            raise PackMissing(name=folder.name, places=str(folder))
        folder = find_pack(path)
    folder = folder.resolve()
    stamps = tuple(
        (str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in _all_files(folder)
    )
    return _load(folder, stamps)


@lru_cache(maxsize=8)
def _load(folder: Path, _stamps: tuple[tuple[str, int, int], ...]) -> Pack:
    return _Loader(folder).load()


def _all_files(folder: Path) -> Iterator[Path]:
    yield from (folder / name for name in counted_files(folder))
    for name in SHARED_FILES:
        yield find_shared_file(name, pack=folder)


@dataclass(slots=True)
class _Loader:
    folder: Path
    problems: list[PackProblem] = field(default_factory=list)
    yaml_files: dict[str, YamlFile] = field(default_factory=dict)
    raw_files: dict[str, bytes] = field(default_factory=dict)

    def load(self) -> Pack:
        self._read_all()
        shared = {
            name: self._read(find_shared_file(name, pack=self.folder), name)
            for name in SHARED_FILES
        }
        identity = self._one(PACK_FILE, PackFile)
        documents = self._one(DOCUMENTS_FILE, DocumentFile)
        organisation = self._one(ORGANISATION_FILE, OrganisationFile)
        units = self._validated(shared[UNITS_FILE], UnitFile)
        calendar = self._validated(shared[CALENDAR_FILE], CalendarFile)
        terms = self._validated(shared[VOCABULARIES_FILE], VocabularyFile)
        parameters = self._many("parameters", ParameterFile)
        plan = self._many("plan", PlanFile)
        cases = self._many("cases", CaseFile)
        indicator_files = self._many("indicators", Indicator)
        indicators = self._by_id(indicator_files)
        view_files = self._many("indicators/views", IndicatorView)
        views = self._by_id(view_files)
        points = self._validated(self.yaml_files.get(POINTS_FILE), PointsFile)
        self._find_strays()
        if not (identity and documents and organisation and units and calendar and terms):
            raise self._invalid()
        self._check_id(identity)
        geography = self._read_geography(identity)
        known = Known(
            documents=documents.documents,
            units=units.units,
            organisation=tuple(organisation.units),
            divisions=tuple(division.code for division in geography.divisions),
            indicators=tuple(indicators),
            identity=identity,
        )
        checker = Checker(known, self.problems)
        checker.check_identity(self.yaml_files[PACK_FILE])
        checker.check_organisation(self.yaml_files[ORGANISATION_FILE], organisation)
        names = {name for _, content in parameters.values() for name in content.parameters}
        for file, content in parameters.values():
            checker.check_parameters(file, content, names)
        for file, section in plan.values():
            checker.check_plan(file, section)
        if points is not None:
            checker.check_points(self.yaml_files[POINTS_FILE], points)
        self.problems += check_indicators(
            indicator_files,
            plan,
            parameters=dict.fromkeys(names),
            units=units.units,
            documents=documents.documents,
        )
        self.problems += check_vocabularies(indicator_files, view_files, terms.vocabularies)
        if self.problems:
            raise self._invalid()
        used = {key for _, _, key in named_vocabularies(indicator_files, view_files)}
        pack = Pack(
            path=self.folder,
            hash=self._hash(
                identity,
                parameters,
                plan,
                units,
                calendar,
                {key: terms.vocabularies[key] for key in used},
            ),
            identity=identity,
            documents=documents.documents,
            units=units.units,
            vocabularies=terms.vocabularies,
            organisation=organisation.units,
            parameters={
                name: entry
                for _, part in parameters.values()
                for name, entry in part.parameters.items()
            },
            plan=tuple(part for _, part in plan.values()),
            indicators=indicators,
            indicator_views=views,
            cases=tuple(case for _, part in cases.values() for case in part.cases),
            geography=geography,
            calendar=make_calendar(calendar),
            points=points,
        )
        self.problems += check_cases(pack, cases)
        if self.problems:
            raise self._invalid()
        return pack

    def _read_all(self) -> None:
        for name in counted_files(self.folder):
            path = self.folder / name
            if name.endswith(YAML_SUFFIX):
                file = self._read(path, name)
                if file is not None:
                    self.yaml_files[name] = file
            else:
                self.raw_files[name] = path.read_bytes()

    def _read(self, path: Path, name: str) -> YamlFile | None:
        file, problems = read_yaml(path, name)
        self.problems += problems
        return file

    def _validated(self, file: YamlFile | None, model: type[Model]) -> Model | None:
        if file is None:
            return None
        content, problems = validate(file, model)
        self.problems += problems
        return content

    def _one(self, name: str, model: type[Model]) -> Model | None:
        if not (self.folder / name).is_file():
            self._report(name, Phrase(_ABSENT), Phrase(_ABSENT_REMEDY))
        return self._validated(self.yaml_files.get(name), model)

    def _many(self, folder: str, model: type[Model]) -> dict[str, tuple[YamlFile, Model]]:
        found = {}
        for name, file in self.yaml_files.items():
            if name.rpartition("/")[0] == folder:
                content = self._validated(file, model)
                if content is not None:
                    found[name] = (file, content)
        return found

    def _by_id(self, files: Mapping[str, tuple[YamlFile, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for file, content in files.values():
            if content.id in found:
                problem = file.problem(("id",), Phrase(_TWICE), Phrase(_TWICE_REMEDY))
                self.problems.append(problem)
            found[content.id] = content
        return found

    def _find_strays(self) -> None:
        single = {PACK_FILE, DOCUMENTS_FILE, ORGANISATION_FILE, POINTS_FILE}
        folders = {"parameters", "plan", "cases", "indicators", "indicators/views"}
        for name in self.yaml_files:
            if name not in single and name.rpartition("/")[0] not in folders:
                self._report(name, Phrase(_STRAY), Phrase(_STRAY_REMEDY))

    def _check_id(self, identity: PackFile) -> None:
        folder = f"{self.folder.parent.name}/{self.folder.name}"
        if identity.id != folder:
            what = Phrase(_ID, folder=folder)
            file = self.yaml_files[PACK_FILE]
            self.problems.append(file.problem(("id",), what, Phrase(_ID_REMEDY)))

    def _read_geography(self, identity: PackFile) -> Geography:
        reader = GeographyReader()
        files = identity.geography
        divisions = reader.read_divisions(files.divisions, self._text(files.divisions))
        townships = reader.read_townships(files.townships, self._text(files.townships), divisions)
        shapes = reader.read_boundaries(files.boundaries, self._text(files.boundaries), divisions)
        self.problems += reader.problems
        return Geography(divisions=divisions, townships=townships, boundaries=shapes)

    def _text(self, name: str) -> str:
        if name not in self.raw_files:
            self._report(name, Phrase(_ABSENT), Phrase(_ABSENT_REMEDY))
            return ""
        return self.raw_files[name].decode("utf-8-sig", errors="replace")

    def _report(self, file: str, what: Phrase, remedy: Phrase) -> None:
        self.problems.append(
            PackProblem(file=file, line=None, path="(file)", value=None, what=what, remedy=remedy)
        )

    def _invalid(self) -> PackInvalid:
        return PackInvalid(pack=str(self.folder), problems=self.problems)

    def _hash(
        self,
        identity: PackFile,
        parameters: Mapping[str, tuple[YamlFile, ParameterFile]],
        plan: Mapping[str, tuple[YamlFile, PlanFile]],
        units: UnitFile,
        calendar: CalendarFile,
        vocabularies: Mapping[str, Vocabulary],
    ) -> str:
        named = {
            entry.unit for _, part in parameters.values() for entry in part.parameters.values()
        }
        for _, part in plan.values():
            named |= {item.target.unit for item in part.commitments if item.target is not None}
        years = range(identity.period.start.year, identity.period.end.year + 2)
        return hash_content(
            yaml_values={name: file.value for name, file in self.yaml_files.items()},
            raw_files=self.raw_files,
            units={key: units.units[key].model_dump() for key in sorted(named)},
            calendar={
                str(year): calendar.years[str(year)].model_dump()
                for year in years
                if str(year) in calendar.years
            },
            vocabularies={key: entry.model_dump() for key, entry in vocabularies.items()},
        )


def make_calendar(content: CalendarFile) -> WorkingDayCalendar:
    """Make the working-day calendar from calendar-cn.yaml."""
    holidays: list[date] = []
    makeup_days: list[date] = []
    for year in content.years.values():
        for first, last in year.holidays:
            holidays += Period.through(first, last)
        makeup_days += year.makeup_days
    return WorkingDayCalendar.of(
        years=(int(year) for year in content.years), holidays=holidays, makeup_days=makeup_days
    )
