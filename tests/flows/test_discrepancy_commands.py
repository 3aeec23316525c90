"""`dondoc discrepancy` and `dondoc publication`, as a secretary types them."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from contradictions import CYCLE, PROCEDURES, at, hand_in
from docx import Document

import flows.clock
from flows.cli import cli
from models.codes import DiscrepancyState
from models.discrepancy import Discrepancy
from models.history import Audit
from models.publication import Publication
from tasks.settings import CHECKOUT
from tasks.steps import consolidate_step

Dondoc = Callable[..., Result]


@pytest.fixture
def reported(few: Any) -> Any:
    few.mark_sent(at(4, 10))
    hand_in(few, "SNV", PROCEDURES, at(10, 9))
    return few


@pytest.fixture
def dondoc(reported: Any, monkeypatch: pytest.MonkeyPatch) -> Dondoc:
    """The command line on the same database; its first argument is the day of March on which it is typed."""
    monkeypatch.setenv("DONDOC_HOME", str(reported.office.settings.home))
    monkeypatch.setenv("DONDOC_PROFILE", str(CHECKOUT / "deployments" / "dien-bien"))
    monkeypatch.setenv("DONDOC_ACTOR", "Thư ký")

    def typed(day: int, *words: str) -> Result:
        monkeypatch.setattr(flows.clock, "now", lambda: at(day, 16))
        return CliRunner().invoke(cli, words)

    return typed


def test_found_asked_explained_mended_and_reopened(reported: Any, dondoc: Dondoc) -> None:
    assert "Thấy 01 điểm chưa khớp: 01 điểm mới" in dondoc(10, "discrepancy", "refresh", CYCLE).output
    (row,) = reported.all(Discrepancy)
    number = str(row.id)
    listed = dondoc(10, "discrepancy", "list", CYCLE, "--agency", "SNV").output
    assert "SNV  Trong một báo cáo  [Chưa hỏi]" in listed
    assert "166 (40 + 106 + 20)" in listed
    assert "Không có điểm nào" in dondoc(10, "discrepancy", "list", CYCLE, "--agency", "STC").output

    asked = dondoc(10, "discrepancy", "ask", CYCLE, number)
    assert asked.output == "Đã hỏi 01 điểm của 01 cơ quan, đơn vị.\n"
    again = dondoc(10, "discrepancy", "ask", CYCLE, "--agency", "SNV")
    assert (again.exit_code, "Hỏi lại: thêm --again" in again.output) == (1, True)
    assert dondoc(11, "discrepancy", "ask", CYCLE, number, "--again").exit_code == 0
    assert dondoc(11, "discrepancy", "ask", CYCLE).exit_code == 2
    assert "không có điểm số 99" in dondoc(11, "discrepancy", "ask", CYCLE, "99").output

    by = ("--by", "Lò Văn A, Sở Nội vụ, qua điện thoại")
    said = ("discrepancy", "explain", number, "--answer", "TTHC dùng chung", *by)
    assert dondoc(12, *said).output == "Đã ghi giải trình.\n"
    assert dondoc(12, *said).output == "Không có gì thay đổi.\n"
    assert "Giải trình (Lò Văn A, Sở Nội vụ, qua điện thoại): TTHC dùng chung" in (
        dondoc(12, "discrepancy", "list", CYCLE).output
    )
    assert (
        dondoc(12, "discrepancy", "mend", number, "--reason", "Sửa ở bản ký").output == "Đã ghi là đã sửa.\n"
    )
    assert "Không có điểm nào" in dondoc(12, "discrepancy", "list", CYCLE).output
    assert "[Đã sửa]" in dondoc(12, "discrepancy", "list", CYCLE, "--all").output
    assert dondoc(12, "discrepancy", "reopen", number, "--reason", "Chưa sửa").output == "Đã mở lại.\n"
    (row,) = reported.all(Discrepancy)
    assert (row.state, row.asked_no) == (DiscrepancyState.OPEN, 2)
    assert {audit.actor for audit in reported.all(Audit, Audit.entity == "discrepancy")} == {"Thư ký"}
    wrong = dondoc(12, "discrepancy", "mend", "99", "--reason", "x")
    assert (wrong.exit_code, "Không có điểm đối chiếu số 99" in wrong.output) == (1, True)


def test_the_sheet_lies_beside_the_draft_report(reported: Any, dondoc: Dondoc, tmp_path: Path) -> None:
    dondoc(10, "discrepancy", "refresh", CYCLE)
    assert dondoc(10, "discrepancy", "sheet", CYCLE).exit_code == 0
    folder = reported.office.settings.reports / CYCLE
    assert {path.name for path in folder.iterdir()} >= {
        f"phieu-doi-chieu-{CYCLE}.docx",
        f"phieu-doi-chieu-{CYCLE}.xlsx",
    }
    dondoc(10, "discrepancy", "sheet", CYCLE, "SNV", "--output", str(tmp_path / "rieng"))
    assert (tmp_path / "rieng" / f"phieu-doi-chieu-SNV-{CYCLE}.docx").exists()


def test_publication_recorded_shown_compared(reported: Any, dondoc: Dondoc, tmp_path: Path) -> None:
    made = consolidate_step(reported.office, CYCLE, at(14, 9), day=date(2026, 3, 14))
    document = Document(BytesIO(made.paths[0].read_bytes()))
    paragraph = next(p for p in document.paragraphs if "01/04 báo cáo" in p.text)
    run = next(run for run in paragraph.runs if "01/04" in run.text)
    run.text = run.text.replace("01/04", "02/04")
    word, pdf = tmp_path / "ky.docx", tmp_path / "ky.pdf"
    document.save(str(word))
    pdf.write_bytes(b"%PDF-1.7 ban ky")

    assert "chưa ghi công bố" in dondoc(25, "publication", "show", CYCLE).output
    compared = dondoc(25, "publication", "compare", CYCLE, str(word)).output
    assert "Số liệu sửa tay: 01 chỗ." in compared
    assert "đoạn 1: …" in compared
    assert reported.count(Publication) == 0

    how = ("--number", "125-BC/BCĐ", "--signer", "Lò Văn A", "--pdf", str(pdf), "--word", str(word))
    recorded = dondoc(25, "publication", "record", CYCLE, *how, "--date", "25/3/2026").output
    assert "Đã ghi: Báo cáo số 125-BC/BCĐ ngày 25/3/2026, Lò Văn A ký." in recorded
    assert "02/04" in recorded
    again = dondoc(25, "publication", "record", CYCLE, *how, "--date", "25/3/2026").output
    assert "Đã ghi từ trước" in again
    wrong = dondoc(25, "publication", "record", CYCLE, *how, "--date", "26/3/2026")
    assert (wrong.exit_code, "chưa đến" in wrong.output) == (1, True)
    dondoc(
        25,
        "publication",
        "record",
        CYCLE,
        "--number",
        "126-BC/BCĐ",
        "--signer",
        "Lò Văn A",
        "--date",
        "25/3/2026",
        "--note",
        "Ghi nhầm số",
    )
    shown = dondoc(26, "publication", "show", CYCLE).output
    assert "Đang dùng: Báo cáo số 126-BC/BCĐ" in shown
    assert "Đã thay: Báo cáo số 125-BC/BCĐ" in shown
    assert "Số liệu sửa tay: 01 chỗ." in shown
    # Narrow columns of the table break the sentence anywhere: its words are all there.
    status = "".join(dondoc(26, "status").output.split())
    assert "Đãcôngbố:" in status
