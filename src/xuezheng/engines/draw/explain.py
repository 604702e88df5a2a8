"""Why an entry stands where it stands, as data; sentences are made at the edge."""

from dataclasses import dataclass
from decimal import Decimal

from xuezheng.engines.draw.entries import MILLIONTHS, lot_of
from xuezheng.engines.draw.model import Direction, Order, Rules, Weights
from xuezheng.engines.draw.numbers import number_standing, race_key
from xuezheng.engines.draw.proofs import EntryUnknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One entry's number and place, and all that they follow from."""

    entry: str
    lot: str
    """What the number is drawn for: the unit, or the entry itself."""
    members: tuple[str, ...]
    """The entries of the lot."""
    number: int
    number_first: Direction
    weight: Decimal
    key: int | None
    """What a weighted lot stands by, the smaller first; None where weights are equal."""
    place: int
    lots: int
    entries: int
    entries_before: int
    """In lots that stand before."""


def explain_place(order: Order, rules: Rules, entry_id: str) -> Explanation:
    """Explain the place of one entry.

    Raises:
        EntryUnknown: If no entry has this identifier.
    """
    at = next((at for at, entry in enumerate(order.entries) if entry.id == entry_id), None)
    if at is None:
        raise EntryUnknown(entry=entry_id)
    entry, number, place = order.entries[at], order.numbers[at], order.places[at]
    first = at
    while first and order.places[first - 1] == place:
        first -= 1
    end = at + 1
    while end < len(order.places) and order.places[end] == place:
        end += 1
    weight = int(entry.weight * MILLIONTHS)
    is_weighted = rules.weights is Weights.GIVEN
    return Explanation(
        entry=entry.id,
        lot=lot_of(entry, rules),
        members=tuple(member.id for member in order.entries[first:end]),
        number=number,
        number_first=rules.number_first,
        weight=entry.weight,
        key=race_key(number_standing(number, rules), weight) if is_weighted else None,
        place=place,
        lots=order.lots,
        entries=len(order.entries),
        entries_before=first,
    )
