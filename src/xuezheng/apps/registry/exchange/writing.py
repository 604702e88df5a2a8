"""Workbooks that go out: templates, exports, and rejected rows with the reason beside each cell.

Every cell is written as text, number, boolean or date, never as a formula: a text that begins with = + - @ stays a text
also when it is edited, because the cell carries Excel's own mark for text (quote prefix).
"""

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from xuezheng.apps.registry.exchange.problems import CellProblem
from xuezheng.apps.registry.exchange.reading import SheetRow
from xuezheng.apps.registry.exchange.sheets import Column, SheetKind

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEMPLATE_ROWS = 2000  # rows below the header for which drop-downs and formats are prepared
MAX_REJECTED_ROWS = 20_000
EXAMPLE_MARK = "示例"
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_HEADER_FILL = PatternFill("solid", start_color="E6EEF7")
_NEEDED_FILL = PatternFill("solid", start_color="FDF0D5")
_WRONG_FILL = PatternFill("solid", start_color="F8C9C4")
_GREY = Font(color="6B7280", italic=True)
_BOLD = Font(bold=True)
_TEXT_TYPES = frozenset(
    {"institution_code", "identity", "person_number", "text", "name", "person_name", "advisory"}
)
_FORMATS = {"date": "yyyy-mm-dd", "area": "#,##0.00", "share": "0.00%"}
_LIST_LIMIT = 255  # Excel's limit of a list written into a validation


def safe_cell(sheet: Any, value: Any, *, number_format: str = "") -> Any:
    """Make a cell that Excel never takes for a formula."""
    cell = WriteOnlyCell(sheet)
    if isinstance(value, str):
        cell.value = "".join(char for char in value if char >= " " or char in "\n\t")
        cell.data_type = "s"
        if value.startswith(_DANGEROUS):
            cell.quotePrefix = True
    else:
        cell.value = value
    if number_format:
        cell.number_format = number_format
    return cell


def write_template(kind: SheetKind) -> bytes:
    """Make the template of a register: Chinese header, English line, an example, drop-downs, and instructions."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = kind.zh[:31]
    for index, column in enumerate(kind.columns, start=1):
        _template_column(sheet, index, column)
    sheet.freeze_panes = "B3"
    _instructions(book.create_sheet("填表说明 Instructions"), kind)
    return _saved(book)


def _template_column(sheet: Any, index: int, column: Column) -> None:
    must = column.required or column.needed
    head = sheet.cell(row=1, column=index, value=f"{'*' if must else ''}{column.header}")
    head.font, head.fill = _BOLD, _NEEDED_FILL if must else _HEADER_FILL
    head.alignment = Alignment(wrap_text=True, vertical="center")
    notes = [note for note in (column.note_zh, column.note_en) if note]
    if notes:
        head.comment = Comment("\n".join(notes), "学政 Xuezheng")
    english = sheet.cell(row=2, column=index, value=column.header_en)
    english.font = _GREY
    example = sheet.cell(row=3, column=index)
    example.value = f"{EXAMPLE_MARK}{column.example}" if index == 1 else column.example
    example.data_type = "s"
    example.font = _GREY
    letter = get_column_letter(index)
    sheet.column_dimensions[letter].width = max(12, min(30, 2 * len(column.header) + 4))
    number_format = "@" if column.type in _TEXT_TYPES else _FORMATS.get(column.type, "")
    if number_format and column.type != "share":
        sheet.column_dimensions[letter].number_format = number_format
        for row in range(3, 203):
            sheet.cell(row=row, column=index).number_format = number_format
    _validate(sheet, letter, column)


def _validate(sheet: Any, letter: str, column: Column) -> None:
    rule: DataValidation | None = None
    if column.words is not None:
        words = ",".join(known[0] for known in column.words.words.values())
        if len(words) <= _LIST_LIMIT:
            rule = DataValidation(
                type="list", formula1=f'"{words}"', allow_blank=True, showErrorMessage=True
            )
    elif column.type in {"whole", "year", "grade", "class_number"}:
        rule = DataValidation(
            type="whole", operator="greaterThanOrEqual", formula1="0", allow_blank=True
        )
    elif column.type == "institution_code":
        rule = DataValidation(type="textLength", operator="equal", formula1="10", allow_blank=True)
    if rule is not None:
        rule.errorTitle = column.zh[:30]
        rule.error = (column.note_zh or f"{column.zh}：填写内容不符合要求")[:200]
        sheet.add_data_validation(rule)
        rule.add(f"{letter}4:{letter}{TEMPLATE_ROWS}")


def _instructions(sheet: Any, kind: SheetKind) -> None:
    lines = [
        ("请在第一张表的表头下填写，删除示例行。", "Fill the first sheet below its header and delete the example row."),
        ("带 * 的列新增时必填；空单元格表示不改动，写“清空”表示删去原值。",
         "Columns with * are needed for new rows; an empty cell changes nothing, 清空 removes the value."),
        ("按代码匹配，名称仅供核对；代码列请保持文本格式，以免丢失前导零。",
         "Rows are matched by code, names are only compared; keep code columns as text so that zeros stay."),
        ("先预览后确认，预览不写入任何数据。", "You see a preview first; it writes nothing."),
    ]  # fmt: skip
    for zh, en in lines:
        sheet.append([zh, en])
    sheet.append([])
    sheet.append(["列 Column", "English", "必填 Needed", "可填内容 Values", "说明 Notes"])
    for cell in sheet[sheet.max_row]:
        cell.font, cell.fill = _BOLD, _HEADER_FILL
    for column in kind.columns:
        words = "、".join(known[0] for known in column.words.words.values()) if column.words else ""
        must = "是 Yes" if column.required or column.needed else ""
        notes = " / ".join(note for note in (column.note_zh, column.note_en) if note)
        sheet.append([column.header, column.header_en, must, words, notes])
    for letter, width in zip("ABCDE", (28, 34, 12, 60, 60), strict=True):
        sheet.column_dimensions[letter].width = width


def write_export(kind: SheetKind, rows: Iterable[Sequence[Any]], *, language: str = "zh") -> bytes:
    """Write current data under the same columns as the template, so that it can be changed and taken in again."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(kind.title(language)[:31])
    sheet.freeze_panes = "B2"
    for index, column in enumerate(kind.columns, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = max(
            10, min(28, 2 * len(column.header) + 2)
        )
    sheet.append([_header_cell(sheet, column, language) for column in kind.columns])
    columns = kind.columns
    for row in rows:
        sheet.append(
            [_export_cell(sheet, column, value) for column, value in zip(columns, row, strict=True)]
        )
    return _saved(book)


def _header_cell(sheet: Any, column: Column, language: str) -> Any:
    cell = safe_cell(sheet, column.header_en if language == "en" else column.header)
    cell.font, cell.fill = _BOLD, _HEADER_FILL
    return cell


def _export_cell(sheet: Any, column: Column, value: Any) -> Any:
    if value is None or value == "":
        return None
    if column.words is not None:
        key = ("1" if value else "0") if column.type == "boolean" else str(value)
        return column.words.word(key)
    match column.type:
        case "money":
            return float(Decimal(value) / 1_000_000)
        case "share":
            return float(Decimal(value) * 100)
        case "area":
            return float(value)
        case "date":
            return safe_cell(sheet, value, number_format="yyyy-mm-dd")
    return safe_cell(sheet, value, number_format="@") if isinstance(value, str) else value


def write_rejected(
    kind: SheetKind,
    headers: Sequence[tuple[int, str]],
    rows: Sequence[SheetRow],
    sentence: Any,
    *,
    reason_title: str,
    note: str = "",
) -> bytes:
    """Write the rejected rows as they came, the wrong cells coloured and commented, the reasons in the last column.

    Args:
        kind: The register.
        headers: Index in the raw row and header, in order.
        rows: The rejected rows.
        sentence: Makes the sentence of a problem in the reader's language.
        reason_title: Header of the last column; ignored when the workbook is handed in again.
        note: What is said above the header, as that not all rows stand here.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(kind.zh[:31])
    sheet.freeze_panes = "B3" if note else "B2"
    sheet.column_dimensions[get_column_letter(len(headers) + 1)].width = 80
    if note:
        title = safe_cell(sheet, note)
        title.font = _BOLD
        sheet.append([title])
    sheet.append(
        [*(safe_cell(sheet, header) for _, header in headers), safe_cell(sheet, reason_title)]
    )
    for row in rows[:MAX_REJECTED_ROWS]:
        sheet.append(_rejected_row(sheet, kind, headers, row, sentence))
    return _saved(book)


def _rejected_row(
    sheet: Any, kind: SheetKind, headers: Sequence[tuple[int, str]], row: SheetRow, sentence: Any
) -> list[Any]:
    wrong: dict[str, list[CellProblem]] = {}
    for problem in row.problems:
        wrong.setdefault(problem.column, []).append(problem)
    cells = []
    for index, header in headers:
        value = row.raw[index] if index < len(row.raw) else ""
        cell = safe_cell(sheet, _raw(value))
        if isinstance(value, date | datetime):
            cell.number_format = "yyyy-mm-dd"
        problems = wrong.get(_key_of(kind, header), [])
        if problems:
            cell.fill = _WRONG_FILL
            cell.comment = Comment(
                "\n".join(sentence(problem) for problem in problems), "学政 Xuezheng"
            )
        cells.append(cell)
    reasons = "；".join(_located(kind, problem, sentence) for problem in row.problems)
    return [*cells, safe_cell(sheet, f"{row.number}: {reasons}")]


def _located(kind: SheetKind, problem: CellProblem, sentence: Any) -> str:
    if not problem.column:
        return str(sentence(problem))
    return f"{kind.column(problem.column).zh}: {sentence(problem)}"


def _key_of(kind: SheetKind, header: str) -> str:
    from xuezheng.apps.registry.exchange.sheets import fold_header

    column = kind.by_header.get(fold_header(header))
    return column.key if column else ""


def _raw(value: Any) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**15:
        return int(value)
    return value if isinstance(value, str | int | float | bool | date | datetime) else str(value)


def _saved(book: Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
