"""Looking back at one agency: every notice with what became of it, and what is still to come."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from models.codes import AttemptOutcome, NoticeState
from models.cycle import Request
from models.time import VIETNAM
from tasks.cycle.agency_acts import acknowledge
from tasks.reminders.pauses import ReminderFault, send_now
from tasks.reminders.reminder_history import HistoryLine, coming_steps, history
from tasks.steps import dispatch_step, one_after_another, sweep_step

CYCLE = "bcd-quy-2026-Q1"
SNV = "dau-moi@snv.dien-bien.example"


def at(day: int, hour: int = 8, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=VIETNAM).astimezone(UTC)


def looked(province: Any, agency: str = "SNV", cycle: str = "") -> list[HistoryLine]:
    with province.store.reading() as session:
        return history(session, agency, cycle, steps=province.office.profile.assignment_steps)


def told(lines: list[HistoryLine]) -> list[tuple[str, str, str]]:
    return [(line.step, line.state.value, line.why) for line in lines]


@pytest.fixture
def wired(few: Any, mailbox: Any) -> Any:
    """The requests have gone out by a real mail server."""
    province = few.with_settings(mail_url=mailbox.url)
    dispatch_step(province.office, CYCLE, at(4, 10), one_after_another)
    return province


def test_everything_that_became_of_an_agency_s_notices(wired: Any, mailbox: Any) -> None:
    with wired.store.writing() as session:
        acknowledge(session, session.get_one(Request, wired.request_id("SNV")), date(2026, 3, 16), at(9))
    sweep_step(wired.office, at(13), one_after_another)
    sweep_step(wired.office, at(17), one_after_another)
    mailbox.refuse[SNV] = "550 5.1.1 no such user"
    sweep_step(wired.office, at(19), one_after_another)
    request, before_5, before_1 = looked(wired, cycle=CYCLE)
    assert told([request, before_5, before_1])[:2] == [
        ("Gửi yêu cầu báo cáo", "sent", ""),
        ("Nhắc trước hạn 05 ngày làm việc", "sent", ""),
    ]
    assert (request.address, request.sent_at is not None, len(request.tries)) == (SNV, True, 1)
    assert [(c.before.value, c.after.value, c.why) for c in before_5.changes] == [("held", "due", "")]
    assert [tried.outcome for tried in before_5.tries] == [AttemptOutcome.ACCEPTED]
    assert before_1.state is NoticeState.FAILED
    assert "550" in before_1.tries[-1].answer
    assert before_1.whom == "Đầu mối Sở Nội vụ (Cán bộ đầu mối)"
    assert before_1.about == "Báo cáo Quý I/2026 thực hiện Nghị quyết số 57-NQ/TW"


def test_a_reminder_by_hand_and_the_other_agencies_notices(wired: Any) -> None:
    with wired.store.writing() as session:
        send_now(session, CYCLE, "SNV", reason="", actor="Thư ký", now=at(9))
    assert told(looked(wired))[-1] == ("Nhắc ngay theo quyết định của thư ký", "due", "")
    assert len(looked(wired, "STC")) == 1


def test_what_is_still_to_come(wired: Any) -> None:
    steps, calendar = wired.office.profile.assignment_steps, wired.office.calendar(date(2026, 3, 17))
    with wired.store.reading() as session:
        in_cycle = coming_steps(session, "SNV", steps, calendar, at(17), CYCLE)
        everything = coming_steps(session, "SNV", steps, calendar, at(17))
    assert [(one.day.isoformat(), one.whom) for one in in_cycle] == [
        ("2026-03-19", "Cán bộ đầu mối"),
        ("2026-03-23", "Cán bộ đầu mối"),
        ("2026-03-24", "Thủ trưởng cơ quan"),
        ("2026-03-25", "Lãnh đạo Ban Chỉ đạo"),
    ]
    assert {one.about.partition(":")[0] for one in everything if one not in in_cycle} == {
        "Nhiệm vụ III.2",
        "Nhiệm vụ V.4.4",
        "Nhiệm vụ V.5.1",
    }


def test_who_is_not_in_the_directory_is_said(few: Any) -> None:
    with pytest.raises(ReminderFault, match="Không có cơ quan mang mã 'SNX'"):
        looked(few, "SNX")
