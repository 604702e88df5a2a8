"""Count the points of a family by a table, exactly and line by line.

Periods of one kind are joined before they are counted, so nothing counts twice; they end on the evidence day. A month
counts when every day of it is covered. Points are exact fractions until an item is capped and rounded once; then items
that exclude one another are reduced to the best, groups are capped, and the total is capped.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from xuezheng.engines.matching.points.model import (
    Counts,
    Evidence,
    GroupPoints,
    PointsItem,
    PointsLine,
    PointsResult,
    PointsTable,
    PointsWrong,
    Rounding,
    table_faults,
)
from xuezheng.kernel.errors import Phrase, gettext_noop

Period = tuple[date, date]

_BACKWARDS = gettext_noop("the period ends on %(last)s, before it begins on %(first)s")
_BOTH = gettext_noop("it has both a period and an amount, or neither")
_AMOUNT = gettext_noop("the amount %(amount)s is negative")
_LEFT_OUT = gettext_noop("Evidence not counted: %(mark)s.")
_AFTER = gettext_noop("Evidence not counted: it is not in force on %(day)s.")
_TOO_SMALL = gettext_noop("The value %(value)s does not reach the limit %(limit)s.")
_THRESHOLD = gettext_noop("The first %(years)s years give no points.")
_CAPPED = gettext_noop("Capped at %(cap)s.")
_BESIDE = gettext_noop("Not counted beside %(other)s.")
_NEEDED = gettext_noop("%(item)s: %(found)s years are proven, %(needed)s are needed to apply.")
_LINE = gettext_noop("%(item)s: %(points)s points.")
_LINE_MONTHS = gettext_noop(
    "%(item)s: %(points)s points for %(counted)s of %(quantity)s months at %(rate)s a year."
)
_LINE_DAYS = gettext_noop(
    "%(item)s: %(points)s points for %(counted)s of %(quantity)s days at %(rate)s a year."
)
_GROUP = gettext_noop("%(group)s together: %(points)s points.")
_GROUP_CAPPED = gettext_noop("%(group)s together: %(sum)s, capped at %(points)s points.")
_TOTAL = gettext_noop("Total: %(points)s points, of which %(base)s are given to all.")


def count_points(table: PointsTable, evidence: Sequence[Evidence]) -> PointsResult:
    """Count the points that the evidence gives under a table; its order does not matter.

    Raises:
        PointsWrong: Naming the entry of the table or the evidence that contradicts itself.
    """
    for place, why in table_faults(table):
        raise PointsWrong(entry=f"{table.id}: {'.'.join(str(step) for step in place)}", why=why)
    lines = [
        _count_item(table, group.id, item, evidence)
        for group in table.groups
        for item in group.items
    ]
    items = {item.id: item for group in table.groups for item in group.items}
    lines = _keep_best(lines, items)
    groups = tuple(
        _cap_group(group.id, group.cap, [line for line in lines if line.group == group.id])
        for group in table.groups
    )
    total = table.base + sum((group.points for group in groups), Decimal(0))
    hindrances = tuple(_hindrances(lines, items))
    quantities = {line.item: line.quantity for line in lines}
    read = {(item.reads, item.person) for item in items.values()}
    return PointsResult(
        table=table.id,
        base=table.base,
        lines=tuple(lines),
        groups=groups,
        total=total if table.cap is None else min(total, table.cap),
        may_apply=not hindrances,
        hindrances=hindrances,
        unused=tuple(sorted({e.kind for e in evidence if (e.kind, e.person) not in read})),
        ties=tuple((name, quantities[name]) for name in table.ties),
    )


def explain_points(
    table: PointsTable, result: PointsResult, names: Mapping[str, str] | None = None
) -> tuple[Phrase, ...]:
    """Say line by line how a total came about.

    Args:
        table: The table.
        result: What `count_points` gave for it.
        names: What items and groups are called in the reader's language; their ids otherwise.
    """
    called = dict(names or {})
    items = {item.id: item for group in table.groups for item in group.items}
    said: list[Phrase] = []
    for group in result.groups:
        for line in result.lines:
            if line.group == group.group:
                name = called.get(line.item, line.item)
                said += [_say_line(line, items[line.item], name), *line.notes]
        facts = {"group": called.get(group.group, group.group), "points": group.points}
        capped = group.sum != group.points
        said.append(Phrase(_GROUP_CAPPED if capped else _GROUP, sum=group.sum, **facts))
    said.append(Phrase(_TOTAL, points=result.total, base=result.base))
    return (*said, *result.hindrances)


def _say_line(line: PointsLine, item: PointsItem, name: str) -> Phrase:
    templates = {Counts.FACT: _LINE, Counts.MONTH: _LINE_MONTHS, Counts.DAY: _LINE_DAYS}
    return Phrase(
        templates[line.counts],
        item=name,
        points=line.points,
        counted=line.counted,
        quantity=line.quantity,
        rate=item.points,
    )


def _count_item(
    table: PointsTable, group: str, item: PointsItem, evidence: Iterable[Evidence]
) -> PointsLine:
    notes: list[Phrase] = []
    used = [
        one
        for one in evidence
        if one.kind == item.reads and one.person is item.person and _counts(one, item, notes)
    ]
    if item.counts is Counts.FACT:
        hindered: list[Phrase] = []
        holds = [_is_so(one, item, table, hindered) for one in used]
        quantity = counted = Decimal(int(any(holds)))
        exact = Fraction(item.points) * int(any(holds))
        notes += [] if any(holds) else hindered
    else:
        quantity = _duration(used, item, table.evidence_day)
        counted = max(quantity - item.above_years * item.parts_per_year, Decimal(0))
        if quantity and item.above_years:
            notes.append(Phrase(_THRESHOLD, years=item.above_years))
        years = Fraction(counted) / item.parts_per_year
        exact = Fraction(item.points) * (years.__floor__() if item.whole_years else years)
    capped = exact
    if item.cap is not None and exact > item.cap:
        capped = Fraction(item.cap)
        notes.append(Phrase(_CAPPED, cap=item.cap))
    return PointsLine(
        group=group,
        item=item.id,
        counts=item.counts,
        quantity=quantity,
        counted=counted,
        exact=exact,
        points=_round(capped, table.digits, table.rounding),
        notes=tuple(sorted(set(notes), key=str)),
    )


def _counts(one: Evidence, item: PointsItem, notes: list[Phrase]) -> bool:
    if one.first is not None and one.last is not None and one.last < one.first:
        why = Phrase(_BACKWARDS, first=one.first.isoformat(), last=one.last.isoformat())
        raise PointsWrong(entry=one.kind, why=why)
    if one.amount is not None and one.amount < 0:
        raise PointsWrong(entry=one.kind, why=Phrase(_AMOUNT, amount=one.amount))
    left_out = [mark for mark in one.marks if mark in item.not_counted]
    notes += [Phrase(_LEFT_OUT, mark=mark) for mark in left_out]
    return not left_out


def _is_so(one: Evidence, item: PointsItem, table: PointsTable, notes: list[Phrase]) -> bool:
    """Say whether a fact holds on the evidence day and its value reaches the limit."""
    day = table.evidence_day
    if (one.first is not None and one.first > day) or (one.last is not None and one.last < day):
        notes.append(Phrase(_AFTER, day=day.isoformat()))
        return False
    value = Decimal(0) if one.value is None else one.value
    if item.more_than is not None and value <= item.more_than:
        notes.append(Phrase(_TOO_SMALL, value=value, limit=f"> {item.more_than}"))
        return False
    if item.at_least is not None and value < item.at_least:
        notes.append(Phrase(_TOO_SMALL, value=value, limit=f"≥ {item.at_least}"))
        return False
    return True


def _duration(used: Iterable[Evidence], item: PointsItem, day: date) -> Decimal:
    """Add up months or days: amounts as given, periods joined and cut at the evidence day."""
    amount = Decimal(0)
    periods: list[Period] = []
    for one in used:
        if (one.first is None) == (one.amount is None):
            raise PointsWrong(entry=one.kind, why=Phrase(_BOTH))
        if one.first is None:
            amount += one.amount or Decimal(0)
        elif one.first <= day:
            periods.append((one.first, min(one.last or day, day)))
    count = _whole_months if item.counts is Counts.MONTH else _days
    return amount + sum(count(period) for period in _joined(periods))


def _joined(periods: Iterable[Period]) -> Iterator[Period]:
    """Join periods that overlap or follow each other."""
    current: Period | None = None
    for first, last in sorted(periods):
        if current is not None and first <= current[1] + timedelta(days=1):
            current = (current[0], max(current[1], last))
            continue
        if current is not None:
            yield current
        current = (first, last)
    if current is not None:
        yield current


def _days(period: Period) -> int:
    return (period[1] - period[0]).days + 1


def _whole_months(period: Period) -> int:
    first, last = period
    begin = first.year * 12 + first.month + (first.day > 1)
    ends_whole = last.day == monthrange(last.year, last.month)[1]
    end = last.year * 12 + last.month - (not ends_whole)
    return max(end - begin + 1, 0)


def _round(value: Fraction, digits: int, rounding: Rounding) -> Decimal:
    scaled = value * 10**digits
    whole = scaled.__floor__()
    if rounding is Rounding.HALF_UP and scaled - whole >= Fraction(1, 2):
        whole += 1
    return Decimal(f"{whole}e-{digits}")


def _keep_best(lines: list[PointsLine], items: Mapping[str, PointsItem]) -> list[PointsLine]:
    """Of items that exclude one another leave the points of the best; of equal ones, of the first."""
    best: dict[str, PointsLine] = {}
    for line in lines:
        name = items[line.item].only_one_of
        if name and (name not in best or line.points > best[name].points):
            best[name] = line
    return [
        line
        if (winner := best.get(items[line.item].only_one_of, line)) is line
        else _beside(line, winner)
        for line in lines
    ]


def _beside(line: PointsLine, winner: PointsLine) -> PointsLine:
    if not line.points:
        return line
    note = Phrase(_BESIDE, other=winner.item)
    return replace(line, points=Decimal(0), notes=(*line.notes, note))


def _cap_group(name: str, cap: Decimal | None, lines: Sequence[PointsLine]) -> GroupPoints:
    whole = sum((line.points for line in lines), Decimal(0))
    return GroupPoints(group=name, sum=whole, points=whole if cap is None else min(whole, cap))


def _hindrances(lines: Iterable[PointsLine], items: Mapping[str, PointsItem]) -> Iterator[Phrase]:
    for line in lines:
        item = items[line.item]
        if item.needed_years is not None:
            years = Fraction(line.quantity) / item.parts_per_year
            if years < Fraction(item.needed_years):
                found = _round(years, 2, Rounding.DOWN)
                yield Phrase(_NEEDED, item=item.id, found=found, needed=item.needed_years)
