"""The sweep: what should be open, said or closed by now is done once, however often and however late it runs."""

from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from models.codes import Channel, CycleState, MessageState, NoticeState, PersonRole, RequestState
from models.cycle import Cycle, DueChange, Request
from models.directory import Agency, Person
from models.history import Audit, StateChange
from models.notice import Message, Notice
from models.rules.policy import Regime
from models.rules.reminders.step_plan import StepPlan
from models.time import VIETNAM, local_day
from tasks.cycle.agency_acts import acknowledge
from tasks.cycle.dispatch import prepare_batch
from tasks.cycle.request_acts import extend_request
from tasks.office import Office
from tasks.reminders.planned_lines import channels_for
from tasks.reminders.replan import give_up_overtaken
from tasks.reminders.sweep import cycle_ids, missed_openings, plan_notices, unsaid
from tasks.steps import dispatch_step, one_after_another, sweep_step

CYCLE = "bcd-quy-2026-Q1"


def at(day: int, hour: int = 8, month: int = 3, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=VIETNAM).astimezone(UTC)


def sweep(province: Any, now: datetime) -> str:
    return sweep_step(province.office, now, one_after_another).sentence


def codes(province: Any) -> list[tuple[str, str]]:
    return [(cycle.code, cycle.state.value) for cycle in province.all(Cycle)]


def with_regimes(province: Any, *regimes: Regime) -> Any:
    """The same office, with these regimes in its folder."""
    office = Office(settings=province.office.settings, store=province.office.store)
    office.__dict__["profile"] = office.profile.model_copy(update={"regimes": list(regimes)})
    return type(province)(office, province.open_again)


def regime(province: Any, **changed: Any) -> Regime:
    """The quarterly regime, changed."""
    found: Regime = province.office.profile.regime("bcd-quy")
    return found.model_copy(update=changed)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(date(2026, 2, 27), [], id="the day before"),
        pytest.param(date(2026, 3, 2), ["bcd-quy 2026-Q1"], id="the day: 10 working days before 14/3"),
        pytest.param(date(2026, 3, 25), ["bcd-quy 2026-Q1"], id="late, the province's due day"),
        pytest.param(date(2026, 3, 26), [], id="too late"),
        pytest.param(date(2026, 6, 10), ["bcd-6-thang 2026-H1"], id="6 months answer quarter II"),
        pytest.param(date(2026, 9, 10), ["bcd-quy 2026-Q3"], id="quarter III"),
        pytest.param(date(2026, 12, 10), ["bcd-nam 2026"], id="the year answers 6 months and quarter IV"),
        pytest.param(date(2027, 1, 4), [], id="January: the calendar-year preset is not active"),
    ],
)
def test_what_should_be_open(imported: Any, day: date, expected: list[str]) -> None:
    with imported.store.reading() as session:
        missed = missed_openings(session, imported.office.profile.regimes, imported.office.calendar(day), day)
    assert [f"{found.code} {period.code}" for found, period in missed] == expected


def test_every_cycle_of_a_year_is_opened_once_as_a_draft(imported: Any) -> None:
    day = at(1, month=1)
    while day < at(31, month=12):
        sweep(imported, day)
        day += timedelta(days=5)
    assert codes(imported) == [
        ("bcd-quy-2026-Q1", "draft"),
        ("bcd-6-thang-2026-H1", "draft"),
        ("bcd-quy-2026-Q3", "draft"),
        ("bcd-nam-2026", "draft"),
    ]
    assert {act.actor for act in imported.all(Audit) if act.act == "mo-ky"} == {"dondoc"}
    assert imported.count(Request) == 0
    assert imported.count(Notice, OF_CYCLES) == 0


def test_two_regimes_are_opened_side_by_side(imported: Any) -> None:
    """The committee and a second body ask for the same quarter; nobody's report answers the other's."""
    other = regime(imported, code="ubnd-quy", name="Báo cáo quý của UBND", answers={})
    two = with_regimes(imported, regime(imported), other)
    sweep(two, at(3))
    assert codes(two) == [("bcd-quy-2026-Q1", "draft"), ("ubnd-quy-2026-Q1", "draft")]


def test_a_regime_that_cannot_be_opened_stops_no_other(imported: Any) -> None:
    broken = regime(imported, code="hong-1", registers=["NQ71"])
    contrary = regime(imported, code="hong-2")
    contrary = contrary.model_copy(update={"agency_due": contrary.agency_due.model_copy(update={"day": 31})})
    three = with_regimes(imported, broken, contrary, regime(imported))
    said = sweep(three, at(3))
    assert codes(three) == [("bcd-quy-2026-Q1", "draft")]
    assert "Mở 1 kỳ" in said
    assert "Chưa mở được kỳ 2026-Q1 của hong-1:" in said
    assert "Chưa mở được kỳ 2026-Q1 của hong-2:" in said


def test_an_automatic_regime_is_released_and_its_forms_written(imported: Any) -> None:
    auto = with_regimes(imported, regime(imported, release="auto"))
    sweep(auto, at(3))
    assert codes(auto) == [(CYCLE, "released")]
    assert auto.count(Request) == 60
    assert auto.count(Notice, Notice.step == "yeu-cau") == 60
    acts = auto.count(Audit)
    sweep(auto, at(3, 9))
    assert (auto.count(Audit), auto.count(Notice)) == (acts, 60)


def test_an_automatic_release_that_died_is_taken_up(imported: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    auto = with_regimes(imported, regime(imported, release="auto"))

    def dies(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    for where in ("release_step", "dispatch_step"):
        with monkeypatch.context() as patched:
            patched.setattr(f"tasks.steps.{where}", dies)
            with pytest.raises(KeyboardInterrupt):
                sweep(auto, at(3))
    sweep(auto, at(4))
    assert codes(auto) == [(CYCLE, "released")]
    assert auto.count(Notice, Notice.step == "yeu-cau") == 60


def planned(province: Any, now: datetime, store: Any = None) -> tuple[int, int]:
    """What one look at the cycles brings: new lines, lines recorded as skipped."""
    store = store or province.store
    with store.reading() as session:
        ids = cycle_ids(session)
    looks = [plan_notices(store, i, province.office.calendar(local_day(now)), now) for i in ids]
    return sum(look.new for look in looks), sum(look.skipped for look in looks)


OF_CYCLES = col(Notice.subject).like("request:%") | col(Notice.subject).like("cycle:%")
"""Notices of cycles: a sweep puts others down, too (test_assignment_sweep)."""


def lines(province: Any) -> list[tuple[str, str]]:
    return [(notice.step, notice.state.value) for notice in province.all(Notice, OF_CYCLES)]


@pytest.fixture
def sent(few: Any) -> Any:
    few.mark_sent(at(4, 10))
    return few


@pytest.fixture
def sent_both(few_both: Any) -> Any:
    few_both.mark_sent(at(4, 10))
    return few_both


@pytest.mark.parametrize(
    ("day", "step"),
    [
        (12, ""),
        (13, "truoc-5"),
        (18, "truoc-5"),
        (19, "truoc-1"),
        (20, "truoc-1"),
    ],
)
def test_the_step_reached_is_said_once_to_each_officer(sent: Any, day: int, step: str) -> None:
    new, _ = planned(sent, at(day))
    assert new == (4 if step else 0)
    assert planned(sent, at(day, 9)) == (0, 0)
    assert {s for s, state in lines(sent) if state == "due"} == ({step} if step else set())


def test_every_step_of_the_policy_is_put_down_once_when_all_goes_well(sent: Any) -> None:
    for day in range(4, 31):
        for hour in (8, 9, 15):
            planned(sent, at(day, hour))
    put = [step for step, _ in lines(sent)]
    assert {step: put.count(step) for step in set(put)} == {
        "truoc-5": 4,
        "truoc-1": 4,
        "sau-1": 4,
        "sau-2-thu-truong": 4,
        "sau-3-lanh-dao": 1,
    }
    still_open = {(step, state) for step, state in lines(sent) if state != "superseded"}
    assert still_open == {("sau-1", "due"), ("sau-2-thu-truong", "due"), ("sau-3-lanh-dao", "held")}


def test_a_week_off_across_the_deadline_leaves_no_backlog(sent_both: Any) -> None:
    """Nothing ran from 11/3 to 24/3: only the latest step goes out, the others are recorded as passed."""
    assert planned(sent_both, at(24)) == (8, 8)
    assert sorted(set(lines(sent_both))) == [
        ("sau-1", "due"),
        ("sau-2-thu-truong", "due"),
        ("truoc-1", "superseded"),
        ("truoc-5", "superseded"),
    ]
    assert {n.why for n in sent_both.all(Notice) if n.state == NoticeState.SUPERSEDED} == {
        "đã qua thời điểm nhắc"
    }
    assert planned(sent_both, at(24, 9)) == (0, 0)
    assert planned(sent_both, at(25)) == (0, 0)  # the list for the leadership is held, not due
    assert planned(sent_both, at(27)) == (0, 0)


@pytest.mark.parametrize("state", [RequestState.COMPLETE, RequestState.EXEMPT, RequestState.PLANNED])
def test_who_is_done_or_was_never_asked_is_left_alone(sent: Any, state: RequestState) -> None:
    with sent.store.writing() as session:
        request = session.get_one(Request, sent.request_id("SNV"))
        request.state = state
    planned(sent, at(24))
    assert sent.count(Notice, Notice.request_id == sent.request_id("SNV")) == 0
    assert sent.count(Notice, Notice.state == NoticeState.DUE) == 6


def test_an_extension_starts_the_steps_afresh(sent: Any) -> None:
    planned(sent, at(19))
    with sent.store.writing() as session:
        request = session.get_one(Request, sent.request_id("SNV"))
        request.due, request.plan_no = date(2026, 3, 24), 2
        session.add(
            DueChange(
                request_id=request.id or 0,
                plan_no=2,
                due_written=request.due,
                due=request.due,
                reason="Công văn xin gia hạn",
                actor="Thư ký",
                at=at(19, 10),
            )
        )
    planned(sent, at(23))
    mine = [n for n in sent.all(Notice) if n.request_id == sent.request_id("SNV")]
    assert [(n.plan_no, n.step, n.state.value) for n in mine] == [
        (1, "truoc-5", "superseded"),
        (1, "truoc-1", "superseded"),
        (2, "truoc-5", "superseded"),
        (2, "truoc-1", "due"),
    ]


def states_of(province: Any, agency: str) -> list[tuple[str, str, str]]:
    request_id = province.request_id(agency)
    return [(n.step, n.state.value, n.why) for n in province.all(Notice) if n.request_id == request_id]


def changes_of(province: Any) -> list[tuple[str, str, str]]:
    return [(c.before, c.after, c.reason) for c in province.all(StateChange, StateChange.entity == "notice")]


def promise(province: Any, agency: str, day: int, now: datetime) -> None:
    with province.store.writing() as session:
        request = session.get_one(Request, province.request_id(agency))
        acknowledge(session, request, date(2026, 3, day), now)


def test_a_promise_holds_reminders_back_until_it_is_broken(sent_both: Any) -> None:
    promise(sent_both, "SNV", 18, at(9))
    planned(sent_both, at(13))
    assert states_of(sent_both, "SNV") == [("truoc-5", "held", "đã hẹn nộp ngày 18/3/2026")]
    assert states_of(sent_both, "STC") == [("truoc-5", "due", "")]
    planned(sent_both, at(18, 23))
    assert states_of(sent_both, "SNV") == [("truoc-5", "held", "đã hẹn nộp ngày 18/3/2026")]
    planned(sent_both, at(19, 0))
    assert states_of(sent_both, "SNV") == [
        ("truoc-5", "superseded", "đã qua thời điểm nhắc"),
        ("truoc-1", "due", ""),
    ]


def test_a_promise_that_comes_after_a_line_was_due_takes_it_back(sent_both: Any) -> None:
    planned(sent_both, at(13))
    promise(sent_both, "SNV", 16, at(13, 9))
    planned(sent_both, at(13, 10))
    planned(sent_both, at(13, 11))
    assert states_of(sent_both, "SNV") == [("truoc-5", "held", "đã hẹn nộp ngày 16/3/2026")]
    promise(sent_both, "SNV", 17, at(16, 9))
    planned(sent_both, at(16, 10))
    planned(sent_both, at(18))
    assert states_of(sent_both, "SNV") == [("truoc-5", "due", "")]
    assert changes_of(sent_both) == [
        ("due", "held", "đã hẹn nộp ngày 16/3/2026"),
        ("held", "held", "đã hẹn nộp ngày 17/3/2026"),
        ("held", "due", ""),
    ]


def test_escalation_is_not_held_by_a_promise(sent: Any) -> None:
    promise(sent, "SNV", 31, at(19))
    planned(sent, at(24))
    assert [(step, state) for step, state, _ in states_of(sent, "SNV") if state == "due"] == [
        ("sau-1", "due"),
        ("sau-2-thu-truong", "due"),
    ]


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (RequestState.COMPLETE, "đã nhận báo cáo đạt yêu cầu"),
        (RequestState.EXEMPT, "không yêu cầu báo cáo kỳ này"),
    ],
)
def test_what_is_settled_gives_up_its_open_lines_at_once(
    sent_both: Any, state: RequestState, why: str
) -> None:
    promise(sent_both, "SNV", 18, at(9))
    planned(sent_both, at(13))
    with sent_both.store.writing() as session:
        session.get_one(Request, sent_both.request_id("SNV")).state = state
        session.get_one(Request, sent_both.request_id("STC")).state = state
    planned(sent_both, at(13, 9))
    assert states_of(sent_both, "SNV") == [("truoc-5", "superseded", why)]
    assert states_of(sent_both, "STC") == [("truoc-5", "superseded", why)]
    assert states_of(sent_both, "SKHCN") == [("truoc-5", "due", "")]
    assert changes_of(sent_both) == [("held", "superseded", why), ("due", "superseded", why)]


def test_an_extension_gives_up_the_old_plan_s_lines_in_the_same_act(sent_both: Any) -> None:
    promise(sent_both, "SNV", 18, at(9))
    planned(sent_both, at(13))
    with sent_both.store.writing() as session:
        request = session.get_one(Request, sent_both.request_id("SNV"))
        extend_request(session, request, date(2026, 3, 25), reason="Công văn", actor="Thư ký", now=at(13, 9))
    assert states_of(sent_both, "SNV") == [("truoc-5", "superseded", "hạn báo cáo đã thay đổi")]
    assert changes_of(sent_both) == [("held", "superseded", "hạn báo cáo đã thay đổi")]


def test_a_settled_request_gives_up_its_reminders_and_nothing_else(few_both: Any) -> None:
    prepare_batch(few_both.store, [few_both.request_id("SNV")], few_both.office.key, at(4))
    few_both.mark_sent(at(4, 10))
    planned(few_both, at(13))
    with few_both.store.writing() as session:
        request = session.get_one(Request, few_both.request_id("SNV"))
        assert give_up_overtaken(session, [request], actor="Thư ký", now=at(13)) == 0
        request.state = RequestState.COMPLETE
        assert give_up_overtaken(session, [request], actor="Thư ký", now=at(13)) == 1
    assert states_of(few_both, "SNV") == [
        ("yeu-cau", "due", ""),
        ("truoc-5", "superseded", "đã nhận báo cáo đạt yêu cầu"),
    ]
    assert states_of(few_both, "STC") == [("truoc-5", "due", "")]


def test_a_closed_cycle_gives_up_what_was_open(sent: Any) -> None:
    planned(sent, at(25))
    assert ("sau-3-lanh-dao", "held") in lines(sent)
    sweep(sent, at(26, month=4))
    sweep(sent, at(27, month=4))
    assert {state for _, state in lines(sent)} == {"superseded"}
    with sent.store.reading() as session:
        assert sent.cycle(session).state == CycleState.CLOSED
        assert sent.cycle(session).id not in cycle_ids(session)


def test_the_leadership_gets_one_list_that_waits_for_a_person(sent_both: Any) -> None:
    planned(sent_both, at(25))
    (slip,) = sent_both.all(Notice, Notice.step == "sau-3-lanh-dao")
    with sent_both.store.reading() as session:
        assert slip.subject == f"cycle:{sent_both.cycle(session).id}"
        assert session.get_one(Person, slip.person_id).role == PersonRole.LEADERSHIP
    assert (slip.plan_no, slip.state, slip.why) == (20260325, NoticeState.HELD, "chờ thư ký duyệt gửi")
    with sent_both.store.writing() as session:
        for request in session.exec(select(Request)):
            request.state = RequestState.COMPLETE
    planned(sent_both, at(26))
    (slip,) = sent_both.all(Notice, Notice.step == "sau-3-lanh-dao")
    assert slip.state == NoticeState.SUPERSEDED
    assert slip.why.startswith("không còn cơ quan, đơn vị nào")


def test_who_becomes_overdue_later_makes_a_newer_list(sent: Any) -> None:
    with sent.store.writing() as session:
        extend_request(
            session,
            session.get_one(Request, sent.request_id("SNV")),
            date(2026, 3, 24),
            reason="Công văn xin gia hạn",
            actor="Thư ký",
            now=at(19),
        )
    planned(sent, at(25))
    planned(sent, at(27))
    found = sent.all(Notice, Notice.step == "sau-3-lanh-dao")
    assert [(n.plan_no, n.state.value, n.why) for n in found] == [
        (20260325, "superseded", "đã có phiếu báo cáo mới hơn"),
        (20260327, "held", "chờ thư ký duyệt gửi"),
    ]
    assert planned(sent, at(30)) == (0, 0)


def test_each_channel_that_reaches_a_person_gets_its_own_notice(sent: Any) -> None:
    with sent.store.writing() as session:
        cycle = sent.cycle(session)
        policy = {**cycle.policy, "steps": [dict(step) for step in cycle.policy["steps"]]}
        policy["steps"][0]["channels"] = ["zalo_bot", "email"]
        policy["steps"][1]["channels"] = ["zalo_bot"]
        cycle.policy = policy
        snv = session.exec(select(Agency).where(Agency.code == "SNV")).one()
        officer = session.exec(
            select(Person).where(Person.agency_id == snv.id, Person.role == PersonRole.OFFICER)
        ).one()
        officer.zalo_chat_id = "chat-1"
    planned(sent, at(13))
    planned(sent, at(19))
    by_agency = {
        code: [(n.step, n.channel.value) for n in sent.all(Notice) if n.request_id == sent.request_id(code)]
        for code in ("SNV", "STC")
    }
    assert by_agency == {
        "SNV": [("truoc-5", "zalo_bot"), ("truoc-5", "email"), ("truoc-1", "zalo_bot")],
        "STC": [("truoc-5", "email"), ("truoc-1", "email")],
    }


def test_a_channel_that_is_not_set_up_is_not_used(sent: Any) -> None:
    step = StepPlan("buoc", "before", 1, (PersonRole.OFFICER,), "reminder", channels=(Channel.ZALO_BOT,))
    person = Person(role=PersonRole.OFFICER, name="A", email="a@b.example", zalo_chat_id="chat-1")
    assert channels_for(person, step, [Channel.EMAIL]) == [Channel.EMAIL]
    assert channels_for(person, step, [Channel.ZALO_BOT]) == [Channel.ZALO_BOT]


def test_what_was_put_down_for_somebody_who_left_goes_to_who_came(sent: Any) -> None:
    planned(sent, at(13))
    with sent.store.writing() as session:
        snv = session.exec(select(Agency).where(Agency.code == "SNV")).one()
        session.exec(
            select(Person).where(Person.agency_id == snv.id, Person.role == PersonRole.OFFICER)
        ).one().active = False
        session.add(
            Person(agency_id=snv.id, role=PersonRole.OFFICER, name="Mới", email="moi@snv.dien-bien.example")
        )
    assert planned(sent, at(16)) == (1, 0)
    assert states_of(sent, "SNV") == [
        ("truoc-5", "superseded", "người nhận không còn trong danh bạ"),
        ("truoc-5", "due", ""),
    ]


def test_what_a_sender_is_trying_is_left_to_it(sent: Any) -> None:
    planned(sent, at(13))
    request_id = sent.request_id("SNV")
    with sent.store.writing() as session:
        notice = session.exec(select(Notice).where(Notice.request_id == request_id)).one()
        message = Message(
            channel=Channel.EMAIL,
            person_id=notice.person_id,
            message_id="<1@dien-bien.example>",
            template="digest",
            state=MessageState.SENDING,
            not_before=at(13),
            created_at=at(13),
        )
        session.add(message)
        session.flush()
        notice.message_id = message.id
        session.get_one(Request, request_id).state = RequestState.COMPLETE
    planned(sent, at(13, 9))
    assert states_of(sent, "SNV") == [("truoc-5", "due", "")]
    with sent.store.writing() as session:
        session.exec(select(Message).where(Message.template == "digest")).one().state = MessageState.READY
    planned(sent, at(13, 10))
    assert states_of(sent, "SNV") == [("truoc-5", "superseded", "đã nhận báo cáo đạt yêu cầu")]


def queries_of(province: Any, work: Any) -> int:
    said: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    sa.event.listen(province.store.engine, "before_cursor_execute", listen)
    try:
        work()
    finally:
        sa.event.remove(province.store.engine, "before_cursor_execute", listen)
    assert not [statement for statement in said if statement.startswith(("INSERT", "UPDATE"))]
    return len(said)


def test_a_sweep_with_nothing_due_asks_as_little_of_sixty_agencies_as_of_four(released: Any) -> None:
    counted = []
    for agencies in (("SNV", "STC", "SKHCN", "3127"), ()):  # first these four, then all
        released.mark_sent(at(4, 10), *agencies)
        planned(released, at(13))
        counted.append(queries_of(released, lambda: planned(released, at(13, 9))))
    assert released.count(Notice) == 60
    assert counted[0] == counted[1] < 20


def test_what_should_have_been_put_down_and_was_not_is_known(sent: Any) -> None:
    calendar = sent.office.calendar(date(2026, 3, 13))
    with sent.store.reading() as session:
        assert unsaid(session, calendar, at(12)) == []
        missing = unsaid(session, calendar, at(13))
        assert [label for _, label in missing] == ["Nhắc trước hạn 05 ngày làm việc"] * 4
    planned(sent, at(13))
    with sent.store.reading() as session:
        assert unsaid(session, calendar, at(16)) == []


def test_a_step_without_a_recipient_is_said(sent: Any) -> None:
    with sent.store.writing() as session:
        snv = session.exec(select(Agency).where(Agency.code == "SNV")).one()
        people = session.exec(
            select(Person).where(Person.agency_id == snv.id, Person.role == PersonRole.OFFICER)
        )
        for person in people:
            person.active = False
    assert "Không có người nhận: Cán bộ đầu mối SNV." in sweep(sent, at(13))


def test_a_cycle_is_closed_by_itself_when_its_time_is_over(sent: Any) -> None:
    sweep(sent, at(24, 23, month=4))
    assert codes(sent)[0] == (CYCLE, "released")
    sweep(sent, at(25, 0, month=4))
    sweep(sent, at(26, month=4))
    assert codes(sent)[0] == (CYCLE, "closed")
    (change,) = [c for c in sent.all(StateChange) if c.entity == "cycle" and c.after == CycleState.CLOSED]
    assert (change.before, change.actor) == ("released", "dondoc")
    assert planned(sent, at(26, month=4)) == (0, 0)


def test_a_report_that_lies_in_the_folder_since_before_the_end_still_counts(sent: Any) -> None:
    (sent.inbox / "snv.xlsx").write_bytes(sent.filled("SNV"))
    sweep(sent, at(30, month=4))
    assert codes(sent)[0] == (CYCLE, "closed")
    assert sent.request("SNV").state == RequestState.COMPLETE


def test_several_sweeps_at_once_say_and_do_everything_once(sent_both: Any) -> None:
    barrier = Barrier(3)
    results: list[Any] = []

    def run() -> None:
        office = Office(settings=sent_both.office.settings, store=sent_both.open_again())
        office.__dict__["profile"] = sent_both.office.profile
        barrier.wait()
        try:
            for now in (at(13), at(24)):
                sweep_step(office, now, one_after_another)
            results.append("done")
        except Exception as error:
            results.append(error)

    threads = [Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == ["done"] * 3
    keys = [(n.subject, n.plan_no, n.step, n.person_id) for n in sent_both.all(Notice)]
    assert len(keys) == len(set(keys))
    assert len([1 for _, state in lines(sent_both) if state == "due"]) == 4 + 4
    given_up = [
        c.entity_id
        for c in sent_both.all(StateChange, StateChange.entity == "notice")
        if c.after == NoticeState.SUPERSEDED
    ]
    assert len(given_up) == len(set(given_up))  # each once, whichever sweep was first


def test_several_sweeps_at_once_open_and_close_once(imported_both: Any) -> None:
    auto = with_regimes(imported_both, regime(imported_both, release="auto", steps=[]))
    barrier = Barrier(2)
    results: list[Any] = []

    def run() -> None:
        office = Office(settings=auto.office.settings, store=auto.open_again())
        office.__dict__["profile"] = auto.office.profile
        office.__dict__["key"] = auto.office.key
        for now in (at(3), at(30, month=4)):
            barrier.wait()
            try:
                sweep_step(office, now, one_after_another)
                results.append("done")
            except Exception as error:
                results.append(error)

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == ["done"] * 4
    assert codes(auto) == [(CYCLE, "closed")]
    assert (auto.count(Request), auto.count(Notice, OF_CYCLES)) == (60, 60)
    assert [c.after for c in auto.all(StateChange)] == ["released", "closed"]


def test_dispatch_of_a_draft_is_refused_in_words(imported: Any) -> None:
    from tasks.cycle.cycles import CycleFault

    sweep(imported, at(3))
    with pytest.raises(CycleFault, match="còn là dự thảo"):
        dispatch_step(imported.office, CYCLE, at(3), one_after_another)
