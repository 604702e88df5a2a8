"""Whether families may safely list schools in the order in which they want them, and if not, why."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from xuezheng.engines.matching.model import (
    LastSeat,
    MechanismKind,
    Rules,
    Siblings,
    TierCounts,
)
from xuezheng.kernel.errors import Phrase, gettext_noop


class StrategyRisk(StrEnum):
    """A reason why the true list may not be the best list."""

    IMMEDIATE_ACCEPTANCE = "immediate_acceptance"
    CHOICE_BANDS = "choice_bands"
    FILINGS = "filings"
    FILING_BANDS = "filing_bands"
    TIER_AT_FIRST_CHOICE = "tier_at_first_choice"
    LIST_LENGTH = "list_length"
    LEVEL_ADMITTED = "level_admitted"
    SIBLING_UNITS = "sibling_units"


_SENTENCES: dict[StrategyRisk, str] = {
    StrategyRisk.IMMEDIATE_ACCEPTANCE: gettext_noop(
        "Seats are final after each choice: who asks for a popular school first and is turned away finds the others "
        "full. It can pay to list a safer school first."
    ),
    StrategyRisk.CHOICE_BANDS: gettext_noop(
        "Seats are final after each band of %(band)s choices: a school in a later band may be full by then. It can "
        "pay to move a safer school into an earlier band."
    ),
    StrategyRisk.FILINGS: gettext_noop(
        "A place in an earlier filing (%(first)s) voids all later ones (up to %(last)s): it can pay not to list a "
        "school early, in the hope of a better one later."
    ),
    StrategyRisk.FILING_BANDS: gettext_noop(
        "In the filing %(filing)s seats are final after each band of %(band)s choices: it can pay to move a safer "
        "school into an earlier band."
    ),
    StrategyRisk.TIER_AT_FIRST_CHOICE: gettext_noop(
        "The tier counts at the first choice only: it can pay to list first the school where the tier helps most."
    ),
    StrategyRisk.LIST_LENGTH: gettext_noop(
        "Lists are limited (longest: %(choices)s): the order on them is safe, but it can pay to leave out a school one "
        "wants for one that is easier to get into."
    ),
    StrategyRisk.LEVEL_ADMITTED: gettext_noop(
        "All who are level with the last seat are admitted, so one applicant can displace several: in rare cases the "
        "chain comes back to who set it off, and leaving a school out would have helped."
    ),
    StrategyRisk.SIBLING_UNITS: gettext_noop(
        "Siblings take several seats together, so one unit can displace several applicants: in rare cases the chain "
        "comes back to who set it off, and leaving a school out would have helped."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyWarning:
    """One reason why the rule is not strategy-proof."""

    risk: StrategyRisk
    facts: dict[str, Any]

    @property
    def sentence(self) -> Phrase:
        """What to tell people, to be rendered in their language."""
        return Phrase(_SENTENCES[self.risk], **self.facts)


def strategy_warnings(
    rules: Rules, *, longest_list: int | None = None
) -> tuple[StrategyWarning, ...]:
    """Give every reason why the rules are not strategy-proof; empty: the true list is never worse than another.

    Sources: Abdulkadiroğlu and Sönmez (2003) for immediate acceptance; Chen and Kesten (2017) for bands; Haeringer and
    Klijn (2009) for capped lists; Hatfield and Milgrom (2005) for the law of aggregate demand, which units and
    admitting all who are level break.

    Args:
        rules: The rules of the round.
        longest_list: How long the longest list is, where it is known: bands at least as wide and limits above it do nothing.
    """
    found: list[StrategyWarning] = []

    def warn(risk: StrategyRisk, **facts: Any) -> None:
        found.append(StrategyWarning(risk=risk, facts=facts))

    cap = rules.max_choices
    longest = min(n for n in (cap, longest_list, 10**9) if n is not None)
    band = 1 if rules.mechanism is MechanismKind.IMMEDIATE_ACCEPTANCE else rules.band
    if rules.mechanism is MechanismKind.FILINGS:
        _warn_of_filings(rules, warn)
    elif rules.mechanism is MechanismKind.IMMEDIATE_ACCEPTANCE and longest > 1:
        warn(StrategyRisk.IMMEDIATE_ACCEPTANCE)
    elif rules.mechanism is MechanismKind.CHOICE_BANDS and longest > (band or 1):
        warn(StrategyRisk.CHOICE_BANDS, band=band)
    if rules.tier_counts is TierCounts.FIRST_CHOICE:
        warn(StrategyRisk.TIER_AT_FIRST_CHOICE)
    binds = cap is not None and (longest_list is None or longest_list >= cap)
    if binds and rules.mechanism is not MechanismKind.FILINGS:
        warn(StrategyRisk.LIST_LENGTH, choices=cap)
    in_one_order = (MechanismKind.SERIAL_DICTATORSHIP, MechanismKind.TOP_TRADING_CYCLES)
    if rules.mechanism not in in_one_order:
        if rules.last_seat is LastSeat.ADMIT_ALL:
            warn(StrategyRisk.LEVEL_ADMITTED)
        if rules.siblings is Siblings.TOGETHER:
            warn(StrategyRisk.SIBLING_UNITS)
    return tuple(found)


def _warn_of_filings(rules: Rules, warn: Any) -> None:
    if len(rules.filings) > 1:
        warn(StrategyRisk.FILINGS, first=rules.filings[0].id, last=rules.filings[-1].id)
    for filing in rules.filings:
        cap = filing.max_choices
        if filing.band is not None and (cap is None or filing.band < cap):
            warn(StrategyRisk.FILING_BANDS, filing=filing.id, band=filing.band)
    caps = [filing.max_choices for filing in rules.filings if filing.max_choices is not None]
    if caps:
        warn(StrategyRisk.LIST_LENGTH, choices=min(caps))
