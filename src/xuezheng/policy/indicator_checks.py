"""What must hold between indicators and the rest of a pack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xuezheng.kernel.errors import Phrase, gettext_noop
from xuezheng.policy.indicators import FactColumnDoc, Indicator, IndicatorView
from xuezheng.policy.plan import Commitment, PlanFile
from xuezheng.policy.problems import PackProblem
from xuezheng.policy.reading import Location, YamlFile
from xuezheng.policy.schema import Document, Unit, Vocabulary

IndicatorFiles = Mapping[str, tuple[YamlFile, Indicator]]
ViewFiles = Mapping[str, tuple[YamlFile, IndicatorView]]
PlanFiles = Mapping[str, tuple[YamlFile, PlanFile]]

_UNIT = gettext_noop("the unit is not in units.yaml")
_UNIT_REMEDY = gettext_noop("Use one of: %(known)s; or add it to units.yaml.")
_PARAMETER = gettext_noop("the pack has no parameter of that name")
_PARAMETER_REMEDY = gettext_noop("Correct the name, or add the parameter.")
_VOCABULARY = gettext_noop("the vocabulary is not in vocabularies.yaml")
_VOCABULARY_REMEDY = gettext_noop("Use one of: %(known)s; or add it to vocabularies.yaml.")
_NEEDS = gettext_noop("the pack has no indicator of that id")
_NEEDS_REMEDY = gettext_noop("Correct the id, or add the indicator.")
_COMMITMENT = gettext_noop("the plan has no commitment of that id")
_COMMITMENT_REMEDY = gettext_noop("Correct the id, or remove it.")
_RIVAL = gettext_noop("the verified figure of %(commitment)s comes from %(rival)s already")
_RIVAL_REMEDY = gettext_noop("Remove the commitment here or there; each has one indicator.")
_OTHER_UNIT = gettext_noop("the target of commitment %(commitment)s is in another unit: %(unit)s")
_OTHER_UNIT_REMEDY = gettext_noop("Give both the same unit, so that figure and target compare.")
_DOCUMENT = gettext_noop("the document is not in documents.yaml")
_DOCUMENT_REMEDY = gettext_noop("Use one of: %(known)s; or add it to documents.yaml.")
_NOT_BACK = gettext_noop("the indicator %(indicator)s does not list this commitment")
_NOT_BACK_REMEDY = gettext_noop("Add “%(commitment)s” to its commitments, or remove it here.")
_READINGS = gettext_noop("the readings differ from those of indicator %(indicator)s: %(theirs)s")
_READINGS_REMEDY = gettext_noop("Give both the same ids, and mark the same one official.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What an indicator may refer to."""

    parameters: Mapping[str, object]
    units: Mapping[str, Unit]
    documents: Mapping[str, Document]
    indicators: Mapping[str, Indicator]
    commitments: Mapping[str, Commitment]


def check_indicators(
    indicators: IndicatorFiles,
    plan: PlanFiles,
    *,
    parameters: Mapping[str, object],
    units: Mapping[str, Unit],
    documents: Mapping[str, Document],
) -> list[PackProblem]:
    """Check sources, units, parameters, needs, and that each commitment has one indicator at most.

    An indicator lists the commitments whose verified figure it is. A commitment may name it too; then the
    two must agree, and so must their readings.
    """
    commitments = {item.id: item for _, part in plan.values() for item in part.commitments}
    by_id = {content.id: content for _, content in indicators.values()}
    known = Known(
        parameters=parameters,
        units=units,
        documents=documents,
        indicators=by_id,
        commitments=commitments,
    )
    figures: dict[str, str] = {}
    problems = []
    for file, indicator in indicators.values():
        problems += _check_references(file, indicator, known)
        problems += _check_commitments(file, indicator, commitments, figures)
    for file, part in plan.values():
        for index, commitment in enumerate(part.commitments):
            named = by_id.get(commitment.indicator or "")
            if named is not None:
                problems += _check_link(file, ("commitments", index), commitment, named)
    return problems


def _check_references(file: YamlFile, indicator: Indicator, known: Known) -> list[PackProblem]:
    problems = []
    if indicator.unit not in known.units:
        what, remedy = Phrase(_UNIT), Phrase(_UNIT_REMEDY, known=", ".join(known.units))
        problems.append(file.problem(("unit",), what, remedy))
    if indicator.source.document not in known.documents:
        remedy = Phrase(_DOCUMENT_REMEDY, known=", ".join(known.documents))
        problems.append(file.problem(("source", "document"), Phrase(_DOCUMENT), remedy))
    for at, name in _thresholds(indicator):
        if name not in known.parameters:
            problems.append(file.problem(at, Phrase(_PARAMETER), Phrase(_PARAMETER_REMEDY)))
    for index, needed in enumerate(indicator.needs):
        if needed not in known.indicators:
            at = ("needs", index)
            problems.append(file.problem(at, Phrase(_NEEDS), Phrase(_NEEDS_REMEDY)))
    return problems


def _thresholds(indicator: Indicator) -> list[tuple[Location, str]]:
    found: list[tuple[Location, str]] = [
        (("readings", index, "thresholds", level, "parameter"), threshold.parameter)
        for index, reading in enumerate(indicator.readings)
        for level, threshold in reading.thresholds.items()
        if threshold.parameter is not None
    ]
    return found + [
        (("readings", index, "near", "parameter"), reading.near.parameter)
        for index, reading in enumerate(indicator.readings)
        if reading.near is not None and reading.near.parameter is not None
    ]


def check_vocabularies(
    indicators: IndicatorFiles, views: ViewFiles, vocabularies: Mapping[str, Vocabulary]
) -> list[PackProblem]:
    """Check that the columns of indicators and views name vocabularies that there are."""
    remedy = Phrase(_VOCABULARY_REMEDY, known=", ".join(vocabularies))
    return [
        file.problem(at, Phrase(_VOCABULARY), remedy)
        for file, at, key in named_vocabularies(indicators, views)
        if key not in vocabularies
    ]


def named_vocabularies(
    indicators: IndicatorFiles, views: ViewFiles
) -> list[tuple[YamlFile, Location, str]]:
    """Give the keys of vocabularies that indicators and views name, each with its place."""
    named: list[tuple[YamlFile, Location, str]] = []
    for file, view in views.values():
        named += [(file, at, key) for at, key in _named(("columns",), view.columns)]
    for file, indicator in indicators.values():
        for index, reading in enumerate(indicator.readings):
            place = ("readings", index)
            named += [(file, at, key) for at, key in _named((*place, "columns"), reading.columns)]
            named += [
                (file, (*place, "vocabularies", column), key)
                for column, key in reading.vocabularies.items()
            ]
    return named


def _named(place: Location, columns: Sequence[FactColumnDoc]) -> list[tuple[Location, str]]:
    return [
        ((*place, index, "values"), column.values)
        for index, column in enumerate(columns)
        if column.values is not None
    ]


def _check_commitments(
    file: YamlFile,
    indicator: Indicator,
    commitments: Mapping[str, Commitment],
    figures: dict[str, str],
) -> list[PackProblem]:
    problems = []
    for index, commitment_id in enumerate(indicator.commitments):
        at = ("commitments", index)
        commitment = commitments.get(commitment_id)
        if commitment is None:
            problems.append(file.problem(at, Phrase(_COMMITMENT), Phrase(_COMMITMENT_REMEDY)))
        elif (
            figures.setdefault(commitment_id, commitment.indicator or indicator.id) != indicator.id
        ):
            facts = {"commitment": commitment_id, "rival": figures[commitment_id]}
            problems.append(file.problem(at, Phrase(_RIVAL, **facts), Phrase(_RIVAL_REMEDY)))
        elif commitment.target is not None and commitment.target.unit != indicator.unit:
            facts = {"commitment": commitment_id, "unit": commitment.target.unit}
            what, remedy = Phrase(_OTHER_UNIT, **facts), Phrase(_OTHER_UNIT_REMEDY)
            problems.append(file.problem(("unit",), what, remedy))
    return problems


def _check_link(
    file: YamlFile, at: Location, commitment: Commitment, indicator: Indicator
) -> list[PackProblem]:
    problems = []
    facts = {"commitment": commitment.id, "indicator": indicator.id}
    if commitment.id not in indicator.commitments:
        what, remedy = Phrase(_NOT_BACK, **facts), Phrase(_NOT_BACK_REMEDY, **facts)
        problems.append(file.problem((*at, "indicator"), what, remedy))
    theirs = {(reading.id, reading.official) for reading in indicator.readings}
    ours = {(reading.id, reading.official) for reading in commitment.readings}
    if ours and ours != theirs:
        names = ", ".join(
            f"{name}{' (official)' if official else ''}" for name, official in sorted(theirs)
        )
        what = Phrase(_READINGS, theirs=names, **facts)
        problems.append(file.problem((*at, "readings"), what, Phrase(_READINGS_REMEDY), value=None))
    return problems
