"""What holds for waiting lists whatever is answered, and in whatever order free seats are looked at."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from xuezheng.engines.matching.mechanisms.rounds import Option, Pool, Round, Row
from xuezheng.engines.matching.solve import assign
from xuezheng.engines.matching.waiting.check import waiting_faults
from xuezheng.engines.matching.waiting.model import (
    Event,
    EventKind,
    Terms,
    Waiter,
    WaitingLists,
    Wish,
)
from xuezheng.engines.matching.waiting.solve import (
    ALLOWED,
    WaitingEventWrong,
    replay,
    waiting_lists,
)

OPENS = date(2026, 7, 1)


@st.composite
def rounds(draw: st.DrawFn) -> Round:
    """Make a round of up to four pools and eight people, each with a standing of its own at each pool."""
    names = "abcd"[: draw(st.integers(1, 4))]
    pools = tuple(
        Pool(name=n, school=n, kind="general", seats=draw(st.integers(0, 3))) for n in names
    )
    count = draw(st.integers(1, 8))
    ranks = [draw(st.permutations(range(count))) for _ in pools]
    rows = []
    for person in range(count):
        wishes = draw(st.permutations(range(len(pools))))[: draw(st.integers(0, len(pools)))]
        options = tuple(
            Option(pool=pool, choice=choice, standing=(0, 0, ranks[pool][person]))
            for choice, pool in enumerate(wishes, start=1)
        )
        rows.append(Row(members=(f"p{person}",), options=options))
    return Round(pools=pools, rows=tuple(rows))


@st.composite
def stories(draw: st.DrawFn) -> tuple[WaitingLists, list[Event]]:
    """Solve a round, open its lists, and make a log of answers that are possible when they are given."""
    market = draw(rounds())
    terms = Terms(
        opens=OPENS,
        first_answer_by=OPENS + timedelta(days=draw(st.integers(0, 4))),
        answer_days=draw(st.integers(0, 3)),
        closes=OPENS + timedelta(days=12),
        if_silent=draw(st.sampled_from([EventKind.ACCEPT, EventKind.KEEP, EventKind.DECLINE])),
    )
    lists = waiting_lists(market, assign(market), terms)
    events: list[Event] = []
    day = OPENS
    for _ in range(draw(st.integers(0, 8))):
        day += timedelta(days=draw(st.integers(0, 2)))
        if day > terms.closes:
            break
        before = replay(lists, events, day=day)
        kind = draw(st.sampled_from(EventKind))
        # what the evening of the day before allows, and this day has not changed
        able = [p.id for p in before.people if kind in ALLOWED and p.status in ALLOWED[kind]]
        event = Event(day=day, kind=EventKind.SEATS, pool=market.pools[0].name, count=1)
        if able:
            event = Event(day=day, kind=kind, person=draw(st.sampled_from(able)))
        try:
            replay(lists, [*events, event], day=day)
        except WaitingEventWrong:
            continue
        events.append(event)
    return lists, events


@given(stories())
def test_the_checker_accepts_every_day(story: tuple[WaitingLists, list[Event]]) -> None:
    """No free seat is waited for, nobody is passed over, movements lead to the places."""
    lists, events = story

    for offset in range(13):
        state = replay(lists, events, day=OPENS + timedelta(days=offset))
        assert waiting_faults(lists, events, state) == ()


@given(stories())
def test_nobody_ever_moves_down(story: tuple[WaitingLists, list[Event]]) -> None:
    """From day to day a place is kept, bettered, or given up by its holder."""
    lists, events = story
    wishes = {w.id: [wish.pool for wish in w.wishes] for w in lists.waiters}
    days = [replay(lists, events, day=OPENS + timedelta(days=offset)) for offset in range(13)]

    for earlier, later in pairwise(days):
        for was, now in zip(earlier.people, later.people, strict=True):
            if was.place and now.place:
                assert wishes[was.id].index(now.place) <= wishes[was.id].index(was.place)


@given(stories())
def test_names_of_schools_do_not_decide(story: tuple[WaitingLists, list[Event]]) -> None:
    """Free seats are looked at in another order when pools bear other names; everybody ends at the same place."""
    lists, events = story
    names = dict(zip(sorted(lists.seats), sorted(lists.seats, reverse=True), strict=True))
    mirrored = WaitingLists(
        terms=lists.terms,
        seats={names[pool]: count for pool, count in lists.seats.items()},
        waiters=tuple(
            Waiter(
                id=w.id,
                wishes=tuple(Wish(pool=names[x.pool], standing=x.standing) for x in w.wishes),
                place=names.get(w.place, ""),
            )
            for w in lists.waiters
        ),
    )
    log = [
        Event(day=e.day, kind=e.kind, person=e.person, pool=names.get(e.pool, ""), count=e.count)
        for e in events
    ]
    end = lists.terms.closes

    found = {p.id: names.get(p.place, "") for p in replay(lists, events, day=end).people}
    other = {p.id: p.place for p in replay(mirrored, log, day=end).people}

    assert other == found
