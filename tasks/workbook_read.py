"""A workbook that came back, as a form: read, never judged.

People move, rename and copy sheets, add rows and columns, and save with whatever program they have. So a
table is found by the texts of its header row, and a row by the key in its column "Mã". Formulas are never
worked out: the value saved with them is what was reported. Macros are not looked at.
"""

import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from io import BytesIO
from math import isfinite
from typing import Any, TypeVar
from zipfile import ZipFile

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.escape import unescape

from models.codes import Severity
from models.fault import Fault
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
from models.rules.numbers import write_number
from models.rules.stamp import Stamp
from models.rules.text import clean, clean_lines, fold
from tasks.workbook_write import SHEET_STAMP, STAMP_KEYS_COLUMN, STAMP_ROWS

# What a form could never need, and a parser could choke on.
_MOST_BYTES = 60 * 1024 * 1024  # unpacked
_MOST_PARTS = 2_000
_MOST_TAGS = 1_000_000  # in one part
_MOST_SHEETS = 60
_MOST_ROWS = 5_000
_MOST_COLUMNS = 100
_MOST_LETTERS = 32_767  # in one cell: what Excel allows

_NUMERIC = {"percent", "value"}
_LINES = {"product", "reason", "proposal", "source"}

_SAVE_AS_XLSX = (
    "Mở tệp bằng Excel, LibreOffice hoặc WPS, chọn Lưu thành (Save As) định dạng .xlsx rồi gửi lại."
)
_USE_THE_FORM = "Đề nghị điền vào biểu .xlsx kèm theo yêu cầu báo cáo và gửi lại chính tệp đó."

Row = TypeVar("Row", FilledAssignment, FilledIndicator)


class UnreadableForm(Fault):
    """The bytes are no workbook that can be read; the message says in Vietnamese what the sender can do."""


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
    _refuse_foreign(content)
    formulas = _refuse_hostile(content)
    try:
        # openpyxl warns of everything that it leaves out of a file by Excel, LibreOffice or WPS.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sheets = _sheets(content, formulas)
    except Exception as broken:
        # Bytes from outside can break a parser in any way; whichever it is, the sender needs to be told.
        raise UnreadableForm(
            "Tệp .xlsx bị hỏng hoặc không đúng cấu trúc, không đọc được. Mở lại tệp gốc, lưu lại ở định "
            "dạng .xlsx rồi gửi lại."
        ) from broken
    return _form_of(sheets)


# What is refused, and why


def _refuse_foreign(content: bytes) -> None:
    """Says what a file is, when it is not a workbook of today's format."""
    if not content.strip(b"\0 \r\n\t"):
        raise UnreadableForm("Tệp rỗng, không có nội dung. Đề nghị kiểm tra và gửi lại.")
    if content.startswith(_COMPOUND):
        if _has_stream(content, "EncryptedPackage"):
            raise UnreadableForm("Tệp có mật khẩu, không mở được. Bỏ mật khẩu mở tệp, lưu lại rồi gửi lại.")
        if _has_stream(content, "WordDocument"):
            raise UnreadableForm(f"Tệp là văn bản Word (.doc), không phải biểu báo cáo. {_USE_THE_FORM}")
        raise UnreadableForm(f"Tệp ở định dạng Excel cũ (.xls). {_SAVE_AS_XLSX}")
    if content.startswith(b"PK"):
        return
    opening = content[:1024].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    for mark, kind in _FOREIGN.items():
        if opening.startswith(mark):
            raise UnreadableForm(f"Tệp là {kind}, không phải biểu báo cáo. {_USE_THE_FORM}")
    raise UnreadableForm(f"Tệp không phải bảng tính .xlsx. {_USE_THE_FORM}")


_COMPOUND = b"\xd0\xcf\x11\xe0"  # Microsoft's files before 2007, and encrypted ones to this day
_FOREIGN = {
    b"%pdf": "tệp PDF",
    b"\x89png": "ảnh",
    b"\xff\xd8\xff": "ảnh",
    b"{\\rtf": "văn bản RTF",
    b"rar!": "tệp nén RAR",
    b"7z\xbc\xaf": "tệp nén 7z",
    b"<!doctype html": "trang web (HTML)",
    b"<html": "trang web (HTML)",
}


def _has_stream(content: bytes, name: str) -> bool:
    return name.encode("utf-16-le") in content


def _refuse_hostile(content: bytes) -> bool:
    """Looks into the archive before anything is parsed. Returns whether any sheet has formulas."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            return _look_into(archive)
    except UnreadableForm:
        raise
    except Exception as broken:  # an archive can be broken in as many ways as there are bytes
        raise UnreadableForm(
            "Tệp bị hỏng hoặc chưa tải lên hết, không mở được. Mở lại tệp gốc, lưu lại rồi gửi lại."
        ) from broken


def _look_into(archive: ZipFile) -> bool:
    parts = archive.infolist()
    # The sizes bind: an archive gives out no more bytes than it declares here.
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_BYTES:
        raise UnreadableForm(
            "Tệp giải nén ra quá lớn so với một biểu báo cáo. Bỏ ảnh, trang và vùng định dạng thừa, hoặc "
            "điền lại vào biểu gốc rồi gửi lại."
        )
    if any(part.flag_bits & 0x1 for part in parts):
        raise UnreadableForm("Tệp nén có mật khẩu, không mở được. Bỏ mật khẩu rồi gửi lại.")
    _refuse_other_office(set(archive.namelist()))
    found = False
    for part in parts:
        if not part.filename.lower().endswith((".xml", ".rels")):
            continue
        xml = archive.read(part)
        if xml.count(b"<") > _MOST_TAGS:
            raise UnreadableForm(
                "Trang tính có quá nhiều ô so với một biểu báo cáo (thường do định dạng tràn xuống hết "
                "trang). Điền lại vào biểu gốc rồi gửi lại."
            )
        found = found or (part.filename.startswith("xl/worksheets/") and _FORMULA.search(xml) is not None)
    return found


_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")


def _refuse_other_office(names: set[str]) -> None:
    if "xl/workbook.xml" in names:
        return
    if "word/document.xml" in names:
        raise UnreadableForm(f"Tệp là văn bản Word (.docx), không phải biểu báo cáo. {_USE_THE_FORM}")
    if "ppt/presentation.xml" in names:
        raise UnreadableForm(f"Tệp là bản trình chiếu, không phải biểu báo cáo. {_USE_THE_FORM}")
    if "xl/workbook.bin" in names:
        raise UnreadableForm(f"Tệp ở định dạng Excel nhị phân (.xlsb). {_SAVE_AS_XLSX}")
    if "mimetype" in names and "content.xml" in names:
        raise UnreadableForm(f"Tệp ở định dạng OpenDocument (.ods hoặc .odt). {_SAVE_AS_XLSX}")
    if any(name.lower().endswith((".xlsx", ".xls")) for name in names):
        raise UnreadableForm("Tệp là tệp nén (.zip). Giải nén và gửi trực tiếp tệp .xlsx bên trong.")
    if "[Content_Types].xml" not in names:
        raise UnreadableForm(f"Tệp là tệp nén (.zip), không phải bảng tính .xlsx. {_USE_THE_FORM}")


# Sheets as they stand


@dataclass(frozen=True)
class _Seen:
    """One cell that is not empty. `fault` says why its value cannot be known."""

    value: Any
    percent: bool = False
    fault: str = ""


@dataclass(frozen=True)
class _Sheet:
    title: str
    rows: Mapping[int, Mapping[int, _Seen]]

    def text(self, row: int, column: int, *, numeric: bool = False, lines: bool = False) -> str:
        seen = self.rows.get(row, {}).get(column)
        return "" if seen is None or seen.fault else _text(seen, numeric=numeric, lines=lines)

    def cell(self, row: int, column: int, **how: bool) -> Cell:
        return Cell(self.text(row, column, **how), self.title, f"{get_column_letter(column)}{row}")

    def fault(self, row: int, column: int) -> str:
        seen = self.rows.get(row, {}).get(column)
        return seen.fault if seen else ""


def _sheets(content: bytes, formulas: bool) -> list[_Sheet]:
    """Every sheet's cells, with the values that were saved with the formulas."""
    unsaved: dict[str, set[tuple[int, int]]] = {}
    if formulas:
        unsaved = {
            sheet.title: {(cell.row, cell.column) for cell in _cells(sheet) if cell.data_type == "f"}
            for sheet in _open(content, data_only=False)
        }
    return [_sheet(sheet, unsaved.get(sheet.title, set())) for sheet in _open(content, data_only=True)]


def _open(content: bytes, *, data_only: bool) -> Sequence[Any]:
    book = load_workbook(BytesIO(content), read_only=True, data_only=data_only, keep_links=False)
    return book.worksheets[:_MOST_SHEETS]


def _cells(sheet: Any) -> list[Any]:
    """The cells that are there, within the bounds: a sheet may claim a million rows."""
    rows = sheet.iter_rows(min_row=1, max_row=_MOST_ROWS, min_col=1, max_col=_MOST_COLUMNS)
    return [cell for row in rows for cell in row if cell.value is not None or cell.data_type == "f"]


def _sheet(sheet: Any, with_formula: set[tuple[int, int]]) -> _Sheet:
    rows: dict[int, dict[int, _Seen]] = {}
    for row, column in with_formula:
        rows.setdefault(row, {})[column] = _Seen(None, fault=_UNSAVED)
    for cell in _cells(sheet):
        fault = _ERROR if cell.data_type == "e" else ""
        percent = isinstance(cell.value, int | float) and "%" in _QUOTED.sub("", cell.number_format or "")
        rows.setdefault(cell.row, {})[cell.column] = _Seen(cell.value, percent, fault)
    return _Sheet(clean(sheet.title), dict(sorted(rows.items())))


_QUOTED = re.compile(r'"[^"]*"|\\.')
_UNSAVED = (
    "chứa công thức chưa có kết quả. Mở tệp bằng Excel hoặc LibreOffice rồi lưu lại, hoặc ghi thẳng giá "
    "trị vào ô."
)
_ERROR = "đang báo lỗi công thức. Ghi thẳng giá trị vào ô."


def _text(seen: _Seen, *, numeric: bool, lines: bool) -> str:
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


# The form that stands in the sheets


@dataclass
class _Reading:
    """What is being made out of the sheets, and what could not be made out."""

    sheets: list[_Sheet]
    problems: list[Issue] = field(default_factory=list)

    def problem(self, severity: Severity, rule: str, sentence: str, sheet: str = "", cell: str = "") -> None:
        self.problems.append(Issue(severity, rule, sentence, sheet, cell))

    def cell(self, sheet: _Sheet, row: int, column: int, **how: bool) -> Cell:
        """One cell to fill; a value that cannot be known is told of."""
        found = sheet.cell(row, column, **how)
        fault = sheet.fault(row, column)
        if fault:
            self.problem(
                Severity.BLOCK, "o-khong-co-gia-tri", f"Ô {found.ref} {fault}", sheet.title, found.ref
            )
        return found


def _form_of(sheets: list[_Sheet]) -> ReadForm:
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


def _stamp(sheet: _Sheet) -> Stamp | None:
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
    wanted = {_header(label): label for label in labels}
    for sheet in sorted(reading.sheets, key=lambda sheet: fold(sheet.title) != fold(SHEET_GENERAL)):
        for row, cells in sheet.rows.items():
            for column in sorted(cells):
                label = wanted.get(_header(sheet.text(row, column)))
                if label is None:
                    continue
                del wanted[_header(label)]
                value = min((c for c in cells if c > column), default=column + 1)
                found[label] = reading.cell(sheet, row, value, lines=label == NOTHING_REASON)
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
                    f"Trang “{sheet.title}” không còn dòng tiêu đề (Mã, {needed[1]}, …). {_USE_THE_FORM}"
                )
                reading.problem(Severity.BLOCK, "thieu-dong-tieu-de", sentence, sheet.title)
        return ()
    sheet, header_row, columns = found[0].sheet, found[0].header_row, found[0].columns
    for other in found[1:]:
        sentence = f"Có nhiều trang “{title}”: đọc trang “{sheet.title}”, bỏ qua “{other.sheet.title}”."
        reading.problem(Severity.WARN, "trang-trung", sentence, other.sheet.title)
    places = {name: columns[_header(header)] for name, header in asked.items() if _header(header) in columns}
    for name, header in asked.items():
        if name not in places:
            sentence = f"Trang “{sheet.title}” thiếu cột “{header}”. {_USE_THE_FORM}"
            reading.problem(Severity.BLOCK, "thieu-cot", sentence, sheet.title)
    key_column = columns[_header(given["row_key"])]
    rows: dict[str, Row] = {}
    for row in sheet.rows:
        if row <= header_row or _header(sheet.text(row, key_column)) == _header(given["row_key"]):
            continue  # above the table, or its header once more
        _read_row(reading, sheet, row, key_column, places, make, rows)
    return tuple(rows.values())


@dataclass(frozen=True)
class _Table:
    sheet: _Sheet
    header_row: int
    columns: Mapping[str, int]  # by header, as compared


def _find_table(sheet: _Sheet, needed: Sequence[str]) -> _Table | None:
    """The first row that holds the needed headers starts the table."""
    for row, cells in sheet.rows.items():
        columns: dict[str, int] = {}
        for column in sorted(cells):
            columns.setdefault(_header(sheet.text(row, column)), column)
        if all(_header(header) in columns for header in needed):
            return _Table(sheet, row, columns)
    return None


def _read_row(
    reading: _Reading,
    sheet: _Sheet,
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


def _header(text: str) -> str:
    """A header as it is compared: without what stands in brackets, however its parts are spaced."""
    return re.sub(r"\s*\([^)]*\)|\s*(?=/)|(?<=/)\s*", "", fold(text))
