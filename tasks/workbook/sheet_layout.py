"""How high a row must be for its text to be seen whole, on the screen and on paper.

Spreadsheet programs fit rows only to what is typed into them, so whoever writes a sheet must foresee how
each text will wrap. Widths are those of Times New Roman, which Liberation Serif shares.
"""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from math import ceil

from openpyxl.worksheet.dimensions import RowDimension
from openpyxl.worksheet.worksheet import Worksheet

# Advance widths in thousandths of an em, by groups of letters; Vietnamese marks add nothing to them.
_GROUPS = {
    250: " .,",
    278: "ijlt/\\:;'|",
    333: "-frsI()[]!J",
    444: 'acez?“”"',
    500: "0123456789bdghknopquvxy$_*–#",
    556: "FPS",
    611: "ELTZ",
    667: "BCR",
    722: "ADGHKNOQUVXYw&",
    778: "m",
    889: "M",
    944: "W",
}
_WIDTH = {letter: width for width, letters in _GROUPS.items() for letter in letters}
_NARROWEST = min(_WIDTH.values())
_OTHER = 564  # mathematical signs (≥) and whatever else may stand there
_BOLDER = 1.07

# A column's width is counted in digits of the workbook's default font: 7 pixels each for Times New Roman 11.
_POINTS_PER_UNIT = 7 * 0.75
_PADDING = 4.5
_CAUTION = 0.95  # screen and printer do not wrap at quite the same letter
_LINE = 1.3125  # ems of one line as Excel draws Times New Roman: 15,75 points at size 12
_MARGIN = 2.0
_HIGHEST = 409.0  # what a row may be at most, in points


class _GrowingRow(RowDimension):
    """A row with a first height that still grows with what people type into it: not marked as set by hand."""

    @property
    def customHeight(self) -> bool:  # noqa: N802  the name openpyxl asks for
        return False


def set_row_height(sheet: Worksheet, row: int, points: float) -> None:
    """The height of a row at first sight; it goes on growing as cells are filled in."""
    sheet.row_dimensions[row] = _GrowingRow(sheet, index=row, ht=points)


def height_for(
    texts: Iterable[tuple[str, float]], size: float, *, bold: bool = False, least: int = 1
) -> float:
    """Points that a row needs to show each (text, column width) whole at this font size.

    At least `least` lines, at most what a row may be.
    """
    lines = max((lines_of(text, width, size, bold) for text, width in texts), default=1)
    return min(_HIGHEST, round(max(lines, least) * size * _LINE + _MARGIN, 1))


def width_for(texts: Iterable[str], size: float, narrowest: float, widest: float) -> float:
    """The width of a column that shows each text on one line at this font size, within the two limits."""
    longest = max((_advance(text) for text in texts), default=0)
    needed = (longest * size / 1000 / _CAUTION + _PADDING) / _POINTS_PER_UNIT
    return min(widest, max(narrowest, ceil(needed * 100) / 100))


@lru_cache(maxsize=8192)  # the same names stand in the forms of many agencies
def lines_of(text: str, width: float, size: float, bold: bool = False) -> int:
    """How many lines a text wraps to in a column of this width, at this font size."""
    room = (width * _POINTS_PER_UNIT - _PADDING) * _CAUTION * 1000 / size / (_BOLDER if bold else 1)
    return sum(_lines_of_paragraph(paragraph, room) for paragraph in text.split("\n"))


def _lines_of_paragraph(paragraph: str, room: float) -> int:
    if len(paragraph) * _NARROWEST <= room and sum(map(_ADVANCES.__getitem__, paragraph)) <= room:
        return 1  # as most are
    lines, used = 1, 0
    for word in paragraph.split():
        long = _advance(word)
        gap = _WIDTH[" "] if used else 0
        if used + gap + long <= room:
            used += gap + long
            continue
        if used:
            lines += 1
        while long > room:  # a word longer than its column is cut where the column ends
            lines += 1
            long -= int(room)
        used = long
    return lines


class _Advances(dict[str, int]):
    """The width of every letter that has been asked for."""

    def __missing__(self, letter: str) -> int:
        width = sum(
            _WIDTH.get(part, _OTHER)
            for part in unicodedata.normalize("NFD", letter).replace("đ", "d").replace("Đ", "D")
            if not unicodedata.combining(part)
        )
        self[letter] = width
        return width


_ADVANCES = _Advances()


@lru_cache(maxsize=8192)  # a word stands in many texts
def _advance(word: str) -> int:
    return sum(map(_ADVANCES.__getitem__, word))
