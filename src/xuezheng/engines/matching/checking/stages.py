"""The rounds that a result went through, as the checker finds them: pools, who took part, and who holds what.

A problem without filings has one stage. With filings there is one for each, and who holds a place in an earlier one takes
no part in the later ones.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import zip_longest
from typing import NamedTuple

from xuezheng.engines.matching.checking.claims import Lines, Personal, Refusal, Rulebook, SeatPool
from xuezheng.engines.matching.model import (
    Applicant,
    Assignment,
    Filing,
    MechanismKind,
    Problem,
    Seats,
    Siblings,
    Step,
    Via,
)

Standing = tuple[int, int, int, Personal]
"""(band, step, tier, keys and number); smaller stands first. The band is 0 where lists are not cut."""


class Claim(NamedTuple):
    """One pool that a party listed and may take."""

    pool: SeatPool
    choice: int
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """An applicant, or siblings placed as one."""

    members: tuple[Applicant, ...]
    claims: tuple[Claim, ...]
    """In the order of the wish: by choice, then by the school's order of filling."""
    held: int | None = None
    """Place of the claim that it holds here."""
    intrudes: str = ""
    """A pool of this stage that it is in without a claim; nothing is asked about such a party but its own breach."""
    placed_later: bool = False

    @property
    def weight(self) -> int:
        """Seats that it takes."""
        return len(self.members)

    @property
    def wanted(self) -> Sequence[Claim]:
        """What it would rather have than what it got."""
        return self.claims if self.held is None else self.claims[: self.held]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One round."""

    filing: str
    band: int | None
    """Choices compared at once; None: all."""
    pools: Mapping[str, SeatPool]
    of_school: Mapping[str, Sequence[SeatPool]]
    parties: list[Party]
    lists: Mapping[str, Sequence[str]]
    lines: Lines

    def taken(self) -> dict[str, int]:
        """Count the seats taken in every pool."""
        count = dict.fromkeys(self.pools, 0)
        for party in self.parties:
            if party.held is not None:
                count[party.claims[party.held].pool.name] += party.weight
            elif party.intrudes:
                count[party.intrudes] += party.weight
        return count


def band_of(problem: Problem) -> int | None:
    """Give the width of the bands of a problem without filings; None: lists are not cut."""
    kind = problem.rules.mechanism
    if kind is MechanismKind.IMMEDIATE_ACCEPTANCE:
        return 1
    return problem.rules.band if kind is MechanismKind.CHOICE_BANDS else None


def lay_stages(book: Rulebook, placed: Mapping[str, Assignment]) -> Iterator[Stage]:
    """Go through the rounds in their order; `placed` says where everybody is."""
    problem = book.problem
    units = _units(problem)
    if problem.rules.mechanism is not MechanismKind.FILINGS:
        lists = {one.id: one.choices for one in problem.applicants}
        pools = _own_pools(problem)
        yield _stage(book, "", band_of(problem), pools, lists, units, placed, {})
        return
    done: list[Stage] = []
    lines: Lines = {}
    for number, filing in enumerate(problem.rules.filings):
        left = open_pools(problem, problem.rules.filings[: number + 1], done)
        lists = {
            one.id: one.filings.get(filing.id, ())[: filing.max_choices]
            for one in problem.applicants
        }
        earlier = {stage.filing for stage in done}
        here = [unit for unit in units if not _is_in(unit[0], earlier, placed)]
        pools = _pools_of(problem, filing, left)
        stage = _stage(book, filing.id, filing.band, pools, lists, here, placed, lines)
        done.append(stage)
        yield stage
        lines = lines_after(stage)


def _is_in(applicant: Applicant, filings: set[str], placed: Mapping[str, Assignment]) -> bool:
    found = placed.get(applicant.id)
    return found is not None and found.via is Via.LIST and found.filing in filings


def _units(problem: Problem) -> list[tuple[Applicant, ...]]:
    """Put siblings together where the rules say so; in the order of the first identifier."""
    together = problem.rules.siblings is Siblings.TOGETHER
    of_unit: dict[tuple[bool, str], list[Applicant]] = {}
    for one in sorted(problem.applicants, key=lambda one: one.id):
        joined = together and bool(one.unit)
        of_unit.setdefault((joined, one.unit if joined else one.id), []).append(one)
    return [tuple(members) for members in of_unit.values()]


def _own_pools(problem: Problem) -> list[SeatPool]:
    return [
        SeatPool(name=school.pool_name(place), school=school, plan=plan, seats=plan.count)
        for school in sorted(problem.schools, key=lambda one: one.id)
        for place, plan in enumerate(school.seats)
    ]


def open_pools(
    problem: Problem, filings: Sequence[Filing], stages: Sequence[Stage]
) -> dict[str, SeatPool]:
    """Give every pool with the seats open after some stages, common pools of the filings included.

    Args:
        problem: The plan.
        filings: Those whose common pools exist already: as many as the stages, or one more.
        stages: What is over.
    """
    left = {pool.name: pool for pool in _own_pools(problem)}
    for filing, stage in zip_longest(filings, stages):
        if filing is not None:
            left = _merge_open(filing, left)
        if stage is not None:
            for name, taken in stage.taken().items():
                if name in left:
                    left[name] = replace(left[name], seats=max(left[name].seats - taken, 0))
    return left


def _merge_open(filing: Filing, left: Mapping[str, SeatPool]) -> dict[str, SeatPool]:
    """Put the seats that the kind named by a filing left open into one pool for each school and division, or for all."""
    if not filing.takes_unfilled_of:
        return dict(left)
    result: dict[str, SeatPool] = {}
    merged: dict[str, SeatPool] = {}
    for name, pool in left.items():
        if pool.plan.kind != filing.takes_unfilled_of:
            result[name] = pool
            continue
        division = pool.plan.division if filing.pool_by is Step.DIVISION else ""
        new = f"{pool.school.id}/{pool.plan.kind}@{division}"
        seats = pool.seats + (merged[new].seats if new in merged else 0)
        plan = Seats(kind=pool.plan.kind, count=seats, division=division, minimum=pool.plan.minimum)
        merged[new] = SeatPool(
            name=new, school=pool.school, plan=plan, seats=seats, only_division=division
        )
    return result | merged


def _pools_of(problem: Problem, filing: Filing, left: Mapping[str, SeatPool]) -> list[SeatPool]:
    """List the pools that a filing gives out; one whose seats moved into a common pool has none left."""
    own = [
        left.get(pool.name, replace(pool, seats=0))
        for pool in _own_pools(problem)
        if pool.plan.kind in filing.kinds
    ]
    common = [
        pool
        for pool in left.values()
        if "@" in pool.name and pool.plan.kind == filing.takes_unfilled_of
    ]
    return own + common


def lines_after(stage: Stage) -> Lines:
    """Give the keys of the last held of every kind at every school, of several pools the lowest; with those of before."""
    last: dict[str, tuple[tuple[Standing, str], Claim, Party]] = {}
    for party in stage.parties:
        if party.held is not None:
            claim = party.claims[party.held]
            rank = (claim.standing, party.members[0].id)
            if claim.pool.name not in last or rank > last[claim.pool.name][0]:
                last[claim.pool.name] = (rank, claim, party)
    lines: dict[tuple[str, str, str], Decimal] = {}
    for _, claim, party in last.values():
        for name, value in party.members[0].keys.items():
            where = (claim.pool.school.id, claim.pool.plan.kind, name)
            lines[where] = min(lines.get(where, value), value)
    return {**stage.lines, **lines}


def lowest_held(stages: Sequence[Stage]) -> Lines:
    """Give the lowest value of each key held by list of every kind at every school: the lines of the placement."""
    lines: dict[tuple[str, str, str], Decimal] = {}
    for stage in stages:
        for party in stage.parties:
            if party.held is not None:
                pool = party.claims[party.held].pool
                for member in party.members:
                    for name, value in member.keys.items():
                        where = (pool.school.id, pool.plan.kind, name)
                        lines[where] = min(lines.get(where, value), value)
    return lines


def _stage(
    book: Rulebook,
    filing: str,
    band: int | None,
    pools: Sequence[SeatPool],
    lists: Mapping[str, Sequence[str]],
    units: Sequence[tuple[Applicant, ...]],
    placed: Mapping[str, Assignment],
    lines: Lines,
) -> Stage:
    of_school: defaultdict[str, list[SeatPool]] = defaultdict(list)
    for pool in pools:
        of_school[pool.school.id].append(pool)
    most = book.rules.max_choices
    cut = {name: choices[:most] for name, choices in lists.items()}
    stage = Stage(
        filing=filing,
        band=band,
        pools={pool.name: pool for pool in pools},
        of_school=of_school,
        parties=[],
        lists=cut,
        lines=lines,
    )
    stage.parties.extend(_party(book, stage, members, placed) for members in units)
    return stage


def _party(
    book: Rulebook,
    stage: Stage,
    members: tuple[Applicant, ...],
    placed: Mapping[str, Assignment],
) -> Party:
    claims = tuple(_joint([list(claims_of(book, stage, one)) for one in members]))
    found = placed.get(members[0].id)
    if found is None or found.via is not Via.LIST:
        return Party(members=members, claims=claims)
    if found.filing != stage.filing:
        return Party(members=members, claims=claims, placed_later=True)
    for place, claim in enumerate(claims):
        if claim.pool.name == found.pool and claim.choice == found.choice:
            return Party(members=members, claims=claims, held=place)
    intrudes = found.pool if found.pool in stage.pools else ""
    return Party(members=members, claims=() if intrudes else claims, intrudes=intrudes)


def claims_of(book: Rulebook, stage: Stage, applicant: Applicant) -> Iterator[Claim]:
    """Go through the list of one applicant, and at each school through the pools in their order."""
    personal = book.personal(applicant)
    for choice, school in enumerate(stage.lists[applicant.id], start=1):
        band = 0 if stage.band is None else (choice - 1) // stage.band
        for pool in stage.of_school.get(school, ()):
            place = book.place(applicant, pool, choice, stage.lines)
            if not isinstance(place, Refusal):
                yield Claim(pool, choice, (band, *place, personal))


def _joint(claims: list[list[Claim]]) -> list[Claim]:
    """Keep what all members of a unit may take, each standing as the one who stands last."""
    first, *others = claims
    for found in others:
        there = {claim.pool.name: claim.standing for claim in found}
        first = [
            claim._replace(standing=max(claim.standing, there[claim.pool.name]))
            for claim in first
            if claim.pool.name in there
        ]
    return first
