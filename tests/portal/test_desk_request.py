"""The desk's page of one request: recorded, sent back, let off, extended, moved back, each from its small form."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from models.agency_act import ExtensionAsk
from models.codes import DeskRole, RequestState
from models.desk_act import RecordedReport, ReturnedReport
from models.history import Audit
from models.notice import Notice
from models.submission import Arrival, SignedReport, Submission
from models.time import VIETNAM

PDF = b"%PDF-1.7\n%%EOF\n"
PAPER = {
    "duong": "paper",
    "ngay_nhan": "19/3/2026",
    "so": "125/BC-SNV",
    "ngay": "18/3/2026",
    "nguoi_ky": "Giám đốc Lò Văn A",
    "ghi_chu": "Nộp tại văn thư",
}


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=VIETNAM).astimezone(UTC)


@pytest.fixture
def late(few_both: Any, clock: Any) -> Any:
    """Everybody was asked; three days past the deadline."""
    few_both.mark_sent(at(4))
    clock.at = at(23)
    return few_both


def here(province: Any, agency: str = "SNV") -> str:
    return f"/yeu-cau/{province.request_id(agency)}"


def test_a_paper_is_recorded_with_its_scan_and_taken_back(late: Any, desk_of: Any) -> None:
    desk, path = desk_of(late), here(late)
    assert "quá hạn" in desk.get(path).text
    page = desk.post(f"{path}/ghi-nhan/tep", PAPER, files={"tep": ("quét báo cáo.pdf", PDF)})
    assert "Đã ghi nhận thay" in page.text
    assert "Đã nhận báo cáo bằng đường khác, chờ số liệu" in page.text
    assert "Văn bản giấy số 125/BC-SNV ngày 18/3/2026 do Giám đốc Lò Văn A ký" in page.text
    (row,) = late.all(RecordedReport)
    assert (row.actor, row.received_on) == (desk.actor, date(2026, 3, 19))
    scan = desk.download(f"{path}/tep-goc/{row.arrival_id}")
    assert (scan.content, scan.headers["content-type"]) == (PDF, "application/octet-stream")
    assert "filename*=UTF-8''qu%C3%A9t%20b%C3%A1o" in scan.headers["content-disposition"]
    assert "Chưa ghi lý do hủy" in desk.post(f"{path}/huy-ghi-nhan", {"ly_do": " "}).text
    back = desk.post(f"{path}/huy-ghi-nhan", {"ly_do": "Nhầm cơ quan"})
    assert "Đã hủy ghi nhận" in back.text
    assert late.request("SNV").state == RequestState.SENT
    acts = late.all(Audit, Audit.entity == "request")
    assert [(a.act, a.actor) for a in acts] == [("ghi-nhan-thay", desk.actor), ("huy-ghi-nhan", desk.actor)]
    assert "Hủy ghi nhận thay" in back.text  # in the trail of the page


def test_what_was_typed_stays_when_recording_is_refused(late: Any, desk_of: Any) -> None:
    desk, path = desk_of(late), here(late)
    page = desk.post(f"{path}/ghi-nhan/tep", {**PAPER, "ngay_nhan": "25/3/2026"})
    assert page.status == 422
    assert "Ngày nhận 25/3/2026 chưa đến" in page.text
    values = {str(f.get("value")) for f in page.fields("input")}
    assert {"25/3/2026", "125/BC-SNV", "Giám đốc Lò Văn A"} <= values
    assert (
        "Chưa chọn báo cáo đến bằng đường nào"
        in desk.post(f"{path}/ghi-nhan/tep", {**PAPER, "duong": ""}).text
    )
    assert late.count(RecordedReport) == 0


def test_a_signed_scan_is_the_signed_report_at_once(late: Any, desk_of: Any) -> None:
    desk, path = desk_of(late), here(late)
    page = desk.post(f"{path}/ghi-nhan/tep", {**PAPER, "ban_ky": "x"}, files={"tep": ("a.pdf", PDF)})
    assert "Báo cáo số 125/BC-SNV ngày 18/3/2026" in page.text
    assert late.count(SignedReport) == 1


def test_figures_are_typed_on_behalf_in_the_same_form(late: Any, desk_of: Any, clock: Any) -> None:
    from asked import filled

    desk, path = desk_of(late), here(late)
    assert "Ghi nhận thay trước" in desk.get(f"{path}/so-lieu").text
    desk.post(f"{path}/ghi-nhan/tep", PAPER)
    clock.at = at(23, 10)
    form = desk.get(f"{path}/so-lieu")
    assert "Văn bản giấy số 125/BC-SNV" in form.text
    assert "Chưa điền nội dung nào" in desk.post(f"{path}/so-lieu", {}).text
    said = filled(late, "SNV")
    first = next(name for name in said if name.endswith(":status"))
    faulty = desk.post(f"{path}/so-lieu", {k: v for k, v in said.items() if k != first})
    assert "điểm phải sửa" in faulty.text
    assert late.request("SNV").state == RequestState.RECORDED
    done = desk.post(f"{path}/so-lieu", said)
    assert "Đã nhập số liệu thay, đạt yêu cầu" in done.text
    assert late.request("SNV").state == RequestState.COMPLETE
    assert [v.received_at for v in late.all(Submission)] == [at(19, 17)] * 2
    assert "Sau hạn" not in done.text
    (first_act, *_) = late.all(Audit, Audit.act == "nhap-so-lieu-thay")
    assert first_act.actor == desk.actor


def test_figures_are_uploaded_on_behalf(late: Any, desk_of: Any) -> None:
    desk, path = desk_of(late), here(late)
    content = late.filled("SNV")
    assert "Ghi nhận thay trước" in desk.post(f"{path}/so-lieu/tep", files={"tep": ("b.xlsx", content)}).text
    desk.post(f"{path}/ghi-nhan/tep", PAPER)
    assert "Chưa chọn tệp" in desk.post(f"{path}/so-lieu/tep", files={"tep": ("", b"")}).text
    other = desk.post(f"{path}/so-lieu/tep", files={"tep": ("stc.xlsx", late.filled("STC"))})
    assert "chưa tính là báo cáo" in other.text
    assert "đạt yêu cầu" in desk.post(f"{path}/so-lieu/tep", files={"tep": ("b.xlsx", content)}).text
    assert late.request("SNV").state == RequestState.COMPLETE


def test_a_report_is_sent_back_the_agency_reads_it_and_it_is_taken_back(
    few: Any, desk_of: Any, visitor_of: Any, clock: Any
) -> None:
    few.mark_sent(at(4))
    visitor = visitor_of(few, "SNV")
    visitor.upload(few.filled("SNV"))
    clock.at = at(16)
    desk, path = desk_of(few), here(few)
    form = desk.get(path)
    assert any(f.get("value") == "19/3/2026" for f in form.fields("input") if f.get("name") == "han")
    words = {"noi_dung": "Bổ sung số, ngày văn bản của V.5.1.", "han": "19/3/2026"}
    assert "Đã đề nghị hoàn thiện" in desk.post(f"{path}/hoan-thien", words).text
    page = visitor.get()
    assert "Đề nghị hoàn thiện, bổ sung" in page.text
    assert "Bổ sung số, ngày văn bản của V.5.1." in page.text
    assert "hết ngày 19/3/2026" in page.text
    assert few.count(Notice, Notice.step == "de-nghi-hoan-thien") == 1
    assert "Đã rút đề nghị" in desk.post(f"{path}/rut-hoan-thien", {"ly_do": "Đã đủ"}).text
    assert few.all(ReturnedReport)[0].cancelled_by == desk.actor
    page = visitor.get()
    assert "Bổ sung số, ngày văn bản của V.5.1." not in page.text
    assert "Đã nhận báo cáo đạt yêu cầu" in page.text


def test_the_agency_sees_that_its_paper_was_recorded(late: Any, desk_of: Any, visitor_of: Any) -> None:
    desk_of(late).post(f"{here(late)}/ghi-nhan/tep", PAPER)
    page = visitor_of(late, "SNV").get()
    assert "Đã ghi nhận báo cáo" in page.text
    assert "Văn bản giấy số 125/BC-SNV ngày 18/3/2026" in page.text
    assert "quá hạn" not in page.text


def test_extensions_are_decided_from_the_list(few: Any, desk_of: Any, visitor_of: Any, clock: Any) -> None:
    few.mark_sent(at(4))
    for agency in ("SNV", "STC"):
        visitor_of(few, agency).post("/gia-han", {"den": "28/3/2026", "ly_do": "Chờ số liệu quý"})
    clock.at = at(16)
    desk = desk_of(few)
    page = desk.get("/gia-han")
    assert "đang chờ quyết định (02)" in page.text
    assert "ngày nghỉ: Thứ Bảy" in page.text or "ngày nghỉ" in page.text
    words = {"tu": "gia-han", "den": "27/3/2026", "ly_do": "Đồng ý đến thứ Sáu"}
    assert "Đã gia hạn" in desk.post(f"{here(few)}/gia-han", words).text
    refused = desk.post(f"{here(few, 'STC')}/khong-gia-han", {"tu": "gia-han", "ly_do": " "})
    assert refused.status == 422
    assert "đang chờ quyết định (01)" in refused.text
    desk.post(f"{here(few, 'STC')}/khong-gia-han", {"tu": "gia-han", "ly_do": "Tỉnh gửi 25/3"})
    assert "Không có đề nghị gia hạn nào" in desk.get("/gia-han").text
    assert [(a.granted, a.decided_by) for a in few.all(ExtensionAsk)] == [
        (True, desk.actor),
        (False, desk.actor),
    ]
    back = {"den": "23/3/2026", "ly_do": "Cần số liệu sớm"}
    assert "Đã đặt lại hạn" in desk.post(f"{here(few)}/dat-lai-han", back).text
    assert few.request("SNV").due == date(2026, 3, 23)


def test_only_a_leader_lets_off_and_asks_again(few: Any, desk_of: Any, clock: Any) -> None:
    few.mark_sent(at(4))
    clock.at = at(13)
    officer, leader, path = desk_of(few), desk_of(few, DeskRole.LEADER), here(few)
    assert "Không yêu cầu báo cáo kỳ này" not in officer.get(path).text
    assert officer.post(f"{path}/mien", {"ly_do": "x"}).status == 403
    assert "Đã ghi không yêu cầu" in leader.post(f"{path}/mien", {"ly_do": "Sáp nhập"}).text
    assert few.request("SNV").state == RequestState.EXEMPT
    assert "Đã yêu cầu báo cáo trở lại" in leader.post(f"{path}/yeu-cau-lai", {"ly_do": "Nhầm"}).text
    assert few.request("SNV").state == RequestState.SENT


def test_a_reminder_now_and_links_revoked(few: Any, desk_of: Any, visitor_of: Any, clock: Any) -> None:
    few.mark_sent(at(4))
    visitor = visitor_of(few, "SNV")
    clock.at = at(13)
    desk, path = desk_of(few), here(few)
    assert "Đã đặt lời nhắc" in desk.post(f"{path}/nhac-ngay", {"ly_do": "Lãnh đạo yêu cầu"}).text
    assert few.count(Notice, Notice.step == "goi-ngay-1") == 1
    assert "Chưa ghi lý do" in desk.post(f"{path}/thu-hoi", {}).text
    assert "Đã thu hồi" in desk.post(f"{path}/thu-hoi", {"ly_do": "Lộ"}).text
    assert visitor.get().status == 404


def test_a_reader_sees_everything_and_no_act(late: Any, desk_of: Any) -> None:
    province = late.with_settings(portal_url="http://bao-cao.example")
    assert "/y/" in desk_of(province, DeskRole.OFFICER).get(here(late)).html
    page = desk_of(province, DeskRole.READER).get(here(late))
    assert "Sở Nội vụ" in page.text
    assert "Thao tác" not in page.text
    assert "/y/" not in page.html  # whoever has the agency's link acts as the agency
    assert [f.get("action") for f in page.fields("form")] == ["/thu-ky/ra"]


def test_nothing_of_a_withheld_assignment_is_on_the_page(few: Any, desk_of: Any) -> None:
    from tasks.registers.register_acts import find_assignment, set_withheld

    line = few.form("SNV").assignments[0]
    few.mark_sent(at(4))
    with few.store.writing() as session:
        set_withheld(
            session, find_assignment(session, line.row_key), withheld=True, reason="x", actor="A", now=at(5)
        )
    page = desk_of(few).get(here(few))
    assert line.name not in page.text
    assert page.status == 200


def test_what_is_not_there_is_said(few: Any, desk_of: Any) -> None:
    desk = desk_of(few)
    for path in ("/yeu-cau/99999", "/yeu-cau/99999/so-lieu", f"{here(few)}/tep-goc/99999"):
        assert desk.get(path).status == 404, path
    assert desk.post("/yeu-cau/99999/huy-ghi-nhan", {"ly_do": "x"}).status == 404
    assert few.count(Arrival) == 0
