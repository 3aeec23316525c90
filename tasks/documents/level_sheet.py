"""A sheet of facts: label and value under headings, as the reports of one agency and of one section begin."""

from collections.abc import Sequence

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tasks.documents.sheet_table import LINE, About, set_page, wide, write_cells, write_title

_WIDTHS = (70, 60)


def write_facts_sheet(
    sheet: Worksheet,
    about: About,
    title: str,
    parts: Sequence[tuple[str, Sequence[tuple[str, int | str]]]],
) -> None:
    """The title, then each part's heading and facts."""
    for number, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    row = write_title(sheet, about, title, len(_WIDTHS))
    for heading, facts in parts:
        row = wide(sheet, row + 1, heading, LINE, len(_WIDTHS))
        for fact in facts:
            write_cells(sheet, row, fact, _WIDTHS)
            row += 1
    set_page(sheet, about, None)
