"""Seats that are still open after some places were given out."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from xuezheng.engines.matching.mechanisms.build import ExtraPool
from xuezheng.engines.matching.model import Assignment, Filing, Problem, School, Seats, Step
from xuezheng.kernel.errors import InputError, gettext_noop


class LinesDiffer(InputError):
    """Open seats that would become one pool have different minimum lines."""

    code = "matching.lines_differ"
    template = gettext_noop(
        "The open %(kind)s seats of school %(school)s cannot become one pool for %(division)s: their "
        "minimum lines differ."
    )
    remedy = gettext_noop("Give seats of one kind and division the same line.")


def open_pools(
    problem: Problem, assignments: Iterable[Assignment], filings: Sequence[Filing] = ()
) -> tuple[ExtraPool, ...]:
    """List every pool with the seats open in it, in the order of schools and of filling.

    Args:
        problem: The plan.
        assignments: The places given out so far.
        filings: The filings whose `takes_unfilled_of` has already turned open seats into pools of a division, or of
            all; such a pool stands in place of those it was made of.

    Raises:
        LinesDiffer: If pools that become one have different minimum lines.
    """
    taken = Counter(one.pool for one in assignments if one.pool)
    merged = {one.takes_unfilled_of: one.pool_by for one in filings if one.takes_unfilled_of}
    return tuple(
        pool
        for school in sorted(problem.schools, key=lambda one: one.id)
        for pool in _of_school(school, taken, merged)
    )


def _of_school(school: School, taken: Counter[str], merged: dict[str, Step]) -> Iterator[ExtraPool]:
    """Give the pools that stay apart, in their order, then those made of several."""
    parts: dict[tuple[str, str], list[Seats]] = {}
    for place, seats in enumerate(school.seats):
        name = school.pool_name(place)
        left = replace(seats, count=max(seats.count - taken[name], 0))
        if seats.kind in merged:
            division = seats.division if merged[seats.kind] is Step.DIVISION else ""
            parts.setdefault((seats.kind, division), []).append(left)
        else:
            yield ExtraPool(name=name, school=school.id, seats=left)
    for (kind, division), found in parts.items():
        if len({seats.minimum for seats in found}) > 1:
            raise LinesDiffer(kind=kind, school=school.id, division=division or "-")
        name = f"{school.id}/{kind}@{division}"
        count = sum(seats.count for seats in found) - taken[name]
        seats = Seats(kind=kind, count=max(count, 0), division=division, minimum=found[0].minimum)
        yield ExtraPool(name=name, school=school.id, seats=seats, only_division=division)
