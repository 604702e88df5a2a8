"""Who has a place at all: one line each, from the own list, and where the rules let them be."""

from collections.abc import Iterator, Mapping, Sequence

from xuezheng.engines.matching.checking.claims import Refusal, Rulebook, SeatPool
from xuezheng.engines.matching.checking.report import Finding, Property, Why
from xuezheng.engines.matching.checking.stages import Stage
from xuezheng.engines.matching.model import (
    Applicant,
    Assignment,
    Problem,
    Result,
    Siblings,
    Via,
)

Found = Iterator[tuple[Property, Finding]]

_BREACHES = {
    Refusal.NOT_RESERVED: (Property.QUOTAS_MET, Why.NOT_RESERVED),
    Refusal.OTHER_DIVISION: (Property.QUOTAS_MET, Why.NOT_RESERVED),
    Refusal.BELOW_MINIMUM: (Property.MINIMUM_LINES, Why.BELOW_MINIMUM),
    Refusal.LOCKED: (Property.LOCKS_RESPECTED, Why.LOCKED),
}


def check_once(problem: Problem, result: Result) -> Found:
    """Look for applicants with no line or several, and for lines of nobody."""
    known = {one.id for one in problem.applicants}
    seen: dict[str, Assignment] = {}
    before = ""
    for line in result.assignments:
        name = line.applicant
        if name not in known:
            yield Property.EACH_ONCE, _of(line, Why.UNKNOWN)
        elif name in seen:
            yield Property.EACH_ONCE, _of(line, Why.TWICE)
            if line.school and seen[name].school and line.filing != seen[name].filing:
                yield Property.FILINGS_IN_ORDER, _of(line, Why.TWICE)
        elif name < before:
            yield Property.EACH_ONCE, _of(line, Why.UNSORTED)
        seen.setdefault(name, line)
        before = name
    for name in sorted(known - set(seen)):
        yield Property.EACH_ONCE, Finding(why=Why.MISSING, applicant=name)


def check_lists(book: Rulebook, stages: Sequence[Stage], result: Result) -> Found:
    """Look at every place that came by a list: the choice is there and the pool takes the applicant."""
    of_filing = {stage.filing: stage for stage in stages}
    people = {one.id: one for one in book.problem.applicants}
    for line in result.assignments:
        applicant = people.get(line.applicant)
        if applicant is None or line.via is not Via.LIST:
            continue
        if not line.school:
            if line.pool or line.kind or line.choice or line.filing:
                yield Property.OWN_LIST, _of(line, Why.NOT_LISTED, str(line.choice))
            continue
        stage = of_filing.get(line.filing)
        if stage is None:
            yield Property.FILINGS_IN_ORDER, _of(line, Why.NO_SUCH_FILING, line.filing)
            continue
        yield from _check_line(book, stage, applicant, line)


def _check_line(book: Rulebook, stage: Stage, applicant: Applicant, line: Assignment) -> Found:
    choices = stage.lists[applicant.id]
    pool = stage.pools.get(line.pool)
    listed = 0 < line.choice <= len(choices) and choices[line.choice - 1] == line.school
    if not listed or not _is_of(pool, line):
        yield Property.OWN_LIST, _of(line, Why.NOT_LISTED, str(line.choice))
    if pool is None:
        return
    refusal = book.place(applicant, pool, line.choice, stage.lines)
    if isinstance(refusal, Refusal):
        yield Property.OWN_LIST, _of(line, Why.MAY_NOT, refusal)
        if refusal in _BREACHES:
            name, why = _BREACHES[refusal]
            yield name, _of(line, why, refusal)


def _is_of(pool: SeatPool | None, line: Assignment) -> bool:
    return pool is not None and (pool.school.id, pool.plan.kind) == (line.school, line.kind)


def check_siblings(problem: Problem, placed: Mapping[str, Assignment]) -> Found:
    """Look for units whose members are not in one school, by one filing, or nowhere."""
    if problem.rules.siblings is not Siblings.TOGETHER:
        return
    first: dict[str, str] = {}
    for one in sorted(problem.applicants, key=lambda one: one.id):
        if one.unit:
            other = first.setdefault(one.unit, one.id)
            if _where(placed.get(one.id)) != _where(placed.get(other)):
                line = placed.get(one.id) or placed[other]
                finding = Finding(
                    why=Why.APART,
                    applicant=one.id,
                    other=other,
                    school=line.school,
                    pool=line.pool,
                    filing=line.filing,
                )
                yield Property.SIBLINGS_TOGETHER, finding


def _where(line: Assignment | None) -> tuple[object, ...]:
    if line is None or not line.school:
        return ()
    if line.via is Via.LIST:
        return (line.school, line.pool, line.filing, line.choice, line.via)
    return (
        line.school,
        line.via,
    )  # after the main round a unit may sit in several pools of one school


def _of(line: Assignment, why: Why, found: str = "") -> Finding:
    return Finding(
        why=why,
        applicant=line.applicant,
        school=line.school,
        pool=line.pool,
        filing=line.filing,
        found=found,
    )
