"""The directory as a workbook that imports back to nothing changed, and the empty one to begin with.

Every cell is text: what begins with = + - @ is never a formula, and a telephone number keeps its first 0.
"""

from collections.abc import Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from sqlmodel import Session

from models.codes import AgencyKind, PersonRole
from models.rules.directory.directory_lines import COLUMNS, SheetKind
from tasks.directory.directory_book import read_book

FILE_NAME = "danh-ba.xlsx"
TEMPLATE_NAME = "danh-ba-mau.xlsx"

_FONT, _SIZE = "Times New Roman", 12
_LINE = Side(style="thin")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_SHADE = PatternFill("solid", start_color="E7EEF7")
_A4 = "9"
_WIDTHS = {
    SheetKind.AGENCIES: (12, 46, 20, 22, 46),
    SheetKind.PEOPLE: (12, 24, 28, 24, 38, 20, 11),
}
_SPARE_ROWS = 500  # below the last row, in which lists still drop down and cells stay text
_CHOICES = {
    "kind": tuple(kind.label for kind in AgencyKind),
    "role": tuple(role.label for role in PersonRole),
    "in_use": ("Có", "Không"),
}
_CHOICES_SHEET = "Lựa chọn"
_GUIDE = (
    "Danh bạ gồm hai trang: “Cơ quan” và “Người liên hệ”, mỗi dòng một cơ quan hoặc một người. Không đổi dòng tiêu đề.",
    "Mã cơ quan: ngắn, không khoảng trắng (SNV, SKHCN, mã số của xã, phường); không đổi sau khi đã dùng.",
    "Đảng ủy và UBND của cùng một xã, phường là hai cơ quan, ghi cùng một tên ở cột “Xã, phường”.",
    "Tên gọi khác: các cách ghi khác gặp trong văn bản, ngăn cách bằng dấu chấm phẩy.",
    "Người liên hệ: ghi thư điện tử hoặc số điện thoại, ít nhất một trong hai. Mỗi ô một địa chỉ thư.",
    "Một cơ quan có thể có nhiều đầu mối. Thư ký và lãnh đạo Ban Chỉ đạo: để trống mã cơ quan.",
    "Đang dùng: Có hoặc Không; để trống là Có. Ghi Không để ngừng dùng.",
    "Nạp tệp: phần mềm cho xem trước sẽ thêm, sửa, ngừng dùng ai; chỉ khi đồng ý mới ghi vào danh bạ.",
)

Row = tuple[str, ...]


def export_directory(session: Session) -> bytes:
    """Everybody and every agency that is in use."""
    known = read_book(session).known
    order = {agency.code: number for number, agency in enumerate(known.agencies)}
    in_use = {agency.code for agency in known.agencies if agency.active}
    agencies = [
        (agency.code, agency.name, agency.kind.label, agency.locality, "; ".join(agency.aliases))
        for agency in known.agencies
        if agency.active
    ]
    people = [
        (p.agency, p.fields.role.label, p.fields.name, p.fields.title, p.fields.email, p.fields.phone, "Có")
        for p in sorted(
            known.people, key=lambda p: (order.get(p.agency, -1), list(PersonRole).index(p.fields.role))
        )
        if p.active and (not p.agency or p.agency in in_use)
    ]
    return _workbook(agencies, people)


def directory_template() -> bytes:
    """The empty workbook, with a guide."""
    return _workbook([], [])


def _workbook(agencies: Sequence[Row], people: Sequence[Row]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    _write(book.create_sheet(SheetKind.AGENCIES.value), SheetKind.AGENCIES, agencies)
    _write(book.create_sheet(SheetKind.PEOPLE.value), SheetKind.PEOPLE, people)
    guide = book.create_sheet("Hướng dẫn")
    guide.column_dimensions["A"].width = 110
    for row, text in enumerate(_GUIDE, 1):
        _put(guide, row, 1, text)
    choices = book.create_sheet(_CHOICES_SHEET)  # a list within the rule itself is parted by its commas
    choices.sheet_state = "hidden"
    for column, options in enumerate(_CHOICES.values(), 1):
        for row, option in enumerate(options, 1):
            _put(choices, row, column, option)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _list_of(field: str) -> str:
    letter = get_column_letter(list(_CHOICES).index(field) + 1)
    return f"'{_CHOICES_SHEET}'!${letter}$1:${letter}${len(_CHOICES[field])}"


def _write(sheet: Worksheet, kind: SheetKind, rows: Sequence[Row]) -> None:
    columns = COLUMNS[kind]
    for number, (column, width) in enumerate(zip(columns, _WIDTHS[kind], strict=True), 1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = width
        sheet.column_dimensions[letter].number_format = "@"  # rows that are added by hand stay text too
        _put(sheet, 1, number, column.heading, bold=True)
        if column.field in _CHOICES:
            rule = DataValidation(type="list", formula1=_list_of(column.field), allow_blank=True)
            rule.add(f"{letter}2:{letter}{len(rows) + _SPARE_ROWS}")
            sheet.add_data_validation(rule)
    for at, row in enumerate(rows, 2):
        for number, text in enumerate(row, 1):
            _put(sheet, at, number, text)
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    footer = sheet.HeaderFooter.oddFooter = HeaderFooterItem()
    footer.center.text = "&P/&N"


def _put(sheet: Worksheet, row: int, column: int, text: str, *, bold: bool = False) -> None:
    """A cell that is text whatever it begins with."""
    cell = sheet.cell(row, column)
    if text:
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
        cell.data_type = "s"
        cell.quotePrefix = text[0] in "=+-@"
    cell.number_format = "@"
    cell.font = Font(name=_FONT, size=_SIZE, bold=bold)
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    cell.border = _BORDER
    if bold:
        cell.fill = _SHADE
