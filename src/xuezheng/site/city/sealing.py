"""Seals columns of identity numbers for the database: cipher texts and blind indexes as matrices of bytes."""

import numpy as np

from xuezheng.apps.registry.identity import IdentityKeys, seal_many
from xuezheng.site.city.tables import Array


def seal(table: str, rows: Array, numbers: Array, keys: IdentityKeys) -> tuple[Array, Array]:
    """Encrypt and index numbers of one length.

    Args:
        table: Table name in the associated data.
        rows: What names each row there, as text.
        numbers: The numbers, all equally long.
        keys: The installation's keys.

    Returns:
        Cipher texts and blind indexes, a row each.
    """
    closed, indexes = seal_many(
        table=table, rows=rows.astype(str).tolist(), numbers=numbers.astype(str).tolist(), keys=keys
    )
    return _matrix(closed), _matrix(indexes)


def _matrix(pieces: list[bytes]) -> Array:
    if not pieces:
        return np.zeros((0, 1), np.uint8)
    return np.frombuffer(b"".join(pieces), np.uint8).reshape(len(pieces), -1)
