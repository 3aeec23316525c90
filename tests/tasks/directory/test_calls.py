"""The phone log: a call is written once, its promise feeds the call sheet and the reminders, a slip is put right."""

from datetime import UTC, date, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from models.agency_act import Acknowledgement
from models.codes import NoticeState, PersonRole, RequestState
from models.cycle import Request
from models.desk_act import PhoneCall
from models.directory import Agency, Person
from models.history import Audit
from models.notice import Notice
from models.time import VIETNAM
from tasks.cycle.agency_acts import ActFault, acknowledge, last_promise, last_promises
from tasks.directory.calls import CallFault, CallNote, calls_about, calls_of, calls_on, correct_call, log_call
from tasks.reminders.call_sheet import call_sheet
from tasks.states import MACHINE, move_request
from tasks.steps import dispatch_step, one_after_another, sweep_step

SENT = datetime(2026, 3, 4, 10, tzinfo=VIETNAM).astimezone(UTC)
NOW = datetime(2026, 3, 23, 8, 15, tzinfo=VIETNAM).astimezone(UTC)
DAY = date(2026, 3, 25)


@pytest.fixture
def sent(few_both: Any) -> Any:
    few_both.mark_sent(SENT)
    return few_both


def log(province: Any, note: CallNote, now: datetime = NOW, agency: str = "SNV", **more: Any) -> int:
    with province.store.writing() as session:
        found = session.exec(select(Agency).where(Agency.code == agency)).one()
        return log_call(session, found, note, actor="Nguyễn Văn A", now=now, **more).id or 0


def correct(province: Any, call_id: int, note: CallNote, now: datetime = NOW) -> int:
    with province.store.writing() as session:
        return correct_call(session, call_id, note, reason="nghe nhầm", actor="Nguyễn Văn A", now=now).id or 0


def person_id(province: Any, agency: str = "SNV") -> int:
    with province.store.reading() as session:
        return (
            session.exec(
                select(Person.id).join(Agency).where(Agency.code == agency, Person.role == PersonRole.OFFICER)
            ).one()
            or 0
        )


def promised(province: Any, agency: str = "SNV") -> date | None:
    with province.store.reading() as session:
        standing = last_promise(session, province.request_id(agency))
        days = last_promises(session, [province.request_id(agency)])
    assert (standing.promised if standing else None) == days.get(province.request_id(agency))
    return standing.promised if standing else None


def row_of(province: Any, now: datetime, agency: str = "Sở Nội vụ") -> Any:
    with province.store.reading() as session:
        return next(row for row in call_sheet(session, province.office, now).rows if row.agency == agency)


def test_a_call_and_its_promise_are_on_the_call_sheet(sent: Any) -> None:
    call_id = log(sent, CallNote(said="Đang chờ số liệu", promised=DAY, person_id=person_id(sent)))
    (call,) = sent.all(PhoneCall)
    assert (call.id, call.whom, call.answered, call.promised) == (call_id, "Đầu mối Sở Nội vụ", True, DAY)
    assert (call.called_at, call.actor, call.request_id) == (NOW, "Nguyễn Văn A", sent.request_id("SNV"))
    (promise,) = sent.all(Acknowledgement)
    assert (promise.promised, promise.call_id) == (DAY, call_id)
    row = row_of(sent, NOW)
    assert row.called == "đã gọi lúc 08:15 hôm nay (Đầu mối Sở Nội vụ), hẹn 25/3/2026"
    assert (row.called_today, row.code, row.promises) == (True, "SNV", ("hẹn nộp 25/3/2026",))
    tomorrow = row_of(sent, NOW + timedelta(days=1))
    assert tomorrow.called == "đã gọi lúc 08:15 23/3/2026 (Đầu mối Sở Nội vụ), hẹn 25/3/2026"
    assert not tomorrow.called_today
    (act,) = [one for one in sent.all(Audit) if one.act == "ghi-cuoc-goi"]
    assert (act.actor, act.entity_id) == ("Nguyễn Văn A", call_id)
    assert "số liệu" not in str(act.after)


def test_a_call_that_nobody_answered_is_written_down_too(sent: Any) -> None:
    log(sent, CallNote(answered=False, whom="Trực cơ quan", phone="0215 3825 001"))
    assert row_of(sent, NOW).called == "đã gọi lúc 08:15 hôm nay (Trực cơ quan), không liên lạc được"
    assert promised(sent) is None


def test_a_button_pressed_twice_logs_once_and_a_second_call_is_another(sent: Any) -> None:
    note = CallNote(answered=False, whom="Trực cơ quan")
    first = log(sent, note)
    assert log(sent, note, NOW + timedelta(seconds=40)) == first
    assert log(sent, note, NOW + timedelta(minutes=30)) != first
    assert sent.count(PhoneCall) == 2


def test_a_promise_given_twice_at_once_is_one(sent: Any) -> None:
    note = CallNote(promised=DAY, whom="Trực cơ quan")
    threads = [Thread(target=log, args=(sent, note)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sent.count(PhoneCall), sent.count(Acknowledgement)) == (1, 1)


def test_a_correction_without_a_day_takes_the_promise_back(sent: Any) -> None:
    wrong = log(sent, CallNote(promised=DAY, whom="Trực cơ quan"))
    right = correct(sent, wrong, CallNote(whom="Trực cơ quan", said="Chưa hẹn ngày"))
    assert correct(sent, wrong, CallNote(whom="Trực cơ quan", said="Chưa hẹn ngày")) == right
    assert promised(sent) is None
    assert [(one.promised, one.call_id) for one in sent.all(Acknowledgement)] == [(DAY, wrong), (None, right)]
    row = row_of(sent, NOW)
    assert (row.called, row.promises) == ("đã gọi lúc 08:15 hôm nay (Trực cơ quan)", ())
    assert [one.act for one in sent.all(Audit)][-2:] == ["ghi-cuoc-goi", "dinh-chinh-cuoc-goi"]
    with pytest.raises(CallFault, match=f"đã được đính chính bằng cuộc gọi số {right}"):
        correct(sent, wrong, CallNote(whom="Trực cơ quan", promised=DAY))
    with sent.store.reading() as session:
        logged = calls_on(session, date(2026, 3, 23))
        assert [(one.call.id, one.corrected_by) for one in logged] == [(right, None), (wrong, right)]
        assert [one.call.id for one in calls_about(session, sent.request_id("SNV"))] == [right, wrong]
        assert [one.agency.code for one in calls_of(session, logged[0].agency.id or 0)] == ["SNV", "SNV"]


def test_what_the_agency_had_promised_before_stands_again(sent: Any) -> None:
    with sent.store.writing() as session:
        request = session.get_one(Request, sent.request_id("SNV"))
        acknowledge(session, request, date(2026, 3, 27), NOW - timedelta(hours=2))
    wrong = log(sent, CallNote(promised=DAY, whom="Trực cơ quan"))
    assert promised(sent) == DAY
    again = correct(sent, wrong, CallNote(whom="Trực cơ quan", promised=date(2026, 3, 26)))
    assert promised(sent) == date(2026, 3, 26)
    correct(sent, again, CallNote(whom="Trực cơ quan", said="Gọi nhầm cơ quan"))
    assert promised(sent) == date(2026, 3, 27)


def test_a_correction_leaves_what_the_agency_said_since(sent: Any) -> None:
    wrong = log(sent, CallNote(promised=DAY, whom="Trực cơ quan"))
    with sent.store.writing() as session:
        request = session.get_one(Request, sent.request_id("SNV"))
        acknowledge(session, request, date(2026, 3, 30), NOW + timedelta(hours=1))
    correct(sent, wrong, CallNote(whom="Trực cơ quan", said="Chưa hẹn"), NOW + timedelta(hours=2))
    assert promised(sent) == date(2026, 3, 30)


def test_a_correction_may_add_the_promise_that_was_forgotten(sent: Any) -> None:
    first = log(sent, CallNote(whom="Trực cơ quan", said="Đã nhận công văn"))
    correct(sent, first, CallNote(whom="Trực cơ quan", said="Đã nhận công văn", promised=DAY))
    assert promised(sent) == DAY


@pytest.mark.parametrize(
    ("note", "why"),
    [
        (CallNote(said="x"), "Chưa ghi gọi cho ai"),
        (CallNote(whom="A"), "Chưa ghi nội dung"),
        (CallNote(whom="A", answered=False, promised=DAY), "không có ngày hẹn"),
        (CallNote(whom="A", said="x", called_at=NOW + timedelta(hours=1)), "chưa tới"),
        (CallNote(whom="A", said="x", called_at=NOW - timedelta(days=90)), "đã quá lâu"),
        (CallNote(whom="A", promised=date(2026, 3, 20)), "đã qua"),
        (CallNote(whom="A", promised=date(2028, 3, 20)), "quá xa"),
        (CallNote(whom="A", said="x" * 2001), "dài quá 2000"),
    ],
)
def test_a_call_that_cannot_be_is_refused(few: Any, note: CallNote, why: str) -> None:
    few.mark_sent(SENT)
    with pytest.raises((CallFault, ActFault), match=why):
        log(few, note)
    assert few.count(PhoneCall) == 0


def test_a_promise_needs_a_report_that_is_owed(few: Any) -> None:
    few.mark_sent(SENT)
    with few.store.writing() as session:
        request = session.get_one(Request, few.request_id("SNV"))
        move_request(session, request, RequestState.COMPLETE, reason="thử", actor=MACHINE, now=NOW)
    with pytest.raises(CallFault, match="không còn nợ báo cáo nào"):
        log(few, CallNote(whom="A", promised=DAY))
    log(few, CallNote(whom="A", said="Cảm ơn"))
    with pytest.raises(CallFault, match="không có yêu cầu báo cáo nào của Sở Nội vụ"):
        log(few, CallNote(whom="A", said="x"), request_id=few.request_id("STC"))
    with pytest.raises(CallFault, match="không thuộc danh bạ của Sở Nội vụ"):
        log(few, CallNote(said="x", person_id=person_id(few, "STC")))
    with pytest.raises(CallFault, match="Không có cuộc gọi số 99"):
        correct(few, 99, CallNote(whom="A", said="x"))


@pytest.mark.parametrize("words", ["UPDATE phone_call SET said = 'x'", "DELETE FROM phone_call"])
def test_a_call_can_only_be_added_to(sent: Any, words: str) -> None:
    log(sent, CallNote(whom="A", said="y"))
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), sent.store.writing() as session:
        session.execute(sa.text(words))


def test_a_promise_by_telephone_holds_the_reminder_and_taken_back_lets_it_go(few: Any, mailbox: Any) -> None:
    wired = few.with_settings(mail_url=mailbox.url)
    dispatch_step(wired.office, "bcd-quy-2026-Q1", SENT, one_after_another)
    called = datetime(2026, 3, 12, 9, tzinfo=VIETNAM).astimezone(UTC)
    call_id = log(few, CallNote(whom="Trực cơ quan", promised=date(2026, 3, 18)), called)
    before = datetime(2026, 3, 13, 9, tzinfo=VIETNAM).astimezone(UTC)  # truoc-5
    sweep_step(wired.office, before, one_after_another)
    (held,) = few.all(Notice, Notice.step == "truoc-5", Notice.person_id == person_id(few))
    assert (held.state, held.why) == (NoticeState.HELD, "đã hẹn nộp ngày 18/3/2026")
    correct(few, call_id, CallNote(whom="Trực cơ quan", said="Chưa hẹn"), before)
    sweep_step(wired.office, before + timedelta(hours=1), one_after_another)
    (sent_now,) = few.all(Notice, Notice.id == held.id)
    assert sent_now.state == NoticeState.SENT
