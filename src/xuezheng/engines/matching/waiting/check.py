"""A verifier of waiting lists that replays nothing: it looks at the movements and the places alone."""

from collections.abc import Iterator, Sequence

from xuezheng.engines.matching.waiting.model import (
    Event,
    EventKind,
    Status,
    WaitingLists,
    WaitingState,
)


def waiting_faults(
    lists: WaitingLists, events: Sequence[Event], state: WaitingState
) -> tuple[str, ...]:
    """Check a published state against the lists and the log, without replaying; nothing when it is right."""
    seats = dict(lists.seats)
    for event in events:
        if event.kind is EventKind.SEATS and event.day <= state.day:
            seats[event.pool] += event.count
    return (*_faults_of_moves(lists, state), *_faults_of_places(lists, seats, state))


def _faults_of_moves(lists: WaitingLists, state: WaitingState) -> Iterator[str]:
    """Follow the movements alone: they must lead from the main round to the places."""
    places = {waiter.id: waiter.place for waiter in lists.waiters}
    for move in state.moves:
        if places[move.person] != move.left:
            yield f"{move.person} leaves {move.left or 'nothing'} without being there"
        places[move.person] = move.taken
    for person in state.people:
        if person.status is not Status.OUT and person.place != places[person.id]:
            yield f"{person.id} is at {person.place or 'no place'}, but moved to {places[person.id]}"


def _faults_of_places(
    lists: WaitingLists, seats: dict[str, int], state: WaitingState
) -> Iterator[str]:
    """Look for a free seat that is waited for, and for somebody called before one who stands first."""
    standing = {(w.id, wish.pool): wish.standing for w in lists.waiters for wish in w.wishes}
    weight = {waiter.id: waiter.weight for waiter in lists.waiters}
    for pool, count in seats.items():
        inside = [person.id for person in state.people if person.place == pool]
        waiting = [person.id for person in state.people if pool in person.waits_for]
        if list(state.queues.get(pool, ())) != sorted(
            waiting, key=lambda n: (standing[n, pool], n)
        ):
            yield f"{pool}: the queue is not in order"
        if waiting and sum(weight[name] for name in inside) < count:
            yield f"{pool}: a seat is free and {waiting[0]} waits"
        called = {move.person for move in state.moves if move.taken == pool}
        for name in called:
            for other in waiting:
                if standing[other, pool] < standing[name, pool]:
                    yield f"{pool}: {name} was called before {other}"
