"""The phiếu đối chiếu at the desk: found, asked, explained, mended; what a reader sees and may not do."""

from io import BytesIO
from typing import Any

import pytest
from contradictions import CYCLE, MENDED, PROCEDURES, hand_in, look
from contradictions import at as march
from docx import Document
from openpyxl import load_workbook

from models.codes import DeskRole, DiscrepancyKind, DiscrepancyState
from models.discrepancy import Discrepancy
from models.history import Audit
from tasks.registers.register_acts import find_assignment, set_withheld

LIST = f"/doi-chieu?ky={CYCLE}"
ON, OFF = "Thường xuyên, bảo đảm tiến độ", "Thường xuyên, chưa bảo đảm tiến độ"


@pytest.fixture
def reported(few: Any) -> Any:
    hand_in(few, "SKHCN", {"KH57-2026/II.1:status": ON}, march(10, 9))
    hand_in(
        few,
        "SNV",
        {**PROCEDURES, "KH57-2026/II.1:status": OFF, "KH57-2026/II.1:reason": "Lý do riêng"},
        march(10, 9),
    )
    return few


def row(province: Any, kind: DiscrepancyKind = DiscrepancyKind.FORM) -> Discrepancy:
    snv = Discrepancy.request_id == province.request_id("SNV")
    (found,) = province.all(Discrepancy, Discrepancy.kind == kind, snv)
    return found  # type: ignore[no-any-return]


def test_from_finding_to_mending(reported: Any, desk_of: Any) -> None:
    desk = desk_of(reported)
    assert "Không có điểm nào theo lựa chọn này" in desk.get(LIST).text
    found = desk.post("/doi-chieu/tim-lai", {"ky": CYCLE})
    assert "điểm chưa khớp" in found.text
    assert "166 (40 + 106 + 20), khác Tổng số TTHC là 149" in found.text
    number = row(reported).id
    ticked = [f for f in found.fields("input") if f.get("name") == "chon"]
    assert f"{number}:0" in [f["value"] for f in ticked]

    asked = desk.post("/doi-chieu/hoi", {"ky": CYCLE, "don_vi": "SNV", "chon": f"{number}:0"})
    assert "Đã hỏi 01 điểm của 01 cơ quan, đơn vị." in asked.text
    assert "Đã hỏi, chờ giải trình (lần 1" in asked.text
    assert "don_vi=SNV" in asked.url  # the filter is kept
    again = desk.post("/doi-chieu/hoi", {"ky": CYCLE, "chon": f"{number}:0"})
    assert "Không hỏi 01 điểm: đã sửa" in again.text
    assert row(reported).asked_no == 1

    page = desk.post(f"/doi-chieu/{number}/giai-trinh", {"giai_trinh": "TTHC dùng chung", "ai": ""})
    assert (page.status, "TTHC dùng chung" in page.html) == (422, True)  # what was typed is still there
    page = desk.post(
        f"/doi-chieu/{number}/giai-trinh",
        {"giai_trinh": "TTHC dùng chung", "ai": "Lò Văn A, Sở Nội vụ, qua điện thoại"},
    )
    assert "Đã ghi giải trình." in page.text
    assert "Lò Văn A, Sở Nội vụ, qua điện thoại" in page.text
    page = desk.post(f"/doi-chieu/{number}/mo-lai", {"ly_do": "Chưa rõ"})
    assert "Đã mở lại." in page.text
    assert "Đã hỏi, chờ giải trình → Đã giải trình" in page.text
    page = desk.post(f"/doi-chieu/{number}/hoi", {"lan": "1"})
    assert "Đã hỏi cơ quan, đơn vị" in page.text
    page = desk.post(f"/doi-chieu/{number}/da-sua", {"sua_o_dau": "Bản ký"})
    assert row(reported).state is DiscrepancyState.MENDED
    assert {a.actor for a in reported.all(Audit, Audit.entity == "discrepancy")} == {desk.account.actor}

    hand_in(reported, "SNV", {**MENDED, "KH57-2026/II.1:status": ON}, march(12, 8))
    look(reported, march(12, 9))
    assert "không còn thấy từ 09:00 ngày 12/3/2026" in desk.get(f"/doi-chieu/{number}").text
    assert "Tổng số TTHC là 149" not in desk.get(LIST).text
    assert "Tổng số TTHC là 149" in desk.get(f"{LIST}&muc=tat-ca").text


def test_filters_stand_in_the_address(reported: Any, desk_of: Any) -> None:
    look(reported, march(10, 10))
    desk = desk_of(reported, DeskRole.READER)

    def listed(rest: str) -> str:
        return str(desk.get(f"{LIST}{rest}").text.split("Tình trạng, giải trình")[1])

    assert "Tổng số TTHC" in listed("&don_vi=SNV&loai=form&muc=open")
    assert "Tổng số TTHC" not in listed("&don_vi=SKHCN")
    assert "Tổng số TTHC" not in listed("&loai=leads")
    assert "cơ quan đầu mối" in listed("&loai=leads")
    assert "Không có điểm nào" in listed("&muc=asked")
    assert desk.get("/doi-chieu?ky=khong-co").status == 200


def test_a_reader_looks_and_changes_nothing(reported: Any, desk_of: Any) -> None:
    look(reported, march(10, 10))
    desk = desk_of(reported, DeskRole.READER)
    number = row(reported).id
    assert not [f for f in desk.get(LIST).fields("input") if f.get("name") == "chon"]
    assert "Xử lý" not in desk.get(f"/doi-chieu/{number}").text
    for path in ("/doi-chieu/hoi", "/doi-chieu/tim-lai", f"/doi-chieu/{number}/mo-lai"):
        assert desk.post(path, {"ky": CYCLE}).status == 403
    assert row(reported).state is DiscrepancyState.OPEN


def test_the_sheets_are_taken_from_the_page(reported: Any, desk_of: Any) -> None:
    look(reported, march(10, 10))
    desk = desk_of(reported, DeskRole.READER)
    word = desk.client.get(f"/thu-ky/doi-chieu/phieu.docx?ky={CYCLE}&don_vi=SNV")
    assert "Kính gửi: Sở Nội vụ" in [p.text for p in Document(BytesIO(word.content)).paragraphs]
    book = desk.client.get(f"/thu-ky/doi-chieu/phieu.xlsx?ky={CYCLE}")
    assert load_workbook(BytesIO(book.content)).sheetnames == ["Phiếu đối chiếu"]
    assert desk.get(f"/doi-chieu/phieu.docx?ky={CYCLE}&don_vi=STC9").status == 404
    assert desk.get(f"/doi-chieu/phieu.exe?ky={CYCLE}").status == 404


def test_of_a_withheld_assignment_there_is_its_key_and_no_more(reported: Any, desk_of: Any) -> None:
    look(reported, march(10, 10))
    number = row(reported, DiscrepancyKind.LEADS).id
    with reported.store.writing() as session:
        task = find_assignment(session, "KH57-2026/II.1")
        set_withheld(session, task, withheld=True, reason="mật", actor="Thư ký", now=march(10, 12))
    desk = desk_of(reported)
    page = desk.get(f"/doi-chieu/{number}")
    assert "Nhiệm vụ KH57-2026/II.1" in page.text
    assert "không đưa lên hệ thống" in page.text
    assert "cơ quan đầu mối" not in page.text
    assert "cơ quan đầu mối" not in desk.get(LIST).text
    assert desk.post(f"/doi-chieu/{number}/hoi", {"lan": "0"}).status == 422


def test_what_is_not_there_is_said(reported: Any, desk_of: Any) -> None:
    desk = desk_of(reported)
    assert desk.get("/doi-chieu/99").status == 404
    assert "Chưa chọn điểm nào" in desk.post("/doi-chieu/hoi", {"ky": CYCLE}).text
    assert "Chưa chọn điểm nào" in desk.post("/doi-chieu/hoi", {"ky": CYCLE, "chon": "x"}).text
    assert desk.get("/doi-chieu?xong=hoi-1-1-0-9").status == 200
