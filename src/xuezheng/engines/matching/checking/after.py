"""Places after the main round (统筹): gone through once more, one party at a time, over the seats that are open."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from xuezheng.engines.matching.checking.claims import Lines, Rulebook, SeatPool
from xuezheng.engines.matching.checking.report import Finding, Property, Why
from xuezheng.engines.matching.model import (
    Applicant,
    Assignment,
    ManualPlace,
    PlacementKind,
    School,
    Siblings,
    Via,
)

Found = Iterator[tuple[Property, Finding]]


class AfterRound:
    """What is open after the main round, and who is left."""

    def __init__(
        self,
        book: Rulebook,
        left: Mapping[str, SeatPool],
        lines: Lines,
        placed: Mapping[str, Assignment],
    ) -> None:
        """Count nothing as used yet."""
        self.book = book
        self.lines = lines
        self.placed = placed
        self.schools = {school.id: school for school in book.problem.schools}
        self.people = {one.id: one for one in book.problem.applicants}
        self.left = dict(left)
        self.of_school: dict[str, list[SeatPool]] = {name: [] for name in self.schools}
        for pool in left.values():
            self.of_school[pool.school.id].append(pool)
        self.used: Counter[str] = Counter()

    def check(self) -> Found:
        """Look at every place that came after the main round, and at who has none."""
        kind = self.book.rules.placement.kind
        yield from self._check_ways(kind)
        if kind in (PlacementKind.ORDER, PlacementKind.NEAREST):
            yield from self._check_order(kind)
        if kind is PlacementKind.MANUAL:
            yield from self._check_manual()

    def _check_ways(self, kind: PlacementKind) -> Found:
        """Look for places that the rules do not have, and for used seats of an address."""
        wanted = {
            PlacementKind.ORDER: Via.PLACEMENT,
            PlacementKind.NEAREST: Via.PLACEMENT,
            PlacementKind.MANUAL: Via.MANUAL,
        }.get(kind)
        for line in self.placed.values():
            if line.via is Via.LIST:
                continue
            by_hand = line.via is Via.MANUAL
            name = Property.MANUAL_PLACES_LOGGED if by_hand else Property.PLACEMENT_IN_ORDER
            if line.via is not wanted:
                yield name, _of(line, Why.NOT_ON_LIST)
            if line.choice or line.filing:
                yield Property.OWN_LIST, _of(line, Why.NOT_LISTED, str(line.choice))
            if self.book.is_locked(self.people[line.applicant], line.school):
                yield Property.LOCKS_RESPECTED, _of(line, Why.LOCKED)

    # By an order

    def _check_order(self, kind: PlacementKind) -> Found:
        """Go through who is left in the order; each must be in the first school with seats for the whole unit."""
        for unit in self._units():
            due = self._first_seats(unit, kind)
            for place, member in enumerate(unit):
                line = self.placed.get(member.id)
                here = line.pool if line else ""
                expected = due[place].name if due else ""
                if here != expected:
                    yield Property.PLACEMENT_IN_ORDER, self._misplaced(member, line, due)
                self.used[here] += 1

    def _misplaced(
        self, applicant: Applicant, line: Assignment | None, due: Sequence[SeatPool]
    ) -> Finding:
        school = due[0].school.id if due else line.school if line else ""
        return Finding(
            why=Why.NOT_PLACED if line is None else Why.OUT_OF_TURN,
            applicant=applicant.id,
            school=school,
            pool=due[0].name if due else line.pool if line else "",
            found=line.pool if line else "-",
            expected=due[0].name if due else "-",
        )

    def _units(self) -> list[list[Applicant]]:
        together = self.book.rules.siblings is Siblings.TOGETHER
        waiting = [
            one
            for one in self.people.values()
            if one.id not in self.placed or self.placed[one.id].via is not Via.LIST
        ]
        of_unit: dict[tuple[bool, str], list[Applicant]] = {}
        for one in sorted(waiting, key=self._order):
            joined = together and bool(one.unit)
            of_unit.setdefault((joined, one.unit if joined else one.id), []).append(one)
        return list(of_unit.values())

    def _order(self, applicant: Applicant) -> tuple[object, ...]:
        """Best tier of the division's list or of the rules, keys, draw number, identifier."""
        rules = self.book.rules
        ladder = rules.tiers
        for division in self.book.problem.divisions:
            if division.id == applicant.division and division.tiers is not None:
                ladder = division.tiers
        places = [place for place, tier in enumerate(ladder) if tier.name in applicant.tiers]
        tier = min(places, default=len(ladder))
        return (tier, self.book.personal(applicant), self.book.number(applicant), applicant.id)

    def _first_seats(self, unit: Sequence[Applicant], kind: PlacementKind) -> list[SeatPool]:
        schools = self._listed(unit[0]) if kind is PlacementKind.ORDER else self._nearest(unit[0])
        for school in schools:
            found = self._seats_at(school, unit)
            if found:
                return found
        return []

    def _listed(self, applicant: Applicant) -> list[School]:
        order = self.book.rules.placement.order
        names = order[applicant.division] if applicant.division in order else order.get("", ())
        return [self.schools[name] for name in names]

    def _nearest(self, applicant: Applicant) -> list[School]:
        far: list[tuple[int, str]] = []
        for school in self.schools.values():
            east, north = school.east_metres, school.north_metres
            home_east, home_north = applicant.east_metres, applicant.north_metres
            if None not in (east, north, home_east, home_north):
                distance = ((east or 0) - (home_east or 0)) ** 2
                distance += ((north or 0) - (home_north or 0)) ** 2
                far.append((distance, school.id))
        return [self.schools[name] for _, name in sorted(far)]

    def _seats_at(self, school: School, unit: Sequence[Applicant]) -> list[SeatPool]:
        """Find one open seat for each of a unit; nothing unless there is one for all."""
        found: list[SeatPool] = []
        for member in unit:
            for pool in self.of_school[school.id]:
                used = self.used[pool.name] + sum(one.name == pool.name for one in found)
                if used < pool.seats and self.book.bar(member, pool, self.lines) is None:
                    found.append(pool)
                    break
            else:
                return []
        return found

    # By hand

    def _check_manual(self) -> Found:
        """Hold every place by hand against the list, and the list against the places."""
        lines = {line.applicant: line for line in self.book.rules.placement.manual}
        extra: Counter[str] = Counter()
        for place in self.placed.values():
            if place.via is not Via.MANUAL:
                continue
            self.used[place.pool] += 1
            line = lines.get(place.applicant)
            if line is None or (line.school, line.kind) != (place.school, place.kind):
                yield Property.MANUAL_PLACES_LOGGED, _of(place, Why.NOT_ON_LIST)
                continue
            extra[place.pool] += line.extra_seat
            yield from self._check_by_hand(line, place)
        for applicant, line in lines.items():
            if self.placed.get(applicant, Assignment(applicant=applicant)).via is not Via.MANUAL:
                finding = Finding(why=Why.NOT_PLACED, applicant=applicant, school=line.school)
                yield Property.MANUAL_PLACES_LOGGED, finding
        yield from self._check_nobody_loses(extra)

    def _check_by_hand(self, line: ManualPlace, place: Assignment) -> Found:
        if not line.reason.strip():
            yield Property.MANUAL_PLACES_LOGGED, _of(place, Why.WITHOUT_REASON)
        if not line.legal_basis.strip():
            yield Property.MANUAL_PLACES_LOGGED, _of(place, Why.WITHOUT_BASIS)
        pool = self.left.get(place.pool)
        if pool is None or line.extra_seat:
            return
        refusal = self.book.bar(self.people[place.applicant], pool, self.lines)
        if refusal is not None:
            yield Property.MANUAL_PLACES_LOGGED, _of(place, Why.MAY_NOT, refusal)

    def _check_nobody_loses(self, extra: Mapping[str, int]) -> Found:
        """Count: places by hand beyond the open seats need seats that were added for them."""
        for place in self.placed.values():
            if place.via is Via.MANUAL:
                pool = self.left.get(place.pool)
                seats = (pool.seats if pool else 0) + extra.get(place.pool, 0)
                if self.used[place.pool] > seats:
                    taken = str(self.used[place.pool])
                    yield (
                        Property.MANUAL_PLACES_LOGGED,
                        _of(place, Why.OVER_SEATS, taken, str(seats)),
                    )


def _of(line: Assignment, why: Why, found: str = "", expected: str = "") -> Finding:
    return Finding(
        why=why,
        applicant=line.applicant,
        school=line.school,
        pool=line.pool,
        filing=line.filing,
        found=found,
        expected=expected,
    )
