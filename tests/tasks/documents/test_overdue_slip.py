"""The phiếu báo cáo to the leadership: totals that add up, everybody who is overdue, what is proposed."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from docx import Document

from models.agency_act import ExtensionAsk
from models.codes import RequestState
from models.cycle import Request
from models.rules.policy import Letter
from models.time import VIETNAM
from tasks.cycle.agency_acts import acknowledge
from tasks.cycle.request_acts import decline_extension, extend_request, find_request
from tasks.documents.overdue_slip import OverdueFacts, OverdueRow, overdue_facts, overdue_slip
from tasks.states import MACHINE, move_request

LETTER = Letter(
    layout="party",
    superior="TỈNH ỦY ĐIỆN BIÊN",
    issuer="BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ",
    issuer_in_text="Ban Chỉ đạo chuyển đổi số tỉnh Điện Biên",
    unit="Tổ Giúp việc Ban Chỉ đạo",
    place="Điện Biên",
    signer_line="T/M BAN CHỈ ĐẠO",
    number_suffix="CV/BCĐ",
    report_number_suffix="BC/BCĐ",
)
ROW = OverdueRow("Sở Nội vụ", date(2026, 3, 20), 3, mending=False)
FULL = OverdueRow(
    "Sở Y tế",
    date(2026, 3, 20),
    3,
    mending=True,
    reminded=3,
    last_reminded=date(2026, 3, 24),
    promised=date(2026, 3, 23),
    wanted=date(2026, 3, 30),
    reason="Chờ số liệu của <Bộ>",
)
NOW = datetime(2026, 3, 25, 7, 30, tzinfo=VIETNAM).astimezone(UTC)
FACTS = OverdueFacts(
    letter=LETTER,
    cycle_name="Báo cáo Quý I/2026",
    document="Công văn số 12-CV/BCĐ ngày 04/3/2026",
    due=date(2026, 3, 20),
    province_due=date(2026, 3, 25),
    now=NOW,
    asked=60,
    complete=50,
    incomplete=3,
    silent=7,
    rows=(ROW, FULL),
)
CYCLE = "bcd-quy-2026-Q1"
SENT = datetime(2026, 3, 4, 10, tzinfo=VIETNAM).astimezone(UTC)


def lines(facts: OverdueFacts) -> list[str]:
    """Every line of the slip in reading order, tables cell by cell."""
    document = Document(io.BytesIO(overdue_slip(facts)))
    found = []
    for block in document.iter_inner_content():
        cells = [cell for row in block.rows for cell in row.cells] if hasattr(block, "rows") else [block]
        for cell in cells:
            for paragraph in cell.paragraphs if hasattr(cell, "paragraphs") else [cell]:
                if paragraph.text.strip():
                    found.append(paragraph.text.replace("\xa0", "_"))
    return found


def test_the_slip_from_head_to_signature() -> None:
    assert lines(FACTS) == [
        "BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ",
        "TỔ GIÚP VIỆC BAN CHỈ ĐẠO",
        "*",
        "ĐẢNG CỘNG SẢN VIỆT NAM",
        "Điện Biên, ngày_____tháng_____năm 2026",
        "PHIẾU BÁO CÁO",
        "về tình hình chậm gửi báo cáo Quý I/2026",
        "Kính gửi: Lãnh đạo Ban Chỉ đạo",
        (
            "1. Tình hình gửi báo cáo: Thực hiện Công văn số 12-CV/BCĐ ngày 04/3/2026, 60 cơ quan, đơn vị, địa phương "
            "phải gửi báo cáo Quý I/2026, thời hạn chậm nhất hết ngày 20/3/2026. Đến 07:30 ngày 25/3/2026 đã nhận "
            "53/60 báo cáo, trong đó có 03 báo cáo chờ hoàn thiện; còn 07 cơ quan, đơn vị, địa phương chưa gửi. Số cơ "
            "quan, đơn vị, địa phương quá hạn mà chưa gửi hoặc chưa hoàn thiện báo cáo: 02."
        ),
        "2. Danh sách cơ quan, đơn vị, địa phương quá hạn",
        "TT",
        "Cơ quan, đơn vị, địa phương",
        "Tình trạng",
        "Quá hạn (ngày làm việc)",
        "Đã nhắc",
        "Hẹn nộp, lý do đã nêu",
        *("1", "Sở Nội vụ", "Chưa gửi", "3", "Chưa nhắc"),
        *("2", "Sở Y tế", "Chờ hoàn thiện", "3", "3 lần, gần nhất 24/3/2026"),
        "Hẹn nộp 23/3/2026 (đã qua)\nĐề nghị gia hạn đến 30/3/2026\nLý do: Chờ số liệu của <Bộ>",
        (
            "3. Đề xuất: Tổ Giúp việc Ban Chỉ đạo kính đề nghị Lãnh đạo Ban Chỉ đạo xem xét, chỉ đạo thủ trưởng các cơ "
            "quan, đơn vị, địa phương nêu trên gửi báo cáo, hoàn thiện báo cáo đã gửi chậm nhất "
            "ngày_____tháng_____năm 2026, bảo đảm thời hạn tỉnh báo cáo cấp có thẩm quyền chậm nhất ngày 25/3/2026."
        ),
        "Nơi nhận:",
        "- Như trên,",
        "- Lưu Văn phòng.",
        "TỔ GIÚP VIỆC BAN CHỈ ĐẠO",
        "Ý kiến chỉ đạo:",
    ]


def test_the_states_layout() -> None:
    found = lines(replace(FACTS, letter=LETTER.model_copy(update={"layout": "state"})))
    assert found[2:4] == ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]
    assert "- Lưu: VT." in found
    assert any(line.endswith("ngày 25/3/2026./.") for line in found)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"complete": 0, "incomplete": 0, "silent": 60},
            "Đến 07:30 ngày 25/3/2026 chưa nhận được báo cáo nào; còn 60 cơ quan, đơn vị, địa phương chưa gửi.",
        ),
        ({"complete": 60, "incomplete": 0, "silent": 0}, "Đến 07:30 ngày 25/3/2026 đã nhận 60/60 báo cáo."),
        (
            {"complete": 55, "recorded": 2, "incomplete": 3, "silent": 0},
            "trong đó có 02 báo cáo nhận bằng đường khác, chờ số liệu, 03 báo cáo chờ hoàn thiện.",
        ),
    ],
    ids=["none came", "all came", "some were recorded"],
)
def test_what_came(changed: dict[str, int], said: str) -> None:
    assert said in lines(replace(FACTS, **changed))[8]  # type: ignore[arg-type]


def test_with_nobody_overdue_it_says_so_and_proposes_nothing() -> None:
    found = lines(replace(FACTS, rows=()))
    assert found[8].endswith("Không có cơ quan, đơn vị, địa phương nào quá hạn.")
    assert found[9] == "2. Đề xuất: Tổ Giúp việc Ban Chỉ đạo tiếp tục theo dõi, tổng hợp; không có đề xuất."
    assert "TT" not in found


def test_past_the_provinces_own_day_the_proposal_does_not_name_it() -> None:
    later = replace(FACTS, now=datetime(2026, 3, 26, 3, tzinfo=UTC))
    assert any(line.endswith("chậm nhất ngày_____tháng_____năm 2026.") for line in lines(later))


def test_the_same_facts_give_the_same_bytes() -> None:
    assert overdue_slip(FACTS) == overdue_slip(FACTS)


def facts_of(province: Any, now: datetime) -> OverdueFacts:
    with province.store.reading() as session:
        return overdue_facts(session, province.cycle(session), province.office.calendar(now.date()), now)


def test_the_facts_of_a_cycle_add_up(few_both: Any) -> None:
    few_both.mark_sent(SENT)
    with few_both.store.writing() as session:
        for agency, state in (
            ("SNV", RequestState.COMPLETE),
            ("STC", RequestState.INCOMPLETE),
            ("3127", RequestState.EXEMPT),
        ):
            request = session.get_one(Request, few_both.request_id(agency))
            move_request(session, request, state, reason="thử", actor=MACHINE, now=SENT)
    facts = facts_of(few_both, NOW)
    assert (facts.asked, facts.complete, facts.incomplete, facts.silent) == (3, 1, 1, 1)
    assert [(row.name, row.mending, row.late) for row in facts.rows] == [
        ("Sở Khoa học và Công nghệ", False, 3),
        ("Sở Tài chính", True, 3),
    ]
    assert facts.document == "Công văn số 12-CV/BCĐ ngày 04/3/2026"
    assert facts_of(few_both, datetime(2026, 3, 20, 10, tzinfo=UTC)).rows == ()


def test_a_row_has_the_promise_the_reason_and_the_agencys_own_deadline(few: Any) -> None:
    few.mark_sent(SENT)
    with few.store.writing() as session:
        acknowledge(session, session.get_one(Request, few.request_id("SNV")), date(2026, 3, 24), SENT)
        for agency in ("SNV", "STC"):
            session.add(
                ExtensionAsk(
                    request_id=few.request_id(agency),
                    wanted=date(2026, 3, 30),
                    reason="Chờ số liệu",
                    asked_at=SENT,
                )
            )
    with few.store.writing() as session:
        request = find_request(session, CYCLE, "SKHCN")
        extend_request(session, request, date(2026, 3, 24), reason="x", actor="Thư ký", now=SENT)
        request = find_request(session, CYCLE, "STC")
        decline_extension(session, request, reason="không thể", actor="Thư ký", now=SENT)
    rows = {row.name: row for row in facts_of(few, NOW).rows}
    snv = rows["Sở Nội vụ"]
    assert (snv.promised, snv.wanted, snv.reason) == (date(2026, 3, 24), date(2026, 3, 30), "Chờ số liệu")
    assert (rows["Sở Tài chính"].wanted, rows["Sở Tài chính"].reason) == (None, "Chờ số liệu")
    assert rows["Sở Khoa học và Công nghệ"].late == 1
    assert [row.due for row in facts_of(few, NOW).rows][-1] == date(2026, 3, 24)


def test_a_cycle_that_is_not_released_has_no_slip(few: Any) -> None:
    with few.store.writing() as session:
        few.cycle(session).document_date = None
        with pytest.raises(ValueError, match="chưa phát hành"):
            overdue_facts(session, few.cycle(session), few.office.calendar(NOW.date()), NOW)
