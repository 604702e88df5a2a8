"""Periods, identifiers, calendar and two-language texts."""

from datetime import date
from itertools import islice

import pytest

from xuezheng.kernel.calendar import WorkingDayCalendar, YearNotCovered
from xuezheng.kernel.identifiers import (
    CodeMalformed,
    IdentityNumberWrong,
    InstitutionClassWrong,
    check_institution_class,
    division_of_township,
    identity_birth_date,
    identity_sex,
    institution_province,
    parse_division_code,
    parse_identity_number,
    parse_institution_code,
    parse_township_code,
)
from xuezheng.kernel.localized import LocalizedText
from xuezheng.kernel.periods import (
    Period,
    PeriodBackwards,
    find_overlap,
    school_year,
    school_year_of,
)

YEAR = Period.through(date(2023, 1, 1), date(2023, 12, 31))


class TestPeriods:
    """Half-open periods."""

    def test_the_end_day_does_not_belong(self) -> None:
        """One period ends on the day the next begins."""
        following = Period(start=date(2024, 1, 1))

        assert date(2023, 12, 31) in YEAR
        assert date(2024, 1, 1) not in YEAR
        assert not YEAR.overlaps(following)
        assert date(2222, 2, 2) in following

    def test_a_period_without_a_day_is_refused(self) -> None:
        """The end lies after the start."""
        with pytest.raises(PeriodBackwards, match="so it has no day"):
            Period(start=date(2023, 1, 1), end=date(2023, 1, 1))

    def test_the_shared_days_are_found(self) -> None:
        """With and without end."""
        open_end = Period(start=date(2023, 6, 1))

        assert YEAR.intersect(open_end) == Period(start=date(2023, 6, 1), end=date(2024, 1, 1))
        assert open_end.intersect(open_end) == open_end

    def test_elapsed_days_stop_at_both_ends(self) -> None:
        """0 before it starts, all of them once it is over."""
        assert [YEAR.elapsed(date(y, 12, 31)) for y in (2022, 2023, 2024)] == [0, 365, 365]
        assert Period(start=date(2023, 1, 1)).elapsed(date(2023, 1, 2)) == 2

    def test_it_counts_lists_and_writes_its_days(self) -> None:
        """People read the last day, not the end."""
        open_end = Period(start=date(2023, 6, 1))

        assert (YEAR.days(), open_end.days(), open_end.last) == (365, None, None)
        assert list(islice(YEAR, 2)) == [date(2023, 1, 1), date(2023, 1, 2)]
        assert (str(YEAR), str(open_end)) == ("2023-01-01–2023-12-31", "2023-06-01–")

    def test_the_first_overlap_is_found(self) -> None:
        """Whatever the order given."""
        later = Period(start=date(2023, 12, 31))

        assert find_overlap([later, YEAR]) == (YEAR, later)
        assert find_overlap([YEAR]) is None

    def test_the_school_year_begins_in_september(self) -> None:
        """31 August and 1 September lie in different school years."""
        assert school_year_of(date(2023, 8, 31)) == school_year(2022)
        assert school_year_of(date(2023, 9, 1)) == school_year(2023)


class TestIdentifiers:
    """Codes keep their shape."""

    def test_codes_are_read_in_full_width_too(self) -> None:
        """Blanks around them do not matter."""
        assert parse_division_code(" ２３０１０２ ") == "230102"
        assert division_of_township(parse_township_code("230102001")) == "230102"
        assert institution_province(parse_institution_code("2123900001")) == "23"

    @pytest.mark.parametrize("text", ["23010", "23010x", "", "2301020", "²30102x"])
    def test_a_malformed_code_says_what_it_should_be(self, text: str) -> None:
        """The message gives length and an example."""
        with pytest.raises(CodeMalformed, match="6 digits, as 230102"):
            parse_division_code(text)

    def test_the_class_must_belong_to_the_kind(self) -> None:
        """The table comes from the pack."""
        code = parse_institution_code("2123900001")
        check_institution_class(code, "primary", {"primary": ("21",)})

        with pytest.raises(InstitutionClassWrong, match="begins with 31"):
            check_institution_class(code, "junior", {"junior": ("31",)})
        with pytest.raises(InstitutionClassWrong, match="begins with -"):
            check_institution_class(code, "senior", {})

    def test_an_identity_number_tells_birth_and_sex(self) -> None:
        """The example of GB 11643."""
        number = parse_identity_number("１１０１０５１９４９１２３１００２x")

        assert number == "11010519491231002X"
        assert (identity_birth_date(number), identity_sex(number)) == (date(1949, 12, 31), "female")

    @pytest.mark.parametrize(
        "text",
        ["110105194912310021", "11010519490231002X", "1101051949123100", "Q10105194912310021"],
    )
    def test_a_wrong_identity_number_is_never_repeated(self, text: str) -> None:
        """No log may hold a person's number."""
        with pytest.raises(IdentityNumberWrong) as caught:
            parse_identity_number(text)

        assert text not in str(caught.value)

    def test_an_odd_digit_means_male(self) -> None:
        """The 17th digit decides."""
        assert identity_sex(parse_identity_number("110105194912310038")) == "male"


class TestCalendar:
    """Working days under the notices."""

    calendar = WorkingDayCalendar.of(
        years=[2023],
        holidays=[date(2023, 9, 29), date(2023, 10, 2), date(2023, 10, 3), date(2023, 10, 4),
                  date(2023, 10, 5), date(2023, 10, 6)],
        makeup_days=[date(2023, 10, 7), date(2023, 10, 8)],
    )  # fmt: skip

    def test_holidays_weekends_and_makeup_days(self) -> None:
        """A Saturday can be a working day, a Friday can be free."""
        assert not self.calendar.is_working_day(date(2023, 9, 29))
        assert not self.calendar.is_working_day(date(2023, 9, 30))
        assert self.calendar.is_working_day(date(2023, 10, 7))

    def test_days_are_added_in_both_directions(self) -> None:
        """The day itself is not counted."""
        assert self.calendar.add_working_days(date(2023, 9, 28), 1) == date(2023, 10, 7)
        assert self.calendar.add_working_days(date(2023, 10, 7), -1) == date(2023, 9, 28)

    def test_adding_none_moves_to_the_next_working_day(self) -> None:
        """A deadline never falls on a holiday."""
        assert self.calendar.add_working_days(date(2023, 9, 29), 0) == date(2023, 10, 7)
        assert self.calendar.add_working_days(date(2023, 10, 7), 0) == date(2023, 10, 7)

    def test_working_days_are_counted_half_open(self) -> None:
        """Backwards it is the negative."""
        assert self.calendar.working_days_between(date(2023, 9, 28), date(2023, 10, 9)) == 3
        assert self.calendar.working_days_between(date(2023, 10, 9), date(2023, 9, 28)) == -3

    def test_a_year_without_notice_is_an_error(self) -> None:
        """A guessed deadline is worse than none."""
        with pytest.raises(YearNotCovered, match="2024 are not known; the calendar covers 2023"):
            self.calendar.add_working_days(date(2023, 12, 29), 1)
        with pytest.raises(YearNotCovered, match="covers -"):
            WorkingDayCalendar.of(years=[], holidays=[], makeup_days=[]).is_working_day(
                date(2023, 1, 1)
            )

    def test_data_that_contradicts_itself_is_refused(self) -> None:
        """No day is both, none lies outside."""
        day = [date(2023, 1, 1)]
        with pytest.raises(ValueError, match="both"):
            WorkingDayCalendar.of(years=[2023], holidays=day, makeup_days=day)
        with pytest.raises(ValueError, match="outside"):
            WorkingDayCalendar.of(years=[2024], holidays=day, makeup_days=[])


def test_a_text_speaks_both_languages() -> None:
    """Chinese is the default."""
    text = LocalizedText(zh="学校", en="school")

    assert [text.in_language(tag) for tag in ("zh-hans", "en-GB", "fr")] == [
        "学校",
        "school",
        "学校",
    ]
    assert str(text) == "学校"


def test_a_blank_text_is_refused() -> None:
    """Both languages are complete."""
    with pytest.raises(ValueError, match="the en text is blank"):
        LocalizedText(zh="学校", en=" ")
