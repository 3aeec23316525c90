"""The outline of an agency's report as a Word file: headings to write under, figures put in, stamped.

Whatever is written here and not by the agency is remembered in the file's mark, so that reading it back gives only
what people wrote.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.shared import Mm, Pt

from models.rules.annexes.annex import Heading
from models.rules.form import Form
from models.rules.prose.outline_figures import (
    Answers,
    annex_rows,
    annex_sentence,
    assignment_rows,
    assignments_sentence,
    indicator_rows,
    indicators_sentence,
)
from models.rules.prose.prose import notes_by_number, split_notes
from models.rules.stamp import sign
from models.rules.typed_form import row_keys
from models.time import vn_date
from tasks.documents.word_document import printable
from tasks.prose.docx_body import row_line
from tasks.prose.docx_look import (
    HEAD,
    HIDDEN,
    LIST,
    TABLE,
    TEXT,
    TITLE,
    WIDTH,
    add_row,
    add_rule,
    add_table,
    new_document,
)
from tasks.prose.docx_notes import Footnotes
from tasks.prose.outline_mark import FIGURES_STYLE, GUIDE_STYLE, as_line, as_properties, packed_mark
from tasks.steady_zip import steady_zip

_BLANK = "\N{NO-BREAK SPACE}" * 5
_DOTS = "…………"
_ASSIGNMENTS = (
    "TT",
    "Nhiệm vụ",
    "Kết quả phải đạt",
    "Thời hạn",
    "Trạng thái",
    "Kết quả, sản phẩm; vướng mắc",
)
_ASSIGNMENT_WIDTHS = (10.0, 44.0, 28.0, 25.0, 25.0, 33.0)
_INDICATORS = ("TT", "Chỉ tiêu", "Đơn vị tính", "Kỳ gốc", "Mục tiêu", "Thực hiện", "Tính đến ngày")
_INDICATOR_WIDTHS = (10.0, 59.0, 20.0, 18.0, 18.0, 18.0, 22.0)
_ANNEX = ("TT", "Nội dung", "Số liệu")
_ANNEX_WIDTHS = (10.0, 115.0, 40.0)

_HOW_TO = (
    "Cách viết: viết vào dòng trống dưới từng đề mục; giữ nguyên số và tên đề mục; mục không có nội dung thì để trống. "
    "Dòng chữ nghiêng màu xám là gợi ý, để nguyên thì không tính là lời văn; xóa các dòng này trước khi trình ký. Số "
    "liệu điền sẵn lấy từ biểu báo cáo: nếu sai thì sửa ở biểu. Cơ quan Đảng, đoàn thể thay phần đầu, phần ký theo thể "
    "thức của mình."
)
_WARNING = "Không đưa nội dung thuộc bí mật nhà nước vào văn bản này."


def write_outline(form: Form, answers: Mapping[str, str], texts: Mapping[str, str], key: bytes) -> bytes:
    """The Word file (DOCX) of this form's outline, stamped with `key`. The same arguments give the same bytes.

    `answers`: field name -> text of the agency's latest figures; `texts`: code of the heading -> prose to put in.
    ValueError when the form asks for no prose.
    """
    if form.outline is None:
        raise ValueError(f"kỳ {form.cycle_code} không hỏi lời văn")
    writer = _Writer(form, printable(dict(answers)))
    writer.write_head(form.outline.title)
    for heading in form.outline.headings:
        writer.write_heading(heading, printable(texts.get(heading.code, "")))
    writer.write_foot()
    return writer.content(key)


class _Writer:
    """The document while it grows, and the lines in it that are ours."""

    def __init__(self, form: Form, answers: Answers) -> None:
        self.form = form
        self.answers = answers
        self.document = new_document()
        self.footnotes = Footnotes(self.document)
        self.own: list[str] = []

    def write_head(self, title: str) -> None:
        form = self.form
        widths = (67.0, 98.0)
        table = add_table(self.document, widths, grid=False)
        names = add_row(table, widths)
        self._lines(names.cells[0], ("CƠ QUAN CHỦ QUẢN", ""), (form.agency_name.upper(), "b"))
        add_rule(names.cells[0], Mm(widths[0]), 0.4)
        self._lines(
            names.cells[1], ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "b"), ("Độc lập - Tự do - Hạnh phúc", "B")
        )
        add_rule(names.cells[1], Mm(widths[1]), 0.68)
        self._own_row(names)
        numbers = add_row(table, widths)
        self._lines(numbers.cells[0], (f"Số:{_BLANK}{_BLANK}/BC-{_short_name(form)}", ""))
        place = f"{_DOTS}, ngày{_BLANK}tháng{_BLANK}năm {form.due.year}"
        self._lines(numbers.cells[1], (place, "I"))
        self._own_row(numbers)
        self._own_paragraph("BÁO CÁO", TITLE).paragraph_format.space_before = Pt(14)
        self._own_paragraph(title, TITLE)
        self._own_paragraph(form.cycle_name.removeprefix("Báo cáo "), TITLE)
        add_rule(self.document, WIDTH, 0.35)
        self._own_paragraph(_WARNING, GUIDE_STYLE)
        self._own_paragraph(_HOW_TO, GUIDE_STYLE)
        self._own_paragraph(
            f"Thực hiện yêu cầu của Ban Chỉ đạo tỉnh về {_within(form.cycle_name)}, {form.agency_name} báo cáo tình "
            f"hình, kết quả thực hiện (số liệu kể từ ngày {vn_date(form.data_from)}, tính đến hết ngày "
            f"{vn_date(form.as_of)}) như sau:",
            TEXT,
        )

    def write_heading(self, heading: Heading, text: str) -> None:
        """A heading, what is expected, the figures put in, and the prose that there is, else a line for it."""
        part = heading.level == 1 and heading.number
        paragraph = self.document.add_paragraph(style=f"Heading {heading.level}")
        paragraph.add_run(heading.number if part else f"{heading.number} {heading.title}".strip())
        if part:
            paragraph.runs[0].add_break()
            paragraph.add_run(heading.title)
        if heading.guide:
            self._own_paragraph(heading.guide, GUIDE_STYLE)
        self._write_figures(heading)
        self._write_prose(text, wanted=heading.asked)

    def _write_prose(self, text: str, *, wanted: bool) -> None:
        """Prose that there is, its notes as footnotes; else, where some is wanted, a line to write on."""
        body, below = split_notes(text)
        notes = notes_by_number(below)
        for line in body.split("\n") if body or wanted else ():
            self.footnotes.write(self.document.add_paragraph(style=TEXT), line, notes)
        for number, note in notes.items():
            if f"[^{number}]" not in body:
                self.document.add_paragraph(f"[^{number}] {note}", style=TEXT)

    def _write_figures(self, heading: Heading) -> None:
        form, answers = self.form, self.answers
        if heading.figures == "assignments" and form.assignments:
            self._own_paragraph(assignments_sentence(form, answers), FIGURES_STYLE)
            self._table(_ASSIGNMENTS, _ASSIGNMENT_WIDTHS, assignment_rows(form, answers))
        elif heading.figures == "indicators" and form.indicators:
            self._own_paragraph(indicators_sentence(form, answers), FIGURES_STYLE)
            self._table(_INDICATORS, _INDICATOR_WIDTHS, indicator_rows(form, answers))
        for annex in form.annexes if heading.figures == "annex" else ():
            if annex.code == heading.annex:
                self._own_paragraph(annex_sentence(annex, answers), FIGURES_STYLE)
                if rows := annex_rows(annex, answers):
                    self._table(_ANNEX, _ANNEX_WIDTHS, rows)

    def _table(self, header: Sequence[str], widths: tuple[float, ...], rows: Iterable[Sequence[str]]) -> None:
        table = add_table(self.document, widths, grid=True)
        for number, texts in enumerate([header, *rows]):
            row = add_row(table, widths, header=number == 0)
            for column, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
                first, *others = text.split("\n")
                cell.paragraphs[0].style = TABLE
                cell.paragraphs[0].add_run(first).bold = number == 0 or None
                for line in others:
                    cell.add_paragraph(line, style=TABLE)
                if number == 0 or column == 0:
                    cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
            self._own_row(row)
        note = self._own_paragraph(
            f"(Số liệu theo biểu báo cáo của đơn vị, tính đến ngày {vn_date(self.form.as_of)}.)", TABLE
        )
        note.runs[0].italic = True
        note.paragraph_format.space_before, note.paragraph_format.space_after = Pt(3), Pt(6)

    def write_foot(self) -> None:
        name = self.form.agency_name
        self._own_paragraph(
            f"Trên đây là báo cáo của {name}; {name} gửi Ban Chỉ đạo tỉnh tổng hợp, báo cáo cấp có thẩm quyền./.",
            TEXT,
        )
        widths = (67.0, 98.0)
        table = add_table(self.document, widths, grid=False)
        row = add_row(table, widths)
        left, right = row.cells
        self._lines(left, ("Nơi nhận:", "N"), style=LIST)
        self._lines(left, ("- Ban Chỉ đạo tỉnh;", ""), (f"- {_DOTS};", ""), ("- Lưu: VT.", ""), style=LIST)
        self._lines(right, ("QUYỀN HẠN, CHỨC VỤ CỦA NGƯỜI KÝ", "b"), ("(Chữ ký, dấu)", "i"))
        self._lines(right, ("Họ và tên", "B"))
        right.paragraphs[-1].paragraph_format.space_before = Pt(60)
        self._own_row(row)

    def content(self, key: bytes) -> bytes:
        form = self.form
        stamp = sign(form.request_id, form.version, form.cycle_code, form.agency_code, row_keys(form), key)
        mark = packed_mark(stamp, self.own)
        hidden = self.document.add_paragraph(style=HIDDEN)
        hidden.add_run(as_line(mark)).font.hidden = True
        self._add_properties(as_properties(mark))
        self.footnotes.finish()
        about = self.document.core_properties
        about.title = f"Báo cáo {form.cycle_name} - {form.agency_name}"
        about.author = about.last_modified_by = "dondoc"
        about.comments, about.language = "", "vi"
        about.created = about.modified = datetime.combine(form.data_from, time())
        out = BytesIO()
        self.document.save(out)
        return steady_zip(out.getvalue(), form.data_from)

    def _add_properties(self, properties: Mapping[str, str]) -> None:
        """python-docx has no way to the document's own properties: their part is written here."""
        entries = "".join(
            f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{number}" name={quoteattr(name)}>'
            f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property>"
            for number, (name, value) in enumerate(properties.items(), 2)
        )
        xml = (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
            f'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">{entries}</Properties>'
        )
        package = self.document.part.package
        name = PackURI("/docProps/custom.xml")
        package.relate_to(
            Part(name, CONTENT_TYPE.OFC_CUSTOM_PROPERTIES, xml.encode(), package),
            RELATIONSHIP_TYPE.CUSTOM_PROPERTIES,
        )

    def _own_paragraph(self, text: str, style: str) -> Any:
        self.own.append(text)
        return self.document.add_paragraph(text, style=style)

    def _own_row(self, row: Any) -> None:
        self.own.append(row_line([" ".join(p.text for p in cell.paragraphs) for cell in row.cells]))

    def _lines(self, cell: Any, *lines: tuple[str, str], style: str = HEAD) -> None:
        """Lines of a cell: bold (b), italic (i), larger (B, I), as "Nơi nhận:" (N)."""
        for text, look in lines:
            empty = len(cell.paragraphs) == 1 and not cell.text
            paragraph = cell.paragraphs[0] if empty else cell.add_paragraph()
            paragraph.style = style
            run = paragraph.add_run(text)
            run.bold = look in ("b", "B", "N") or None
            run.italic = look in ("i", "I", "N") or None
            if look in ("B", "I"):
                run.font.size = Pt(14)
            elif look == "N":
                run.font.size = Pt(12)


def _short_name(form: Form) -> str:
    """What stands in the number of an agency's documents; a commune's code is a number, its documents say UBND."""
    return "UBND" if form.agency_code.isdigit() else form.agency_code


def _within(cycle_name: str) -> str:
    """The cycle's name inside a sentence: "báo cáo Quý II/2026 ..."."""
    return cycle_name[:1].lower() + cycle_name[1:]
