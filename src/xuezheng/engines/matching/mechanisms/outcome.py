"""From options taken to places and cut-offs."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from xuezheng.engines.matching.mechanisms.rounds import Option, Round, Row, Standing
from xuezheng.engines.matching.mechanisms.standing import open_book
from xuezheng.engines.matching.model import Assignment, Cutoff, LastSeat, Problem, TierCounts


def read_assignments(market: Round, taken: Sequence[int], *, filing: str = "") -> list[Assignment]:
    """Say where everybody of a round is, in the order of the rows; `taken` is what `assign` gave."""
    result = []
    for row, place in zip(market.rows, taken, strict=True):
        if place < 0:
            result += [Assignment(applicant=member) for member in row.members]
            continue
        option = row.options[place]
        pool = market.pools[option.pool]
        result += [
            Assignment(
                applicant=member,
                school=pool.school,
                kind=pool.kind,
                pool=pool.name,
                choice=option.choice,
                filing=filing,
            )
            for member in row.members
        ]
    return result


def read_cutoffs(
    problem: Problem,
    market: Round,
    taken: Sequence[int],
    *,
    filing: str = "",
    band: int | None = None,
) -> list[Cutoff]:
    """Say of every pool who was held last, in the order of the pools.

    With choice bands the last is sought in the last band in which the pool took anybody; of rows that are level, it is
    the last by identifier.

    Args:
        problem: Where the rows come from.
        market: The round.
        taken: What `assign` gave for it.
        filing: The filing that the round is, if any.
        band: Choices in a band, where seats are final after each band.
    """
    seats = [0] * len(market.pools)
    last: dict[int, tuple[int, Standing, Row, Option]] = {}
    for row, place in zip(market.rows, taken, strict=True):
        if place < 0:
            continue
        option = row.options[place]
        seats[option.pool] += row.weight
        here = ((option.choice - 1) // band if band else 0, option.standing, row, option)
        if option.pool not in last or here[:2] >= last[option.pool][:2]:
            last[option.pool] = here
    describe = _Describer(problem)
    result = []
    for number, pool in enumerate(market.pools):
        cutoff = Cutoff(
            pool=pool.name,
            school=pool.school,
            kind=pool.kind,
            filing=filing,
            seats=pool.seats,
            taken=seats[number],
            is_full=seats[number] >= pool.seats,
        )
        if number in last:
            _, standing, row, option = last[number]
            cutoff = describe.add_last(cutoff, row, option.choice, standing)
        result.append(cutoff)
    return result


class _Describer:
    """Turns the standing at a cut-off back into what people know."""

    def __init__(self, problem: Problem) -> None:
        self.rules = problem.rules
        self.people = {one.id: one for one in problem.applicants}
        self.tiers = open_book(problem).tiers
        one_key = self.rules.last_seat is LastSeat.DRAW
        self.keys = [key.name for key in self.rules.keys[: 1 if one_key else None]]

    def add_last(self, cutoff: Cutoff, row: Row, choice: int, standing: Standing) -> Cutoff:
        """Add who was held last, and by what."""
        applicant = self.people[row.members[0]]
        tiers = self.tiers[cutoff.school]
        looked_at = self.rules.tier_counts is TierCounts.EVERY_CHOICE or choice == 1
        counts_number = self.rules.last_seat is not LastSeat.ADMIT_ALL
        return replace(
            cutoff,
            last=applicant.id,
            choice=choice,
            step=standing[0],
            tier=tiers[standing[1]].name if looked_at and standing[1] < len(tiers) else "",
            keys=tuple(applicant.keys[name] for name in self.keys),
            number=applicant.number if counts_number else None,
        )


def by_identifier(assignments: Iterable[Assignment]) -> tuple[Assignment, ...]:
    """Put places in the order of the applicants' identifiers."""
    return tuple(sorted(assignments, key=lambda one: one.applicant))
