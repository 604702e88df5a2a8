"""Cut-offs, worked out again from the places alone."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields

from xuezheng.engines.matching.checking.claims import Rulebook
from xuezheng.engines.matching.checking.places import HeldSeats
from xuezheng.engines.matching.checking.report import Finding, Why
from xuezheng.engines.matching.checking.stages import Claim, Party, Stage
from xuezheng.engines.matching.model import Cutoff


def true_cutoffs(book: Rulebook, stage: Stage, held: Mapping[str, HeldSeats]) -> Iterator[Cutoff]:
    """Give the cut-off of every pool of a stage."""
    for name, pool in stage.pools.items():
        seats = held[name]
        empty = Cutoff(
            pool=name,
            school=pool.school.id,
            kind=pool.plan.kind,
            filing=stage.filing,
            seats=pool.seats,
            taken=seats.taken,
            is_full=seats.taken >= pool.seats,
        )
        if not seats.holders:
            yield empty
            continue
        # of those who are level, the last by identifier
        claim, party = max(seats.holders, key=lambda one: (one[0].standing, one[1].members[0].id))
        yield _with_last(book, empty, claim, party)


def _with_last(book: Rulebook, cutoff: Cutoff, claim: Claim, party: Party) -> Cutoff:
    first = party.members[0]
    _, step, tier, _ = claim.standing
    return Cutoff(
        pool=cutoff.pool,
        school=cutoff.school,
        kind=cutoff.kind,
        filing=cutoff.filing,
        seats=cutoff.seats,
        taken=cutoff.taken,
        is_full=cutoff.is_full,
        last=first.id,
        choice=claim.choice,
        step=step,
        tier=book.tier_name(cutoff.school, claim.choice, tier),
        keys=tuple(first.keys[key.name] for key in book.compared if key.name in first.keys),
        number=first.number if book.looks_at_number else None,
    )


def check_cutoffs(expected: Iterable[Cutoff], found: Iterable[Cutoff]) -> Iterator[Finding]:
    """Compare the published cut-offs with the true ones, field by field."""
    published: dict[tuple[str, str], Cutoff] = {}
    for cutoff in found:
        if (cutoff.filing, cutoff.pool) in published:
            yield _finding(Why.CUTOFF_UNKNOWN, cutoff)
        published.setdefault((cutoff.filing, cutoff.pool), cutoff)
    for true in expected:
        there = published.pop((true.filing, true.pool), None)
        if there is None:
            yield _finding(Why.CUTOFF_MISSING, true)
        elif there != true:
            yield _finding(Why.CUTOFF_DIFFERS, true, *_differences(there, true))
    for cutoff in published.values():
        yield _finding(Why.CUTOFF_UNKNOWN, cutoff)


def _differences(found: Cutoff, expected: Cutoff) -> tuple[str, str]:
    names = [
        one.name
        for one in fields(Cutoff)
        if getattr(found, one.name) != getattr(expected, one.name)
    ]
    return (
        ", ".join(f"{name}={getattr(found, name)}" for name in names),
        ", ".join(f"{name}={getattr(expected, name)}" for name in names),
    )


def _finding(why: Why, cutoff: Cutoff, found: str = "", expected: str = "") -> Finding:
    return Finding(
        why=why,
        applicant=cutoff.last,
        school=cutoff.school,
        pool=cutoff.pool,
        filing=cutoff.filing,
        found=found,
        expected=expected,
    )
