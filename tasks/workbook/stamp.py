"""The hidden sheet of a form: its stamp, the lists that cells offer, and which sheet each annex was given.

Column A has the labels of the stamp, B its values, C the keys of the rows; D and E the lists of statuses; F the code
of each annex and G the title of its sheet; from H on one list of choices a column.
"""

from collections.abc import Mapping, Sequence

from openpyxl.utils import get_column_letter

from models.codes import DeadlineKind
from models.rules.form_columns import statuses_for
from models.rules.stamp import Stamp
from tasks.workbook.form_sheet import FormSheet

SHEET_STAMP = "_dondoc"
STAMP_ROWS = ("request", "version", "cycle", "agency", "mac")  # column A of the stamp's sheet, values in B
STAMP_KEYS_COLUMN = 3
_STATUS_COLUMNS = {DeadlineKind.DATE: 4, DeadlineKind.RECURRING: 5}
ANNEX_CODES_COLUMN, ANNEX_TITLES_COLUMN = 6, 7
_FIRST_LIST = 8
_LONGEST_INLINE = 250  # Excel allows 255 letters in a list that stands in the cell's own rule


class Lists:
    """The lists of choices that the annexes of one form offer."""

    def __init__(self) -> None:
        self.columns: dict[tuple[str, ...], int] = {}

    def source(self, options: Sequence[str]) -> str:
        """What a cell refers to for these choices: the words themselves, or where they stand in the hidden sheet."""
        joined = ",".join(options)
        # A comma would part a choice in two, and a program trims the spaces around one.
        if len(joined) <= _LONGEST_INLINE and all(_is_simple(option) for option in options):
            return f'"{joined}"'
        column = self.columns.setdefault(tuple(options), _FIRST_LIST + len(self.columns))
        return _reference(column, len(options))


def status_sources() -> Mapping[DeadlineKind, str]:
    """Where the list of statuses stands for assignments of each kind; their commas allow no other way."""
    return {kind: _reference(column, len(statuses_for(kind))) for kind, column in _STATUS_COLUMNS.items()}


def write_stamp(sheet: FormSheet, stamp: Stamp, annexes: Mapping[str, str], lists: Lists) -> None:
    """Fills the hidden sheet in; `annexes` has the title of the sheet of each annex by its code."""
    values = (str(stamp.request_id), str(stamp.version), stamp.cycle_code, stamp.agency_code, stamp.mac)
    _column(sheet, 1, STAMP_ROWS)
    _column(sheet, 2, values)
    _column(sheet, STAMP_KEYS_COLUMN, stamp.row_keys)
    for kind, column in _STATUS_COLUMNS.items():
        _column(sheet, column, [status.label for status in statuses_for(kind)])
    _column(sheet, ANNEX_CODES_COLUMN, list(annexes))
    _column(sheet, ANNEX_TITLES_COLUMN, list(annexes.values()))
    for options, column in lists.columns.items():
        _column(sheet, column, options)
    sheet.hidden = True


def _column(sheet: FormSheet, column: int, texts: Sequence[str]) -> None:
    for row, text in enumerate(texts, 1):
        sheet.put(row, column, text, "Cho sẵn")


def _is_simple(option: str) -> bool:
    return option == option.strip() and not set(option) & set(',;"=\n')


def _reference(column: int, rows: int) -> str:
    letter = get_column_letter(column)
    return f"'{SHEET_STAMP}'!${letter}$1:${letter}${rows}"
