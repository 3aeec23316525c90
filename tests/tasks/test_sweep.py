"""The sweep: what should be open, said or closed by now is done once, however often and however late it runs."""

from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest

from models.codes import CycleState, NoticeState, PersonRole, RequestState
from models.cycle import Cycle, DueChange, Request
from models.history import Audit, StateChange
from models.notice import Notice
from models.rules.policy import Regime
from models.time import VIETNAM, local_day
from tasks.office import Office
from tasks.steps import dispatch_step, one_after_another, sweep_step
from tasks.sweep import cycle_ids, missed_openings, plan_notices

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
    assert imported.count(Notice) == 0


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


def lines(province: Any) -> list[tuple[str, str]]:
    return [(notice.step, notice.state.value) for notice in province.all(Notice)]


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


def test_every_step_of_the_policy_is_said_once_when_all_goes_well(sent: Any) -> None:
    for day in range(4, 31):
        for hour in (8, 9, 15):
            planned(sent, at(day, hour))
    said = [step for step, state in lines(sent) if state == "due"]
    assert {step: said.count(step) for step in set(said)} == {
        "truoc-5": 4,
        "truoc-1": 4,
        "sau-1": 4,
        "sau-1-thu-truong": 4,
    }


def test_a_week_off_across_the_deadline_leaves_no_backlog(sent_both: Any) -> None:
    """Nothing ran from 11/3 to 24/3: only the latest step goes out, the others are recorded as passed."""
    assert planned(sent_both, at(24)) == (8, 8)
    assert sorted(set(lines(sent_both))) == [
        ("sau-1", "due"),
        ("sau-1-thu-truong", "due"),
        ("truoc-1", "superseded"),
        ("truoc-5", "superseded"),
    ]
    assert {n.why for n in sent_both.all(Notice) if n.state == NoticeState.SUPERSEDED} == {
        "đã qua thời điểm nhắc"
    }
    assert planned(sent_both, at(24, 9)) == (0, 0)
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
        (1, "truoc-1", "due"),
        (1, "truoc-5", "superseded"),
        (2, "truoc-1", "due"),
        (2, "truoc-5", "superseded"),
    ]


def test_a_step_without_a_recipient_is_said(sent: Any) -> None:
    from sqlmodel import select

    from models.directory import Agency, Person

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
    assert len([1 for _, state in lines(sent_both) if state == "due"]) == 4 + 4 + 4


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
    assert (auto.count(Request), auto.count(Notice)) == (60, 60)
    assert [c.after for c in auto.all(StateChange)] == ["released", "closed"]


def test_dispatch_of_a_draft_is_refused_in_words(imported: Any) -> None:
    from tasks.cycles import CycleFault

    sweep(imported, at(3))
    with pytest.raises(CycleFault, match="còn là dự thảo"):
        dispatch_step(imported.office, CYCLE, at(3), one_after_another)
