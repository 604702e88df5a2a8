"""Filings one after another (批次志愿): who has a place in one takes no part in those that follow.

Within a filing the choices are parallel (deferred acceptance, which with one order of scores is the queue by score), or
compared in bands (梯度志愿 is a band of 1). A filing may add the seats that an earlier kind left open: pooled for each
division they are the second quota (二次配额).
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Protocol

from xuezheng.engines.matching.mechanisms.build import ExtraPool, build_round
from xuezheng.engines.matching.mechanisms.leftovers import open_pools
from xuezheng.engines.matching.mechanisms.outcome import (
    by_identifier,
    read_assignments,
    read_cutoffs,
)
from xuezheng.engines.matching.mechanisms.rounds import Round
from xuezheng.engines.matching.model import (
    Assignment,
    Cutoff,
    Filing,
    LastSeat,
    MechanismKind,
    Problem,
)


class Assign(Protocol):
    """What gives out one round: `solve.assign`."""

    def __call__(
        self, market: Round, *, mechanism: MechanismKind, band: int | None, admit_ties: bool
    ) -> list[int]:
        """Give for each row the place of its option, -1 for none."""
        ...


def solve_filings(problem: Problem, assign: Assign) -> tuple[list[Assignment], list[Cutoff]]:
    """Run the filings of a valid problem in their order.

    Args:
        problem: Its rules name the filings; each applicant has a list for each.
        assign: Gives out one round.

    Returns:
        One assignment for each applicant, by identifier; and the cut-offs, filing by filing.

    Raises:
        LinesDiffer: If open seats that become one pool have different minimum lines.
        InputError: What `assign` raises.
    """
    placed: dict[str, Assignment] = {}
    cutoffs: list[Cutoff] = []
    lines: dict[tuple[str, str], dict[str, Decimal]] = {}
    for place, filing in enumerate(problem.rules.filings):
        earlier = problem.rules.filings[:place]
        market = _lay_out(problem, filing, earlier, placed, lines)
        taken = assign(
            market,
            mechanism=MechanismKind.CHOICE_BANDS
            if filing.band
            else MechanismKind.DEFERRED_ACCEPTANCE,
            band=filing.band,
            admit_ties=problem.rules.last_seat is LastSeat.ADMIT_ALL,
        )
        here = read_cutoffs(problem, market, taken, filing=filing.id, band=filing.band)
        cutoffs += here
        lines |= _lines(problem, here)
        for one in read_assignments(market, taken, filing=filing.id):
            if one.school:
                placed[one.applicant] = one
    everybody = (placed.get(a.id, Assignment(applicant=a.id)) for a in problem.applicants)
    return list(by_identifier(everybody)), cutoffs


def _lay_out(
    problem: Problem,
    filing: Filing,
    earlier: Sequence[Filing],
    placed: dict[str, Assignment],
    lines: dict[tuple[str, str], dict[str, Decimal]],
) -> Round:
    """Build the round of one filing over the seats that are still open."""
    left = open_pools(problem, placed.values(), earlier)
    return build_round(
        problem,
        lists={
            one.id: one.filings.get(filing.id, ())[: filing.max_choices]
            for one in problem.applicants
        },
        kinds=filing.kinds,
        seats={pool.name: pool.seats.count for pool in left} | _moved_away(problem, earlier),
        exclude=frozenset(placed),
        lines=lines,
        extra_pools=_extra_pools(problem, filing, earlier, placed),
    )


def _moved_away(problem: Problem, earlier: Iterable[Filing]) -> dict[str, int]:
    """Leave no seats in pools whose open seats an earlier filing took over."""
    gone = {filing.takes_unfilled_of for filing in earlier}
    return {
        school.pool_name(place): 0
        for school in problem.schools
        for place, seats in enumerate(school.seats)
        if seats.kind in gone
    }


def _extra_pools(
    problem: Problem,
    filing: Filing,
    earlier: Sequence[Filing],
    placed: dict[str, Assignment],
) -> tuple[ExtraPool, ...]:
    if not filing.takes_unfilled_of:
        return ()
    left = open_pools(problem, placed.values(), (*earlier, filing))
    return tuple(
        pool for pool in left if pool.seats.kind == filing.takes_unfilled_of and "@" in pool.name
    )


def _lines(
    problem: Problem, cutoffs: Iterable[Cutoff]
) -> dict[tuple[str, str], dict[str, Decimal]]:
    """Read the line of each kind at each school: the keys of who was held last, the lowest where there are several pools."""
    keys = {applicant.id: applicant.keys for applicant in problem.applicants}
    lines: dict[tuple[str, str], dict[str, Decimal]] = {}
    for cutoff in cutoffs:
        if cutoff.last:
            line = lines.setdefault((cutoff.school, cutoff.kind), {})
            for key, value in keys[cutoff.last].items():
                line[key] = min(line.get(key, value), value)
    return lines
