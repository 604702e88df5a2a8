"""Why somebody is where they are: certificates, made from a problem and its result, and checked alone."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from xuezheng.engines.matching.certificates.certificate import (
    Certificate,
    Change,
    Line,
    Reason,
    names,
)
from xuezheng.engines.matching.certificates.standing import (
    steps_towards,
    would_be_held,
)
from xuezheng.engines.matching.checking.claims import Refusal, Rulebook, SeatPool
from xuezheng.engines.matching.checking.stages import Party, Stage, Standing, lay_stages
from xuezheng.engines.matching.model import (
    Applicant,
    Assignment,
    Cutoff,
    MechanismKind,
    Problem,
    Result,
    TierCounts,
    WithoutTier,
)
from xuezheng.kernel.errors import InputError, gettext_noop

Cutoffs = Mapping[tuple[str, str], Cutoff]
"""Published cut-offs by filing and pool."""


class NoSuchApplicant(InputError):
    """A certificate is asked for somebody who is not in the problem."""

    code = "matching.no_such_applicant"
    template = gettext_noop("The problem has no applicant %(applicant)s.")
    remedy = gettext_noop("Give the identifier as it stands in the list of applicants.")


def by_pool(cutoffs: Iterable[Cutoff]) -> Cutoffs:
    """Put cut-offs where they are looked up."""
    return {(cutoff.filing, cutoff.pool): cutoff for cutoff in cutoffs}


def explain(problem: Problem, result: Result, applicant: str) -> Certificate:
    """Make the certificate of one applicant.

    Raises:
        NoSuchApplicant: If the problem does not have the applicant.
    """
    return Explainer(problem, result).certificate(applicant)


class Explainer:
    """Makes the certificates of one result; what they share is worked out once."""

    def __init__(self, problem: Problem, result: Result) -> None:
        """Lay out the rounds of a result that has been checked."""
        self._problem = problem
        self._result = result
        self._book = Rulebook(problem)
        self._people = {one.id: one for one in problem.applicants}
        self._lines = {line.applicant: line for line in result.assignments}
        placed = {name: line for name, line in self._lines.items() if line.school}
        self._cutoffs = by_pool(result.cutoffs)
        self._stages = list(lay_stages(self._book, placed))
        self._parties = [_by_member(stage) for stage in self._stages]
        self._wanting = [_wanting(stage) for stage in self._stages]

    def certificates(self) -> Iterator[Certificate]:
        """Make the certificates of all, in the order of their identifiers."""
        for name in sorted(self._people):
            yield self.certificate(name)

    def certificate(self, applicant: str) -> Certificate:
        """Make the certificate of one applicant.

        Raises:
            NoSuchApplicant: If the problem does not have the applicant.
        """
        person = self._people.get(applicant)
        if person is None:
            raise NoSuchApplicant(applicant=applicant)
        rules = self._book.rules
        empty = Certificate(
            problem_hash=self._result.problem_hash,
            applicant=applicant,
            place=self._lines.get(applicant, Assignment(applicant=applicant)),
            mechanism=rules.mechanism,
            compared=self._book.compared,
            last_seat=rules.last_seat,
            number_first=rules.number_first,
            tier_at_first_only=rules.tier_counts is TierCounts.FIRST_CHOICE,
            without_tier_last=rules.without_tier is WithoutTier.LAST,
            lines=(),
        )
        lines = [
            replace(line, changes=tuple(find_changes(empty, line)))
            for number, parties in enumerate(self._parties)
            if applicant in parties
            for line in self._lines_of(number, person, parties[applicant])
        ]
        return replace(empty, lines=tuple(lines))

    def _lines_of(self, number: int, applicant: Applicant, party: Party) -> Iterator[Line]:
        """Go down the list of one round to the pool held."""
        stage = self._stages[number]
        held = None if party.held is None else party.claims[party.held]
        for choice, school in enumerate(stage.lists[applicant.id], start=1):
            pools = stage.of_school.get(school, ())
            if not pools:
                yield Line(
                    filing=stage.filing, choice=choice, school=school, reason=Reason.NOT_GIVEN
                )
            for pool in pools:
                if held is not None and (held.choice, held.pool.name) == (choice, pool.name):
                    yield replace(self._line(number, applicant, pool, choice), reason=Reason.HELD)
                    return
                line = self._line(number, applicant, pool, choice)
                standing = next((c.standing for c in party.claims if c.pool is pool), None)
                if standing is not None and line.reason is Reason.BEHIND:
                    between = self._wanting[number][pool.name].between(line.cutoff, standing)
                    line = replace(line, between=between)
                yield line

    def _line(self, number: int, applicant: Applicant, pool: SeatPool, choice: int) -> Line:
        book, stage = self._book, self._stages[number]
        refusal = book.place(applicant, pool, choice, stage.lines)
        tier = book.tier(applicant, pool.school, choice)
        minimum = pool.plan.minimum
        line = Line(
            filing=stage.filing,
            choice=choice,
            school=pool.school.id,
            kind=pool.plan.kind,
            pool=pool.name,
            reason=Reason.BEHIND,
            band=stage.band or 0,
            step=book.step(applicant, pool.plan),
            reserved_for=pool.plan.reserved_for,
            unfilled=pool.plan.unfilled,
            division=pool.plan.division,
            tier="" if tier is None else book.tier_name(pool.school.id, choice, tier),
            ladder=names(book.ladder(pool.school.id)),
            keys=tuple(applicant.keys.get(key.name) for key in book.compared),
            number=applicant.number if book.looks_at_number else None,
            minimum_key=minimum.key if minimum else "",
            minimum=book.line(pool, stage.lines),
            minimum_value=applicant.keys.get(minimum.key) if minimum else None,
            cutoff=self._cutoffs.get((stage.filing, pool.name)),
        )
        if isinstance(refusal, Refusal):
            return replace(line, reason=Reason(refusal.value))
        return replace(line, reason=self._reason(line))

    def _reason(self, line: Line) -> Reason:
        if not line.cutoff or not line.cutoff.seats:
            return Reason.NO_SEATS
        if self._book.rules.mechanism is MechanismKind.TOP_TRADING_CYCLES:
            return Reason.TRADED
        is_later = (
            line.band and (line.choice - 1) // line.band > (line.cutoff.choice - 1) // line.band
        )
        return Reason.EARLIER_BAND if is_later else Reason.BEHIND


def find_changes(certificate: Certificate, line: Line) -> Iterator[Change]:
    """Give the nearest counterfactual of each kind that there is, for a pool that was not held.

    Nothing else changes: not the cut-off, not what else the applicant has. With top trading cycles no cut-off decides,
    so nothing is said; likewise where the school cannot take the applicant at all.
    """
    if line.reason in _NOTHING_HELPS:
        return
    for ways in steps_towards(certificate, line):
        for change, stand in ways:
            if would_be_held(certificate, line, stand):
                yield change
                break


_NOTHING_HELPS = frozenset(
    {
        Reason.HELD,
        Reason.TRADED,
        Reason.NO_SEATS,
        Reason.NOT_GIVEN,
        Reason.WRONG_STAGE,
        Reason.OTHER_DIVISION,
        Reason.LOCKED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanting:
    """Who would rather have a pool, in the order of standing, with the seats asked for before each."""

    standings: list[Standing]
    before: list[int]
    last: Standing | None

    def between(self, cutoff: Cutoff | None, standing: Standing) -> int | None:
        """Count the seats asked for between the cut-off and a standing."""
        if cutoff is None or self.last is None:
            return None
        begin = bisect_right(self.standings, self.last)
        return max(self.before[bisect_left(self.standings, standing)] - self.before[begin], 0)


def _wanting(stage: Stage) -> dict[str, _Wanting]:
    wanting: dict[str, list[tuple[Standing, int]]] = {name: [] for name in stage.pools}
    last: dict[str, Standing] = {}
    for party in stage.parties:
        for claim in party.wanted:
            wanting[claim.pool.name].append((claim.standing, party.weight))
        if party.held is not None:
            held = party.claims[party.held]
            name = held.pool.name
            last[name] = max(last.get(name, held.standing), held.standing)
    result = {}
    for name, found in wanting.items():
        found.sort()
        before = [0]
        for _, weight in found:
            before.append(before[-1] + weight)
        standings = [standing for standing, _ in found]
        result[name] = _Wanting(standings=standings, before=before, last=last.get(name))
    return result


def _by_member(stage: Stage) -> dict[str, Party]:
    return {member.id: party for party in stage.parties for member in party.members}
