"""Identity numbers: encrypted for their row only, found by a keyed index, opened by old keys too."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuezheng.apps.registry import identity
from xuezheng.kernel.identifiers import IdentityNumberWrong, parse_identity_number

KEYS = identity.derive_keys("first master secret")
NUMBER = "23010220150901001X"


class TestEncrypt:
    """The cipher text of an identity number."""

    @given(st.text(min_size=1, max_size=20), st.text(max_size=40))
    def test_opens_for_its_own_row(self, row: str, number: str) -> None:
        """It opens to what was closed, for the row it was closed for."""
        closed = identity.encrypt(table="student", row=row, number=number, keys=KEYS)

        assert number == identity.decrypt(closed, table="student", row=row, keys=KEYS)

    @pytest.mark.parametrize(("table", "row"), [("student", "2"), ("staff", "1")])
    def test_does_not_open_for_another_row(self, table: str, row: str) -> None:
        """It does not open after it was copied to another row or table."""
        closed = identity.encrypt(table="student", row="1", number=NUMBER, keys=KEYS)

        with pytest.raises(identity.CipherUnreadable) as caught:
            identity.decrypt(closed, table=table, row=row, keys=KEYS)

        assert NUMBER not in str(caught.value)

    @pytest.mark.parametrize("place", [0, 1, 8, 20, -1])
    def test_does_not_open_when_altered(self, place: int) -> None:
        """It does not open after one byte of it was changed."""
        closed = bytearray(identity.encrypt(table="student", row="1", number=NUMBER, keys=KEYS))
        closed[place] ^= 1

        with pytest.raises(identity.CipherUnreadable):
            identity.decrypt(bytes(closed), table="student", row="1", keys=KEYS)

    def test_differs_each_time(self) -> None:
        """It is different for the same number in the same row, and none for no number."""
        one, none, two = identity.encrypt_many(
            table="student", rows=("1", "2", "1"), numbers=(NUMBER, None, NUMBER), keys=KEYS
        )

        assert none is None
        assert one != two

    def test_opens_with_a_key_that_was_replaced(self) -> None:
        """It opens as long as its key is among the keys; a key that is gone is named."""
        closed = identity.encrypt(table="student", row="1", number=NUMBER, keys=KEYS)
        rotated = identity.derive_keys("second master secret", "first master secret")
        lost = identity.derive_keys("second master secret")

        opened = identity.decrypt(closed, table="student", row="1", keys=rotated)

        assert opened == NUMBER
        with pytest.raises(identity.CipherUnreadable, match="not among the keys in use"):
            identity.decrypt(closed, table="student", row="1", keys=lost)


class TestBlindIndex:
    """The blind index of an identity number."""

    def test_is_equal_for_equal_numbers(self) -> None:
        """It has 16 bytes, equal for equal numbers under one key, and other bytes under another."""
        first, none, second = identity.blind_index_many((NUMBER, None, NUMBER), keys=KEYS)
        other = identity.blind_index(NUMBER, keys=identity.derive_keys("another"))

        assert none is None
        assert first == second != other
        assert len(other) == identity.INDEX_BYTES == 16


def test_a_wrong_check_character_is_refused_without_repeating_the_number() -> None:
    """A number whose check character does not fit is refused, and the message does not hold it."""
    with pytest.raises(IdentityNumberWrong) as caught:
        parse_identity_number("230102201509010011")

    assert "230102201509010011" not in str(caught.value)
