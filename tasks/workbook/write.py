"""A form as a workbook: prefilled, locked where it is given, open where it is asked.

Every cell to fill is a text cell. In a text cell what is typed stays as typed: a machine with English
settings makes 2848 of 28,48, and the 4th of March of 03/04/2026, without a word; a line that starts with a
dash becomes a formula that fails. Reading what was typed is the reader's affair, by Vietnamese rules.

The same form and key give the same bytes, so that a form is known by its hash.
"""

import re
from collections.abc import Mapping
from datetime import datetime, time
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

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
from tasks.workbook.general import write_general
from tasks.workbook.guide import write_guide
from tasks.workbook.looks import add_looks
from tasks.workbook.stamp import SHEET_STAMP, Lists, write_stamp
from tasks.workbook.tables import write_assignments, write_indicators
from tasks.workbook.text import write_text


def write_form(form: Form, key: bytes) -> bytes:
    """The workbook (XLSX) of this form, stamped with `key`. The same arguments give the same bytes."""
    book = Workbook()
    add_looks(book, annexes=bool(form.annexes), last=form.last is not None, text=form.outline is not None)
    guide = book.active
    assert isinstance(guide, Worksheet)  # noqa: S101  a new workbook has one sheet, and it is a worksheet
    guide.title = SHEET_GUIDE
    write_guide(guide, form)
    text_cells: dict[int, str] = {}

    def asked(cells: str) -> None:
        text_cells[len(book.worksheets)] = cells

    asked(write_general(book.create_sheet(SHEET_GENERAL), form))
    if form.assignments:
        asked(write_assignments(book.create_sheet(SHEET_ASSIGNMENTS), form))
    if form.indicators:
        asked(write_indicators(book.create_sheet(SHEET_INDICATORS), form))
    lists, titles = Lists(), dict[str, str]()
    for annex in form.annexes:
        sheet = book.create_sheet(annex.sheet)
        asked(write_annex(sheet, form, annex, lists))
        titles[annex.code] = sheet.title
    if form.outline:
        asked(write_text(book.create_sheet(SHEET_TEXT), form, form.outline))
    stamp = sign(form.request_id, form.version, form.cycle_code, form.agency_code, row_keys(form), key)
    write_stamp(book.create_sheet(SHEET_STAMP), stamp, titles, lists)
    book.properties.title = f"Biểu báo cáo {form.cycle_name} - {form.agency_name}"
    book.properties.creator = "dondoc"
    return _bytes_of(book, text_cells, datetime.combine(form.data_from, time()))


def _bytes_of(book: Workbook, text_cells: Mapping[int, str], made: datetime) -> bytes:
    """The workbook as a file, with nothing in it that depends on the hour of writing.

    `text_cells` are the cells to fill of the n-th sheet: numbers that stand there as text are meant so, and
    are not to be marked as errors (an element of the format that openpyxl does not know).
    """
    book.properties.created = made
    draft, final = BytesIO(), BytesIO()
    with ZipFile(draft, "w", ZIP_STORED) as archive:
        ExcelWriter(book, archive).save()
    marks = {
        f"xl/worksheets/sheet{number}.xml": (
            f'<ignoredErrors><ignoredError sqref="{cells}" numberStoredAsText="1"/></ignoredErrors>'
        )
        for number, cells in text_cells.items()
    }
    with ZipFile(draft) as archive, ZipFile(final, "w", ZIP_DEFLATED) as fixed:
        for name in archive.namelist():
            part = archive.read(name)
            if name == "docProps/core.xml":
                part = _MODIFIED.sub(rb"\g<1>" + f"{made:%Y-%m-%dT%H:%M:%SZ}".encode() + rb"\g<2>", part)
            elif name in marks:
                part = part.replace(b"</headerFooter>", b"</headerFooter>" + marks[name].encode(), 1)
            entry = ZipInfo(name)  # dated 1980-01-01
            entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o600 << 16
            fixed.writestr(entry, part)
    return final.getvalue()


_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
