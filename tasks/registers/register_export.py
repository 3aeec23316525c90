"""A register as an Excel workbook, laid out like the annexes of the Word file it came from.

It says what is in force, decisions included, and `register_sheet` reads it back to the very same register.
Every cell is text: what begins with = + - @ stays text in every spreadsheet program, and 1.10 is never 1.1.
"""

from collections.abc import Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from sqlmodel import Session, select

from models.fault import Fault
from models.register import Register
from models.rules.registers.register_merge import AssignmentContent, IndicatorContent
from tasks.registers.register_rows import read_assignments, read_bearers, read_indicators
from tasks.workbook.sheet_layout import height_for, set_row_height

_FONT, _SIZE = "Times New Roman", 12
_LINE = Side(style="thin")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_SHADE = PatternFill("solid", start_color="E7EEF7")
_A4 = "9"

_ASSIGNMENT_HEADER = (
    "STT",
    "Tên nhiệm vụ",
    "Cơ quan chủ trì",
    "Cơ quan phối hợp",
    "Kết quả",
    "Thời gian hoàn thành",
)
_ASSIGNMENT_WIDTHS = (7, 52, 26, 26, 26, 16)
_INDICATOR_WIDTHS = (7, 62, 20, 16, 16, 32)

Row = tuple[str, ...]


class UnknownRegister(Fault):
    """No register has this code."""


def export_register(session: Session, register_code: str) -> bytes:
    """The register as an .xlsx file; UnknownRegister when there is none with this code."""
    register = session.exec(select(Register).where(Register.code == register_code)).first()
    if register is None or register.id is None:
        raise UnknownRegister(f"Không có danh mục nào mang mã “{register_code}”.")
    indicators = [row.current for row in read_indicators(session, register.id).values() if not row.dropped]
    bearers = read_bearers(session)
    assignments = [
        row.current for row in read_assignments(session, register.id, bearers).values() if not row.dropped
    ]
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    # The default font is the measure of column widths; sheet_layout counts on this one.
    workbook._fonts[0] = Font(_FONT, 11, family=1)  # type: ignore[attr-defined]
    _write_annex(
        workbook.create_sheet("Phụ lục I"),
        ("Phụ lục I", "DANH MỤC CÁC CHỈ TIÊU CỤ THỂ", f"({register.name})"),
        (
            "STT",
            "Mục tiêu",
            "Đơn vị tính",
            f"Kết quả năm {register.year - 1}",
            f"Mục tiêu năm {register.year}",
            "Ghi chú",
        ),
        _indicator_rows([row for row in indicators if isinstance(row, IndicatorContent)]),
        _INDICATOR_WIDTHS,
        centred=(1, 3, 4, 5),
    )
    _write_annex(
        workbook.create_sheet("Phụ lục II"),
        (
            "Phụ lục II",
            f"DANH MỤC CÁC NHIỆM VỤ, GIẢI PHÁP TRỌNG TÂM NĂM {register.year}",
            f"({register.name})",
        ),
        _ASSIGNMENT_HEADER,
        _assignment_rows([row for row in assignments if isinstance(row, AssignmentContent)]),
        _ASSIGNMENT_WIDTHS,
        centred=(1, 6),
    )
    buffer = BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def _indicator_rows(indicators: Sequence[IndicatorContent]) -> list[tuple[Row, bool]]:
    """The rows under the header, each with whether it is a heading; a section's heading before its rows."""
    rows: list[tuple[Row, bool]] = []
    section = ""
    for row in sorted(indicators, key=lambda row: row.position):
        if row.section != section:
            section = row.section
            rows.append(((row.section, row.section_name, "", "", "", ""), True))
        rows.append(((row.number, row.name, row.unit, row.baseline_raw, row.target_raw, row.note), False))
    return rows


def _assignment_rows(assignments: Sequence[AssignmentContent]) -> list[tuple[Row, bool]]:
    """The rows under the header, each with whether it is a heading (of a section or a subsection)."""
    rows: list[tuple[Row, bool]] = []
    section, subsection = "", ""
    for row in sorted(assignments, key=lambda row: row.position):
        if row.section != section:
            section, subsection = row.section, ""
            rows.append(((row.section, row.section_name, "", "", "", ""), True))
        if row.subsection != subsection:
            subsection = row.subsection
            if subsection:
                rows.append(((row.subsection, row.subsection_name, "", "", "", ""), True))
        rows.append(
            ((row.number, row.name, row.leads_raw, row.coordinators_raw, row.result, row.deadline_raw), False)
        )
    return rows


def _write_annex(
    sheet: Worksheet,
    titles: Sequence[str],
    header: Row,
    rows: Sequence[tuple[Row, bool]],
    widths: Sequence[float],
    centred: Sequence[int],
) -> None:
    for column, width in enumerate(widths, 1):
        dimension = sheet.column_dimensions[get_column_letter(column)]
        dimension.width = width
        dimension.number_format = "@"  # rows that are added by hand stay text too
    for at, title in enumerate(titles, 1):
        _put(sheet, at, 1, title, bold=not title.startswith("("), centred=True)
        sheet.merge_cells(start_row=at, start_column=1, end_row=at, end_column=len(widths))
        set_row_height(sheet, at, height_for([(title, sum(widths))], _SIZE, bold=True))
    top = len(titles) + 2
    _put_row(sheet, top, header, widths, bold=True, centred=range(1, len(widths) + 1))
    for at, (row, is_heading) in enumerate(rows, top + 1):
        _put_row(sheet, at, row, widths, bold=is_heading, centred=centred)
    sheet.freeze_panes = f"A{top + 1}"
    sheet.print_title_rows = f"{top}:{top}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    footer = sheet.HeaderFooter.oddFooter = HeaderFooterItem()
    footer.center.text = "&P/&N"


def _put_row(
    sheet: Worksheet, at: int, row: Row, widths: Sequence[float], *, bold: bool, centred: Sequence[int]
) -> None:
    for column, text in enumerate(row, 1):
        _put(sheet, at, column, text, bold=bold, centred=column in centred)
        cell = sheet.cell(at, column)
        cell.border = _BORDER
        if bold:
            cell.fill = _SHADE
    set_row_height(sheet, at, height_for(zip(row, widths, strict=True), _SIZE, bold=bold))


def _put(sheet: Worksheet, at: int, column: int, text: str, *, bold: bool, centred: bool) -> None:
    """A cell that is text whatever it begins with."""
    cell = sheet.cell(at, column)
    if text:
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
        cell.data_type = "s"
        cell.quotePrefix = text[0] in "=+-@"
    cell.number_format = "@"
    cell.font = Font(name=_FONT, size=_SIZE, bold=bold)
    cell.alignment = Alignment(horizontal="center" if centred else "left", vertical="center", wrap_text=True)
