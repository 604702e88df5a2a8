"""Several parties make the seed together, and none of them alone can choose it.

A party first publishes the hash of its value (a seal), then, after the commitment, the value. A public source has its value
named before it exists. The seed is the hash over the commitment and all values: whoever trusts one of the sources can trust
the draw.
"""

import re
from collections.abc import Sequence
from datetime import datetime

from xuezheng.engines.draw.model import (
    Commitment,
    Contribution,
    PublicSource,
    SealedSource,
    Source,
)
from xuezheng.kernel.canonical import canonical_hash
from xuezheng.kernel.errors import InputError, Phrase, StateError, gettext_noop

FEWEST_SOURCES = 2
NONCE_DIGITS = 32
_HASH = re.compile(r"[0-9a-f]{64}")
_NONCE = re.compile(rf"[0-9a-f]{{{NONCE_DIGITS},}}")


class SourcesMissing(InputError):
    """Nobody contributes."""

    code = "draw.sources_missing"
    template = gettext_noop("Nobody contributes to the seed of the draw.")
    remedy = gettext_noop("Name at least two independent sources before the commitment.")


class SourcesTooFew(InputError):
    """One source could choose the seed."""

    code = "draw.sources_too_few"
    template = gettext_noop("Only %(party)s contributes to the seed, and could choose it alone.")
    remedy = gettext_noop("Name at least one more source that does not depend on the first.")


class SourceUnusable(InputError):
    """A source is not stated fully."""

    code = "draw.source_unusable"
    template = gettext_noop("The source %(party)s cannot be used: %(why)s.")
    remedy = gettext_noop("State each source so that nobody can choose between values later.")


class PartyTwice(InputError):
    """A party stands in the list twice."""

    code = "draw.party_twice"
    template = gettext_noop("%(party)s contributes twice.")
    remedy = gettext_noop("Each party contributes once: remove one of the two.")


class ContributionsMissing(InputError):
    """Nothing was revealed."""

    code = "draw.contributions_missing"
    template = gettext_noop(
        "There are no contributions to the seed; expected are those of %(parties)s."
    )
    remedy = gettext_noop("Collect the value of every source that the commitment names.")


class ContributionUncommitted(InputError):
    """A contribution was never committed."""

    code = "draw.contribution_uncommitted"
    template = gettext_noop("The contribution of %(party)s was never committed.")
    remedy = gettext_noop("Leave it out: only the sources that the commitment names count.")


class ContributionMismatch(InputError):
    """A contribution is not the committed one."""

    code = "draw.contribution_mismatch"
    template = gettext_noop(
        "The contribution of %(party)s does not match its commitment: committed %(committed)s, revealed %(found)s."
    )
    remedy = gettext_noop(
        "Ask the party for the value and nonce that it sealed; no other value counts."
    )


class ContributionUnusable(InputError):
    """A revealed value is not what was announced."""

    code = "draw.contribution_unusable"
    template = gettext_noop("The contribution of %(party)s cannot be used: %(why)s.")
    remedy = gettext_noop("Write the value exactly as the commitment says.")


class ContributionWithheld(StateError):
    """A committed contribution is missing."""

    code = "draw.contribution_withheld"
    template = gettext_noop("The contribution of %(party)s is missing.")
    remedy = gettext_noop(
        "The draw needs the value of every source. If one cannot be had, publish why and make a new commitment."
    )


class RevealedTooEarly(StateError):
    """A value was known before the commitment stood."""

    code = "draw.revealed_too_early"
    template = gettext_noop(
        "The contribution of %(party)s was revealed at %(revealed_at)s, before it could be: %(not_before)s."
    )
    remedy = gettext_noop(
        "Who knows a value can choose the list to suit it: make a new commitment with new values."
    )


def seal(*, draw: str, party: str, value: str, nonce: str) -> str:
    """Give the commitment to a value: the hash that the party publishes before the reveal.

    Args:
        draw: Identifier of the draw, so that a seal serves one draw only.
        party: Who seals; a seal copied by another does not open.
        value: Any text, best 64 random hexadecimal digits.
        nonce: At least 32 random hexadecimal digits, so that a short value cannot be guessed from the hash.

    Raises:
        ContributionUnusable: If the value is empty or the nonce too short.
    """
    if not value:
        raise ContributionUnusable(party=party, why=Phrase(gettext_noop("the value is empty")))
    if not _NONCE.fullmatch(nonce):
        raise ContributionUnusable(
            party=party,
            why=Phrase(
                gettext_noop("the nonce has fewer than %(digits)s hexadecimal digits"),
                digits=NONCE_DIGITS,
            ),
        )
    return canonical_hash({"draw": draw, "nonce": nonce, "party": party, "value": value})


def check_sources(sources: Sequence[Source], *, committed_at: datetime) -> None:
    """Refuse sources from which no fair seed can come.

    Raises:
        InputError: One of this module's, naming the party.
    """
    if not sources:
        raise SourcesMissing
    _check_parties([source.party for source in sources])
    if len(sources) < FEWEST_SOURCES:
        raise SourcesTooFew(party=sources[0].party)
    seals: set[str] = set()
    for source in sources:
        why = _fault_of_source(source, committed_at, seals)
        if why:
            raise SourceUnusable(party=source.party, why=Phrase(why))
        if isinstance(source, SealedSource):
            seals.add(source.commitment)


def matched_contributions(
    commitment: Commitment, contributions: Sequence[Contribution]
) -> tuple[Contribution, ...]:
    """Check every contribution against its source and put them in the order of the commitment.

    Raises:
        InputError, StateError: One of this module's, naming the party.
    """
    parties = [source.party for source in commitment.sources]
    if not contributions:
        raise ContributionsMissing(parties=", ".join(parties))
    _check_parties([given.party for given in contributions])
    by_party = {given.party: given for given in contributions}
    for party in by_party:
        if party not in parties:
            raise ContributionUncommitted(party=party)
    for source in commitment.sources:
        if source.party not in by_party:
            raise ContributionWithheld(party=source.party)
        _check_contribution(commitment, source, by_party[source.party])
    return tuple(by_party[party] for party in parties)


def seed_of(commitment_hash: str, contributions: Sequence[Contribution]) -> str:
    """Give the seed: 64 hexadecimal digits that follow from the commitment and every contribution in its order."""
    given = [{"nonce": one.nonce, "party": one.party, "value": one.value} for one in contributions]
    return canonical_hash({"commitment": commitment_hash, "contributions": given})


def fits_mask(value: str, mask: str) -> bool:
    """Whether a value has the announced form."""
    if not mask:
        return bool(value)
    return len(value) == len(mask) and all(
        sign in "0123456789" if form == "#" else sign == form
        for sign, form in zip(value, mask, strict=True)
    )


def _check_parties(parties: Sequence[str]) -> None:
    seen: set[str] = set()
    for party in parties:
        if party in seen:
            raise PartyTwice(party=party)
        seen.add(party)


def _fault_of_source(source: Source, committed_at: datetime, seals: set[str]) -> str:
    if not source.party:
        return gettext_noop("it has no name")
    if isinstance(source, SealedSource):
        if not _HASH.fullmatch(source.commitment):
            return gettext_noop("its commitment is not 64 hexadecimal digits")
        return (
            gettext_noop("another party has the same commitment")
            if source.commitment in seals
            else ""
        )
    if not source.edition or not source.reading:
        return gettext_noop("it does not say which edition counts and how it is read")
    if source.due_at <= committed_at:
        return gettext_noop("its value is known already when the commitment is made")
    return ""


def _check_contribution(commitment: Commitment, source: Source, given: Contribution) -> None:
    not_before = source.due_at if isinstance(source, PublicSource) else commitment.committed_at
    if given.revealed_at < max(not_before, commitment.committed_at):
        raise RevealedTooEarly(
            party=given.party,
            revealed_at=given.revealed_at.isoformat(),
            not_before=not_before.isoformat(),
        )
    if isinstance(source, SealedSource):
        found = seal(draw=commitment.draw, party=given.party, value=given.value, nonce=given.nonce)
        if found != source.commitment:
            raise ContributionMismatch(party=given.party, committed=source.commitment, found=found)
    elif given.nonce or not fits_mask(given.value, source.mask):
        raise ContributionUnusable(
            party=given.party,
            why=Phrase(
                gettext_noop("the value %(value)r has not the form %(mask)r"),
                value=given.value,
                mask=source.mask,
            ),
        )
