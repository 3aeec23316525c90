"""Who is reminded of a request, when: where every step that has come stands now, due, held back or past.

How far the steps have come is in step_plan. Here is what holds one back: a promise whose day has not passed, a cycle
whose reminders are paused, a release that a person has not given. Only the latest step of a role is due or held; one
that was held and is overtaken by the next is past, and says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from models.codes import CycleState, NoticeState, PersonRole, RequestState, Roll
from models.rules.reminders.step_plan import NOT_YET, POLICY_CHANGED, Reached, StepPlan, reached
from models.rules.workdays import ONE_DAY, WorkCalendar
from models.time import at_hour, end_of, local_day, vn_date

PLAN_CHANGED = "hạn báo cáo đã thay đổi"
WAITS_FOR_RELEASE = "chờ thư ký duyệt gửi"
BY_HAND = "goi-ngay-"
"""What the codes of the steps begin with that the secretariat sends by hand, outside the policy."""

NOT_CHASED = (
    RequestState.COMPLETE,
    RequestState.RECORDED,
    RequestState.EXEMPT,
    RequestState.PLANNED,
)
"""States of a request for which nobody is reminded."""

OPENS_AT = (7, 30)
"""The local hour and minute from which an office is written to on a working day."""
QUIET_FROM = (18, 0)
"""The local hour and minute from which it is left in peace till the next working morning."""


@dataclass(frozen=True)
class RequestFacts:
    """What must be known of a request to say whom to chase.

    `done_steps` are the steps that have a notice under this `plan_no`, whatever became of it. `began_at` is
    when this plan began; None while it is the dispatch's. `promised` is the day of the agency's latest "sẽ nộp
    ngày ..."; `paused` the reason for which the reminders of its cycle are held back, None while they are not.
    """

    request_id: int
    plan_no: int
    state: RequestState
    due: date
    sent_at: datetime | None
    cycle_state: CycleState
    done_steps: frozenset[tuple[PersonRole, str]] = frozenset()
    began_at: datetime | None = None
    promised: date | None = None
    paused: str | None = None

    @property
    def began(self) -> date | None:
        """The day on which this plan began; None before the dispatch."""
        return None if self.sent_at is None else local_day(max(self.sent_at, self.began_at or self.sent_at))


@dataclass(frozen=True)
class Standing:
    """What a notice is to be now: DUE, HELD or SUPERSEDED, with why. `waits`: held for a person's release alone."""

    state: NoticeState
    why: str = ""
    waits: bool = False

    def of(self, present: NoticeState) -> "Standing":
        """The standing of a notice that is in this state: what a person has let go waits for nobody again."""
        return DUE if self.waits and present is NoticeState.DUE else self


DUE = Standing(NoticeState.DUE)


def held(why: str) -> Standing:
    """Held back, and why."""
    return Standing(NoticeState.HELD, why)


def superseded(why: str) -> Standing:
    """Not to go out any more, and why."""
    return Standing(NoticeState.SUPERSEDED, why)


@dataclass(frozen=True)
class StepStanding:
    """Where a step stands for a role; `since` is the day from which it is the role's latest."""

    step: StepPlan
    role: PersonRole
    standing: Standing
    since: date | None = None


def why_left_alone(facts: RequestFacts) -> str:
    """Why nobody is chased for this request, in Vietnamese; "" when it is to be chased."""
    if facts.cycle_state is not CycleState.RELEASED:
        return f"kỳ báo cáo: {facts.cycle_state.label.lower()}"
    if facts.state in NOT_CHASED:
        return facts.state.label.lower()
    if facts.sent_at is None:
        return RequestState.PLANNED.label.lower()
    return ""


def standings(
    facts: RequestFacts, steps: Sequence[StepPlan], calendar: WorkCalendar, now: datetime
) -> tuple[StepStanding, ...]:
    """Every step whose day has come, for every role: at most one of a role is due or held, the rest are past."""
    found = []
    for one in _reached(facts, steps, calendar, now):
        found += [StepStanding(step, one.role, superseded(why)) for step, why in one.passed]
        if one.latest is not None:
            found.append(StepStanding(one.latest, one.role, _latest(facts, one.latest, now), one.since))
    return tuple(found)


def new_standings(
    facts: RequestFacts, steps: Sequence[StepPlan], calendar: WorkCalendar, now: datetime
) -> tuple[StepStanding, ...]:
    """The standings of the steps that no notice has been written for: what is to be put down now."""
    return tuple(
        found
        for found in standings(facts, steps, calendar, now)
        if (found.role, found.step.code) not in facts.done_steps
    )


def standing_now(
    facts: RequestFacts,
    plan_no: int,
    step_code: str,
    role: PersonRole,
    steps: Sequence[StepPlan],
    calendar: WorkCalendar,
    now: datetime,
) -> Standing:
    """What is to become of one notice, asked at each sweep and again at the moment of sending."""
    alone = why_left_alone(facts)
    if alone:
        return superseded(alone)
    if plan_no != facts.plan_no:
        return superseded(PLAN_CHANGED)
    if step_code.startswith(BY_HAND):
        return DUE  # a person sends it, whatever is paused or promised
    one = {found.role: found for found in _reached(facts, steps, calendar, now)}[role]
    if one.latest is not None and one.latest.code == step_code:
        return _latest(facts, one.latest, now)
    if step_code in one.ahead:
        return held(NOT_YET)
    return superseded(one.why_passed.get(step_code, POLICY_CHANGED))


def unpaused(facts: RequestFacts) -> RequestFacts:
    """The same request, as if nobody had paused its cycle."""
    return replace(facts, paused=None)


def pause_words(reason: str) -> str:
    """Why a notice of a paused cycle is held."""
    return f"tạm dừng nhắc: {reason}"


def promise_sentence(promised: date | None, now: datetime) -> str:
    """What a reminder says of the agency's promise; "" when there is none or its day has not passed."""
    if promised is None or now < end_of(promised):
        return ""
    return f"Cơ quan, đơn vị đã hẹn nộp ngày {vn_date(promised)}; đã qua ngày hẹn."


def _latest(facts: RequestFacts, step: StepPlan, now: datetime) -> Standing:
    if facts.paused is not None:
        return held(pause_words(facts.paused))
    if step.held_by_promise and facts.promised is not None and now < end_of(facts.promised):
        return held(f"đã hẹn nộp ngày {vn_date(facts.promised)}")
    return Standing(NoticeState.HELD, WAITS_FOR_RELEASE, waits=True) if step.by_person else DUE


def _reached(
    facts: RequestFacts, steps: Sequence[StepPlan], calendar: WorkCalendar, now: datetime
) -> tuple[Reached, ...]:
    if facts.began is None or why_left_alone(facts):
        return ()
    return reached(facts.due, facts.began, steps, calendar, now)


def hold_until(now: datetime, calendar: WorkCalendar, urgent: bool) -> datetime:
    """From when a message may go out: now; on a day off or in the quiet hours, the next working morning.

    An urgent cycle waits for nothing.
    """
    today = local_day(now)
    at_work = not calendar.is_day_off(today) and at_hour(today, *OPENS_AT) <= now < at_hour(
        today, *QUIET_FROM
    )
    return now if urgent or at_work else next_morning(now, calendar)


def next_morning(now: datetime, calendar: WorkCalendar) -> datetime:
    """When an office opens next, later than now."""
    today = local_day(now)
    opening = at_hour(calendar.roll(today, Roll.LATER), *OPENS_AT)
    return opening if opening > now else at_hour(calendar.roll(today + ONE_DAY, Roll.LATER), *OPENS_AT)


def time_left(due: date, calendar: WorkCalendar, now: datetime) -> str:
    """How far the deadline is: còn 03 ngày làm việc, hết hạn trong hôm nay, quá hạn 02 ngày làm việc."""
    today = local_day(now)
    if today == due:
        return "hết hạn trong hôm nay"
    first, last = sorted((today, due))
    known = calendar.knows(first) and calendar.knows(last)  # what is years late is told in plain days
    working = calendar.working_days_between(first, last) if known else 0
    how_many = f"{working:02d} ngày làm việc" if working else f"{(last - first).days:02d} ngày"
    return f"còn {how_many}" if today < due else f"quá hạn {how_many}"


def state_sentence(state: RequestState) -> str:
    """What a reminder says of a request that is being chased."""
    if state is RequestState.INCOMPLETE:
        return "Đã nhận báo cáo; còn nội dung phải hoàn thiện, chưa nhận được bản hoàn thiện."
    return "Chưa nhận được báo cáo."
