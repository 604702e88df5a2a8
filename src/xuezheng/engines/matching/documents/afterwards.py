"""Documents of what stands beside a round: the log of its waiting lists, and what families prove for points."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from xuezheng.engines.matching.documents.document import read_document
from xuezheng.engines.matching.mechanisms.build import build_round
from xuezheng.engines.matching.mechanisms.rounds import Round
from xuezheng.engines.matching.model import MechanismKind, Problem, Result
from xuezheng.engines.matching.points.model import Evidence
from xuezheng.engines.matching.waiting.model import (
    Event,
    Terms,
    WaitingLists,
    WaitingState,
    Wish,
)
from xuezheng.engines.matching.waiting.solve import waiting_lists
from xuezheng.kernel.errors import InputError, gettext_noop


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLog:
    """The deadlines of waiting lists, and all that happened since they opened."""

    format: str = "xuezheng.waiting/1"
    terms: Terms
    events: tuple[Event, ...] = ()
    published: dict[str, str] = field(default_factory=dict)
    """The hash of the state of days that were published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One application for points, under a pseudonym."""

    id: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsCase:
    """Families whose points are to be counted by one table."""

    format: str = "xuezheng.points/1"
    families: tuple[Family, ...]


class NoWaitingLists(InputError):
    """Filings one after another are final; nobody waits."""

    code = "matching.no_waiting_lists"
    template = gettext_noop("There are no waiting lists after filings one after another.")
    remedy = gettext_noop("Use waiting lists after a single round.")


def read_waiting_log(data: bytes, *, source: str) -> WaitingLog:
    """Read a log.

    Raises:
        NotJson, DocumentInvalid: If the document is not of the format.
    """
    log: WaitingLog = read_document(WaitingLog, data, source=source)
    return log


def read_points_case(data: bytes, *, source: str) -> PointsCase:
    """Read what families prove.

    Raises:
        NotJson, DocumentInvalid: If the document is not of the format.
    """
    case: PointsCase = read_document(PointsCase, data, source=source)
    return case


def open_lists(problem: Problem, result: Result, terms: Terms) -> WaitingLists:
    """Open the waiting lists after a result.

    Whoever was placed after the main round holds that seat as if it were the last wish, and waits for the whole list.

    Raises:
        NoWaitingLists: If the mechanism is a sequence of filings.
    """
    if problem.rules.mechanism is MechanismKind.FILINGS:
        raise NoWaitingLists
    market = build_round(problem)
    held = {line.applicant: line for line in result.assignments if line.pool}
    places = [held[row.members[0]].pool if row.members[0] in held else "" for row in market.rows]
    taken = [_option_of(market, row, pool) for row, pool in enumerate(places)]
    lists = waiting_lists(market, taken, terms)
    waiters = [
        replace(waiter, place=pool, wishes=(*waiter.wishes, Wish(pool=pool, standing=())))
        if pool in lists.seats and option < 0
        else waiter
        for waiter, pool, option in zip(lists.waiters, places, taken, strict=True)
    ]
    return replace(lists, waiters=tuple(waiters))


def _option_of(market: Round, row: int, pool: str) -> int:
    options = market.rows[row].options
    names = [market.pools[option.pool].name for option in options]
    return names.index(pool) if pool in names else -1


def plain_state(state: WaitingState) -> Mapping[str, Any]:
    """Write the state of a day as plain data, with its hash."""
    return {
        "day": state.day.isoformat(),
        "hash": state.hash,
        "people": [
            {
                "id": one.id,
                "status": one.status.value,
                "place": one.place,
                "answer_by": _day(one.answer_by),
                "waits_for": list(one.waits_for),
            }
            for one in state.people
        ],
        "queues": {pool: list(queue) for pool, queue in state.queues.items()},
        "moves": [
            {"day": one.day.isoformat(), "cause": one.cause, "person": one.person, "left": one.left, "taken": one.taken}
            for one in state.moves
        ],
    }  # fmt: skip


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
