"""The phiếu đối chiếu for print and as a table."""

import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from contradictions import CYCLE, PROCEDURES, at, hand_in, look
from docx import Document
from docx.enum.section import WD_ORIENT
from openpyxl import load_workbook

from models.codes import DiscrepancyKind
from models.discrepancy import Discrepancy
from models.fault import Fault
from tasks.cycle.cycles import find_cycle
from tasks.discrepancies.acts import ask, explain
from tasks.discrepancies.sheets import Sheet, sheet_document, sheet_of, sheet_workbook
from tasks.registers.register_acts import find_assignment, set_withheld

ON, OFF = "Thường xuyên, bảo đảm tiến độ", "Thường xuyên, chưa bảo đảm tiến độ"


@pytest.fixture
def found(few: Any) -> Any:
    """Two leads disagree, and SNV's procedures do not add up; it has explained why."""
    hand_in(few, "SKHCN", {"KH57-2026/II.1:status": ON}, at(10, 9))
    hand_in(
        few, "SNV", {**PROCEDURES, "KH57-2026/II.1:status": OFF, "KH57-2026/II.1:reason": "Lý do"}, at(10, 9)
    )
    look(few, at(10, 10))
    (number,) = [d.id for d in few.all(Discrepancy, Discrepancy.kind == "form") if "PL-V" in d.key]
    with few.store.writing() as session:
        ask(session, {number: 0}, actor="Thư ký", now=at(10, 11))
        explain(
            session,
            number,
            "=Tính cả TTHC dùng chung",
            by="Lò Văn A, qua điện thoại",
            actor="x",
            now=at(10, 12),
        )
    return few


def sheet(province: Any, agency: str = "") -> Sheet:
    with province.store.reading() as session:
        return sheet_of(session, find_cycle(session, CYCLE), at(10, 13), agency)


def table(content: bytes) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in Document(BytesIO(content)).tables[0].rows]


def test_one_agencys_own(found: Any) -> None:
    own = sheet(found, "SNV")
    assert own.name == f"phieu-doi-chieu-SNV-{CYCLE}"
    content = sheet_document(own)
    document = Document(BytesIO(content))
    words = [paragraph.text for paragraph in document.paragraphs if paragraph.text]
    assert words[:5] == [
        "Tổ Giúp việc Ban Chỉ đạo tỉnh",
        "PHIẾU ĐỐI CHIẾU SỐ LIỆU",
        "(Báo cáo Quý I/2026 thực hiện Nghị quyết số 57-NQ/TW; lập lúc 13:00 ngày 10/3/2026)",
        "Kính gửi: Sở Nội vụ",
        "Có 02 điểm chưa khớp: 01 chưa hỏi; 01 đã giải trình.",
    ]
    assert "bí mật nhà nước" in words[-1]
    rows = table(content)
    assert rows[0] == ["TT", "Nội dung chưa khớp", "Nguồn", "Loại", "Tình trạng", "Giải trình"]
    assert rows[1][0] == "Sở Nội vụ"
    assert rows[2][3:] == [
        "Trong một báo cáo",
        "Đã giải trình",
        "=Tính cả TTHC dùng chung\n(Lò Văn A, qua điện thoại, 12:00 ngày 10/3/2026)",
    ]
    assert rows[3][3] == DiscrepancyKind.LEADS.label
    section = document.sections[0]
    assert section.orientation == WD_ORIENT.LANDSCAPE
    assert content == sheet_document(own)


def test_the_whole_cycle_by_agency_as_a_table(found: Any) -> None:
    whole = sheet(found)
    (page,) = load_workbook(BytesIO(sheet_workbook(whole))).worksheets
    cells = [[cell.value for cell in row] for row in page.iter_rows()]
    groups = [row[0] for row in cells if row[0] and not any(row[1:])]
    assert groups.index("Sở Khoa học và Công nghệ") < groups.index("Sở Nội vụ")
    assert page.page_setup.paperSize == 9
    (told,) = [cell for row in page.iter_rows() for cell in row if str(cell.value).startswith("=Tính")]
    assert told.data_type == "s"  # what an agency typed is no formula
    assert sheet_workbook(whole) == sheet_workbook(whole)


def test_nothing_of_a_withheld_assignment_is_on_it(found: Any) -> None:
    with found.store.writing() as session:
        set_withheld(
            session,
            find_assignment(session, "KH57-2026/II.1"),
            withheld=True,
            reason="mật",
            actor="Thư ký",
            now=at(10, 12),
        )
    whole = sheet(found)
    assert DiscrepancyKind.LEADS not in {point.kind for point in whole.points}
    assert all("/II.1:" not in cell for row in table(sheet_document(whole)) for cell in row)


def test_nothing_found(few: Any) -> None:
    with pytest.raises(Fault, match="không có điểm chưa khớp nào"):
        sheet(few, "SNV")
    empty = sheet(few)
    words = [paragraph.text for paragraph in Document(BytesIO(sheet_document(empty))).paragraphs]
    assert "Không có điểm nào chưa khớp." in words
    assert len(load_workbook(BytesIO(sheet_workbook(empty))).worksheets) == 1


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="cần LibreOffice (soffice)")
def test_it_prints_on_a4(found: Any, tmp_path: Path) -> None:
    (tmp_path / "phieu.docx").write_bytes(sheet_document(sheet(found, "SNV")))
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation=file://{tmp_path}/ho-so",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(tmp_path),
            str(tmp_path / "phieu.docx"),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    pdf = (tmp_path / "phieu.pdf").read_bytes()
    assert pdf.count(b"/Type/Page\n") + pdf.count(b"/Type/Page/") == 1
    assert b"/MediaBox[0 0 842" in pdf or b"/MediaBox[0 0 841" in pdf
