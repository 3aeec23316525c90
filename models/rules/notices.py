"""Who is reminded of a request, when: what is due by now and not yet done.

A step is never compared with a day for equality: a run that was missed catches up. After a week down only the
latest step a role has reached goes out; the earlier ones are recorded as superseded, never sent as a backlog.

A plan runs from the dispatch, or from the extension, return or reopening that raised `plan_no`; it starts
the steps afresh. A before-step whose day had come when the plan began is left out: that letter names
the deadline itself. After-steps are counted from the day the plan began when the deadline had passed by then
(a report returned after the deadline).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from models.codes import CycleState, PersonRole, RequestState, Roll
from models.rules.workdays import WorkCalendar
from models.time import at_hour, end_of, local_day

TIME_HAS_PASSED = "đã qua thời điểm nhắc"
ASKED_LATER = "yêu cầu được gửi sau thời điểm nhắc"
PLAN_CHANGED = "hạn báo cáo đã thay đổi"
POLICY_CHANGED = "bước nhắc không còn trong chế độ báo cáo"

OPENS_AT = (7, 30)
"""The local hour and minute from which an office is written to on a working day."""


@dataclass(frozen=True)
class StepPlan:
    """One step of a cycle's policy: working days before or after the deadline, to whom, in which words."""

    code: str
    when: Literal["before", "after"]
    working_days: int
    audience: tuple[PersonRole, ...]
    template: str

    def __post_init__(self) -> None:
        least = 0 if self.when == "before" else 1
        if self.working_days < least:
            raise ValueError(f"bước nhắc {self.code}: số ngày làm việc phải từ {least} trở lên")


@dataclass(frozen=True)
class RequestFacts:
    """What must be known of a request to say whom to chase.

    `done_steps` are the steps that have a notice under this `plan_no`, whatever became of it. `began_at` is
    when this plan began; None while it is the dispatch's.
    """

    request_id: int
    plan_no: int
    state: RequestState
    due: date
    sent_at: datetime | None
    cycle_state: CycleState
    done_steps: frozenset[tuple[PersonRole, str]] = frozenset()
    began_at: datetime | None = None


@dataclass(frozen=True)
class DueStep:
    """A step to be taken now. `mending`: a report came but has faults, which asks for other words."""

    step: StepPlan
    role: PersonRole
    mending: bool


@dataclass(frozen=True)
class StaleStep:
    """A step that is not taken any more, with why."""

    step: StepPlan
    role: PersonRole
    why: str


def why_left_alone(facts: RequestFacts) -> str:
    """Why nobody is chased for this request, in Vietnamese; "" when it is to be chased."""
    if facts.cycle_state is not CycleState.RELEASED:
        return f"kỳ báo cáo: {facts.cycle_state.label.lower()}"
    if facts.state in (RequestState.COMPLETE, RequestState.EXEMPT, RequestState.PLANNED):
        return facts.state.label.lower()
    if facts.sent_at is None:
        return RequestState.PLANNED.label.lower()
    return ""


def due_steps(
    facts: RequestFacts, steps: Sequence[StepPlan], calendar: WorkCalendar, now: datetime
) -> tuple[DueStep, ...]:
    """What is due by now and not yet done: at most one step a role, the latest it has reached."""
    mending = facts.state is RequestState.INCOMPLETE
    return tuple(
        DueStep(reached.latest, reached.role, mending)
        for reached in _reached(facts, steps, calendar, now)
        if reached.latest is not None and (reached.role, reached.latest.code) not in facts.done_steps
    )


def stale_steps(
    facts: RequestFacts, steps: Sequence[StepPlan], calendar: WorkCalendar, now: datetime
) -> tuple[StaleStep, ...]:
    """What was due, was not done and will not be: to be recorded as superseded, so that nothing vanishes."""
    return tuple(
        StaleStep(step, reached.role, why)
        for reached in _reached(facts, steps, calendar, now)
        for step, why in reached.passed
        if (reached.role, step.code) not in facts.done_steps
    )


def why_not_now(
    facts: RequestFacts,
    plan_no: int,
    step_code: str,
    role: PersonRole,
    steps: Sequence[StepPlan],
    calendar: WorkCalendar,
    now: datetime,
) -> str:
    """Asked at the moment of sending: why this notice is not to go out any more, "" when it still is."""
    alone = why_left_alone(facts)
    if alone:
        return alone
    if plan_no != facts.plan_no:
        return PLAN_CHANGED
    reached = {found.role: found for found in _reached(facts, steps, calendar, now)}[role]
    if reached.latest is not None and reached.latest.code == step_code:
        return ""
    return {step.code: why for step, why in reached.passed}.get(step_code, POLICY_CHANGED)


def hold_until(now: datetime, calendar: WorkCalendar, urgent: bool) -> datetime:
    """From when a message may go out: now; on a day off or before an office opens, the next working morning.

    An urgent cycle waits for nothing.
    """
    day = local_day(now)
    return now if urgent else max(now, at_hour(calendar.roll(day, Roll.LATER), *OPENS_AT))


def time_left(due: date, calendar: WorkCalendar, now: datetime) -> str:
    """How far the deadline is: còn 03 ngày làm việc, hết hạn trong hôm nay, quá hạn 02 ngày làm việc."""
    today = local_day(now)
    if today == due:
        return "hết hạn trong hôm nay"
    first, last = sorted((today, due))
    working = calendar.working_days_between(first, last)
    how_many = f"{working:02d} ngày làm việc" if working else f"{(last - first).days:02d} ngày"
    return f"còn {how_many}" if today < due else f"quá hạn {how_many}"


def state_sentence(state: RequestState) -> str:
    """What a reminder says of a request that is being chased."""
    if state is RequestState.INCOMPLETE:
        return "Đã nhận báo cáo; còn nội dung phải hoàn thiện, chưa nhận được bản hoàn thiện."
    return "Chưa nhận được báo cáo."


@dataclass(frozen=True)
class _Reached:
    """How far one role has come: the latest step that may go out, and those that may not, with why."""

    role: PersonRole
    latest: StepPlan | None
    passed: tuple[tuple[StepPlan, str], ...]


def _reached(
    facts: RequestFacts, steps: Sequence[StepPlan], calendar: WorkCalendar, now: datetime
) -> Iterator[_Reached]:
    if why_left_alone(facts) or facts.sent_at is None:
        return
    began = local_day(max(facts.sent_at, facts.began_at or facts.sent_at))
    today = local_day(now)
    starts = sorted(
        ((_start(step, facts.due, began, calendar), step) for step in steps), key=lambda pair: pair[0]
    )
    for role in PersonRole:
        latest: StepPlan | None = None
        passed: list[tuple[StepPlan, str]] = []
        for start, step in starts:
            if role not in step.audience or start > today:
                continue
            if step.when == "before" and start <= began:
                passed.append((step, ASKED_LATER))
            elif step.when == "before" and now >= end_of(facts.due):
                passed.append((step, TIME_HAS_PASSED))
            else:
                if latest is not None:
                    passed.append((latest, TIME_HAS_PASSED))
                latest = step
        yield _Reached(role, latest, tuple(passed))


def _start(step: StepPlan, due: date, began: date, calendar: WorkCalendar) -> date:
    """The day from which a step is due. Of two on one day, the later in the policy is the later step."""
    if step.when == "after":
        return calendar.add(max(due, began), step.working_days)
    return calendar.add(due, -step.working_days)
