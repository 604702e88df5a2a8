"""Dated periods: half-open, so that one ends on the day the next begins."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from xuezheng.kernel.errors import InputError, gettext_noop

SCHOOL_YEAR_START_MONTH = 9  # 学年 begins on 1 September (教育部 school calendar)


class PeriodBackwards(InputError):
    """A period ends on or before the day it starts."""

    code = "period.backwards"
    template = gettext_noop("The period starts on %(start)s and ends on %(end)s, so it has no day.")
    remedy = gettext_noop(
        "Give an end after the start; the end day itself does not belong to the period."
    )


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Period:
    """The days from ``start`` up to but not including ``end``; without an end it goes on."""

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        """Refuse a period without a day."""
        if self.end is not None and self.end <= self.start:
            raise PeriodBackwards(start=self.start.isoformat(), end=self.end.isoformat())

    @classmethod
    def through(cls, start: date, last: date) -> "Period":
        """Make a period from its first and last day, both included, as documents state it."""
        return cls(start=start, end=last + timedelta(days=1))

    @property
    def last(self) -> date | None:
        """The last day that belongs to it, if it ends."""
        return None if self.end is None else self.end - timedelta(days=1)

    def __contains__(self, day: date) -> bool:
        """Tell whether a day belongs to it."""
        return self.start <= day and (self.end is None or day < self.end)

    def overlaps(self, other: "Period") -> bool:
        """Tell whether the two share a day."""
        return self.intersect(other) is not None

    def intersect(self, other: "Period") -> "Period | None":
        """Give the days that both share, or None."""
        start = max(self.start, other.start)
        ends = [end for end in (self.end, other.end) if end is not None]
        end = min(ends) if ends else None
        if end is not None and end <= start:
            return None
        return Period(start=start, end=end)

    def days(self) -> int | None:
        """Count its days; None if it goes on."""
        return None if self.end is None else (self.end - self.start).days

    def elapsed(self, day: date) -> int:
        """Count its days up to and including a day: 0 before it starts, all once it is over."""
        passed = max(0, (day - self.start).days + 1)
        whole = self.days()
        return passed if whole is None else min(passed, whole)

    def __iter__(self) -> Iterator[date]:
        """Go through its days in order; a period without end never stops."""
        day = self.start
        while day in self:
            yield day
            day += timedelta(days=1)

    def __str__(self) -> str:
        """Write it with its last day, as people state it."""
        return f"{self.start.isoformat()}–{self.last.isoformat() if self.last else ''}"


def find_overlap(periods: Iterable[Period]) -> tuple[Period, Period] | None:
    """Find two periods that share a day, the earliest such pair; None if all are apart."""
    ordered = sorted(periods, key=lambda period: period.start)
    for earlier, later in pairwise(ordered):
        if earlier.overlaps(later):
            return earlier, later
    return None


def school_year(first_year: int, *, start_month: int = SCHOOL_YEAR_START_MONTH) -> Period:
    """Give the school year that begins in a calendar year: 2023 is 2023-09-01 to 2024-08-31."""
    return Period(start=date(first_year, start_month, 1), end=date(first_year + 1, start_month, 1))


def school_year_of(day: date, *, start_month: int = SCHOOL_YEAR_START_MONTH) -> Period:
    """Give the school year that a day belongs to."""
    return school_year(
        day.year if day.month >= start_month else day.year - 1, start_month=start_month
    )
