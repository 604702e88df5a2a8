"""Workbooks that go out: templates, exports and rejected rows."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import load_workbook

from xuezheng.apps.record.access import Scope
from xuezheng.apps.registry.exchange.export import read_rows, select_rows
from xuezheng.apps.registry.exchange.sheets import sheet_kind, sheet_kinds
from xuezheng.apps.registry.exchange.writing import write_export, write_rejected, write_template
from xuezheng.apps.registry.models import Institution

Make = Callable[..., Any]


def read(content: bytes) -> Any:
    """Open a workbook as people's programs do."""
    return load_workbook(io.BytesIO(content)).worksheets[0]


@pytest.mark.parametrize("kind", ["institutions", "classes", "students", "staff", "facilities"])
def test_a_template_taken_in_as_it_is_has_one_refused_example(preview: Make, kind: str) -> None:
    """Each template is understood by its own import, and its example row is refused if left in."""
    summary = preview(kind, write_template(sheet_kind(kind)))

    assert summary.counts == {"rejected": 1}
    assert [problem.code for problem in summary.rejected[0].problems] == ["example_left"]


def test_a_template_offers_words_and_explains(city: None) -> None:
    """Drop-downs, notes and an instruction sheet are in the template."""
    book = load_workbook(io.BytesIO(write_template(sheet_kind("students"))))

    assert len(book.sheetnames) == 2
    assert '"男,女"' in {
        rule.formula1 for rule in book.worksheets[0].data_validations.dataValidation
    } or any(
        "女" in str(rule.formula1) for rule in book.worksheets[0].data_validations.dataValidation
    )
    assert any(cell.comment for cell in book.worksheets[0][1])


def test_an_export_is_understood_and_changes_nothing(
    apply: Make, preview: Make, student: Make, workbook: Make, student_header: list[str]
) -> None:
    """What goes out comes in again unchanged, for every register."""
    apply("students", workbook([student_header, student(1), student(2)]))
    for kind in sheet_kinds().values():
        content = write_export(kind, read_rows(kind, select_rows(kind, scope=Scope(city=True))))
        rows = read(content).max_row - 1
        if rows:
            summary = preview(kind.key, content)
            assert summary.counts == {"unchanged": rows}, (
                kind.key,
                summary.problems,
                summary.fields,
            )


def test_an_export_keeps_to_the_scope(
    apply: Make, student: Make, workbook: Make, student_header: list[str]
) -> None:
    """A school head gets the own school's rows, and no identity number is ever in an export."""
    apply("students", workbook([student_header, student(1), student(2, 学校标识码="2123900002")]))
    kind = sheet_kind("students")
    scope = Scope(institutions=frozenset({"2123900002"}))

    [row] = read_rows(kind, select_rows(kind, scope=scope))

    assert row[0] == "G000000002"
    assert row[[column.key for column in kind.columns].index("identity_number")] is None


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)"])
def test_no_text_goes_out_as_a_formula(city: None, text: str) -> None:
    """A name that looks like a formula stays a text, also after it is edited."""
    Institution.objects.filter(code="2123900002").update(name_en=text)
    kind = sheet_kind("institutions")
    rows = read_rows(kind, select_rows(kind, scope=Scope(city=True), institution="2123900002"))

    cell = read(write_export(kind, rows)).cell(row=2, column=3)

    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_rejected_rows_carry_their_reasons(
    preview: Make, student: Make, workbook: Make, student_header: list[str]
) -> None:
    """The wrong cell is coloured and commented, the reasons stand in the last column, and the file can be handed in."""
    summary = preview(
        "students", workbook([student_header, student(1), student(2, 班号=9, 姓名="+1+1")])
    )
    headers = [(place.index, place.header) for place in summary.sheet.header.places]

    content = write_rejected(
        sheet_kind("students"),
        headers,
        summary.rejected,
        lambda p: p.sentence(),
        reason_title="原因",
    )
    sheet = read(content)

    wrong = sheet.cell(row=2, column=9)
    assert wrong.comment is not None
    assert wrong.fill.start_color.rgb.endswith("F8C9C4")
    assert sheet.cell(row=2, column=12).value.startswith("3: ")
    assert sheet.cell(row=2, column=2).data_type == "s"
    assert preview("students", content).counts == {"rejected": 1}
