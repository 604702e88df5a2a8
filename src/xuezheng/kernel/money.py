"""Money in whole fen of renminbi. No floats, no rounding that nobody asked for."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import total_ordering

from xuezheng.kernel.apportionment import apportion
from xuezheng.kernel.errors import InputError, Phrase, gettext_noop

FEN_PER_YUAN = 100
YUAN_PER_WAN = 10_000

_SHAPE = re.compile(
    r"(?P<sign>[-+]?¥?|¥[-+])(?P<whole>\d{1,3}(,\d{3})+|\d+)(\.(?P<part>\d+))?(?P<unit>万元|元|分|)"
)
_NOT_AN_AMOUNT = gettext_noop("it does not have the form of an amount")
_TOO_FINE = gettext_noop("it is finer than one fen")
_FEN_PER_UNIT = {"万元": YUAN_PER_WAN * FEN_PER_YUAN, "元": FEN_PER_YUAN, "分": 1}


class MoneyUnreadable(InputError):
    """A text does not state an amount in whole fen."""

    code = "money.unreadable"
    template = gettext_noop("“%(text)s” is not an amount of money: %(why)s.")
    remedy = gettext_noop("Write it like 1234.50, 1,234.50元 or 3.2万元, to whole fen.")


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """An amount in fen; negative amounts are debts."""

    fen: int

    def __post_init__(self) -> None:
        """Refuse anything but an integer: a float here is a fault of the program."""
        if type(self.fen) is not int:
            raise TypeError(f"fen must be int, not {type(self.fen).__name__}")

    @classmethod
    def yuan(cls, amount: int | Decimal | str) -> "Money":
        """Make an amount from yuan; fails if it is finer than a fen."""
        return cls.parse(f"{amount:f}元" if isinstance(amount, Decimal) else f"{amount}元")

    @classmethod
    def parse(cls, text: str, *, unit: str = "元") -> "Money":
        """Read an amount as people write it.

        Args:
            text: Digits with optional sign, ¥, thousands commas, decimals and 元, 万元 or 分.
                Full-width forms are read.
            unit: The unit meant when the text names none (a column header may say 万元).

        Raises:
            MoneyUnreadable: If it is not a number, or finer than one fen.
        """
        plain = unicodedata.normalize("NFKC", text).replace(" ", "")
        found = _SHAPE.fullmatch(plain)
        if found is None:
            raise MoneyUnreadable(text=text, why=Phrase(_NOT_AN_AMOUNT))
        digits = found["whole"].replace(",", "") + "." + (found["part"] or "0")
        exact = Fraction(digits) * _FEN_PER_UNIT[found["unit"] or unit]
        if exact.denominator != 1:
            raise MoneyUnreadable(text=text, why=Phrase(_TOO_FINE))
        negative = "-" in found["sign"]
        return cls(-exact.numerator if negative else exact.numerator)

    def __add__(self, other: "Money") -> "Money":
        """Add two amounts."""
        return Money(self.fen + other.fen) if isinstance(other, Money) else NotImplemented

    def __sub__(self, other: "Money") -> "Money":
        """Take an amount away."""
        return Money(self.fen - other.fen) if isinstance(other, Money) else NotImplemented

    def __neg__(self) -> "Money":
        """Turn a credit into a debt."""
        return Money(-self.fen)

    def __mul__(self, times: int) -> "Money":
        """Multiply by a whole number; for shares use `share`."""
        return Money(self.fen * times) if type(times) is int else NotImplemented

    __rmul__ = __mul__

    def __lt__(self, other: "Money") -> bool:
        """Compare two amounts."""
        return self.fen < other.fen if isinstance(other, Money) else NotImplemented

    def __bool__(self) -> bool:
        """Tell whether there is anything."""
        return self.fen != 0

    def share(self, part: Fraction) -> "Money":
        """Take an exact share of it, rounded down to the fen (towards nothing for the payee).

        Whoever pays the rest should compute it by subtraction, so that nothing is lost.
        """
        return Money((self.fen * part.numerator) // part.denominator)

    def split(self, weights: Sequence[int]) -> tuple["Money", ...]:
        """Share it out by whole weights so that the parts add up to it exactly.

        Raises:
            WeightsUnusable: If a weight is negative or none is above 0.
        """
        return tuple(Money(part) for part in apportion(self.fen, weights))

    def format_yuan(self) -> str:
        """Write it in yuan with thousands commas and two decimals, without the unit."""
        whole, part = divmod(abs(self.fen), FEN_PER_YUAN)
        return f"{'-' if self.fen < 0 else ''}{whole:,}.{part:02d}"

    def format_wan(self, *, decimals: int = 2) -> str:
        """Write it in 万元 for display, rounded half away from zero, without the unit."""
        step = 10**decimals
        unit = FEN_PER_YUAN * YUAN_PER_WAN
        scaled = (abs(self.fen) * step * 2 + unit) // (2 * unit)
        whole, part = divmod(scaled, step)
        sign = "-" if self.fen < 0 and scaled else ""
        return f"{sign}{whole:,}" + (f".{part:0{decimals}d}" if decimals else "")

    def __str__(self) -> str:
        """Write it in yuan with the unit."""
        return f"{self.format_yuan()}元"


def sum_money(amounts: Iterable[Money]) -> Money:
    """Add up any number of amounts; nothing adds up to zero."""
    return Money(sum(amount.fen for amount in amounts))
