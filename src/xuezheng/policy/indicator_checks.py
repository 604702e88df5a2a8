"""What must hold between indicators and the rest of a pack."""

from collections.abc import Mapping

from xuezheng.kernel.errors import Phrase, gettext_noop
from xuezheng.policy.indicators import Indicator
from xuezheng.policy.plan import Commitment, PlanFile
from xuezheng.policy.problems import PackProblem
from xuezheng.policy.reading import Location, YamlFile
from xuezheng.policy.schema import Unit

IndicatorFiles = Mapping[str, tuple[YamlFile, Indicator]]
PlanFiles = Mapping[str, tuple[YamlFile, PlanFile]]

_UNIT = gettext_noop("the unit is not in units.yaml")
_UNIT_REMEDY = gettext_noop("Use one of: %(known)s; or add it to units.yaml.")
_PARAMETER = gettext_noop("the pack has no parameter of that name")
_PARAMETER_REMEDY = gettext_noop("Correct the name, or add the parameter.")
_NEEDS = gettext_noop("the pack has no indicator of that id")
_NEEDS_REMEDY = gettext_noop("Correct the id, or add the indicator.")
_COMMITMENT = gettext_noop("the plan has no commitment of that id")
_COMMITMENT_REMEDY = gettext_noop("Correct the id, or remove it.")
_ONE_SIDED = gettext_noop("the commitment %(commitment)s does not name this indicator")
_ONE_SIDED_REMEDY = gettext_noop(
    "Write “indicator: %(indicator)s” in the commitment, or remove it here."
)
_NOT_BACK = gettext_noop("the indicator %(indicator)s does not list this commitment")
_NOT_BACK_REMEDY = gettext_noop("Add “%(commitment)s” to its commitments, or remove it here.")
_READINGS = gettext_noop("the readings differ from those of indicator %(indicator)s: %(theirs)s")
_READINGS_REMEDY = gettext_noop("Give both the same ids, and mark the same one official.")


def check_indicators(
    indicators: IndicatorFiles,
    plan: PlanFiles,
    *,
    parameters: Mapping[str, object],
    units: Mapping[str, Unit],
) -> list[PackProblem]:
    """Check units, parameters, needs, and that commitments and indicators name each other."""
    commitments = {item.id: item for _, part in plan.values() for item in part.commitments}
    ids = {content.id for _, content in indicators.values()}
    problems = []
    for file, indicator in indicators.values():
        if indicator.unit not in units:
            what, remedy = Phrase(_UNIT), Phrase(_UNIT_REMEDY, known=", ".join(units))
            problems.append(file.problem(("unit",), what, remedy))
        for at, name in _thresholds(indicator):
            if name not in parameters:
                problems.append(file.problem(at, Phrase(_PARAMETER), Phrase(_PARAMETER_REMEDY)))
        for index, needed in enumerate(indicator.needs):
            if needed not in ids:
                at = ("needs", index)
                problems.append(file.problem(at, Phrase(_NEEDS), Phrase(_NEEDS_REMEDY)))
        problems += _check_commitments(file, indicator, commitments)
    by_id = {content.id: content for _, content in indicators.values()}
    for file, part in plan.values():
        for index, commitment in enumerate(part.commitments):
            named = by_id.get(commitment.indicator or "")
            if named is not None:
                problems += _check_link(file, ("commitments", index), commitment, named)
    return problems


def _thresholds(indicator: Indicator) -> list[tuple[Location, str]]:
    return [
        (("readings", index, "thresholds", level, "parameter"), threshold.parameter)
        for index, reading in enumerate(indicator.readings)
        for level, threshold in reading.thresholds.items()
        if threshold.parameter is not None
    ]


def _check_commitments(
    file: YamlFile, indicator: Indicator, commitments: Mapping[str, Commitment]
) -> list[PackProblem]:
    problems = []
    for index, commitment_id in enumerate(indicator.commitments):
        at = ("commitments", index)
        commitment = commitments.get(commitment_id)
        if commitment is None:
            problems.append(file.problem(at, Phrase(_COMMITMENT), Phrase(_COMMITMENT_REMEDY)))
        elif commitment.indicator != indicator.id:
            facts = {"commitment": commitment_id, "indicator": indicator.id}
            what, remedy = Phrase(_ONE_SIDED, **facts), Phrase(_ONE_SIDED_REMEDY, **facts)
            problems.append(file.problem(at, what, remedy))
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
