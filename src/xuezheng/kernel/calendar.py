"""Working days under the State Council's yearly holiday notice.

The dates are data (``packs/calendar-cn.yaml``); here is only the arithmetic. Outside the years that
the data covers there is no answer but an error: a guessed deadline is worse than none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from xuezheng.kernel.errors import InputError, gettext_noop

SATURDAY = 5  # date.weekday()
ONE_DAY = timedelta(days=1)


class YearNotCovered(InputError):
    """A day lies outside the years whose holidays are known."""

    code = "calendar.year_not_covered"
    template = gettext_noop(
        "The holidays of %(year)s are not known; the calendar covers %(years)s."
    )
    remedy = gettext_noop(
        "Add the State Council's notice for that year to calendar-cn.yaml in the packs folder."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingDayCalendar:
    """Holidays and make-up working days of the years it covers."""

    years: frozenset[int]
    holidays: frozenset[date]
    makeup_days: frozenset[date]

    def __post_init__(self) -> None:
        """Refuse data that contradicts itself."""
        both = self.holidays & self.makeup_days
        if both:
            raise ValueError(f"both holiday and working day: {min(both).isoformat()}")
        outside = {day for day in self.holidays | self.makeup_days if day.year not in self.years}
        if outside:
            raise ValueError(f"outside the covered years: {min(outside).isoformat()}")

    @classmethod
    def of(
        cls, *, years: Iterable[int], holidays: Iterable[date], makeup_days: Iterable[date]
    ) -> "WorkingDayCalendar":
        """Make a calendar from any collections."""
        return cls(
            years=frozenset(years), holidays=frozenset(holidays), makeup_days=frozenset(makeup_days)
        )

    def is_working_day(self, day: date) -> bool:
        """Tell whether offices work on a day.

        Raises:
            YearNotCovered: If the notice for that year is not in the data.
        """
        if day.year not in self.years:
            years = ", ".join(str(year) for year in sorted(self.years))
            raise YearNotCovered(year=day.year, years=years or "-")
        if day in self.makeup_days:
            return True
        return day.weekday() < SATURDAY and day not in self.holidays

    def add_working_days(self, day: date, count: int) -> date:
        """Give the day that lies ``count`` working days after a day (before it, if negative).

        The day itself is not counted, as deadlines are stated (“within 5 working days of receipt”).
        With 0 it is the day itself if offices work on it, else the next working day.
        """
        if count == 0:
            while not self.is_working_day(day):
                day += ONE_DAY
            return day
        step = ONE_DAY if count > 0 else -ONE_DAY
        left = abs(count)
        while left:
            day += step
            left -= self.is_working_day(day)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Count the working days from ``start`` up to but not including ``end``; negative if the end comes first."""
        if end < start:
            return -self.working_days_between(end, start)
        days = (start + timedelta(days=offset) for offset in range((end - start).days))
        return sum(self.is_working_day(day) for day in days)
