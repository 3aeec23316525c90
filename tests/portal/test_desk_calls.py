"""The call sheet as a page: the number to press, a call logged, its promise everywhere, put right, refused in words."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from docx import Document

from models.agency_act import Acknowledgement
from models.codes import DeskRole
from models.desk_act import PhoneCall
from models.directory import Person
from models.time import VIETNAM

SENT = datetime(2026, 3, 4, 10, tzinfo=VIETNAM).astimezone(UTC)
MORNING = datetime(2026, 3, 23, 8, 15, tzinfo=VIETNAM).astimezone(UTC)


@pytest.fixture
def late(few: Any, clock: Any) -> Any:
    """Four agencies are overdue; the officer of SNV has a telephone."""
    few.mark_sent(SENT)
    clock.at = MORNING
    with few.store.writing() as session:
        session.get_one(Person, officer(few)).phone = "0215.3825.001"
    return few


def officer(province: Any) -> int:
    (found,) = province.all(Person, Person.email == "dau-moi@snv.dien-bien.example")
    return int(found.id)


def typed(province: Any, **more: str) -> dict[str, str]:
    said = {
        "co_quan": "SNV",
        "nguoi": str(officer(province)),
        "ket_qua": "co",
        "noi_dung": "Đang chờ số liệu",
        "hen": "25/3/2026",
    }
    return {**said, **more}


def test_the_sheet_has_names_numbers_and_the_text_for_the_group(late: Any, desk_of: Any) -> None:
    page = desk_of(late, DeskRole.READER).get("/goi-dien")
    assert "Cần gọi 04 cơ quan, đơn vị, địa phương; hôm nay chưa gọi nơi nào." in page.text
    assert {"href": "tel:02153825001", "class": "dial"} in page.fields("a")
    assert "Báo cáo Quý I/2026, hạn 20/3/2026, quá hạn 01 ngày làm việc." in page.text
    assert "ĐÔN ĐỐC BÁO CÁO" in page.text
    assert not [form for form in page.fields("form") if str(form.get("action")).endswith("/goi-dien/ghi")]


def test_a_call_is_logged_and_its_promise_is_on_the_sheet_and_on_the_agency_s_page(
    late: Any, desk_of: Any, visitor_of: Any
) -> None:
    desk = desk_of(late)
    page = desk.post("/goi-dien/ghi", typed(late))
    assert (page.status, page.url.rpartition("/")[2]) == (200, "goi-dien?xong=ghi#ket-qua")
    assert "Đã ghi cuộc gọi." in page.text
    assert "Hẹn nộp 25/3/2026." in page.text
    assert "Đã gọi lúc 08:15 hôm nay (Đầu mối Sở Nội vụ), hẹn 25/3/2026." in page.text
    assert "hôm nay đã gọi 01" in page.text
    desk.post("/goi-dien/ghi", typed(late))
    (call,) = late.all(PhoneCall)
    assert (call.actor, call.phone, call.said) == (desk.actor, "0215.3825.001", "Đang chờ số liệu")
    assert "25/3/2026" in visitor_of(late, "SNV").get().text
    assert "Đang chờ số liệu" not in visitor_of(late, "SNV").get().text


def test_what_cannot_be_logged_is_said_and_what_was_typed_stays(late: Any, desk_of: Any) -> None:
    desk = desk_of(late)
    page = desk.post("/goi-dien/ghi", typed(late, hen="hôm kia", noi_dung="Nội dung đã ghi"))
    assert page.status == 422
    assert "Ngày hẹn nộp: không hiểu “hôm kia”" in page.text
    assert "Nội dung đã ghi" in page.html
    for said, why in (
        ({"ket_qua": ""}, "Chưa chọn kết quả"),
        ({"luc": "sáng"}, "Lúc gọi: không hiểu “sáng”"),
        ({"hen": "20/3/2026"}, "đã qua"),
        ({"nguoi": "", "goi_cho": ""}, "Chưa ghi gọi cho ai"),
        ({"co_quan": "X"}, "Không có cơ quan nào mang mã “X”"),
    ):
        page = desk.post("/goi-dien/ghi", typed(late, **said))
        assert (page.status, why in page.text) == (422, True), why
    assert late.count(PhoneCall) == 0


def test_a_call_of_an_earlier_hour_and_somebody_else(late: Any, desk_of: Any) -> None:
    said = typed(late, nguoi="", goi_cho="Trực cơ quan", so_may="0215 3825 999", luc="7h45", hen="")
    desk_of(late).post("/goi-dien/ghi", said)
    (call,) = late.all(PhoneCall)
    assert (call.whom, call.phone) == ("Trực cơ quan", "0215 3825 999")
    assert call.called_at == datetime(2026, 3, 23, 7, 45, tzinfo=VIETNAM)


def test_a_call_is_put_right_and_stays_in_the_log(late: Any, desk_of: Any) -> None:
    desk = desk_of(late)
    desk.post("/goi-dien/ghi", typed(late))
    (call,) = late.all(PhoneCall)
    form = desk.get(f"/goi-dien/{call.id}/dinh-chinh")
    kept = {
        str(f["name"]): f.get("value")
        for f in form.fields("input")
        if f.get("name") not in ("_ma", "ket_qua")
    }
    assert (kept["hen"], kept["luc"]) == ("25/3/2026", "08:15 23/3/2026")
    page = desk.post(
        f"/goi-dien/{call.id}/dinh-chinh",
        typed(late, hen="", noi_dung="Chưa hẹn ngày", luc="08:15 23/3/2026", ly_do="nghe nhầm"),
    )
    assert "Đã đính chính bằng cuộc gọi số" in page.text
    assert "Đính chính cuộc gọi số" in page.text
    assert [one.promised for one in late.all(Acknowledgement)][-1] is None
    assert "Hẹn nộp 25/3/2026." not in page.text
    again = desk.post(f"/goi-dien/{call.id}/dinh-chinh", typed(late, hen="26/3/2026"))
    assert (again.status, "đã được đính chính bằng cuộc gọi số" in again.text) == (422, True)
    assert "Ghi đính chính" not in desk.get(f"/goi-dien/{call.id}/dinh-chinh").text
    assert desk.get("/goi-dien/999/dinh-chinh").status == 404


def test_the_sheet_in_word_says_the_calls_too(late: Any, desk_of: Any) -> None:
    desk = desk_of(late)
    desk.post("/goi-dien/ghi", typed(late))
    answer = desk.download("/goi-dien/danh-sach-goi.docx")
    assert 'filename="danh-sach-goi-2026-03-23.docx"' in answer.headers["content-disposition"]
    cells = [cell.text for row in Document(BytesIO(answer.content)).tables[0].rows for cell in row.cells]
    assert any("Đã gọi lúc 08:15 hôm nay (Đầu mối Sở Nội vụ), hẹn 25/3/2026" in text for text in cells)


def test_a_call_may_be_logged_on_the_agency_s_own_page(late: Any, desk_of: Any) -> None:
    desk = desk_of(late)
    page = desk.post("/danh-ba/SNV/goi", typed(late))
    assert page.url.endswith("/danh-ba/SNV?xong=ghi#ket-qua")
    assert "Đang chờ số liệu" in page.text
    assert "Báo cáo Quý I/2026" in page.text
    bad = desk.post("/danh-ba/SNV/goi", typed(late, hen="1/1/2026"))
    assert (bad.status, "đã qua" in bad.text) == (422, True)


def test_a_morning_on_which_nobody_is_to_be_called(few: Any, desk_of: Any) -> None:
    page = desk_of(few).get("/goi-dien")
    assert "Hôm nay không phải gọi cơ quan, đơn vị nào." in page.text
    assert "Hôm nay chưa ghi cuộc gọi nào." in page.text
