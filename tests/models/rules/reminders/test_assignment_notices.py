"""An assignment's own deadline: tables of days for one due on Tuesday 31/3/2026, known since January.

Ten working days before is 17/3, three are 26/3; one after is 01/4, five are 07/4.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from models.codes import PersonRole
from models.rules.reminders.assignment_notices import (
    COMPLETE,
    COMPLETED_BY_LEAD,
    DEADLINE_CHANGED,
    PROPOSAL_ACCEPTED,
    WITHHELD,
    AssignmentDuty,
    assignment_state,
    duty_standing_now,
    duty_standings,
    new_duty_standings,
    why_settled,
)
from models.rules.reminders.step_plan import (
    ASKED_LATER,
    NOT_YET,
    POLICY_CHANGED,
    TIME_HAS_PASSED,
    StepPlan,
    coming,
    none_reached_after,
)
from models.rules.workdays import DaysOffFile, WorkCalendar, work_calendar
from models.time import VIETNAM

OFFICER, HEAD = PersonRole.OFFICER, PersonRole.HEAD
STEPS = (
    StepPlan("nv-truoc-10", "before", 10, (OFFICER,), "reminder"),
    StepPlan("nv-truoc-3", "before", 3, (OFFICER,), "reminder"),
    StepPlan("nv-sau-1", "after", 1, (OFFICER,), "reminder"),
    StepPlan("nv-sau-5", "after", 5, (HEAD,), "escalation"),
)
DUTY = AssignmentDuty(
    assignment_id=12,
    agency_id=7,
    plan_no=1,
    due=date(2026, 3, 31),
    began_at=datetime(2026, 1, 5, 9, 0, tzinfo=VIETNAM),
)


@pytest.fixture(scope="module")
def calendar() -> WorkCalendar:
    return work_calendar(DaysOffFile(confirmed_years=[2026], cultural_day_24_11=False), (2025, 2026, 2027))


def at(text: str) -> datetime:
    return datetime.strptime(f"2026/{text}", "%Y/%d/%m %H:%M").replace(tzinfo=VIETNAM)


def stands(duty: AssignmentDuty, calendar: WorkCalendar, now: str) -> list[tuple[str, str, str]]:
    return [
        (found.step.code, found.role.value, found.standing.why or found.standing.state.value)
        for found in duty_standings(duty, STEPS, calendar, at(now))
    ]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("16/3 23:59", []),
        ("17/3 00:00", [("nv-truoc-10", "officer", "due")]),
        ("26/3 08:00", [("nv-truoc-10", "officer", TIME_HAS_PASSED), ("nv-truoc-3", "officer", "due")]),
        (
            "7/4 08:00",
            [
                ("nv-truoc-10", "officer", TIME_HAS_PASSED),
                ("nv-truoc-3", "officer", TIME_HAS_PASSED),
                ("nv-sau-1", "officer", "due"),
                ("nv-sau-5", "head", "due"),
            ],
        ),
    ],
)
def test_the_steps_of_a_deadline(
    calendar: WorkCalendar, now: str, expected: list[tuple[str, str, str]]
) -> None:
    assert stands(DUTY, calendar, now) == expected


def test_what_was_overdue_before_the_register_came_starts_with_its_coming(calendar: WorkCalendar) -> None:
    """Loaded on 2/4, two days after the deadline: chased the day after, the head a week later; no backlog."""
    late = replace(DUTY, began_at=at("2/4 09:00"))
    assert stands(late, calendar, "2/4 10:00") == [
        ("nv-truoc-10", "officer", ASKED_LATER),
        ("nv-truoc-3", "officer", ASKED_LATER),
    ]
    assert ("nv-sau-1", "officer", "due") in stands(late, calendar, "3/4 08:00")
    assert ("nv-sau-5", "head", "due") not in stands(late, calendar, "8/4 08:00")
    assert ("nv-sau-5", "head", "due") in stands(late, calendar, "9/4 08:00")


def test_what_is_done_is_not_put_down_again(calendar: WorkCalendar) -> None:
    done = replace(DUTY, done_steps=frozenset({(OFFICER, "nv-truoc-10")}))
    assert new_duty_standings(done, STEPS, calendar, at("17/3 08:00")) == ()
    assert [found.step.code for found in new_duty_standings(done, STEPS, calendar, at("26/3 08:00"))] == [
        "nv-truoc-3"
    ]


@pytest.mark.parametrize(
    ("changed", "plan_no", "step", "role", "expected"),
    [
        pytest.param({}, 1, "nv-sau-1", OFFICER, ("due", ""), id="due"),
        pytest.param({}, 1, "nv-truoc-3", OFFICER, ("superseded", TIME_HAS_PASSED), id="overtaken"),
        pytest.param({}, 1, "nv-sau-5", HEAD, ("held", NOT_YET), id="the clock was put back"),
        pytest.param({}, 1, "nv-bo", OFFICER, ("superseded", POLICY_CHANGED), id="no such step"),
        pytest.param({}, 1, "nv-sau-5", OFFICER, ("superseded", POLICY_CHANGED), id="not for this role"),
        pytest.param({"settled": COMPLETE}, 1, "nv-sau-1", OFFICER, ("superseded", COMPLETE), id="complete"),
        pytest.param({"plan_no": 2}, 1, "nv-sau-1", OFFICER, ("superseded", DEADLINE_CHANGED), id="moved"),
    ],
)
def test_what_becomes_of_a_notice(
    calendar: WorkCalendar,
    changed: dict[str, object],
    plan_no: int,
    step: str,
    role: PersonRole,
    expected: tuple[str, str],
) -> None:
    duty = replace(DUTY, **changed)  # type: ignore[arg-type]
    standing = duty_standing_now(duty, plan_no, step, role, STEPS, calendar, at("2/4 08:00"))
    assert (standing.state.value, standing.why) == expected


def test_a_deadline_years_away_or_years_past_stops_no_sweep(calendar: WorkCalendar) -> None:
    """The calendar knows last year and the next two; plans run to 2030, and what is long overdue is still owed."""
    ahead, long_past = replace(DUTY, due=date(2030, 12, 31)), replace(DUTY, due=date(2019, 12, 31))
    old = replace(long_past, began_at=datetime(2019, 1, 5, 9, 0, tzinfo=VIETNAM))
    assert stands(ahead, calendar, "1/4 08:00") == []
    assert duty_standing_now(ahead, 1, "nv-truoc-3", OFFICER, STEPS, calendar, at("1/4 08:00")).why == NOT_YET
    assert coming(ahead.due, ahead.began, STEPS, calendar, at("1/4 08:00")) == []
    for duty in (long_past, old):
        assert stands(duty, calendar, "1/4 08:00")[-2:] == [
            ("nv-sau-1", "officer", "due"),
            ("nv-sau-5", "head", "due"),
        ]


def test_a_settled_duty_is_put_down_nowhere(calendar: WorkCalendar) -> None:
    assert duty_standings(replace(DUTY, settled=WITHHELD), STEPS, calendar, at("7/4 08:00")) == ()


@pytest.mark.parametrize(
    ("withheld", "own", "lead", "spoke", "accepted", "why"),
    [
        (False, False, False, False, False, ""),
        (False, False, False, True, False, ""),
        (True, False, False, False, False, WITHHELD),
        (False, False, False, True, True, PROPOSAL_ACCEPTED),
        (False, True, False, True, False, COMPLETE),
        (False, False, True, False, False, COMPLETED_BY_LEAD),
        (False, False, True, True, False, ""),  # the co-lead says otherwise
    ],
)
def test_when_nothing_is_owed(
    withheld: bool, own: bool, lead: bool, spoke: bool, accepted: bool, why: str
) -> None:
    assert (
        why_settled(withheld=withheld, own_complete=own, lead_complete=lead, spoke=spoke, accepted=accepted)
        == why
    )


def test_its_words() -> None:
    assert DUTY.subject == "assignment:12:7"
    assert assignment_state(DUTY.due, at("31/3 23:59")) == "Chưa có báo cáo hoàn thành."
    assert assignment_state(DUTY.due, at("1/4 00:00")) == "Đã quá hạn, chưa có báo cáo hoàn thành."


@pytest.mark.parametrize("now", ["2/1 08:00", "1/4 08:00", "14/2 23:00", "29/12 08:00"])
def test_what_is_due_after_the_bound_has_reached_no_step(calendar: WorkCalendar, now: str) -> None:
    """A sweep asks the database for nothing later: so nothing later may have anything to say, whenever it was told."""
    bound = none_reached_after(STEPS, calendar, at(now))
    assert none_reached_after((), calendar, at(now)) < bound
    for days in range(1, 60):
        for began in ("2026-01-05T09:00+07:00", "2026-12-28T09:00+07:00"):
            later = replace(DUTY, due=bound + timedelta(days=days), began_at=datetime.fromisoformat(began))
            assert duty_standings(later, STEPS, calendar, at(now)) == ()
