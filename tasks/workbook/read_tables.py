"""The tables of assignments and indicators in a workbook that came back.

A table is found by the texts of its header row, and a row by the key in its column "Mã".
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from openpyxl.utils import get_column_letter

from models.codes import Severity
from models.rules.form import FilledAssignment, FilledIndicator
from models.rules.form_columns import SAME
from models.rules.text import fold
from models.rules.typed_form import SAME_COLUMN
from tasks.workbook.cells import Sheet, compared
from tasks.workbook.package import USE_THE_FORM
from tasks.workbook.reading import Reading

_NUMERIC = {"percent", "value"}
_LINES = {"product", "reason", "proposal", "source"}

Row = TypeVar("Row", FilledAssignment, FilledIndicator)


def read_table(
    reading: Reading,
    title: str,
    given: Mapping[str, str],
    asked: Mapping[str, str],
    make: Callable[..., Row],
) -> tuple[Row, ...]:
    """The rows of one table, wherever it stands; none when it stands nowhere (the checks speak of that).

    `title`: of the sheet it was issued on. `given`, `asked`: its headers by field. The column that confirms what was
    carried over is read where there is one.
    """
    needed = (given["row_key"], next(iter(asked.values())))
    found = [table for sheet in reading.sheets if (table := _find_table(sheet, needed))]
    found.sort(key=lambda table: fold(table.sheet.title) != fold(title))  # the rightly named one first
    if not found:
        for sheet in reading.sheets:
            if fold(sheet.title) == fold(title):
                sentence = (
                    f"Trang “{sheet.title}” không còn dòng tiêu đề (Mã, {needed[1]}, …). {USE_THE_FORM}"
                )
                reading.problem(Severity.BLOCK, "thieu-dong-tieu-de", sentence, sheet.title)
        return ()
    sheet, header_row, columns = found[0].sheet, found[0].header_row, found[0].columns
    for other in found[1:]:
        sentence = f"Có nhiều trang “{title}”: đọc trang “{sheet.title}”, bỏ qua “{other.sheet.title}”."
        reading.problem(Severity.WARN, "trang-trung", sentence, other.sheet.title)
    places = {
        name: columns[compared(header)] for name, header in asked.items() if compared(header) in columns
    }
    for name, header in asked.items():
        if name not in places:
            sentence = f"Trang “{sheet.title}” thiếu cột “{header}”. {USE_THE_FORM}"
            reading.problem(Severity.BLOCK, "thieu-cot", sentence, sheet.title)
    if compared(SAME) in columns:
        places[SAME_COLUMN] = columns[compared(SAME)]
    key_column = columns[compared(given["row_key"])]
    rows: dict[str, Row] = {}
    key_header = compared(given["row_key"])
    for row in sheet.rows:
        if row <= header_row or sheet.headers.get(row, {}).get(key_header) == key_column:
            continue  # above the table, or its header once more
        _read_row(reading, sheet, row, key_column, places, make, rows)
    return tuple(rows.values())


@dataclass(frozen=True)
class _Table:
    sheet: Sheet
    header_row: int
    columns: Mapping[str, int]  # by header, as compared


def _find_table(sheet: Sheet, needed: Sequence[str]) -> _Table | None:
    """The first row that holds the needed headers starts the table."""
    for row, columns in sheet.headers.items():
        if all(compared(header) in columns for header in needed):
            return _Table(sheet, row, columns)
    return None


def _read_row(
    reading: Reading,
    sheet: Sheet,
    row: int,
    key_column: int,
    places: Mapping[str, int],
    make: Callable[..., Row],
    rows: dict[str, Row],
) -> None:
    key = sheet.text(row, key_column)
    if not key and not any(column in sheet.rows[row] for column in places.values()):
        return
    cells = {
        name: reading.cell(sheet, row, column, numeric=name in _NUMERIC, lines=name in _LINES)
        for name, column in places.items()
    }
    content = {name: cell.text for name, cell in cells.items() if cell.text}
    place = f"{get_column_letter(key_column)}{row}"
    if not key:
        if content:
            sentence = (
                f"Dòng {row} có nội dung nhưng không có mã ở ô {place}, nên không biết là của dòng nào. "
                "Ghi lại mã như trong biểu gốc, hoặc xóa dòng này nếu không cần."
            )
            reading.problem(Severity.WARN, "dong-thieu-ma", sentence, sheet.title, place)
        return
    known = rows.get(fold(key))
    before = {name: text for name in cells if known and (text := getattr(known, name).text)}
    if known is None or (content and not before):
        rows[fold(key)] = make(row_key=key, **cells)
    elif content and content != before:
        sentence = (
            f"Mã {key} có ở nhiều dòng với nội dung khác nhau (dòng {row} và dòng trước). Giữ một dòng."
        )
        reading.problem(Severity.BLOCK, "ma-trung", sentence, sheet.title, place)
