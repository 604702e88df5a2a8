"""The year 2023 of the registers: what opened, was recognised, was handed over, was connected or closed, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from xuezheng.site.city.assumptions import Assumptions
from xuezheng.site.city.institutions import SCHOOLS, Sketch
from xuezheng.site.city.shares import turn_points
from xuezheng.site.city.streams import generator

Day = np.datetime64
# So many of the year's last kindergartens are old ones, newly recognised.
_LAST_RECOGNISED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnershipSpan:
    """One ownership period of an institution."""

    place: int
    ownership: str
    valid_from: Day
    valid_to: Day | None
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Dates by place in the list of sketches; None where there is none."""

    opened_on: list[Day]
    closed_on: list[Day | None]
    compound_name: list[str]
    delivered_on: list[Day | None]
    spans: list[OwnershipSpan]
    wireless: list[str]
    wireless_full_on: list[Day | None]


def write_history(
    sketches: Sequence[Sketch], closed: frozenset[int], assumptions: Assumptions, seed: str
) -> History:
    """Date everything that happened to the institutions up to the city's today."""
    numbers = generator(seed, "history")
    year = assumptions.school_year
    opened = [_founding_day(sketch, numbers) for sketch in sketches]
    closings = [
        _day(numbers, year, 6, 30) if place in closed else None for place in range(len(sketches))
    ]
    new_public, recognised = _new_kindergartens(sketches, closed, assumptions, numbers)
    for place, day in new_public.items():
        opened[place] = day
    names, delivered = _compounds(sketches, new_public, closed, opened, assumptions, numbers)
    wireless, full_on = _wireless(sketches, closed, assumptions, numbers)
    return History(
        opened_on=opened,
        closed_on=closings,
        compound_name=names,
        delivered_on=delivered,
        spans=_ownership_spans(sketches, opened, recognised, numbers),
        wireless=wireless,
        wireless_full_on=full_on,
    )


def choose_closed(
    sketches: Sequence[Sketch], assumptions: Assumptions, seed: str
) -> frozenset[int]:
    """Choose the small private kindergartens and teaching points that closed in the summer; they have no pupils left."""
    numbers = generator(seed, "closed")
    year = assumptions["year"]
    kindergartens = [
        s.place
        for s in sketches
        if s.kind == "kindergarten" and s.ownership == "private" and s.enrolment < 90
    ]
    points = [sketch.place for sketch in sketches if sketch.kind == "teaching_point"]
    chosen = [
        *numbers.choice(kindergartens, int(year["kindergartens_closed"]), replace=False),
        *numbers.choice(points, int(year["teaching_points_closed"]), replace=False),
    ]
    return frozenset(int(place) for place in chosen)


def _founding_day(sketch: Sketch, numbers: np.random.Generator) -> Day:
    low, high = (1949, 2016) if sketch.ownership == "public" else (1996, 2017)
    if sketch.kind == "kindergarten":
        low = max(low, 1985)
    return Day(f"{numbers.integers(low, high)}-09-01", "D")


def _day(numbers: np.random.Generator, year: int, month: int, spread: int) -> Day:
    return Day(f"{year}-{month:02d}-01", "D") + int(numbers.integers(0, spread))


def _new_kindergartens(
    sketches: Sequence[Sketch],
    closed: frozenset[int],
    assumptions: Assumptions,
    numbers: np.random.Generator,
) -> tuple[dict[int, Day], dict[int, Day]]:
    year = assumptions["year"]
    days = turn_points(year["kindergartens_by_month"], assumptions.school_year, numbers)
    # Divisions differ in zeal, so that some are ahead of their share of the target and some behind.
    zeal = dict(
        zip(
            sorted({sketch.division.code for sketch in sketches}),
            np.exp(numbers.normal(0, 0.6, 18 + len(sketches)))[: len(sketches)],
            strict=False,
        )
    )
    public_count = int(year["of_them_new_public"])
    chosen: list[int] = []
    for ownership, count in (
        ("public", public_count),
        ("inclusive_private", len(days) - public_count),
    ):
        pool = [
            s.place
            for s in sketches
            if s.kind == "kindergarten"
            and s.ownership == ownership
            and s.place not in closed
            and s.enrolment > 40
        ]
        weights = np.array([zeal[sketches[place].division.code] for place in pool])
        chosen += [
            int(p) for p in numbers.choice(pool, count, replace=False, p=weights / weights.sum())
        ]
    # New buildings open late: the last half of the days goes to new public ones first.
    order = numbers.permutation(public_count)
    end = len(days) - (_LAST_RECOGNISED if len(days) > public_count + _LAST_RECOGNISED else 0)
    late = days[end - public_count : end]
    early = days[: end - public_count] + days[end:]
    new_public = {chosen[int(place)]: late[turn] for turn, place in enumerate(order)}
    recognised = dict(zip(chosen[public_count:], early, strict=True))
    return new_public, recognised


def _compounds(
    sketches: Sequence[Sketch],
    new_public: dict[int, Day],
    closed: frozenset[int],
    opened: list[Day],
    assumptions: Assumptions,
    numbers: np.random.Generator,
) -> tuple[list[str], list[Day | None]]:
    year = assumptions["year"]
    titles = list(assumptions.names["compounds"])
    names, delivered = [""] * len(sketches), [None] * len(sketches)
    dated: list[tuple[int, Day]] = []
    ordered = sorted(new_public, key=lambda place: new_public[place])
    for day, kind in zip(year["compounds_delivered"], year["compound_kinds"], strict=True):
        handed_over = Day(day, "D")
        if kind == "kindergarten":
            later = [place for place in ordered if new_public[place] >= handed_over] or ordered
            place = later[0]
            ordered.remove(place)
        else:
            place = _urban_public(sketches, kind, closed, {p for p, _ in dated}, numbers)
            opened[place] = Day(f"{assumptions.school_year}-09-01", "D")
        dated.append((place, handed_over))
    for turn in range(int(year["compounds_before"])):
        kind = ("kindergarten", "primary", "kindergarten")[turn % 3]
        taken = {p for p, _ in dated} | set(new_public)
        place = _urban_public(sketches, kind, closed, taken, numbers)
        day = _day(numbers, assumptions.school_year - 1 - turn % 4, 5, 90)
        opened[place] = Day(f"{str(day)[:4]}-09-01", "D")
        dated.append((place, day))
    for turn, (place, day) in enumerate(dated):
        names[place] = titles[turn % len(titles)] + ("二期" if turn >= len(titles) else "")
        delivered[place] = day  # type: ignore[call-overload]  # a list of dates begins as a list of None
    return names, list(delivered)


def _urban_public(
    sketches: Sequence[Sketch],
    kind: str,
    closed: frozenset[int],
    taken: set[int],
    numbers: np.random.Generator,
) -> int:
    pool = [
        s.place
        for s in sketches
        if s.kind == kind
        and s.setting != "rural"
        and s.ownership == "public"
        and s.place not in closed | taken
    ]
    return int(numbers.choice(pool))


def _ownership_spans(
    sketches: Sequence[Sketch],
    opened: list[Day],
    recognised: dict[int, Day],
    numbers: np.random.Generator,
) -> list[OwnershipSpan]:
    spans = []
    for place, sketch in enumerate(sketches):
        if sketch.ownership != "inclusive_private":
            spans.append(_span(place, sketch.ownership, opened[place], None, ""))
            continue
        day = recognised.get(place)
        if day is None:
            day = max(opened[place] + 30, _day(numbers, int(numbers.integers(2018, 2023)), 3, 200))
        paper = f"普惠认定〔{str(day)[:4]}〕{numbers.integers(1, 90)}号"
        spans.append(_span(place, "private", opened[place], day, ""))
        spans.append(_span(place, "inclusive_private", day, None, paper))
    return spans


def _span(place: int, ownership: str, start: Day, end: Day | None, document: str) -> OwnershipSpan:
    return OwnershipSpan(
        place=place, ownership=ownership, valid_from=start, valid_to=end, document=document
    )


def _wireless(
    sketches: Sequence[Sketch],
    closed: frozenset[int],
    assumptions: Assumptions,
    numbers: np.random.Generator,
) -> tuple[list[str], list[Day | None]]:
    unknown = float(assumptions["faults"]["wireless_unknown"])
    coverage = [
        str(
            numbers.choice(
                ("partial", "none"), p=(0.75, 0.25) if s.setting == "urban" else (0.5, 0.5)
            )
        )
        if chance > unknown
        else "unknown"
        for s, chance in zip(sketches, numbers.random(len(sketches)), strict=True)
    ]
    full_on: list[Any] = [None] * len(sketches)
    days = turn_points(assumptions["year"]["wireless_by_month"], assumptions.school_year, numbers)
    pool = [
        s.place
        for s in sketches
        if s.kind in SCHOOLS and s.place not in closed and coverage[s.place] != "unknown"
    ]
    zeal = {
        code: float(np.exp(numbers.normal(0, 0.5)))
        for code in sorted({s.division.code for s in sketches})
    }
    weights = np.array([zeal[sketches[place].division.code] for place in pool])
    for place, day in zip(
        numbers.choice(pool, len(days), replace=False, p=weights / weights.sum()), days, strict=True
    ):
        coverage[int(place)] = "full"
        full_on[int(place)] = day
    return coverage, full_on
