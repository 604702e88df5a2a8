"""Give out places: one round by one mechanism, or a whole problem."""

from xuezheng.engines.matching.fingerprint import problem_hash
from xuezheng.engines.matching.mechanisms import plain
from xuezheng.engines.matching.mechanisms.build import build_round
from xuezheng.engines.matching.mechanisms.orders import has_steps, need_decided, need_one_order
from xuezheng.engines.matching.mechanisms.outcome import (
    by_identifier,
    read_assignments,
    read_cutoffs,
)
from xuezheng.engines.matching.mechanisms.rounds import Round
from xuezheng.engines.matching.model import (
    Assignment,
    Cutoff,
    LastSeat,
    MechanismKind,
    PlacementKind,
    Problem,
    Result,
)
from xuezheng.kernel.errors import InputError, gettext_noop

ENGINE = "matching"
ENGINE_VERSION = "1"
KERNEL_ROWS = 2_000
"""From this many rows on the compiled kernels pay; below, they are not even imported."""


class BandMissing(InputError):
    """Choice bands are asked for, but not how wide."""

    code = "matching.band_missing"
    template = gettext_noop("The rules ask for choice bands but not for how many choices one has.")
    remedy = gettext_noop("Set band to 1 or more.")


class NotOneRound(InputError):
    """A sequence of filings is asked for where one round is solved."""

    code = "matching.not_one_round"
    template = gettext_noop("A sequence of filings is not one round.")
    remedy = gettext_noop("Solve the whole problem.")


def assign(
    market: Round,
    *,
    mechanism: MechanismKind = MechanismKind.DEFERRED_ACCEPTANCE,
    band: int | None = None,
    admit_ties: bool = False,
) -> list[int]:
    """Run one mechanism over one round.

    Args:
        market: Rows and pools.
        mechanism: The mechanism; not `FILINGS`.
        band: Choices in a band, for `CHOICE_BANDS`.
        admit_ties: Whether all who are level with a last seat are admitted (`LastSeat.ADMIT_ALL`). If not, such a tie
            is an error.

    Returns:
        For each row the place of its option in `Row.options`, -1 for none.

    Raises:
        BandMissing: If choice bands lack their width.
        NotOneRound: If the mechanism is `FILINGS`.
        NotOneOrder: If a serial dictatorship is asked for and a row stands differently at two options.
        UnitsCannotTrade: If top trading cycles are asked for and a row takes several seats.
        UndecidedTie: If a tie at a last seat is not to be admitted, or any tie is met by top trading cycles.
    """
    if mechanism is MechanismKind.IMMEDIATE_ACCEPTANCE:
        mechanism, band = MechanismKind.CHOICE_BANDS, 1
    if mechanism is MechanismKind.CHOICE_BANDS and (band is None or band < 1):
        raise BandMissing
    taken = _run(market, mechanism, band or 0)
    if not admit_ties:
        wide = band if mechanism is MechanismKind.CHOICE_BANDS else None
        need_decided(market, taken, band=wide)
    return taken


def _run(market: Round, mechanism: MechanismKind, band: int) -> list[int]:
    """Run a mechanism in plain Python, or compiled where that pays and is written."""
    if mechanism is MechanismKind.FILINGS:
        raise NotOneRound
    if mechanism is MechanismKind.TOP_TRADING_CYCLES:
        return plain.trade(market)
    one_order = mechanism is MechanismKind.SERIAL_DICTATORSHIP
    if one_order:
        need_one_order(market)
    if len(market.rows) >= KERNEL_ROWS:
        return _run_compiled(market, mechanism, band)
    if mechanism is MechanismKind.CHOICE_BANDS:
        return plain.band_by_band(market, band)
    return plain.dictate(market) if one_order else plain.defer(market)


def _run_compiled(market: Round, mechanism: MechanismKind, band: int) -> list[int]:
    from xuezheng.engines.matching.mechanisms import columnar  # noqa: PLC0415  numba takes a second to import
    from xuezheng.engines.matching.mechanisms.market import from_round  # noqa: PLC0415

    columns = from_round(market)
    if mechanism is MechanismKind.CHOICE_BANDS:
        taken = columnar.band_by_band(columns, band)
    elif mechanism is MechanismKind.SERIAL_DICTATORSHIP and not has_steps(market):
        taken = columnar.dictate(columns)
    else:
        taken = columnar.defer(columns)
    return [int(place) for place in taken]


def solve(problem: Problem) -> Result:
    """Give out the places of a valid problem.

    Returns:
        One assignment for each applicant by identifier, the cut-off of every pool, and the hash of the problem. The
        order of applicants and schools in the problem plays no part.

    Raises:
        InputError: What `assign` raises, or `KeyMissing`.
    """
    assignments, cutoffs = _main_round(problem)
    if problem.rules.placement.kind is not PlacementKind.NONE:
        from xuezheng.engines.matching.mechanisms.placement import place  # noqa: PLC0415

        assignments = place(problem, assignments)
    return Result(
        problem_hash=problem_hash(problem),
        engine_version=ENGINE_VERSION,
        assignments=by_identifier(assignments),
        cutoffs=tuple(cutoffs),
    )


def _main_round(problem: Problem) -> tuple[list[Assignment], list[Cutoff]]:
    rules = problem.rules
    if rules.mechanism is MechanismKind.FILINGS:
        from xuezheng.engines.matching.mechanisms.filings import solve_filings  # noqa: PLC0415

        return solve_filings(problem, assign)
    market = build_round(problem)
    taken = assign(
        market,
        mechanism=rules.mechanism,
        band=rules.band,
        admit_ties=rules.last_seat is LastSeat.ADMIT_ALL,
    )
    band = {
        MechanismKind.CHOICE_BANDS: rules.band,
        MechanismKind.IMMEDIATE_ACCEPTANCE: 1,
    }.get(rules.mechanism)
    return read_assignments(market, taken), read_cutoffs(problem, market, taken, band=band)
