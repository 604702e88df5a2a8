"""What a mechanism asks of the order in which rows stand, and the errors where it is not met."""

from collections import defaultdict
from collections.abc import Sequence

from xuezheng.engines.matching.mechanisms.rounds import Round, Row, Standing
from xuezheng.kernel.errors import InputError, gettext_noop


class UndecidedTie(InputError):
    """Nothing decides between applicants where only some can be taken."""

    code = "matching.undecided_tie"
    template = gettext_noop("Nothing decides between %(applicants)s at the last seat of %(pool)s.")
    remedy = gettext_noop(
        "Give them different draw numbers, add a key, or let the rules admit all who are level."
    )


class NotOneOrder(InputError):
    """A serial dictatorship is asked for where there is more than one order."""

    code = "matching.not_one_order"
    template = gettext_noop(
        "Applicant %(applicant)s stands differently at %(pool)s and at %(other)s, but a serial dictatorship has "
        "one order for all schools."
    )
    remedy = gettext_noop("Use deferred acceptance, or the same tiers at all schools and choices.")


class UnitsCannotTrade(InputError):
    """Top trading cycles are asked for with units of siblings."""

    code = "matching.units_cannot_trade"
    template = gettext_noop(
        "%(applicants)s are one unit, but top trading cycles give out one seat for one."
    )
    remedy = gettext_noop("Treat siblings apart, or use another mechanism.")


def need_one_order(market: Round) -> None:
    """Refuse a round in which a row stands differently at two options, reserved seats apart."""
    for row in market.rows:
        for option in row.options[1:]:
            if option.standing[1:] != row.options[0].standing[1:]:
                raise NotOneOrder(
                    applicant=row.members[0],
                    pool=market.pools[row.options[0].pool].name,
                    other=market.pools[option.pool].name,
                )


def need_single_rows(market: Round) -> None:
    """Refuse a round in which a row takes more than one seat."""
    for row in market.rows:
        if row.weight > 1:
            raise UnitsCannotTrade(applicants=", ".join(row.members))


def need_strict_order(market: Round) -> None:
    """Refuse a round in which two rows stand level at a pool."""
    seen: dict[tuple[int, Standing], Row] = {}
    for row in market.rows:
        for option in (*row.options, *row.claims):
            other = seen.setdefault((option.pool, option.standing), row)
            if other is not row:
                raise _undecided(market, option.pool, [other, row])


def has_steps(market: Round) -> bool:
    """Say whether anybody has an option only because seats reserved for others may stay open."""
    return any(option.standing[0] for row in market.rows for option in row.options)


def need_decided(market: Round, taken: Sequence[int], *, band: int | None = None) -> None:
    """Refuse a result in which a tie at a last seat let more rows in than the strict rule would.

    Ties elsewhere change nothing. No tie at any last seat means that every way to break the others gives this result.

    Args:
        market: The round.
        taken: The option that each row got.
        band: Choices in a band, where seats are final after each band: the last seat is that of the last band.
    """
    last: dict[int, Standing] = {}
    level: defaultdict[int, list[Row]] = defaultdict(list)
    weight: defaultdict[int, int] = defaultdict(int)
    for row, place in zip(market.rows, taken, strict=True):
        if place < 0:
            continue
        option = row.options[place]
        weight[option.pool] += row.weight
        here = ((option.choice - 1) // band if band else 0, *option.standing)
        if option.pool not in last or here > last[option.pool]:
            last[option.pool] = here
            level[option.pool] = []
        if here == last[option.pool]:
            level[option.pool].append(row)
    for pool, rows in sorted(level.items()):
        lightest = min(row.weight for row in rows)
        if len(rows) > 1 and weight[pool] - lightest >= market.pools[pool].seats:
            raise _undecided(market, pool, rows)


def _undecided(market: Round, pool: int, rows: Sequence[Row]) -> UndecidedTie:
    names = [member for row in rows for member in row.members]
    shown = ", ".join(names[:10]) + (" ..." if len(names) > 10 else "")
    return UndecidedTie(applicants=shown, pool=market.pools[pool].name)
