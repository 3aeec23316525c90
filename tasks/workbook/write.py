"""A form as a workbook: prefilled, locked where it is given, open where it is asked.

Every cell to fill is a text cell. In a text cell what is typed stays as typed: a machine with English
settings makes 2848 of 28,48, and the 4th of March of 03/04/2026, without a word; a line that starts with a
dash becomes a formula that fails. Reading what was typed is the reader's affair, by Vietnamese rules.

The same form and key give the same bytes, so that a form is known by its hash.
"""

from openpyxl.workbook.child import avoid_duplicate_name

from models.rules.form import (
    SHEET_ASSIGNMENTS,
    SHEET_GENERAL,
    SHEET_GUIDE,
    SHEET_INDICATORS,
    SHEET_TEXT,
    Form,
)
from models.rules.stamp import sign
from models.rules.typed_form import row_keys
from tasks.workbook.annex import write_annex
from tasks.workbook.form_book import book_of
from tasks.workbook.form_sheet import FormSheet
from tasks.workbook.general import write_general
from tasks.workbook.guide import write_guide
from tasks.workbook.stamp import SHEET_STAMP, Lists, write_stamp
from tasks.workbook.tables import write_assignments, write_indicators
from tasks.workbook.text import write_text


def write_form(form: Form, key: bytes) -> bytes:
    """The workbook (XLSX) of this form, stamped with `key`. The same arguments give the same bytes."""
    sheets: list[FormSheet] = []

    def sheet(title: str) -> FormSheet:
        sheets.append(FormSheet(avoid_duplicate_name([other.title for other in sheets], title)))
        return sheets[-1]

    write_guide(sheet(SHEET_GUIDE), form)
    write_general(sheet(SHEET_GENERAL), form)
    if form.assignments:
        write_assignments(sheet(SHEET_ASSIGNMENTS), form)
    if form.indicators:
        write_indicators(sheet(SHEET_INDICATORS), form)
    lists, titles = Lists(), dict[str, str]()
    for annex in form.annexes:
        drawn = sheet(annex.sheet)
        write_annex(drawn, form, annex, lists)
        titles[annex.code] = drawn.title
    if form.outline:
        write_text(sheet(SHEET_TEXT), form, form.outline)
    stamp = sign(form.request_id, form.version, form.cycle_code, form.agency_code, row_keys(form), key)
    write_stamp(sheet(SHEET_STAMP), stamp, titles, lists)
    return book_of(sheets, f"Biểu báo cáo {form.cycle_name} - {form.agency_name}", form.data_from)
