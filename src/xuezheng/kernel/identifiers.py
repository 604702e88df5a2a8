"""Codes of places, institutions and people: their shape, their parts, their check digits."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import NewType

from xuezheng.kernel.errors import InputError, Phrase, gettext_noop

DivisionCode = NewType("DivisionCode", str)
TownshipCode = NewType("TownshipCode", str)
InstitutionCode = NewType("InstitutionCode", str)
IdentityNumber = NewType("IdentityNumber", str)

# GB 11643-1999: weights of the first 17 digits, and the check character by remainder modulo 11.
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_CHECKS = "10X98765432"


_DIVISION = gettext_noop("division code")
_TOWNSHIP = gettext_noop("township code")
_INSTITUTION = gettext_noop("institution code")
_NOT_DIGITS = gettext_noop("it holds other characters than digits")
_WRONG_LENGTH = gettext_noop("it has %(count)s digits")


class CodeMalformed(InputError):
    """A code does not have the shape of its kind."""

    code = "identifier.malformed"
    template = gettext_noop("“%(text)s” is not a %(kind)s: %(why)s.")
    remedy = gettext_noop("Write a %(kind)s with %(length)s digits, as %(example)s.")


class InstitutionClassWrong(InputError):
    """The class digits of an institution's code do not belong to its kind."""

    code = "identifier.institution_class_wrong"
    template = gettext_noop(
        "The code %(institution_code)s begins with %(found)s, but a code of kind %(kind)s begins with %(allowed)s."
    )
    remedy = gettext_noop("Correct the code or the kind of the institution.")


class IdentityNumberWrong(InputError):
    """An identity number fails its check. The number itself is never repeated in the message."""

    code = "identifier.identity_number_wrong"
    template = gettext_noop("The identity number is not valid: %(why)s.")
    remedy = gettext_noop(
        "Copy the 18 characters from the identity card or household register again."
    )


def parse_division_code(text: str) -> DivisionCode:
    """Read the 6-digit code of a county-level division (GB/T 2260), as 230102."""
    return DivisionCode(_digits(text, 6, _DIVISION, "230102"))


def parse_township_code(text: str) -> TownshipCode:
    """Read the 9-digit code of a township or subdistrict, as 230102001."""
    return TownshipCode(_digits(text, 9, _TOWNSHIP, "230102001"))


def division_of_township(code: TownshipCode) -> DivisionCode:
    """Give the division that a township belongs to: its first 6 digits."""
    return DivisionCode(code[:6])


def parse_institution_code(text: str) -> InstitutionCode:
    """Read the 10-digit code of a school (学校（机构）标识码): class 2, province 2, serial 6."""
    return InstitutionCode(_digits(text, 10, _INSTITUTION, "2123900001"))


def institution_class(code: InstitutionCode) -> str:
    """Give the two class digits of an institution's code."""
    return code[:2]


def institution_province(code: InstitutionCode) -> str:
    """Give the two province digits of an institution's code."""
    return code[2:4]


def check_institution_class(
    code: InstitutionCode, kind: str, classes: Mapping[str, tuple[str, ...]]
) -> None:
    """Check that the code's class digits belong to the kind.

    Args:
        code: The code.
        kind: The kind of institution, a key of ``classes``.
        classes: Class digits allowed for each kind, from the pack.

    Raises:
        InstitutionClassWrong: If they do not belong together, or the kind has no class.
    """
    allowed = classes.get(kind, ())
    if institution_class(code) not in allowed:
        raise InstitutionClassWrong(
            institution_code=code,
            found=institution_class(code),
            kind=kind,
            allowed=", ".join(allowed) or "-",
        )


def identity_check_character(first_seventeen: str) -> str:
    """Compute the 18th character of an identity number (GB 11643, ISO 7064 MOD 11-2)."""
    total = sum(
        weight * int(digit)
        for weight, digit in zip(_IDENTITY_WEIGHTS, first_seventeen, strict=True)
    )
    return _IDENTITY_CHECKS[total % 11]


def parse_identity_number(text: str) -> IdentityNumber:
    """Read an 18-character resident identity number and check its date and check character.

    Raises:
        IdentityNumberWrong: Without repeating the number, so that logs never hold one.
    """
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9X]", plain):
        raise IdentityNumberWrong(
            why=Phrase(gettext_noop("it does not have 17 digits and a check character"))
        )
    try:
        identity_birth_date(IdentityNumber(plain))
    except ValueError:
        raise IdentityNumberWrong(
            why=Phrase(gettext_noop("the date of birth in it does not exist"))
        ) from None
    if identity_check_character(plain[:17]) != plain[17]:
        raise IdentityNumberWrong(why=Phrase(gettext_noop("the check character does not fit")))
    return IdentityNumber(plain)


def identity_birth_date(number: IdentityNumber) -> date:
    """Give the date of birth in an identity number."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def identity_sex(number: IdentityNumber) -> str:
    """Give the sex in an identity number: ``male`` or ``female`` (odd or even 17th digit)."""
    return "male" if int(number[16]) % 2 else "female"


def _digits(text: str, length: int, kind: str, example: str) -> str:
    plain = unicodedata.normalize("NFKC", text).strip()
    facts = {"text": text, "kind": Phrase(kind), "length": length, "example": example}
    if not re.fullmatch(r"[0-9]+", plain):
        raise CodeMalformed(why=Phrase(_NOT_DIGITS), **facts)
    if len(plain) != length:
        raise CodeMalformed(why=Phrase(_WRONG_LENGTH, count=len(plain)), **facts)
    return plain
