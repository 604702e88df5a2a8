"""Reads, checks and encodes the entries of a draw."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from itertools import islice, pairwise
from json.encoder import encode_basestring as _quote
from operator import attrgetter, eq

from xuezheng.engines.draw.model import Entry, Rules, Units, Weights
from xuezheng.kernel.canonical import canonical_bytes
from xuezheng.kernel.errors import InputError, Phrase, gettext_noop

MILLIONTHS = 1_000_000
"""Weights have at most six decimal places."""
LARGEST_WEIGHT = 1_000_000
_FORM = r'[^\W_][^\s"\\,;\x00-\x1f\x7f]{0,127}+'
_IDENTIFIER = re.compile(_FORM)
_IDENTIFIERS = re.compile(rf"(?:{_FORM}\n)*+")
_COLUMNS = ("id", "unit", "weight")
_NO_FACTS: Mapping[str, str] = {}


class EntriesMissing(InputError):
    """A draw from an empty list."""

    code = "draw.entries_missing"
    template = gettext_noop("The draw has no entries.")
    remedy = gettext_noop("Give a list with at least one entry.")


class EntryUnnamed(InputError):
    """A line without an identifier."""

    code = "draw.entry_unnamed"
    template = gettext_noop("Line %(line)s of the entries has no identifier.")
    remedy = gettext_noop("Give every entry a text in the column id.")


class EntryUnusable(InputError):
    """An entry cannot be read."""

    code = "draw.entry_unusable"
    template = gettext_noop("Entry %(entry)s cannot be used: %(why)s.")
    remedy = gettext_noop(
        "An identifier begins with a letter or digit, has at most 128 characters in Unicode form NFC, and holds no white "
        "space, comma, semicolon, quotation mark or backslash; every other column holds text."
    )


class EntryTwice(InputError):
    """Two entries have one identifier."""

    code = "draw.entry_twice"
    template = gettext_noop("Entry %(entry)s is in the list twice.")
    remedy = gettext_noop("Remove one of the two: each entry is drawn once.")


class WeightRefused(InputError):
    """A weight is not a positive number."""

    code = "draw.weight_refused"
    template = gettext_noop("Entry %(entry)s has the weight %(weight)s: %(why)s.")
    remedy = gettext_noop(
        "Give a weight above 0, of at most 1,000,000 and six decimal places; where all chances are equal, leave it out."
    )


class UnitWeightsDiffer(InputError):
    """Entries drawn as one have different chances."""

    code = "draw.unit_weights_differ"
    template = gettext_noop(
        "Unit %(unit)s has two weights: %(weight)s at entry %(entry)s, %(other_weight)s at entry %(other)s."
    )
    remedy = gettext_noop(
        "Give every entry of a unit the same weight, since they are drawn as one."
    )


class UnitNameTaken(InputError):
    """A unit and a foreign entry would draw the same number."""

    code = "draw.unit_name_taken"
    template = gettext_noop("Unit %(unit)s is named like entry %(entry)s, which is not in it.")
    remedy = gettext_noop("Rename the unit: numbers follow from names.")


def entries_from_rows(rows: Iterable[Mapping[str, object]]) -> Iterator[Entry]:
    """Make entries of rows with the columns `id`, `unit`, `weight`; every other column is a fact.

    Raises:
        EntryUnnamed: Naming the line, from 1 and without the header.
        EntryUnusable: Naming the entry if a value is not text.
        WeightRefused: If a weight is not a number.
    """
    known: dict[object, Decimal] = {None: Decimal(1), "": Decimal(1)}
    for line, row in enumerate(rows, start=1):
        name = row.get("id")
        if not isinstance(name, str) or not name:
            raise EntryUnnamed(line=line)
        given = row.get("weight")
        weight = known.get(given) if isinstance(given, str | None) else None
        if weight is None:
            weight = _weight(name, given)
            if isinstance(given, str):
                known[given] = weight
        facts = (
            _facts(name, row) if len(row) > len(_COLUMNS) or row.keys() - _COLUMNS else _NO_FACTS
        )
        unit = row.get("unit") or ""
        if not isinstance(unit, str):
            raise _no_text(name, "unit")
        yield Entry(id=name, unit=unit, weight=weight, facts=facts)


def checked_entries(entries: Iterable[Entry], rules: Rules) -> list[Entry]:
    """Sort entries by identifier (Unicode code points) and refuse what cannot be drawn.

    Raises:
        InputError: One of this module's, naming the entry.
    """
    found = sorted(entries, key=attrgetter("id"))
    if not found:
        raise EntriesMissing
    names, units = [entry.id for entry in found], [entry.unit for entry in found]
    if not _all_sound(names) or not _all_sound([unit for unit in units if unit]):
        _name_unsound(found)
    if any(map(eq, names, islice(names, 1, None))):
        raise EntryTwice(entry=next(one for one, other in pairwise(names) if one == other))
    _check_weights(found, rules)
    if rules.units is Units.TOGETHER and any(units):
        _check_units(found)
    return found


def lot_of(entry: Entry, rules: Rules) -> str:
    """Name the lot that an entry is drawn with: its unit, or itself."""
    return entry.unit if entry.unit and rules.units is Units.TOGETHER else entry.id


def lots_of(entries: Sequence[Entry], rules: Rules) -> dict[str, list[Entry]]:
    """Group checked entries by lot, lots in the order of their names."""
    lots: dict[str, list[Entry]] = {}
    for entry in entries:
        lots.setdefault(lot_of(entry, rules), []).append(entry)
    return dict(sorted(lots.items())) if rules.units is Units.TOGETHER else lots


def leaf_of(entry: Entry) -> bytes:
    """Encode a checked entry as the canonical JSON of its four fields."""
    return next(leaves_of((entry,)))


def leaves_of(entries: Iterable[Entry]) -> Iterator[bytes]:
    """Encode checked entries, each as the canonical JSON of its four fields.

    Written out for speed: checked names hold nothing that JSON escapes.
    """
    weight, text = None, ""
    for entry in entries:
        if entry.weight is not weight:
            weight = entry.weight
            text = canonical_bytes(weight).decode()
        facts = _facts_text(entry.facts) if entry.facts else "{}"
        yield (
            f'{{"facts":{facts},"id":"{entry.id}","unit":"{entry.unit}","weight":{text}}}'.encode()
        )


def _facts_text(facts: Mapping[str, str]) -> str:
    """Give canonical JSON; what is ASCII needs no Unicode form, which is most of the time."""
    pairs = (f"{_quote(name)}:{_quote(facts[name])}" for name in sorted(facts))
    text = "{" + ",".join(pairs) + "}"
    return text if text.isascii() else canonical_bytes(facts).decode()


def _weight(name: str, given: object) -> Decimal:
    try:
        if isinstance(given, bool) or not isinstance(given, str | int | Decimal):
            raise InvalidOperation
        return Decimal(given)
    except InvalidOperation:
        raise WeightRefused(
            entry=name, weight=given, why=Phrase(gettext_noop("it is not a number"))
        ) from None


def _facts(name: str, row: Mapping[str, object]) -> Mapping[str, str]:
    facts: dict[str, str] = {}
    for column, value in row.items():
        if column in _COLUMNS:
            continue
        for key, text in value.items() if isinstance(value, Mapping) else ((column, value),):
            if not isinstance(text, str) or not isinstance(key, str):
                raise _no_text(name, key)
            facts[key] = text
    return facts


def _no_text(name: str, column: object) -> EntryUnusable:
    why = Phrase(gettext_noop("the column %(column)s holds no text"), column=column)
    return EntryUnusable(entry=name, why=why)


def _all_sound(names: Sequence[str]) -> bool:
    """Whether all names are allowed, at one pass over all of them."""
    text = "\n".join([*names, ""])
    return (
        text.count("\n") == len(names)
        and _IDENTIFIERS.fullmatch(text) is not None
        and (text.isascii() or unicodedata.is_normalized("NFC", text))
    )


def _name_unsound(entries: Sequence[Entry]) -> None:
    for entry in entries:
        for name in (entry.id, entry.unit) if entry.unit else (entry.id,):
            if not _IDENTIFIER.fullmatch(name):
                why = gettext_noop("its name %(name)r holds a character that is not allowed")
            elif not unicodedata.is_normalized("NFC", name):
                why = gettext_noop("its name %(name)r is not in Unicode form NFC")
            else:
                continue
            raise EntryUnusable(entry=entry.id, why=Phrase(why, name=name))


def _check_weights(entries: Sequence[Entry], rules: Rules) -> None:
    allowed, last = {Decimal(1)}, None
    for entry in entries:
        if entry.weight is last:
            continue
        last = entry.weight
        if last not in allowed:
            why = _fault_of_weight(last, rules)
            if why:
                raise WeightRefused(entry=entry.id, weight=last, why=Phrase(why))
            allowed.add(last)


def _fault_of_weight(weight: Decimal, rules: Rules) -> str:
    if not weight.is_finite():
        return gettext_noop("it is not a number")
    if weight <= 0:
        return gettext_noop("it is not above 0")
    if weight > LARGEST_WEIGHT or (weight * MILLIONTHS) % 1:
        return gettext_noop("it is too large or too fine")
    if rules.weights is Weights.EQUAL:
        return gettext_noop("the rules say that all weights are equal")
    return ""


def _check_units(entries: Sequence[Entry]) -> None:
    first: dict[str, Entry] = {}
    for entry in entries:
        if not entry.unit:
            continue
        other = first.setdefault(entry.unit, entry)
        if other.weight != entry.weight:
            raise UnitWeightsDiffer(
                unit=entry.unit,
                entry=other.id,
                weight=other.weight,
                other=entry.id,
                other_weight=entry.weight,
            )
    for entry in entries:
        if entry.id in first and entry.unit != entry.id:
            raise UnitNameTaken(unit=entry.id, entry=entry.id)
