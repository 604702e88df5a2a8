"""A small city and workbooks for the tests of the exchange."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import Workbook

if TYPE_CHECKING:
    from xuezheng.apps.registry.exchange.preview import Summary
    from xuezheng.apps.registry.exchange.register import Register


TODAY = date(2023, 9, 30)
STUDENT_HEADER = [
    "学籍号", "姓名", "性别", "出生日期", "学校标识码", "学校名称", "学段", "年级", "班号", "户口性质", "入学日期",
]  # fmt: skip


@pytest.fixture
def city(db: None) -> None:
    """Two divisions, two schools with a class of grade 1 each, and a kindergarten."""
    # Imported here: pytest reads this file before Django is ready.
    from xuezheng.apps.registry.models import (
        Division,
        Institution,
        OwnershipPeriod,
        SchoolClass,
        Township,
    )

    top = Division.objects.create(code="230100", kind="city", name_zh="示例市", name_en="City")
    for order, (code, name) in enumerate((("230102", "道里区"), ("230103", "南岗区"))):
        Division.objects.create(
            code=code, kind="district", parent=top, name_zh=name, name_en=code, order=order
        )
    Township.objects.create(code="230102001", division_id="230102", name_zh="兆麟街道")
    for code, division, kind, name, structure in (
        ("3123900001", "230102", "nine_year", "兆麟九年一贯制学校", "6-3"),
        ("2123900002", "230103", "primary", "花园小学", "6-3"),
        ("1123900003", "230102", "kindergarten", "兆麟幼儿园", ""),
    ):
        Institution.objects.create(
            code=code, division_id=division, kind=kind, name_zh=name, ownership="public", setting="urban",
            grade_structure=structure, opened_on=date(2000, 9, 1),
        )  # fmt: skip
        OwnershipPeriod.objects.create(
            institution_id=code, ownership="public", valid_from=date(2000, 9, 1)
        )
    for code, division in (("3123900001", "230102"), ("2123900002", "230103")):
        for number in (1, 2):
            SchoolClass.objects.create(
                institution_id=code, division_id=division, school_year=2023, stage="primary", grade=1, number=number
            )  # fmt: skip


@pytest.fixture
def student() -> Callable[..., list[Any]]:
    """Make the row of a student under STUDENT_HEADER, with some cells replaced by header."""

    def make(serial: int, **changes: Any) -> list[Any]:
        row: dict[str, Any] = dict(
            zip(
                STUDENT_HEADER,
                [f"G{serial:09d}", "王小明", "男", date(2016, 5, 1), "3123900001", "兆麟九年一贯制学校", "小学", 1, 1,
                 "城镇户口", date(2023, 9, 1)],
                strict=True,
            )
        )  # fmt: skip
        row |= changes
        return [row[name] for name in STUDENT_HEADER]

    return make


@pytest.fixture
def workbook() -> Callable[..., bytes]:
    """Make a workbook of rows, the header among them."""

    def make(rows: Sequence[Sequence[Any]], title: str = "Sheet1", change: Any = None) -> bytes:
        book = Workbook()
        sheet = book.active
        sheet.title = title
        for row in rows:
            sheet.append(list(row))
        if change is not None:
            change(book)
        target = io.BytesIO()
        book.save(target)
        return target.getvalue()

    return make


def _open(kind: str, content: bytes, scope: Any, file: str = "a.xlsx") -> tuple[Any, Register]:
    from xuezheng.apps.record.access import Scope
    from xuezheng.apps.registry.exchange.examine import make_register
    from xuezheng.apps.registry.exchange.reading import open_sheet
    from xuezheng.apps.registry.exchange.sheets import sheet_kind
    from xuezheng.apps.registry.rules import NATIONAL_CODE_CLASSES, RegistryRules

    rules = RegistryRules(code_classes=NATIONAL_CODE_CLASSES)
    sheet = open_sheet(file, content, sheet_kind(kind))
    return sheet, make_register(kind, scope=scope or Scope(city=True), rules=rules, today=TODAY)


@pytest.fixture
def preview(city: None) -> Callable[..., Summary]:
    """Examine a workbook without writing."""
    from xuezheng.apps.registry.exchange.examine import examine
    from xuezheng.apps.registry.exchange.preview import Summary

    def run(kind: str, content: bytes, *, scope: Any = None, file: str = "a.xlsx") -> Summary:
        sheet, register = _open(kind, content, scope, file)
        summary = Summary(sheet=sheet, register=register)
        for outcomes in examine(sheet, register):
            summary.add(outcomes)
        return summary

    return run


@pytest.fixture
def apply(city: None) -> Callable[..., Summary]:
    """Apply a workbook."""
    from xuezheng.apps.registry.exchange.apply import apply_sheet

    def run(kind: str, content: bytes, *, scope: Any = None) -> Summary:
        sheet, register = _open(kind, content, scope)
        return apply_sheet(sheet, register, by=None, batch="test")

    return run


@pytest.fixture
def student_header() -> list[str]:
    """The header of the students' rows."""
    return list(STUDENT_HEADER)
