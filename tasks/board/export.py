"""The tables of the board as files: a workbook (XLSX), or one table as CSV that Excel opens in Vietnamese.

Whatever begins with = + - @ stays text in every spreadsheet program.
"""

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from models.rules.files.no_formula import no_formula
from tasks.board.tables import BoardTable, Cell

_FONT, _SIZE = "Times New Roman", 11
_LINE = Side(style="thin")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_SHADE = PatternFill("solid", start_color="E7EEF7")
_SHEETS = {
    "tong-hop": "Tổng hợp",
    "linh-vuc": "Lĩnh vực, thời hạn",
    "co-quan": "Cơ quan",
    "nhiem-vu": "Nhiệm vụ",
    "chi-tieu": "Chỉ tiêu",
    "tien-do-nop": "Tiến độ nộp",
    "xu-huong": "Xu hướng",
}
_WIDEST = 55
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet program takes for the beginning of a formula."""


def as_workbook(tables: Iterable[BoardTable]) -> bytes:
    """The tables, a sheet each."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for table in tables:
        _write(book.create_sheet(_SHEETS[table.code]), table)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def as_csv(table: BoardTable) -> bytes:
    """One table: its title and day, an empty line, headings, rows. UTF-8 with a mark that Excel looks for; separated
    by ";", which Excel with Vietnamese settings expects."""
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([_safe(table.title)])
    writer.writerow([_safe(table.told)])
    writer.writerow([])
    writer.writerow([_safe(name) for name in table.header])
    writer.writerows([_safe(cell) for cell in row] for row in table.rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _safe(cell: Cell) -> Cell:
    """A text that no spreadsheet program takes for a formula."""
    return cell if isinstance(cell, int) else no_formula(cell)


def _write(sheet: Worksheet, table: BoardTable) -> None:
    _put(sheet, 1, 1, table.title, bold=True, border=False, wrap=False)
    _put(sheet, 2, 1, table.told, border=False, wrap=False)
    for column, name in enumerate(table.header, 1):
        _put(sheet, 4, column, name, bold=True)
        sheet.cell(4, column).fill = _SHADE
        texts = [name[:24], *(str(row[column - 1]) for row in table.rows)]
        sheet.column_dimensions[get_column_letter(column)].width = min(_WIDEST, max(9, *map(len, texts)) + 2)
    _rows(sheet, table.rows)
    sheet.freeze_panes = "A5"
    sheet.print_title_rows = "4:4"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = "9"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _rows(sheet: Worksheet, rows: Sequence[Sequence[Cell]]) -> None:
    for at, row in enumerate(rows, 5):
        for column, cell in enumerate(row, 1):
            _put(sheet, at, column, cell)


def _put(
    sheet: Worksheet,
    at: int,
    column: int,
    value: Cell,
    *,
    bold: bool = False,
    border: bool = True,
    wrap: bool = True,
) -> None:
    """A cell; text stays text whatever it begins with."""
    cell = sheet.cell(at, column)
    if isinstance(value, int):
        cell.value = value
    elif value:
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(FORMULA)
        cell.number_format = "@"
    cell.font = Font(name=_FONT, size=_SIZE, bold=bold)
    cell.alignment = Alignment(vertical="top", wrap_text=wrap)
    if border:
        cell.border = _BORDER
