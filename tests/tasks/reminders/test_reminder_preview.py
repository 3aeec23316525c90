"""Looking ahead: what would go out on a day is what the sweep then does, and looking writes nothing."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from models.codes import NoticeState
from models.cycle import Request
from models.notice import Notice
from models.rules.reminders.notices import Standing
from models.time import VIETNAM, local_day
from tasks.cycle.agency_acts import acknowledge
from tasks.reminders.assignment_sweep import plan_assignments
from tasks.reminders.notice_states import move_notice
from tasks.reminders.pauses import ReminderFault, pause_cycle
from tasks.reminders.reminder_preview import PreviewLine, preview
from tasks.reminders.sweep import cycle_ids, plan_notices

CYCLE = "bcd-quy-2026-Q1"


def at(day: int, hour: int = 8, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=VIETNAM).astimezone(UTC)


def ahead(province: Any, day: date, now: datetime) -> list[PreviewLine]:
    before = province.count(Notice)
    with province.store.reading() as session:
        lines = preview(session, province.office.profile.assignment_steps, province.office.calendar, day, now)
    assert province.count(Notice) == before
    return lines


def told(lines: list[PreviewLine]) -> list[tuple[str, str, str]]:
    """Agency, step, and when it goes or why it does not; assignments left aside."""
    return [
        (
            line.agency,
            line.step,
            line.why if line.goes_at is None else f"{line.goes_at.astimezone(VIETNAM):%d/%m %H:%M}",
        )
        for line in lines
        if not line.about.startswith("Nhiệm vụ")
    ]


BEFORE_5, BEFORE_1 = "Nhắc trước hạn 05 ngày làm việc", "Nhắc trước hạn 01 ngày làm việc"
AFTER_1, HEADS = "Đôn đốc sau hạn 01 ngày làm việc", "Báo thủ trưởng sau hạn 02 ngày làm việc"
SLIP = "Phiếu báo cáo Lãnh đạo Ban Chỉ đạo sau hạn 03 ngày làm việc"
FEW = ("3127", "SKHCN", "SNV", "STC")


@pytest.fixture
def sent(few: Any) -> Any:
    few.mark_sent(at(4, 10))
    return few


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 3, 12), []),
        (date(2026, 3, 13), [(code, BEFORE_5, "13/03 07:30") for code in FEW]),
        (date(2026, 3, 16), []),
        (date(2026, 3, 19), [(code, BEFORE_1, "19/03 07:30") for code in FEW]),
        (date(2026, 3, 23), [(code, AFTER_1, "23/03 07:30") for code in FEW]),
        (date(2026, 3, 24), [(code, HEADS, "24/03 07:30") for code in FEW]),
        (date(2026, 3, 25), [("", SLIP, "chờ thư ký duyệt gửi")]),
    ],
)
def test_what_would_go_out_on_a_day(sent: Any, day: date, expected: list[tuple[str, str, str]]) -> None:
    assert told(ahead(sent, day, at(9))) == expected


def test_a_line_says_whom_how_and_about_what(sent: Any) -> None:
    line = next(one for one in ahead(sent, date(2026, 3, 13), at(9)) if one.agency == "SNV")
    assert line.whom == "Đầu mối Sở Nội vụ (Cán bộ đầu mối)"
    assert line.channel.value == "email"
    assert line.about == (
        "Báo cáo Quý I/2026 thực hiện Nghị quyết số 57-NQ/TW: hạn 20/3/2026, còn 05 ngày làm việc"
    )
    (slip,) = [one for one in ahead(sent, date(2026, 3, 25), at(9)) if one.agency == ""]
    assert slip.whom == "Thường trực Ban Chỉ đạo (Lãnh đạo Ban Chỉ đạo)"
    assert slip.about.endswith(": danh sách 04 cơ quan, đơn vị chưa báo cáo")
    assignment = next(
        one for one in ahead(sent, date(2026, 3, 17), at(9)) if one.about.startswith("Nhiệm vụ V.1.1:")
    )
    assert assignment.agency == "SKHCN"
    assert assignment.about.endswith("(hạn 31/3/2026, còn 10 ngày làm việc)")


def test_what_is_held_and_why(sent: Any) -> None:
    with sent.store.writing() as session:
        acknowledge(session, session.get_one(Request, sent.request_id("SNV")), date(2026, 3, 16), at(9))
    lines = told(ahead(sent, date(2026, 3, 13), at(9)))
    assert lines[:3] == [(code, BEFORE_5, "13/03 07:30") for code in FEW if code != "SNV"]
    assert lines[3:] == [("SNV", BEFORE_5, "đã hẹn nộp ngày 16/3/2026")]
    assert told(ahead(sent, date(2026, 3, 17), at(9))) == [("SNV", BEFORE_5, "17/03 07:30")]
    with sent.store.writing() as session:
        pause_cycle(session, CYCLE, reason="Bão số 3", actor="Thư ký", now=at(10))
    assert {why for _, _, why in told(ahead(sent, date(2026, 3, 13), at(10)))} == {"tạm dừng nhắc: Bão số 3"}


def test_what_becomes_due_on_a_day_off_goes_out_on_the_next_morning(sent: Any) -> None:
    """A promise for Friday 13/3 is broken on Saturday; both days show Monday morning."""
    with sent.store.writing() as session:
        acknowledge(session, session.get_one(Request, sent.request_id("SNV")), date(2026, 3, 13), at(9))
    monday = [("SNV", BEFORE_5, "16/03 07:30")]
    assert told(ahead(sent, date(2026, 3, 14), at(9))) == monday
    assert told(ahead(sent, date(2026, 3, 15), at(9))) == []
    assert told(ahead(sent, date(2026, 3, 16), at(9))) == monday


def test_today_shows_what_waits_already(sent: Any) -> None:
    with sent.store.reading() as session:
        (cycle_id,) = cycle_ids(session)
    plan_notices(sent.store, cycle_id, sent.office.calendar(date(2026, 3, 13)), at(13))
    assert told(ahead(sent, date(2026, 3, 13), at(13, 9))) == [
        (code, BEFORE_5, "13/03 09:00") for code in FEW
    ]
    assert told(ahead(sent, date(2026, 3, 16), at(13, 9))) == []


def test_a_day_that_is_past_is_refused_in_words(sent: Any) -> None:
    with pytest.raises(ReminderFault, match="đã qua; xem lịch sử nhắc"):
        ahead(sent, date(2026, 3, 12), at(13))


def test_every_day_of_a_month_is_foretold(sent: Any) -> None:
    """Asked each evening about the day after, the preview names exactly what the sweep of that morning finds due."""
    day, told_in_all = date(2026, 3, 9), 0
    while day < date(2026, 4, 10):
        evening = at(day.day, 20, day.month)
        tomorrow = day + timedelta(days=1)
        calendar = sent.office.calendar(tomorrow)
        if not calendar.is_day_off(tomorrow):
            foretold = sum(line.goes_at is not None for line in ahead(sent, tomorrow, evening))
            morning = evening + timedelta(hours=12)
            sweep(sent, morning)
            assert foretold == send(sent, morning), tomorrow
            told_in_all += foretold
        day = tomorrow
    assert told_in_all == sent.count(Notice, Notice.state == NoticeState.SENT) > 20


def send(province: Any, now: datetime) -> int:
    """As if a mail server had taken everything that is due."""
    due = province.all(Notice, Notice.state == NoticeState.DUE)
    with province.store.writing() as session:
        for notice in due:
            assert move_notice(session, notice.id, NoticeState.DUE, Standing(NoticeState.SENT), now=now)
    return len(due)


def sweep(province: Any, now: datetime) -> None:
    calendar = province.office.calendar(local_day(now))
    with province.store.reading() as session:
        ids = cycle_ids(session)
    for cycle_id in ids:
        plan_notices(province.store, cycle_id, calendar, now)
    plan_assignments(province.store, province.office.profile.assignment_steps, calendar, now)
