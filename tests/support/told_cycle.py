"""Quý I/2026 of four agencies, told in full: figures handed in as files, prose, a signed report, a contradiction.

SNV reports with completions and a late one, SKHCN late, STC with faults; the ward is silent. One task is withheld.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

from openpyxl import load_workbook
from province import CYCLE, Province
from sqlmodel import Session

from models.codes import ArrivalVerdict, DiscrepancyKind
from models.discrepancy import Discrepancy
from models.rules.policy import Regime
from models.submission import Arrival, SignedReport
from models.time import VIETNAM
from tasks.blobs import keep_bytes
from tasks.cycle.cycle_view import read_cycle
from tasks.cycle.cycles import find_cycle
from tasks.documents.report_text import ReportFacts, read_report_facts
from tasks.documents.report_word import report_document
from tasks.prose.narratives import put_narrative
from tasks.prose.outline_read import FRONT, Part
from tasks.registers.register_acts import find_assignment, set_withheld
from tasks.steps import collect_step, one_after_another

T0 = datetime(2026, 3, 12, 9, tzinfo=VIETNAM).astimezone(UTC)
LATE = datetime(2026, 3, 23, 9, tzinfo=VIETNAM).astimezone(UTC)
SEEN = date(2026, 3, 24)
HOUR = timedelta(hours=1)
WITHHELD = "KH57-2026/V.5.2"
SECRET = "Tổ chức diễn tập thực chiến an toàn thông tin mạng"

REASON = "Lý do chậm/vướng mắc"
FIGURES = {"I.1": "55", "I.2": "58", "II.3": "3,2", "II.6": "100", "III.11": "12", "III.12": "290"}
PLAN = "Đã ban hành kế hoạch thực hiện Nghị quyết số 57-NQ/TW năm 2026, phân công nhiệm vụ cho {} cán bộ."
PROSE = {
    "SNV": (
        Part("", FRONT, "SỞ NỘI VỤ"),
        Part(
            "1.I.1",
            "1. Công tác lãnh đạo",
            f"{PLAN.format(12)}\nQuán triệt đến toàn thể công chức[^1].",
            "[^1] Kế hoạch số 7.",
        ),
        Part("1.VII", "VII. KHÓ KHĂN", "- Thiếu cán bộ chuyên trách.\n- Kinh phí hạn chế."),
        Part("1.VIII", "VIII. KIẾN NGHỊ", "- Đề nghị UBND tỉnh bổ sung biên chế."),
        Part("", "6. Công tác phối hợp", "Phối hợp với các sở, ngành."),
    ),
    "STC": (
        Part("1.I.1", "1. Công tác lãnh đạo", PLAN.format(15)),
        Part("1.VII", "VII. KHÓ KHĂN", "- Kinh phí hạn chế."),
        Part("1.VIII", "VIII. KIẾN NGHỊ", "- Đề nghị Bộ Tài chính hướng dẫn mục chi."),
        Part("2", "Phần 2", "- Trình Đề án thành lập Quỹ."),
    ),
    "SKHCN": (Part("1.IV.1", "1. Kết quả", "Đang triển khai 32 nhiệm vụ khoa học và công nghệ."),),
}


def tell(province: Province) -> None:
    """Everything of the cycle that the report is written from."""
    with province.store.writing() as session:
        task = find_assignment(session, WITHHELD)
        set_withheld(session, task, withheld=True, reason="bí mật nhà nước", actor="Thư ký", now=T0)
    province.mark_sent(T0 - HOUR)
    snv = province.filled(
        "SNV", status={"III.2": "Hoàn thành", "III.1": "Thường xuyên, chưa bảo đảm tiến độ"}
    )
    snv = _with(snv, "Nhiệm vụ", REASON, {"III.1": "Thiếu biên chế"})
    _hand_in(province, T0, SNV=snv, STC=province.filled("STC", leave_out=1))
    done = {"I.5": "Hoàn thành", "V.1.1": "Hoàn thành", "VI.1": "Chậm tiến độ", "V.3.3": "Chưa triển khai"}
    done["VI.3"] = "Thường xuyên, chưa bảo đảm tiến độ"
    skhcn = _with(
        province.filled("SKHCN", status=done),
        "Nhiệm vụ",
        REASON,
        {"VI.1": "Chưa chọn được địa điểm", "VI.3": "Chưa ký"},
    )
    _hand_in(province, LATE, SKHCN=_with(skhcn, "Chỉ tiêu", "Giá trị thực hiện", FIGURES))
    with province.store.writing() as session:
        for number, (agency, parts) in enumerate(PROSE.items()):
            arrival = _arrived(session, f"{agency}.docx", T0 + number * HOUR)
            put_narrative(session, province.request_id(agency), arrival, parts, [], T0)
        paper = _arrived(session, "SNV.pdf", LATE)
        session.add(
            SignedReport(
                request_id=province.request_id("SNV"),
                arrival_id=paper.id or 0,
                number="125/BC-SNV",
                signed_on=date(2026, 3, 18),
                signer="Nguyễn Văn A",
                added_at=LATE,
            )
        )
        for key, row_key in (("hien", "KH57-2026/III.2"), ("giau", WITHHELD)):
            session.add(
                Discrepancy(
                    cycle_id=find_cycle(session, CYCLE).id or 0,
                    key=key,
                    kind=DiscrepancyKind.LEADS,
                    request_id=province.request_id("SNV"),
                    assignment_id=find_assignment(session, row_key).id,
                    source=f"nguồn {key}",
                    sentence=f"câu {key}",
                    found_at=LATE,
                )
            )


def told_report(province: Province) -> bytes:
    """The report as seen on 24/3/2026, without its charts: drawing takes seconds, and they say no word of the text."""
    with province.store.reading() as session:
        cycle = find_cycle(session, CYCLE)
        view = read_cycle(session, cycle)
        letter = Regime.model_validate(cycle.policy).letter
        facts = without_charts(read_report_facts(session, cycle, view))
        return report_document(view, cycle.as_of, letter, seen_on=SEEN, facts=facts)


def without_charts(facts: ReportFacts) -> ReportFacts:
    headings = [
        heading.model_copy(update={"shows": [one for one in heading.shows if not one.startswith("chart")]})
        for heading in facts.outline.headings
    ]
    return replace(facts, outline=facts.outline.model_copy(update={"headings": headings}))


def _with(form: bytes, sheet_name: str, column: str, texts: Mapping[str, str]) -> bytes:
    """The form with these texts in a column of a sheet, by the key of the row."""
    book = load_workbook(BytesIO(form))
    columns: dict[str, int] = {}
    for row in book[sheet_name].iter_rows():
        named = {str(cell.value): cell.column for cell in row if cell.value}
        columns = named if column in named else columns
        key = str(row[columns["Mã"] - 1].value or "").partition("/")[2] if columns else ""
        if key in texts:
            row[columns[column] - 1].value = texts[key]
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _hand_in(province: Province, at: datetime, **files: bytes) -> None:
    for name, content in files.items():
        (province.inbox / f"{name}.xlsx").write_bytes(content)
    collect_step(province.office, at, one_after_another)


def _arrived(session: Session, name: str, at: datetime) -> Arrival:
    arrival = Arrival(
        channel="thu-muc",
        reference=name,
        file_name=name,
        sha256=keep_bytes(session, name.encode(), at),
        received_at=at,
        stored_at=at,
        verdict=ArrivalVerdict.NARRATIVE,
    )
    session.add(arrival)
    session.flush()
    return arrival
