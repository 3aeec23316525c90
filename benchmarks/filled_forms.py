"""Forms as officers fill them in and save them with an office program; and reading them, ours and the plain way."""

import warnings
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook

from demo.agencies import fill_procedures
from models.codes import DeadlineKind
from models.rules.form import Form
from models.rules.form_columns import ASSIGNMENT_ASKED, ASSIGNMENT_GIVEN, INDICATOR_ASKED, INDICATOR_GIVEN
from tasks.workbook.read import read_form
from tasks.workbook.write import write_form

WHO = b"Lo Thi Binh"
"""Who has filled a form in; within ASCII: found again in the XML however that is written."""
_TABLE_STARTS = 5


def filled(form: Form, key: bytes) -> bytes:
    """A form as an officer fills it in."""
    book = load_workbook(BytesIO(write_form(form, key)))
    book["Thông tin chung"]["B7"].value = WHO.decode()
    first = len(ASSIGNMENT_GIVEN) + 1
    for row, line in enumerate(form.assignments, _TABLE_STARTS):
        recurring = line.kind is DeadlineKind.RECURRING
        status = "Thường xuyên, bảo đảm tiến độ" if recurring else "Đang thực hiện"
        texts = {
            "status": status,
            "percent": "" if recurring else "40",
            "product": "Công văn số 15/CV-VP ngày 02/3/2026",
        }
        for column, name in enumerate(ASSIGNMENT_ASKED, first):
            book["Nhiệm vụ"].cell(row, column).value = texts.get(name)
    for row, _line in enumerate(form.indicators, _TABLE_STARTS):
        texts = {"value": "1.078", "source": "Niên giám thống kê"}
        for column, name in enumerate(INDICATOR_ASKED, len(INDICATOR_GIVEN) + 1):
            book["Chỉ tiêu"].cell(row, column).value = texts.get(name)
    if "Phụ lục V" in book.sheetnames:
        fill_procedures(book["Phụ lục V"], form.agency_code)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def read_plainly(paths: Sequence[Path]) -> int:
    """The plain program: every value of every cell."""
    cells = 0
    for path in paths:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(path, data_only=True)
        cells += sum(cell.value is not None for sheet in book for row in sheet.iter_rows() for cell in row)
    return cells


def read_forms(paths: Sequence[Path]) -> int:
    """Ours: what the form says."""
    return sum(len(read_form(path.read_bytes()).filled.assignments) for path in paths)
