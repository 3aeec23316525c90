"""What every sheet of a form is built with: cells, lists to choose from, hints, paper and protection."""

from collections.abc import Iterable, Sequence

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from models.rules.form import Form
from tasks.workbook.looks import FONT, is_bold, size_of
from tasks.workbook.sheet_layout import height_for, set_row_height

NO_SECRETS = "Không nhập nội dung thuộc bí mật nhà nước."
MARK_ONLY = "Đánh dấu x, hoặc để trống."
MARKS = '"x"'
"""The list that a cell offers in which nothing but a mark is expected."""

_A4 = 9
_LONGEST_TITLE, _LONGEST_PROMPT = 32, 255  # letters that Excel allows in a hint


def set_widths(sheet: Worksheet, widths: Iterable[float], first: int = 1) -> None:
    """The widths of the columns from `first` on."""
    for column, width in enumerate(widths, first):
        sheet.column_dimensions[get_column_letter(column)].width = width


def put(sheet: Worksheet, row: int, column: int, text: str, look: str) -> None:
    """Writes text as text: a name that starts with = is no formula."""
    cell = sheet.cell(row, column)
    cell.style = look
    if text:
        cell.value = ILLEGAL_CHARACTERS_RE.sub(" ", text)
        cell.data_type = "s"


def merge(sheet: Worksheet, row: int, first: int, last: int, last_row: int = 0) -> None:
    """One cell of several that have their look already; openpyxl's own way works every border out again."""
    if (first, row) != (last, last_row or row):
        sheet.merged_cells.add(f"{get_column_letter(first)}{row}:{get_column_letter(last)}{last_row or row}")


def wide(sheet: Worksheet, row: int, text: str, look: str, last: int, first: int = 1) -> int:
    """A line across the sheet, from column `first` to `last`; returns the next row."""
    for column in range(first, last + 1):
        put(sheet, row, column, text if column == first else "", look)
    merge(sheet, row, first, last)
    width = sum(sheet.column_dimensions[get_column_letter(c)].width for c in range(first, last + 1))
    set_row_height(sheet, row, height_for([(text, width)], size_of(look), bold=is_bold(look)))
    return row + 1


def headline(sheet: Worksheet, text: str, row: int, columns: int) -> int:
    """The title of a sheet; returns the next row."""
    return wide(sheet, row, text, "Đề mục", columns)


def offer(
    sheet: Worksheet, source: str, cells: Sequence[str], otherwise: str, hint: tuple[str, str] | None = None
) -> None:
    """A list to choose from in these cells; what is not in it is refused with the sentence `otherwise`."""
    choice = DataValidation("list", source, allow_blank=True, showErrorMessage=True, errorStyle="stop")
    choice.errorTitle, choice.error = "Không có trong danh sách", otherwise
    _apply(sheet, choice, cells, hint)


def prompt(sheet: Worksheet, cells: Sequence[str], hint: tuple[str, str]) -> None:
    """A hint (title, text) beside the cell that is being filled in; it refuses nothing."""
    _apply(sheet, DataValidation(), cells, hint)


def _apply(
    sheet: Worksheet, rule: DataValidation, cells: Sequence[str], hint: tuple[str, str] | None
) -> None:
    if hint:
        rule.showInputMessage = True
        rule.promptTitle, rule.prompt = _cut(hint[0], _LONGEST_TITLE), _cut(hint[1], _LONGEST_PROMPT)
    for cell in cells:
        rule.add(cell)
    sheet.add_data_validation(rule)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def finish(sheet: Worksheet, form: Form, headers: tuple[int, int] | None = None) -> None:
    """Paper (A4 landscape, as wide as the sheet), footer, protection, and what stays in view.

    `headers` are the first and last row of headings: they are repeated on every page and stay in view.
    """
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    margins = sheet.page_margins  # inches
    margins.left, margins.right, margins.top, margins.bottom = 0.6, 0.4, 0.5, 0.7
    margins.header = margins.footer = 0.3
    sheet.print_options.horizontalCentered = True
    about = f"{form.agency_name} – {form.cycle_name}".replace("&", "&&")
    footer = sheet.HeaderFooter.oddFooter = HeaderFooterItem()
    for part, text in ((footer.left, about), (footer.right, "Trang &P/&N")):
        part.text, part.font, part.size = text, f"{FONT},Regular", 10
    sheet.protection.sheet = True
    sheet.protection.formatRows = sheet.protection.formatColumns = False  # False: allowed
    sheet.sheet_view.zoomScale = 100
    if headers is not None:
        sheet.sheet_view.zoomScale = 85
        sheet.print_title_rows = f"{headers[0]}:{headers[1]}"
        sheet.freeze_panes = f"A{headers[1] + 1}"
