"""Cases: examples that show a pack's rules at work, run as tests."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from xuezheng.kernel.errors import PackError, Phrase, gettext_noop
from xuezheng.policy.pack import Pack
from xuezheng.policy.problems import PackProblem
from xuezheng.policy.reading import YamlFile
from xuezheng.policy.schema import Case, CaseFile, Outcome

_DIFFERS = gettext_noop("the case expects %(expected)s, but the rule says %(found)s")
_DIFFERS_REMEDY = gettext_noop("Correct the case, or the value of %(rule)s.")
_UNREADABLE = gettext_noop("the figure of the case cannot be compared with %(rule)s")
_UNREADABLE_REMEDY = gettext_noop("Give a number; for a table a map with key and value.")
_UNCOVERED = gettext_noop("the rule %(rule)s has no case that expects %(missing)s")
_UNCOVERED_REMEDY = gettext_noop("Add one under cases/.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """What a case expects and what the rule says; None where it cannot say anything."""

    case: Case
    found: Outcome | None
    why: Phrase | None = None

    @property
    def holds(self) -> bool:
        """Tell whether the rule says what the case expects."""
        return self.found == self.case.expect


def run_case(pack: Pack, case: Case) -> CaseResult:
    """Judge the figure of a case by its rule on its day."""
    try:
        entry = pack.parameter_entry(case.rule)
        limit = pack.parameter(case.rule, on=case.on)
        if not _readable(entry.test, limit, case.given):
            return CaseResult(case=case, found=None, why=Phrase(_UNREADABLE, rule=case.rule))
        return CaseResult(case=case, found=pack.judge(case.rule, case.given, on=case.on))
    except PackError as error:
        return CaseResult(case=case, found=None, why=Phrase(type(error).template, **error.facts))


def check_cases(pack: Pack, files: Mapping[str, tuple[YamlFile, CaseFile]]) -> list[PackProblem]:
    """Run all cases, and demand of each rule one that passes and one that fails."""
    problems = []
    for file, content in files.values():
        for index, case in enumerate(content.cases):
            result = run_case(pack, case)
            if result.holds:
                continue
            facts = {"expected": case.expect, "found": result.found, "rule": case.rule}
            what = result.why or Phrase(_DIFFERS, **facts)
            remedy = _UNREADABLE_REMEDY if result.why else _DIFFERS_REMEDY
            problems.append(file.problem(("cases", index), what, Phrase(remedy, **facts)))
    return problems + _find_uncovered(pack)


def _find_uncovered(pack: Pack) -> list[PackProblem]:
    covered = {(case.rule, case.expect) for case in pack.cases}
    return [
        PackProblem(
            file="cases/",
            line=None,
            path=name,
            value=None,
            what=Phrase(_UNCOVERED, rule=name, missing=outcome),
            remedy=Phrase(_UNCOVERED_REMEDY),
        )
        for name, entry in pack.parameters.items()
        if entry.test is not None
        for outcome in ("pass", "fail")
        if (name, outcome) not in covered
    ]


def _readable(test: str | None, limit: object, given: object) -> bool:
    if test == "one_of":
        return not isinstance(limit, Mapping) or (
            isinstance(given, Mapping) and {"key", "value"} == set(given)
        )
    return isinstance(given, int | Decimal) and not isinstance(given, bool)
