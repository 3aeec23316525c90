"""The outline of an agency's report as a Word file: headings to write under, figures put in, stamped.

Whatever is written here and not by the agency is remembered in the file's mark, so that reading it back gives only
what people wrote.
"""

from collections.abc import Iterable, Mapping, Sequence

from docx.shared import Length, Mm, Pt

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
from tasks.prose.docx_blank import document_of
from tasks.prose.docx_body import row_line
from tasks.prose.docx_look import HEAD, HIDDEN, LIST, TABLE, TEXT, TITLE, WIDTH
from tasks.prose.docx_markup import paragraph, row, rule, run, table
from tasks.prose.docx_notes import Footnotes
from tasks.prose.outline_mark import FIGURES_STYLE, GUIDE_STYLE, as_line, as_properties, packed_mark

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
        self.body: list[str] = []
        self.footnotes = Footnotes()
        self.own: list[str] = []

    def write_head(self, title: str) -> None:
        form = self.form
        widths = (67.0, 98.0)
        number = f"Số:{_BLANK}{_BLANK}/BC-{_short_name(form)}"
        place = f"{_DOTS}, ngày{_BLANK}tháng{_BLANK}năm {form.due.year}"
        names = self._own_row(
            (("CƠ QUAN CHỦ QUẢN", ""), (form.agency_name.upper(), "b")),
            (("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "b"), ("Độc lập - Tự do - Hạnh phúc", "B")),
        )
        rules = (rule(HEAD, Mm(widths[0]), 0.4), rule(HEAD, Mm(widths[1]), 0.68))
        numbers = self._own_row(((number, ""),), ((place, "I"),))
        rows = (
            row([cell + line for cell, line in zip(names, rules, strict=True)], widths),
            row(numbers, widths),
        )
        self.body.append(table(widths, rows, grid=False))
        self._own_paragraph("BÁO CÁO", TITLE, before=Pt(14))
        self._own_paragraph(title, TITLE)
        self._own_paragraph(form.cycle_name.removeprefix("Báo cáo "), TITLE)
        self.body.append(rule(HEAD, WIDTH, 0.35))
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
        if heading.level == 1 and heading.number:
            runs = [run(f"{heading.number}\n"), run(heading.title)]
        else:
            runs = [run(f"{heading.number} {heading.title}".strip())]
        self.body.append(paragraph(f"Heading {heading.level}", *runs))
        if heading.guide:
            self._own_paragraph(heading.guide, GUIDE_STYLE)
        self._write_figures(heading)
        self._write_prose(text, wanted=heading.asked)

    def _write_prose(self, text: str, *, wanted: bool) -> None:
        """Prose that there is, its notes as footnotes; else, where some is wanted, a line to write on."""
        body, below = split_notes(text)
        notes = notes_by_number(below)
        for line in body.split("\n") if body or wanted else ():
            self.body.append(paragraph(TEXT, self.footnotes.runs(line, notes)))
        for number, note in notes.items():
            if f"[^{number}]" not in body:
                self.body.append(paragraph(TEXT, run(f"[^{number}] {note}")))

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
        drawn = []
        for number, texts in enumerate([header, *rows]):
            cells = []
            for column, text in enumerate(texts):
                first, *others = text.split("\n")
                centred = number == 0 or column == 0
                top = paragraph(TABLE, run(first, bold=number == 0), centred=centred)
                cells.append(top + "".join(paragraph(TABLE, run(line)) for line in others))
            drawn.append(row(cells, widths, header=number == 0))
            self.own.append(row_line([text.replace("\n", " ") for text in texts]))
        self.body.append(table(widths, drawn, grid=True))
        note = f"(Số liệu theo biểu báo cáo của đơn vị, tính đến ngày {vn_date(self.form.as_of)}.)"
        self.own.append(note)
        self.body.append(paragraph(TABLE, run(note, italic=True), before=Pt(3), after=Pt(6)))

    def write_foot(self) -> None:
        name = self.form.agency_name
        self._own_paragraph(
            f"Trên đây là báo cáo của {name}; {name} gửi Ban Chỉ đạo tỉnh tổng hợp, báo cáo cấp có thẩm quyền./.",
            TEXT,
        )
        widths = (67.0, 98.0)
        left = [
            ("Nơi nhận:", "N"),
            ("- Ban Chỉ đạo tỉnh;", ""),
            (f"- {_DOTS};", ""),
            ("- Lưu: VT.", ""),
        ]
        right = [("QUYỀN HẠN, CHỨC VỤ CỦA NGƯỜI KÝ", "b"), ("(Chữ ký, dấu)", "i"), ("Họ và tên", "B")]
        self.own.append(row_line([" ".join(text for text, _ in lines) for lines in (left, right)]))
        name_below = paragraph(HEAD, _look(*right.pop()), before=Pt(60))
        cells = [_lines(left, LIST), _lines(right, HEAD) + name_below]
        self.body.append(table(widths, [row(cells, widths)], grid=False))

    def content(self, key: bytes) -> bytes:
        form = self.form
        stamp = sign(form.request_id, form.version, form.cycle_code, form.agency_code, row_keys(form), key)
        mark = packed_mark(stamp, self.own)
        self.body.append(paragraph(HIDDEN, run(as_line(mark), hidden=True)))
        return document_of(
            "".join(self.body),
            self.footnotes.part(),
            f"Báo cáo {form.cycle_name} - {form.agency_name}",
            as_properties(mark),
            form.data_from,
        )

    def _own_paragraph(self, text: str, style: str, before: Length | None = None) -> None:
        self.own.append(text)
        self.body.append(paragraph(style, *([run(text)] if text else []), before=before))

    def _own_row(self, *cells: Sequence[tuple[str, str]]) -> list[str]:
        """The cells of a row of the head."""
        self.own.append(row_line([" ".join(text for text, _ in lines) for lines in cells]))
        return [_lines(lines, HEAD) for lines in cells]


def _lines(lines: Iterable[tuple[str, str]], style: str) -> str:
    """Lines of a cell, each with its look."""
    return "".join(paragraph(style, _look(text, look)) for text, look in lines)


def _look(text: str, look: str) -> str:
    """Bold (b), italic (i), larger (B, I), as "Nơi nhận:" (N)."""
    points = 14 if look in ("B", "I") else 12 if look == "N" else 0
    return run(text, bold=look in ("b", "B", "N"), italic=look in ("i", "I", "N"), points=points)


def _short_name(form: Form) -> str:
    """What stands in the number of an agency's documents; a commune's code is a number, its documents say UBND."""
    return "UBND" if form.agency_code.isdigit() else form.agency_code


def _within(cycle_name: str) -> str:
    """The cycle's name inside a sentence: "báo cáo Quý II/2026 ..."."""
    return cycle_name[:1].lower() + cycle_name[1:]
