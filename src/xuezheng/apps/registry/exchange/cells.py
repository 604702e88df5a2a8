"""Reading one cell: what people type, to the value that the register holds.

Excel gives text, floats, booleans and dates; people give full-width digits, spaces, units, Chinese dates and percents.
Each reader takes the raw value, the column and the unit that the header states, and returns the value or raises
`CellRefused`. Nothing is guessed: what could mean two things is refused with a sentence that says how to write it.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from xuezheng.apps.registry.exchange.problems import CellRefused
from xuezheng.apps.registry.exchange.sheets import Column, fold
from xuezheng.kernel.identifiers import IdentityNumberWrong, parse_identity_number

CLEAR_WORDS = frozenset({"清空", "clear"})
FORMULA_ERRORS = frozenset(
    {"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA", "#SPILL!"}
)
# Excel counts days from here; its own error about 29 February 1900 is past for every date taken.
_EXCEL_EPOCH = date(1899, 12, 30)
_EXACT_DIGITS = 15  # significant digits of a double
_NUMBER = re.compile(r"([+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)(.*)", re.IGNORECASE | re.DOTALL)
_DATE = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.0+)?)?)?"
)
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_CHINESE_DATE = re.compile(
    r"([〇零○一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})[日号]"
)
_CHINESE_DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0}

MONEY_UNITS = {"元": 100, "万元": 1_000_000, "亿元": 10_000_000_000, "yuan": 100, "¥": 100}
AREA_UNITS = {
    "㎡": "1", "m2": "1", "m²": "1", "平方米": "1", "平米": "1", "平方": "1", "公顷": "10000", "hm2": "10000",
    "万平方米": "10000", "万㎡": "10000", "万m2": "10000",
}  # fmt: skip
_HUNDREDTH = Decimal("0.01")
_TEN_THOUSANDTH = Decimal("0.0001")

Read = Callable[[Any, Column, str], Any]


def plain_text(raw: Any) -> str:
    """Write a raw cell as half-width text without spaces at its ends; whole floats without their point."""
    if raw is None or raw == "":
        return ""
    if isinstance(raw, str):
        text = (
            unicodedata.normalize("NFKC", raw).replace("\u200b", "").replace("\ufeff", "").strip()
        )
        return text[1:] if text[:2] in {"'=", "'+", "'-", "'@"} else text
    if isinstance(raw, bool):
        return "1" if raw else "0"
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    return str(raw)


def read_text(raw: Any, column: Column, unit: str) -> str:  # noqa: ARG001 - one shape for all readers
    """Read a free text; spaces at the ends and doubled spaces go."""
    text = " ".join(plain_text(raw).split())
    if column.size and len(text) > column.size:
        raise CellRefused("too_long", length=len(text), size=column.size)
    if any(unicodedata.category(char) in {"Cc", "Cs", "Co"} for char in text):
        raise CellRefused("control_characters")
    return text


def read_number_text(raw: Any, column: Column, unit: str) -> str:
    """Read a number that is a name: of a student, a member of staff, a room. Inner spaces go."""
    if isinstance(raw, float) and abs(raw) >= 10**_EXACT_DIGITS:
        raise CellRefused("number_precision")
    return read_text(raw, column, unit).replace(" ", "").upper()


def read_code(raw: Any, column: Column, unit: str) -> str:  # noqa: ARG001 - one shape for all readers
    """Read a school code: ten digits, also from a figure; a shorter figure has lost its leading zeros."""
    text = plain_text(raw).replace(" ", "")
    if not text.isascii() or not text.isdigit():
        raise CellRefused("code_digits", value=text)
    if len(text) < 10:
        raise CellRefused("code_short", value=text, digits=len(text), wanted=10)
    if len(text) > 10:
        raise CellRefused("code_digits", value=text)
    return text


def read_choice(raw: Any, column: Column, unit: str) -> Any:  # noqa: ARG001 - one shape for all readers
    """Read a word of the column's vocabulary, in either language or any other spelling listed."""
    assert column.words is not None
    text = plain_text(raw)
    value = column.words.values.get(fold(text))
    if value is None:
        words = "、".join(known[0] for known in column.words.words.values())
        raise CellRefused("word_unknown", value=text[:40], allowed=words)
    return value


def read_boolean(raw: Any, column: Column, unit: str) -> bool:
    """Read yes or no."""
    return bool(read_choice(raw, column, unit) == "1")


def read_decimal(raw: Any, units: Mapping[str, Any]) -> tuple[Decimal, str]:
    """Read a number and the unit behind it, if it is one of those that belong here."""
    if isinstance(raw, bool | date):
        raise CellRefused("text_in_number", value=plain_text(raw)[:40])
    if isinstance(raw, int | float):
        if isinstance(raw, float) and not math.isfinite(raw):
            raise CellRefused("text_in_number", value=str(raw))
        return Decimal(repr(raw)), ""
    text = plain_text(raw).replace(" ", "").replace(",", "").replace("，", "").removeprefix("¥")
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise CellRefused("text_in_number", value=text[:40])
    figure, behind = match.groups()
    if behind and behind not in units:
        if any(char.isdigit() for char in behind):
            raise CellRefused("text_in_number", value=text[:40])
        raise CellRefused("unit_unknown", unit=behind[:20], allowed="、".join(units) or "-")
    try:
        return Decimal(figure), behind
    except InvalidOperation as error:
        raise CellRefused("text_in_number", value=text[:40]) from error


def read_whole(raw: Any, column: Column, unit: str) -> int:  # noqa: ARG001 - one shape for all readers
    """Read a count."""
    return _whole(raw, dict.fromkeys(column.unit_words, 1), low=0, high=1_000_000)


def _whole(raw: Any, units: Mapping[str, Any], *, low: int, high: int) -> int:
    number, _ = read_decimal(raw, units)
    if number != number.to_integral_value():
        raise CellRefused("not_whole", value=number)
    if not low <= number <= high:
        raise CellRefused("out_of_range", value=number, low=low, high=high)
    return int(number)


def read_grade(raw: Any, column: Column, unit: str) -> int:  # noqa: ARG001 - one shape for all readers
    """Read a grade within its stage: 1, 一年级."""
    text = plain_text(raw).removesuffix("年级")
    if text in _CHINESE_DIGITS:
        return _CHINESE_DIGITS[text]
    return _whole(text if isinstance(raw, str) else raw, {}, low=1, high=12)


def read_class_number(raw: Any, column: Column, unit: str) -> int:  # noqa: ARG001 - one shape for all readers
    """Read a class number: 2, 2班, (2)班."""
    text = plain_text(raw).removesuffix("班").strip("()")
    return _whole(text if isinstance(raw, str) else raw, {}, low=1, high=99)


def read_year(raw: Any, column: Column, unit: str) -> int:  # noqa: ARG001 - one shape for all readers
    """Read a year; of a school year such as 2023-2024 the one in which it begins."""
    text = re.sub(r"(学年度?|年)$", "", plain_text(raw))
    span = re.fullmatch(r"(\d{4})[-/—~至](\d{2}|\d{4})", text)
    return _whole(span.group(1) if span else text, {}, low=1900, high=2100)


def read_money(raw: Any, column: Column, unit: str) -> int:  # noqa: ARG001 - one shape for all readers
    """Read an amount into fen; the unit of the cell wins over that of the header, and without either it is yuan."""
    amount, behind = read_decimal(raw, MONEY_UNITS)
    fen = amount * MONEY_UNITS[behind or unit or "元"]
    if not 0 <= fen < Decimal(10) ** 15:
        raise CellRefused("out_of_range", value=amount, low=0, high="10^13 元")
    return int(fen.to_integral_value())


def read_area(raw: Any, column: Column, unit: str) -> Decimal:  # noqa: ARG001 - one shape for all readers
    """Read an area into square metres with two decimals."""
    figure, behind = read_decimal(raw, AREA_UNITS)
    area = figure * Decimal(AREA_UNITS[behind or unit or "㎡"])
    if not 0 <= area < 10_000_000:
        raise CellRefused("out_of_range", value=figure, low=0, high=9_999_999)
    return area.quantize(_HUNDREDTH)


def read_share(raw: Any, column: Column, unit: str) -> Decimal:  # noqa: ARG001 - one shape for all readers
    """Read a share as a number from 0 to 1: 35 %, 35 under a header with %, or 0.35."""
    figure, behind = read_decimal(raw, {"%": 1})
    share = figure / 100 if behind or unit == "%" else figure
    if not behind and unit != "%" and figure > 1:
        raise CellRefused("share_unclear", value=figure)
    if not 0 <= share <= 1:
        raise CellRefused("out_of_range", value=figure, low=0, high="100 %")
    return share.quantize(_TEN_THOUSANDTH)


def read_coordinate(raw: Any, column: Column, unit: str) -> float:  # noqa: ARG001 - one shape for all readers
    """Read a longitude or latitude in degrees."""
    figure, _ = read_decimal(raw, {"°": 1, "度": 1})
    if not -180 <= figure <= 180:
        raise CellRefused("out_of_range", value=figure, low=-180, high=180)
    return float(figure)


def read_date(raw: Any, column: Column, unit: str) -> date:  # noqa: ARG001 - one shape for all readers
    """Read a day: a date cell, a serial number of Excel, or text in one of the usual ways."""
    if isinstance(raw, datetime):
        found = raw.date()
    elif isinstance(raw, date):
        found = raw
    else:
        found = _date_of(plain_text(raw))
    if not 1900 <= found.year <= 2100:
        raise CellRefused("date_out_of_range", value=found.isoformat())
    return found


def _date_of(text: str) -> date:
    chinese = _CHINESE_DATE.fullmatch(text)
    if chinese is not None:
        year = int("".join(str(_CHINESE_DIGITS[char]) for char in chinese[1]))
        parts = (year, _chinese_number(chinese[2]), _chinese_number(chinese[3]))
    elif (match := _DATE.fullmatch(text)) or (match := _COMPACT_DATE.fullmatch(text)):
        parts = (int(match[1]), int(match[2]), int(match[3]))
    elif re.fullmatch(r"\d{4,5}(\.\d+)?", text) and 3653 < float(text) < 73051:
        return _EXCEL_EPOCH + timedelta(days=int(float(text)))  # from 1910 to 2100
    else:
        raise CellRefused("not_a_date", value=text[:40])
    try:
        return date(*parts)
    except ValueError as error:
        raise CellRefused("not_a_date", value=text[:40]) from error


def _chinese_number(text: str) -> int:
    """Read 一 to 三十一."""
    if "十" not in text:
        return _CHINESE_DIGITS[text]
    tens, _, ones = text.partition("十")
    return (_CHINESE_DIGITS[tens] if tens else 1) * 10 + (_CHINESE_DIGITS[ones] if ones else 0)


def read_identity(raw: Any, column: Column, unit: str) -> str:  # noqa: ARG001 - one shape for all readers
    """Read an identity number; the refusal never repeats it."""
    if isinstance(raw, float):
        raise CellRefused("number_precision")
    try:
        return parse_identity_number(plain_text(raw).replace(" ", ""))
    except IdentityNumberWrong as error:
        raise CellRefused("identity_number") from error


READERS: Mapping[str, Read] = {
    "advisory": read_text,
    "area": read_area,
    "boolean": read_boolean,
    "campus": read_whole,
    "choice": read_choice,
    "class_number": read_class_number,
    "coordinate": read_coordinate,
    "date": read_date,
    "division": read_text,
    "division_anywhere": read_text,
    "grade": read_grade,
    "identity": read_identity,
    "institution_code": read_code,
    "money": read_money,
    "name": read_text,
    "person_name": read_text,
    "person_number": read_number_text,
    "share": read_share,
    "text": read_text,
    "township": read_text,
    "whole": read_whole,
    "year": read_year,
}
