"""Any policy, any days off, any order of what people do and of sweeps: each notice once, none after the report, and
every one ends in exactly one way.

The notices are a dictionary here, kept as tasks.reminders.planned_lines keeps them; the decisions are the real ones.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from models.codes import CycleState, NoticeState, PersonRole, RequestState
from models.rules.reminders.notices import RequestFacts, Standing, new_standings, standing_now, why_left_alone
from models.rules.reminders.step_plan import StepPlan
from models.rules.workdays import DaysOffFile, WorkCalendar, work_calendar
from models.time import VIETNAM

ROLES = (PersonRole.OFFICER, PersonRole.HEAD)
START = datetime(2026, 3, 2, 8, 0, tzinfo=VIETNAM)
OPEN = (NoticeState.DUE, NoticeState.HELD)
FINAL = (NoticeState.SENT, NoticeState.SUPERSEDED)

Key = tuple[int, str, PersonRole]


@st.composite
def step_plans(draw: Any) -> tuple[StepPlan, ...]:
    made = []
    for number in range(draw(st.integers(1, 5))):
        when = draw(st.sampled_from(["before", "after"]))
        made.append(
            StepPlan(
                code=f"buoc-{number}",
                when=when,
                working_days=draw(st.integers(0 if when == "before" else 1, 4)),
                audience=draw(st.sampled_from([ROLES[:1], ROLES[1:], ROLES])),
                template="reminder",
                held_by_promise=draw(st.booleans()),
                by_person=draw(st.booleans()),
            )
        )
    return tuple(made)


@st.composite
def calendars(draw: Any) -> WorkCalendar:
    days = draw(st.sets(st.dates(date(2026, 3, 1), date(2026, 5, 31)), max_size=15))
    off = dict.fromkeys(days, "Nghỉ")
    file = DaysOffFile(confirmed_years=[2026], cultural_day_24_11=False, days_off=off)
    return work_calendar(file, (2025, 2026, 2027))


class Reminding(RuleBasedStateMachine):
    """One request, its notices by (plan, step, role), and what has been sent."""

    @initialize(steps=step_plans(), calendar=calendars(), due_in=st.integers(0, 8))
    def begin(self, steps: tuple[StepPlan, ...], calendar: WorkCalendar, due_in: int) -> None:
        self.steps, self.calendar, self.now = steps, calendar, START
        self.facts = RequestFacts(
            request_id=1,
            plan_no=1,
            state=RequestState.SENT,
            due=START.date() + timedelta(days=due_in),
            sent_at=START,
            cycle_state=CycleState.RELEASED,
        )
        self.notices: dict[Key, Standing] = {}
        self.ended: dict[Key, Standing] = {}

    @rule(hours=st.sampled_from([-30, -3, 3, 24]))
    def the_clock_is_changed(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(days=st.integers(1, 3), swept=st.booleans(), sent=st.booleans())
    def days_go_by(self, days: int, swept: bool, sent: bool) -> None:
        self.now += timedelta(days=days)
        if swept:
            self.sweep()
        if sent:
            self.send()

    @rule(days=st.integers(1, 3), sent=st.booleans())
    def more_days_go_by(self, days: int, sent: bool) -> None:
        self.days_go_by(days, swept=True, sent=sent)

    @rule(days=st.integers(1, 3))
    def still_more_days_go_by(self, days: int) -> None:
        self.days_go_by(days, swept=True, sent=False)

    @rule(days=st.integers(0, 6))
    def promise(self, days: int) -> None:
        self.facts = replace(self.facts, promised=self.now.date() + timedelta(days=days))

    @precondition(lambda self: self.facts.state in (RequestState.SENT, RequestState.INCOMPLETE))
    @precondition(lambda self: self.now.day % 2 == 0)
    @rule(days=st.integers(1, 4))
    def extend(self, days: int) -> None:
        self._new_plan(due=max(self.facts.due, self.now.date()) + timedelta(days=days))

    @rule()
    def hand_in_with_faults(self) -> None:
        if self.facts.state is RequestState.SENT:
            self.facts = replace(self.facts, state=RequestState.INCOMPLETE)

    @precondition(lambda self: self.facts.state in (RequestState.SENT, RequestState.INCOMPLETE))
    @precondition(lambda self: self.now.day % 3 == 0)  # not too often: what is settled is left alone
    @rule(state=st.sampled_from([RequestState.COMPLETE, RequestState.EXEMPT]))
    def settle(self, state: RequestState) -> None:
        self.facts = replace(self.facts, state=state)

    @precondition(lambda self: self.facts.state in (RequestState.COMPLETE, RequestState.EXEMPT))
    @rule(days=st.integers(0, 4))
    def ask_again(self, days: int) -> None:
        """A report is sent back, an exemption withdrawn: a new plan, perhaps with a new day."""
        due = max(self.facts.due, self.now.date() + timedelta(days=days))
        self._new_plan(state=RequestState.INCOMPLETE, due=due)

    @rule(paused=st.sampled_from([None, "Bão", "Họp"]))
    def pause_or_resume(self, paused: str | None) -> None:
        self.facts = replace(self.facts, paused=paused)

    @rule()
    def release(self) -> None:
        for key, standing in self.notices.items():
            if standing.waits:
                self.notices[key] = Standing(NoticeState.DUE)

    @rule()
    def sweep(self) -> None:
        for found in new_standings(self._asked(), self.steps, self.calendar, self.now):
            key = (self.facts.plan_no, found.step.code, found.role)
            assert key not in self.notices
            self.notices[key] = found.standing
        self._look_again()

    @rule()
    def send(self) -> None:
        self._look_again()
        for key, standing in self.notices.items():
            if standing.state is NoticeState.DUE:
                assert why_left_alone(self.facts) == ""
                assert key[0] == self.facts.plan_no
                self.notices[key] = Standing(NoticeState.SENT)

    @invariant()
    def what_has_ended_stays_as_it_ended(self) -> None:
        notices = getattr(self, "notices", {})
        for key, standing in notices.items():
            if standing.state in FINAL:
                assert self.ended.setdefault(key, standing) == standing
        assert set(getattr(self, "ended", {})) <= set(notices)

    @invariant()
    def everything_that_is_not_due_says_why(self) -> None:
        for standing in getattr(self, "notices", {}).values():
            assert bool(standing.why) == (standing.state in (NoticeState.HELD, NoticeState.SUPERSEDED))

    def teardown(self) -> None:
        if hasattr(self, "facts"):
            self.facts = replace(self.facts, cycle_state=CycleState.CLOSED)
            self._look_again()
            assert all(standing.state in FINAL for standing in self.notices.values())

    def _asked(self) -> RequestFacts:
        done = frozenset((role, step) for plan, step, role in self.notices if plan == self.facts.plan_no)
        return replace(self.facts, done_steps=done)

    def _look_again(self) -> None:
        due: set[PersonRole] = set()
        for (plan_no, step, role), standing in list(self.notices.items()):
            if standing.state not in OPEN:
                continue
            to = standing_now(self.facts, plan_no, step, role, self.steps, self.calendar, self.now)
            self.notices[plan_no, step, role] = to = to.of(standing.state)
            if to.state is NoticeState.DUE:
                assert role not in due  # never two at once: only the latest step of a role
                due.add(role)

    def _new_plan(self, **changed: Any) -> None:
        self.facts = replace(self.facts, **changed, plan_no=self.facts.plan_no + 1, began_at=self.now)


TestReminding = Reminding.TestCase
TestReminding.settings = settings(max_examples=200, stateful_step_count=50, deadline=None)
