"""Cases of the two smaller tasks beside a whole problem, as documents: a call order, and quotas to share out.

Both are read as strictly as a problem. The format of a call order is that of the worked cases in
`tests/golden/matching_call_order`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from xuezheng.engines.matching.call_order import CallOrder, RankedList, call_order
from xuezheng.engines.matching.documents.document import parse_number, read_document
from xuezheng.engines.matching.quotas.solve import (
    Quota,
    QuotaMethod,
    QuotaResult,
    entries_of_draw,
    share_out,
)
from xuezheng.kernel.errors import InputError, Phrase, gettext_noop


class CaseInvalid(InputError):
    """A case names what is not there."""

    code = "matching.case_invalid"
    template = gettext_noop("%(source)s, %(entry)s: %(why)s.")
    remedy = gettext_noop("Correct this entry.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOrderList(RankedList):
    """One ranked list with its shares."""

    expected_call_order: tuple[int | str, ...] | None = None
    """For a worked case: what must come out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOrderCase:
    """Ranked lists to be called, by name."""

    about: str = ""
    lists: dict[str, CallOrderList]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaCase:
    """Quotas of several senior highs, with the numbers drawn for each."""

    format: str = "xuezheng.quotas/1"
    title: str = ""
    quotas: tuple[Quota, ...]
    numbers: dict[str, dict[str, int | str]] = field(default_factory=dict)
    """By senior high, the draw number of each entry; as text in decimal or 0x form where it is large."""


def read_call_order(data: bytes, *, source: str) -> dict[str, CallOrder]:
    """Read a case and call each of its lists.

    Raises:
        NotJson, DocumentInvalid: If the document is not of the format.
        CallOrderWrong: If a list contradicts itself, or
        CaseInvalid: comes out other than the case expects.
    """
    case: CallOrderCase = read_document(CallOrderCase, data, source=source)
    found = {}
    for name, ranked in case.lists.items():
        order = call_order(ranked)
        expected = ranked.expected_call_order
        if expected is not None and expected != order.call_order:
            place = next(
                (
                    place
                    for place, pair in enumerate(zip(expected, order.call_order, strict=False), 1)
                    if pair[0] != pair[1]
                ),
                min(len(expected), len(order.call_order)) + 1,
            )
            why = Phrase(
                gettext_noop("the expected order differs from the computed one at place %(place)s"),
                place=place,
            )
            raise CaseInvalid(source=source, entry=f"lists.{name}", why=why)
        found[name] = order
    return found


def read_quotas(data: bytes, *, source: str) -> QuotaCase:
    """Read the quotas of a year.

    Raises:
        NotJson, DocumentInvalid: If the document is not of the format.
        CaseInvalid: If a senior high stands twice, or numbers are given for one that is not there.
    """
    case: QuotaCase = read_document(QuotaCase, data, source=source)
    schools = [quota.school for quota in case.quotas]
    for school in schools:
        if schools.count(school) > 1:
            why = Phrase(gettext_noop("it stands twice"))
            raise CaseInvalid(source=source, entry=school, why=why)
    for school in case.numbers:
        if school not in schools:
            why = Phrase(gettext_noop("there is no quota of this school"))
            raise CaseInvalid(source=source, entry=f"numbers.{school}", why=why)
    return case


def quota_entries(case: QuotaCase) -> dict[str, tuple[str, ...]]:
    """Name the entries of each senior high's draw."""
    return {quota.school: entries_of_draw(quota) for quota in case.quotas}


def share_out_all(
    case: QuotaCase, *, source: str, method: QuotaMethod | None = None
) -> dict[str, QuotaResult]:
    """Share out each quota, by its own method or another.

    Raises:
        QuotaWrong: Naming the entry.
        CaseInvalid: If a draw number is not a number.
    """
    found = {}
    for quota in case.quotas:
        numbers = _numbers(case.numbers.get(quota.school, {}), quota.school, source)
        chosen = quota if method is None else replace(quota, method=method)
        found[quota.school] = share_out(chosen, numbers)
    return found


def plain_quota(result: QuotaResult) -> dict[str, Any]:
    """Write a result as plain data; what is due stays an exact fraction."""
    return {
        "seats": result.seats,
        "parts": [
            {
                "members": list(part.members),
                "due": f"{part.due.numerator}/{part.due.denominator}",
                "whole": part.whole,
                "drawn": part.drawn,
                "seats": part.seats,
            }
            | ({"representative": part.representative} if part.representative else {})
            for part in result.parts
        ],
    }


def _numbers(given: Mapping[str, int | str], school: str, source: str) -> dict[str, int]:
    found = {}
    for entry, number in given.items():
        try:
            found[entry] = number if isinstance(number, int) else parse_number(number)
        except ValueError:
            why = Phrase(gettext_noop("%(value)s is not a draw number"), value=number)
            raise CaseInvalid(source=source, entry=f"numbers.{school}.{entry}", why=why) from None
    return found
