"""Waiting lists after a round: keep a place and wait, accept, decline; the state of any day by replaying the log.

Everybody waits at the pools that stand above the own place in the own list. When a seat falls free, the first by
standing who waits for it moves up at once, and the seat left behind falls free in turn: the chain that follows from one
decline does not depend on the order in which free seats are looked at. A unit of siblings moves as one under the rule of
the main round: it is taken while the seats taken before it are fewer than the seats.

Who moves from nowhere, or has not answered yet, has an offer to answer; who keeps and waits has agreed beforehand. A
person may decline a place at any time before the lists close. Nothing but the log and the terms enters.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from heapq import heappop, heappush

from xuezheng.engines.matching.mechanisms.rounds import Round, Standing
from xuezheng.engines.matching.waiting.model import (
    Event,
    EventKind,
    Move,
    PersonState,
    Status,
    Terms,
    Waiter,
    WaitingLists,
    WaitingState,
    Wish,
)
from xuezheng.kernel.errors import InputError, Phrase, gettext_noop

_BACK = gettext_noop("it lies before the event above it, or before the lists open")
_CLOSED = gettext_noop("the lists are closed since %(day)s")
_NOBODY = gettext_noop("there is nobody of that name")
_NO_POOL = gettext_noop("there are no seats of that name")
_COUNT = gettext_noop("it adds %(count)s seats, and must add 1 or more")
_STATE = gettext_noop("%(person)s cannot give this answer: %(status)s")
STATUS = {
    Status.OFFERED: gettext_noop("a place is offered to them and not answered yet"),
    Status.KEEPS: gettext_noop("they keep their place and wait for a better one"),
    Status.ACCEPTED: gettext_noop("they have accepted a place for good"),
    Status.WAITS: gettext_noop("they have no place yet and wait"),
    Status.OUT: gettext_noop("they have left the lists"),
}
"""How a person stands, as the end of a sentence."""
_TERMS = gettext_noop("the days of the terms are not in order")


class WaitingEventWrong(InputError):
    """An event of the log, or a term, contradicts what stands before it."""

    code = "matching.waiting_event"
    template = gettext_noop("The waiting lists cannot be replayed; %(entry)s: %(why)s.")
    remedy = gettext_noop("Correct this entry of the log.")


ALLOWED: dict[EventKind, frozenset[Status]] = {
    EventKind.ACCEPT: frozenset({Status.OFFERED, Status.KEEPS}),
    EventKind.KEEP: frozenset({Status.OFFERED}),
    EventKind.DECLINE: frozenset({Status.OFFERED, Status.KEEPS, Status.ACCEPTED, Status.WAITS}),
}
_AFTER = {
    EventKind.ACCEPT: Status.ACCEPTED,
    EventKind.KEEP: Status.KEEPS,
    EventKind.DECLINE: Status.OUT,
}


def waiting_lists(market: Round, taken: Sequence[int], terms: Terms) -> WaitingLists:
    """Open the lists after a round; `taken` is what `assign` gave for it."""
    names = [pool.name for pool in market.pools]
    waiters = tuple(
        Waiter(
            id="+".join(row.members),
            wishes=tuple(Wish(pool=names[o.pool], standing=o.standing) for o in row.options),
            place=names[row.options[place].pool] if place >= 0 else "",
            weight=row.weight,
        )
        for row, place in zip(market.rows, taken, strict=True)
    )
    return WaitingLists(
        terms=terms, seats={pool.name: pool.seats for pool in market.pools}, waiters=waiters
    )


def replay(lists: WaitingLists, events: Sequence[Event], *, day: date) -> WaitingState:
    """Give the state on the evening of a day; events after it are not looked at.

    Raises:
        WaitingEventWrong: If the terms or an event contradict what stands before them; it names the event.
    """
    tape = _Tape(lists)
    last = min(day, lists.terms.closes)
    tape.fill(lists.terms.opens, -1)
    before = lists.terms.opens
    for number, event in enumerate(events):
        if event.day > day:
            break
        if event.day < before:
            raise WaitingEventWrong(entry=_entry(number, event), why=Phrase(_BACK))
        before = event.day
        tape.expire(before - timedelta(days=1))
        tape.apply(number, event)
    tape.expire(last)
    return tape.state(day)


def _entry(number: int, event: Event) -> str:
    return f"{number + 1}. {event.day.isoformat()} {event.kind.value} {event.person or event.pool}"


@dataclass(slots=True)
class _Person:
    waiter: Waiter
    status: Status
    rank: int
    """How many wishes are better than the place."""
    answer_by: date | None = None

    @property
    def place(self) -> str:
        has_place = self.status in (Status.OFFERED, Status.KEEPS, Status.ACCEPTED)
        return self.waiter.wishes[self.rank].pool if has_place else ""

    @property
    def waits_for(self) -> tuple[Wish, ...]:
        waits = self.status in (Status.OFFERED, Status.KEEPS, Status.WAITS)
        return self.waiter.wishes[: self.rank] if waits else ()


@dataclass(slots=True)
class _Tape:
    """The state while the log is played."""

    lists: WaitingLists
    people: dict[str, _Person] = field(default_factory=dict)
    free: dict[str, int] = field(default_factory=dict)
    order: dict[str, list[tuple[Standing, str, int]]] = field(default_factory=dict)
    """Of each pool: standing, person, and which wish it is; the last is who comes first."""
    moves: list[Move] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    """Pools in which a seat may have fallen free."""
    due: list[tuple[date, str]] = field(default_factory=list)
    """A heap of offers by their last day; one that was answered or renewed is passed over."""

    def __post_init__(self) -> None:
        terms = self.lists.terms
        if not terms.opens <= terms.first_answer_by <= terms.closes or terms.answer_days < 0:
            raise WaitingEventWrong(entry="terms", why=Phrase(_TERMS))
        self.free = dict(self.lists.seats)
        self.order = {pool: [] for pool in self.free}
        for waiter in self.lists.waiters:
            pools = [wish.pool for wish in waiter.wishes]
            rank = pools.index(waiter.place) if waiter.place else len(pools)
            person = _Person(waiter, Status.OFFERED if waiter.place else Status.WAITS, rank)
            if waiter.place:
                self._ask(person, terms.first_answer_by)
                self.free[waiter.place] -= waiter.weight
            self.people[waiter.id] = person
            for number, wish in enumerate(waiter.wishes[:rank]):
                self.order[wish.pool].append((wish.standing, waiter.id, number))
        for queue in self.order.values():
            queue.sort(reverse=True)
        self.loose = sorted(self.free)

    def apply(self, number: int, event: Event) -> None:
        """Take one event in."""
        if event.day > self.lists.terms.closes:
            why = Phrase(_CLOSED, day=self.lists.terms.closes.isoformat())
            raise WaitingEventWrong(entry=_entry(number, event), why=why)
        if event.kind is EventKind.SEATS:
            self._add_seats(number, event)
        else:
            self._answer(number, event)
        self.fill(event.day, number)

    def _add_seats(self, number: int, event: Event) -> None:
        if event.pool not in self.free:
            raise WaitingEventWrong(entry=_entry(number, event), why=Phrase(_NO_POOL))
        if event.count < 1:
            why = Phrase(_COUNT, count=event.count)
            raise WaitingEventWrong(entry=_entry(number, event), why=why)
        self.free[event.pool] += event.count
        self.loose.append(event.pool)

    def _answer(self, number: int, event: Event) -> None:
        person = self.people.get(event.person)
        if person is None:
            raise WaitingEventWrong(entry=_entry(number, event), why=Phrase(_NOBODY))
        if person.status not in ALLOWED[event.kind]:
            facts = {"person": event.person, "status": Phrase(STATUS[person.status])}
            raise WaitingEventWrong(entry=_entry(number, event), why=Phrase(_STATE, **facts))
        self._settle(person, event.kind)

    def _settle(self, person: _Person, answer: EventKind) -> None:
        if answer is EventKind.DECLINE:
            self._leave(person)
        person.status = _AFTER[answer]
        person.answer_by = None

    def _ask(self, person: _Person, answer_by: date) -> None:
        person.answer_by = answer_by
        heappush(self.due, (answer_by, person.waiter.id))

    def expire(self, until: date) -> None:
        """Let every offer lapse whose last day is past, the earliest first; the chains may make new ones."""
        while self.due and self.due[0][0] <= until:
            day, name = heappop(self.due)
            if self.people[name].answer_by == day:
                self._settle(self.people[name], self.lists.terms.if_silent)
                self.fill(day, -1)

    def fill(self, day: date, cause: int) -> None:
        """Move up whoever can until no free seat is waited for; only loosened pools can have one."""
        while self.loose:
            pool = self.loose.pop()
            while self.free[pool] > 0 and (person := self._next(pool)) is not None:
                self._move(person, pool, day, cause)

    def _next(self, pool: str) -> _Person | None:
        """Find the first who still waits for a pool; nobody ever waits again who has stopped."""
        queue = self.order[pool]
        while queue:
            _, name, number = queue[-1]
            person = self.people[name]
            if person.waits_for and number < person.rank:
                return person
            queue.pop()
        return None

    def _move(self, person: _Person, pool: str, day: date, cause: int) -> None:
        left = person.place
        self._leave(person)
        _, name, person.rank = self.order[pool].pop()
        self.free[pool] -= person.waiter.weight
        if person.status is not Status.KEEPS:
            terms = self.lists.terms
            lapses = max(day + timedelta(days=terms.answer_days), terms.first_answer_by)
            person.status = Status.OFFERED
            self._ask(person, min(lapses, terms.closes))
        self.moves.append(Move(day=day, cause=cause, person=name, left=left, taken=pool))

    def _leave(self, person: _Person) -> None:
        if person.place:
            self.free[person.place] += person.waiter.weight
            self.loose.append(person.place)

    def state(self, day: date) -> WaitingState:
        """Write the state down."""
        queues = {
            pool: tuple(name for _, name, number in reversed(queue) if self._waits(name, number))
            for pool, queue in sorted(self.order.items())
        }
        people = (
            PersonState(
                id=name,
                status=person.status,
                place=person.place,
                answer_by=person.answer_by,
                waits_for=tuple(wish.pool for wish in person.waits_for),
            )
            for name, person in sorted(self.people.items())
        )
        return WaitingState(day=day, people=tuple(people), queues=queues, moves=tuple(self.moves))

    def _waits(self, name: str, number: int) -> bool:
        person = self.people[name]
        return bool(person.waits_for) and number < person.rank


def reproduces(
    lists: WaitingLists, events: Sequence[Event], published: dict[date, str]
) -> tuple[date, ...]:
    """Replay every published day and list those whose hash differs."""
    return tuple(
        day
        for day, known in sorted(published.items())
        if replay(lists, events, day=day).hash != known
    )
