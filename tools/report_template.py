"""Makes the Word template of the board report; run it after changing the layout here.

The fields are those of `xuezheng.apps.plan.reports.word`. A bureau that wants its own letterhead edits the result in
Word and keeps the fields.
"""

from pathlib import Path

from docx import Document
from docx.document import Document as DocumentType
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

TARGET = Path(__file__).parents[1] / "src/xuezheng/apps/plan/reports/board.docx"
GREY = RGBColor(0x66, 0x6E, 0x7A)


def build() -> DocumentType:
    """Lay the template out: title, summary, lights, changes, what is late or at risk, the whole board, the source."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2.2)
    _fonts(document)
    document.add_paragraph("{{ authority }}").runs[0].font.color.rgb = GREY
    document.add_heading("{{ title }}", level=0)
    document.add_paragraph("{{ subtitle }}")
    document.add_heading("{{ words.summary }}", level=1)
    document.add_paragraph("{{ summary }}")
    _table(
        document,
        "lights",
        ("light", "count"),
        {"light": "words.light", "count": "words.count"},
        (5, 4),
    )
    document.add_heading("{{ words.changes }}", level=1)
    document.add_paragraph("{%p if changes %}")
    columns = ("code", "title", "before", "after")
    _table(
        document, "changes", columns, {name: f"words.{name}" for name in columns}, (1.6, 9, 3, 3)
    )
    document.add_paragraph("{%p else %}")
    document.add_paragraph("{{ words.no_changes }}")
    document.add_paragraph("{%p endif %}")
    _attention(document)
    document.add_heading("{{ words.board }}", level=1)
    columns = ("code", "title", "owner", "target", "verified", "claimed", "light")
    _table(
        document,
        "board",
        columns,
        {name: f"words.{name}" for name in columns},
        (1.3, 5.6, 2.9, 2, 1.7, 1.7, 2),
    )
    document.add_heading("{{ words.source }}", level=1)
    document.add_paragraph("{{ source }}")
    return document


def _attention(document: DocumentType) -> None:
    document.add_heading("{{ words.attention }}", level=1)
    document.add_paragraph("{%p if not attention %}")
    document.add_paragraph("{{ words.nothing }}")
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{%p for item in attention %}")
    document.add_heading("{{ item.code }} {{ item.title }} ({{ item.light }})", level=2)
    document.add_paragraph("{{ words.owner }}: {{ item.owner }}")
    document.add_paragraph("{{ item.figure }} ({{ item.source }})")
    document.add_paragraph("{{ words.forecast }}: {{ item.forecast }}")
    document.add_paragraph("{%p if item.has_behind %}")
    document.add_paragraph("{{ words.behind }}: {{ item.behind }}")
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{%p for risk in item.risks %}")
    document.add_paragraph("{{ risk }}", style="List Bullet")
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("{%p if item.notices %}")
    document.add_paragraph("{{ item.notices }}")
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{%p endfor %}")


def _table(
    document: DocumentType,
    rows: str,
    columns: tuple[str, ...],
    headings: dict[str, str],
    widths_cm: tuple[float, ...],
) -> None:
    table = document.add_table(rows=4, cols=len(columns))
    table.style = "Light Grid Accent 1"
    table.autofit = False
    for index, name in enumerate(columns):
        table.rows[0].cells[index].text = f"{{{{ {headings[name]} }}}}"
        table.rows[2].cells[index].text = f"{{{{ row.{name} }}}}"
        for row in table.rows:
            row.cells[index].width = Cm(widths_cm[index])
        table.columns[index].width = Cm(widths_cm[index])  # what LibreOffice and WPS go by
    table.rows[1].cells[0].text = f"{{%tr for row in {rows} %}}"
    table.rows[3].cells[0].text = "{%tr endfor %}"
    for row in table.rows:
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.space_after = Pt(0)
                for run in paragraph.runs:
                    run.font.size = Pt(9)


def _fonts(document: DocumentType) -> None:
    for style in document.styles:
        font = getattr(style, "font", None)
        if font is None or (style.element.rPr is None and style.name != "Normal"):
            continue
        font.name = "Calibri"
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "SimSun")
    document.styles["Normal"].font.size = Pt(10.5)


if __name__ == "__main__":
    build().save(TARGET)
    print(TARGET)
