"""Tables as sheets of a workbook: A4 landscape, every table with its header repeated on every page, every text wrapped
and shown whole. Classes carry a sign beside their colour, so that a black and white print reads the same. Texts are
written as text: what an agency typed never becomes a formula.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO
from itertools import chain

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from models.codes import AssignmentClass
from models.rules.board.signs import signed
from tasks.documents.report_tables import (
    CLASS,
    COMPLETED,
    COMPLETED_AS_DECLARED,
    ON_SCHEDULE,
    ON_SCHEDULE_AS_DECLARED,
)
from tasks.documents.sheet_body import Body, Column
from tasks.documents.table import GROUP, Table, Value
from tasks.steady_zip import steady_zip
from tasks.workbook.sheet_layout import height_for, set_row_height

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
    "Giải trình": 36,
    "Loại": 17,
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
    "Mã số liệu": 9,
    "Nơi ghi": 30,
    "Số liệu": 24,
    "Giá trị": 10,
    "Cách đếm": 14,
    "Mã dòng": 20,
    "Kê khai": 24,
    "Đã xác nhận": 24,
    "Phiên bản": 20,
    "Nhận lúc": 18,
    "Tệp nhận": 34,
    "Thuộc các số liệu": 50,
    "Mục": 9,
    "Đề mục": 24,
    "Lời văn": 110,
    "Nguồn": 40,
    COMPLETED: 15,
    ON_SCHEDULE: 15,
    COMPLETED_AS_DECLARED: 15,
    ON_SCHEDULE_AS_DECLARED: 15,
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
    "Giải trình",
    "Ghi chú",
    "Thuộc các số liệu",
    "Đề mục",
    "Lời văn",
    "Nguồn",
    CLASS,
}


@dataclass(frozen=True)
class About:
    """What every sheet says of itself: of what it is, true of which day ("tính đến ngày ..."), how sure."""

    name: str
    on_day: str
    truth: str


@dataclass(frozen=True)
class Look:
    """How a cell is drawn."""

    font: Font = _PLAIN
    alignment: Alignment = _LEFT
    fill: PatternFill = _NO_FILL
    border: Border = _BOX


HEADER = Look(_BOLD, _MIDDLE, _HEAD)
HEADING = Look(_BOLD, _LEFT, _SECTION)
LINE = Look(_BOLD, _LEFT, _NO_FILL, _NO_BOX)
NOTE = Look(_ITALIC, _LEFT, _NO_FILL, _NO_BOX)


class Book(Workbook):
    """A workbook whose tables are put in as it is packed; `bodies` by the title of their sheet."""

    def __init__(self) -> None:
        super().__init__()
        self.bodies: dict[str, Body] = {}
        self._numbers: dict[tuple[Look, bool], int] = {}

    def style(self, look: Look, *, quoted: bool = False) -> int:
        """The number of a look among the workbook's styles."""
        if (look, quoted) not in self._numbers:
            cell = Cell(self.worksheets[0], 1, 1)  # stands on no sheet
            cell.font, cell.alignment, cell.fill, cell.border = (
                look.font,
                look.alignment,
                look.fill,
                look.border,
            )
            cell.quotePrefix = quoted
            self._numbers[look, quoted] = cell.style_id
        return self._numbers[look, quoted]


def new_book() -> Book:
    """A workbook without a sheet."""
    book = Book()
    # The unit of column widths follows the workbook's first font; openpyxl has no public way to it.
    book._fonts[0] = Font(_FACE, 11, family=1)  # type: ignore[attr-defined]
    book.remove(book.worksheets[0])
    return book


def packed(book: Book, title: str, made: date) -> bytes:
    """The workbook (XLSX), dated `made`; the same sheets give the same bytes. Once only."""
    book.properties.title = title
    book.properties.creator = "dondoc"
    content = BytesIO()
    book.save(content)
    bodies = {
        f"xl/worksheets/sheet{number}.xml": book.bodies[sheet.title].within
        for number, sheet in enumerate(book.worksheets, start=1)
        if sheet.title in book.bodies
    }
    return steady_zip(content.getvalue(), made, bodies)


def write_table(
    sheet: Worksheet,
    about: About,
    title: str,
    table: Table,
    note: str = "",
    *,
    to_filter: bool = False,
) -> None:
    """A sheet that is one table; `to_filter` puts a filter on every column."""
    rows = iter(table.rows)
    first = next(rows, None)
    if first is None:
        sheet.column_dimensions["A"].width = _EMPTY_WIDTH
        row = write_title(sheet, about, title, 1)
        wide(sheet, row, "Không có dữ liệu.", NOTE, 1)
        set_page(sheet, about, None)
        return
    columns = table.shown
    set_widths(sheet, columns)
    row = write_title(sheet, about, title, len(columns))
    if note:
        row = wide(sheet, row, note, NOTE, len(columns))
    last = write_rows(sheet, row, Table(table.columns, chain((first,), rows))) - 1
    if to_filter:
        sheet.auto_filter.ref = f"A{row}:{get_column_letter(len(columns))}{last}"
    sheet.freeze_panes = f"{get_column_letter(columns.index(_anchor(columns)) + 2)}{row + 1}"
    set_page(sheet, about, row)


def _anchor(columns: Sequence[str]) -> str:
    """The column that says what a row is about: it stays in view."""
    return next((name for name in columns if name in ("Chỉ tiêu", "Nhiệm vụ", "Cơ quan, đơn vị")), columns[0])


def write_title(sheet: Worksheet, about: About, title: str, columns: int) -> int:
    """What the sheet shows, of what, true of which day, how sure; returns the next row."""
    row = wide(sheet, 1, title, Look(_TITLE, _MIDDLE, _NO_FILL, _NO_BOX), columns)
    row = wide(
        sheet, row, f"{about.name} ({about.on_day})", Look(_PLAIN, _MIDDLE, _NO_FILL, _NO_BOX), columns
    )
    return wide(sheet, row, f"({about.truth})", Look(_ITALIC, _MIDDLE, _NO_FILL, _NO_BOX), columns)


def write_facts(
    sheet: Worksheet, row: int, columns: Sequence[str], facts: Sequence[tuple[str, int | str]]
) -> int:
    """Label and value, one a row; the value takes two columns. Returns the next row."""
    for label, value in facts:
        light = _LIGHT_OF.get(label, _NO_FILL)
        _put(sheet, row, 1, label, Look(fill=light))
        for column in (2, 3):
            _put(sheet, row, column, value if column == 2 else "", Look(alignment=_CENTRE))
        sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=3)
        set_row_height(sheet, row, height_for([(label, _width(columns[0]))], 12))
        row += 1
    return row


def write_rows(sheet: Worksheet, row: int, table: Table) -> int:
    """Header and rows, the last thing on a sheet; a heading across the table wherever "Nhóm" changes. Returns the next
    row."""
    columns = table.shown
    for column, name in enumerate(columns, start=1):
        _put(sheet, row, column, name, HEADER)
    set_row_height(sheet, row, height_for([(name, _width(name)) for name in columns], 12, bold=True))
    book = _book_of(sheet)
    drawn = [_column(book, number, name) for number, name in enumerate(columns, start=1)]
    body = book.bodies[sheet.title] = Body(row + 1, drawn, book.style(HEADING))
    group: Value = ""
    for record in table.rows:
        if record.get(GROUP, "") != group:
            group = record[GROUP]
            body.heading(str(group))
        body.record([record.get(name, "") for name in columns])
    return body.next


def _book_of(sheet: Worksheet) -> Book:
    book = sheet.parent
    assert isinstance(book, Book), "the sheet of a workbook that is not ours"  # noqa: S101
    return book


def _column(book: Book, number: int, name: str) -> Column:
    plain = Look(alignment=_LEFT if name in _TEXTS else _CENTRE)
    return Column(
        get_column_letter(number),
        _width(name),
        book.style(plain),
        book.style(plain, quoted=True),
        _lights(book, plain.alignment) if name.startswith(CLASS) else {},
    )


def _lights(book: Book, alignment: Alignment) -> Mapping[str, int]:
    return {
        text: book.style(Look(_BOLD if light is _RED else _PLAIN, alignment, light))
        for text, light in _LIGHT_OF.items()
    }


def wide(sheet: Worksheet, row: int, text: str, look: Look, columns: int) -> int:
    """A line across the table; returns the next row."""
    _put(sheet, row, 1, text, look)
    if columns > 1:
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=columns)
    width = sum(sheet.column_dimensions[get_column_letter(column)].width for column in range(1, columns + 1))
    set_row_height(sheet, row, height_for([(text, width)], look.font.sz or 12, bold=look.font.b))
    return row + 1


def write_cells(
    sheet: Worksheet, row: int, cells: Sequence[Value], widths: Sequence[float], look: Look | None = None
) -> None:
    """One row of a small table: its name to the left, the rest in the middle."""
    for column, value in enumerate(cells, start=1):
        plain = Look(alignment=_LEFT if column == 1 else _CENTRE)
        _put(sheet, row, column, value, look or plain)
    texts = [(str(value), width) for value, width in zip(cells, widths, strict=False)]
    set_row_height(sheet, row, height_for(texts, 12, bold=look is not None))


def _put(sheet: Worksheet, row: int, column: int, value: Value, look: Look) -> None:
    """A number as a number, a text as a text: what starts with = is no formula."""
    cell = sheet.cell(row, column)
    cell.font, cell.alignment, cell.fill, cell.border = look.font, look.alignment, look.fill, look.border
    if isinstance(value, int | Decimal):
        cell.value = value
        if isinstance(value, Decimal):
            cell.number_format = "0.0"
    elif value:
        cell.value = ILLEGAL_CHARACTERS_RE.sub(" ", value)
        cell.data_type = "s"
        cell.quotePrefix = value[0] in "=+-@"  # it stays text when somebody has edited the cell


def _width(column: str) -> float:
    return _WIDTHS.get(column, _OTHER_WIDTH)


def set_widths(sheet: Worksheet, columns: Sequence[str]) -> None:
    for number, name in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = _width(name)


def set_page(sheet: Worksheet, about: About, header_row: int | None) -> None:
    """A4 landscape, as wide as the table, header repeated, and under every page what it is and how true."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    margins = sheet.page_margins  # inches
    margins.left, margins.right, margins.top, margins.bottom = 0.6, 0.4, 0.5, 0.7
    margins.header = margins.footer = 0.3
    sheet.print_options.horizontalCentered = True
    sure = about.truth.partition(";")[0]  # a page's foot has room for no more
    words = f"{about.name}, {about.on_day}. {sure}".replace("&", "&&")
    sheet.oddFooter = HeaderFooterItem(
        left=_HeaderFooterPart(words, f"{_FACE},Regular", 10),
        right=_HeaderFooterPart("Trang &P/&N", f"{_FACE},Regular", 10),
    )
    sheet.sheet_view.zoomScale = 85
    if header_row is not None:
        sheet.print_title_rows = f"{header_row}:{header_row}"
