"""How numbers, money, days and times are written, in either language. Plain functions; `xz` makes filters of them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

NO_VALUE = "–"
_FEN_PER_YUAN = 100
_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}


def in_language(thing: Any, language: str | None) -> str:
    """Give the name or title of a thing in the reader's language; Chinese where there is no English."""
    if thing is None:
        return ""
    if hasattr(thing, "in_language"):
        return str(thing.in_language(language or "zh-hans"))
    suffix = "en" if (language or "").startswith("en") else "zh"
    for stem in ("name", "title"):
        chinese = _member(thing, f"{stem}_zh")
        if chinese is not None:
            return str(_member(thing, f"{stem}_{suffix}") or chinese)
    pair = _member(thing, suffix) or _member(thing, "zh")
    return str(thing if pair is None else pair)


def _member(thing: Any, name: str) -> Any:
    return thing.get(name) if isinstance(thing, dict) else getattr(thing, name, None)


def with_thousands(value: Any, decimals: int | None = None) -> str:
    """Write a number with commas; `decimals` fixes the places, without it trailing zeros go.

    A dash stands for no value: never write 0 for what is not known.
    """
    if value is None or value == "":
        return NO_VALUE
    number = Decimal(str(value))
    if decimals is not None:
        return f"{_rounded(number, decimals):,}"
    if number == number.to_integral_value():
        return f"{int(number):,}"
    return f"{_rounded(number, 2).normalize():,f}"


def _rounded(number: Decimal, places: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def as_percent(share: Any) -> str:
    """Write a share (0.775) as a percentage with one decimal (77.5%)."""
    if share is None or share == "":
        return NO_VALUE
    return f"{_rounded(Decimal(str(share)) * 100, 1):,}%"


def as_yuan(fen: Any) -> str:
    """Write an amount in fen (an integer, or a value with `.fen`) as 1,234.50 元."""
    if fen is None or fen == "":
        return NO_VALUE
    amount = int(getattr(fen, "fen", fen))
    whole, part = divmod(abs(amount), _FEN_PER_YUAN)
    return _("%(amount)s yuan") % {"amount": f"{'-' if amount < 0 else ''}{whole:,}.{part:02d}"}


def as_day(value: date | datetime | None) -> str:
    """Write a day as 2023-03-21, in the city's time zone."""
    if not value:
        return NO_VALUE
    if isinstance(value, datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{value:%Y-%m-%d}"


def as_moment(value: datetime | None) -> str:
    """Write a moment as 2023-03-21 10:00, in the city's time zone."""
    if not value:
        return NO_VALUE
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{local:%Y-%m-%d %H:%M}"


def as_age(then: date | datetime | None, now: date | datetime | None = None) -> str:
    """Write how long ago something was, or how long until it comes, in one unit: 3 days ago, in 3 days."""
    if not then:
        return NO_VALUE
    if isinstance(then, datetime):
        end = now if isinstance(now, datetime) else timezone.now()
        seconds = int((end - then).total_seconds())
    else:
        day = now.date() if isinstance(now, datetime) else now or timezone.localdate()
        seconds = (day - then).days * _SECONDS["day"]
        if seconds == 0:
            return _("today")
    length = as_duration(abs(seconds))
    return (
        _("%(length)s ago") % {"length": length}
        if seconds >= 0
        else _("in %(length)s") % {"length": length}
    )


def as_duration(seconds: float | None) -> str:
    """Write a length of time in its largest whole unit."""
    if seconds is None:
        return NO_VALUE
    if seconds >= _SECONDS["day"]:
        days = int(seconds // _SECONDS["day"])
        return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    if seconds >= _SECONDS["hour"]:
        hours = int(seconds // _SECONDS["hour"])
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    if seconds >= _SECONDS["minute"]:
        minutes = int(seconds // _SECONDS["minute"])
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    whole = int(seconds)
    return ngettext("%(n)d second", "%(n)d seconds", whole) % {"n": whole}
