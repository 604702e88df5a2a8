"""Call one ranked list in an order that keeps minimum shares of groups.

Every prefix of the order holds at least the minimum share of each group as long as members of it remain. Groups may
overlap. Where no candidate satisfies two groups at once, the group named first has precedence, and the place at which
the other falls short is listed.
"""

from bisect import bisect_right, insort
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from xuezheng.kernel.errors import InputError, Phrase, gettext_noop

CandidateId = int | str

_SHARE = gettext_noop("the minimum share %(share)s %% is not between 0 and 100")
_TWICE = gettext_noop("it stands twice")
_RANK = gettext_noop("it has the same rank %(rank)s as %(other)s")
_GROUP = gettext_noop("its group %(group)s has no minimum share")
_PLACE = gettext_noop("Called in place %(place)s, as ranked.")
_EARLIER = gettext_noop(
    "Called in place %(place)s instead of %(rank_place)s, so that the share of %(groups)s is kept."
)
_KEPT = gettext_noop(
    "Called in place %(place)s, as ranked, and with it the share of %(groups)s is kept."
)
_LEVEL = gettext_noop(
    "Called in place %(place)s, as ranked, although called earlier for the share of %(group)s: %(count)s."
)
_LATER = gettext_noop(
    "Called in place %(place)s instead of %(rank_place)s: called earlier for the share of %(group)s: %(count)s."
)


class CallOrderWrong(InputError):
    """A ranked list or its shares contradict themselves."""

    code = "matching.call_order"
    template = gettext_noop("The list cannot be called; %(entry)s: %(why)s.")
    remedy = gettext_noop("Correct this entry of the case.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One candidate of the list; rank 1 is the best."""

    id: CandidateId
    rank: int
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedList:
    """A list and its shares; groups have precedence in the order in which they are named."""

    minimum_percent: dict[str, Decimal]
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledPlace:
    """Where one candidate is called, and why not where ranked."""

    id: CandidateId
    place: int
    """From 1."""
    rank_place: int
    """Where the ranking alone would have called: from 1."""
    called_for: tuple[str, ...] = ()
    """Groups of the candidate whose share asked for a member at this place."""
    overtaken_for: dict[str, int] = field(default_factory=dict)
    """How many who rank behind were called earlier, by the group that they were called for."""

    @property
    def shift(self) -> int:
        """Places won (above 0) or lost (below 0) against the ranking."""
        return self.rank_place - self.place


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """A prefix that lacks members of a group although some remain, since a group before it had precedence."""

    place: int
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOrder:
    """The order with its reasons."""

    places: tuple[CalledPlace, ...]
    shortfalls: tuple[Shortfall, ...] = ()

    @property
    def call_order(self) -> tuple[CandidateId, ...]:
        """The candidates as they are called."""
        return tuple(place.id for place in self.places)


def call_order(ranked: RankedList) -> CallOrder:
    """Order the candidates; equal inputs in any order give the same result.

    Raises:
        CallOrderWrong: For a share outside 0 to 100, a candidate or rank that stands twice, or a group without share.
    """
    by_rank = _in_rank_order(ranked)
    shares = {group: Fraction(share) / 100 for group, share in ranked.minimum_percent.items()}
    queues = _Queues(by_rank)
    held: Counter[str] = Counter()
    called: list[tuple[Candidate, tuple[str, ...]]] = []
    shortfalls: list[Shortfall] = []
    for place in range(1, len(by_rank) + 1):
        wanted = [g for g in shares if held[g] < shares[g] * place and queues.members[g]]
        candidate = queues.take(wanted)
        held.update(set(candidate.groups))
        called.append((candidate, tuple(g for g in wanted if g in candidate.groups)))
        shortfalls += [
            Shortfall(place=place, group=g)
            for g in wanted
            if held[g] < shares[g] * place and queues.members[g]
        ]
    return CallOrder(places=tuple(_places(by_rank, called)), shortfalls=tuple(shortfalls))


def explain_place(place: CalledPlace) -> tuple[Phrase, ...]:
    """Say in sentences why a candidate is called where it is."""
    facts = {"place": place.place, "rank_place": place.rank_place}
    if place.shift > 0:
        return (Phrase(_EARLIER, groups=", ".join(place.called_for), **facts),)
    if not place.overtaken_for:
        return (Phrase(_PLACE, place=place.place),)
    sentence = _LATER if place.shift else _LEVEL
    return tuple(
        Phrase(sentence, group=group, count=count, **facts)
        for group, count in place.overtaken_for.items()
    )


def call_order_faults(ranked: RankedList, order: Sequence[CandidateId]) -> tuple[str, ...]:
    """Check an order candidate by candidate, without the solver's queues; quadratic, and nothing when it is right."""
    candidates = {candidate.id: candidate for candidate in ranked.candidates}
    if Counter(order) != Counter(candidates.keys()):
        return ("the order does not call every candidate once",)
    shares = {group: Fraction(share) / 100 for group, share in ranked.minimum_percent.items()}
    faults: list[str] = []
    for place, name in enumerate(order, start=1):
        before = [candidates[other] for other in order[: place - 1]]
        rest = [candidates[other] for other in order[place - 1 :]]
        short = [
            group
            for group, share in shares.items()
            if sum(group in c.groups for c in before) < share * place
            and any(group in c.groups for c in rest)
        ]
        faults += _faults_at(place, candidates[name], rest, short)
    return tuple(faults)


def _faults_at(
    place: int, called: Candidate, rest: Sequence[Candidate], short: Sequence[str]
) -> Iterator[str]:
    """Compare the one called with every other who remains: by precedence of the groups that are short, then by rank."""

    def merit(candidate: Candidate) -> tuple[bool, ...]:
        return tuple(group in candidate.groups for group in short)

    for other in rest:
        if merit(other) > merit(called):
            missed = next(g for g in short if (g in other.groups) > (g in called.groups))
            yield f"place {place}: {called.id} is called, but {missed} is short and {other.id} remains"
            return
        if merit(other) == merit(called) and other.rank < called.rank:
            yield f"place {place}: {called.id} passes {other.id} without need"
            return


def _in_rank_order(ranked: RankedList) -> list[Candidate]:
    for group, share in ranked.minimum_percent.items():
        if not 0 <= share <= 100:
            raise CallOrderWrong(entry=group, why=Phrase(_SHARE, share=share))
    by_rank = sorted(ranked.candidates, key=lambda c: (c.rank, str(c.id)))
    seen: set[CandidateId] = set()
    last: Candidate | None = None
    for candidate in by_rank:
        if candidate.id in seen:
            raise CallOrderWrong(entry=candidate.id, why=Phrase(_TWICE))
        if last is not None and last.rank == candidate.rank:
            why = Phrase(_RANK, rank=candidate.rank, other=last.id)
            raise CallOrderWrong(entry=candidate.id, why=why)
        for group in candidate.groups:
            if group not in ranked.minimum_percent:
                raise CallOrderWrong(entry=candidate.id, why=Phrase(_GROUP, group=group))
        seen.add(candidate.id)
        last = candidate
    return by_rank


class _Queues:
    """Candidates in rank order, one queue for each set of groups, so that one step looks at the heads only."""

    def __init__(self, by_rank: Sequence[Candidate]) -> None:
        self._queues: dict[frozenset[str], deque[Candidate]] = {}
        self.members: Counter[str] = Counter()
        for candidate in by_rank:
            self._queues.setdefault(frozenset(candidate.groups), deque()).append(candidate)
            self.members.update(set(candidate.groups))

    def take(self, wanted: Sequence[str]) -> Candidate:
        """Take the best of those who satisfy the wanted groups, as many as can be, the first named first."""
        heads = {groups: queue[0] for groups, queue in self._queues.items() if queue}
        for group in wanted:
            inside = {groups: head for groups, head in heads.items() if group in groups}
            heads = inside or heads
        groups = min(heads, key=lambda key: heads[key].rank)
        candidate = self._queues[groups].popleft()
        self.members.subtract(groups)
        return candidate


def _places(
    by_rank: Sequence[Candidate], called: Sequence[tuple[Candidate, tuple[str, ...]]]
) -> Iterator[CalledPlace]:
    rank_place: Mapping[CandidateId, int] = {c.id: i for i, c in enumerate(by_rank, start=1)}
    earlier: dict[tuple[str, ...], list[int]] = {}
    for place, (candidate, called_for) in enumerate(called, start=1):
        overtaken: Counter[str] = Counter()
        for groups, ranks in earlier.items():
            behind = len(ranks) - bisect_right(ranks, candidate.rank)
            if behind:
                overtaken[next(g for g in groups if g not in candidate.groups)] += behind
        yield CalledPlace(
            id=candidate.id,
            place=place,
            rank_place=rank_place[candidate.id],
            called_for=called_for,
            overtaken_for=dict(sorted(overtaken.items())),
        )
        if called_for:
            insort(earlier.setdefault(called_for, []), candidate.rank)
