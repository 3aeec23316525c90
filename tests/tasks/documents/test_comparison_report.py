"""The comparison of two periods, in Word and Excel."""

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from docx import Document
from openpyxl import load_workbook
from small_cycle import AS_OF, SEEN, VIEW, said, task

from models.codes import ReportStatus
from models.rules.policy import Letter
from models.rules.report_compare.compare import Comparison, compare
from tasks.documents.comparison_report import (
    INDICATORS,
    MOVES,
    SUMMARY,
    comparison_document,
    comparison_workbook,
)

S = ReportStatus
BEFORE = date(2025, 12, 14)
LETTER = Letter(
    layout="party",
    superior="TỈNH ỦY ĐIỆN BIÊN",
    issuer="BAN CHỈ ĐẠO",
    issuer_in_text="Ban Chỉ đạo tỉnh",
    unit="Tổ Giúp việc",
    place="Điện Biên",
    signer_line="T/M BAN CHỈ ĐẠO",
    number_suffix="CV/BCĐ",
    report_number_suffix="BC/BCĐ",
)


def comparison() -> Comparison:
    then = replace(
        VIEW,
        code="bcd-quy-2025-Q4",
        name="Báo cáo Quý IV/2025 thực hiện Nghị quyết số 57-NQ/TW",
        as_of=BEFORE,
        assignments=(
            task("1", date(2026, 3, 31), said("SKHCN", S.IN_PROGRESS)),
            task("2", date(2026, 6, 30), said("SKHCN", S.COMPLETE, completed_on=BEFORE)),
        ),
        indicators=(replace(VIEW.indicators[0], reported_raw="1,08", reported_value=Decimal("1.08")),),
    )
    now = replace(
        VIEW,
        name="Báo cáo Quý I/2026 thực hiện Nghị quyết số 57-NQ/TW",
        assignments=(
            task("1", date(2026, 3, 31), said("SKHCN", S.COMPLETE, completed_on=AS_OF)),
            task(
                "2",
                date(2026, 9, 30),
                said("SKHCN", S.IN_PROGRESS),
                due_source="Công văn số 15-CV/BCĐ",
                deadline_raw="30/9/2026",
            ),
        ),
    )
    return compare(then, now, date(2025, 12, 25), SEEN)


def test_word() -> None:
    content = comparison_document(comparison(), LETTER, AS_OF)
    document: Any = Document(io.BytesIO(content))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "so sánh kết quả Quý I/2026 với Quý IV/2025" in text
    assert (
        "tổng số nhiệm vụ của hai kỳ là 02 nhiệm vụ, trong đó: 01 nhiệm vụ hoàn thành trong kỳ, 01 nhiệm vụ kỳ"
        in text
    )
    assert "Lưu ý: 01 nhiệm vụ kỳ trước báo cáo đã hoàn thành, kỳ này báo cáo chưa hoàn thành." in text
    pairs, moves, figures = [
        [[cell.text for cell in row.cells] for row in table.rows] for table in document.tables[1:-1]
    ]
    assert pairs[0] == ["Nội dung", "Quý IV/2025", "Quý I/2026", "Thay đổi"]
    told = {row[0]: row[1:] for row in pairs}
    assert told["Hoàn thành trên số có thời hạn"] == ["1/2 (50%)", "1/2 (50%)", "Không đổi"]
    assert told["Tổng số nhiệm vụ"] == ["2", "2", "Không đổi"]
    assert [row[0] for row in moves if row[0] == row[1]] == [
        "Hoàn thành trong kỳ (1)",
        "Kỳ trước đã hoàn thành, kỳ này chưa hoàn thành (1)",
        "Thời hạn được lùi so với kỳ trước (1)",
    ]
    assert moves[-1][5] == "30/6/2026 → 30/9/2026\ntheo Công văn số 15-CV/BCĐ"
    assert figures[1][3:6] == ["1,08", "2,5", "+1,42"]
    assert content == comparison_document(comparison(), LETTER, AS_OF)


def test_workbook() -> None:
    content = comparison_workbook(comparison())
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == [SUMMARY, MOVES, INDICATORS]
    rows = [[cell.value for cell in row] for row in book[MOVES].iter_rows()]
    assert any(row[:2] == ["I.1", "Nhiệm vụ số 1"] for row in rows)
    assert any(
        "Hoàn thành trong kỳ: 1; kỳ trước đã hoàn thành, kỳ này chưa hoàn thành: 1." in str(row)
        for row in rows
    )
    figures = [[cell.value for cell in row] for row in book[INDICATORS].iter_rows()]
    assert any(row[3:6] == ["1,08", "2,5", "+1,42"] for row in figures)
    assert content == comparison_workbook(comparison())
