"""A directory workbook (.xlsx) as a person keeps it: found by its sheets' titles and its headings, read row by row."""

from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from models.fault import Fault
from models.rules.directory.directory_lines import (
    COLUMNS,
    AgencyLine,
    LineFault,
    PersonLine,
    RawLine,
    SheetKind,
    agency_lines,
    columns_of,
    heading_of,
    person_lines,
    row_fault,
)
from models.rules.text import fold
from tasks.workbook.cells import Sheet, sheets_of
from tasks.workbook.package import UnreadableForm, parts_of

MOST_ROWS = 20_000
_LAST_HEADING_ROW = 15


class DirectoryFault(Fault):
    """A workbook that is no directory, or one that may not be applied; the message says what to do."""


@dataclass(frozen=True)
class ReadDirectory:
    """What a workbook gives; None for a sheet that it does not have."""

    agencies: list[AgencyLine] | None
    people: list[PersonLine] | None
    faults: list[LineFault]
    notes: list[str]


def read_directory(content: bytes) -> ReadDirectory:
    """Every row of a workbook, with what is wrong with the faulty ones. DirectoryFault when it is no directory."""
    try:
        sheets = sheets_of(parts_of(content), MOST_ROWS)
    except UnreadableForm as error:
        raise DirectoryFault(
            "Không đọc được tệp như một bảng tính Excel (.xlsx). Mở tệp bằng Excel, LibreOffice hoặc WPS, lưu thành "
            ".xlsx (không đặt mật khẩu, không quá 25 MB) rồi nạp lại."
        ) from error
    found = {kind: _sheet(sheets, kind) for kind in SheetKind}
    if not any(found.values()):
        raise DirectoryFault(
            "Tệp không có trang “Cơ quan” hoặc “Người liên hệ” với đủ tiêu đề cột. Tải tệp mẫu và điền theo đó."
        )
    faults: list[LineFault] = []
    notes: list[str] = []
    lines: dict[SheetKind, list[RawLine]] = {}
    for kind, sheet in found.items():
        if sheet is not None:
            lines[kind] = _lines(sheet, kind, faults, notes)
    agencies = people = None
    if SheetKind.AGENCIES in lines:
        agencies, wrong = agency_lines(lines[SheetKind.AGENCIES])
        faults += wrong
    if SheetKind.PEOPLE in lines:
        people, wrong = person_lines(lines[SheetKind.PEOPLE])
        faults += wrong
    return ReadDirectory(agencies, people, faults, notes)


def _sheet(sheets: list[Sheet], kind: SheetKind) -> Sheet | None:
    """The sheet of this kind. DirectoryFault when it is there and its headings are not."""
    named = [sheet for sheet in sheets if fold(sheet.title) == fold(kind.value)]
    if not named:
        return None
    if _headings(named[0], kind) is None:
        needed = "; ".join(column.heading for column in COLUMNS[kind] if column.needed)
        raise DirectoryFault(
            f"Trang “{kind.value}” không có dòng tiêu đề cột trong {_LAST_HEADING_ROW} dòng đầu. "
            f"Phải có các cột: {needed}."
        )
    if named[0].rows and max(named[0].rows) >= MOST_ROWS:
        raise DirectoryFault(f"Trang “{kind.value}” dài quá {MOST_ROWS} dòng. Tách thành nhiều tệp.")
    return named[0]


def _headings(sheet: Sheet, kind: SheetKind) -> tuple[int, dict[str, int]] | None:
    for row, headings in sheet.headers.items():
        if row > _LAST_HEADING_ROW:
            break
        columns = columns_of(kind, headings)
        if columns is not None:
            return row, columns
    return None


def _lines(sheet: Sheet, kind: SheetKind, faults: list[LineFault], notes: list[str]) -> list[RawLine]:
    """The rows that say something. A row with a cell whose value cannot be known is a fault."""
    headings = _headings(sheet, kind)
    assert headings is not None  # noqa: S101 - a sheet without headings is refused above
    top, columns = headings
    letters = {field: get_column_letter(number) for field, number in columns.items()}
    unused = [sheet.text(top, number) for number in sheet.rows[top] if number not in columns.values()]
    if unused:
        notes.append(f"Trang “{kind.value}”: không dùng đến cột {', '.join(f'“{text}”' for text in unused)}.")
    absent = [column.heading for column in COLUMNS[kind] if column.field not in columns]
    if absent:
        listed = ", ".join(f"“{heading}”" for heading in absent)
        notes.append(f"Trang “{kind.value}”: không có cột {listed}; thông tin ấy giữ nguyên.")
    found = []
    for row in sorted(sheet.rows):
        if row <= top:
            continue
        texts = {field: sheet.text(row, number, lines=True) for field, number in columns.items()}
        unknown = {field: sheet.fault(row, number) for field, number in columns.items()}
        numbers = frozenset(
            field
            for field, number in columns.items()
            if number in sheet.rows[row] and isinstance(sheet.rows[row][number].value, int | float)
        )
        line = RawLine(kind.value, row, texts, letters, numbers)
        wrong = [
            row_fault(line, field, f"Ô “{heading_of(kind, field)}” {why}")
            for field, why in unknown.items()
            if why
        ]
        faults += wrong
        if not wrong and any(texts.values()):
            found.append(line)
    return found
