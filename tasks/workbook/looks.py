"""How the cells of a form look: every style by its name, made once and shared by every workbook.

A cell that is given is grey and locked; a cell to fill is white and open; what was carried over from last period is
blue and italic until somebody looks at it. Every cell is a text cell, so that what is typed stays as typed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from zipfile import ZipFile

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.worksheet.worksheet import Worksheet

FONT = "Times New Roman"
BODY, SMALL, TITLE = 12, 11, 14

_LEFT = Alignment(vertical="top", wrap_text=True)
_CENTRE = Alignment(horizontal="center", vertical="top", wrap_text=True)
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_THIN = Side(style="thin", color="FF808080")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_NO_BOX = Border()
_OPEN = Protection(locked=False)
_SHUT = Protection(locked=True)
_GIVEN_FILL = PatternFill("solid", fgColor="FFF2F2F2")
_GIVEN_HEAD = PatternFill("solid", fgColor="FFD9D9D9")
_ASKED_HEAD = PatternFill("solid", fgColor="FFFFF2CC")
_NO_FILL = PatternFill()
_PLAIN = Font(name=FONT, size=BODY)
_BOLD = Font(name=FONT, size=BODY, bold=True)
_ITALIC = Font(name=FONT, size=SMALL, italic=True)
_HEADLINE = Font(name=FONT, size=TITLE, bold=True)
_LAST = Font(name=FONT, size=BODY, italic=True, color="FF1F4E9E")

Look = tuple[Font, PatternFill, Border, Alignment, Protection]

_LOOKS: dict[str, Look] = {
    "Đề mục": (_HEADLINE, _NO_FILL, _NO_BOX, _MIDDLE, _SHUT),
    "Phụ đề": (_PLAIN, _NO_FILL, _NO_BOX, _MIDDLE, _SHUT),
    "Chú dẫn": (_ITALIC, _NO_FILL, _NO_BOX, _LEFT, _SHUT),
    "Mục": (_BOLD, _NO_FILL, _NO_BOX, _LEFT, _SHUT),
    "Lời văn": (_PLAIN, _NO_FILL, _NO_BOX, _LEFT, _SHUT),
    "Lưu ý": (_BOLD, _ASKED_HEAD, _BOX, _MIDDLE, _SHUT),
    "Tiêu đề cho sẵn": (_BOLD, _GIVEN_HEAD, _BOX, _MIDDLE, _SHUT),
    "Tiêu đề cần điền": (_BOLD, _ASKED_HEAD, _BOX, _MIDDLE, _SHUT),
    "Cho sẵn": (_PLAIN, _GIVEN_FILL, _BOX, _LEFT, _SHUT),
    "Cho sẵn, giữa": (_PLAIN, _GIVEN_FILL, _BOX, _CENTRE, _SHUT),
    "Cho sẵn, đậm": (_BOLD, _GIVEN_FILL, _BOX, _LEFT, _SHUT),
    "Cần điền": (_PLAIN, _NO_FILL, _BOX, _LEFT, _OPEN),
    "Cần điền, giữa": (_PLAIN, _NO_FILL, _BOX, _CENTRE, _OPEN),
}
_ANNEX_LOOKS: dict[str, Look] = {
    "Cho sẵn, đậm, giữa": (_BOLD, _GIVEN_FILL, _BOX, _CENTRE, _SHUT),
}
_LAST_LOOKS: dict[str, Look] = {
    "Như kỳ trước": (_LAST, _NO_FILL, _BOX, _LEFT, _OPEN),
    "Như kỳ trước, giữa": (_LAST, _NO_FILL, _BOX, _CENTRE, _OPEN),
}
_TEXT_LOOKS: dict[str, Look] = {
    "Yêu cầu": (_ITALIC, _GIVEN_FILL, _BOX, _LEFT, _SHUT),
} | {
    f"Đề cương cấp {level}": (
        _BOLD,
        _GIVEN_FILL,
        _BOX,
        Alignment(horizontal="left", vertical="top", wrap_text=True, indent=level - 1),
        _SHUT,
    )
    for level in range(1, 5)
}
_ALL = _LOOKS | _ANNEX_LOOKS | _LAST_LOOKS | _TEXT_LOOKS


def style_number(look: str) -> int:
    """The number by which a cell of a form names its look."""
    return style_sheet().numbers[look]


@dataclass(frozen=True)
class StyleSheet:
    """The styles of every form, and the theme: parts of the package as openpyxl writes them. `numbers`: look -> what a
    cell says of it."""

    styles: bytes
    theme: bytes
    numbers: Mapping[str, int]


@cache
def style_sheet() -> StyleSheet:
    """Every style by its name; made once a process."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101  a new workbook has one sheet, and it is a worksheet
    # The unit of column widths follows the workbook's first font; openpyxl has no public way to it.
    book._fonts[0] = Font(name=FONT, size=SMALL, family=1)  # type: ignore[attr-defined]
    numbers = {}
    for column, (name, (font, fill, border, alignment, protection)) in enumerate(_ALL.items(), 1):
        style = NamedStyle(name, font, fill, border, alignment, number_format="@", protection=protection)
        book.add_named_style(style)
        cell = sheet.cell(1, column)
        cell.style = name
        numbers[name] = cell.style_id
    written = BytesIO()
    book.save(written)
    with ZipFile(written) as package:
        return StyleSheet(package.read("xl/styles.xml"), package.read("xl/theme/theme1.xml"), numbers)


def size_of(look: str) -> float:
    """The size of the letters in points."""
    return _ALL[look][0].sz or BODY


def is_bold(look: str) -> bool:
    """Whether the letters are bold, and so wider."""
    return bool(_ALL[look][0].b)
