"""The sheets of a workbook as they stand: every cell that is not empty, as a person would write it.

Two readers, one answer. A form as we issue it is read by Calamine, forty times as fast as openpyxl; but Calamine
tells neither formulas from values nor a percentage from a number. So it reads a workbook only when a look at the
XML shows that neither is in it, nor anything else on which the two could differ; every other one openpyxl reads.
"""

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from functools import cached_property, lru_cache
from math import isfinite
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.escape import unescape
from python_calamine import CalamineWorkbook, SheetTypeEnum

from models.rules.form import Cell
from models.rules.numbers import write_number
from models.rules.text import clean, clean_lines, fold
from tasks.workbook.package import MOST_COLUMNS, MOST_ROWS, Parts, not_well_made, packed

_MOST_SHEETS = 60
_MOST_LETTERS = 32_767  # in one cell: what Excel allows
_LONGEST_HEADER = 200

UNSAVED = (
    "chứa công thức chưa có kết quả. Mở tệp bằng Excel hoặc LibreOffice rồi lưu lại, hoặc ghi thẳng giá "
    "trị vào ô."
)
ERROR = "đang báo lỗi công thức. Ghi thẳng giá trị vào ô."


@dataclass(frozen=True)
class Seen:
    """One cell that is not empty. `fault` says why its value cannot be known."""

    value: Any
    percent: bool = False
    fault: str = ""


@dataclass(frozen=True)
class Sheet:
    """A sheet by its cleaned title; rows and cells by number, in order."""

    title: str
    rows: Mapping[int, Mapping[int, Seen]]

    def text(self, row: int, column: int, *, numeric: bool = False, lines: bool = False) -> str:
        seen = self.rows.get(row, {}).get(column)
        return "" if seen is None or seen.fault else _text(seen, numeric=numeric, lines=lines)

    def cell(self, row: int, column: int, **how: bool) -> Cell:
        return Cell(self.text(row, column, **how), self.title, f"{get_column_letter(column)}{row}")

    def fault(self, row: int, column: int) -> str:
        seen = self.rows.get(row, {}).get(column)
        return seen.fault if seen else ""

    @cached_property
    def headers(self) -> Mapping[int, Mapping[str, int]]:
        """Row by row the columns of what may be a header, by the header as it is compared."""
        found: dict[int, dict[str, int]] = {}
        for row, cells in self.rows.items():
            for column in sorted(cells):
                text = self.text(row, column)
                if text and len(text) <= _LONGEST_HEADER:
                    found.setdefault(row, {}).setdefault(compared(text), column)
        return found


@lru_cache(maxsize=4096)  # the same few hundred texts stand in the forms of every agency
def compared(text: str) -> str:
    """A header as it is compared: without what stands in brackets, however its parts are spaced."""
    return _BESIDE.sub("", fold(text))


_BESIDE = re.compile(r"\s*\([^)]*\)|\s*(?=/)|(?<=/)\s*")


def sheets_of(parts: Parts, most_rows: int = MOST_ROWS) -> list[Sheet]:
    """Every sheet's cells, with the values that were saved with the formulas; UnreadableForm when a parser fails."""
    try:
        if _is_plain(parts):
            sheets = quick_sheets(parts, most_rows)
            if sheets is not None:
                return sheets
        return careful_sheets(parts, most_rows)
    except Exception as broken:
        # Bytes from outside can break a parser in any way; whichever it is, the sender needs to be told.
        raise not_well_made() from broken


# By Calamine


def _is_plain(parts: Parts) -> bool:
    """Whether the workbook holds only texts and plain numbers, in cells that are where they say."""
    return (
        _has_plain_formats(parts.get("xl/styles.xml", b""))
        and ("xl/sharedStrings.xml" in parts or not any(b't="s"' in part for part in parts.values()))
        and all(_has_plain_cells(part) for part in parts.values())  # a sheet may lie anywhere
        and all(_is_well_formed(part) for name, part in parts.items() if name.startswith("xl/"))
    )


def _is_well_formed(part: bytes) -> bool:
    """Whether the XML is whole: Calamine takes half a sheet for a short one. (No document type comes here.)"""
    try:
        ParserCreate().Parse(part, True)
    except ExpatError:
        return False
    return True


_A_CELL = re.compile(rb"<(?:[^\s<>/:!?]+:)?[cfr][\s/>]")
"""A cell, and what none of a form's has: a formula, or a run of text with a font of its own (Calamine drops the spaces
between runs)."""
_PLAIN_CELL = re.compile(
    rb'<c r="[A-C]?[A-Z][1-9][0-9]{0,3}"(?: s="[0-9]+")?(?: t="(?:s|n|str|inlineStr|b)")?\s*/?>'
)
_ESCAPED = re.compile(rb"_x[0-9A-Fa-f]{4}_")  # Excel's way of writing a letter that XML cannot hold
_FORMULA = re.compile(rb"<(?:[^\s<>/:!?]+:)?f[\s/>]")
_FORMULA_TEXT = re.compile(rb"<((?:[^\s<>/:!?]+:)?)f(?:\s[^>]*)?(?:/>|>[^<]*</\1f\s*>)")


def _has_plain_cells(sheet: bytes) -> bool:
    return (
        b"<!" not in sheet
        and _ESCAPED.search(sheet) is None
        and len(_A_CELL.findall(sheet)) == len(_PLAIN_CELL.findall(sheet))
    )


_CELL_FORMATS = re.compile(rb"<cellXfs[\s>].*?</cellXfs>", re.DOTALL)
_FORMAT_OF_CELL = re.compile(rb"<xf [^>]*?\bnumFmtId=\"([0-9]+)\"")
_OWN_FORMAT = re.compile(rb"<numFmt [^>]*?\bnumFmtId=\"([0-9]+)\"[^>]*?\bformatCode=\"([^\"]*)\"")
_PLAIN_BUILT_IN = {b"0", b"1", b"2", b"3", b"4", b"49"}  # General; 0; 0.00; #,##0; #,##0.00; text
_PLAIN_OWN = {b"General", b"GENERAL", b"@", b"0", b"0.00", b"#,##0", b"#,##0.00"}


def _has_plain_formats(styles: bytes) -> bool:
    """Whether no cell is formatted as a percentage or a date."""
    tables = _CELL_FORMATS.findall(styles)
    if len(tables) != 1 or b"<!" in styles:
        return False
    formats = _FORMAT_OF_CELL.findall(tables[0])
    own = dict(_OWN_FORMAT.findall(styles))
    return len(formats) == len(re.findall(rb"<xf[\s/>]", tables[0])) > 0 and all(
        own.get(number, b"") in _PLAIN_OWN if number in own else number in _PLAIN_BUILT_IN
        for number in set(formats)
    )


def quick_sheets(parts: Parts, most_rows: int = MOST_ROWS) -> list[Sheet] | None:
    """What Calamine makes of a plain workbook; None when it makes nothing of it."""
    try:
        with CalamineWorkbook.from_filelike(packed(parts)) as book:
            tables = [
                (number, about.name)
                for number, about in enumerate(book.sheets_metadata)
                if about.typ == SheetTypeEnum.WorkSheet
            ]
            return [
                _of_rows(name, book.get_sheet_by_index(number).to_python(skip_empty_area=False), most_rows)
                for number, name in tables[:_MOST_SHEETS]
            ]
    except BaseException as failed:
        # openpyxl is asked next, and its word counts. A panic in the Rust below is no Exception.
        if isinstance(failed, Exception) or type(failed).__name__ == "PanicException":
            return None
        raise


def _of_rows(title: str, rows: Sequence[Sequence[Any]], most_rows: int) -> Sheet:
    found: dict[int, dict[int, Seen]] = {}
    for number, row in enumerate(rows[:most_rows], 1):
        cells = {
            column: Seen(int(value) if isinstance(value, float) and value.is_integer() else value)
            for column, value in enumerate(row[:MOST_COLUMNS], 1)
            if value != ""
        }
        if cells:
            found[number] = cells
    return Sheet(clean(title), found)


# By openpyxl


def careful_sheets(parts: Parts, most_rows: int = MOST_ROWS) -> list[Sheet]:
    """What openpyxl makes of any workbook. Formulas are told from values, and never looked at."""
    bare = {name: _FORMULA_TEXT.sub(rb"<\1f/>", part) for name, part in parts.items()}
    unsaved: dict[str, set[tuple[int, int]]] = {}
    if any(_FORMULA.search(part) for part in bare.values()):
        unsaved = {
            sheet.title: {
                (cell.row, cell.column) for cell in _cells(sheet, most_rows) if cell.data_type == "f"
            }
            for sheet in _open(bare, data_only=False)
        }
    return [
        _sheet(sheet, unsaved.get(sheet.title, set()), most_rows) for sheet in _open(bare, data_only=True)
    ]


def _open(parts: Parts, *, data_only: bool) -> Sequence[Any]:
    # openpyxl warns of everything that it leaves out of a file by Excel, LibreOffice or WPS.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(packed(parts), read_only=True, data_only=data_only, keep_links=False)
    return book.worksheets[:_MOST_SHEETS]


def _cells(sheet: Any, most_rows: int) -> Iterator[Any]:
    """The cells that are there, within the bounds: a sheet may claim a million rows."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for row in sheet.iter_rows(min_row=1, max_row=most_rows, min_col=1, max_col=MOST_COLUMNS):
            for cell in row:
                if cell.value is not None or cell.data_type == "f":
                    yield cell


def _sheet(sheet: Any, with_formula: set[tuple[int, int]], most_rows: int) -> Sheet:
    rows: dict[int, dict[int, Seen]] = {}
    for row, column in with_formula:
        rows.setdefault(row, {})[column] = Seen(None, fault=UNSAVED)
    for cell in _cells(sheet, most_rows):
        if cell.value == "":
            continue
        fault = ERROR if cell.data_type == "e" else ""
        percent = isinstance(cell.value, int | float) and "%" in _QUOTED.sub("", cell.number_format or "")
        rows.setdefault(cell.row, {})[cell.column] = Seen(cell.value, percent, fault)
    return Sheet(clean(sheet.title), dict(sorted(rows.items())))


_QUOTED = re.compile(r'"[^"]*"|\\.')


def _text(seen: Seen, *, numeric: bool, lines: bool) -> str:
    """A value as a person would write it in Vietnamese."""
    value = seen.value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float) and isfinite(value):
        number = Decimal(f"{value:.15g}")  # the digits a spreadsheet keeps, without the noise of binary
        if seen.percent:
            return write_number(number * 100) + "%"
        return write_number(number) if numeric else format(number, "f").replace(".", ",")
    if isinstance(value, date):  # and datetime: the hour says nothing here
        return f"{value.day:02d}/{value.month:02d}/{value.year}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    typed = str(value)[:_MOST_LETTERS]
    if "_x" in typed:
        typed = unescape(typed)  # Excel keeps a carriage return as _x000D_
    return clean_lines(typed) if lines else clean(typed)
