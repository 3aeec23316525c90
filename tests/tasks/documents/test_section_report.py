"""The report of one section, in Word and Excel."""

import io
from dataclasses import replace
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook
from small_cycle import AS_OF, SEEN, VIEW, said, task

from models.codes import ReportStatus
from models.rules.levels.narrow import LevelFault
from models.rules.policy import Letter
from models.rules.registers.names import Bearer
from tasks.documents.section_report import DETAILS, TASKS, section_document, section_workbook
from tasks.documents.trace_sheet import TRACE

LETTER = Letter(
    layout="state",
    superior="UBND TỈNH ĐIỆN BIÊN",
    issuer="BAN CHỈ ĐẠO",
    issuer_in_text="Ban Chỉ đạo tỉnh",
    unit="Tổ Giúp việc",
    place="Điện Biên",
    signer_line="TM. BAN CHỈ ĐẠO",
    number_suffix="CV-BCĐ",
    report_number_suffix="BC-BCĐ",
)
OTHER = task(
    "1",
    AS_OF,
    said("SNV", ReportStatus.IN_PROGRESS, product="Riêng của mục II"),
    section="II",
    section_name="Hạ tầng số",
    row_key="KH57-2026/II.1",
    key="II.1",
    lead_of_record=Bearer("agency", "SNV"),
)
BOTH = replace(VIEW, assignments=(*VIEW.assignments, OTHER))


def document(code: str) -> Any:
    return Document(io.BytesIO(section_document(BOTH, code, AS_OF, LETTER, seen_on=SEEN)))


def test_its_counts_its_agencies_its_tasks() -> None:
    made = document("I")
    classes, agencies, tasks = [
        [[cell.text for cell in row.cells] for row in table.rows] for table in made.tables[1:-1]
    ]
    assert {row[0]: row[1] for row in classes}["Tổng số nhiệm vụ"] == "4"
    assert agencies[1] == ["Sở Khoa học và Công nghệ", "3", "1", "1", "1", "0", "0"]
    assert [row[0] for row in tasks if row[0].startswith("I.") and row[0] != row[1]] == [
        "I.1",
        "I.2",
        "I.3",
        "I.4",
    ]
    assert "Riêng của mục II" not in str(tasks)
    assert len(made.inline_shapes) == 2


def test_the_other_section_has_its_own() -> None:
    made = document("II")
    assert "thuộc lĩnh vực “Hạ tầng số”" in "\n".join(paragraph.text for paragraph in made.paragraphs)
    assert "Riêng của mục II" in str([[c.text for c in row.cells] for t in made.tables for row in t.rows])


def test_the_workbook_says_the_same_and_where_from() -> None:
    content = section_workbook(BOTH, "I", AS_OF, seen_on=SEEN)
    book = load_workbook(io.BytesIO(content))
    keys = {row[5].value for row in book[TRACE].iter_rows(min_row=6)} - {None, "Mã dòng"}
    assert keys == {f"KH57-2026/I.{no}" for no in (1, 2, 3, 4)}
    assert not any(
        "mục II" in str(c.value) for name in (TASKS, DETAILS) for row in book[name].iter_rows() for c in row
    )
    assert content == section_workbook(BOTH, "I", AS_OF, seen_on=SEEN)


def test_nothing_withheld_and_no_unknown_section() -> None:
    assert "mật" not in str([[c.text for c in row.cells] for t in document("I").tables for row in t.rows])
    with pytest.raises(LevelFault, match="không có lĩnh vực 'IX'"):
        section_document(BOTH, "IX", AS_OF, LETTER)
