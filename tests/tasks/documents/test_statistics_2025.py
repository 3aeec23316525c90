"""The statistics of the committee's report of 2025, from six registers on real tables, word for word."""

import io
import re
from pathlib import Path
from zipfile import ZipFile

import pytest
import six_registers
from docx import Document
from province import Province
from sqlmodel import Session, col, select

from models.codes import ReportStatus
from models.cycle import Cycle
from models.register import Assignment
from models.rules.policy import Regime
from models.submission import AssignmentReport
from tasks.cycle.cycle_view import read_cycle
from tasks.cycle.cycles import find_cycle
from tasks.documents.report_text import read_report_facts
from tasks.documents.report_word import report_document
from tasks.registers.register_acts import find_assignment

REPORT_2025 = Path(__file__).parents[2] / "data" / "bao-cao-bcd-2025.txt"


@pytest.fixture
def year(imported_both: Province) -> Province:
    six_registers.open_the_year(imported_both)
    return imported_both


def written(province: Province) -> list[str]:
    """The paragraphs below "Thống kê nhiệm vụ được giao"."""
    with province.store.reading() as session:
        content = document_of(session)
    paragraphs = [paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs]
    first = paragraphs.index("2. Thống kê nhiệm vụ được giao") + 1
    last = next(at for at, text in enumerate(paragraphs) if text.startswith("Trên đây"))
    return paragraphs[first:last]


def document_of(session: Session) -> bytes:
    cycle: Cycle = find_cycle(session, six_registers.CYCLE)
    view = read_cycle(session, cycle)
    letter = Regime.model_validate(cycle.policy).letter
    return report_document(view, cycle.as_of, letter, facts=read_report_facts(session, cycle, view))


def test_the_statistics_are_those_of_the_report_of_2025_word_for_word(year: Province) -> None:
    """Their one misprint ("thường hiện") is mended; the lines the registers do not know (software in use) are prose."""
    original = re.sub(r"\[footnoteRef:\d+\]( \[\d+:.*?\])?", "", REPORT_2025.read_text(encoding="utf-8"))
    lines = [line.strip() for line in original.replace("thường hiện thường", "thực hiện thường").splitlines()]
    found = written(year)
    assert len(found) == 7
    for text in found:
        assert any(line.startswith(text) for line in lines), text
    assert "là 20 nhiệm vụ, trong đó: 14 nhiệm vụ đã hoàn thành, 02 nhiệm vụ" in found[0]
    assert "là 120 nhiệm vụ, trong đó: 93 nhiệm vụ có thời hạn đã hoàn thành, 08 nhiệm vụ" in found[1]
    assert "18 nhiệm vụ thường xuyên bảo đảm tiến độ, 01 nhiệm vụ tỉnh đề xuất" in found[1]
    assert "23/23" in found[2]
    assert "09/09" in found[4]
    assert "Đã giao 12 nhiệm vụ, đến nay đã hoàn thành 09 nhiệm vụ, 03 nhiệm vụ" in found[5]
    assert "45/45 xã, phường" in found[6]


def test_the_proposed_tasks_are_listed_in_real_footnotes(year: Province) -> None:
    with year.store.reading() as session:
        content = document_of(session)
    with ZipFile(io.BytesIO(content)) as package:
        notes = package.read("word/footnotes.xml").decode()
        body = package.read("word/document.xml").decode()
    first = re.findall(r'<w:footnote w:id="1">(.*?)</w:footnote>', notes)[0]
    assert first.count("thời hạn hoàn thành 30/9/2026") == 4
    assert re.findall(r'<w:footnoteReference w:id="(\d)"/>', body) == ["1", "2"]


def test_communes_are_counted_not_tasks(year: Province) -> None:
    """One commune has not completed one of its three tasks: 44 of 45 communes, although 134 of 135 reports are."""
    with year.store.writing() as session:
        task: Assignment = find_assignment(session, "XP/I.2")
        report = session.exec(
            select(AssignmentReport)
            .where(AssignmentReport.assignment_id == task.id)
            .order_by(col(AssignmentReport.id))
        ).first()
        assert report is not None
        report.status = ReportStatus.IN_PROGRESS
        session.add(report)
    assert written(year)[-1].startswith(
        "+ Đối với nhóm nhiệm vụ các xã, phường: Đến nay đã có 44/45 xã, phường cơ bản hoàn thành"
    )


def test_a_register_that_no_line_names_has_a_line_all_the_same(year: Province) -> None:
    with year.store.writing() as session:
        cycle = find_cycle(session, six_registers.CYCLE)
        report = {**cycle.policy["report"], "statistics": cycle.policy["report"]["statistics"][1:]}
        cycle.policy = {**cycle.policy, "report": report}
        session.add(cycle)
    assert written(year)[-1] == (
        "- Tổng số nhiệm vụ thực hiện Nghị quyết số 71/NQ-CP của Chính phủ là 20 nhiệm vụ, trong đó: 14 nhiệm vụ đã "
        "hoàn thành, 02 nhiệm vụ đang thực hiện, bảo đảm thời hạn, 04 nhiệm vụ tỉnh đề xuất không thực hiện hoặc phối "
        "hợp với bộ, ngành."
    )
