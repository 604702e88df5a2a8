"""Money is exact."""

from decimal import Decimal
from fractions import Fraction

import pytest

from xuezheng.kernel.apportionment import WeightsUnusable, apportion
from xuezheng.kernel.money import Money, MoneyUnreadable, sum_money


class TestParse:
    """Amounts as people write them."""

    @pytest.mark.parametrize(
        ("text", "fen"),
        [
            ("1234.5", 123450),
            ("1,234.50元", 123450),
            ("￥１，２３４.５", 123450),
            ("3.2万元", 3_200_000),
            ("0.000001万元", 1),
            ("15分", 15),
            ("-¥3", -300),
            ("¥-3", -300),
            ("+ 7 元", 700),
        ],
    )
    def test_it_reads_the_usual_forms(self, text: str, fen: int) -> None:
        """Full width, thousands commas, 元 and 万元 are all read."""
        assert Money.parse(text) == Money(fen)

    def test_a_header_can_say_the_unit(self) -> None:
        """A column in 万元 holds bare numbers."""
        assert Money.parse("12.34", unit="万元") == Money(12_340_000)

    @pytest.mark.parametrize(
        "text", ["", "abc", "1.234", "1,23", "1e3", "--3", "0.0000001万元", "1.2.3"]
    )
    def test_it_refuses_what_is_not_whole_fen(self, text: str) -> None:
        """Nothing is rounded silently."""
        with pytest.raises(MoneyUnreadable, match="Write it like"):
            Money.parse(text)

    def test_yuan_takes_whole_numbers_and_decimals(self) -> None:
        """Both give the same amount."""
        assert Money.yuan(12) == Money.yuan(Decimal("1.2E+1")) == Money(1200)


class TestArithmetic:
    """Whole fen in, whole fen out."""

    def test_sums_and_differences_are_exact(self) -> None:
        """Adding and taking away cancel."""
        assert Money(10) + Money(20) - Money(30) == sum_money([]) == Money(0)

    def test_it_multiplies_by_whole_numbers_only(self) -> None:
        """A float never meets money."""
        assert 3 * Money(5) == Money(5) * 3 == -Money(-15)
        with pytest.raises(TypeError):
            Money(5) * 0.5  # type: ignore[operator]

    @pytest.mark.parametrize("other", [1, 1.0, "1"])
    def test_it_does_not_mix_with_bare_numbers(self, other: object) -> None:
        """A number without a unit is not an amount."""
        for act in ("__add__", "__sub__", "__lt__"):
            assert getattr(Money(1), act)(other) is NotImplemented

    def test_a_float_of_fen_is_a_fault(self) -> None:
        """Not even a whole float is taken."""
        with pytest.raises(TypeError, match="not float"):
            Money(1.0)  # type: ignore[arg-type]

    def test_a_share_is_rounded_down(self) -> None:
        """Whoever pays the rest loses nothing."""
        assert Money(100).share(Fraction(1, 3)) == Money(33)
        assert Money(-100).share(Fraction(1, 3)) == Money(-34)

    def test_order_and_truth_follow_the_amount(self) -> None:
        """Amounts compare; nothing is false."""
        assert Money(1) < Money(2) <= Money(2)
        assert not Money(0)


class TestSplit:
    """Parts add up to the whole."""

    def test_the_left_over_fen_go_to_the_largest_remainders(self) -> None:
        """Among equal ones the earlier part is favoured."""
        assert Money(100).split([1, 1, 1]) == (Money(34), Money(33), Money(33))
        assert apportion(10, [1, 2, 0]) == (3, 7, 0)

    def test_a_debt_is_split_too(self) -> None:
        """Negative amounts add up as well."""
        assert sum(apportion(-7, [3, 3, 1])) == -7

    @pytest.mark.parametrize("weights", [[], [0], [1, -1], [3, -1]])
    def test_weights_must_be_usable(self, weights: list[int]) -> None:
        """There must be someone to give to."""
        with pytest.raises(WeightsUnusable, match="at least one above 0"):
            Money(5).split(weights)


class TestFormat:
    """Amounts for people to read."""

    def test_yuan_has_commas_and_two_decimals(self) -> None:
        """The unit comes with str only."""
        assert Money(-123456789).format_yuan() == "-1,234,567.89"
        assert str(Money(5)) == "0.05元"

    @pytest.mark.parametrize(
        ("fen", "decimals", "text"),
        [
            (3_205_000, 2, "3.21"),
            (-3_205_000, 2, "-3.21"),
            (49, 2, "0.00"),
            (-1, 0, "0"),
            (1_500_000, 0, "2"),
        ],
    )
    def test_wan_is_rounded_half_away_from_zero(self, fen: int, decimals: int, text: str) -> None:
        """Rounding is for display and stated."""
        assert Money(fen).format_wan(decimals=decimals) == text
