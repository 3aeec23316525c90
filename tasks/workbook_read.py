"""A workbook that came back, as a form: read, never judged.

People move, rename and copy sheets, add rows and columns, and save with whatever program they have. So a
table is found by the texts of its header row, and a row by the key in its column "Mã". Formulas are never
worked out: the value saved with them is what was reported. Macros are not looked at.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from openpyxl.utils import get_column_letter

from models.codes import Severity
from models.rules.form import (
    SHEET_ASSIGNMENTS,
    SHEET_GENERAL,
    SHEET_INDICATORS,
    Cell,
    Filled,
    FilledAssignment,
    FilledIndicator,
    Issue,
)
from models.rules.form_columns import (
    ASSIGNMENT_ASKED,
    ASSIGNMENT_GIVEN,
    INDICATOR_ASKED,
    INDICATOR_GIVEN,
    NOTHING,
    NOTHING_REASON,
    PHONE,
    PREPARED_BY,
)
from models.rules.stamp import Stamp
from models.rules.text import fold
from tasks.workbook_cells import Sheet, compared, sheets_of
from tasks.workbook_package import USE_THE_FORM, UnreadableForm, parts_of
from tasks.workbook_write import SHEET_STAMP, STAMP_KEYS_COLUMN, STAMP_ROWS

__all__ = ["ReadForm", "UnreadableForm", "read_form"]

_NUMERIC = {"percent", "value"}
_LINES = {"product", "reason", "proposal", "source"}

Row = TypeVar("Row", FilledAssignment, FilledIndicator)


@dataclass(frozen=True)
class ReadForm:
    """A workbook as read. `stamp` is None when it bears none that can be read: a foreign file.

    `prepared_by` and `phone` are whom to call about it, as typed.
    """

    stamp: Stamp | None
    filled: Filled
    prepared_by: str = ""
    phone: str = ""


def read_form(content: bytes) -> ReadForm:
    """What a received workbook says; UnreadableForm when it is none."""
    return _form_of(sheets_of(parts_of(content)))


# The form that stands in the sheets


@dataclass
class _Reading:
    """What is being made out of the sheets, and what could not be made out."""

    sheets: list[Sheet]
    problems: list[Issue] = field(default_factory=list)

    def problem(self, severity: Severity, rule: str, sentence: str, sheet: str = "", cell: str = "") -> None:
        self.problems.append(Issue(severity, rule, sentence, sheet, cell))

    def cell(self, sheet: Sheet, row: int, column: int, **how: bool) -> Cell:
        """One cell to fill; a value that cannot be known is told of."""
        found = sheet.cell(row, column, **how)
        fault = sheet.fault(row, column)
        if fault:
            self.problem(
                Severity.BLOCK, "o-khong-co-gia-tri", f"Ô {found.ref} {fault}", sheet.title, found.ref
            )
        return found


def _form_of(sheets: list[Sheet]) -> ReadForm:
    stamp = next((found for sheet in sheets if (found := _stamp(sheet))), None)
    reading = _Reading([sheet for sheet in sheets if fold(sheet.title) != SHEET_STAMP])
    general = _labelled(reading, (NOTHING, NOTHING_REASON, PREPARED_BY, PHONE))
    assignments = _table(reading, SHEET_ASSIGNMENTS, ASSIGNMENT_GIVEN, ASSIGNMENT_ASKED, FilledAssignment)
    indicators = _table(reading, SHEET_INDICATORS, INDICATOR_GIVEN, INDICATOR_ASKED, FilledIndicator)
    filled = Filled(
        nothing=general[NOTHING],
        nothing_reason=general[NOTHING_REASON],
        assignments=assignments,
        indicators=indicators,
        problems=tuple(reading.problems),
    )
    return ReadForm(stamp, filled, general[PREPARED_BY].text, general[PHONE].text)


def _stamp(sheet: Sheet) -> Stamp | None:
    """The stamp, if this is its sheet; texts exactly as signed."""
    first, second, keys = (
        {row: str(cells[column].value) for row, cells in sheet.rows.items() if column in cells}
        for column in (1, 2, STAMP_KEYS_COLUMN)
    )
    said = {label: second.get(row, "") for row, label in first.items()}
    if not all(said.get(label) for label in STAMP_ROWS):
        return None
    request, version, cycle, agency, mac = (said[label] for label in STAMP_ROWS)
    try:
        return Stamp(int(request), int(version), cycle, agency, tuple(keys.values()), mac)
    except ValueError:
        return None


def _labelled(reading: _Reading, labels: Sequence[str]) -> dict[str, Cell]:
    """What stands to the right of each label; the sheet of general information is looked at first."""
    found = dict.fromkeys(labels, Cell())
    wanted = {compared(label): label for label in labels}
    for sheet in sorted(reading.sheets, key=lambda sheet: fold(sheet.title) != fold(SHEET_GENERAL)):
        for row, headers in sheet.headers.items():
            for header in headers.keys() & wanted.keys():
                label = wanted.pop(header)
                cells = sheet.rows[row]
                value = min((c for c in cells if c > headers[header]), default=headers[header] + 1)
                found[label] = reading.cell(sheet, row, value, lines=label == NOTHING_REASON)
        if not wanted:
            break
    return found


def _table(
    reading: _Reading,
    title: str,
    given: Mapping[str, str],
    asked: Mapping[str, str],
    make: Callable[..., Row],
) -> tuple[Row, ...]:
    """The rows of one table, wherever it stands; none when it stands nowhere (the checks speak of that)."""
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
    reading: _Reading,
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
