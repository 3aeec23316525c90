"""The desk's pages of statuses and assignments: an officer confirms, a leader decides; the database says what became of
it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from models.codes import ConfirmationVerdict, DeskRole
from models.desk_act import AssignmentLink, Confirmation, Follow, ProposalDecision
from models.directory import Agency
from models.history import Audit
from models.register import Assignment, AssignmentRevision
from models.time import VIETNAM
from tasks.registers.register_acts import find_assignment, set_withheld
from tasks.steps import collect_step, one_after_another

CYCLE = "bcd-quy-2026-Q1"
T0 = datetime(2026, 3, 12, 8, tzinfo=VIETNAM).astimezone(UTC)
SNV = f"/xac-nhan/{CYCLE}/SNV"


@pytest.fixture
def reported(few: Any) -> Any:
    """SNV has reported its first dated row complete on 10/3."""
    few.mark_sent(T0)
    few.row_key = next(line.row_key for line in few.form("SNV").assignments if line.kind == "date")
    done = few.filled("SNV", status={few.row_key.partition("/")[2]: "Hoàn thành"})
    (few.inbox / "SNV.xlsx").write_bytes(done)
    collect_step(few.office, T0, one_after_another)
    with few.store.reading() as session:
        few.assignment_id = find_assignment(session, few.row_key).id
    return few


def pairs(page: Any, name: str) -> list[str]:
    return [str(field["value"]) for field in page.fields("input") if field.get("name") == name]


def test_the_list_says_how_much_waits(reported: Any, desk_of: Any) -> None:
    desk = desk_of(reported, DeskRole.OFFICER)
    count = len(reported.form("SNV").assignments)
    page = desk.get("/xac-nhan")
    assert f"đã xác nhận 0/{count} trạng thái, còn {count} chưa xác nhận" in page.text
    assert "Sở Nội vụ" in page.text
    assert "Sở Tài chính" not in page.text


def test_ticked_statuses_are_confirmed_with_their_documents(reported: Any, desk_of: Any) -> None:
    desk = desk_of(reported, DeskRole.OFFICER)
    page = desk.get(SNV)
    (mine,) = [pair for pair in pairs(page, "chon") if pair.startswith(f"{reported.assignment_id}:")]
    done = desk.post(SNV, {"chon": mine, f"van_ban_{reported.assignment_id}": "45/KH-UBND ngày 10/3/2026"})
    assert "Đã xác nhận các trạng thái được chọn." in done.text
    (row,) = reported.all(Confirmation)
    assert (row.verdict, row.document, row.actor) == (
        ConfirmationVerdict.CONFIRMED,
        "45/KH-UBND ngày 10/3/2026",
        desk.actor,
    )
    assert "45/KH-UBND ngày 10/3/2026" in done.text
    assert mine not in pairs(done, "chon")


def test_all_at_once_with_one_document(reported: Any, desk_of: Any) -> None:
    desk = desk_of(reported, DeskRole.OFFICER)
    page = desk.get(SNV)
    data = {"dong": pairs(page, "dong"), "tat_ca": "1", "van_ban": "BC số 125/BC-SNV ngày 12/3/2026"}
    desk.post(SNV, data)
    desk.post(SNV, data)
    rows = reported.all(Confirmation)
    assert len(rows) == len(reported.form("SNV").assignments)
    assert {row.document for row in rows} == {"BC số 125/BC-SNV ngày 12/3/2026"}
    assert "đã xong" in desk.get("/xac-nhan").text


def test_nothing_ticked_is_told(reported: Any, desk_of: Any) -> None:
    page = desk_of(reported, DeskRole.OFFICER).post(SNV, {"van_ban": "Giữ lại chữ này"})
    assert (page.status, reported.count(Confirmation)) == (422, 0)
    assert "Chưa chọn trạng thái nào" in page.text
    assert "Giữ lại chữ này" in page.html


def test_confirmed_otherwise_and_taken_back(reported: Any, desk_of: Any) -> None:
    desk = desk_of(reported, DeskRole.OFFICER)
    (mine,) = [p for p in pairs(desk.get(SNV), "dong") if p.startswith(f"{reported.assignment_id}:")]
    refused = desk.post(f"{SNV}/khac", {"dong": mine, "trang_thai": "in_progress", "ly_do": ""})
    assert refused.status == 422
    assert "Chưa ghi lý do" in refused.text
    done = desk.post(f"{SNV}/khac", {"dong": mine, "trang_thai": "in_progress", "ly_do": "Chưa ban hành"})
    assert "Khác báo cáo: Đang thực hiện" in done.text
    desk.post(f"{SNV}/rut", {"dong": mine, "ly_do": "Đã có văn bản"})
    assert [row.verdict.value for row in reported.all(Confirmation)] == ["corrected", "withdrawn"]


def test_a_reader_looks_and_changes_nothing(reported: Any, desk_of: Any) -> None:
    desk = desk_of(reported, DeskRole.READER)
    page = desk.get(SNV)
    assert not pairs(page, "chon")
    assert desk.post(SNV, {"chon": "1:1"}).status == 403


def test_unknown_cycles_and_agencies(reported: Any, desk_of: Any) -> None:
    desk = desk_of(reported, DeskRole.OFFICER)
    for path in (f"/xac-nhan/{CYCLE}/XXX", "/xac-nhan/khong-co/SNV", "/nhiem-vu/999999"):
        assert desk.get(path).status == 404
    assert desk.post(f"/xac-nhan/{CYCLE}/XXX", {"chon": "1:1"}).status == 404


def test_the_registers_with_filters(reported: Any, desk_of: Any) -> None:
    desk = desk_of(reported, DeskRole.READER)
    assert "37/37 nhiệm vụ" in desk.get("/nhiem-vu").text
    assert "17/37 nhiệm vụ" in desk.get("/nhiem-vu?linh_vuc=V").text
    key = reported.row_key.partition("/")[2]
    found = desk.get(f"/nhiem-vu?q={key}&xep_loai=done_on_time").text
    assert "1/37 nhiệm vụ" in found
    assert "0/37 nhiệm vụ" in desk.get("/nhiem-vu?loai=an").text
    assert "chưa xác nhận" in desk.get(f"/nhiem-vu/{reported.assignment_id}").text


def test_a_withheld_assignment_shows_its_key_alone(reported: Any, desk_of: Any) -> None:
    desk = desk_of(reported, DeskRole.LEADER)
    name = next(line.name for line in reported.form("SNV").assignments if line.row_key == reported.row_key)
    here = f"/nhiem-vu/{reported.assignment_id}"
    assert name in desk.get(here).text
    assert "Chưa ghi lý do đánh dấu" in desk.post(f"{here}/an", {"an": "1", "ly_do": ""}).text
    page = desk.post(f"{here}/an", {"an": "1", "ly_do": "Theo quy định"})
    assert "Không đưa lên hệ thống" in page.text
    for path in (here, "/nhiem-vu", "/nhiem-vu?loai=an", SNV, "/nhiem-vu/noi", ""):
        assert name not in desk.get(path).text, path
    assert "1/37 nhiệm vụ" in desk.get("/nhiem-vu?loai=an").text
    desk.post(f"{here}/an", {"an": "0", "ly_do": "Đã giải mật"})
    assert name in desk.get(here).text


def test_a_deadline_moved_by_a_document_and_moved_back(reported: Any, desk_of: Any) -> None:
    desk = desk_of(reported, DeskRole.LEADER)
    here = f"/nhiem-vu/{reported.assignment_id}"
    missing = desk.post(f"{here}/thoi-han", {"ngay": "30/9/2026", "so": "", "ngay_van_ban": "10/3/2026"})
    assert (missing.status, "Chưa ghi số, ký hiệu" in missing.text) == (422, True)
    assert "30/9/2026" in missing.html
    page = desk.post(
        f"{here}/thoi-han", {"ngay": "30/9/2026", "so": "Công văn 85/UBND-TH", "ngay_van_ban": "10/3/2026"}
    )
    revisions = reported.all(AssignmentRevision, AssignmentRevision.assignment_id == reported.assignment_id)
    first = revisions[0]
    assert [(r.due, r.source) for r in revisions] == [
        (first.due, ""),
        (date(2026, 9, 30), "Công văn 85/UBND-TH ngày 10/3/2026"),
    ]
    assert f"Ban đầu: {first.deadline_raw}" in page.text
    first_date = f"{first.due.day:02d}/{first.due.month}/{first.due.year}"
    assert f"Ban đầu: {first.deadline_raw} ({first_date})" in desk.get(SNV).text
    seen = {"ly_do": "Ghi nhầm nhiệm vụ", "lan": str(revisions[-1].no)}
    desk.post(f"{here}/huy-thoi-han", seen)
    desk.post(f"{here}/huy-thoi-han", seen)
    revisions = reported.all(AssignmentRevision, AssignmentRevision.assignment_id == reported.assignment_id)
    assert [r.due for r in revisions] == [first.due, date(2026, 9, 30), first.due]
    assert reported.count(Audit, Audit.act == "huy-dieu-chinh-thoi-han") == 1


def test_a_proposal_is_accepted_by_a_document(reported: Any, desk_of: Any) -> None:
    desk = desk_of(reported, DeskRole.LEADER)
    here = f"/nhiem-vu/{reported.assignment_id}"
    assert "Chưa ghi số, ngày văn bản" in desk.post(f"{here}/de-xuat", {"chap_thuan": "1"}).text
    page = desk.post(f"{here}/de-xuat", {"chap_thuan": "1", "van_ban": "TB số 9-TB/BCĐ ngày 11/3/2026"})
    assert "Được chấp thuận theo TB số 9-TB/BCĐ ngày 11/3/2026" in page.text
    assert "Đề xuất không thực hiện hoặc phối hợp" in page.text
    desk.post(f"{here}/de-xuat", {"chap_thuan": "0", "ly_do": "Xem lại"})
    assert [row.accepted for row in reported.all(ProposalDecision)] == [True, False]


def test_following_is_assigned_to_many_and_ended(reported: Any, desk_of: Any) -> None:
    officer = desk_of(reported, DeskRole.OFFICER)
    leader = desk_of(reported, DeskRole.LEADER)
    (snv,), (stc,) = (reported.all(Agency, Agency.code == code) for code in ("SNV", "STC"))
    data = {"tai_khoan": str(officer.account.id), "co_quan": [str(snv.id), str(stc.id)]}
    page = leader.post("/theo-doi", data)
    assert page.text.count(officer.account.name) >= 3  # two agencies and the choice
    leader.post("/theo-doi", data)
    leader.post(f"/nhiem-vu/{reported.assignment_id}/theo-doi", {"tai_khoan": str(leader.account.id)})
    assert reported.count(Follow) == 3
    mine = officer.get("/?cua=toi") if officer.get("/").status == 200 else officer.get("?cua=toi")
    count = len(reported.form("SNV").assignments) - 1
    assert f"Sở Nội vụ, Báo cáo Quý I/2026: {count:02d} trạng thái" in mine.text
    leader.post("/theo-doi", {**data, "co_quan": [str(stc.id)], "thoi": "1"})
    ended = [row for row in reported.all(Follow) if row.ended_at is not None]
    assert [(row.agency_id, row.ended_by) for row in ended] == [(stc.id, leader.actor)]
    assert officer.post("/theo-doi", data).status == 403


def test_a_whole_kind_is_assigned_at_once(reported: Any, desk_of: Any) -> None:
    leader = desk_of(reported, DeskRole.LEADER)
    leader.post("/theo-doi", {"tai_khoan": str(leader.account.id), "khoi": "commune"})
    assert reported.count(Follow) == reported.count(Agency, Agency.kind == "commune")
    assert "Chưa chọn cơ quan" in leader.post("/theo-doi", {"tai_khoan": str(leader.account.id)}).text


def test_the_home_page_says_what_waits(reported: Any, desk_of: Any) -> None:
    leader = desk_of(reported, DeskRole.LEADER)
    count = len(reported.form("SNV").assignments)
    page = leader.get()
    assert "Việc của Tổ Giúp việc" in page.text
    assert f"Sở Nội vụ, Báo cáo Quý I/2026: {count:02d} trạng thái" in page.text
    officer = desk_of(reported, DeskRole.OFFICER)
    assert "chưa được phân công theo dõi" in officer.get("?cua=toi").text
    assert "trạng thái" in officer.get().text  # who follows nothing sees everything


def test_links_are_made_and_ended_by_key(reported: Any, desk_of: Any) -> None:
    desk = desk_of(reported, DeskRole.LEADER)
    page = desk.post("/nhiem-vu/noi", {"mot": reported.row_key, "hai": "KH57-2026/I.1"})
    assert (page.status, reported.count(AssignmentLink)) == (422, 0)
    assert "hai danh mục khác nhau" in page.text
    assert "Không có nhiệm vụ nào mang khóa" in desk.post("/nhiem-vu/noi", {"mot": "x", "hai": "y"}).text


def test_the_lead_of_record_is_one_of_those_named(reported: Any, desk_of: Any) -> None:
    desk = desk_of(reported, DeskRole.LEADER)
    with reported.store.reading() as session:
        several = next(
            row.id
            for row in reported.all(Assignment)
            if len(_leads(session, row)) > 1 and row.lead_agency_id is not None
        )
        codes = [lead.code for lead in _leads(session, session.get_one(Assignment, several))]
    here = f"/nhiem-vu/{several}"
    assert "Chưa ghi lý do" in desk.post(f"{here}/dau-moi", {"dau_moi": codes[1], "ly_do": ""}).text
    assert "không phải cơ quan chủ trì" in desk.post(f"{here}/dau-moi", {"dau_moi": "X", "ly_do": "a"}).text
    assert "Đã đổi cơ quan đầu mối" in desk.post(f"{here}/dau-moi", {"dau_moi": codes[1], "ly_do": "QĐ"}).text
    (act,) = reported.all(Audit, Audit.act == "doi-dau-moi-nhiem-vu")
    assert (act.before, act.after) == ({"đầu mối": codes[0]}, {"đầu mối": codes[1]})


def _leads(session: Any, row: Any) -> Any:
    from tasks.registers.register_acts import leads_named
    from tasks.registers.register_rows import read_bearers

    return leads_named(session, row, read_bearers(session))


def test_withheld_statuses_are_not_offered(reported: Any, desk_of: Any) -> None:
    desk = desk_of(reported, DeskRole.OFFICER)
    before = pairs(desk.get(SNV), "dong")
    with reported.store.writing() as session:
        assignment = find_assignment(session, reported.row_key)
        set_withheld(session, assignment, withheld=True, reason="mật", actor="Thư ký", now=T0)
    after = pairs(desk.get(SNV), "dong")
    assert len(after) == len(before) - 1
    (hidden,) = set(before) - set(after)
    assert desk.post(SNV, {"chon": hidden}).status == 422
    assert reported.count(Confirmation) == 0
