"""Agencies that are let off and asked again; deadlines moved back: each told to the agency, each in the history."""

from datetime import date
from typing import Any

import pytest
from desk_acts import OFFICER, PAPER, act, at, in_report, reminders, submit, sweep

from models.codes import NoticeState, RequestState
from models.cycle import DueChange
from models.history import Audit, StateChange
from models.notice import Notice
from models.rules.completion import cycle_rates
from tasks.cycle.agency_acts import ActFault
from tasks.cycle.exemptions import ask_again, exempt_request
from tasks.cycle.recorded import record_report
from tasks.cycle.request_acts import extend_request, reset_due
from tasks.sending.post import send_due

WHY = {"reason": "Cơ quan đã sáp nhập", "now": at(13)}


@pytest.fixture
def asked(few_both: Any) -> Any:
    few_both.mark_sent(at(4, 10))
    sweep(few_both, at(13, 8))
    assert reminders(few_both) == [("truoc-5", 1, "due")]
    return few_both


def test_whoever_is_let_off_is_not_chased_not_expected_and_told_so(asked: Any, mailbox: Any) -> None:
    assert act(asked, exempt_request, **WHY)
    assert not act(asked, exempt_request, **WHY)
    assert asked.request("SNV").state == RequestState.EXEMPT
    assert reminders(asked) == [("truoc-5", 1, "superseded")]
    request, view = in_report(asked)
    rates = cycle_rates(view, date(2026, 3, 24))
    assert (rates.expected, rates.exempt, request.exempt_reason) == (3, 1, "Cơ quan đã sáp nhập")
    province = asked.with_settings(mail_url=mailbox.url)
    sweep(province, at(23, 8))
    assert len(reminders(province)) == 1
    (text,) = mailbox.texts("dau-moi@snv")
    assert "không phải gửi Báo cáo Quý I/2026" in text
    assert "Lý do: Cơ quan đã sáp nhập" in text
    (audit,) = asked.all(Audit, Audit.act == "khong-yeu-cau")
    assert (audit.actor, audit.reason) == (OFFICER, "Cơ quan đã sáp nhập")


def test_asked_again_it_owes_a_report_under_a_new_plan_and_is_told(asked: Any, mailbox: Any) -> None:
    act(asked, exempt_request, **WHY)
    assert act(asked, ask_again, reason="Chưa sáp nhập", now=at(16))
    request = asked.request("SNV")
    assert (request.state, request.plan_no, request.due) == (RequestState.SENT, 2, date(2026, 3, 20))
    assert not act(asked, ask_again, reason="Chưa sáp nhập", now=at(16))
    province = asked.with_settings(mail_url=mailbox.url)
    send_due(province.office, at(16, 10))
    (text,) = mailbox.texts("dau-moi@snv")
    assert "Nay đề nghị Sở Nội vụ gửi báo cáo chậm nhất hết ngày 20/3/2026" in text
    assert "Lý do: Chưa sáp nhập" in text
    assert asked.all(Notice, Notice.step == "khong-yeu-cau")[0].state == NoticeState.SUPERSEDED
    sweep(asked, at(19, 8))
    assert reminders(asked)[-1] == ("truoc-1", 2, "due")
    assert [change.after for change in asked.all(StateChange, StateChange.entity == "request")][-2:] == [
        "exempt",
        "sent",
    ]


def test_let_off_twice_it_is_told_twice(few: Any) -> None:
    few.mark_sent(at(4, 10))
    act(few, exempt_request, **WHY)
    act(few, ask_again, reason="Nhầm", now=at(16))
    act(few, exempt_request, reason="Đã sáp nhập thật", now=at(17))
    assert few.count(Notice, Notice.step == "khong-yeu-cau") == 2


def test_a_new_day_is_needed_where_the_deadline_has_passed(few: Any) -> None:
    few.mark_sent(at(4, 10))
    act(few, exempt_request, **WHY)
    with pytest.raises(ActFault, match="Hạn 20/3/2026 đã qua"):
        act(few, ask_again, reason="Nhầm", now=at(24))
    act(few, ask_again, reason="Nhầm", now=at(24), until=date(2026, 3, 27))
    assert few.request("SNV").due == date(2026, 3, 27)


def test_who_was_never_written_to_is_left_to_the_dispatch(few: Any) -> None:
    act(few, exempt_request, **WHY)
    act(few, ask_again, reason="Nhầm", now=at(16))
    assert few.request("SNV").state == RequestState.PLANNED
    assert few.count(Notice, Notice.step == "yeu-cau-tro-lai") == 0


def test_a_report_that_has_come_is_not_let_off(few: Any) -> None:
    few.mark_sent(at(4, 10))
    submit(few, few.filled("SNV"), at(12))
    with pytest.raises(ActFault, match="không phải ghi “không yêu cầu"):
        act(few, exempt_request, **WHY)
    act(few, record_report, PAPER, now=at(23), agency="STC")
    with pytest.raises(ActFault, match="không phải ghi “không yêu cầu"):
        act(few, exempt_request, **WHY, agency="STC")


def test_what_came_meanwhile_counts_when_it_is_asked_again(few: Any) -> None:
    few.mark_sent(at(4, 10))
    act(few, exempt_request, **WHY)
    assert submit(few, few.filled("SNV"), at(16)) == RequestState.EXEMPT
    act(few, ask_again, reason="Nhầm", now=at(17))
    assert few.request("SNV").state == RequestState.COMPLETE


@pytest.mark.parametrize("function", [exempt_request, ask_again])
def test_a_reason_is_needed(few: Any, function: Any) -> None:
    few.mark_sent(at(4, 10))
    if function is ask_again:
        act(few, exempt_request, **WHY)
    with pytest.raises(ActFault, match="Chưa ghi lý do"):
        act(few, function, reason="", now=at(13))


@pytest.fixture
def extended(few_both: Any) -> Any:
    few_both.mark_sent(at(4, 10))
    act(few_both, extend_request, date(2026, 3, 30), reason="Chờ số liệu", now=at(16))
    return few_both


def test_an_extension_is_undone_by_an_earlier_day_and_the_agency_told(extended: Any, mailbox: Any) -> None:
    act(extended, reset_due, date(2026, 3, 23), reason="Tỉnh gửi 25/3", now=at(17))
    request = extended.request("SNV")
    assert (request.due, request.plan_no) == (date(2026, 3, 23), 3)
    changes = extended.all(DueChange, DueChange.request_id == request.id)
    assert [change.due.day for change in changes] == [20, 30, 23]
    (audit,) = extended.all(Audit, Audit.act == "dat-lai-han")
    assert (audit.before, audit.after) == ({"hạn": "2026-03-30"}, {"hạn": "2026-03-23"})
    province = extended.with_settings(mail_url=mailbox.url)
    send_due(province.office, at(17, 10))
    (text,) = mailbox.texts("dau-moi@snv")
    assert "từ ngày 30/3/2026 về hết ngày 23/3/2026" in text
    assert "Lý do: Tỉnh gửi 25/3" in text


@pytest.mark.parametrize(
    ("day", "now", "why"),
    [
        (date(2026, 3, 30), at(17), "phải trước hạn hiện nay 30/3/2026"),
        (date(2026, 3, 23), at(24), "đã qua. Sớm nhất là hôm nay, 24/3/2026"),
        (date(2026, 3, 19), at(17), "trước hạn ban đầu 20/3/2026"),
    ],
)
def test_a_deadline_is_moved_back_to_a_day_that_can_be_kept(few: Any, day: date, now: Any, why: str) -> None:
    few.mark_sent(at(4, 10))
    act(few, extend_request, date(2026, 3, 30), reason="Chờ số liệu", now=at(16))
    with pytest.raises(ActFault, match=why):
        act(few, reset_due, day, reason="x", now=now)
    assert few.request("SNV").due == date(2026, 3, 30)
