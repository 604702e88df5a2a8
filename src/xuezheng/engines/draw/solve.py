"""The two acts of a draw: commit to everything, then reveal and draw."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from xuezheng.engines.draw.contributions import check_sources, matched_contributions, seed_of
from xuezheng.engines.draw.documents import order_hash
from xuezheng.engines.draw.entries import checked_entries, leaves_of, lot_of
from xuezheng.engines.draw.merkle import leaf_hash, root_of
from xuezheng.engines.draw.model import Commitment, Contribution, Draw, Entry, Notice, Order, Rules
from xuezheng.engines.draw.numbers import order_of
from xuezheng.kernel.canonical import canonical_bytes, canonical_hash
from xuezheng.kernel.errors import InputError, Phrase, StateError, gettext_noop

ENGINE = "draw"
ENGINE_VERSION = "1"


class NoticeUnusable(InputError):
    """The notice of a draw breaks a rule."""

    code = "draw.notice_unusable"
    template = gettext_noop("The notice of the draw %(draw)r cannot be used: %(why)s.")
    remedy = gettext_noop("Give the draw an identifier, and every school 0 or more seats.")


class EntriesChanged(StateError):
    """The list is not the committed one."""

    code = "draw.entries_changed"
    template = gettext_noop(
        "The list is not the committed one: root %(found)s over %(entries)s entries, committed %(root)s over %(committed)s."
    )
    remedy = gettext_noop(
        "Use the committed list. The file of leaves that was written at the commitment names the entry that differs."
    )


class EntryChanged(StateError):
    """One entry is not the committed one."""

    code = "draw.entry_changed"
    template = gettext_noop("Entry %(entry)s is not as committed: %(why)s.")
    remedy = gettext_noop("Use the committed list; a late correction needs a new commitment.")


class LeavesForeign(InputError):
    """The leaves are those of another commitment."""

    code = "draw.leaves_foreign"
    template = gettext_noop(
        "The leaves, rules and seats at hand lead to the root %(found)s; committed is %(root)s."
    )
    remedy = gettext_noop("Use the commitment and the file of leaves that were written together.")


class AnnouncedDiffers(StateError):
    """The commitment at hand is not the one that was announced."""

    code = "draw.announced_differs"
    template = gettext_noop("The commitment has the hash %(found)s; announced was %(announced)s.")
    remedy = gettext_noop("Use the file that was published under the announced hash.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """A commitment and what it was made from."""

    commitment: Commitment
    entries: tuple[Entry, ...]
    """By identifier."""
    hashes: tuple[bytes, ...]
    """Of the leaves: the terms, then the entries."""

    @property
    def leaves(self) -> dict[str, str]:
        """The leaf hash of every entry, which tells later which one was changed."""
        return {
            entry.id: leaf.hex() for entry, leaf in zip(self.entries, self.hashes[1:], strict=True)
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The published result and the list of places."""

    draw: Draw
    order: Order


def commit(notice: Notice, entries: Iterable[Entry], *, at: datetime) -> Committed:
    """Fix entries, rules, seats and sources before the seed can exist.

    Args:
        notice: Rules, seats and who will contribute.
        entries: In any order.
        at: When the commitment is published, with time zone.

    Raises:
        InputError: Naming the entry or source that cannot be used.
    """
    if not notice.draw or "\0" in notice.draw:
        raise NoticeUnusable(draw=notice.draw, why=Phrase(gettext_noop("it has no identifier")))
    for school, seats in notice.seats.items():
        if seats < 0:
            why = Phrase(
                gettext_noop("%(school)s has %(seats)s seats, and needs 0 or more"),
                school=school,
                seats=seats,
            )
            raise NoticeUnusable(draw=notice.draw, why=why)
    check_sources(notice.sources, committed_at=at)
    found = checked_entries(entries, notice.rules)
    hashes = leaf_hashes(terms_leaf(notice), found)
    commitment = Commitment(
        draw=notice.draw,
        title=notice.title,
        committed_at=at,
        entries=len(found),
        lots=_count_lots(found, notice.rules),
        root=root_of(hashes).hex(),
        rules=notice.rules,
        seats=notice.seats,
        sources=notice.sources,
    )
    return Committed(commitment=commitment, entries=tuple(found), hashes=tuple(hashes))


def reveal(
    commitment: Commitment,
    entries: Iterable[Entry],
    contributions: Sequence[Contribution],
    *,
    leaves: Mapping[str, str] | None = None,
) -> Drawn:
    """Open the contributions, make the seed and draw.

    Args:
        commitment: As published.
        entries: The committed ones, in any order.
        contributions: One for each source of the commitment, in any order.
        leaves: Leaf hash of each entry, kept at the commitment (`Committed.leaves`); with it an error names the entry.

    Raises:
        InputError, StateError: Naming the entry or party that does not agree with the commitment.
    """
    committed = recommitted(commitment, entries, leaves=leaves)
    opened = matched_contributions(commitment, contributions)
    commitment_hash = canonical_hash(commitment)
    seed = seed_of(commitment_hash, opened)
    order = order_of(seed, committed.entries, commitment.rules)
    draw = Draw(
        commitment=commitment,
        commitment_hash=commitment_hash,
        contributions=opened,
        seed=seed,
        order_hash=order_hash(order),
    )
    return Drawn(draw=draw, order=order)


def check_announced(commitment: Commitment, announced: str) -> None:
    """Refuse a commitment whose hash is not the announced one.

    Raises:
        AnnouncedDiffers: With both hashes.
    """
    found = canonical_hash(commitment)
    if found != announced.strip().lower():
        raise AnnouncedDiffers(found=found, announced=announced)


def recommitted(
    commitment: Commitment, entries: Iterable[Entry], *, leaves: Mapping[str, str] | None = None
) -> Committed:
    """Bring entries under a commitment again, and refuse those that are not the committed ones.

    Raises:
        EntryChanged: Naming the entry, where the leaves are known.
        EntriesChanged: Otherwise.
    """
    check_sources(commitment.sources, committed_at=commitment.committed_at)
    found = checked_entries(entries, commitment.rules)
    terms = terms_leaf(commitment)
    hashes = leaf_hashes(terms, found)
    root = root_of(hashes).hex()
    counts = (len(found), _count_lots(found, commitment.rules))
    if root != commitment.root or counts != (commitment.entries, commitment.lots):
        if leaves is not None:
            _name_changed(commitment, terms, found, hashes[1:], leaves)
        raise EntriesChanged(
            found=root, entries=len(found), root=commitment.root, committed=commitment.entries
        )
    return Committed(commitment=commitment, entries=tuple(found), hashes=tuple(hashes))


def terms_leaf(terms: Notice | Commitment) -> bytes:
    """Encode leaf 0: draw, rules and seats."""
    return canonical_bytes({"draw": terms.draw, "rules": terms.rules, "seats": terms.seats})


def leaf_hashes(terms: bytes, entries: Sequence[Entry]) -> list[bytes]:
    """Hash the leaves of a draw's tree: the terms, then the checked entries by identifier."""
    return [leaf_hash(terms), *map(leaf_hash, leaves_of(entries))]


def _name_changed(
    commitment: Commitment,
    terms: bytes,
    entries: Sequence[Entry],
    hashes: Sequence[bytes],
    leaves: Mapping[str, str],
) -> None:
    kept = [leaf_hash(terms), *(bytes.fromhex(leaves[name]) for name in sorted(leaves))]
    root = root_of(kept).hex()
    if root != commitment.root:
        raise LeavesForeign(found=root, root=commitment.root)
    found = {entry.id: leaf.hex() for entry, leaf in zip(entries, hashes, strict=True)}
    for name in sorted(found.keys() | leaves.keys()):
        if name not in leaves:
            raise EntryChanged(entry=name, why=Phrase(gettext_noop("it was not committed")))
        if name not in found:
            raise EntryChanged(entry=name, why=Phrase(gettext_noop("it is missing")))
        if found[name] != leaves[name]:
            why = gettext_noop("its unit, weight or facts differ")
            raise EntryChanged(entry=name, why=Phrase(why))


def _count_lots(entries: Sequence[Entry], rules: Rules) -> int:
    if not any(entry.unit for entry in entries):
        return len(entries)
    return len({lot_of(entry, rules) for entry in entries})
