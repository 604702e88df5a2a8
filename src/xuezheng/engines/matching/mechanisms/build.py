"""From a problem to a round: who may take which pool, and how each stands there."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from xuezheng.engines.matching.mechanisms.rounds import Option, Pool, Round, Row, Standing
from xuezheng.engines.matching.mechanisms.standing import (
    Book,
    Lines,
    find_step,
    find_tier,
    is_locked,
    open_book,
    personal_keys,
    reaches_minimum,
)
from xuezheng.engines.matching.model import (
    Applicant,
    MechanismKind,
    Problem,
    School,
    Seats,
    Siblings,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraPool:
    """Seats that a round adds to a school's own, after them in the order of filling."""

    name: str
    """`school/kind@division`, or `school/kind@` for all."""
    school: str
    seats: Seats
    only_division: str = ""
    """The division whose applicants alone it takes; empty: of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _OpenPool:
    index: int
    school: School
    seats: Seats
    only_division: str = ""


def build_round(
    problem: Problem,
    *,
    lists: Mapping[str, Sequence[str]] | None = None,
    kinds: Collection[str] | None = None,
    seats: Mapping[str, int] | None = None,
    exclude: Collection[str] = frozenset(),
    lines: Lines | None = None,
    extra_pools: Sequence[ExtraPool] = (),
) -> Round:
    """Lay out one round; the order of applicants and schools in the problem plays no part.

    Args:
        problem: A valid problem.
        lists: The list of each applicant (schools by identifier); None: `Applicant.choices`. Who is not in it has no
            list.
        kinds: The kinds of seats given out; None: all.
        seats: How many seats a pool has by its name, where that differs from the plan.
        exclude: Applicants who take no part.
        lines: Lines of earlier filings, for `Minimum.below_line_of`.
        extra_pools: Seats added to schools.

    Raises:
        KeyMissing: If an applicant who takes part lacks a key that is compared.
    """
    pools, of_school = _lay_out_pools(problem, kinds, seats or {}, extra_pools)
    book = open_book(problem)
    trading = problem.rules.mechanism is MechanismKind.TOP_TRADING_CYCLES
    rows = []
    for members in _units(problem, frozenset(exclude)):
        listed = [_choices(one, problem, lists) for one in members]
        options = _joint(
            [
                list(_options(book, one, choices, of_school, lines or {}))
                for one, choices in zip(members, listed, strict=True)
            ]
        )
        claims: tuple[Option, ...] = ()
        if trading:
            rest = {school: found for school, found in of_school.items() if school not in listed[0]}
            claims = tuple(_claims(book, members[0], rest, lines or {}))
        names = tuple(one.id for one in members)
        rows.append(Row(members=names, options=options, claims=claims))
    return Round(pools=tuple(pools), rows=tuple(rows))


def _choices(
    applicant: Applicant, problem: Problem, lists: Mapping[str, Sequence[str]] | None
) -> Sequence[str]:
    choices = applicant.choices if lists is None else lists.get(applicant.id, ())
    return choices[: problem.rules.max_choices]


def _lay_out_pools(
    problem: Problem,
    kinds: Collection[str] | None,
    seats: Mapping[str, int],
    extra_pools: Sequence[ExtraPool],
) -> tuple[list[Pool], dict[str, list[_OpenPool]]]:
    """Number the pools by school identifier, then by order of filling, extra ones last."""
    pools: list[Pool] = []
    of_school: dict[str, list[_OpenPool]] = {}
    for school in sorted(problem.schools, key=lambda one: one.id):
        found = of_school.setdefault(school.id, [])
        own = [
            (school.pool_name(place), plan, "")
            for place, plan in enumerate(school.seats)
            if kinds is None or plan.kind in kinds
        ]
        added = [
            (pool.name, pool.seats, pool.only_division)
            for pool in extra_pools
            if pool.school == school.id
        ]
        for name, plan, division in own + added:
            found.append(
                _OpenPool(index=len(pools), school=school, seats=plan, only_division=division)
            )
            count = seats.get(name, plan.count)
            pools.append(Pool(name=name, school=school.id, kind=plan.kind, seats=count))
    return pools, of_school


def _units(problem: Problem, exclude: frozenset[str]) -> list[list[Applicant]]:
    """Put together who is placed together, in the order of the first identifier."""
    together = problem.rules.siblings is Siblings.TOGETHER
    units: dict[tuple[str, str], list[Applicant]] = {}
    for applicant in sorted(problem.applicants, key=lambda one: one.id):
        if applicant.id not in exclude:
            name = ("unit", applicant.unit) if together and applicant.unit else ("", applicant.id)
            units.setdefault(name, []).append(applicant)
    return list(units.values())


def _options(
    book: Book,
    applicant: Applicant,
    choices: Sequence[str],
    of_school: Mapping[str, list[_OpenPool]],
    lines: Lines,
) -> Iterable[Option]:
    if not choices:
        return
    keys = personal_keys(book, applicant)
    for choice, school in enumerate(choices, start=1):
        for pool in of_school[school]:
            standing = _stand(book, applicant, pool, choice, keys, lines)
            if standing is not None:
                yield Option(pool=pool.index, choice=choice, standing=standing)


def _stand(
    book: Book,
    applicant: Applicant,
    pool: _OpenPool,
    choice: int,
    keys: Standing,
    lines: Lines,
) -> Standing | None:
    """Give the standing at one pool; None: it does not take the applicant."""
    if pool.only_division and applicant.division != pool.only_division:
        return None
    step = find_step(applicant, pool.seats)
    tier = find_tier(book, applicant, pool.school, choice)
    if step is None or tier is None or is_locked(book.problem, applicant, pool.school):
        return None
    if not reaches_minimum(applicant, pool.school, pool.seats.minimum, lines):
        return None
    return (step, tier, *keys)


def _claims(
    book: Book, applicant: Applicant, of_school: Mapping[str, list[_OpenPool]], lines: Lines
) -> Iterable[Option]:
    """Give the standings at schools that are not on the list, which a trade may start from."""
    keys = personal_keys(book, applicant)
    for pools in of_school.values():
        for pool in pools:
            wrong = applicant.stage and pool.school.stage and applicant.stage != pool.school.stage
            standing = _stand(book, applicant, pool, 0, keys, lines)
            if standing is not None and not wrong:
                yield Option(pool=pool.index, choice=0, standing=standing)


def _joint(options: list[list[Option]]) -> tuple[Option, ...]:
    """Give the options that all members have, each with the standing of who stands last."""
    first, *others = options
    if not others:
        return tuple(first)
    there = [{option.pool: option.standing for option in found} for found in others]
    return tuple(
        Option(
            pool=option.pool,
            choice=option.choice,
            standing=max(option.standing, *(found[option.pool] for found in there)),
        )
        for option in first
        if all(option.pool in found for found in there)
    )
