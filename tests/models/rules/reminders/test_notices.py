"""Who is reminded when: tables of days, as a secretariat would read them off its calendar.

The request of these tables is due on Friday 20/3/2026. Its steps: the officer 5, 3 and 1 working days before
(13/3, 17/3, 19/3) and 1 after (23/3); officer and head 3 after (25/3); the secretariat 5 after (27/3).
"""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from models.codes import CycleState, NoticeState, PersonRole, RequestState
from models.rules.reminders.notices import (
    BY_HAND,
    PLAN_CHANGED,
    WAITS_FOR_RELEASE,
    RequestFacts,
    hold_until,
    new_standings,
    promise_sentence,
    standing_now,
    state_sentence,
    time_left,
    why_left_alone,
)
from models.rules.reminders.step_plan import (
    ASKED_LATER,
    NOT_YET,
    POLICY_CHANGED,
    TIME_HAS_PASSED,
    StepPlan,
    coming,
)
from models.rules.workdays import DaysOffFile, WorkCalendar, work_calendar
from models.time import VIETNAM

OFFICER, HEAD, SECRETARIAT = PersonRole.OFFICER, PersonRole.HEAD, PersonRole.SECRETARIAT

STEPS = (
    StepPlan("truoc-5", "before", 5, (OFFICER,), "reminder"),
    StepPlan("truoc-3", "before", 3, (OFFICER,), "reminder"),
    StepPlan("truoc-1", "before", 1, (OFFICER,), "reminder"),
    StepPlan("qua-1", "after", 1, (OFFICER,), "reminder"),
    StepPlan("qua-3", "after", 3, (OFFICER, HEAD), "escalation"),
    StepPlan("qua-5", "after", 5, (SECRETARIAT,), "escalation"),
)

SENT = RequestFacts(
    request_id=12,
    plan_no=1,
    state=RequestState.SENT,
    due=date(2026, 3, 20),
    sent_at=datetime(2026, 3, 5, 9, 0, tzinfo=VIETNAM),
    cycle_state=CycleState.RELEASED,
)


@pytest.fixture(scope="module")
def calendar() -> WorkCalendar:
    return work_calendar(DaysOffFile(confirmed_years=[2026], cultural_day_24_11=False), (2025, 2026, 2027))


def at(text: str) -> datetime:
    """A local instant: "13/3 08:00" of 2026."""
    return datetime.strptime(f"2026/{text}", "%Y/%d/%m %H:%M").replace(tzinfo=VIETNAM)


def done(*steps: str, role: PersonRole = OFFICER) -> frozenset[tuple[PersonRole, str]]:
    return frozenset((role, step) for step in steps)


def due(facts: RequestFacts, calendar: WorkCalendar, now: str) -> list[tuple[str, PersonRole]]:
    return [
        (found.step.code, found.role)
        for found in new_standings(facts, STEPS, calendar, at(now))
        if found.standing.state is NoticeState.DUE
    ]


def stale(facts: RequestFacts, calendar: WorkCalendar, now: str) -> list[tuple[str, PersonRole, str]]:
    return [
        (found.step.code, found.role, found.standing.why)
        for found in new_standings(facts, STEPS, calendar, at(now))
        if found.standing.state is NoticeState.SUPERSEDED
    ]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("12/3 23:59", []),
        ("13/3 00:00", [("truoc-5", OFFICER)]),
        ("16/3 10:00", [("truoc-5", OFFICER)]),
        ("17/3 08:00", [("truoc-3", OFFICER)]),
        ("19/3 08:00", [("truoc-1", OFFICER)]),
        ("20/3 23:59", [("truoc-1", OFFICER)]),
        ("21/3 00:00", []),
        ("22/3 12:00", []),
        ("23/3 00:00", [("qua-1", OFFICER)]),
        ("24/3 08:00", [("qua-1", OFFICER)]),
        ("25/3 08:00", [("qua-3", OFFICER), ("qua-3", HEAD)]),
        ("27/3 08:00", [("qua-3", OFFICER), ("qua-3", HEAD), ("qua-5", SECRETARIAT)]),
    ],
)
def test_a_request_nobody_was_reminded_of(
    calendar: WorkCalendar, now: str, expected: list[tuple[str, PersonRole]]
) -> None:
    assert due(SENT, calendar, now) == expected


def test_what_is_done_is_not_due_again_whenever_it_is_asked(calendar: WorkCalendar) -> None:
    facts = replace(SENT, done_steps=done("truoc-5"))
    assert due(facts, calendar, "13/3 08:00") == []
    assert due(facts, calendar, "16/3 23:00") == []
    assert due(facts, calendar, "17/3 00:00") == [("truoc-3", OFFICER)]


def test_after_a_week_down_only_the_latest_step_of_each_role_goes_out(calendar: WorkCalendar) -> None:
    facts = replace(SENT, done_steps=done("truoc-5"))
    assert due(facts, calendar, "25/3 08:00") == [("qua-3", OFFICER), ("qua-3", HEAD)]
    assert stale(facts, calendar, "25/3 08:00") == [
        ("truoc-3", OFFICER, TIME_HAS_PASSED),
        ("truoc-1", OFFICER, TIME_HAS_PASSED),
        ("qua-1", OFFICER, TIME_HAS_PASSED),
    ]


def test_what_is_recorded_as_superseded_is_not_found_again(calendar: WorkCalendar) -> None:
    facts = replace(SENT, done_steps=done("truoc-5", "truoc-3", "truoc-1", "qua-1", "qua-3"))
    assert stale(facts, calendar, "25/3 08:00") == []
    assert due(facts, calendar, "25/3 08:00") == [("qua-3", HEAD)]


def test_an_earlier_step_is_not_sent_when_the_later_one_has_gone_out(calendar: WorkCalendar) -> None:
    facts = replace(SENT, done_steps=done("truoc-3"))
    assert due(facts, calendar, "17/3 08:00") == []
    assert stale(facts, calendar, "17/3 08:00") == [("truoc-5", OFFICER, TIME_HAS_PASSED)]


def test_before_steps_never_go_out_once_the_due_date_has_ended(calendar: WorkCalendar) -> None:
    assert due(SENT, calendar, "21/3 08:00") == []
    assert [code for code, _, _ in stale(SENT, calendar, "21/3 08:00")] == ["truoc-5", "truoc-3", "truoc-1"]


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        pytest.param(
            replace(SENT, state=RequestState.COMPLETE), "đã nhận báo cáo đạt yêu cầu", id="complete"
        ),
        pytest.param(replace(SENT, state=RequestState.EXEMPT), "không yêu cầu báo cáo kỳ này", id="exempt"),
        pytest.param(
            replace(SENT, state=RequestState.PLANNED, sent_at=None), "chưa gửi yêu cầu", id="planned"
        ),
        pytest.param(replace(SENT, sent_at=None), "chưa gửi yêu cầu", id="never dispatched"),
        pytest.param(
            replace(SENT, cycle_state=CycleState.DRAFT),
            "kỳ báo cáo: dự thảo, chưa phát hành",
            id="draft cycle",
        ),
        pytest.param(
            replace(SENT, cycle_state=CycleState.CLOSED), "kỳ báo cáo: đã đóng kỳ", id="closed cycle"
        ),
    ],
)
def test_who_is_never_chased(calendar: WorkCalendar, facts: RequestFacts, why: str) -> None:
    assert why_left_alone(facts) == why
    for now in ("13/3 08:00", "19/3 08:00", "27/3 08:00"):
        assert due(facts, calendar, now) == []
        assert stale(facts, calendar, now) == []
    standing = standing_now(facts, 1, "truoc-1", OFFICER, STEPS, calendar, at("19/3 08:00"))
    assert (standing.state, standing.why) == (NoticeState.SUPERSEDED, why)


def test_a_faulty_report_is_chased_in_its_own_words(calendar: WorkCalendar) -> None:
    facts = replace(SENT, state=RequestState.INCOMPLETE)
    assert due(facts, calendar, "19/3 08:00") == due(SENT, calendar, "19/3 08:00") == [("truoc-1", OFFICER)]
    assert state_sentence(RequestState.SENT) == "Chưa nhận được báo cáo."
    assert state_sentence(RequestState.INCOMPLETE) == (
        "Đã nhận báo cáo; còn nội dung phải hoàn thiện, chưa nhận được bản hoàn thiện."
    )


def test_an_extension_starts_the_steps_afresh(calendar: WorkCalendar) -> None:
    """Extended on 20/3 to 31/3: new steps on 24/3 (5 days before), 26/3, 30/3; the old plan's are gone."""
    facts = replace(SENT, plan_no=2, due=date(2026, 3, 31), began_at=at("20/3 15:00"))
    assert due(facts, calendar, "23/3 08:00") == []
    assert due(facts, calendar, "24/3 08:00") == [("truoc-5", OFFICER)]
    assert due(facts, calendar, "30/3 08:00") == [("truoc-1", OFFICER)]


@pytest.mark.parametrize("now", ["18/3 10:00", "18/3 17:00"])
def test_a_late_dispatch_is_not_followed_by_a_reminder_on_its_own_day(
    calendar: WorkCalendar, now: str
) -> None:
    facts = replace(SENT, sent_at=at("18/3 09:00"))
    assert due(facts, calendar, now) == []
    assert stale(facts, calendar, now) == [
        ("truoc-5", OFFICER, ASKED_LATER),
        ("truoc-3", OFFICER, ASKED_LATER),
    ]
    assert due(facts, calendar, "19/3 08:00") == [("truoc-1", OFFICER)]


def test_a_report_returned_after_the_deadline_gets_its_days_to_mend(calendar: WorkCalendar) -> None:
    """Returned on 27/3: one working day after is 30/3, three are 01/4; not everything at once on 27/3."""
    facts = replace(SENT, plan_no=2, state=RequestState.INCOMPLETE, began_at=at("27/3 10:00"))
    assert due(facts, calendar, "27/3 11:00") == []
    assert due(facts, calendar, "30/3 08:00") == [("qua-1", OFFICER)]
    assert due(facts, calendar, "1/4 08:00") == [("qua-3", OFFICER), ("qua-3", HEAD)]


def test_holidays_are_not_working_days(calendar: WorkCalendar) -> None:
    """Due on 04/5/2026, a Monday: 30/4 and 01/5 are holidays, so one working day before is Wednesday 29/4."""
    facts = replace(SENT, due=date(2026, 5, 4))
    assert due(facts, calendar, "28/4 23:59") == [("truoc-3", OFFICER)]
    assert due(facts, calendar, "29/4 00:00") == [("truoc-1", OFFICER)]


def test_of_two_steps_on_one_day_the_later_in_the_policy_is_taken(calendar: WorkCalendar) -> None:
    steps = (
        StepPlan("nhe", "after", 1, (OFFICER,), "reminder"),
        StepPlan("nang", "after", 1, (OFFICER,), "escalation"),
    )
    found = new_standings(SENT, steps, calendar, at("23/3 08:00"))
    assert [(one.step.code, one.standing.state.value) for one in found] == [
        ("nhe", "superseded"),
        ("nang", "due"),
    ]


@pytest.mark.parametrize(
    ("plan_no", "step", "role", "now", "why"),
    [
        pytest.param(1, "truoc-1", OFFICER, "20/3 16:00", "", id="still due"),
        pytest.param(1, "truoc-1", OFFICER, "21/3 07:00", TIME_HAS_PASSED, id="the due date has ended"),
        pytest.param(1, "truoc-3", OFFICER, "19/3 07:00", TIME_HAS_PASSED, id="a later step is due"),
        pytest.param(2, "truoc-1", OFFICER, "19/3 07:00", PLAN_CHANGED, id="another plan"),
        pytest.param(1, "bo-roi", OFFICER, "19/3 07:00", POLICY_CHANGED, id="no such step"),
        pytest.param(1, "qua-5", PersonRole.LEADERSHIP, "30/3 07:00", POLICY_CHANGED, id="not for this role"),
        pytest.param(1, "qua-3", HEAD, "30/3 07:00", "", id="the head's only step stays due"),
    ],
)
def test_asked_again_at_the_moment_of_sending(
    calendar: WorkCalendar, plan_no: int, step: str, role: PersonRole, now: str, why: str
) -> None:
    """Whether the notice itself is on record makes no difference: it is asked about, not made."""
    facts = replace(SENT, done_steps=done("truoc-1", "truoc-3") | done("qua-3", role=HEAD))
    assert standing_now(facts, plan_no, step, role, STEPS, calendar, at(now)).why == why


HOLDING = (
    StepPlan("truoc-5", "before", 5, (OFFICER,), "reminder", held_by_promise=True),
    StepPlan("truoc-1", "before", 1, (OFFICER,), "reminder", held_by_promise=True),
    StepPlan("qua-1", "after", 1, (OFFICER,), "reminder"),
    StepPlan("qua-2", "after", 2, (OFFICER,), "reminder", held_by_promise=True),
    StepPlan("qua-3", "after", 3, (HEAD,), "escalation", by_person=True),
)
PROMISED = "đã hẹn nộp ngày 18/3/2026"
PAUSED = "tạm dừng nhắc: Bão số 3"


@pytest.mark.parametrize(
    ("changed", "step", "role", "now", "expected"),
    [
        pytest.param({}, "truoc-5", OFFICER, "13/3 08:00", ("due", ""), id="no promise"),
        pytest.param(
            {"promised": "18/3"}, "truoc-5", OFFICER, "13/3 08:00", ("held", PROMISED), id="promised"
        ),
        pytest.param(
            {"promised": "18/3"}, "truoc-5", OFFICER, "18/3 23:59", ("held", PROMISED), id="its last day"
        ),
        pytest.param(
            {"promised": "18/3"},
            "truoc-5",
            OFFICER,
            "19/3 00:00",
            ("superseded", TIME_HAS_PASSED),
            id="held and overtaken",
        ),
        pytest.param(
            {"promised": "18/3"}, "truoc-1", OFFICER, "19/3 00:00", ("due", ""), id="the promise is broken"
        ),
        pytest.param(
            {"promised": "31/3"}, "qua-1", OFFICER, "23/3 08:00", ("due", ""), id="escalation is not held"
        ),
        pytest.param(
            {"promised": "31/3"},
            "qua-2",
            OFFICER,
            "24/3 08:00",
            ("held", "đã hẹn nộp ngày 31/3/2026"),
            id="unless its step says so",
        ),
        pytest.param(
            {"promised": "31/3"},
            "truoc-1",
            OFFICER,
            "21/3 08:00",
            ("superseded", TIME_HAS_PASSED),
            id="held past the deadline",
        ),
        pytest.param({}, "qua-3", HEAD, "25/3 08:00", ("held", WAITS_FOR_RELEASE), id="waits for a person"),
        pytest.param({}, "qua-1", OFFICER, "20/3 08:00", ("held", NOT_YET), id="the clock was put back"),
        pytest.param({"paused": "Bão số 3"}, "qua-3", HEAD, "25/3 08:00", ("held", PAUSED), id="paused"),
        pytest.param(
            {"paused": "Bão số 3", "promised": "18/3"},
            "truoc-5",
            OFFICER,
            "13/3 08:00",
            ("held", PAUSED),
            id="paused and promised",
        ),
        pytest.param(
            {"paused": "Bão số 3", "state": RequestState.COMPLETE},
            "truoc-5",
            OFFICER,
            "13/3 08:00",
            ("superseded", "đã nhận báo cáo đạt yêu cầu"),
            id="done while paused",
        ),
        pytest.param(
            {"paused": "Bão số 3", "promised": "31/3"},
            f"{BY_HAND}1",
            OFFICER,
            "13/3 08:00",
            ("due", ""),
            id="a person sends it",
        ),
        pytest.param(
            {"state": RequestState.EXEMPT},
            f"{BY_HAND}1",
            OFFICER,
            "13/3 08:00",
            ("superseded", "không yêu cầu báo cáo kỳ này"),
            id="a person sends it, but it is answered",
        ),
    ],
)
def test_what_holds_a_step_back(
    calendar: WorkCalendar,
    changed: dict[str, Any],
    step: str,
    role: PersonRole,
    now: str,
    expected: tuple[str, str],
) -> None:
    if "promised" in changed:
        changed = {**changed, "promised": at(f"{changed['promised']} 00:00").date()}
    facts = replace(SENT, **changed)
    standing = standing_now(facts, 1, step, role, HOLDING, calendar, at(now))
    assert (standing.state.value, standing.why) == expected


def test_what_a_person_has_let_go_waits_for_nobody_again(calendar: WorkCalendar) -> None:
    standing = standing_now(SENT, 1, "qua-3", HEAD, HOLDING, calendar, at("25/3 08:00"))
    assert standing.of(NoticeState.DUE).state is NoticeState.DUE
    assert standing.of(NoticeState.HELD) == standing
    paused = standing_now(replace(SENT, paused="Bão"), 1, "qua-3", HEAD, HOLDING, calendar, at("25/3 08:00"))
    assert paused.of(NoticeState.DUE).state is NoticeState.HELD


def test_what_is_still_to_come(calendar: WorkCalendar) -> None:
    ahead = coming(SENT.due, date(2026, 3, 5), STEPS, calendar, at("17/3 08:00"))
    assert [(day, step.code) for day, step in ahead] == [
        (date(2026, 3, 19), "truoc-1"),
        (date(2026, 3, 23), "qua-1"),
        (date(2026, 3, 25), "qua-3"),
        (date(2026, 3, 27), "qua-5"),
    ]


@pytest.mark.parametrize(
    ("promised", "now", "words"),
    [
        (None, "19/3 08:00", ""),
        (date(2026, 3, 18), "18/3 23:59", ""),
        (
            date(2026, 3, 18),
            "19/3 00:00",
            "Cơ quan, đơn vị đã hẹn nộp ngày 18/3/2026; đã qua ngày hẹn.",
        ),
    ],
)
def test_a_broken_promise_is_said(promised: date | None, now: str, words: str) -> None:
    assert promise_sentence(promised, at(now)) == words


@pytest.mark.parametrize(("when", "days"), [("before", -1), ("after", 0)])
def test_a_step_that_cannot_be(when: str, days: int) -> None:
    with pytest.raises(ValueError, match="số ngày làm việc phải từ"):
        StepPlan("sai", when, days, (OFFICER,), "reminder")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("now", "urgent", "expected"),
    [
        pytest.param("19/3 09:15", False, "19/3 09:15", id="a working day"),
        pytest.param("19/3 00:05", False, "19/3 07:30", id="before the office opens"),
        pytest.param("19/3 17:59", False, "19/3 17:59", id="the last minute"),
        pytest.param("19/3 18:00", False, "20/3 07:30", id="the evening"),
        pytest.param("20/3 20:00", False, "23/3 07:30", id="Friday evening"),
        pytest.param("21/3 10:00", False, "23/3 07:30", id="Saturday"),
        pytest.param("30/4 10:00", False, "4/5 07:30", id="a holiday before a weekend"),
        pytest.param("21/3 10:00", True, "21/3 10:00", id="urgent"),
    ],
)
def test_quiet_days(calendar: WorkCalendar, now: str, urgent: bool, expected: str) -> None:
    assert hold_until(at(now), calendar, urgent) == at(expected)


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("5/3 08:00", "còn 11 ngày làm việc"),
        ("17/3 08:00", "còn 03 ngày làm việc"),
        ("20/3 23:59", "hết hạn trong hôm nay"),
        ("21/3 08:00", "quá hạn 01 ngày"),
        ("24/3 08:00", "quá hạn 02 ngày làm việc"),
    ],
)
def test_how_far_the_deadline_is(calendar: WorkCalendar, now: str, words: str) -> None:
    assert time_left(SENT.due, calendar, at(now)) == words


def test_what_is_years_late_is_told_in_plain_days(calendar: WorkCalendar) -> None:
    assert time_left(date(2019, 3, 20), calendar, at("20/3 08:00")) == "quá hạn 2557 ngày"
