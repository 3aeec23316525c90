"""The page: what it says, what can be done on it, and what it keeps to itself. Through a real web server."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy.exc import OperationalError

from models.agency_act import Acknowledgement, ExtensionAsk
from models.codes import ArrivalVerdict, RequestState
from models.cycle import Request
from models.history import Audit, StateChange
from models.notice import Notice
from models.submission import Arrival, Blob, Submission
from portal import take_in
from portal.refusal import DEAD
from tasks.cycle.cycles import close_cycle
from tasks.cycle.request_acts import decline_extension, extend_request, revoke_link
from tasks.intake.judge import judge_batch, to_judge
from tasks.registers.register_acts import find_assignment, set_withheld
from tasks.states import move_request
from tasks.workbook.read import read_form

Visitor = Any
VisitorOf = Callable[..., Visitor]
SECRET = "Không nhập, không tải lên nội dung thuộc bí mật nhà nước."
DAY = timedelta(days=1)


def everything(province: Any) -> list[Any]:
    """Every row that opening a page could change."""
    tables = (Request, Arrival, Submission, Notice, StateChange, Audit, Acknowledgement, ExtensionAsk)
    return [row for table in tables for row in province.all(table)]


def close(province: Any, at: Any) -> None:
    with province.store.writing() as session:
        close_cycle(session, province.cycle(session), reason="thử", actor="Thư ký", now=at)


def test_it_says_what_is_owed_by_when_and_whom_to_ask(few_both: Any, visitor_of: VisitorOf) -> None:
    page = visitor_of(few_both, "SNV").get()
    assert page.status == 200
    for said in (
        "Báo cáo Quý I/2026 thực hiện Nghị quyết số 57-NQ/TW",
        "Sở Nội vụ",
        "Hạn gửi báo cáo: hết ngày 20/3/2026 ( còn 06 ngày làm việc ).",
        "Công văn số 12-CV/BCĐ ngày 04/3/2026",
        "0215 000 0057",
        "Chưa nhận được báo cáo.",
        SECRET,
    ):
        assert said in page.text
    for line in few_both.form("SNV").assignments:
        assert f"{line.row_key.partition('/')[2]}. {line.name}" in page.text
        assert f"Thời hạn: {line.deadline}." in page.text


def test_opening_changes_nothing(few: Any, visitor_of: VisitorOf) -> None:
    visitor = visitor_of(few, "SNV")
    visitor.post(
        "/ban-ky",
        {"so": "1/BC", "ngay": "11/3/2026", "nguoi_ky": "Lò Văn A"},
        files={"ban_ky": ("a.pdf", b"%PDF-1.7")},
    )
    visitor.upload(few.filled("SNV", leave_out=1))
    before = everything(few)
    for rest in (
        "",
        "/form",
        "/bieu-mau",
        "/de-cuong",
        "/tat-ca.zip",
        "/bao-cao-da-ky",
        "/ban-danh-dau",
        "?nop=x",
        "?xong=hen",
    ):
        assert visitor.get(rest).status == 200
        assert visitor.client.head(f"/y/{visitor.token}{rest}").status_code == 200
    assert everything(few) == before


@pytest.mark.parametrize(
    ("days", "said"),
    [(8, "hết hạn trong hôm nay"), (9, "quá hạn 01 ngày"), (11, "quá hạn 01 ngày làm việc")],
)
def test_days_left_are_in_words(few: Any, visitor_of: VisitorOf, clock: Any, days: int, said: str) -> None:
    clock.at += timedelta(days=days)
    assert said in visitor_of(few, "SNV").get().text


def test_the_form_comes_prefilled_and_can_be_handed_in(few: Any, visitor_of: VisitorOf) -> None:
    visitor = visitor_of(few, "SNV")
    got = visitor.client.get(f"/y/{visitor.token}/bieu-mau")
    assert got.headers["content-disposition"] == (
        'attachment; filename="bieu-bao-cao-SNV-bcd-quy-2026-Q1.xlsx"'
    )
    assert got.content == few.blank("SNV")
    stamp = read_form(got.content).stamp
    assert stamp is not None
    assert stamp.agency_code == "SNV"


def test_an_accepted_file_gets_its_receipt(few_both: Any, visitor_of: VisitorOf, clock: Any) -> None:
    few_both.mark_sent(clock.at - DAY)
    visitor = visitor_of(few_both, "SNV")
    page = visitor.upload(few_both.filled("SNV"), "Báo cáo của tôi.xlsx")
    assert "Đã nhận báo cáo, đạt yêu cầu Số biên nhận: 0001/SNV" in page.text
    assert few_both.request("SNV").state == RequestState.COMPLETE
    (arrival,) = few_both.all(Arrival)
    assert (arrival.channel, arrival.file_name, arrival.sender) == (
        "trang-web",
        "Báo cáo của tôi.xlsx",
        "127.0.0.1",
    )
    again = visitor.get()
    assert "Đã nhận báo cáo đạt yêu cầu. Số biên nhận 0001/SNV" in again.text
    assert "Không phát sinh nội dung" not in again.text
    assert "Đề nghị gia hạn" not in again.text


def test_a_faulty_file_is_answered_with_sheet_cell_and_sentence(few: Any, visitor_of: VisitorOf) -> None:
    visitor = visitor_of(few, "SNV")
    page = visitor.upload(few.filled("SNV", leave_out=2))
    assert "Đã nhận, nhưng báo cáo còn nội dung phải sửa" in page.text
    assert "Đề nghị sửa 02 điểm sau" in page.text
    assert "Trang “Nhiệm vụ”, ô F5: Nhiệm vụ KH57-2026/II.1: chưa báo cáo." in page.text
    later = visitor.get()
    assert "Nội dung phải sửa (bản thứ 1" in later.text
    marked = visitor.client.get(f"/y/{visitor.token}/ban-danh-dau")
    assert "ban-1-can-sua.xlsx" in marked.headers["content-disposition"]
    assert load_workbook(BytesIO(marked.content)).sheetnames[0] == "Cần hoàn thiện"


def test_a_marked_copy_that_is_mended_comes_through(few: Any, visitor_of: VisitorOf) -> None:
    visitor = visitor_of(few, "SNV")
    visitor.upload(few.filled("SNV", leave_out=1))
    book = load_workbook(BytesIO(visitor.client.get(f"/y/{visitor.token}/ban-danh-dau").content))
    book["Nhiệm vụ"]["F5"].value = "Thường xuyên, bảo đảm tiến độ"
    out = BytesIO()
    book.save(out)
    assert "0002/SNV" in visitor.upload(out.getvalue()).text


def test_history_shows_every_version_and_which_counts(few: Any, visitor_of: VisitorOf, clock: Any) -> None:
    visitor = visitor_of(few, "SNV")
    visitor.upload(few.filled("SNV", leave_out=1))
    clock.at += timedelta(hours=1)
    visitor.upload(few.filled("SNV"))
    clock.at += 9 * DAY
    page = visitor.upload(few.filled("SNV", leave_out=2))
    assert "Bản thứ 2 đạt yêu cầu gửi trước vẫn được tính" in page.text
    assert re.findall(r"Bản thứ (\d) , nhận lúc", page.text) == ["3", "2", "1"]
    assert "Bản thứ 2 , nhận lúc 10:00 ngày 12/3/2026, qua trang nộp báo cáo. Đạt yêu cầu." in page.text
    clock.at += timedelta(hours=1)
    late = visitor.upload(few.filled("SNV", percent="50"))
    assert "Nhận sau hạn" in late.text
    assert "0004/SNV" in late.text


def test_the_same_file_twice_is_said_to_be_the_same(few: Any, visitor_of: VisitorOf) -> None:
    visitor = visitor_of(few, "SNV")
    content = few.filled("SNV")
    visitor.upload(content)
    assert "giống hệt bản thứ 1 đã nhận" in visitor.upload(content).text
    assert few.count(Submission) == 1


def test_a_file_of_another_agency_goes_to_the_secretariat(few: Any, visitor_of: VisitorOf) -> None:
    page = visitor_of(few, "SNV").upload(few.filled("STC"))
    assert "đã được lưu nhưng chưa được tính là báo cáo" in page.text
    assert "Biểu là của STC" in page.text
    assert few.count(Submission) == 0
    assert [notice.step for notice in few.all(Notice)] == ["can-xem-xet"]
    assert "bao-cao.xlsx" not in visitor_of(few, "STC").get().text


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"%PDF-1.7", "tệp PDF"), (b"", "Tệp rỗng"), (b"\x00" * 2000, "Tệp rỗng"), (b"PK\x03\x04", "hỏng")],
)
def test_an_unreadable_file_gets_a_clear_answer(
    few: Any, visitor_of: VisitorOf, content: bytes, said: str
) -> None:
    page = visitor_of(few, "SNV").upload(content, "../../etc/quet\x00.pdf")
    assert "chưa được tính là báo cáo" in page.text
    assert said in page.text
    (arrival,) = few.all(Arrival)
    assert (arrival.verdict, arrival.request_id) == (ArrivalVerdict.PERSON, few.request_id("SNV"))
    assert "/" not in arrival.file_name
    assert few.count(Blob, Blob.sha256 == arrival.sha256) == 1
    assert "Chờ thư ký xem xét." in visitor_of(few, "SNV").get().text


@pytest.mark.parametrize("files", [{}, {"tep": ("", b"")}])
def test_without_a_file_nothing_is_stored(few: Any, visitor_of: VisitorOf, files: Any) -> None:
    page = visitor_of(few, "SNV").post("/nop", data={"x": "y"}, files=files or None)
    assert page.status == 422
    assert "Chưa chọn tệp" in page.text
    assert few.count(Arrival) == 0


def test_what_cannot_be_judged_now_is_stored_and_judged_later(
    few: Any, visitor_of: VisitorOf, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> Any:
        raise OperationalError("SELECT", {}, Exception("database is locked"))

    visitor = visitor_of(few, "SNV")
    monkeypatch.setattr(take_in, "judge_stored", fails)
    page = visitor.upload(few.filled("SNV"))
    assert "đang chờ kiểm tra" in page.text
    with few.store.reading() as session:
        waiting = to_judge(session)
    judge_batch(few.store, waiting, few.office.key, clock.at)
    assert "0001/SNV" in visitor.get(page.url.partition(visitor.token)[2]).text


def test_one_link_hands_in_so_much_a_day(
    few: Any, visitor_of: VisitorOf, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(take_in, "MOST_IN_A_DAY", 2)
    visitor = visitor_of(few, "SNV")
    assert [visitor.upload(bytes([n])).status for n in range(3)] == [200, 200, 429]
    assert visitor_of(few, "STC").upload(b"x").status == 200
    clock.at += DAY
    assert visitor.upload(b"y").status == 200


def test_nothing_to_report_with_its_reason(few_both: Any, visitor_of: VisitorOf) -> None:
    visitor = visitor_of(few_both, "3127")
    empty = visitor.post("/khong-phat-sinh", {"ly_do_khong": " . "})
    assert (empty.status, few_both.count(Arrival)) == (422, 0)
    page = visitor.post("/khong-phat-sinh", {"ly_do_khong": "Chưa được giao việc\ntrong quý", "sau": "0"})
    assert "không phát sinh nội dung báo cáo" in page.text
    (version,) = few_both.all(Submission)
    assert (version.nothing_to_report, version.nothing_reason) == (True, "Chưa được giao việc\ntrong quý")
    assert few_both.request("3127").state == RequestState.COMPLETE
    with few_both.store.reading() as session:
        stored = json.loads(session.get_one(Blob, version.sha256).content)
    assert stored["dondoc"] == "bao-cao-truc-tuyen"


def test_nothing_to_report_never_displaces_a_report(few: Any, visitor_of: VisitorOf) -> None:
    visitor = visitor_of(few, "SNV")
    visitor.upload(few.filled("SNV"))
    page = visitor.post("/khong-phat-sinh", {"ly_do_khong": "Không có gì"})
    assert page.status == 409
    assert "Đã có báo cáo đạt yêu cầu" in page.text
    assert few.count(Submission) == 1


def test_a_promise_is_shown_and_the_deadline_stays(few: Any, visitor_of: VisitorOf) -> None:
    visitor = visitor_of(few, "SNV")
    page = visitor.post("/hen", {"hen": "18/3/26"})
    assert "Đã ghi ngày dự kiến nộp báo cáo" in page.text
    assert "Đã hẹn nộp ngày 18/3/2026" in page.text
    assert few.request("SNV").due.isoformat() == "2026-03-20"


@pytest.mark.parametrize("typed", ["", "tuần sau", "01/3/2026", "<b>x</b>", "9" * 5000])
def test_a_promise_without_a_sensible_day_is_refused(few: Any, visitor_of: VisitorOf, typed: str) -> None:
    page = visitor_of(few, "SNV").post("/hen", {"hen": typed})
    assert page.status == 422
    assert "Chưa thực hiện được." in page.text
    assert "<b>x" not in page.html
    assert few.count(Acknowledgement) == 0


def test_an_extension_is_asked_for_declined_asked_again_and_granted(
    few_both: Any, visitor_of: VisitorOf, clock: Any
) -> None:
    visitor = visitor_of(few_both, "SNV")
    missing = visitor.post("/gia-han", {"den": "27/3/2026", "ly_do": ""})
    assert missing.status == 422
    assert 'value="27/3/2026"' in missing.html
    page = visitor.post("/gia-han", {"den": "27/3/2026", "ly_do": "Chờ số liệu"})
    assert "Đề nghị gia hạn đến 27/3/2026" in page.text
    assert "đang chờ thư ký xem xét" in page.text

    def decide(act: Any, *arguments: Any, reason: str) -> None:
        with few_both.store.writing() as session:
            request = session.get_one(Request, few_both.request_id("SNV"))
            act(session, request, *arguments, reason=reason, actor="Thư ký", now=clock.at)

    decide(decline_extension, reason="Tỉnh phải gửi ngày 25/3")
    assert "không được chấp thuận . Tỉnh phải gửi ngày 25/3" in visitor.get().text
    visitor.post("/gia-han", {"den": "24/3/2026", "ly_do": "Chờ số liệu"})
    decide(extend_request, (clock.at + 12 * DAY).date(), reason="Đồng ý")
    granted = visitor.get().text
    assert "hạn mới là hết ngày 24/3/2026" in granted
    assert "Hạn ban đầu 20/3/2026; đã điều chỉnh đến 24/3/2026" in granted
    book = load_workbook(BytesIO(visitor.client.get(f"/y/{visitor.token}/bieu-mau").content))
    assert any("24/3/2026" in str(c.value) for row in book["Hướng dẫn"].iter_rows() for c in row)


DEAD_PATHS = ["", "/form", "/bieu-mau", "/de-cuong", "/tat-ca.zip", "/bao-cao-da-ky", "/ban-danh-dau"]
DEAD_PATHS += ["/nop", "/ban-ky", "/hen", "/khong-gi-ca"]


@pytest.mark.parametrize("rest", DEAD_PATHS)
def test_a_dead_link_says_one_sentence_and_nothing_else(
    few: Any, visitor_of: VisitorOf, clock: Any, rest: str
) -> None:
    visitor = visitor_of(few, "SNV")
    wrong = replace(visitor, token=visitor.token[:-1] + ("b" if visitor.token[-1] == "a" else "a"))
    answers = {wrong.get(rest).html}
    with few.store.writing() as session:
        request = session.get_one(Request, few.request_id("SNV"))
        revoke_link(session, request, reason="lộ", actor="Thư ký", now=clock.at)
    answers.add(visitor.get(rest).html)
    fresh = visitor_of(few, "SNV")
    close(few, clock.at)
    clock.at += 61 * DAY
    answers |= {fresh.get(rest).html, replace(visitor, token="..%2f..").get(rest).html}
    answers |= {visitor.client.get(path).text for path in ("/", "/y", "/docs", "/openapi.json", "/y/")}
    assert len(answers) == 1
    page = fresh.get(rest)
    assert page.status == 404
    assert page.text == f"Trang nộp báo cáo {DEAD}"


@pytest.mark.parametrize("rest", ["/nop", "/ban-ky", "/khong-phat-sinh", "/hen", "/gia-han", "/form"])
def test_no_act_is_done_with_a_dead_link(few: Any, visitor_of: VisitorOf, clock: Any, rest: str) -> None:
    visitor = visitor_of(few, "SNV")
    with few.store.writing() as session:
        request = session.get_one(Request, few.request_id("SNV"))
        revoke_link(session, request, reason="lộ", actor="Thư ký", now=clock.at)
    before = everything(few)
    page = visitor.post(rest, {"hen": "18/3/2026", "ly_do_khong": "x", "viec": "gui"})
    assert (page.status, page.text) == (404, f"Trang nộp báo cáo {DEAD}")
    assert everything(few) == before


def test_after_closing_a_file_is_kept_and_flagged_and_nothing_is_typed(
    few: Any, visitor_of: VisitorOf, clock: Any
) -> None:
    visitor = visitor_of(few, "SNV")
    close(few, clock.at)
    clock.at += 59 * DAY
    page = visitor.get()
    assert "Kỳ báo cáo đã đóng." in page.text
    assert "Điền báo cáo trực tuyến" not in page.text
    assert "đã đóng" in visitor.upload(few.filled("SNV")).text
    assert few.all(Arrival)[-1].note == "Đến sau khi kỳ bcd-quy-2026-Q1 đã đóng."
    refused = visitor.post("/khong-phat-sinh", {"ly_do_khong": "Không có gì"})
    assert (refused.status, few.count(Arrival)) == (409, 1)


def test_an_exempted_agency_is_told_so(few: Any, visitor_of: VisitorOf, clock: Any) -> None:
    with few.store.writing() as session:
        request = session.get_one(Request, few.request_id("SNV"))
        move_request(session, request, RequestState.EXEMPT, reason="sáp nhập", actor="Thư ký", now=clock.at)
    page = visitor_of(few, "SNV").get()
    assert "Không yêu cầu báo cáo kỳ này." in page.text
    assert page.fields("form") == []


def test_nothing_of_a_withheld_assignment_is_shown(few: Any, visitor_of: VisitorOf, clock: Any) -> None:
    visitor = visitor_of(few, "SNV")
    secret, other = few.form("SNV").assignments[:2]
    visitor.upload(few.filled("SNV", leave_out=7))
    visitor.upload(few.filled("SNV", leave_out=2))
    with few.store.writing() as session:
        assignment = find_assignment(session, secret.row_key)
        set_withheld(session, assignment, withheld=True, reason="mật", actor="Thư ký", now=clock.at)
    key = secret.row_key.partition("/")[2]
    for rest in ("", "/form"):
        page = visitor.get(rest)
        assert other.row_key in page.text
        assert secret.name not in page.text
        assert not re.search(rf"{re.escape(secret.row_key)}(?![.\d])", page.html), rest
        assert not re.search(rf"\b{re.escape(key)}\. ", page.text), rest
    assert visitor.get("/ban-danh-dau").status == 404
    book = load_workbook(BytesIO(visitor.client.get(f"/y/{visitor.token}/bieu-mau").content))
    assert all(secret.name != cell.value for sheet in book for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("agency", ["SNV", "SKHCN", "3127"])
def test_a_page_is_light_speaks_vietnamese_and_needs_no_script(
    few: Any, visitor_of: VisitorOf, agency: str
) -> None:
    visitor = visitor_of(few, agency)
    for rest in ("", "/form"):
        page = visitor.get(rest)
        style = visitor.client.get(str(page.fields("link")[0]["href"]))
        assert style.headers["content-type"].startswith("text/css")
        assert len(page.html.encode()) + len(style.content) < 150_000, rest
        assert "<script" not in page.html
        assert not re.search(r"\son\w+=|style=|javascript:", page.html)
        assert page.fields("html") == [{"lang": "vi"}]
        assert "bí mật nhà nước" in page.text


@pytest.mark.parametrize("rest", ["", "/form"])
def test_every_field_has_its_label(few: Any, visitor_of: VisitorOf, rest: str) -> None:
    page = visitor_of(few, "SKHCN").get(rest)
    labels = {str(label["for"]) for label in page.fields("label")}
    fields = [
        f for tag in ("input", "select", "textarea") for f in page.fields(tag) if f.get("type") != "hidden"
    ]
    assert fields
    assert {str(f["id"]) for f in fields} == labels
    assert len(labels) == len(fields)


def test_pages_under_a_path_of_the_provinces_web_server(few: Any, visitor_of: VisitorOf) -> None:
    page = visitor_of(few.with_settings(portal_url="https://tinh.example/bao-cao"), "SNV").get()
    targets = {str(form["action"]) for form in page.fields("form")}
    targets |= {str(a["href"]) for a in page.fields("a") + page.fields("link")}
    inside = {target for target in targets if target.startswith("/")}
    assert inside
    assert all(target.startswith("/bao-cao/") for target in inside)
