"""What holds of the kernel for every input."""

import json
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from xuezheng.kernel.apportionment import apportion
from xuezheng.kernel.calendar import WorkingDayCalendar
from xuezheng.kernel.canonical import canonical_bytes
from xuezheng.kernel.identifiers import identity_check_character, parse_identity_number
from xuezheng.kernel.money import Money, sum_money
from xuezheng.kernel.seeded import SeededStream

WEIGHTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=20).filter(any)
CALENDAR = WorkingDayCalendar.of(years=range(2000, 2040), holidays=[], makeup_days=[])
DAYS = st.dates(date(2010, 1, 1), date(2030, 1, 1))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="ascii")), inner),
    max_leaves=12,
)


@given(st.integers(-(10**9), 10**9), WEIGHTS)
def test_parts_add_up_and_stay_within_one_of_their_due(total: int, weights: list[int]) -> None:
    """Largest remainders keep quota."""
    parts = apportion(total, weights)

    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(Fraction(total * weight, sum(weights)) - part) < 1


@given(st.integers(-(10**12), 10**12))
def test_what_is_written_is_read_back(fen: int) -> None:
    """Format and parse are inverse."""
    assert Money.parse(str(Money(fen))) == Money(fen)


@given(st.lists(st.integers(-(10**9), 10**9)))
def test_a_sum_and_its_negative_cancel(amounts: list[int]) -> None:
    """Money sums to zero."""
    money = [Money(fen) for fen in amounts]

    assert sum_money(money) + sum_money(-item for item in money) == Money(0)


@given(JSON)
def test_canonical_json_is_json_and_stable(value: object) -> None:
    """Reading it and writing it again changes nothing."""
    data = canonical_bytes(value)

    assert canonical_bytes(json.loads(data)) == data


@given(st.dictionaries(st.text(st.characters(codec="ascii")), st.integers()))
def test_the_order_of_keys_does_not_matter(value: dict[str, int]) -> None:
    """Two maps with the same entries are the same."""
    assert canonical_bytes(dict(reversed(value.items()))) == canonical_bytes(value)


@given(st.text(min_size=1), st.integers(1, 2**64), st.lists(st.integers(), max_size=30))
def test_draws_stay_in_bounds_and_shuffles_keep_everything(
    seed: str, bound: int, items: list[int]
) -> None:
    """Nothing is lost, nothing invented."""
    stream = SeededStream(seed.encode("utf-8", "replace").decode(), "test")

    assert 0 <= stream.below(bound) < bound
    assert sorted(stream.shuffled(items)) == sorted(items)


@given(DAYS, st.integers(1, 60))
def test_adding_and_counting_working_days_agree(day: date, count: int) -> None:
    """The count from the next day through the result is what was added."""
    result = CALENDAR.add_working_days(day, count)
    one = timedelta(days=1)

    assert CALENDAR.working_days_between(day + one, result + one) == count
    assert CALENDAR.is_working_day(result)


@given(DAYS, st.integers(100000, 999999), st.integers(0, 999))
def test_a_number_with_its_check_character_is_accepted(day: date, area: int, serial: int) -> None:
    """Made and read by the same standard."""
    first = f"{area}{day:%Y%m%d}{serial:03d}"

    assert parse_identity_number(first + identity_check_character(first))[:17] == first
