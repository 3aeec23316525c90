"""The consolidated figures of a cycle as a workbook: what a report is written from and signed with.

A4 landscape, every table with its header repeated on every page, every text wrapped and shown whole. Classes
carry a sign beside their colour, so that a black and white print reads the same. Texts are written as text:
what an agency typed never becomes a formula.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from models.codes import AssignmentClass
from models.rules.board.signs import SIGNS, signed
from models.rules.completion import (
    Completion,
    CycleRates,
    Ratio,
    completion,
    cycle_rates,
    indicator_counts,
)
from models.rules.cycle_view import CycleView
from models.time import vn_date
from tasks.documents.report_tables import (
    CLASS,
    COMPLETED,
    ON_SCHEDULE,
    PRELIMINARY,
    agencies_table,
    assignments_table,
    cuts_table,
    details_table,
    indicators_table,
    submissions_table,
)
from tasks.steady_zip import steady_zip
from tasks.workbook.sheet_layout import height_for, lines_of, set_row_height

SUMMARY, INDICATORS, ASSIGNMENTS = "Tổng hợp", "Phụ lục I", "Phụ lục II"
AGENCIES, SUBMISSIONS, DETAILS = "Theo cơ quan", "Tình hình nộp", "Chi tiết kê khai"
GROUP = "Nhóm"
_MOST_LINES = 25  # of one row: more would pass the height that a row may have
_A4 = 9
_FACE = "Times New Roman"
_PLAIN, _BOLD = Font(_FACE, 12), Font(_FACE, 12, bold=True)
_TITLE, _ITALIC = Font(_FACE, 14, bold=True), Font(_FACE, 11, italic=True)
_LEFT = Alignment(vertical="top", wrap_text=True)
_CENTRE = Alignment(horizontal="center", vertical="top", wrap_text=True)
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_THIN = Side(style="thin", color="FF595959")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_NO_BOX = Border()
_NO_FILL = PatternFill()
_HEAD = PatternFill("solid", fgColor="FFD9E1F2")
_SECTION = PatternFill("solid", fgColor="FFF2F2F2")


def _fill(colour: str) -> PatternFill:
    return PatternFill("solid", fgColor=f"FF{colour}")


_GREEN, _PALE_GREEN, _YELLOW, _RED, _GREY = map(_fill, ("A9D08E", "E2EFDA", "FFEB9C", "FF9B9B", "D9D9D9"))
_LIGHTS = {
    AssignmentClass.DONE_ON_TIME: _GREEN,
    AssignmentClass.IN_PROGRESS: _PALE_GREEN,
    AssignmentClass.RECURRING_ON: _PALE_GREEN,
    AssignmentClass.DONE_LATE: _YELLOW,
    AssignmentClass.NOT_STARTED: _YELLOW,
    AssignmentClass.RECURRING_OFF: _RED,
    AssignmentClass.BEHIND: _RED,
    AssignmentClass.NO_REPORT: _RED,
    AssignmentClass.PROPOSED_OUT: _GREY,
}
_LIGHT_OF = {signed(of_class): light for of_class, light in _LIGHTS.items()}

_WIDTHS = {
    "TT": 6,
    "Nội dung": 50,
    "Nhiệm vụ": 40,
    "Chỉ tiêu": 46,
    "Cơ quan": 26,
    "Cơ quan, đơn vị": 36,
    "Cơ quan chủ trì": 21,
    "Cơ quan báo cáo": 24,
    "Kết quả phải đạt": 20,
    "Thời hạn": 13,
    CLASS: 18,
    "Trạng thái kê khai": 16,
    "Trạng thái": 24,
    "Tỷ lệ (%)": 7,
    "Ngày hoàn thành": 12,
    "Sản phẩm, kết quả": 28,
    "Nguyên nhân, đề xuất": 26,
    "Nguyên nhân": 28,
    "Đề xuất": 24,
    "Thành viên hoàn thành": 12,
    "Nội dung cần xem xét": 28,
    "Nguồn số liệu": 24,
    "Ghi chú": 30,
    "Mã": 19,
    "Vai trò": 15,
    "Khối": 15,
    "Đơn vị tính": 15,
    "Tính đến ngày": 13,
    "Hạn gửi": 13,
    "Nhận lần đầu": 18,
    "Nhận bản đạt yêu cầu": 18,
    "Đúng hạn/quá hạn": 17,
    "Báo cáo kỳ này": 17,
    COMPLETED: 15,
    ON_SCHEDULE: 15,
}
_OTHER_WIDTH = 13
_EMPTY_WIDTH = 130
_TEXTS = {  # every other column is short and stands in the middle
    "Nội dung",
    "Nhiệm vụ",
    "Chỉ tiêu",
    "Cơ quan",
    "Cơ quan, đơn vị",
    "Cơ quan chủ trì",
    "Cơ quan báo cáo",
    "Kết quả phải đạt",
    "Trạng thái kê khai",
    "Trạng thái",
    "Sản phẩm, kết quả",
    "Nguyên nhân, đề xuất",
    "Nguyên nhân",
    "Đề xuất",
    "Nội dung cần xem xét",
    "Nguồn số liệu",
    "Ghi chú",
    CLASS,
}


@dataclass(frozen=True)
class _Look:
    """How a cell is drawn."""

    font: Font = _PLAIN
    alignment: Alignment = _LEFT
    fill: PatternFill = _NO_FILL
    border: Border = _BOX


_HEADER = _Look(_BOLD, _MIDDLE, _HEAD)
_HEADING = _Look(_BOLD, _LEFT, _SECTION)
_LINE = _Look(_BOLD, _LEFT, _NO_FILL, _NO_BOX)
_NOTE = _Look(_ITALIC, _LEFT, _NO_FILL, _NO_BOX)


def report_workbook(view: CycleView, day: date, *, seen_on: date | None = None) -> bytes:
    """The workbook (XLSX). The same arguments give the same bytes.

    `day`: the day that every figure on assignments is true of, as a rule the cycle's `as_of`. `seen_on`: the
    day on which the submissions are looked at, which overdue days are counted to; default `day`.
    """
    seen_on = seen_on or day
    result = completion(view, day)
    book = Workbook()
    # The unit of column widths follows the workbook's first font; openpyxl has no public way to it.
    book._fonts[0] = Font(_FACE, 11, family=1)  # type: ignore[attr-defined]
    book.remove(book.worksheets[0])
    _write_summary(book.create_sheet(SUMMARY), view, result, cycle_rates(view, seen_on), seen_on)
    on_day = f"tính đến ngày {vn_date(day)}"
    _write_table(
        book.create_sheet(INDICATORS),
        view,
        "PHỤ LỤC I. TÌNH HÌNH THỰC HIỆN CÁC CHỈ TIÊU",
        on_day,
        indicators_table(view),
    )
    _write_table(
        book.create_sheet(ASSIGNMENTS),
        view,
        "PHỤ LỤC II. TÌNH HÌNH THỰC HIỆN CÁC NHIỆM VỤ",
        on_day,
        assignments_table(view, result),
    )
    _write_table(
        book.create_sheet(AGENCIES),
        view,
        "KẾT QUẢ THỰC HIỆN NHIỆM VỤ THEO CƠ QUAN CHỦ TRÌ",
        on_day,
        agencies_table(view, result, seen_on),
        note="Nhiệm vụ do nhiều cơ quan chủ trì được tính cho từng cơ quan, theo kê khai của chính mình;"
        " vì vậy cộng các dòng không bằng tổng số nhiệm vụ.",
    )
    _write_table(
        book.create_sheet(SUBMISSIONS),
        view,
        "TÌNH HÌNH GỬI BÁO CÁO CỦA CÁC CƠ QUAN, ĐƠN VỊ",
        f"tính đến ngày {vn_date(seen_on)}",
        submissions_table(view, seen_on),
    )
    _write_table(
        book.create_sheet(DETAILS),
        view,
        "CHI TIẾT KÊ KHAI CỦA TỪNG CƠ QUAN, ĐƠN VỊ",
        on_day,
        details_table(view, day),
    )
    book.properties.title = f"{view.name} ({on_day})"
    book.properties.creator = "dondoc"
    content = BytesIO()
    book.save(content)
    return steady_zip(content.getvalue(), day)


def _write_summary(
    sheet: Worksheet, view: CycleView, result: Completion, rates: CycleRates, seen_on: date
) -> None:
    """Rates of the cycle, both ratios, classes and cuts, all in the columns of the cuts' table."""
    cuts = cuts_table(result)
    columns = [str(name) for name in cuts.columns if name != GROUP]
    _set_widths(sheet, columns)
    day = vn_date(result.day)
    row = _write_title(
        sheet, view, "TỔNG HỢP TÌNH HÌNH THỰC HIỆN NHIỆM VỤ, CHỈ TIÊU", f"tính đến ngày {day}", len(columns)
    )
    row = _wide(
        sheet, row + 1, f"I. TÌNH HÌNH GỬI BÁO CÁO (tính đến ngày {vn_date(seen_on)})", _LINE, len(columns)
    )
    row = _write_facts(sheet, row, columns, _submission_facts(rates))
    row = _wide(sheet, row + 1, f"II. KẾT QUẢ THỰC HIỆN NHIỆM VỤ (tính đến ngày {day})", _LINE, len(columns))
    row = _write_facts(sheet, row, columns, _ratio_facts(result))
    row = _wide(sheet, row + 1, "Số nhiệm vụ theo xếp loại", _LINE, len(columns))
    total = result.overall.total
    by_class = [(of_class, result.overall.by_class[of_class]) for of_class in SIGNS]
    row = _write_facts(
        sheet,
        row,
        columns,
        [
            *((signed(of_class), Ratio(n, total).text) for of_class, n in by_class),
            ("Cộng", Ratio(total, total).text),
        ],
    )
    row = _wide(sheet, row + 1, f"III. CHỈ TIÊU (tính đến ngày {day})", _LINE, len(columns))
    row = _write_facts(sheet, row, columns, _indicator_facts(view))
    title = f"IV. NHIỆM VỤ THEO VĂN BẢN, LĨNH VỰC, THỜI HẠN (tính đến ngày {day})"
    sheet.row_breaks.append(Break(row))
    header_row = _wide(sheet, row + 1, title, _LINE, len(columns))
    _write_frame(sheet, header_row, cuts)
    _set_page(sheet, view, f"tính đến ngày {day}", header_row)


def _submission_facts(rates: CycleRates) -> list[tuple[str, int | str]]:
    return [
        ("Cơ quan, đơn vị phải gửi báo cáo", rates.expected),
        ("Không yêu cầu báo cáo kỳ này (có lý do)", rates.exempt),
        ("Chưa được gửi yêu cầu", rates.not_asked),
        ("Đã gửi báo cáo", rates.reporting.text),
        ("Đã gửi báo cáo đạt yêu cầu", rates.completeness.text),
        ("Đã gửi báo cáo đạt yêu cầu đúng hạn", rates.timeliness.text),
        ("Đạt yêu cầu sau hạn", rates.late),
        ("Đã nhận bằng đường khác, chờ số liệu", rates.recorded),
        ("Đã gửi, chờ hoàn thiện", rates.incomplete),
        ("Chưa gửi", rates.missing),
        ("Trong đó đã quá hạn", rates.overdue),
        ("Báo cáo của cơ quan không thuộc diện phải gửi", rates.unexpected),
    ]


def _ratio_facts(result: Completion) -> list[tuple[str, int | str]]:
    tally = result.overall
    return [
        ("Tổng số nhiệm vụ", tally.total),
        ("Hoàn thành trên tổng số nhiệm vụ có thời hạn", tally.completed.text),
        ("Bảo đảm tiến độ trên tổng số nhiệm vụ", tally.on_schedule.text),
        ("Nhiệm vụ chưa xác định thời hạn (thống kê riêng)", tally.undated),
        ("Nhiệm vụ không đưa lên hệ thống (ngoài tổng số)", result.withheld),
    ]


def _indicator_facts(view: CycleView) -> list[tuple[str, int | str]]:
    counts = indicator_counts(view)
    return [
        ("Chỉ tiêu đã có số liệu", Ratio(counts.reported, counts.total).text),
        ("Trong đó: đạt mức đề ra", counts.met),
        ("Trong đó: chưa đạt mức đề ra", counts.not_met),
        ("Chỉ tiêu chưa phân công cơ quan báo cáo", counts.without_owner),
    ]


def _write_table(
    sheet: Worksheet, view: CycleView, title: str, on_day: str, frame: pd.DataFrame, note: str = ""
) -> None:
    """A sheet that is one table."""
    if frame.empty:
        sheet.column_dimensions["A"].width = _EMPTY_WIDTH
        row = _write_title(sheet, view, title, on_day, 1)
        _wide(sheet, row, "Không có dữ liệu.", _NOTE, 1)
        _set_page(sheet, view, on_day, None)
        return
    columns = [str(name) for name in frame.columns if name != GROUP]
    _set_widths(sheet, columns)
    row = _write_title(sheet, view, title, on_day, len(columns))
    if note:
        row = _wide(sheet, row, note, _NOTE, len(columns))
    _write_frame(sheet, row, frame)
    sheet.freeze_panes = f"{get_column_letter(columns.index(_anchor(columns)) + 2)}{row + 1}"
    _set_page(sheet, view, on_day, row)


def _anchor(columns: Sequence[str]) -> str:
    """The column that says what a row is about: it stays in view."""
    return next(name for name in columns if name in ("Chỉ tiêu", "Nhiệm vụ", "Cơ quan, đơn vị"))


def _write_title(sheet: Worksheet, view: CycleView, title: str, on_day: str, columns: int) -> int:
    """What the sheet shows, of which cycle, true of which day; returns the next row."""
    row = _wide(sheet, 1, title, _Look(_TITLE, _MIDDLE, _NO_FILL, _NO_BOX), columns)
    row = _wide(sheet, row, f"{view.name} ({on_day})", _Look(_PLAIN, _MIDDLE, _NO_FILL, _NO_BOX), columns)
    return _wide(sheet, row, f"({PRELIMINARY})", _Look(_ITALIC, _MIDDLE, _NO_FILL, _NO_BOX), columns)


def _write_facts(
    sheet: Worksheet, row: int, columns: Sequence[str], facts: Sequence[tuple[str, int | str]]
) -> int:
    """Label and value, one a row; the value takes two columns. Returns the next row."""
    for label, value in facts:
        light = _LIGHT_OF.get(label, _NO_FILL)
        _put(sheet, row, 1, label, _Look(fill=light))
        for column in (2, 3):
            _put(sheet, row, column, value if column == 2 else "", _Look(alignment=_CENTRE))
        sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=3)
        set_row_height(sheet, row, height_for([(label, _width(columns[0]))], 12))
        row += 1
    return row


def _write_frame(sheet: Worksheet, row: int, frame: pd.DataFrame) -> int:
    """Header and rows; a heading across the table wherever "Nhóm" changes. Returns the next row."""
    columns = [str(name) for name in frame.columns if name != GROUP]
    for column, name in enumerate(columns, start=1):
        _put(sheet, row, column, name, _HEADER)
    set_row_height(sheet, row, height_for([(name, _width(name)) for name in columns], 12, bold=True))
    row += 1
    group = ""
    for record in frame.to_dict("records"):
        if record.get(GROUP, "") != group:
            group = str(record[GROUP])
            row = _wide(sheet, row, group, _HEADING, len(columns))
        row = _write_record(sheet, row, columns, [record[name] for name in columns])
    return row


def _write_record(sheet: Worksheet, row: int, columns: Sequence[str], values: Sequence[int | str]) -> int:
    """One row, and as many below it as its longest text needs. Returns the next row."""
    parts = [
        [value] if isinstance(value, int) else _parts(value, _width(name))
        for name, value in zip(columns, values, strict=True)
    ]
    for piece in range(max(len(pieces) for pieces in parts)):
        texts = []
        for column, (name, pieces) in enumerate(zip(columns, parts, strict=True), start=1):
            value = pieces[piece] if piece < len(pieces) else ""
            light = _LIGHT_OF.get(str(value), _NO_FILL) if name == CLASS else _NO_FILL
            font = _BOLD if light is _RED else _PLAIN
            _put(sheet, row, column, value, _Look(font, _LEFT if name in _TEXTS else _CENTRE, light))
            texts.append((str(value), _width(name)))
        set_row_height(sheet, row, height_for(texts, 12))
        row += 1
    return row


def _parts(text: str, width: float) -> list[int | str]:
    """A text in pieces that each fit the height of one row, cut between words."""
    pieces: list[int | str] = []
    piece = ""
    for line in text.split("\n"):
        for start, word in enumerate(line.split(" ")):
            longer = f"{piece}{' ' if start else chr(10) if piece else ''}{word}"
            if piece and lines_of(longer, width, 12) > _MOST_LINES:
                pieces.append(piece)
                longer = word
            piece = longer
    return [*pieces, piece]


def _wide(sheet: Worksheet, row: int, text: str, look: _Look, columns: int) -> int:
    """A line across the table; returns the next row."""
    for column in range(1, columns + 1):
        _put(sheet, row, column, text if column == 1 else "", look)
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=columns)
    width = sum(sheet.column_dimensions[get_column_letter(column)].width for column in range(1, columns + 1))
    set_row_height(sheet, row, height_for([(text, width)], look.font.sz or 12, bold=look.font.b))
    return row + 1


def _put(sheet: Worksheet, row: int, column: int, value: int | str, look: _Look) -> None:
    """A number as a number, a text as a text: what starts with = is no formula."""
    cell = sheet.cell(row, column)
    cell.font, cell.alignment, cell.fill, cell.border = look.font, look.alignment, look.fill, look.border
    if isinstance(value, int):
        cell.value = value
    elif value:
        cell.value = ILLEGAL_CHARACTERS_RE.sub(" ", value)
        cell.data_type = "s"
        cell.quotePrefix = value[0] in "=+-@"  # it stays text when somebody has edited the cell


def _width(column: str) -> float:
    return _WIDTHS.get(column, _OTHER_WIDTH)


def _set_widths(sheet: Worksheet, columns: Sequence[str]) -> None:
    for number, name in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = _width(name)


def _set_page(sheet: Worksheet, view: CycleView, on_day: str, header_row: int | None) -> None:
    """A4 landscape, as wide as the table, header repeated, and under every page what it is and how true."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    margins = sheet.page_margins  # inches
    margins.left, margins.right, margins.top, margins.bottom = 0.6, 0.4, 0.5, 0.7
    margins.header = margins.footer = 0.3
    sheet.print_options.horizontalCentered = True
    about = f"{view.name}, {on_day}. {PRELIMINARY}".replace("&", "&&")
    sheet.oddFooter = HeaderFooterItem(
        left=_HeaderFooterPart(about, f"{_FACE},Regular", 10),
        right=_HeaderFooterPart("Trang &P/&N", f"{_FACE},Regular", 10),
    )
    sheet.sheet_view.zoomScale = 85
    if header_row is not None:
        sheet.print_title_rows = f"{header_row}:{header_row}"
