"""Waiting lists: chains after declines, deadlines, and what a log may not say."""

from datetime import date

import pytest

from xuezheng.engines.matching.waiting.check import waiting_faults
from xuezheng.engines.matching.waiting.model import (
    Event,
    EventKind,
    Move,
    Status,
    Terms,
    Waiter,
    WaitingLists,
    Wish,
)
from xuezheng.engines.matching.waiting.solve import WaitingEventWrong, replay, reproduces


def july(day: int) -> date:
    """Give a day of July."""
    return date(2026, 7, day)


TERMS = Terms(
    opens=july(1),
    first_answer_by=july(5),
    answer_days=2,
    closes=july(20),
    if_silent=EventKind.KEEP,
)


def waiter(name: str, wishes: str, place: str = "") -> Waiter:
    """Make a person; the digits beside the pools are the standings there."""
    pairs = [wish.split(":") for wish in wishes.split()]
    return Waiter(
        id=name, wishes=tuple(Wish(pool=p, standing=(int(s),)) for p, s in pairs), place=place
    )


LISTS = WaitingLists(
    terms=TERMS,
    seats={"a": 1, "b": 1, "c": 1},
    waiters=(
        waiter("first", "a:1", "a"),
        waiter("second", "a:2 b:1", "b"),
        waiter("third", "b:2 c:1", "c"),
        waiter("fourth", "c:2 a:9"),
    ),
)


def says(day: int, kind: str, person: str) -> Event:
    """Make an answer."""
    return Event(day=july(day), kind=EventKind(kind), person=person)


def places(events: list[Event], day: int) -> dict[str, str]:
    """Give who is where on the evening of a day."""
    return {one.id: one.place for one in replay(LISTS, events, day=july(day)).people}


def test_one_decline_moves_the_whole_chain_on_the_same_day() -> None:
    """The second takes a, the third b, the fourth c; everything is published with its cause."""
    state = replay(LISTS, [says(3, "decline", "first")], day=july(3))

    assert {one.id: one.place for one in state.people} == {
        "first": "", "second": "a", "third": "b", "fourth": "c",
    }  # fmt: skip
    assert state.moves == (
        Move(day=july(3), cause=0, person="second", left="b", taken="a"),
        Move(day=july(3), cause=0, person="third", left="c", taken="b"),
        Move(day=july(3), cause=0, person="fourth", left="", taken="c"),
    )
    assert state.queues == {"a": (), "b": (), "c": ()}
    assert replay(LISTS, [], day=july(1)).queues == {
        "a": ("second", "fourth"), "b": ("third",), "c": ("fourth",),
    }  # fmt: skip


def test_the_day_before_nothing_has_moved() -> None:
    """The state of any day can be asked for, whatever the log says later."""
    assert places([says(3, "decline", "first")], 2)["second"] == "b"


def test_who_accepts_leaves_the_lists_and_is_passed_over() -> None:
    """The seat then goes to the next who waits for it."""
    events = [says(2, "accept", "second"), says(3, "decline", "first")]

    assert places(events, 4) == {"first": "", "second": "b", "third": "c", "fourth": "a"}


def test_who_keeps_and_waits_moves_up_without_a_new_offer() -> None:
    """An agreement given once holds; who came from nowhere has to answer."""
    events = [says(2, "keep", "second"), says(7, "decline", "first")]

    people = {one.id: one for one in replay(LISTS, events, day=july(8)).people}

    assert (people["second"].status, people["second"].answer_by) == (Status.KEEPS, None)
    assert (people["fourth"].status, people["fourth"].answer_by) == (Status.OFFERED, july(9))


@pytest.mark.parametrize(
    ("silent", "status", "place"),
    [("keep", Status.KEEPS, "a"), ("accept", Status.ACCEPTED, "a"), ("decline", Status.OUT, "")],
)
def test_silence_means_what_the_terms_say_after_the_last_day(
    silent: str, status: Status, place: str
) -> None:
    """On the last day itself an answer still counts; in the evening silence does."""
    terms = Terms(
        opens=july(1),
        first_answer_by=july(5),
        answer_days=2,
        closes=july(20),
        if_silent=EventKind(silent),
    )
    lists = WaitingLists(terms=terms, seats=LISTS.seats, waiters=LISTS.waiters)

    first = next(p for p in replay(lists, [], day=july(5)).people if p.id == "first")
    answered = next(
        p for p in replay(lists, [says(5, "keep", "first")], day=july(5)).people if p.id == "first"
    )

    assert (first.status, first.place) == (status, place)
    assert replay(lists, [], day=july(4)).people[0].status is Status.OFFERED
    assert answered.status is Status.KEEPS


def test_silence_after_silence_runs_through_the_chain() -> None:
    """With silence as decline everybody who gets an offer and says nothing loses it in turn."""
    terms = Terms(
        opens=july(1),
        first_answer_by=july(5),
        answer_days=2,
        closes=july(20),
        if_silent=EventKind.DECLINE,
    )
    lists = WaitingLists(terms=terms, seats=LISTS.seats, waiters=LISTS.waiters)

    state = replay(lists, [], day=july(20))

    assert {one.status for one in state.people} == {Status.OUT}
    assert waiting_faults(lists, [], state) == ()
    assert max(move.day for move in state.moves) <= july(9)


def test_added_seats_are_offered() -> None:
    """A seat more at a school is a free seat like any other."""
    event = Event(day=july(6), kind=EventKind.SEATS, pool="a", count=1)

    assert places([event], 6)["second"] == "a"


@pytest.mark.parametrize(
    ("events", "named"),
    [
        ([says(3, "keep", "nobody")], "1. 2026-07-03 keep nobody: there is nobody"),
        (
            [says(3, "keep", "fourth")],
            "fourth cannot give this answer: they have no place yet and wait",
        ),
        (
            [says(3, "accept", "first"), says(4, "keep", "first")],
            "2. .* they have accepted a place for good",
        ),
        ([says(3, "keep", "first"), says(2, "keep", "third")], "2. 2026-07-02 keep third: it lies"),
        ([says(21, "decline", "first")], "closed since 2026-07-20"),
        ([Event(day=july(2), kind=EventKind.SEATS, pool="x", count=1)], "no seats of that name"),
        ([Event(day=july(2), kind=EventKind.SEATS, pool="a", count=0)], "adds 0 seats"),
    ],
)
def test_a_log_that_contradicts_itself_is_refused_by_its_line(
    events: list[Event], named: str
) -> None:
    """Number, day, answer and person are in the message."""
    with pytest.raises(WaitingEventWrong, match=named):
        replay(LISTS, events, day=july(25))


def test_a_published_day_is_reproduced_or_found_out() -> None:
    """Each day has a hash; a log changed afterwards does not give the days that were published."""
    events = [says(2, "keep", "second"), says(3, "decline", "first"), says(6, "accept", "third")]
    published = {july(d): replay(LISTS, events, day=july(d)).hash for d in (1, 2, 3, 6, 20)}

    assert reproduces(LISTS, events, published) == ()
    assert reproduces(LISTS, [says(2, "accept", "second"), *events[1:]], published) == (
        july(2), july(3), july(6), july(20),
    )  # fmt: skip
