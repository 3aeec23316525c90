"""The sheets of annexes and prose in a workbook that came back, found by the marks that they carry.

A cell is found by the key of its row and the letter of its column (tasks.workbook.marks), wherever people have moved
them. What is not asked on such a row (its number, its name) is read along: only the form knows what was asked.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from models.codes import Severity
from models.rules.form import SHEET_TEXT, Cell
from models.rules.text import fold
from models.rules.typed_form import SAME_COLUMN, TEXT_ROW, field_name, text_field
from tasks.workbook.cells import Sheet
from tasks.workbook.marks import MARK
from tasks.workbook.package import USE_THE_FORM
from tasks.workbook.reading import Reading

_MARK_LENGTH = len(MARK)
_LETTERS = re.compile(r"[A-Z]{1,3}")
_KEYS_OF_PROSE = re.compile(r"[^\s-]\S*")


@dataclass(frozen=True)
class _Marked:
    """A sheet that says whose it is: where its keys and letters stand, and what they are."""

    sheet: Sheet
    code: str
    corner: tuple[int, int]
    columns: Mapping[str, int]  # by letter
    keys: Mapping[int, str]  # by row


def read_marked(reading: Reading) -> tuple[dict[str, Cell], dict[str, Cell]]:
    """The cells of the annexes by field name, and the prose by code of heading.

    The sheets they stand on are taken off those that are still to be read.
    """
    by_code: dict[str, list[_Marked]] = {}
    others = []
    for sheet in reading.sheets:
        if marked := _marked(sheet):
            by_code.setdefault(marked.code, []).append(marked)
        else:
            others.append(sheet)
    reading.sheets = others
    _tell_of_lost_marks(reading, by_code.keys())
    cells: dict[str, Cell] = {}
    texts: dict[str, Cell] = {}
    for code, found in by_code.items():
        title = SHEET_TEXT if code == TEXT_ROW else reading.annexes.get(code, "")
        found.sort(key=lambda marked: fold(marked.sheet.title) != fold(title))  # the rightly named one first
        _tell_of_copies(reading, found)
        (texts if code == TEXT_ROW else cells).update(_read(reading, found[0]))
    return cells, texts


def _marked(sheet: Sheet) -> _Marked | None:
    """The sheet by its mark; None where there is none, or none with keys and letters."""
    for row, cells in sheet.rows.items():
        for column, seen in cells.items():
            if type(seen.value) is str and seen.value[:_MARK_LENGTH] == MARK:  # of every cell of every report
                found = _around(sheet, row, column)
                if found.columns and found.keys:
                    return found
    return None


def _around(sheet: Sheet, row: int, column: int) -> _Marked:
    code = sheet.text(row, column).removeprefix(MARK)
    letters = {sheet.text(row, place): place for place in sheet.rows[row] if place != column}
    keys = {
        place: key for place in sheet.rows if place != row and _is_key(key := sheet.text(place, column), code)
    }
    columns = {letter: place for letter, place in letters.items() if _LETTERS.fullmatch(letter)}
    return _Marked(sheet, code, (row, column), columns, keys)


def _is_key(text: str, code: str) -> bool:
    if code == TEXT_ROW:
        return _KEYS_OF_PROSE.fullmatch(text) is not None
    return text.startswith(f"{code}/") or text == field_name(code, SAME_COLUMN)


def _tell_of_lost_marks(reading: Reading, found: Collection[str]) -> None:
    lost = {fold(title): code for code, title in reading.annexes.items() if code not in found}
    why = f"không còn dòng và cột ẩn ghi mã, nên không đọc được. {USE_THE_FORM}"
    for sheet in reading.sheets:
        if fold(sheet.title) in lost:
            sentence = f"Trang “{sheet.title}” {why}"
            reading.problem(Severity.BLOCK, "thieu-ma-phu-luc", sentence, sheet.title)
        elif fold(sheet.title) == fold(SHEET_TEXT) and TEXT_ROW not in found:
            sentence = f"Trang “{sheet.title}” {why}"
            reading.problem(Severity.WARN, "thieu-ma-loi-van", sentence, sheet.title)


def _tell_of_copies(reading: Reading, found: Sequence[_Marked]) -> None:
    kept = found[0].sheet.title
    for other in found[1:]:
        sentence = f"Có nhiều trang của cùng một nội dung: đọc trang “{kept}”, bỏ qua “{other.sheet.title}”."
        reading.problem(Severity.WARN, "trang-trung", sentence, other.sheet.title)


def _read(reading: Reading, marked: _Marked) -> dict[str, Cell]:
    found: dict[str, Cell] = {}
    clashes: set[int] = set()
    for row, key in marked.keys.items():
        for name, cell in _cells_of(reading, marked, row, key).items():
            known = found.get(name)
            if known is None or (cell.text and not known.text):
                found[name] = cell
            elif cell.text and cell.text != known.text:
                clashes.add(row)
    for row in sorted(clashes):
        _tell_of_clash(reading, marked, row)
    _tell_of_strange_rows(reading, marked)
    return found


def _cells_of(reading: Reading, marked: _Marked, row: int, key: str) -> dict[str, Cell]:
    """The cells of one row, by field name; of prose by code of heading."""
    confirms = key.endswith(f":{SAME_COLUMN}")
    places = marked.columns
    if marked.code == TEXT_ROW or confirms:
        places = {"": min(marked.columns.values())}
    cells = {}
    for letter, column in places.items():
        name = field_name(key, letter) if letter else key
        field = text_field(key) if marked.code == TEXT_ROW else name
        cells[name] = reading.cell(
            marked.sheet, row, column, numeric=marked.code != TEXT_ROW, lines=True, row_key=field
        )
    return cells


def _tell_of_clash(reading: Reading, marked: _Marked, row: int) -> None:
    key = marked.keys[row]
    sentence = (
        f"Dòng {row} là bản sao của một dòng khác (mã {key}) nhưng có nội dung khác. Giữ một dòng; nội dung thêm thì "
        "ghi vào các dòng trống cho sẵn, thiếu dòng thì đề nghị nơi yêu cầu cấp biểu có nhiều dòng hơn."
    )
    place = f"{get_column_letter(marked.corner[1])}{row}"
    reading.problem(Severity.BLOCK, "ma-trung", sentence, marked.sheet.title, place)


def _tell_of_strange_rows(reading: Reading, marked: _Marked) -> None:
    """Rows that were put in between or below: nobody knows what they are."""
    first = min(marked.keys)
    for row in marked.sheet.rows:
        if row <= first or marked.sheet.text(row, marked.corner[1]):
            continue
        column = next((c for c in marked.columns.values() if marked.sheet.text(row, c)), 0)
        if column:
            sentence = (
                f"Dòng {row} được thêm vào, không có mã, nên nội dung của dòng này không được đọc. Chuyển nội dung vào "
                "các dòng cho sẵn, hoặc xóa dòng này nếu không cần."
            )
            place = f"{get_column_letter(column)}{row}"
            reading.problem(Severity.WARN, "dong-thieu-ma", sentence, marked.sheet.title, place)
