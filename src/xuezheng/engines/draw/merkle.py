"""The Merkle tree of RFC 6962: one hash over a list, and short proofs that an item is in it.

A leaf is hashed behind the byte 00, a node behind the byte 01, so that no node can be passed off as a leaf. Where a
level has an odd number of hashes, the last goes up unchanged; that is the tree which RFC 6962, section 2.1, defines by
splitting at the largest power of two.
"""

from collections.abc import Sequence
from hashlib import sha256

_LEAF = b"\0"
_NODE = b"\1"


def leaf_hash(leaf: bytes) -> bytes:
    """Hash one leaf."""
    return sha256(_LEAF + leaf).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Give the root over leaf hashes, in their order; that of no leaves is the hash of nothing."""
    if not hashes:
        return sha256(b"").digest()
    level = list(hashes)
    while len(level) > 1:
        level = _above(level)
    return level[0]


def path_of(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """Give the audit path of one leaf: the hash of its neighbour at each level that has one, from the leaf up."""
    level, place, path = list(hashes), index, []
    while len(level) > 1:
        neighbour = place ^ 1
        if neighbour < len(level):
            path.append(level[neighbour])
        level, place = _above(level), place >> 1
    return path


def root_from_path(leaf: bytes, *, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Compute the root that a leaf hash and its path lead to (RFC 9162, section 2.1.3.2).

    Returns:
        The root, or None if the path does not fit the place: too long, too short, or outside the tree.
    """
    if not 0 <= index < size:
        return None
    place, last, found = index, size - 1, leaf
    for neighbour in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            found = sha256(_NODE + neighbour + found).digest()
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = sha256(_NODE + found + neighbour).digest()
        place, last = place >> 1, last >> 1
    return found if last == 0 else None


def _above(level: list[bytes]) -> list[bytes]:
    above = [
        sha256(_NODE + left + right).digest()
        for left, right in zip(level[::2], level[1::2], strict=False)
    ]
    return above + level[-1:] if len(level) % 2 else above
