"""What can be wrong with a cell or a row: a code and facts; the sentence is made for the reader."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

from xuezheng.kernel.errors import gettext_noop

SENTENCES: Mapping[str, str] = {
    "needed": gettext_noop("A value is needed here. Fill the cell."),
    "text_in_number": gettext_noop(
        "“%(value)s” is not a number. Write digits only, the unit goes into the header."
    ),
    "not_whole": gettext_noop("%(value)s is not a whole number. Write it without decimals."),
    "out_of_range": gettext_noop(
        "%(value)s is outside %(low)s to %(high)s. Check the value and its unit."
    ),
    "share_unclear": gettext_noop(
        "It is unclear whether %(value)s is a percentage. Write it with %%."
    ),
    "unit_unknown": gettext_noop(
        "The unit “%(unit)s” does not belong here. Use one of: %(allowed)s."
    ),
    "not_a_date": gettext_noop("“%(value)s” is not a date. Write it as 2015-09-01."),
    "date_out_of_range": gettext_noop(
        "The date %(value)s cannot be right. Write a date between 1900 and 2100."
    ),
    "word_unknown": gettext_noop(
        "“%(value)s” is not one of the words for this column. Use one of: %(allowed)s."
    ),
    "code_digits": gettext_noop("“%(value)s” is not a school code. A school code has 10 digits."),
    "code_short": gettext_noop(
        "The code “%(value)s” has %(digits)s digits in place of %(wanted)s; leading zeros may have been lost. "
        "Format the column as text and enter the code again; nothing is guessed."
    ),
    "number_precision": gettext_noop(
        "This number was stored as a figure, and Excel keeps only 15 digits of it. "
        "Format the column as text and enter it again."
    ),
    "identity_number": gettext_noop(
        "The identity number is not valid: check its 18 characters against the identity card."
    ),
    "identity_birth_differs": gettext_noop(
        "The date of birth differs from the one in the identity number."
    ),
    "too_long": gettext_noop("The text has %(length)s characters; at most %(size)s fit."),
    "control_characters": gettext_noop(
        "The text holds characters that cannot be shown. Type it again."
    ),
    "formula_error": gettext_noop(
        "The cell shows the formula error %(value)s. Replace it by a value."
    ),
    "example_left": gettext_noop("This is the example row of the template. Delete it."),
    "duplicate_in_file": gettext_noop(
        "The same key stands in row %(row)s of this sheet. Keep one of the two rows."
    ),
    "institution_unknown": gettext_noop(
        "No institution has the code %(value)s. Enter the institution first."
    ),
    "institution_closed": gettext_noop(
        "Institution %(value)s closed on %(closed_on)s. Use one that is open."
    ),
    "class_unknown": gettext_noop(
        "Institution %(institution)s has no class %(number)s in grade %(grade)s of %(stage)s, school year %(year)s. "
        "Import the classes first, or correct the class number."
    ),
    "campus_unknown": gettext_noop("Institution %(institution)s has no campus %(value)s."),
    "division_unknown": gettext_noop(
        "“%(value)s” is not a division of the city. Use its six-digit code or its name."
    ),
    "township_unknown": gettext_noop("“%(value)s” is not a township of division %(division)s."),
    "code_of_wrong_class": gettext_noop(
        "The code %(value)s begins with %(found)s, but the code of this kind of institution begins with %(allowed)s. "
        "Correct the code or the kind."
    ),
    "parent_needed": gettext_noop("A teaching point needs the code of its parent school."),
    "division_moves": gettext_noop(
        "Institution %(value)s belongs to division %(division)s. An import does not move it to another division."
    ),
    "stage_not_taught": gettext_noop("An institution of this kind does not teach this stage."),
    "grade_out_of_range": gettext_noop(
        "The stage has no grade %(value)s there; the last is %(last)s."
    ),
    "out_of_scope": gettext_noop(
        "This row belongs to %(where)s, which you may not change. Hand it to them."
    ),
    "transfer_from_elsewhere": gettext_noop(
        "The person is registered at %(where)s, which you may not change. Ask for a transfer."
    ),
    "person_left": gettext_noop(
        "The person left on %(left_on)s. Enter the return on the person's page."
    ),
    "identity_taken": gettext_noop(
        "Another person with this identity number is registered. Check both records."
    ),
    "head_taken": gettext_noop(
        "Institution %(institution)s has another head. End that post first."
    ),
    "dates_backwards": gettext_noop("The end %(last)s is not after the beginning %(first)s."),
    "closed_word": gettext_noop("This column cannot be cleared."),
    # Warnings: the row is taken over, and the reader should look.
    "name_differs": gettext_noop(
        "The register calls institution %(code)s “%(registered)s”, the sheet “%(value)s”."
    ),
    "percent_small": gettext_noop(
        "%(value)s stands under a header with %% and was read as %(value)s %%."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CellProblem:
    """One problem: where, what, and the facts of its sentence. Identity numbers are never among them."""

    code: str
    column: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    def sentence(self, translate: Callable[[str], str] = gettext) -> str:
        """Say what is wrong and what to do, in the reader's language."""
        return translate(SENTENCES[self.code]) % self.facts

    def plain(self) -> dict[str, Any]:
        """Give it as data that can be stored."""
        return {
            "code": self.code,
            "column": self.column,
            "facts": {k: str(v) for k, v in self.facts.items()},
        }


def from_plain(data: Mapping[str, Any]) -> CellProblem:
    """Read a stored problem."""
    return CellProblem(code=data["code"], column=data["column"], facts=data["facts"])


class CellRefused(Exception):
    """A cell cannot be read; caught at the row, never shown as it is."""

    def __init__(self, code: str, /, **facts: Any) -> None:
        """Keep the code and the facts of the sentence."""
        super().__init__(code)
        self.code, self.facts = code, facts
