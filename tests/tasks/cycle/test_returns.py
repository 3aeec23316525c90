"""Reports sent back to be completed: the agency is told once, reminded by the new day, and all of it can be undone."""

from datetime import date
from typing import Any

import pytest
from desk_acts import OFFICER, PAPER, act, at, in_report, reminders, submit, sweep

from models.codes import RequestState
from models.cycle import DueChange
from models.desk_act import ReturnedReport
from models.history import Audit
from models.rules.completion import completion, is_on_time
from tasks.cycle.agency_acts import ActFault
from tasks.cycle.recorded import record_report, unrecord_report
from tasks.cycle.request_acts import extend_request
from tasks.cycle.returns import return_report, take_back_return, usual_day
from tasks.cycle.standing import open_returns
from tasks.sending.post import send_due

COMMENT = "Bổ sung số, ngày văn bản của sản phẩm V.5.1.\nRà lại Phụ lục V."
DUE = date(2026, 3, 24)


def send_back(province: Any, comment: str = COMMENT, due: date = DUE, now: Any = None, **how: Any) -> bool:
    done: bool = act(province, return_report, comment, due, now=now or at(19), **how)
    return done


@pytest.fixture
def reported(few_both: Any) -> Any:
    """SNV has reported well, in time; the others have not."""
    few_both.mark_sent(at(4, 10))
    assert submit(few_both, few_both.filled("SNV"), at(12)) == RequestState.COMPLETE
    return few_both


def test_it_is_owed_again_by_the_new_day_and_its_figures_still_count(reported: Any) -> None:
    before = completion(in_report(reported)[1], date(2026, 3, 19))
    assert send_back(reported)
    request = reported.request("SNV")
    assert (request.state, request.due, request.plan_no) == (RequestState.INCOMPLETE, DUE, 2)
    assert request.form_sha256 is None
    assert completion(in_report(reported)[1], date(2026, 3, 19)).classes == before.classes
    changes = reported.all(DueChange, DueChange.request_id == request.id)
    assert [(change.plan_no, change.due) for change in changes] == [(1, date(2026, 3, 20)), (2, DUE)]
    (row,) = reported.all(ReturnedReport)
    assert (row.comment, row.due, row.actor, row.submission_id is not None) == (COMMENT, DUE, OFFICER, True)
    (audit,) = reported.all(Audit, Audit.act == "de-nghi-hoan-thien")
    assert (audit.actor, audit.reason, audit.after) == (OFFICER, COMMENT, {"hạn": "2026-03-24"})


def test_its_officers_are_told_by_mail_once(reported: Any, mailbox: Any) -> None:
    province = reported.with_settings(mail_url=mailbox.url, portal_url="https://bao-cao.example")
    send_due(province.office, at(13))  # the receipt
    mailbox.received.clear()
    assert send_back(province)
    assert not send_back(province, now=at(19, 10))
    for hour in (10, 11):
        send_due(province.office, at(19, hour))
    (subject,) = mailbox.subjects("snv")
    assert subject.startswith("Đề nghị hoàn thiện Báo cáo Quý I/2026")
    assert subject.endswith("chậm nhất hết ngày 24/3/2026")
    (text,) = mailbox.texts("dau-moi@snv")
    assert "- Bổ sung số, ngày văn bản của sản phẩm V.5.1.\r\n- Rà lại Phụ lục V.\r\n" in text
    assert "https://bao-cao.example/y/" in text
    assert "Công văn số 15/SNV-CCHC" not in text  # never what was reported


def test_reminders_of_the_new_plan_run_and_stop_with_the_better_version(reported: Any) -> None:
    send_back(reported)
    sweep(reported, at(23, 8))
    assert reminders(reported)[-1] == ("truoc-1", 2, "due")
    assert submit(reported, reported.filled("SNV", percent="55"), at(23, 10)) == RequestState.COMPLETE
    assert reminders(reported)[-1] == ("truoc-1", 2, "superseded")
    sweep(reported, at(26, 8))
    assert len(reminders(reported)) == 2
    with reported.store.reading() as session:
        assert open_returns(session, [reported.request_id("SNV")]) == {}


def test_the_same_file_again_completes_nothing(reported: Any) -> None:
    send_back(reported)
    assert submit(reported, reported.filled("SNV", leave_out=1), at(20)) == RequestState.INCOMPLETE


def test_time_to_complete_makes_no_late_report_punctual(few: Any) -> None:
    few.mark_sent(at(4, 10))
    submit(few, few.filled("SNV"), at(23))
    assert not is_on_time(in_report(few)[0])
    send_back(few, due=date(2026, 3, 30), now=at(24))
    submit(few, few.filled("SNV", percent="55"), at(25))
    request, _ = in_report(few)
    assert (request.state, request.due, request.punctual_by) == (
        RequestState.COMPLETE,
        date(2026, 3, 30),
        date(2026, 3, 20),
    )
    assert not is_on_time(request)


def test_taken_back_it_is_complete_again_by_its_own_deadline(reported: Any, mailbox: Any) -> None:
    province = reported.with_settings(mail_url=mailbox.url)
    send_back(province)
    send_due(province.office, at(19, 10))
    sweep(province, at(23, 8))
    mailbox.received.clear()
    assert act(province, take_back_return, reason="Đã đủ trong Phụ lục V", now=at(23, 9))
    request = province.request("SNV")
    assert (request.state, request.due, request.plan_no) == (RequestState.COMPLETE, date(2026, 3, 20), 3)
    assert {state for _, _, state in reminders(province)} <= {"superseded", "sent"}
    (row,) = province.all(ReturnedReport)
    assert (row.cancelled_by, row.cancelled_why) == (OFFICER, "Đã đủ trong Phụ lục V")
    send_due(province.office, at(23, 10))
    (text,) = mailbox.texts("dau-moi@snv")
    assert "không phải gửi lại" in text
    assert "- Đã đủ trong Phụ lục V\r\n" in text
    assert not act(province, take_back_return, reason="Đã đủ trong Phụ lục V", now=at(23, 11))


def test_what_is_taken_back_before_it_has_gone_out_is_not_sent(reported: Any, mailbox: Any) -> None:
    send_back(reported)
    act(reported, take_back_return, reason="Nhầm", now=at(19, 10))
    province = reported.with_settings(mail_url=mailbox.url)
    send_due(province.office, at(19, 11))
    assert not any(subject.startswith("Đề nghị hoàn thiện") for subject in mailbox.subjects("snv"))


def test_what_was_answered_before_it_has_gone_out_is_not_sent(reported: Any, mailbox: Any) -> None:
    send_back(reported)
    submit(reported, reported.filled("SNV", percent="55"), at(19, 10))
    province = reported.with_settings(mail_url=mailbox.url)
    send_due(province.office, at(19, 11))
    assert not any(subject.startswith("Đề nghị hoàn thiện") for subject in mailbox.subjects("snv"))


def test_a_recorded_paper_can_be_sent_back_and_another_one_answers(few: Any) -> None:
    few.mark_sent(at(4, 10))
    act(few, record_report, PAPER, now=at(19))
    assert send_back(few, now=at(19, 10))
    assert few.request("SNV").state == RequestState.INCOMPLETE
    mended = type(PAPER)(PAPER.way, date(2026, 3, 23), "130/BC-SNV", date(2026, 3, 23), PAPER.signer)
    act(few, record_report, mended, now=at(23, 10))
    assert few.request("SNV").state == RequestState.RECORDED
    act(few, unrecord_report, reason="Nhầm", now=at(23, 11))
    assert few.request("SNV").state == RequestState.INCOMPLETE


def test_more_time_to_complete_is_an_extension(reported: Any) -> None:
    send_back(reported)
    act(reported, extend_request, date(2026, 3, 27), reason="Chờ số liệu", now=at(20))
    assert (reported.request("SNV").state, reported.request("SNV").due.day) == (RequestState.INCOMPLETE, 27)
    act(reported, take_back_return, reason="Đã đủ", now=at(20, 10))
    assert reported.request("SNV").due == date(2026, 3, 20)


@pytest.mark.parametrize(
    ("comment", "due", "why"),
    [
        (" - ", DUE, "Chưa ghi nội dung"),
        (COMMENT, date(2026, 3, 18), "đã qua"),
        (COMMENT, date(2028, 3, 18), "quá xa"),
    ],
)
def test_what_makes_no_sense_is_refused(few: Any, comment: str, due: date, why: str) -> None:
    few.mark_sent(at(4, 10))
    submit(few, few.filled("SNV"), at(12))
    with pytest.raises(ActFault, match=why):
        send_back(few, comment, due)
    assert few.request("SNV").state == RequestState.COMPLETE


def test_only_what_has_come_is_sent_back_and_once_at_a_time(few: Any) -> None:
    few.mark_sent(at(4, 10))
    with pytest.raises(ActFault, match="chưa có báo cáo nào để đề nghị hoàn thiện"):
        send_back(few)
    submit(few, few.filled("SNV"), at(12))
    send_back(few)
    with pytest.raises(ActFault, match="rút đề nghị ấy"):
        send_back(few, "Nội dung khác")


def test_a_reason_is_needed_to_take_it_back(few: Any) -> None:
    few.mark_sent(at(4, 10))
    submit(few, few.filled("SNV"), at(12))
    send_back(few)
    with pytest.raises(ActFault, match="Chưa ghi lý do"):
        act(few, take_back_return, reason="", now=at(19))


def test_three_working_days_are_usual(few: Any) -> None:
    assert usual_day(few.office.calendar(date(2026, 3, 19)), at(19)) == date(2026, 3, 24)
