"""How far the steps of a policy have come for one deadline: the latest that each role has reached, and those past.

A step is never compared with a day for equality: a run that was missed catches up. After a week down only the
latest step a role has reached is left; the earlier ones are past, never a backlog.

A plan runs from the day the duty was told, or told anew (dispatch, extension, return). A before-step whose day had
come by then is left out: that letter names the deadline itself. After-steps are counted from that day when the
deadline had passed by then (a report returned after the deadline).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal

from models.codes import Channel, PersonRole
from models.rules.workdays import WorkCalendar
from models.time import end_of, local_day

TIME_HAS_PASSED = "đã qua thời điểm nhắc"
ASKED_LATER = "yêu cầu được gửi sau thời điểm nhắc"
NOT_YET = "chưa đến thời điểm nhắc"  # of a notice that is there already: the clock has been put back
POLICY_CHANGED = "bước nhắc không còn trong chế độ báo cáo"

KEPT = 1024
"""Deadlines whose steps are remembered."""


@dataclass(frozen=True)
class StepPlan:
    """One step of a policy: working days before or after the deadline, to whom, in which words, how.

    The rest is what models.rules.reminders.reminder_steps.Step says; `by_person`: it waits until a person lets it go.
    """

    code: str
    when: Literal["before", "after"]
    working_days: int
    audience: tuple[PersonRole, ...]
    template: str
    label: str = ""
    channels: tuple[Channel, ...] = (Channel.EMAIL,)
    held_by_promise: bool = False
    by_person: bool = False
    call_sheet: bool = False
    letter: bool = False

    def __post_init__(self) -> None:
        least = 0 if self.when == "before" else 1
        if self.working_days < least:
            raise ValueError(f"bước nhắc {self.code}: số ngày làm việc phải từ {least} trở lên")


@dataclass(frozen=True)
class Reached:
    """How far one role has come: the latest step that may go out with its day, and those that may not, with why.

    `ahead` are the codes of its steps whose day is still to come.
    """

    role: PersonRole
    latest: StepPlan | None
    since: date | None
    passed: tuple[tuple[StepPlan, str], ...]
    ahead: frozenset[str] = frozenset()

    @property
    def why_passed(self) -> dict[str, str]:
        """Code of a step that is past -> why."""
        return {step.code: why for step, why in self.passed}


def reached(
    due: date, began: date, steps: Sequence[StepPlan], calendar: WorkCalendar, now: datetime
) -> tuple[Reached, ...]:
    """How far each role has come by now, for a deadline on `due` (inclusive) that was told on `began`."""
    return _reached(due, began, tuple(steps), calendar, local_day(now), now >= end_of(due))


@lru_cache(maxsize=KEPT)
def _reached(
    due: date, began: date, steps: tuple[StepPlan, ...], calendar: WorkCalendar, today: date, is_over: bool
) -> tuple[Reached, ...]:
    """Thousands of agencies share a few deadlines: what was counted for one is the same for the next."""
    starts = _starts(due, began, steps, calendar)
    found = []
    for role in PersonRole:
        latest: StepPlan | None = None
        since: date | None = None
        passed: list[tuple[StepPlan, str]] = []
        ahead = set()
        for start, step in starts:
            if role not in step.audience:
                continue
            if start > today:
                ahead.add(step.code)
            elif step.when == "before" and start <= began:
                passed.append((step, ASKED_LATER))
            elif step.when == "before" and is_over:
                passed.append((step, TIME_HAS_PASSED))
            else:
                if latest is not None:
                    passed.append((latest, TIME_HAS_PASSED))
                latest, since = step, start
        found.append(Reached(role, latest, since, tuple(passed), frozenset(ahead)))
    return tuple(found)


def none_reached_after(steps: Iterable[StepPlan], calendar: WorkCalendar, now: datetime) -> date:
    """A day such that no step has been reached, whenever the duty was told, for any deadline after it."""
    earliest = max((step.working_days for step in steps if step.when == "before"), default=0)
    return calendar.add(local_day(now), earliest + 1)


def coming(
    due: date, began: date, steps: Sequence[StepPlan], calendar: WorkCalendar, now: datetime
) -> list[tuple[date, StepPlan]]:
    """The steps whose day is still to come, in order, if nothing happens meanwhile; none in a year that the calendar
    does not know yet."""
    today = local_day(now)
    starts = _starts(due, began, steps, calendar)
    return [(start, step) for start, step in starts if start > today and calendar.knows(start)]


def _starts(
    due: date, began: date, steps: Sequence[StepPlan], calendar: WorkCalendar
) -> list[tuple[date, StepPlan]]:
    """The day from which each step is due, in order. Of two on one day, the later in the policy is the later step."""
    return sorted(((_start(step, due, began, calendar), step) for step in steps), key=lambda pair: pair[0])


def _start(step: StepPlan, due: date, began: date, calendar: WorkCalendar) -> date:
    """A plan runs for years ("đến năm 2030"), and what was due years ago may still be open: in a year that the calendar
    does not know the day is counted by plain days. It is far off, or long past, either way."""
    first, days = (max(due, began), step.working_days) if step.when == "after" else (due, -step.working_days)
    try:
        return calendar.add(first, days)
    except ValueError:
        return first + timedelta(days)
