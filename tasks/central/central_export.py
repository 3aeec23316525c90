"""The workbook that a person carries to a central system, in the shape that the province's folder gives it."""

from collections.abc import Mapping
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from models.rules.board.glance import Glance
from models.rules.central.central_file import CentralField, CentralSystem
from tasks.board.export import FORMULA
from tasks.central.rows import cells_of

_LINE = Side(style="thin")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_SHADE = PatternFill("solid", start_color="E7EEF7")
_WIDTHS = {CentralField.NAME: 60, CentralField.RESULT: 36, CentralField.PRODUCT: 36, CentralField.LEADS: 28}


def export_central(
    told: Glance, system: CentralSystem, codes: Mapping[int, str], register: str = ""
) -> bytes:
    """Every assignment of the cycle, or of one register, a row each; statuses by the confirmed word where there is one,
    and the column of the basis says which."""
    lines = [line for line in told.assignments if register in ("", line.assignment.register_code)]
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = system.sheet
    if system.title:
        _put(sheet, 1, 1, system.title, bold=True)
    for column, kind in enumerate(system.columns, 1):
        _put(sheet, system.header_row, column, kind.header, bold=True)
        cell = sheet.cell(system.header_row, column)
        cell.fill, cell.border = _SHADE, _BORDER
        width = _WIDTHS.get(kind.field, max(12, len(kind.header) + 3)) if kind.field else 16
        sheet.column_dimensions[get_column_letter(column)].width = width
    for number, line in enumerate(lines, 1):
        cells = cells_of(line, number, told, system, codes)
        for column, kind in enumerate(system.columns, 1):
            text = cells[kind.field] if kind.field is not None else ""
            _put(sheet, system.header_row + number, column, text)
            sheet.cell(system.header_row + number, column).border = _BORDER
    sheet.freeze_panes = f"A{system.header_row + 1}"
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _put(sheet: Worksheet, at: int, column: int, text: str, *, bold: bool = False) -> None:
    """A cell that is text whatever it begins with."""
    cell = sheet.cell(at, column)
    if text:
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
        cell.data_type = "s"
        cell.quotePrefix = text.startswith(FORMULA)
    cell.number_format = "@"
    cell.font = Font(name="Times New Roman", size=12, bold=bold)
    cell.alignment = Alignment(vertical="top", wrap_text=True)
