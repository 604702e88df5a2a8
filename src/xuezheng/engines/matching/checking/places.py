"""Envy, waste, seats and what is best: what must hold of the places of one round."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping

from xuezheng.engines.matching.checking.report import Finding, Property, Why
from xuezheng.engines.matching.checking.stages import Claim, Party, Stage, Standing

Found = Iterator[tuple[Property, Finding]]


class HeldSeats:
    """Who holds seats of one pool, first first, and how many seats stand before a standing."""

    def __init__(self, seats: int) -> None:
        """Begin with nobody."""
        self.seats = seats
        self.taken = 0
        self.holders: list[tuple[Claim, Party]] = []
        self.standings: list[Standing] = []
        self.before: list[int] = []

    def close(self) -> None:
        """Sort the holders and count the seats before each."""
        self.holders.sort(key=lambda one: (one[0].standing, -one[1].weight))
        self.standings = [claim.standing for claim, _ in self.holders]
        self.before = [0]
        for _, party in self.holders:
            self.before.append(self.before[-1] + party.weight)

    def is_due(self, standing: Standing) -> bool:
        """Say whether seats remain when it comes to a standing: fewer stand strictly before it than there are."""
        return self.before[bisect_left(self.standings, standing)] < self.seats

    def places_between(self, standing: Standing) -> int:
        """Count the seats held from a standing on."""
        return self.before[-1] - self.before[bisect_left(self.standings, standing)]


def read_held(stage: Stage) -> dict[str, HeldSeats]:
    """Say of every pool of a stage who holds its seats."""
    held = {name: HeldSeats(pool.seats) for name, pool in stage.pools.items()}
    for party in stage.parties:
        if party.held is not None:
            claim = party.claims[party.held]
            held[claim.pool.name].holders.append((claim, party))
    for name, taken in stage.taken().items():
        held[name].taken = taken
    for pool in held.values():
        pool.close()
    return held


def check_envy(stage: Stage, held: Mapping[str, HeldSeats], *, trading: bool) -> Found:
    """Look at everything that somebody would rather have; with trading only at open seats."""
    for party in stage.parties:
        for claim in party.wanted:
            pool = held[claim.pool.name]
            wasted = pool.taken < pool.seats
            if wasted if trading else pool.is_due(claim.standing):
                yield from _name_breach(stage, party, claim, pool)


def _name_breach(stage: Stage, party: Party, claim: Claim, pool: HeldSeats) -> Found:
    last, holder = pool.holders[-1] if pool.holders else (None, None)
    finding = Finding(
        why=Why.STANDS_BEFORE,
        applicant=party.members[0].id,
        other=holder.members[0].id if holder else "",
        school=claim.pool.school.id,
        pool=claim.pool.name,
        filing=stage.filing,
    )
    if party.placed_later:
        yield Property.FILINGS_IN_ORDER, _with(finding, Why.PASSED_OVER)
    if pool.taken < pool.seats or last is None:
        yield Property.NO_WASTE, _with(finding, Why.SEAT_OPEN)
        return
    if last.standing[0] > claim.standing[0]:
        yield Property.BANDS_HONOURED, _with(finding, Why.LATER_BAND)
        return
    yield Property.NO_JUSTIFIED_ENVY, finding
    if last.standing[1] > claim.standing[1]:
        yield Property.QUOTAS_MET, finding


def _with(finding: Finding, why: Why) -> Finding:
    return Finding(
        why=why,
        applicant=finding.applicant,
        other=finding.other,
        school=finding.school,
        pool=finding.pool,
        filing=finding.filing,
    )


def check_seats(stage: Stage, held: Mapping[str, HeldSeats], *, admits_ties: bool) -> Found:
    """Go down every pool: there must be a seat left when it comes to each holder."""
    for name, pool in held.items():
        for place, (claim, party) in enumerate(pool.holders):
            due = pool.is_due(claim.standing)
            if due and (admits_ties or pool.before[place] < pool.seats):
                continue
            yield (
                Property.SEATS_MET,
                Finding(
                    why=Why.UNDECIDED_TIE if due else Why.OVER_SEATS,
                    applicant=party.members[0].id,
                    other=pool.holders[place - 1][1].members[0].id if place else "",
                    school=claim.pool.school.id,
                    pool=name,
                    filing=stage.filing,
                    found=str(pool.taken),
                    expected=str(pool.seats),
                ),
            )


def check_best(stage: Stage) -> Found:
    """Look for a circle of full pools in which each would take somebody of the next.

    Nobody may envy with right and no wanted seat may be open. At each full pool the first who would rather be there is
    who comes next. If following
    these from pool to pool comes back to where it began, moving them all gives another result without justified envy
    that is better for them and worse for nobody. If no circle exists, there is no such result (rotations of the lattice
    of stable matchings; the empty circle means its best end).
    """
    following: dict[str, tuple[Standing, Party]] = {}
    for party in stage.parties:
        for claim in party.wanted:
            name = claim.pool.name
            if name not in following or claim.standing < following[name][0]:
                following[name] = (claim.standing, party)
    leads: dict[str, str] = {}
    for name, (_, party) in following.items():
        if party.held is not None:
            leads[name] = party.claims[party.held].pool.name
    for circle in _circles(leads):
        party = following[circle[0]][1]
        yield Property.BEST_FOR_APPLICANTS, _circle_finding(stage, circle, party)


def _circles(leads: Mapping[str, str]) -> Iterator[list[str]]:
    """Follow each chain once; give the circles."""
    seen: set[str] = set()
    for start in sorted(leads):
        path: list[str] = []
        here: str | None = start
        while here is not None and here not in seen:
            seen.add(here)
            path.append(here)
            here = leads.get(here)
        if here in path:
            yield path[path.index(here) :]


def check_efficient(stage: Stage) -> Found:
    """Look for holders who could exchange their places so that each gains (trading leaves none)."""
    wants: dict[str, dict[str, Party]] = {}
    for party in stage.parties:
        if party.held is not None:
            for claim in party.wanted:
                here = party.claims[party.held].pool.name
                wants.setdefault(here, {}).setdefault(claim.pool.name, party)
    # Take away pools whose holders want nothing of those that remain; what cannot be taken away holds a circle.
    wanted_by: dict[str, set[str]] = {}
    for here, there in wants.items():
        for name in there:
            wanted_by.setdefault(name, set()).add(here)
    left = {here: len(there) for here, there in wants.items()}
    free = [name for name in wanted_by if not left.get(name)]
    while free:
        for here in wanted_by.get(free.pop(), ()):
            left[here] -= 1
            if not left[here]:
                free.append(here)
    leads = {
        here: next(name for name in sorted(wants[here]) if left.get(name))
        for here in wants
        if left[here]
    }
    for circle in _circles(leads):
        first, following = circle[0], leads[circle[0]]
        party = wants[first][following]
        yield Property.EFFICIENT, _circle_finding(stage, [*circle[1:], first], party)


def _circle_finding(stage: Stage, circle: list[str], party: Party) -> Finding:
    return Finding(
        why=Why.CYCLE,
        applicant=party.members[0].id,
        school=stage.pools[circle[0]].school.id,
        pool=circle[0],
        filing=stage.filing,
        found=", ".join(circle),
    )
