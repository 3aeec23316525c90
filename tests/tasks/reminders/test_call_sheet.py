"""The call sheet from the database: who is on it, whom to call, what they said and were sent last."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from models.agency_act import Acknowledgement, ExtensionAsk
from models.codes import Channel, MessageState, NoticeState, PeriodKind, PersonRole, RequestState
from models.cycle import Cycle, Request
from models.directory import Agency, Person
from models.notice import Message, Notice
from models.register import Assignment
from models.time import VIETNAM
from tasks.cycle.agency_acts import acknowledge
from tasks.cycle.dispatch import STEP
from tasks.cycle.request_acts import extend_request, find_request
from tasks.reminders.call_sheet import CallSheet, call_sheet, cycle_in_short
from tasks.states import MACHINE, move_request

CYCLE = "bcd-quy-2026-Q1"
SENT = datetime(2026, 3, 4, 10, tzinfo=VIETNAM).astimezone(UTC)
TO_CALL = ("Sở Khoa học và Công nghệ", "Sở Nội vụ", "Sở Tài chính", "UBND phường Điện Biên Phủ")


def at(day: int, hour: int = 7, minute: int = 30, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=VIETNAM).astimezone(UTC)


@pytest.fixture
def sent(few: Any) -> Any:
    few.mark_sent(SENT)
    return few


def sheet(province: Any, now: datetime) -> CallSheet:
    with province.store.reading() as session:
        return call_sheet(session, province.office, now)


def names(found: CallSheet) -> list[str]:
    return [row.agency for row in found.rows]


def move(province: Any, agency: str, state: RequestState) -> None:
    with province.store.writing() as session:
        request = session.get_one(Request, province.request_id(agency))
        move_request(session, request, state, reason="thử", actor=MACHINE, now=at(19))


def promise(province: Any, agency: str, day: date, now: datetime) -> None:
    with province.store.writing() as session:
        acknowledge(session, session.get_one(Request, province.request_id(agency)), day, now)


def officer(session: Any, agency: str) -> Person:
    found = session.exec(
        select(Person).join(Agency).where(Agency.code == agency, Person.role == PersonRole.OFFICER)
    ).one()
    assert isinstance(found, Person)
    return found


def told(
    province: Any, agency: str, when: datetime, state: NoticeState, *, step: str = STEP, why: str = ""
) -> None:
    """As if a message about the agency's request had gone out, or had failed, at that time."""
    with province.store.writing() as session:
        person = officer(session, agency)
        message = Message(
            channel=Channel.EMAIL,
            person_id=person.id or 0,
            message_id=f"<{agency}-{step}@test>",
            template="digest",
            state=MessageState.SENT if state is NoticeState.SENT else MessageState.FAILED,
            not_before=when,
            created_at=when,
            sent_at=when if state is NoticeState.SENT else None,
        )
        session.add(message)
        session.flush()
        session.add(
            Notice(
                subject=f"request:{province.request_id(agency)}",
                plan_no=1,
                step=step,
                person_id=person.id or 0,
                channel=Channel.EMAIL,
                request_id=province.request_id(agency),
                message_id=message.id,
                state=state,
                why=why,
                created_at=when,
            )
        )


def test_overdue_agencies_are_on_it_from_the_step_that_lists_them(few_both: Any) -> None:
    few_both.mark_sent(SENT)
    assert sheet(few_both, at(20)).rows == ()
    assert sheet(few_both, at(21)).rows == ()  # a Saturday: the step is one working day after
    found = sheet(few_both, at(23))
    assert sorted(names(found)) == sorted(TO_CALL)
    row = next(row for row in found.rows if row.agency == "Sở Nội vụ")
    assert row.officers == ("Đầu mối Sở Nội vụ (chưa có số điện thoại)",)
    assert row.heads == ("Thủ trưởng Sở Nội vụ",)
    assert row.owed == ("Báo cáo Quý I/2026, hạn 20/3/2026, quá hạn 01 ngày làm việc",)
    assert (found.day, found.unit) == (date(2026, 3, 23), "Tổ Giúp việc Ban Chỉ đạo tỉnh")
    assert "04 cơ quan, gồm " in found.zalo_text
    assert "Liên hệ: Thư ký Ban Chỉ đạo, 0215 000 0057" in found.zalo_text


@pytest.mark.parametrize("state", [RequestState.COMPLETE, RequestState.EXEMPT])
def test_who_has_reported_or_need_not_is_not_called(sent: Any, state: RequestState) -> None:
    move(sent, "SNV", state)
    assert "Sở Nội vụ" not in names(sheet(sent, at(24)))


def test_who_has_to_mend_is_called(sent: Any) -> None:
    move(sent, "SNV", RequestState.INCOMPLETE)
    row = next(row for row in sheet(sent, at(24)).rows if row.agency == "Sở Nội vụ")
    assert row.owed == ("Báo cáo Quý I/2026 (chờ hoàn thiện), hạn 20/3/2026, quá hạn 02 ngày làm việc",)


def test_a_broken_promise_is_on_it_before_the_deadline_and_the_latest_word_counts(sent: Any) -> None:
    promise(sent, "SNV", date(2026, 3, 16), at(12))
    promise(sent, "STC", date(2026, 3, 16), at(12))
    promise(sent, "STC", date(2026, 3, 20), at(13))
    found = sheet(sent, at(17))
    assert names(found) == ["Sở Nội vụ"]
    assert found.rows[0].promises == ("hẹn nộp 16/3/2026 (đã qua)",)
    assert found.zalo_text == ""  # nobody is overdue


def test_an_extension_takes_the_name_off_and_starts_afresh(sent: Any) -> None:
    with sent.store.writing() as session:
        session.add(
            ExtensionAsk(
                request_id=sent.request_id("SNV"), wanted=date(2026, 3, 25), reason="x", asked_at=at(20)
            )
        )
    asked = next(row for row in sheet(sent, at(23)).rows if row.agency == "Sở Nội vụ")
    assert asked.promises == ("đề nghị gia hạn đến 25/3/2026, chưa được trả lời",)
    with sent.store.writing() as session:
        request = find_request(session, CYCLE, "SNV")
        extend_request(
            session, request, date(2026, 3, 24), reason="chờ số liệu", actor="Thư ký", now=at(23, 9)
        )
    assert "Sở Nội vụ" not in names(sheet(sent, at(24)))
    row = next(row for row in sheet(sent, at(26)).rows if row.agency == "Sở Nội vụ")
    assert row.owed == ("Báo cáo Quý I/2026, hạn 24/3/2026, quá hạn 02 ngày làm việc",)
    assert row.promises == ()


def test_a_message_that_failed_puts_the_name_on_it_until_one_arrives(sent: Any) -> None:
    told(sent, "SNV", at(13), NoticeState.FAILED, why="550 no such user")
    row = sheet(sent, at(16)).rows[0]
    assert (row.agency, row.faults) == ("Sở Nội vụ", ("tin không gửi được: 550 no such user",))
    assert row.last_told == ""
    told(sent, "SNV", at(13, 9), NoticeState.SENT, step="truoc-5")
    assert sheet(sent, at(16)).rows == ()


def test_of_two_officers_one_who_got_it_is_enough(sent: Any) -> None:
    told(sent, "SNV", at(13), NoticeState.FAILED)
    with sent.store.writing() as session:
        second = Person(
            agency_id=officer(session, "SNV").agency_id,
            role=PersonRole.OFFICER,
            name="Người thứ hai",
            email="hai@snv.example",
            phone="0912 345 678",
        )
        session.add(second)
        session.flush()
        session.add(
            Notice(
                subject=f"request:{sent.request_id('SNV')}",
                plan_no=1,
                step=STEP,
                person_id=second.id or 0,
                channel=Channel.EMAIL,
                request_id=sent.request_id("SNV"),
                state=NoticeState.SENT,
                created_at=at(12),
            )
        )
    assert sheet(sent, at(16)).rows == ()
    row = next(row for row in sheet(sent, at(23)).rows if row.agency == "Sở Nội vụ")
    assert row.officers[0] == "Người thứ hai, 0912 345 678"  # who can be called comes first


def test_a_request_that_never_went_out_is_on_it(few: Any) -> None:
    few.mark_sent(SENT, "STC", "SKHCN", "3127")
    assert sheet(few, at(16)).rows == ()
    told(few, "SNV", at(4), NoticeState.FAILED, why="450 later")
    (row,) = sheet(few, at(16)).rows
    assert row.owed == (
        "Báo cáo Quý I/2026 (yêu cầu chưa gửi tới được), hạn 20/3/2026, còn 04 ngày làm việc",
    )


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"active": False}, "chưa có đầu mối trong danh bạ"),
        (
            {"bounced_at": at(12)},
            "thư gửi dau-moi@snv.dien-bien.example bị trả lại từ ngày 12/3/2026",
        ),
        ({"email": ""}, "chưa có địa chỉ thư điện tử"),
        ({"bounced_at": at(12), "zalo_chat_id": "77"}, None),
        ({"email": "", "zalo_user_id": "77"}, None),
    ],
)
def test_who_cannot_be_written_to_is_called(sent: Any, change: dict[str, Any], fault: str | None) -> None:
    with sent.store.writing() as session:
        person = officer(session, "SNV")
        for field, value in change.items():
            setattr(person, field, value)
        session.add(person)
    found = sheet(sent, at(16))
    assert [row.faults for row in found.rows] == ([(fault,)] if fault else [])


def test_the_last_message_is_the_latest_that_went_out_to_anybody_there(sent: Any) -> None:
    told(sent, "SNV", at(13), NoticeState.SENT, step="truoc-5")
    told(sent, "SNV", at(19), NoticeState.SENT, step="truoc-1")
    row = next(row for row in sheet(sent, at(23)).rows if row.agency == "Sở Nội vụ")
    assert row.last_told == "07:30 ngày 19/3/2026"


def test_overdue_assignments_are_on_it_without_a_report_being_late(sent: Any) -> None:
    for agency in ("SNV", "STC", "SKHCN", "3127"):
        move(sent, agency, RequestState.COMPLETE)
    assert sheet(sent, at(31)).rows == ()
    found = sheet(sent, at(1, month=4))
    assert found.rows
    assert all(row.owed[0].endswith("hạn 31/3/2026, quá hạn 01 ngày làm việc") for row in found.rows)
    assert "- Nhiệm vụ quá hạn, chưa báo cáo hoàn thành" in found.zalo_text
    with sent.store.writing() as session:
        session.execute(sa.update(Assignment).values(withheld=True))
    assert sheet(sent, at(1, month=4)).rows == ()


def test_a_paused_cycle_is_left_out_and_said_to_be(sent: Any) -> None:
    with sent.store.writing() as session:
        cycle = sent.cycle(session)
        cycle.paused_at, cycle.paused_why = at(20), "chờ số liệu của Bộ"
        session.add(cycle)
    found = sheet(sent, at(24))
    assert found.rows == ()
    (note,) = found.notes
    assert note.startswith(
        "Báo cáo Quý I/2026 thực hiện Nghị quyết số 57-NQ/TW: đang tạm dừng nhắc từ ngày 20/3/2026"
    )
    assert note.endswith("(chờ số liệu của Bộ), không nêu trong danh sách này.")


def test_a_closed_cycle_is_over(sent: Any) -> None:
    with sent.store.writing() as session:
        session.execute(sa.update(Cycle).values(state="closed"))
    assert sheet(sent, at(24)).rows == ()


@pytest.mark.parametrize(
    ("period", "kind", "said"),
    [
        ("2026-Q1", "quarter", "Báo cáo Quý I/2026"),
        ("2026-H1", "half", "Báo cáo 6 tháng đầu năm 2026"),
        ("2026", "year", "Báo cáo năm 2026"),
        ("ra-soat", "adhoc", "Báo cáo rà soát"),
    ],
)
def test_a_list_calls_a_cycle_by_its_period(period: str, kind: str, said: str) -> None:
    cycle: Any = Cycle.model_construct(period=period, period_kind=PeriodKind(kind), name="Báo cáo rà soát")
    assert cycle_in_short(cycle) == said


def test_the_number_of_queries_does_not_grow_with_the_agencies(released: Any) -> None:
    asked: list[str] = []

    def count(*args: Any) -> None:
        asked.append(args[2])

    def queries() -> int:
        asked.clear()
        sheet(released, at(24))
        return len(asked)

    sa.event.listen(released.store.engine, "before_cursor_execute", count)
    released.mark_sent(SENT, "SNV")
    one = queries()
    released.mark_sent(SENT)
    promise(released, "SNV", date(2026, 3, 30), at(12))
    assert len(sheet(released, at(24)).rows) > 50
    assert queries() == one
    assert released.count(Acknowledgement, col(Acknowledgement.id).is_not(None)) == 1
