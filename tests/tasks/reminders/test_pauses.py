"""What the secretariat does about reminders: pause, resume, release, send one now; each on record with its author."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlmodel import select

from models.codes import NoticeState, PersonRole, RequestState
from models.cycle import Request
from models.directory import Agency, Person
from models.history import Audit, StateChange
from models.notice import Notice
from models.time import VIETNAM, local_day
from tasks.reminders.pauses import (
    ReminderFault,
    pause_cycle,
    release_step,
    resume_cycle,
    send_now,
    waiting_for_release,
)
from tasks.reminders.sweep import cycle_ids, plan_notices, standing_of_notice

CYCLE = "bcd-quy-2026-Q1"
LEADERS = "sau-3-lanh-dao"


def at(day: int, hour: int = 8, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=VIETNAM).astimezone(UTC)


def plan(province: Any, now: datetime) -> None:
    with province.store.reading() as session:
        ids = cycle_ids(session)
    for cycle_id in ids:
        plan_notices(province.store, cycle_id, province.office.calendar(local_day(now)), now)


def pause(province: Any, now: datetime, reason: str = "Bão số 3") -> bool:
    with province.store.writing() as session:
        return pause_cycle(session, CYCLE, reason=reason, actor="Thư ký", now=now)


def resume(province: Any, now: datetime) -> bool:
    with province.store.writing() as session:
        return resume_cycle(session, CYCLE, actor="Thư ký", now=now)


def release(province: Any, now: datetime, step: str = LEADERS) -> int:
    with province.store.writing() as session:
        return release_step(session, CYCLE, step, actor="Thư ký", now=now)


def now_sent(province: Any, agency: str, now: datetime) -> Any:
    with province.store.writing() as session:
        return send_now(session, CYCLE, agency, reason="Đoàn kiểm tra hỏi", actor="Thư ký", now=now)


def found(province: Any, step: str = "") -> list[tuple[str, str]]:
    return [(n.state.value, n.why) for n in province.all(Notice) if step in ("", n.step)]


def acts(province: Any) -> list[tuple[str, str, str]]:
    wanted = {"tam-dung-nhac", "nhac-lai", "duyet-gui-nhac", "nhac-ngay"}
    return [(a.act, a.actor, a.reason) for a in province.all(Audit) if a.act in wanted]


@pytest.fixture
def sent(few: Any) -> Any:
    few.mark_sent(at(4, 10))
    return few


@pytest.fixture
def sent_both(few_both: Any) -> Any:
    few_both.mark_sent(at(4, 10))
    return few_both


def test_a_paused_cycle_holds_what_is_due_and_what_becomes_due(sent_both: Any) -> None:
    plan(sent_both, at(13))
    assert pause(sent_both, at(13, 9))
    plan(sent_both, at(13, 10))
    assert set(found(sent_both)) == {("held", "tạm dừng nhắc: Bão số 3")}
    plan(sent_both, at(19))
    assert set(found(sent_both, "truoc-5")) == {("superseded", "đã qua thời điểm nhắc")}
    assert set(found(sent_both, "truoc-1")) == {("held", "tạm dừng nhắc: Bão số 3")}
    assert resume(sent_both, at(19, 9))
    plan(sent_both, at(19, 10))
    assert set(found(sent_both, "truoc-1")) == {("due", "")}
    assert len(found(sent_both)) == 8
    assert acts(sent_both) == [("tam-dung-nhac", "Thư ký", "Bão số 3"), ("nhac-lai", "Thư ký", "Bão số 3")]


def test_what_was_overtaken_in_a_pause_is_not_sent_afterwards(sent: Any) -> None:
    pause(sent, at(12))
    plan(sent, at(13))
    plan(sent, at(21))
    resume(sent, at(21, 9))
    plan(sent, at(21, 10))
    assert set(found(sent)) == {("superseded", "đã qua thời điểm nhắc")}


def test_to_pause_or_resume_twice_changes_nothing(sent: Any) -> None:
    assert pause(sent, at(12))
    assert not pause(sent, at(12, 9))
    assert pause(sent, at(12, 10), "Bão số 4")
    assert resume(sent, at(13))
    assert not resume(sent, at(13, 9))
    assert [act for act, _, _ in acts(sent)] == ["tam-dung-nhac", "tam-dung-nhac", "nhac-lai"]


def test_a_person_lets_the_list_for_the_leadership_go(sent_both: Any) -> None:
    plan(sent_both, at(25))
    assert found(sent_both, LEADERS) == [("held", "chờ thư ký duyệt gửi")]
    with sent_both.store.reading() as session:
        assert waiting_for_release(session) == [(CYCLE, LEADERS, 1)]
    assert release(sent_both, at(25, 9)) == 1
    plan(sent_both, at(25, 10))
    assert found(sent_both, LEADERS) == [("due", "")]
    with sent_both.store.reading() as session:
        assert waiting_for_release(session) == []
        (slip,) = session.exec(select(Notice).where(Notice.step == LEADERS)).all()
        calendar = sent_both.office.calendar(date(2026, 3, 25))
        assert standing_of_notice(session, slip, calendar, at(25, 11)).state == NoticeState.DUE
    (change,) = sent_both.all(StateChange, StateChange.entity == "notice", StateChange.after == "due")
    assert (change.before, change.actor) == ("held", "Thư ký")
    assert acts(sent_both) == [("duyet-gui-nhac", "Thư ký", "")]


def test_a_pause_takes_back_what_was_let_go_and_has_not_gone_out(sent: Any) -> None:
    plan(sent, at(25))
    release(sent, at(25, 9))
    pause(sent, at(25, 10))
    plan(sent, at(25, 11))
    assert found(sent, LEADERS) == [("held", "tạm dừng nhắc: Bão số 3")]
    with pytest.raises(ReminderFault, match="đang tạm dừng nhắc"):
        release(sent, at(25, 12))
    resume(sent, at(25, 13))
    plan(sent, at(25, 14))
    assert found(sent, LEADERS) == [("held", "chờ thư ký duyệt gửi")]


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("sau-1", "Các bước chờ duyệt: sau-3-lanh-dao."),
        (LEADERS, "chưa có thông báo nào chờ duyệt"),
    ],
)
def test_what_cannot_be_released_is_refused_in_words(sent: Any, step: str, said: str) -> None:
    plan(sent, at(13))
    with pytest.raises(ReminderFault, match=said):
        release(sent, at(13, 9), step)
    assert acts(sent) == []


def test_a_draft_or_a_closed_cycle_has_nothing_to_pause(sent: Any) -> None:
    with sent.store.writing() as session:
        sent.cycle(session).state = "closed"
    with pytest.raises(ReminderFault, match="đã đóng kỳ"):
        pause(sent, at(13))


def test_a_pause_needs_a_reason(sent: Any) -> None:
    with pytest.raises(ReminderFault, match="Cần ghi lý do"):
        pause(sent, at(13), " ")
    assert acts(sent) == []


def test_one_reminder_now_and_another(sent_both: Any) -> None:
    assert now_sent(sent_both, "SNV", at(9)).step == "goi-ngay-1"
    second = now_sent(sent_both, "SNV", at(10))
    assert (second.step, len(second.people)) == ("goi-ngay-2", 1)
    pause(sent_both, at(10, 9))
    plan(sent_both, at(10, 10))
    notices = sent_both.all(Notice)
    assert [(n.step, n.state.value, n.request_id) for n in notices] == [
        ("goi-ngay-1", "due", sent_both.request_id("SNV")),
        ("goi-ngay-2", "due", sent_both.request_id("SNV")),
    ]
    assert acts(sent_both)[0] == ("nhac-ngay", "Thư ký", "Đoàn kiểm tra hỏi")


def test_one_reminder_now_does_not_outlive_the_report(sent: Any) -> None:
    now_sent(sent, "SNV", at(9))
    with sent.store.writing() as session:
        session.get_one(Request, sent.request_id("SNV")).state = RequestState.COMPLETE
    with sent.store.reading() as session:
        (notice,) = session.exec(select(Notice)).all()
        standing = standing_of_notice(session, notice, sent.office.calendar(date(2026, 3, 9)), at(9, 9))
    assert (standing.state, standing.why) == (NoticeState.SUPERSEDED, "đã nhận báo cáo đạt yêu cầu")
    plan(sent, at(9, 10))
    assert found(sent) == [("superseded", "đã nhận báo cáo đạt yêu cầu")]
    with pytest.raises(ReminderFault, match="Không nhắc SNV: đã nhận báo cáo đạt yêu cầu"):
        now_sent(sent, "SNV", at(10))


def test_nobody_is_reminded_where_nobody_is_known(sent: Any) -> None:
    with sent.store.writing() as session:
        snv = session.exec(select(Agency).where(Agency.code == "SNV")).one()
        for person in session.exec(
            select(Person).where(Person.agency_id == snv.id, Person.role == PersonRole.OFFICER)
        ):
            person.active = False
    with pytest.raises(ReminderFault, match="SNV chưa có cán bộ đầu mối"):
        now_sent(sent, "SNV", at(9))
