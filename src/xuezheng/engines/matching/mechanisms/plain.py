"""The mechanisms in plain Python over a round: easy to read, and quick enough for some thousand rows.

Each gives, for every row, the place of its option in `Row.options`, or `NOWHERE`.
"""

from bisect import insort
from collections.abc import Callable, Iterable, Sequence

from xuezheng.engines.matching.mechanisms.orders import (
    has_steps,
    need_single_rows,
    need_strict_order,
)
from xuezheng.engines.matching.mechanisms.rounds import Option, Round, Standing

NOWHERE = -1
Offers = Callable[[int], Sequence[int]]
"""Of a row: the places of the options that it may use, in the order of its wish."""


def defer(market: Round) -> list[int]:
    """Student-proposing deferred acceptance: nothing is final before nobody is turned away any more."""
    every = [range(len(row.options)) for row in market.rows]
    return _defer(market, every, [pool.seats for pool in market.pools])


def _defer(
    market: Round, offers: Sequence[Sequence[int]], seats: Sequence[int], taken_by: int = NOWHERE
) -> list[int]:
    """Let rows propose along `offers` to pools with `seats`; rows without offers keep `taken_by`."""
    rows = market.rows
    held = [_Held(count) for count in seats]
    result = [taken_by] * len(rows)
    left = [iter(one) for one in offers]
    waiting = [index for index in range(len(rows) - 1, -1, -1) if offers[index]]
    while waiting:
        index = waiting.pop()
        place = next(left[index], None)
        if place is None:
            result[index] = NOWHERE
            continue
        result[index] = place
        option = rows[index].options[place]
        waiting.extend(held[option.pool].add(option.standing, index, rows[index].weight))
    return result


class _Held:
    """The rows that a pool holds, in the order of their standing."""

    __slots__ = ("rows", "seats", "taken")

    def __init__(self, seats: int) -> None:
        self.seats = seats
        self.taken = 0
        self.rows: list[tuple[Standing, int, int]] = []

    def add(self, standing: Standing, index: int, weight: int) -> list[int]:
        """Hold one more row; give those that now stand behind the seats, perhaps itself."""
        insort(self.rows, (standing, index, weight))
        self.taken += weight
        out: list[int] = []
        while self.rows:
            last = self.rows[-1][0]
            level = len(self.rows)
            while level and self.rows[level - 1][0] == last:
                level -= 1
            weights = sum(row[2] for row in self.rows[level:])
            if self.taken - weights < self.seats:  # seats remain when it comes to the last
                break
            out += [row[1] for row in self.rows[level:]]
            del self.rows[level:]
            self.taken -= weights
        return out


def dictate(market: Round) -> list[int]:
    """Serial dictatorship: one order over all rows; each takes its first pool with a seat left.

    Where seats are reserved, whoever comes next in the order may still be turned away by members of the group who come
    later. There the result is that of deferred acceptance, which is the same wherever nothing is reserved.

    Every row must stand the same at all its options, reserved seats apart (`orders.need_one_order`).
    """
    if has_steps(market):
        return defer(market)
    order = sorted(
        (row.options[0].standing, index) for index, row in enumerate(market.rows) if row.options
    )
    left = [pool.seats for pool in market.pools]
    result = [NOWHERE] * len(market.rows)
    for level in _levels(order):
        open_pools = [count > 0 for count in left] if len(level) > 1 else None
        for index in level:
            row = market.rows[index]
            for place, option in enumerate(row.options):
                # rows that are level do not shut each other out
                if open_pools[option.pool] if open_pools else left[option.pool] > 0:
                    result[index] = place
                    left[option.pool] -= row.weight
                    break
    return result


def _levels(order: Iterable[tuple[Standing, int]]) -> Iterable[list[int]]:
    """Put together the rows that stand level."""
    level: list[int] = []
    before: Standing | None = None
    for standing, index in order:
        if level and standing != before:
            yield level
            level = []
        level.append(index)
        before = standing
    if level:
        yield level


def band_by_band(market: Round, band: int) -> list[int]:
    """Choice bands: deferred acceptance over `band` choices at a time; seats are final after each."""
    left = [pool.seats for pool in market.pools]
    result = [NOWHERE] * len(market.rows)
    last = max((option.choice for row in market.rows for option in row.options), default=0)
    for begin in range(1, last + 1, band):
        here = range(begin, begin + band)
        offers: list[Sequence[int]] = [
            [place for place, option in enumerate(row.options) if option.choice in here]
            if result[index] == NOWHERE
            else ()
            for index, row in enumerate(market.rows)
        ]
        for index, place in enumerate(_defer(market, offers, left)):
            if place != NOWHERE:
                result[index] = place
                row = market.rows[index]
                left[row.options[place].pool] -= row.weight
    return result


def trade(market: Round) -> list[int]:
    """Top trading cycles: pools point to who stands first there, rows to their best pool with a seat left.

    Pools point also to rows that do not list them (`Row.claims`): a standing can be traded without being wanted.
    Otherwise listing an unwanted school could pay.

    Raises:
        UnitsCannotTrade: If a row takes more than one seat.
        UndecidedTie: If two rows stand level at a pool.
    """
    need_single_rows(market)
    need_strict_order(market)
    queues: list[list[tuple[Standing, int]]] = [[] for _ in market.pools]
    for index, row in enumerate(market.rows):
        for option in (*row.options, *row.claims):
            queues[option.pool].append((option.standing, index))
    for queue in queues:
        queue.sort(reverse=True)
    return _Trading(market, queues).run()


class _Trading:
    """The state of the trade: seats left, who is gone, and the path of pointers."""

    def __init__(self, market: Round, queues: list[list[tuple[Standing, int]]]) -> None:
        self.options = [row.options for row in market.rows]
        self.queues = queues
        self.left = [pool.seats for pool in market.pools]
        self.wish = [0] * len(market.rows)
        self.gone = [False] * len(market.rows)
        self.result = [NOWHERE] * len(market.rows)

    def run(self) -> list[int]:
        path: list[int] = []
        on_path: dict[int, int] = {}
        for start in range(len(self.options)):
            index = start
            while not self.gone[start]:
                on_path[index] = len(path)
                path.append(index)
                option = self._best(index)
                if option is None:
                    self.gone[index] = True
                    back = 1
                else:
                    index = self._first(option.pool)
                    if index not in on_path:
                        continue
                    back = len(path) - on_path[index]
                    self._close(path[-back:])
                for row in path[-back:]:
                    del on_path[row]
                del path[-back:]
                # who pointed at the rows now gone looks again
                if path:
                    index = path.pop()
                    del on_path[index]
                else:
                    index = start
        return self.result

    def _best(self, index: int) -> Option | None:
        options = self.options[index]
        while self.wish[index] < len(options):
            option = options[self.wish[index]]
            if self.left[option.pool] > 0:
                return option
            self.wish[index] += 1
        return None

    def _first(self, pool: int) -> int:
        queue = self.queues[pool]
        while self.gone[queue[-1][1]]:
            queue.pop()
        return queue[-1][1]

    def _close(self, cycle: list[int]) -> None:
        for index in cycle:
            self.gone[index] = True
            self.result[index] = self.wish[index]
            self.left[self.options[index][self.wish[index]].pool] -= 1
