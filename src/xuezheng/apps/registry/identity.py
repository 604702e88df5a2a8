"""Identity numbers of people: stored only encrypted, found only by a keyed blind index.

A cipher text is ``version (1) | key id (4) | nonce (12) | cipher text and tag``, AES-256-GCM. Its associated data names
the table and the row, so that a cipher text copied to another row no longer opens. The blind index is HMAC-SHA256 under
a key of its own, cut to 16 bytes: equal numbers have equal indexes, and nobody without the key can try out numbers.

Both keys are derived (HKDF-SHA256, different labels) from a master secret, the setting ``IDENTITY_KEY``. It may hold
several, separated by commas: the first is used, the others still open what they once closed.
"""

import hmac
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from xuezheng.kernel.errors import DomainError, gettext_noop
from xuezheng.kernel.identifiers import parse_identity_number

INDEX_BYTES = 16
_VERSION = b"\x01"
_KEY_ID_BYTES = 4
_NONCE_BYTES = 12  # the size NIST SP 800-38D recommends for GCM
_HEADER_BYTES = len(_VERSION) + _KEY_ID_BYTES + _NONCE_BYTES

__all__ = [
    "INDEX_BYTES",
    "CipherUnreadable",
    "IdentityKeys",
    "blind_index",
    "blind_index_many",
    "blind_indexes",
    "decrypt",
    "default_keys",
    "derive_keys",
    "encrypt",
    "encrypt_many",
    "parse_identity_number",
    "seal_many",
]


class CipherUnreadable(DomainError):
    """A stored identity number does not open: altered, moved to another row, or closed with a key that is gone."""

    code = "registry.identity.unreadable"
    template = gettext_noop(
        "The identity number stored for %(table)s %(row)s cannot be opened: %(why)s."
    )
    remedy = gettext_noop(
        "Check that XUEZHENG_IDENTITY_KEY still names the key it was stored with, or enter the number again."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityKeys:
    """The keys of one installation: all that open, the one that closes, the one that indexes."""

    current: bytes
    ciphers: Mapping[bytes, AESGCM]
    index_key: bytes
    older_index_keys: tuple[bytes, ...] = ()


def derive_keys(*masters: str) -> IdentityKeys:
    """Derive the keys from the master secrets, the one in use first."""
    if not masters or not all(masters):
        raise ValueError("a master secret is missing")
    ciphers = {
        _derive(master, b"key id", _KEY_ID_BYTES): _derive_cipher(master) for master in masters
    }
    return IdentityKeys(
        current=next(iter(ciphers)),
        ciphers=ciphers,
        index_key=_derive_index(masters[0]),
        older_index_keys=tuple(_derive_index(master) for master in masters[1:]),
    )


def default_keys() -> IdentityKeys:
    """Give the keys of this installation, from the setting ``IDENTITY_KEY``."""
    return _keys_of_setting(settings.IDENTITY_KEY)


@lru_cache(maxsize=4)
def _keys_of_setting(setting: str) -> IdentityKeys:
    return derive_keys(*(master.strip() for master in setting.split(",")))


def encrypt_many(
    *,
    table: str,
    rows: Sequence[str],
    numbers: Sequence[str | None],
    keys: IdentityKeys | None = None,
) -> list[bytes | None]:
    """Encrypt the identity numbers of many rows; about four microseconds each.

    Args:
        table: Table the rows are in, as ``student``, ``staff``, ``guardian``.
        rows: Number (or key as text) of each row.
        numbers: Identity number of each row; None stays None.
        keys: The keys; those of this installation by default.
    """
    keys = keys or default_keys()
    close = keys.ciphers[keys.current].encrypt
    header = _VERSION + keys.current
    prefix = f"{table}:"
    noise = os.urandom(_NONCE_BYTES * len(rows))
    closed: list[bytes | None] = []
    for place, (row, number) in enumerate(zip(rows, numbers, strict=True)):
        if number is None:
            closed.append(None)
            continue
        nonce = noise[place * _NONCE_BYTES : (place + 1) * _NONCE_BYTES]
        closed.append(header + nonce + close(nonce, number.encode(), (prefix + row).encode()))
    return closed


def encrypt(*, table: str, row: str, number: str, keys: IdentityKeys | None = None) -> bytes:
    """Encrypt one identity number (or another secret of the row, under a table name of its own)."""
    [closed] = encrypt_many(table=table, rows=(row,), numbers=(number,), keys=keys)
    assert closed is not None  # a number was given
    return closed


def decrypt(
    cipher: bytes | memoryview, *, table: str, row: str, keys: IdentityKeys | None = None
) -> str:
    """Open one stored identity number. The calling service writes the audit event of the disclosure.

    Raises:
        CipherUnreadable: If it was altered, belongs to another row, or its key is gone.
    """
    keys = keys or default_keys()
    closed = bytes(cipher)
    if closed[:1] != _VERSION or len(closed) <= _HEADER_BYTES:
        raise CipherUnreadable(table=table, row=row, why="its format is not known")
    key_id, nonce = closed[1 : 1 + _KEY_ID_BYTES], closed[1 + _KEY_ID_BYTES : _HEADER_BYTES]
    opener = keys.ciphers.get(key_id)
    if opener is None:
        raise CipherUnreadable(
            table=table, row=row, why=f"the key {key_id.hex()} is not among the keys in use"
        )
    try:
        return opener.decrypt(nonce, closed[_HEADER_BYTES:], f"{table}:{row}".encode()).decode()
    except InvalidTag:
        raise CipherUnreadable(
            table=table, row=row, why="it was altered or belongs to another row"
        ) from None


def blind_index_many(
    numbers: Iterable[str | None], *, keys: IdentityKeys | None = None
) -> list[bytes | None]:
    """Compute the blind index of many identity numbers; about two microseconds each. None stays None."""
    index_key = (keys or default_keys()).index_key
    digest = hmac.digest
    return [
        None if number is None else digest(index_key, number.encode(), "sha256")[:INDEX_BYTES]
        for number in numbers
    ]


def blind_index(number: str, *, keys: IdentityKeys | None = None) -> bytes:
    """Compute the blind index of one identity number as `parse_identity_number` gives it."""
    [index] = blind_index_many((number,), keys=keys)
    assert index is not None  # a number was given
    return index


def blind_indexes(number: str, *, keys: IdentityKeys | None = None) -> tuple[bytes, ...]:
    """Compute the blind indexes under every key, the one in use first: what a row may be found by.

    While a key is being changed, some rows still have the index of the older one.
    """
    keys = keys or default_keys()
    return tuple(
        hmac.digest(key, number.encode(), "sha256")[:INDEX_BYTES]
        for key in (keys.index_key, *keys.older_index_keys)
    )


def seal_many(
    *, table: str, rows: Sequence[str], numbers: Sequence[str], keys: IdentityKeys | None = None
) -> tuple[list[bytes], list[bytes]]:
    """Encrypt and index many identity numbers repeatably: equal rows and numbers give equal bytes.

    The nonce is a keyed hash of table, row and number, so two different texts never meet under one nonce. That the
    same text in the same row shows as the same is no loss beside the blind index, which shows it too.

    Returns:
        The cipher texts and the blind indexes.
    """
    keys = keys or default_keys()
    close = keys.ciphers[keys.current].encrypt
    header = _VERSION + keys.current
    prefix = f"{table}:".encode()
    digest, index_key = hmac.digest, keys.index_key
    noise_key = hmac.digest(index_key, b"repeatable nonce", "sha256")
    closed, indexes = [], []
    for row, number in zip(rows, numbers, strict=True):
        plain, bound = number.encode(), prefix + row.encode()
        nonce = digest(noise_key, bound + b"\0" + plain, "sha256")[:_NONCE_BYTES]
        closed.append(header + nonce + close(nonce, plain, bound))
        indexes.append(digest(index_key, plain, "sha256")[:INDEX_BYTES])
    return closed, indexes


def _derive_index(master: str) -> bytes:
    return _derive(master, b"blind index", 32)


def _derive_cipher(master: str) -> AESGCM:
    return AESGCM(_derive(master, b"encryption", 32))


def _derive(master: str, label: bytes, length: int) -> bytes:
    return HKDF(
        algorithm=SHA256(), length=length, salt=None, info=b"xuezheng identity " + label
    ).derive(master.encode())


def seal_file(content: bytes, *, row: str, keys: IdentityKeys | None = None) -> bytes:
    """Encrypt a file that may hold identity numbers, bound to the record that it belongs to."""
    keys = keys or default_keys()
    nonce = os.urandom(_NONCE_BYTES)
    closed = keys.ciphers[keys.current].encrypt(nonce, content, f"file:{row}".encode())
    return _VERSION + keys.current + nonce + closed


def open_file(sealed: bytes | memoryview, *, row: str, keys: IdentityKeys | None = None) -> bytes:
    """Open a file that `seal_file` closed.

    Raises:
        CipherUnreadable: If it was altered, belongs to another record, or its key is gone.
    """
    keys = keys or default_keys()
    closed = bytes(sealed)
    opener = keys.ciphers.get(closed[1 : 1 + _KEY_ID_BYTES])
    nonce = closed[1 + _KEY_ID_BYTES : _HEADER_BYTES]
    try:
        if closed[:1] != _VERSION or opener is None:
            raise InvalidTag
        return opener.decrypt(nonce, closed[_HEADER_BYTES:], f"file:{row}".encode())
    except InvalidTag:
        raise CipherUnreadable(
            table="file", row=row, why="it was altered or its key is gone"
        ) from None
