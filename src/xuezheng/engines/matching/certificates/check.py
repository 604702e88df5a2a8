"""Whether a certificate is true, from it and the published cut-offs alone, in time proportional to its lines."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from xuezheng.engines.matching.certificates.certificate import Certificate, Change, Line, Reason
from xuezheng.engines.matching.certificates.standing import (
    Stand,
    cutoff_stand,
    order,
    own_stand,
    steps_towards,
    would_be_held,
)
from xuezheng.engines.matching.model import Cutoff, MechanismKind, Via
from xuezheng.kernel.errors import Phrase, gettext_noop


class Untrue(StrEnum):
    """What is not true about a certificate."""

    PLACE_DIFFERS = "place_differs"
    GAP = "gap"
    CUTOFF_DIFFERS = "cutoff_differs"
    WAS_DUE = "was_due"
    NOT_DUE = "not_due"
    REASON_DIFFERS = "reason_differs"
    NOT_ENOUGH = "not_enough"
    NOT_NEAREST = "not_nearest"


UNTRUE = {
    Untrue.PLACE_DIFFERS: gettext_noop("the last line is not the place given"),
    Untrue.GAP: gettext_noop("a choice before choice %(choice)s is left out"),
    Untrue.CUTOFF_DIFFERS: gettext_noop("the cut-off of %(pool)s is not the published one"),
    Untrue.WAS_DUE: gettext_noop("a seat of %(pool)s was due"),
    Untrue.NOT_DUE: gettext_noop("the seat of %(pool)s was not due"),
    Untrue.REASON_DIFFERS: gettext_noop(
        "the reason given at %(pool)s is not the true one: the published cut-off shows another"
    ),
    Untrue.NOT_ENOUGH: gettext_noop("what is said to have been enough at %(pool)s was not"),
    Untrue.NOT_NEAREST: gettext_noop("less than what is said would have been enough at %(pool)s"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFault:
    """One thing that is not true, and at which line."""

    why: Untrue
    choice: int = 0
    pool: str = ""

    def phrase(self) -> Phrase:
        """Say it in a sentence; the edge translates."""
        return Phrase(UNTRUE[self.why], choice=self.choice, pool=self.pool)


def check_certificate(
    certificate: Certificate, cutoffs: Mapping[tuple[str, str], Cutoff]
) -> tuple[CertificateFault, ...]:
    """List what is not true; nothing when the certificate is sound.

    That the facts about the applicant (list, tiers, keys, number) are those of the problem, and how many stand between,
    is not looked at: for that one needs the problem.

    Args:
        certificate: What to check.
        cutoffs: The published cut-offs by filing and pool (`explain.by_pool`).
    """
    faults = list(_check_place(certificate))
    for line in certificate.lines:
        faults += _check_line(certificate, line, cutoffs)
    return tuple(faults)


def _check_place(certificate: Certificate) -> Iterator[CertificateFault]:
    """The lines run from the first choice without a gap, and the place is the last and the only one held."""
    place = certificate.place
    held = [line for line in certificate.lines if line.reason is Reason.HELD]
    by_list = bool(place.school) and place.via is Via.LIST
    if by_list:
        last = certificate.lines[-1:]
        named = [(one.filing, one.choice, one.school, one.kind, one.pool) for one in last]
        given = (place.filing, place.choice, place.school, place.kind, place.pool)
        if named != [given] or held != list(last):
            yield CertificateFault(why=Untrue.PLACE_DIFFERS, choice=place.choice, pool=place.pool)
    elif held:
        yield CertificateFault(why=Untrue.PLACE_DIFFERS, choice=held[0].choice, pool=held[0].pool)
    filing, choice = None, 0
    for line in certificate.lines:
        if line.filing != filing:
            filing, choice = line.filing, 0
        if line.choice not in (choice, choice + 1) or line.choice == 0:
            yield CertificateFault(why=Untrue.GAP, choice=line.choice, pool=line.pool)
        choice = line.choice


def _check_line(
    certificate: Certificate, line: Line, cutoffs: Mapping[tuple[str, str], Cutoff]
) -> Iterator[CertificateFault]:
    def fault(why: Untrue) -> CertificateFault:
        return CertificateFault(why=why, choice=line.choice, pool=line.pool)

    if line.reason is Reason.NOT_GIVEN:
        return
    if line.cutoff is None or cutoffs.get((line.filing, line.pool)) != line.cutoff:
        yield fault(Untrue.CUTOFF_DIFFERS)
        return
    trading = certificate.mechanism is MechanismKind.TOP_TRADING_CYCLES
    due = would_be_held(certificate, line, own_stand(certificate, line))
    if line.reason is Reason.HELD:
        if not trading and not due and not _is_last(certificate, line):
            yield fault(Untrue.NOT_DUE)
    elif line.reason not in _REFUSED:
        if line.cutoff.is_full if trading else not due:
            if not _is_reason(certificate, line, line.cutoff):
                yield fault(Untrue.REASON_DIFFERS)
        else:
            yield fault(Untrue.WAS_DUE)
    elif not _is_refused(certificate, line):
        yield fault(Untrue.REASON_DIFFERS)
    yield from _check_changes(certificate, line)


_REFUSED = frozenset(
    {
        Reason.WRONG_STAGE,
        Reason.OTHER_DIVISION,
        Reason.NOT_RESERVED,
        Reason.NO_TIER,
        Reason.LOCKED,
        Reason.BELOW_MINIMUM,
    }
)


def _is_last(certificate: Certificate, line: Line) -> bool:
    """Say whether the applicant stands level with the last who was held, being that one or a sibling."""
    if line.cutoff is None or not line.cutoff.last:
        return False
    there = cutoff_stand(certificate, line, line.cutoff)
    own = order(certificate, line, own_stand(certificate, line))
    return own == order(certificate, line, there)


def _is_refused(certificate: Certificate, line: Line) -> bool:
    """Say whether the line itself shows the refusal; stage, division and lock are facts that it only states."""
    own = own_stand(certificate, line)
    if line.reason is Reason.NOT_RESERVED:
        return own.step is None
    if line.reason is Reason.NO_TIER:
        return own.tier is None
    if line.reason is Reason.BELOW_MINIMUM:
        value = line.minimum_value
        return line.minimum is not None and (value is None or value < line.minimum)
    return True


def _is_reason(certificate: Certificate, line: Line, cutoff: Cutoff) -> bool:
    if line.reason is Reason.NO_SEATS:
        return cutoff.seats == 0
    if line.reason is Reason.TRADED:
        return certificate.mechanism is MechanismKind.TOP_TRADING_CYCLES
    own = order(certificate, line, own_stand(certificate, line))
    there = order(certificate, line, cutoff_stand(certificate, line, cutoff))
    later = own[0] > there[0]
    return later if line.reason is Reason.EARLIER_BAND else not later


def _check_changes(certificate: Certificate, line: Line) -> Iterator[CertificateFault]:
    """Each change is among the ways things could be otherwise, is enough, and nothing nearer of its kind is."""
    ways = [list(found) for found in steps_towards(certificate, line)] if line.changes else []
    for change in line.changes:
        why = _judge(certificate, line, change, ways)
        if why is not None:
            yield CertificateFault(why=why, choice=line.choice, pool=line.pool)


def _judge(
    certificate: Certificate, line: Line, change: Change, ways: list[list[tuple[Change, Stand]]]
) -> Untrue | None:
    for found in ways:
        for nearest, (possible, stand) in enumerate(found):
            if possible == change:
                if not would_be_held(certificate, line, stand):
                    return Untrue.NOT_ENOUGH
                nearer = (one for _, one in found[:nearest])
                if any(would_be_held(certificate, line, one) for one in nearer):
                    return Untrue.NOT_NEAREST
                return None
    return Untrue.NOT_ENOUGH
