"""What every sheet of a form is built with: lines, lists to choose from, hints, paper."""

from collections.abc import Iterable, Sequence

from openpyxl.utils import get_column_letter

from models.rules.form import Form
from tasks.workbook.form_sheet import FormSheet, rule_xml
from tasks.workbook.looks import FONT, is_bold, size_of
from tasks.workbook.sheet_layout import height_for

NO_SECRETS = "Không nhập nội dung thuộc bí mật nhà nước."
MARK_ONLY = "Đánh dấu x, hoặc để trống."
MARKS = '"x"'
"""The list that a cell offers in which nothing but a mark is expected."""

_NOT_LISTED = "Không có trong danh sách"
_LONGEST_TITLE, _LONGEST_PROMPT = 32, 255  # letters that Excel allows in a hint


def set_widths(sheet: FormSheet, widths: Iterable[float], first: int = 1) -> None:
    """The widths of the columns from `first` on."""
    sheet.widths.update(enumerate(widths, first))


def merge(sheet: FormSheet, row: int, first: int, last: int, last_row: int = 0) -> None:
    """One cell of several."""
    if (first, row) != (last, last_row or row):
        sheet.merged.append(f"{get_column_letter(first)}{row}:{get_column_letter(last)}{last_row or row}")


def wide(sheet: FormSheet, row: int, text: str, look: str, last: int, first: int = 1) -> int:
    """A line across the sheet, from column `first` to `last`; returns the next row."""
    for column in range(first, last + 1):
        sheet.put(row, column, text if column == first else "", look)
    merge(sheet, row, first, last)
    sheet.heights[row] = height_for([(text, sheet.width(first, last))], size_of(look), bold=is_bold(look))
    return row + 1


def headline(sheet: FormSheet, text: str, row: int, columns: int) -> int:
    """The title of a sheet; returns the next row."""
    return wide(sheet, row, text, "Đề mục", columns)


def offer(
    sheet: FormSheet,
    source: str,
    cells: Sequence[str],
    otherwise: str,
    hint: tuple[str, str] | None = None,
) -> None:
    """A list to choose from in these cells; what is not in it is refused with the sentence `otherwise`."""
    if cells:
        sheet.rules.append(rule_xml(cells, source, (_NOT_LISTED, otherwise), _short(hint)))


def prompt(sheet: FormSheet, cells: Sequence[str], hint: tuple[str, str]) -> None:
    """A hint (title, text) beside the cell that is being filled in; it refuses nothing."""
    sheet.rules.append(rule_xml(cells, hint=_short(hint)))


def _short(hint: tuple[str, str] | None) -> tuple[str, str] | None:
    return hint and (_cut(hint[0], _LONGEST_TITLE), _cut(hint[1], _LONGEST_PROMPT))


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def finish(sheet: FormSheet, form: Form, headers: tuple[int, int] | None = None) -> None:
    """What stands on paper below the sheet, and what stays in view.

    `headers` are the first and last row of headings: they are repeated on every page and stay in view.
    """
    about = " ".join(f"{form.agency_name} – {form.cycle_name}".replace("&", "&&").split())
    font = f'&"{FONT},Regular"&10 '
    sheet.footer = f"&L{font}{about}&R{font}Trang &P/&N"
    sheet.headers = headers
    sheet.zoom = 100 if headers is None else 85
