"""Who is asked: the Kính gửi list of a release, names put on it later, and the number and date put right."""

from datetime import date
from typing import Any

import pytest
from desk_acts import OFFICER, PDF, at, reminders, sweep
from sqlmodel import select

from models.codes import CycleState, DocumentKind, PersonRole, RequestState
from models.cycle import Cycle, CycleDocument, DueChange, Request, RequestItem
from models.directory import Agency, Person
from models.history import Audit
from models.rules.periods import parse_period
from tasks.cycle.cycle_acts import reopen_cycle, set_urgent
from tasks.cycle.cycles import CycleFault, close_cycle, due_to_close, find_cycle, open_cycle
from tasks.cycle.release import add_agency, correct_letter, recipients, release_cycle
from tasks.intake.judge import judge_one
from tasks.intake.receive import receive
from tasks.steps import correct_step, dispatch_step, one_after_another, open_step, release_step

CYCLE = "bcd-quy-2026-Q1"
SIGNED = date(2026, 3, 4)
WORDS = {"number": "12-CV/BCĐ", "signed_on": SIGNED, "actor": OFFICER, "now": at(4)}


def on_cycle(province: Any, function: Any, *arguments: Any, **named: Any) -> Any:
    with province.store.writing() as session:
        return function(session, find_cycle(session, CYCLE), *arguments, **{"actor": OFFICER, **named})


@pytest.fixture
def draft(imported_both: Any) -> Any:
    with imported_both.store.writing() as session:
        open_cycle(
            session,
            imported_both.office.profile.regime("bcd-quy"),
            parse_period("2026-Q1"),
            imported_both.office.calendar(date(2026, 3, 31)),
            actor=OFFICER,
            now=at(2),
        )
    return imported_both


def asked(province: Any) -> set[str]:
    with province.store.reading() as session:
        cycle = find_cycle(session, CYCLE)
        codes = {agency.id: agency.code for agency in province.all(Agency)}
        return {codes[r.agency_id] for r in province.all(Request) if r.cycle_id == cycle.id}


def test_the_list_has_who_owes_and_who_can_answer_prose_and_annexes(draft: Any) -> None:
    with draft.store.reading() as session:
        names = recipients(session, find_cycle(session, CYCLE), SIGNED)
    owing = [name for name in names if name.owes]
    assert len(owing) == 60
    snv = next(name for name in names if name.code == "SNV")
    assert (snv.name, snv.lines > 0, snv.annexes) == ("Sở Nội vụ", True, 1)
    others = {name.code: name for name in names if not name.owes}
    assert others
    assert all(name.kind != "enterprise" for name in others.values())


def test_unticked_names_get_no_request_and_others_are_put_on_the_list(draft: Any) -> None:
    with draft.store.reading() as session:
        names = recipients(session, find_cycle(session, CYCLE), SIGNED)
    also = next(name.code for name in names if not name.owes)
    count = on_cycle(
        draft, release_cycle, **WORDS, leave_out=["STC", "3127"], also=[also, "SNV"], urgent=True
    )
    assert count == 59
    assert asked(draft) >= {"SNV", also}
    assert not asked(draft) & {"STC", "3127"}
    assert draft.count(RequestItem, RequestItem.request_id == draft.request_id(also)) == 0
    (audit,) = draft.all(Audit, Audit.act == "phat-hanh-ky")
    assert audit.after == {
        "số": "12-CV/BCĐ",
        "ngày": "2026-03-04",
        "số cơ quan": 59,
        "không yêu cầu": ["STC", "3127"],
        "thêm": [also],
        "khẩn": True,
    }
    (cycle,) = draft.all(Cycle)
    assert (cycle.state, cycle.urgent) == (CycleState.RELEASED, True)
    assert on_cycle(draft, release_cycle, **WORDS) == 59  # pressed twice


def test_an_agency_asked_for_prose_alone_gets_its_form_and_can_answer(imported: Any, mailbox: Any) -> None:
    province = imported.with_settings(mail_url=mailbox.url)
    open_step(province.office, "2026-Q1", at(2))
    with province.store.reading() as session:
        names = recipients(session, find_cycle(session, CYCLE), SIGNED)
    with province.store.writing() as session:  # of these nobody is in the directory yet
        agency = next(name for name in names if not name.owes)
        there = session.exec(select(Agency).where(Agency.code == agency.code)).one()
        session.add(
            Person(
                agency_id=there.id,
                role=PersonRole.OFFICER,
                name="Đầu mối",
                email="dau-moi@khac.dien-bien.example",
            )
        )
    also = agency.code
    everybody = [name.code for name in names if name.owes]
    release_step(province.office, CYCLE, "12-CV/BCĐ", SIGNED, at(4), leave_out=everybody[1:], also=[also])
    dispatch_step(province.office, CYCLE, at(4, 10), one_after_another)
    assert province.request(also).state == RequestState.SENT
    assert mailbox.subjects("dau-moi@khac")
    content = province.filled(also, nothing="Không có nội dung phát sinh trong kỳ")
    arrival_id = receive(
        province.store,
        channel="trang-web",
        reference="x",
        file_name="a.xlsx",
        content=content,
        received_at=at(12),
        now=at(12),
    )
    assert judge_one(province.store, arrival_id or 0, province.office.key, at(12)).accepted == 1
    assert province.request(also).state == RequestState.COMPLETE


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"leave_out": ["XYZ"]}, "Không có cơ quan mang mã XYZ"),
        ({"also": ["XYZ"]}, "Không có cơ quan mang mã XYZ"),
        ({"number": " - "}, "Cần số của công văn"),
        ({"number": "1" * 101}, "dài quá 100"),
        ({"signed_on": date(2026, 3, 5)}, "ở tương lai"),
    ],
)
def test_a_release_that_makes_no_sense_is_refused(imported: Any, changed: dict[str, Any], why: str) -> None:
    open_step(imported.office, "2026-Q1", at(2))
    with pytest.raises(CycleFault, match=why):
        on_cycle(imported, release_cycle, **{**WORDS, **changed})
    assert imported.count(Request) == 0


def test_nobody_left_on_the_list_is_refused(imported: Any) -> None:
    open_step(imported.office, "2026-Q1", at(2))
    with imported.store.reading() as session:
        names = recipients(session, find_cycle(session, CYCLE), SIGNED)
    with pytest.raises(CycleFault, match="không còn cơ quan nào"):
        on_cycle(imported, release_cycle, **WORDS, leave_out=[name.code for name in names])


def test_the_scan_is_kept_as_the_cycle_s_letter_and_must_be_a_pdf(imported: Any) -> None:
    open_step(imported.office, "2026-Q1", at(2))
    with pytest.raises(CycleFault, match="không phải tệp PDF"):
        release_step(imported.office, CYCLE, "12-CV/BCĐ", SIGNED, at(4), scan=b"PK")
    assert imported.count(Request) == 0
    release_step(imported.office, CYCLE, "12-CV/BCĐ", SIGNED, at(4), scan=PDF)
    kept = imported.all(CycleDocument, CycleDocument.kind == DocumentKind.LETTER)
    assert [document.file_name for document in kept] == [f"cong-van-{CYCLE}.docx", f"cong-van-{CYCLE}.pdf"]


def test_one_agency_more_is_asked_what_it_would_have_been_asked(draft: Any, mailbox: Any) -> None:
    on_cycle(draft, release_cycle, **WORDS, leave_out=["STC"])
    request, is_new = on_cycle(draft, add_agency, "STC", reason="Bổ sung theo ý kiến lãnh đạo", now=at(6))
    assert is_new
    assert draft.request("STC").due == date(2026, 3, 20)
    assert draft.count(RequestItem, RequestItem.request_id == request.id) > 0
    assert not on_cycle(draft, add_agency, "STC", reason="Bổ sung", now=at(6))[1]
    (audit,) = draft.all(Audit, Audit.act == "them-co-quan")
    assert (audit.actor, audit.after["cơ quan"]) == (OFFICER, "STC")
    province = draft.with_settings(mail_url=mailbox.url)
    dispatch_step(province.office, CYCLE, at(6, 10), one_after_another)
    assert draft.request("STC").state == RequestState.SENT


@pytest.mark.parametrize(
    ("agency", "how", "why"),
    [
        ("XYZ", {}, "Không có cơ quan mang mã XYZ"),
        ("SYT", {"reason": ""}, "Chưa ghi lý do"),
        ("SYT", {"now": at(23)}, "Hạn 20/3/2026 đã qua"),
    ],
)
def test_an_agency_that_cannot_be_added(few: Any, agency: str, how: dict[str, Any], why: str) -> None:
    with pytest.raises(CycleFault, match=why):
        on_cycle(few, add_agency, agency, **{"reason": "Bổ sung", "now": at(6), **how})


def test_number_and_date_are_put_right_in_the_letter_too(few_both: Any) -> None:
    told = correct_step(
        few_both.office, CYCLE, "13-CV/BCĐ", date(2026, 3, 3), "Ghi nhầm số", at(5), OFFICER, scan=PDF
    )
    assert told.sentence == f"Kỳ {CYCLE}: công văn số 13-CV/BCĐ ngày 03/3/2026."
    (cycle,) = few_both.all(Cycle)
    assert (cycle.document_number, cycle.document_date) == ("13-CV/BCĐ", date(2026, 3, 3))
    (audit,) = few_both.all(Audit, Audit.act == "dinh-chinh-cong-van")
    assert (audit.before["số"], audit.after["số"], audit.reason) == ("12-CV/BCĐ", "13-CV/BCĐ", "Ghi nhầm số")
    assert not on_cycle(
        few_both, correct_letter, number="13-CV/BCĐ", signed_on=date(2026, 3, 3), reason="x", now=at(5)
    )
    with pytest.raises(CycleFault, match="ở tương lai"):
        on_cycle(
            few_both, correct_letter, number="13-CV/BCĐ", signed_on=date(2026, 3, 9), reason="x", now=at(5)
        )


def test_urgent_is_set_and_unset(few_both: Any) -> None:
    assert on_cycle(few_both, set_urgent, urgent=True, now=at(5))
    assert not on_cycle(few_both, set_urgent, urgent=True, now=at(5))
    assert few_both.all(Cycle)[0].urgent
    assert on_cycle(few_both, set_urgent, urgent=False, now=at(5))
    assert [a.act for a in few_both.all(Audit) if "khan" in a.act] == ["ky-khan", "thoi-khan"]


def test_a_closed_cycle_is_reopened_till_a_day_and_reminds_anew(few_both: Any) -> None:
    few_both.mark_sent(at(4, 10))
    sweep(few_both, at(13, 8))
    on_cycle(few_both, close_cycle, reason="Đóng nhầm", now=at(13, 9))
    sweep(few_both, at(13, 10))
    assert reminders(few_both)[-1] == ("truoc-5", 1, "superseded")
    assert on_cycle(few_both, reopen_cycle, date(2026, 6, 30), reason="Đóng nhầm", now=at(16))
    (cycle,) = few_both.all(Cycle)
    assert (cycle.state, cycle.closed_at, cycle.reopened_until) == (
        CycleState.RELEASED,
        None,
        date(2026, 6, 30),
    )
    assert {request.plan_no for request in few_both.all(Request)} == {2}
    assert few_both.count(DueChange) == 8
    sweep(few_both, at(19, 8))
    assert reminders(few_both)[-1] == ("truoc-1", 2, "due")
    assert not on_cycle(few_both, reopen_cycle, date(2026, 6, 30), reason="Đóng nhầm", now=at(19))
    assert not due_to_close(cycle, at(30, 9, 6))
    assert due_to_close(cycle, at(1, 9, 7))


@pytest.mark.parametrize(
    ("until", "reason", "why"),
    [
        (date(2026, 3, 15), "x", "không hợp lý"),
        (date(2028, 3, 15), "x", "không hợp lý"),
        (date(2026, 4, 15), "", "Chưa ghi lý do"),
    ],
)
def test_a_reopening_that_makes_no_sense(few: Any, until: date, reason: str, why: str) -> None:
    on_cycle(few, close_cycle, reason="Hết hạn", now=at(13))
    with pytest.raises(CycleFault, match=why):
        on_cycle(few, reopen_cycle, until, reason=reason, now=at(16))
    assert few.all(Cycle)[0].state == CycleState.CLOSED
