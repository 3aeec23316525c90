"""The desk's pages of cycles: a draft released by its list, dispatched, corrected, paused, closed, reopened."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from models.codes import CycleState, DeskRole, DocumentKind, RequestState
from models.cycle import Cycle, CycleDocument, Request
from models.directory import Person
from models.history import Audit
from models.time import VIETNAM
from tasks.steps import dispatch_step, one_after_another, open_step, sweep_step

CYCLE = "bcd-quy-2026-Q1"
HERE = f"/ky/{CYCLE}"
PDF = b"%PDF-1.7\n%%EOF\n"


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=VIETNAM).astimezone(UTC)


@pytest.fixture
def draft(imported_both: Any, clock: Any) -> Any:
    open_step(imported_both.office, "2026-Q1", at(2))
    clock.at = at(4)
    return imported_both


def ticked(page: Any) -> list[str]:
    return [str(f["value"]) for f in page.fields("input") if f.get("name") == "kinh_gui" and "checked" in f]


def release(desk: Any, names: list[str], **words: Any) -> Any:
    files = {"tep": ("cong-van.pdf", words.pop("scan"))} if "scan" in words else {"tep": ("", b"")}
    said = {"so": "12-CV/BCĐ", "ngay": "04/3/2026", "kinh_gui": names, **words}
    return desk.post(f"{HERE}/phat-hanh/tep", said, files=files)


def test_a_draft_is_released_with_its_scan_to_the_ticked_names(draft: Any, desk_of: Any) -> None:
    desk = desk_of(draft, DeskRole.LEADER)
    page = desk.get(HERE)
    names = ticked(page)
    assert len(names) == 60
    assert "Dự thảo, chưa phát hành" in page.text
    wanted = [name for name in names if name not in ("STC", "3127")]
    shown = release(desk, wanted, scan=PDF, khan="x")
    assert "Đã phát hành kỳ báo cáo" in shown.text
    (cycle,) = draft.all(Cycle)
    assert (cycle.state, cycle.document_number, cycle.urgent) == (CycleState.RELEASED, "12-CV/BCĐ", True)
    assert draft.count(Request) == 58
    (audit,) = draft.all(Audit, Audit.act == "phat-hanh-ky")
    assert (audit.actor, audit.after["không yêu cầu"]) == (desk.actor, ["STC", "3127"])
    kept = {d.file_name: d.id for d in draft.all(CycleDocument, CycleDocument.kind == DocumentKind.LETTER)}
    assert desk.download(f"{HERE}/van-ban/{kept[f'cong-van-{CYCLE}.pdf']}").content == PDF


def test_what_was_typed_and_ticked_stays_when_a_release_is_refused(draft: Any, desk_of: Any) -> None:
    desk = desk_of(draft, DeskRole.LEADER)
    page = release(desk, ["SNV"], so="", ngay="4/3/2026")
    assert page.status == 422
    assert "Cần số của công văn" in page.text
    assert ticked(page) == ["SNV"]
    assert any(f.get("value") == "4/3/2026" for f in page.fields("input"))
    assert "ở tương lai" in release(desk, ["SNV"], ngay="9/3/2026").text
    assert "không hiểu" in release(desk, ["SNV"], ngay="mai").text
    assert "không phải tệp PDF" in release(desk, ["SNV"], scan=b"PK").text
    assert draft.count(Request) == 0


def test_an_officer_sees_the_draft_and_does_not_release_it(draft: Any, desk_of: Any) -> None:
    desk = desk_of(draft, DeskRole.OFFICER)
    assert "do lãnh đạo Tổ Giúp việc thực hiện" in desk.get(HERE).text
    assert release(desk, ["SNV"]).status == 403
    assert draft.count(Request) == 0


def test_requests_are_sent_from_the_desk_once(few: Any, desk_of: Any, mailbox: Any, clock: Any) -> None:
    clock.at = at(5)
    province = few.with_settings(mail_url=mailbox.url)
    desk = desk_of(province, DeskRole.OFFICER)
    assert "04 cơ quan chưa được gửi yêu cầu" in desk.get(HERE).text
    page = desk.post(f"{HERE}/gui-yeu-cau")
    assert "chuyển thư yêu cầu" in page.text
    assert "chưa được gửi yêu cầu" not in page.text
    assert len(mailbox.received) == 4
    desk.post(f"{HERE}/gui-yeu-cau")
    assert len(mailbox.received) == 4
    assert {request.state for request in few.all(Request)} == {RequestState.SENT}
    assert [a.actor for a in few.all(Audit, Audit.act == "gui-yeu-cau")] == [desk.actor]


def test_why_a_request_was_not_sent_stays_on_the_page(
    few: Any, desk_of: Any, mailbox: Any, clock: Any
) -> None:
    clock.at = at(5)
    desk = desk_of(few, DeskRole.OFFICER)
    assert "Chưa đặt máy chủ gửi thư" in desk.post(f"{HERE}/gui-yeu-cau").text
    with few.store.writing() as session:
        person = session.exec(select(Person).where(Person.email == "dau-moi@stc.dien-bien.example")).one()
        person.active = False
        session.add(person)
    mailbox.refuse["dau-moi@snv.dien-bien.example"] = "550 no such user"
    province = few.with_settings(mail_url=mailbox.url)
    dispatch_step(province.office, CYCLE, at(5, 10), one_after_another)
    page = desk.get(HERE)
    assert "02 cơ quan chưa được gửi yêu cầu" in page.text
    assert "Chưa có cán bộ đầu mối trong danh bạ: Sở Tài chính." in page.text
    assert "Thư không tới được: Sở Nội vụ." in page.text


def test_the_list_takes_fewer_queries_than_there_are_agencies(
    released: Any, desk_of: Any, clock: Any
) -> None:
    clock.at = at(5)
    desk = desk_of(released, DeskRole.READER)
    desk.get(HERE)
    said: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    sa.event.listen(released.store.engine, "before_cursor_execute", note)
    page = desk.get(HERE)
    sa.event.remove(released.store.engine, "before_cursor_execute", note)
    assert "60 yêu cầu báo cáo" in page.text
    assert len(said) < 50, said


def test_the_list_is_narrowed_by_its_address(few: Any, desk_of: Any, clock: Any) -> None:
    few.mark_sent(at(4))
    clock.at = at(24)
    desk = desk_of(few, DeskRole.READER)
    assert "4 yêu cầu báo cáo" in desk.get(HERE).text
    assert "1/4 yêu cầu báo cáo" in desk.get(f"{HERE}?loai=commune").text
    assert "1/4 yêu cầu báo cáo" in desk.get(f"{HERE}?q=n%E1%BB%99i v%E1%BB%A5").text
    page = desk.get(f"{HERE}?trang_thai=qua-han&q=SNV")
    assert "1/4 yêu cầu báo cáo" in page.text
    assert "Sở Nội vụ" in page.text
    assert "Không có yêu cầu báo cáo nào phù hợp" in desk.get(f"{HERE}?trang_thai=complete").text
    assert "Thao tác" not in page.text  # a reader changes nothing


def test_a_name_is_put_on_the_list_and_the_letter_put_right(few: Any, desk_of: Any, clock: Any) -> None:
    clock.at = at(6)
    desk = desk_of(few, DeskRole.LEADER)
    page = desk.post(f"{HERE}/them-co-quan", {"co_quan": "SYT", "ly_do": "Bổ sung theo ý kiến lãnh đạo"})
    assert "Đã thêm cơ quan" in page.text
    assert "Sở Y tế" in page.text
    assert few.request("SYT").due == date(2026, 3, 20)
    assert "Chưa chọn cơ quan" in desk.post(f"{HERE}/them-co-quan", {"ly_do": "x"}).text
    words = {"so": "13-CV/BCĐ", "ngay": "03/3/2026", "ly_do": "Ghi nhầm số"}
    assert "Đã đính chính" in desk.post(f"{HERE}/dinh-chinh/tep", words, files={"tep": ("a.pdf", PDF)}).text
    assert few.all(Cycle)[0].document_number == "13-CV/BCĐ"


def test_urgent_paused_closed_and_reopened_each_undone_by_another(few: Any, desk_of: Any, clock: Any) -> None:
    few.mark_sent(at(4))
    clock.at = at(6)
    desk = desk_of(few, DeskRole.LEADER)
    assert "Kỳ khẩn." in desk.post(f"{HERE}/khan").text
    assert "Đã thôi kỳ khẩn" in desk.post(f"{HERE}/khan", {"thoi": "x"}).text
    assert "Đang tạm dừng nhắc" in desk.post(f"{HERE}/tam-dung", {"ly_do": "Họp"}).text
    assert "Kỳ được nhắc lại" in desk.post(f"{HERE}/nhac-lai").text
    assert "Chưa ghi lý do đóng kỳ" in desk.post(f"{HERE}/dong", {"ly_do": " "}).text
    assert "Đã đóng kỳ" in desk.post(f"{HERE}/dong", {"ly_do": "Đủ báo cáo"}).text
    again = desk.post(f"{HERE}/mo-lai", {"den": "31/3/2026", "ly_do": "Đóng nhầm"})
    assert "Đã mở lại kỳ" in again.text
    assert "thu báo cáo đến hết ngày 31/3/2026" in again.text
    assert [act.actor for act in few.all(Audit, Audit.act == "mo-lai-ky")] == [desk.actor]


def test_a_step_that_waits_is_let_go_by_the_leader(few: Any, desk_of: Any, clock: Any) -> None:
    few.mark_sent(at(4))
    sweep_step(few.office, at(25, 8), one_after_another)
    clock.at = at(25)
    officer, leader = desk_of(few, DeskRole.OFFICER), desk_of(few, DeskRole.LEADER)
    page = leader.get(HERE)
    assert "Chờ duyệt gửi" in page.text
    assert officer.post(f"{HERE}/duyet-nhac", {"buoc": "sau-3-lanh-dao"}).status == 403
    assert "Đã duyệt" in leader.post(f"{HERE}/duyet-nhac", {"buoc": "sau-3-lanh-dao"}).text
    assert "Chờ duyệt gửi" not in leader.get(HERE).text


def test_all_cycles_and_a_new_draft(few: Any, desk_of: Any, clock: Any) -> None:
    clock.at = at(6)
    desk = desk_of(few, DeskRole.LEADER)
    assert "Báo cáo Quý I/2026" in desk.get("/ky").text
    page = desk.post("/ky/mo", {"ky": "2026-H1"})
    assert "Đã mở dự thảo" in page.text
    assert "Dự thảo chờ phát hành" in desk.get("/ky").text
    assert desk.post("/ky/mo", {"ky": "2026-X"}).status == 422
    assert desk.get("/ky/khong-co").status == 404
    assert desk.get(f"{HERE}/van-ban/99999").status == 404
