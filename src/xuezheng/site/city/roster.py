"""The classes of a division whose children get files."""

from dataclasses import dataclass

from xuezheng.site.city.tables import Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The classes of one division whose children get files; arrays of one length.

    Attributes:
        division: Its code.
        other_divisions: Codes of all divisions, for the household registers of those who moved.
        first: Key of its first student; guardians and links start from twice that.
        area: Area code of its invented identity numbers.
        junior_entry_age: 12 under 6-3, 11 under 5-4.
        setting: Place in `SETTINGS`.
    """

    division: str
    other_divisions: tuple[str, ...]
    first: int
    area: int
    junior_entry_age: int
    class_key: Array
    codes: Array
    stage: Array
    grade: Array
    kind: Array
    pupils: Array
    setting: Array
    is_boarding: Array

    @property
    def children(self) -> int:
        """How many children it holds."""
        return int(self.pupils.sum())
