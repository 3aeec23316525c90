"""A workbook that came back, as a form: read, never judged.

People move, rename and copy sheets, add rows and columns, and save with whatever program they have. So a
table is found by the texts of its header row, and a row by the key in its column "Mã"; annexes and prose by
the marks that they carry. Formulas are never worked out: the value saved with them is what was reported.
Macros are not looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from models.rules.form import (
    SHEET_ASSIGNMENTS,
    SHEET_GENERAL,
    SHEET_INDICATORS,
    Cell,
    Filled,
    FilledAssignment,
    FilledIndicator,
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
    REPORT_NUMBER,
    SAME_ALL,
    SIGNED_ON,
    SIGNER,
)
from models.rules.stamp import Stamp
from models.rules.text import clean, fold
from tasks.workbook.cells import Sheet, compared, sheets_of
from tasks.workbook.package import UnreadableForm, parts_of
from tasks.workbook.read_marked import read_marked
from tasks.workbook.read_tables import read_table
from tasks.workbook.reading import Reading
from tasks.workbook.stamp import (
    ANNEX_CODES_COLUMN,
    ANNEX_TITLES_COLUMN,
    SHEET_STAMP,
    STAMP_KEYS_COLUMN,
    STAMP_ROWS,
)

__all__ = ["ReadForm", "UnreadableForm", "read_form"]

_GENERAL = (NOTHING, NOTHING_REASON, PREPARED_BY, PHONE, SAME_ALL, REPORT_NUMBER, SIGNED_ON, SIGNER)
_OWN_LABELS = frozenset(map(compared, (NOTHING, NOTHING_REASON, PREPARED_BY)))
"""Labels that stand on no other sheet than that of general information; "Ngày ký" may head any list."""
_NOT_ALWAYS = frozenset(map(compared, (SAME_ALL, REPORT_NUMBER, SIGNED_ON, SIGNER)))
"""Labels that a form may lack."""


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


def _form_of(sheets: list[Sheet]) -> ReadForm:
    stamp = next((found for sheet in sheets if (found := _stamp(sheet))), None)
    own = [sheet for sheet in sheets if fold(sheet.title) == SHEET_STAMP]
    reading = Reading([sheet for sheet in sheets if sheet not in own], _annexes(own))
    cells, texts = read_marked(reading)
    general = _general(reading)
    assignments = read_table(reading, SHEET_ASSIGNMENTS, ASSIGNMENT_GIVEN, ASSIGNMENT_ASKED, FilledAssignment)
    indicators = read_table(reading, SHEET_INDICATORS, INDICATOR_GIVEN, INDICATOR_ASKED, FilledIndicator)
    filled = Filled(
        nothing=general[NOTHING],
        nothing_reason=general[NOTHING_REASON],
        same_all=general[SAME_ALL],
        number=general[REPORT_NUMBER],
        signed_on=general[SIGNED_ON],
        signer=general[SIGNER],
        assignments=assignments,
        indicators=indicators,
        cells=cells,
        texts=texts,
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


def _annexes(sheets: Sequence[Sheet]) -> dict[str, str]:
    """The title of the sheet that each annex was given, by its code; as far as the hidden sheet says it."""
    return {
        clean(str(cells[ANNEX_CODES_COLUMN].value)): clean(str(cells[ANNEX_TITLES_COLUMN].value))
        for sheet in sheets
        for cells in sheet.rows.values()
        if ANNEX_CODES_COLUMN in cells and ANNEX_TITLES_COLUMN in cells
    }


def _general(reading: Reading) -> dict[str, Cell]:
    """What stands to the right of each label; the sheet named for general information is looked at first."""
    found = dict.fromkeys(_GENERAL, Cell())
    wanted = {compared(label): label for label in _GENERAL}
    for sheet in sorted(reading.sheets, key=lambda sheet: fold(sheet.title) != fold(SHEET_GENERAL)):
        if not any(_OWN_LABELS & headers.keys() for headers in sheet.headers.values()):
            continue
        for row, headers in sheet.headers.items():
            for header in headers.keys() & wanted.keys():
                label = wanted.pop(header)
                cells = sheet.rows[row]
                value = min((c for c in cells if c > headers[header]), default=headers[header] + 1)
                found[label] = reading.cell(sheet, row, value, lines=label == NOTHING_REASON)
        if not wanted.keys() - _NOT_ALWAYS:
            break
    return found
