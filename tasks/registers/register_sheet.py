"""A register in an Excel workbook, in the shape that `register_export` writes, whatever the order of columns.

Cells are taken as the texts they show. What Excel keeps as a number is written the Vietnamese way again, and
what cannot be taken at its word (a formula never calculated, a format that adds words) is told to a person.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from zipfile import BadZipFile

import openpyxl
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from models.rules.registers.raw_register import (
    ItemKind,
    RawProblem,
    RawRegister,
    RawRow,
    RawTable,
    RegisterUnreadable,
    columns_of,
    kind_of,
    parse_register,
)
from models.time import vn_date

_ADDS_WORDS = re.compile(r'["≥≤<>]')


def read(path: Path) -> RawRegister:
    """The register in an .xlsx file."""
    try:
        written = openpyxl.load_workbook(path)
        shown = openpyxl.load_workbook(path, data_only=True)
    except (InvalidFileException, BadZipFile, KeyError, ValueError, TypeError, OSError) as error:
        raise RegisterUnreadable(
            f"Tệp “{path.name}” không phải là bảng tính Excel (.xlsx) hoặc đã hỏng; "
            "mở bằng Excel, lưu lại rồi nạp lại."
        ) from error
    problems: list[RawProblem] = []
    tables = [table for sheet in written.worksheets for table in _tables(sheet, shown[sheet.title], problems)]
    register = parse_register(tables)
    return replace(register, problems=(*register.problems, *problems))


def _tables(sheet: Worksheet, shown: Worksheet, problems: list[RawProblem]) -> Iterator[RawTable]:
    """The tables of a sheet: a header of the other annex, with its title lines, begins another one."""
    values = _values(sheet, shown)
    plain = [tuple("" if value is None else str(value) for value in row) for row in values]
    starts: list[tuple[int, ItemKind]] = []
    for at, row in enumerate(plain):
        kind = kind_of(row)
        if kind is not None and (not starts or starts[-1][1] is not kind):
            starts.append((at, kind))
    begins = [0, *(_title_before(plain, at) for at, _ in starts[1:])]
    for index, begin in enumerate(begins):
        end = begins[index + 1] if index + 1 < len(begins) else len(plain)
        numbers = columns_of(starts[index][1], plain[starts[index][0]])["number"] if starts else 0
        rows = []
        for at in range(begin, end):
            cells = []
            for column, value in enumerate(values[at]):
                cell = sheet.cell(at + 1, column + 1)
                why = _doubt(cell, value)
                if why:
                    place = f"{sheet.title}, ô {cell.coordinate}"
                    problems.append(RawProblem(place, str(cell.value), why))
                cells.append(_text(value, cell.number_format, "." if column == numbers else ","))
            rows.append(RawRow(at + 1, tuple(cells)))
        yield RawTable(sheet.title, (), tuple(rows))


def _values(sheet: Worksheet, shown: Worksheet) -> list[list[object]]:
    """What every cell shows; one that is merged over rows shows the same in each of them."""
    values: list[list[object]] = [
        [shown.cell(row, column).value for column in range(1, sheet.max_column + 1)]
        for row in range(1, sheet.max_row + 1)
    ]
    for merged in sheet.merged_cells.ranges:
        for row in range(merged.min_row, merged.max_row):
            values[row][merged.min_col - 1] = values[merged.min_row - 1][merged.min_col - 1]
    return values


def _title_before(rows: list[tuple[str, ...]], header: int) -> int:
    """Where the title lines above a header begin: rows with one text or none."""
    at = header
    while at > 0 and sum(1 for text in rows[at - 1] if text.strip()) <= 1:
        at -= 1
    return at


def _doubt(cell: Cell | MergedCell, value: object) -> str:
    """Why a cell's text may not be what a person sees in it."""
    if cell.data_type == "f" and value is None:
        return "Ô là công thức chưa có kết quả nên không đọc được; thay bằng giá trị rồi nạp lại."
    shape = cell.number_format.split(";")[0]
    if isinstance(value, int | float) and _ADDS_WORDS.search(shape):
        return (
            f"Ô là số nhưng hiển thị thêm chữ do định dạng “{shape}”; hệ thống chỉ đọc được số, "
            "ghi cả chữ và số vào ô rồi nạp lại."
        )
    return ""


def _text(value: object, number_format: str, point: str) -> str:
    """A value as the office writes it: 0.85 shown as a percentage is "85%", a day dd/mm/yyyy.

    28.48 is "28,48" with a comma for `point`; in the column of row numbers it is a point.
    """
    if value is None:
        return ""
    if isinstance(value, date):
        return vn_date(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        exact = Decimal(repr(value))
        percent = "%" in number_format
        digits = format((exact * 100 if percent else exact).normalize(), "f")
        return digits.replace(".", point) + ("%" if percent else "")
    return str(value)
