"""Promises, extensions asked for, granted and declined, links revoked: on both databases, each in the history."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from models.agency_act import Acknowledgement, ExtensionAsk
from models.codes import NoticeState, RequestState
from models.cycle import DueChange, Request
from models.history import Audit
from models.notice import Notice
from models.time import VIETNAM
from tasks.cycle.agency_acts import STEP, ActFault, acknowledge, ask_extension, last_promise, open_asks
from tasks.cycle.cycles import CycleFault, close_cycle
from tasks.cycle.request_acts import (
    DECIDED,
    decline_extension,
    extend_request,
    find_request,
    link_of,
    revoke_link,
)
from tasks.sending.post import send_due
from tasks.states import move_request
from tasks.steps import dispatch_step, one_after_another, sweep_step

T0 = datetime(2026, 3, 12, 9, tzinfo=VIETNAM).astimezone(UTC)
CYCLE = "bcd-quy-2026-Q1"


def act(province: Any, function: Any, *arguments: Any, agency: str = "SNV", **named: Any) -> None:
    with province.store.writing() as session:
        request = session.get_one(Request, province.request_id(agency), with_for_update=True)
        function(session, request, *arguments, **named)


def by_secretary(now: datetime = T0) -> dict[str, Any]:
    return {"reason": "Sáp nhập đơn vị", "actor": "Thư ký", "now": now}


def finish(province: Any, state: RequestState) -> None:
    with province.store.writing() as session:
        request = session.get_one(Request, province.request_id("SNV"))
        move_request(session, request, state, reason="thử", actor="Thư ký", now=T0)


def test_a_promise_is_kept_and_a_later_one_stands(few_both: Any) -> None:
    act(few_both, acknowledge, date(2026, 3, 18), T0)
    act(few_both, acknowledge, date(2026, 3, 18), T0)
    act(few_both, acknowledge, date(2026, 3, 25), T0 + timedelta(days=1))
    assert [promise.promised.day for promise in few_both.all(Acknowledgement)] == [18, 25]
    with few_both.store.reading() as session:
        last = last_promise(session, few_both.request_id("SNV"))
    assert last is not None
    assert last.promised == date(2026, 3, 25)
    assert few_both.request("SNV").due == date(2026, 3, 20)


@pytest.mark.parametrize(
    "words", ["UPDATE acknowledgement SET promised = '2026-05-01'", "DELETE FROM acknowledgement"]
)
def test_a_promise_can_only_be_added_to(few_both: Any, words: str) -> None:
    act(few_both, acknowledge, date(2026, 3, 18), T0)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), few_both.store.writing() as session:
        session.execute(sa.text(words))


@pytest.mark.parametrize(
    ("day", "why"),
    [(date(2026, 3, 11), "đã qua"), (date(2027, 4, 1), "quá xa")],
)
def test_a_promise_has_a_sensible_day(few: Any, day: date, why: str) -> None:
    with pytest.raises(ActFault, match=why):
        act(few, acknowledge, day, T0)


@pytest.mark.parametrize("function", [acknowledge, ask_extension])
@pytest.mark.parametrize(
    ("state", "why"),
    [(RequestState.COMPLETE, "đã được nhận đạt yêu cầu"), (RequestState.EXEMPT, "không phải báo cáo")],
)
def test_nothing_is_promised_of_what_is_not_owed(
    few: Any, function: Any, state: RequestState, why: str
) -> None:
    finish(few, state)
    more = ("Lý do",) if function is ask_extension else ()
    with pytest.raises(ActFault, match=why):
        act(few, function, date(2026, 3, 25), *more, T0)


def test_an_extension_asked_for_waits_and_the_secretariat_is_told_once(few_both: Any) -> None:
    act(few_both, ask_extension, date(2026, 3, 27), "Chờ số liệu", T0)
    act(few_both, ask_extension, date(2026, 3, 27), "Chờ số liệu", T0)
    (ask,) = few_both.all(ExtensionAsk)
    assert (ask.wanted, ask.reason, ask.granted) == (date(2026, 3, 27), "Chờ số liệu", None)
    assert [notice.step for notice in few_both.all(Notice)] == ["xin-gia-han"]
    assert few_both.request("SNV").due == date(2026, 3, 20)
    with few_both.store.reading() as session:
        assert [(a.reason, agency.code) for a, _, _, agency in open_asks(session)] == [("Chờ số liệu", "SNV")]


@pytest.mark.parametrize(
    ("day", "reason", "why"),
    [
        (date(2026, 3, 20), "x", "không sau hạn hiện nay"),
        (date(2026, 3, 27), " - ", "Chưa ghi lý do"),
        (date(2028, 3, 27), "x", "quá xa"),
    ],
)
def test_what_no_extension_can_be_asked_for(few: Any, day: date, reason: str, why: str) -> None:
    with pytest.raises(ActFault, match=why):
        act(few, ask_extension, day, reason, T0)


def test_another_extension_is_asked_for_after_the_first_is_decided(few: Any) -> None:
    act(few, ask_extension, date(2026, 3, 27), "Chờ số liệu", T0)
    with pytest.raises(ActFault, match="đang chờ thư ký xem xét"):
        act(few, ask_extension, date(2026, 3, 30), "Chờ thêm", T0)
    act(few, decline_extension, **by_secretary())
    act(few, ask_extension, date(2026, 3, 30), "Chờ thêm", T0)
    assert [ask.granted for ask in few.all(ExtensionAsk)] == [False, None]


def test_an_extension_moves_the_deadline_and_keeps_the_first(few_both: Any) -> None:
    act(few_both, ask_extension, date(2026, 3, 27), "Chờ số liệu", T0)
    with few_both.store.writing() as session:
        request = find_request(session, CYCLE, "SNV")
        extend_request(session, request, date(2026, 3, 26), **by_secretary())
    request = few_both.request("SNV")
    assert (request.due, request.plan_no, request.form_sha256) == (date(2026, 3, 26), 2, None)
    changes = few_both.all(DueChange, DueChange.request_id == request.id)
    assert [(c.plan_no, c.due, c.reason) for c in changes] == [
        (1, date(2026, 3, 20), "Theo công văn mở kỳ"),
        (2, date(2026, 3, 26), "Sáp nhập đơn vị"),
    ]
    (ask,) = few_both.all(ExtensionAsk)
    assert (ask.granted, ask.answer, ask.decided_by, ask.decided_at) == (
        True,
        "Sáp nhập đơn vị",
        "Thư ký",
        T0,
    )
    (audit,) = few_both.all(Audit, Audit.act == "gia-han")
    assert (audit.before, audit.after) == ({"hạn": "2026-03-20"}, {"hạn": "2026-03-26"})


@pytest.mark.parametrize(
    ("until", "now", "why"),
    [
        (date(2026, 3, 20), T0, "phải sau hạn hiện nay 20/3/2026"),
        (date(2026, 3, 24), T0 + timedelta(days=14), "đã qua"),
    ],
)
def test_what_is_no_extension(few: Any, until: date, now: datetime, why: str) -> None:
    with pytest.raises(ActFault, match=why):
        act(few, extend_request, until, **by_secretary(now))
    assert few.request("SNV").plan_no == 1


def test_nothing_is_extended_that_is_over(few: Any) -> None:
    finish(few, RequestState.COMPLETE)
    with pytest.raises(ActFault, match="không cần gia hạn"):
        act(few, extend_request, date(2026, 3, 26), **by_secretary())
    with few.store.writing() as session:
        close_cycle(session, few.cycle(session), reason="thử", actor="Thư ký", now=T0)
    with pytest.raises(ActFault, match="đã đóng kỳ, không gia hạn được"):
        act(few, extend_request, date(2026, 3, 26), agency="STC", **by_secretary())
    with pytest.raises(ActFault, match="đã đóng"):
        act(few, acknowledge, date(2026, 3, 18), T0, agency="STC")


def test_declining_answers_an_ask_or_says_that_there_is_none(few: Any) -> None:
    with pytest.raises(ActFault, match="Không có đề nghị"):
        act(few, decline_extension, **by_secretary())
    act(few, ask_extension, date(2026, 3, 27), "Chờ số liệu", T0)
    act(few, decline_extension, **by_secretary())
    assert [audit.act for audit in few.all(Audit)][-1] == "khong-gia-han"
    assert few.request("SNV").due == date(2026, 3, 20)


@pytest.mark.parametrize(
    ("cycle", "agency", "fault"),
    [("x", "SNV", CycleFault), (CYCLE, "XYZ", ActFault)],
)
def test_a_request_that_is_not_there_is_named(
    few: Any, cycle: str, agency: str, fault: type[Exception]
) -> None:
    with pytest.raises(fault, match=r"Không có kỳ báo cáo|không có yêu cầu"), few.store.writing() as session:
        find_request(session, cycle, agency)


def test_a_revoked_link_is_followed_by_another(few: Any) -> None:
    published = few.with_settings(portal_url="https://bao-cao.example/bcd/")
    first = link_of(published.office, few.request("SNV"))
    assert first.startswith("https://bao-cao.example/bcd/y/")
    act(few, revoke_link, **by_secretary())
    assert link_of(published.office, few.request("SNV")) != first
    assert link_of(few.office, few.request("SNV")) == ""


def test_letters_carry_the_link_where_pages_are_published(few: Any, mailbox: Any) -> None:
    published = few.with_settings(portal_url="https://bao-cao.example", mail_url=mailbox.url)
    dispatch_step(published.office, "", T0, one_after_another)
    links = {code: link_of(published.office, few.request(code)) for code in ("SNV", "STC")}
    (to_snv,) = mailbox.texts("snv")
    assert (
        links["SNV"]
        in to_snv.splitlines()[
            to_snv.splitlines().index(
                "Trang nộp báo cáo của cơ quan, đơn vị (mở bằng máy tính hoặc điện thoại):"
            )
            + 1
        ]
    )
    assert f'href="{links["SNV"]}"' in to_snv
    assert links["STC"] not in to_snv
    sweep_step(published.office, T0 + timedelta(days=1), one_after_another)
    assert links["SNV"] in mailbox.texts("snv")[-1]
    assert mailbox.subjects("snv")[-1].startswith("Còn 05 ngày làm việc: Báo cáo Quý I/2026")


def test_without_pages_letters_speak_of_none(few: Any, mailbox: Any) -> None:
    dispatch_step(few.with_settings(mail_url=mailbox.url).office, "", T0, one_after_another)
    assert "/y/" not in mailbox.texts("snv")[0]
    assert "Trang nộp báo cáo" not in mailbox.texts("snv")[0]


def test_the_secretariat_reads_of_extensions_and_not_of_those_decided(few: Any, mailbox: Any) -> None:
    posted = few.with_settings(mail_url=mailbox.url)
    act(few, ask_extension, date(2026, 3, 27), "Chờ số liệu mật danh", T0)
    act(few, ask_extension, date(2026, 3, 30), "Khác", T0, agency="STC")
    act(few, decline_extension, agency="STC", **by_secretary())
    send_due(posted.office, T0)
    assert mailbox.subjects("giup-viec") == ["Cần xem xét 01 đề nghị gia hạn"]
    (text,) = mailbox.texts("giup-viec")
    assert 'dondoc request extend bcd-quy-2026-Q1 SNV --until 27/3/2026 --reason "…"' in text
    assert "Chờ số liệu mật danh" not in text
    states = [(notice.step, notice.state) for notice in few.all(Notice)]
    assert states == [
        (STEP, NoticeState.SENT),
        (STEP, NoticeState.SUPERSEDED),
        (DECIDED, NoticeState.SENT),
    ]
    (answer,) = mailbox.subjects("stc")
    assert answer.startswith("Không gia hạn Báo cáo Quý I/2026")


def test_reminders_start_afresh_for_the_new_deadline(few: Any, mailbox: Any) -> None:
    posted = few.with_settings(mail_url=mailbox.url)
    dispatch_step(posted.office, "", T0 - timedelta(days=3), one_after_another)
    sweep_step(posted.office, T0 + timedelta(days=1), one_after_another)
    act(few, extend_request, date(2026, 4, 3), **by_secretary(T0 + timedelta(days=1)))
    for days in range(2, 23):
        sweep_step(posted.office, T0 + timedelta(days=days), one_after_another)
    reminders = [subject for subject in mailbox.subjects("snv") if subject.startswith("Còn ")]
    assert [subject.rpartition("(")[2].rstrip(")") for subject in reminders] == [
        "hạn 20/3/2026",
        "hạn 03/4/2026",
        "hạn 03/4/2026",
    ]
