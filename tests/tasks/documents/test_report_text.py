"""The report of a told cycle: prose with its sources under the committee's headings, nothing dropped, nothing told of a
withheld task; what the secretariat must look at stands behind the signature; the same closed cycle, the same bytes."""

import io
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zipfile import ZipFile

import pytest
from docx import Document
from province import CYCLE, Province
from sqlmodel import Session
from told_cycle import FIGURES, LATE, PLAN, SECRET, tell, told_report

from models.cycle import CycleDocument
from models.submission import Arrival, Narrative
from models.time import VIETNAM
from tasks.blobs import bytes_of
from tasks.cycle.cycle_view import read_cycle
from tasks.cycle.cycles import find_cycle
from tasks.documents.report_text import ReportFacts, read_report_facts
from tasks.prose.narratives import put_narrative
from tasks.prose.outline_read import Part
from tasks.steps import consolidate_step, open_step

BEHIND_SIGNATURE = "PHẦN DÀNH CHO TỔ GIÚP VIỆC BAN CHỈ ĐẠO TỈNH"


def facts_of(province: Province) -> ReportFacts:
    with province.store.reading() as session:
        cycle = find_cycle(session, CYCLE)
        return read_report_facts(session, cycle, read_cycle(session, cycle))


def report_of(province: Province, days: int = 0) -> bytes:
    """The report as the secretariat gets it, made so many days after 24/3/2026."""
    made = consolidate_step(province.office, CYCLE, LATE + timedelta(days=1 + days))
    return next(path for path in made.paths if path.suffix == ".docx").read_bytes()


@pytest.fixture
def lines(few: Province) -> list[str]:
    tell(few)
    document = Document(io.BytesIO(told_report(few)))
    return [paragraph.text for paragraph in document.paragraphs if paragraph.text.strip()]


def under(lines: list[str], heading: str, until: str) -> list[str]:
    first = lines.index(heading)
    return lines[first + 1 : lines.index(until, first)]


def test_the_headings_are_those_of_the_committee(lines: list[str]) -> None:
    heads = re.compile(r"Phần \d|[IVX]+- ")
    found = [line for line in lines if heads.match(line)]
    assert found == [
        "Phần 1",
        "I- VỀ CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH",
        "III- VỀ HOÀN THIỆN THỂ CHẾ, CƠ CHẾ CHÍNH SÁCH",
        "IV- VỀ CHUYỂN ĐỔI SỐ QUỐC GIA",
        "V- VỀ KHOA HỌC, CÔNG NGHỆ VÀ ĐỔI MỚI SÁNG TẠO",
        "VI- VỀ TÀI CHÍNH, KINH PHÍ CHO KHCN, ĐMST, CĐS",
        "VII- HỢP TÁC QUỐC TẾ VỀ KHCN, ĐMST, CĐS",
        "VIII- ĐỐI VỚI NHIỆM VỤ TRIỂN KHAI THỰC HIỆN QUYẾT ĐỊNH SỐ 204-QĐ/TW CỦA BAN BÍ THƯ TRUNG ƯƠNG ĐẢNG",
        "IX- NHẬN XÉT, ĐÁNH GIÁ CHUNG",
        "Phần 2",
        "I- QUAN ĐIỂM CHỈ ĐẠO",
        "II- MỤC TIÊU",
        "III- NHIỆM VỤ, GIẢI PHÁP TRỌNG TÂM QUÝ II/2026",
    ]


def test_prose_stands_with_its_source_and_like_wordings_side_by_side(lines: list[str]) -> None:
    """Sở Nội vụ has signed its report, Sở Tài chính has not: the sources say so."""
    found = under(
        lines, "1. Những kết quả nổi bật trong công tác chỉ đạo, điều hành", "2. Thống kê nhiệm vụ được giao"
    )
    snv = "(Nguồn: Sở Nội vụ – Báo cáo số 125/BC-SNV ngày 18/3/2026; lời văn nhận 09:00 ngày 12/3/2026)"
    stc = "(Nguồn: Sở Tài chính – lời văn nhận 10:00 ngày 12/3/2026, sơ bộ (chưa có bản ký))"
    assert found == [
        "02 đoạn gần giống nhau của 02 cơ quan, đơn vị; đề nghị biên tập thành một đoạn:",
        PLAN.format(12),
        snv,
        PLAN.format(15),
        stc,
        "(Hết các đoạn gần giống nhau.)",
        "Quán triệt đến toàn thể công chức.",
        snv,
    ]


def test_difficulties_and_proposals_are_grouped(lines: list[str]) -> None:
    found = under(lines, "2. Những tồn tại, điểm nghẽn cốt lõi", "3. Bài học kinh nghiệm")
    assert found == [
        "- Kinh phí hạn chế (Sở Nội vụ; Sở Tài chính).",
        "- Thiếu cán bộ chuyên trách (Sở Nội vụ).",
    ]
    found = under(lines, "4. Kiến nghị, đề xuất của các cơ quan, đơn vị, địa phương", "Phần 2")
    assert found == [
        "Kiến nghị với Trung ương, các bộ, ngành:",
        "- Đề nghị Bộ Tài chính hướng dẫn mục chi (Sở Tài chính).",
        "Kiến nghị với Hội đồng nhân dân, Ủy ban nhân dân tỉnh:",
        "- Đề nghị UBND tỉnh bổ sung biên chế (Sở Nội vụ).",
    ]


def test_what_is_next_is_told_by_section(lines: list[str]) -> None:
    found = under(lines, "4. Về tài chính, kinh phí", "5. Về chuyển đổi số")
    assert any(
        "Xây dựng đề án thành lập Quỹ" in line and "thời hạn quý I/2026 (31/3/2026)" in line for line in found
    )
    assert "- Trình Đề án thành lập Quỹ (Sở Tài chính)." in lines


def test_what_has_no_place_is_listed_and_nothing_is_lost(few: Province, lines: list[str]) -> None:
    found = under(lines, "B. NỘI DUNG CHƯA XẾP MỤC", "C. NGUỒN LỜI VĂN")
    assert [line for line in found if not line.startswith("(Nguồn")] == [
        "Phần đầu văn bản",
        "SỞ NỘI VỤ",
        "6. Công tác phối hợp",
        "Phối hợp với các sở, ngành.",
    ]
    text = "\n".join(lines)
    for piece in facts_of(few).pieces:
        for line in piece.text.split("\n"):
            assert line.replace("[^1]", "").lstrip("- ").rstrip(".") in text


def test_a_heading_that_nobody_has_filled_says_so(lines: list[str]) -> None:
    assert under(lines, "3. Bài học kinh nghiệm", lines[lines.index("3. Bài học kinh nghiệm") + 2]) == [
        "[Chưa có nội dung; đề nghị bổ sung.]"
    ]
    assert any(
        "đề mục chưa có nội dung" in line and "Phần 1, IX.3 Bài học kinh nghiệm" in line for line in lines
    )


def test_nothing_is_told_of_a_withheld_task_and_the_secretariat_is_warned(few: Province) -> None:
    tell(few)
    content = report_of(few)
    with ZipFile(io.BytesIO(content)) as package:
        everything = " ".join(
            package.read(name).decode() for name in package.namelist() if name.endswith(".xml")
        )
    assert SECRET not in everything
    assert "câu giau" not in everything
    assert "câu hien" in everything
    assert "phần mềm không phân biệt được nhiệm vụ, đề nghị đọc lại" in everything


def test_everything_for_the_secretariat_is_behind_the_signature(lines: list[str]) -> None:
    place = lines.index(BEHIND_SIGNATURE)
    assert "B. NỘI DUNG CHƯA XẾP MỤC" in lines[place:]
    assert lines[place:].count("D. PHIẾU ĐỐI CHIẾU") == 1
    closing = next(at for at, line in enumerate(lines) if line.startswith("Trên đây là tổng hợp"))
    assert closing < place


def test_facts_are_the_latest_prose_last_figures_and_open_contradictions(few_both: Province) -> None:
    tell(few_both)
    with few_both.store.writing() as session:
        _write_again(session, few_both)
    facts = facts_of(few_both)
    assert [piece.source.agency_code for piece in facts.pieces] == [
        "SKHCN",
        "SNV",
        "STC",
        "STC",
        "STC",
        "STC",
    ]
    snv = [piece for piece in facts.pieces if piece.source.agency_code == "SNV"]
    assert [piece.text for piece in snv] == ["Viết lại."]
    assert snv[0].source.text.endswith("lời văn nhận 09:00 ngày 24/3/2026, bản thứ 2")
    assert [one.sentence for one in facts.contradictions] == ["câu hien"]
    assert (facts.period, facts.next_period) == ("quý I/2026", "quý II/2026")
    assert str(facts.until) == "2026-06-30"


def test_figures_are_held_against_the_last_period_that_had_them(few_both: Province) -> None:
    """The half-year sees the quarter's figures; the quarter, no figure of its own and none that says "chưa có"."""
    tell(few_both)
    assert facts_of(few_both).last == {}
    june = datetime(2026, 6, 1, 8, tzinfo=VIETNAM).astimezone(UTC)
    half = open_step(few_both.office, "2026-H1", june).cycle
    with few_both.store.reading() as session:
        cycle = find_cycle(session, half)
        facts = read_report_facts(session, cycle, read_cycle(session, cycle))
        last = {key.partition("/")[2]: (one.raw, one.value) for key, one in facts.last.items()}
        name = find_cycle(session, CYCLE).name
    assert last == {key: (raw, Decimal(raw.replace(",", "."))) for key, raw in FIGURES.items()}
    assert {one.cycle_name for one in facts.last.values()} == {name}
    assert (facts.next_period, str(facts.until)) == ("6 tháng cuối năm 2026", "2026-12-31")


def _write_again(session: Session, province: Province) -> None:
    at = LATE + timedelta(days=1)
    old = session.get_one(Arrival, 1)
    arrival = Arrival(
        channel="thu-muc",
        reference="lai",
        file_name="lai.docx",
        sha256=old.sha256,
        received_at=at,
        stored_at=at,
    )
    session.add(arrival)
    session.flush()
    parts = (Part("1.I.1", "1. Công tác lãnh đạo", "Viết lại."),)
    put_narrative(session, province.request_id("SNV"), arrival, parts, [], at)


def test_a_closed_cycle_gives_the_same_bytes_whenever_it_is_made(few_both: Province) -> None:
    """Also when prose has come in since: the report is that of the day of closing."""
    tell(few_both)
    with few_both.store.writing() as session:
        cycle = find_cycle(session, CYCLE)
        cycle.closed_at = LATE + timedelta(hours=5)
        session.add(cycle)
    first = report_of(few_both)
    with few_both.store.writing() as session:
        _write_again(session, few_both)
    assert few_both.count(Narrative) == 4
    assert report_of(few_both, days=40) == first
    kept = few_both.all(CycleDocument, CycleDocument.kind == "report")
    assert len(kept) == 1
    with few_both.store.reading() as session:
        assert bytes_of(session, kept[0].sha256) == first
