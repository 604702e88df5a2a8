"""Files that are refused before or while they are read: wrong types, bombs, hostile XML, swapped columns."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from xuezheng.apps.registry.exchange import guard, headers
from xuezheng.apps.registry.exchange.reading import SheetEmpty, open_sheet
from xuezheng.apps.registry.exchange.sheets import sheet_kind

Make = Callable[..., Any]
STUDENTS = "students"


def repack(
    content: bytes, change: Callable[[str, bytes], bytes], extra: dict[str, bytes] | None = None
) -> bytes:
    """Write a workbook anew with some parts changed or added."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, part in (extra or {}).items():
            new.writestr(name, part)
    return target.getvalue()


@pytest.fixture
def good(workbook: Make, student: Make, student_header: list[str]) -> bytes:
    """A workbook that would be taken."""
    content: bytes = workbook([student_header, *(student(n) for n in range(1, 6))])
    return content


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0" + bytes(600), guard.FileTypeWrong),
        ("a.csv", "学籍号,姓名\n".encode(), guard.FileTypeWrong),
        ("a.xlsx", "学籍号,姓名\n".encode(), guard.FileTypeWrong),
        ("a.xlsx", b"PK\x03\x04" + bytes(100), guard.WorkbookDamaged),
        (
            "a.xlsx",
            b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"),
            guard.WorkbookEncrypted,
        ),
        ("a.xlsx", bytes(guard.MAX_FILE_BYTES + 1), guard.FileTooLarge),
    ],
)
def test_files_that_are_no_workbooks(name: str, content: bytes, error: type[Exception]) -> None:
    """Old formats, text under another name, damaged, encrypted and over-size files are told apart."""
    with pytest.raises(error, match=name):
        guard.check_file(name, content)


def test_macros(good: bytes) -> None:
    """A workbook with macros is refused by its name and by what it carries."""
    with pytest.raises(guard.WorkbookHasMacros):
        guard.check_file("a.xlsm", good)
    with pytest.raises(guard.WorkbookHasMacros):
        guard.check_file("a.xlsx", repack(good, lambda _, part: part, {"xl/vbaProject.bin": b"x"}))


def test_a_gigabyte_of_zeros_is_refused_before_it_is_unpacked(
    good: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The directory of the zip says enough; nothing is unpacked."""
    target = io.BytesIO(good)
    with (
        zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/media/zeros", "w", force_zip64=True) as part,
    ):
        for _ in range(1024):
            part.write(bytes(1 << 20))
    bomb = target.getvalue()
    assert len(bomb) < 4_000_000
    monkeypatch.setattr(guard, "_unpack_all", lambda *_: pytest.fail("unpacked"))

    with pytest.raises(guard.WorkbookBomb, match="zeros"):
        guard.check_file("a.xlsx", bomb)


def test_a_directory_that_lies_about_sizes(good: bytes) -> None:
    """A part that unpacks to more than its directory entry says is refused at that point."""
    bomb = repack(good, lambda _, part: part, {"xl/media/zeros": bytes(5_000_000)})
    size = (5_000_000).to_bytes(4, "little")
    lying = bomb.replace(size, (1000).to_bytes(4, "little"))

    with pytest.raises(guard.WorkbookBomb, match="zeros"):
        guard.check_file("a.xlsx", lying)


@pytest.mark.parametrize(
    "hostile",
    [
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        b'<?xml version="1.0"?><!doctype a><a/>',
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode("utf-16"),
    ],
)
def test_xml_that_declares_entities(good: bytes, hostile: bytes) -> None:
    """Declarations are refused in whatever part and encoding."""
    with pytest.raises(guard.WorkbookDamaged):
        guard.check_file("a.xlsx", repack(good, lambda _, part: part, {"xl/x.xml": hostile}))


@pytest.mark.parametrize("cell", ["XFD1048576", "A100000", "DA1"])
def test_a_cell_far_outside_any_sheet(good: bytes, cell: str) -> None:
    """A sparse cell far out would make a reader ask for gigabytes."""

    def move(name: str, part: bytes) -> bytes:
        if name != "xl/worksheets/sheet1.xml":
            return part
        return part.replace(
            b"</sheetData>", f'<row><c r="{cell}"><v>1</v></c></row></sheetData>'.encode()
        )

    with pytest.raises(guard.WorkbookBomb):
        guard.check_file("a.xlsx", repack(good, move))


@pytest.mark.parametrize(("first", "second"), [(0, 1), (1, 2), (3, 4), (0, 9), (1, 4)])
def test_swapped_columns_name_both_headers(
    workbook: Make, student: Make, student_header: list[str], first: int, second: int
) -> None:
    """Values that fit each other's headers are refused with both headers; no row is taken."""
    rows = [student(n) for n in range(1, 12)]
    for row in rows:
        row[first], row[second] = row[second], row[first]

    with pytest.raises(headers.ColumnsSwapped) as caught:
        open_sheet("a.xlsx", workbook([student_header, *rows]), sheet_kind(STUDENTS))

    assert student_header[first] in str(caught.value)
    assert student_header[second] in str(caught.value)


def test_headers_that_do_not_do(workbook: Make, student: Make, student_header: list[str]) -> None:
    """Missing, doubled and mis-measured headers and an empty sheet are refused with what to change."""
    kind = sheet_kind(STUDENTS)
    with pytest.raises(headers.HeaderMissing, match="学籍号"):
        open_sheet("a.xlsx", workbook([student_header[1:], student(1)[1:]]), kind)
    with pytest.raises(headers.HeaderTwice, match="学籍编号"):
        open_sheet("a.xlsx", workbook([[*student_header, "学籍编号"], [*student(1), "G1"]]), kind)
    with pytest.raises(SheetEmpty):
        open_sheet("a.xlsx", workbook([student_header]), kind)
    content = workbook([["学校标识码", "固定资产总值（美元）"], ["3123900001", 1]])
    with pytest.raises(headers.HeaderUnitUnknown, match="美元"):
        open_sheet("a.xlsx", content, sheet_kind("institutions"))


def test_hidden_sheets_and_formulas_are_told(
    workbook: Make, student: Make, student_header: list[str]
) -> None:
    """A hidden sheet is not read, and cells with formulas are counted."""

    def change(book: Any) -> None:
        hidden = book.create_sheet("隐藏")
        hidden.sheet_state = "hidden"
        hidden.append(student_header)
        hidden.append(student(9))
        book.active["L2"] = "=1+1"

    sheet = open_sheet(
        "a.xlsx", workbook([student_header, student(1)], change=change), sheet_kind(STUDENTS)
    )

    assert sheet.ignored_sheets == ("隐藏",)
    assert sheet.checked.formulas == 1
    assert len(list(sheet.rows())) == 1
