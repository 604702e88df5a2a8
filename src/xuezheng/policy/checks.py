"""What must hold between the entries of a pack: references, sums, dates, uniqueness, cases."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from xuezheng.kernel.errors import Phrase, gettext_noop
from xuezheng.policy.pack import fits_unit
from xuezheng.policy.plan import Commitment, Milestone, PlanFile, Reading, Risk
from xuezheng.policy.points import PointsFile
from xuezheng.policy.points_checks import check_points
from xuezheng.policy.problems import PackProblem
from xuezheng.policy.reading import Location, YamlFile
from xuezheng.policy.schema import (
    Document,
    OrganisationFile,
    PackFile,
    ParameterFile,
    Source,
    Unit,
)

_DOCUMENT = gettext_noop("the document is not in documents.yaml")
_DOCUMENT_REMEDY = gettext_noop("Use one of: %(known)s; or add it to documents.yaml.")
_UNIT = gettext_noop("the unit is not in units.yaml")
_UNIT_REMEDY = gettext_noop("Use one of: %(known)s; or add it to units.yaml.")
_OWNER = gettext_noop("the unit of the bureau is not in organisation.yaml")
_OWNER_REMEDY = gettext_noop("Use one of: %(known)s; or add it to organisation.yaml.")
_INDICATOR = gettext_noop("the pack has no indicator of that id")
_INDICATOR_REMEDY = gettext_noop("Use one of: %(known)s; or add indicators/%(wanted)s.yaml.")
_DIVISION = gettext_noop("the division is not in the pack's file of divisions")
_DIVISION_REMEDY = gettext_noop("Use one of: %(known)s.")
_NEAR = gettext_noop("the pack has no parameter of that name")
_NEAR_REMEDY = gettext_noop("Correct the name, or add the parameter.")
_WRONG_UNIT = gettext_noop("the value does not fit the unit %(unit)s, which takes %(kind)s")
_WRONG_UNIT_REMEDY = gettext_noop("Correct the value or the unit.")
_SUM = gettext_noop("the shares add up to %(sum)s, but the target is %(target)s")
_SUM_REMEDY = gettext_noop("Change the shares by %(difference)s in all.")
_TWICE = gettext_noop("the id stands twice; it is also in %(other)s")
_TWICE_REMEDY = gettext_noop("Give each its own id.")
_OUTSIDE = gettext_noop("the day lies outside the plan's period %(period)s")
_OUTSIDE_REMEDY = gettext_noop("Give a day of the period.")
_SECTION = gettext_noop("the commitment does not belong to section %(section)s")
_SECTION_REMEDY = gettext_noop("Move it to the file of its section, or correct its id.")
_ENDS = gettext_noop("the parameter ends before its last value begins")
_ENDS_REMEDY = gettext_noop("Give a later day, or remove the value.")
_BACKWARDS = gettext_noop("the period ends before it starts")
_BACKWARDS_REMEDY = gettext_noop("Give the last day after the first.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What entries may refer to."""

    documents: Mapping[str, Document]
    units: Mapping[str, Unit]
    organisation: Container[str]
    divisions: Container[str]
    indicators: Container[str]
    identity: PackFile


@dataclass(slots=True)
class Checker:
    """Goes through the files of a pack and collects problems."""

    known: Known
    problems: list[PackProblem] = field(default_factory=list)
    _ids: dict[tuple[str, str], str] = field(default_factory=dict)

    def check_identity(self, file: YamlFile) -> None:
        """Check pack.yaml."""
        period = self.known.identity.period
        if period.end < period.start:
            self._report(file, ("period", "end"), _BACKWARDS, _BACKWARDS_REMEDY)
        self._check_source(file, ("plan_source",), self.known.identity.plan_source)

    def check_organisation(self, file: YamlFile, content: OrganisationFile) -> None:
        """Check the sources of organisation.yaml."""
        for key, unit in content.units.items():
            self._check_source(file, ("units", key, "source"), unit.source)

    def check_parameters(
        self, file: YamlFile, content: ParameterFile, names: Container[str]
    ) -> None:
        """Check parameters/*.yaml: sources, units, dates, references to other parameters."""
        for name, entry in content.parameters.items():
            at: Location = ("parameters", name)
            self._check_unique("parameter", name, file, at)
            self._check_source(file, (*at, "source"), entry.source)
            if entry.near is not None and entry.near not in names:
                self._report(file, (*at, "near"), _NEAR, _NEAR_REMEDY)
            if entry.ends is not None and entry.ends <= max(entry.values):
                self._report(file, (*at, "ends"), _ENDS, _ENDS_REMEDY)
            for day, value in entry.values.items():
                self._check_unit(
                    file, (*at, "values", day.isoformat()), (*at, "unit"), entry.unit, value
                )

    def check_points(self, file: YamlFile, content: PointsFile) -> None:
        """Check points.yaml: sources, tables and their cases."""
        self._check_source(file, ("source",), content.source)
        for index, table in enumerate(content.tables):
            self._check_source(file, ("tables", index, "source"), table.source)
        self.problems += check_points(file, content)

    def check_plan(self, file: YamlFile, content: PlanFile) -> None:
        """Check plan/*.yaml: one section and its commitments."""
        self._check_unique("section", content.section.id, file, ("section", "id"))
        for index, commitment in enumerate(content.commitments):
            at: Location = ("commitments", index)
            self._check_unique("commitment", commitment.id, file, (*at, "id"))
            if commitment.id.partition(".")[0] != content.section.id:
                facts = {"section": content.section.id}
                self._report(file, (*at, "id"), _SECTION, _SECTION_REMEDY, **facts)
            self._check_commitment(file, at, commitment)

    def _check_commitment(self, file: YamlFile, at: Location, commitment: Commitment) -> None:
        self._check_source(file, (*at, "source"), commitment.source)
        self._check_owners(file, at, commitment)
        for path, day in _days(at, commitment):
            self._check_day(file, path, day)
        parts: dict[str, tuple[Milestone | Reading | Risk, ...]] = {
            "milestones": commitment.milestones,
            "readings": commitment.readings,
            "risks": commitment.risks,
        }
        for kind, entries in parts.items():
            for index, entry in enumerate(entries):
                owner = f"{kind} of {commitment.id}"
                self._check_unique(owner, entry.id, file, (*at, kind, index, "id"))
        if commitment.indicator is not None and commitment.indicator not in self.known.indicators:
            self._report_unknown(
                file, (*at, "indicator"), _INDICATOR, _INDICATOR_REMEDY, self.known.indicators,
                wanted=commitment.indicator,
            )  # fmt: skip
        self._check_amounts(file, at, commitment)

    def _check_owners(self, file: YamlFile, at: Location, commitment: Commitment) -> None:
        places: list[tuple[Location, str]] = [((*at, "owner"), commitment.owner)]
        places += [((*at, "co_owners", i), key) for i, key in enumerate(commitment.co_owners)]
        for path, key in places:
            if key not in self.known.organisation:
                self._report_unknown(file, path, _OWNER, _OWNER_REMEDY, self.known.organisation)

    def _check_amounts(self, file: YamlFile, at: Location, commitment: Commitment) -> None:
        target = commitment.target
        if target is None:
            return
        unit_at = (*at, "target", "unit")
        self._check_unit(file, (*at, "target", "value"), unit_at, target.unit, target.value)
        if commitment.baseline is not None and commitment.baseline.source is not None:
            self._check_source(file, (*at, "baseline", "source"), commitment.baseline.source)
        allocation = commitment.allocation
        if allocation is None:
            return
        for code, share in allocation.shares.items():
            path = (*at, "allocation", "shares", code)
            if code not in self.known.divisions:
                self._report_unknown(file, path, _DIVISION, _DIVISION_REMEDY, self.known.divisions)
            if target.unit in self.known.units:
                self._check_unit(file, path, unit_at, target.unit, share)
        if allocation.total != target.value:
            facts = {
                "sum": allocation.total,
                "target": target.value,
                "difference": f"{target.value - allocation.total:+f}",
            }
            self._report(file, (*at, "allocation", "shares"), _SUM, _SUM_REMEDY, **facts)

    def _check_source(self, file: YamlFile, at: Location, source: Source) -> None:
        if source.document not in self.known.documents:
            self._report_unknown(
                file, (*at, "document"), _DOCUMENT, _DOCUMENT_REMEDY, self.known.documents
            )

    def _check_unit(
        self, file: YamlFile, value_path: Location, unit_path: Location, key: str, value: object
    ) -> None:
        unit = self.known.units.get(key)
        if unit is None:
            self._report_unknown(file, unit_path, _UNIT, _UNIT_REMEDY, self.known.units)
        elif not fits_unit(value, unit):
            facts = {"unit": key, "kind": unit.value}
            self._report(file, value_path, _WRONG_UNIT, _WRONG_UNIT_REMEDY, **facts)

    def _check_day(self, file: YamlFile, at: Location, day: date) -> None:
        period = self.known.identity.period
        if not period.start <= day <= period.end:
            facts = {"period": f"{period.start.isoformat()}–{period.end.isoformat()}"}
            self._report(file, at, _OUTSIDE, _OUTSIDE_REMEDY, **facts)

    def _check_unique(self, kind: str, entry_id: str, file: YamlFile, at: Location) -> None:
        first = self._ids.setdefault((kind, entry_id), f"{file.name}:{file.line_of(at)}")
        if first != f"{file.name}:{file.line_of(at)}":
            self._report(file, at, _TWICE, _TWICE_REMEDY, other=first)

    def _report(
        self, file: YamlFile, at: Location, what: str, remedy: str, **facts: object
    ) -> None:
        self.problems.append(file.problem(at, Phrase(what, **facts), Phrase(remedy, **facts)))

    def _report_unknown(
        self, file: YamlFile, at: Location, what: str, remedy: str, known: object, **facts: object
    ) -> None:
        names = (
            ", ".join(str(name) for name in known) if isinstance(known, Mapping | tuple) else "-"
        )
        self._report(file, at, what, remedy, known=names or "-", **facts)


def _days(at: Location, commitment: Commitment) -> Iterator[tuple[Location, date]]:
    yield (*at, "due"), commitment.due
    for index, milestone in enumerate(commitment.milestones):
        yield (*at, "milestones", index, "due"), milestone.due
    if commitment.counting is not None:
        yield (*at, "counting", "cut_off"), commitment.counting.cut_off
