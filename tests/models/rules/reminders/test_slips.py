"""The list that goes above the agencies: when it is written, when a newer one takes its place, when nobody is on it.

Three requests, due on Friday 20/3/2026; the leadership hears after 4 working days, on 26/3.
"""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from models.codes import CycleState, PersonRole, RequestState
from models.rules.reminders.notices import DUE, WAITS_FOR_RELEASE, RequestFacts, Standing, held, superseded
from models.rules.reminders.slips import NEWER_SLIP, NOBODY_LEFT, new_slips, slip_standing, slips, wave_of
from models.rules.reminders.step_plan import NOT_YET, POLICY_CHANGED, TIME_HAS_PASSED, StepPlan
from models.rules.workdays import DaysOffFile, WorkCalendar, work_calendar
from models.time import VIETNAM

OFFICER, LEADERSHIP, SECRETARIAT = PersonRole.OFFICER, PersonRole.LEADERSHIP, PersonRole.SECRETARIAT
SLIP = StepPlan("qua-4", "after", 4, (LEADERSHIP,), "leadership", by_person=True)
STEPS = (StepPlan("qua-1", "after", 1, (OFFICER, SECRETARIAT), "reminder"), SLIP)
FIRST = RequestFacts(
    request_id=1,
    plan_no=1,
    state=RequestState.SENT,
    due=date(2026, 3, 20),
    sent_at=datetime(2026, 3, 5, 9, 0, tzinfo=VIETNAM),
    cycle_state=CycleState.RELEASED,
)
EXTENDED = replace(FIRST, request_id=2, plan_no=2, due=date(2026, 3, 24), began_at=FIRST.sent_at)
REPORTED = replace(FIRST, request_id=3, state=RequestState.COMPLETE)


@pytest.fixture(scope="module")
def calendar() -> WorkCalendar:
    return work_calendar(DaysOffFile(confirmed_years=[2026], cultural_day_24_11=False), (2025, 2026, 2027))


def at(text: str) -> datetime:
    return datetime.strptime(f"2026/{text}", "%Y/%d/%m %H:%M").replace(tzinfo=VIETNAM)


def told(requests: list[RequestFacts], calendar: WorkCalendar, now: str) -> list[tuple[str, int, Any]]:
    return [
        (slip.role.value, slip.wave, slip.request_ids) for slip in slips(requests, STEPS, calendar, at(now))
    ]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("20/3 23:00", []),
        ("23/3 08:00", [("secretariat", 20260323, (1,))]),
        ("25/3 23:59", [("secretariat", 20260325, (1, 2))]),
        ("26/3 00:00", [("secretariat", 20260325, (1, 2)), ("leadership", 20260326, (1,))]),
        ("30/3 08:00", [("secretariat", 20260325, (1, 2)), ("leadership", 20260330, (1, 2))]),
    ],
)
def test_who_is_on_the_list(calendar: WorkCalendar, now: str, expected: Any) -> None:
    assert told([FIRST, EXTENDED, REPORTED], calendar, now) == expected


def test_a_wave_is_written_once(calendar: WorkCalendar) -> None:
    made = slips([FIRST, EXTENDED], STEPS, calendar, at("30/3 08:00"))
    waves = {(LEADERSHIP, "qua-4"): 20260326, (SECRETARIAT, "qua-1"): 20260325}
    assert [(slip.role, slip.wave) for slip in new_slips(made, waves)] == [(LEADERSHIP, 20260330)]
    assert new_slips(made, {**waves, (LEADERSHIP, "qua-4"): 20260330}) == ()


@pytest.mark.parametrize(
    ("requests", "wave", "cycle", "now", "expected"),
    [
        pytest.param([FIRST], 20260326, "released", "26/3 08:00", ("held", WAITS_FOR_RELEASE), id="waits"),
        pytest.param(
            [FIRST, EXTENDED], 20260326, "released", "30/3 08:00", ("superseded", NEWER_SLIP), id="newer"
        ),
        pytest.param(
            [FIRST, replace(EXTENDED, state=RequestState.COMPLETE)],
            20260330,
            "released",
            "31/3 08:00",
            ("held", WAITS_FOR_RELEASE),
            id="the latest to come has reported, the first is still owed",
        ),
        pytest.param(
            [REPORTED], 20260326, "released", "27/3 08:00", ("superseded", NOBODY_LEFT), id="all reported"
        ),
        pytest.param(
            [FIRST], 20260326, "closed", "27/3 08:00", ("superseded", "kỳ báo cáo: đã đóng kỳ"), id="closed"
        ),
        pytest.param(
            [replace(FIRST, paused="Bão số 3")],
            20260326,
            "released",
            "26/3 08:00",
            ("held", "tạm dừng nhắc: Bão số 3"),
            id="paused",
        ),
        pytest.param(
            [replace(FIRST, promised=date(2026, 4, 30))],
            20260326,
            "released",
            "26/3 08:00",
            ("held", WAITS_FOR_RELEASE),
            id="a promise holds no escalation",
        ),
    ],
)
def test_what_becomes_of_a_list(
    calendar: WorkCalendar,
    requests: list[RequestFacts],
    wave: int,
    cycle: str,
    now: str,
    expected: tuple[str, str],
) -> None:
    made = slips(requests, STEPS, calendar, at(now))
    standing = slip_standing(made, CycleState(cycle), STEPS, LEADERSHIP, "qua-4", wave, at(now))
    assert (standing.state.value, standing.why) == expected


def test_a_list_whose_step_is_overtaken_or_gone(calendar: WorkCalendar) -> None:
    later = StepPlan("qua-7", "after", 7, (LEADERSHIP,), "leadership")
    now = at("31/3 08:00")
    made = slips([FIRST], (SLIP, later), calendar, now)

    def standing(steps: tuple[StepPlan, ...], step: str, wave: int) -> Standing:
        return slip_standing(made, CycleState.RELEASED, steps, LEADERSHIP, step, wave, now)

    assert standing((SLIP, later), "qua-4", 20260326) == superseded(TIME_HAS_PASSED)
    assert standing((later,), "qua-4", 20260326) == superseded(POLICY_CHANGED)
    assert standing((SLIP, later), "qua-7", 20260331) == DUE
    assert standing((SLIP, later), "qua-7", 20260401) == held(NOT_YET)  # the clock was put back


def test_a_step_that_a_promise_holds_leaves_its_agency_off_the_list(calendar: WorkCalendar) -> None:
    gentle = replace(SLIP, held_by_promise=True, by_person=False)
    promised = replace(FIRST, promised=date(2026, 3, 31))
    assert slips([promised], (gentle,), calendar, at("26/3 08:00")) == ()
    (slip,) = slips([promised, EXTENDED], (gentle,), calendar, at("30/3 08:00"))
    assert slip.request_ids == (2,)


def test_the_number_of_a_wave() -> None:
    assert wave_of(date(2026, 3, 9)) == 20260309
