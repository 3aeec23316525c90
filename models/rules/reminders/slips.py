"""What is told of a whole cycle and not of one agency: the phiếu báo cáo to the leadership, a list to the secretariat.

One notice a person and step, with the list of all who have reached the step. Requests reach a step on days of their
own (one is extended, one returned); whoever reaches it later makes a new wave, which takes the place of a slip that
has not gone out yet. A wave is written as the day on which it came: 20260326.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from models.codes import CycleState, NoticeState, PersonRole
from models.rules.reminders.notices import (
    RequestFacts,
    Standing,
    held,
    pause_words,
    standings,
    superseded,
    unpaused,
)
from models.rules.reminders.step_plan import NOT_YET, POLICY_CHANGED, TIME_HAS_PASSED, StepPlan
from models.rules.workdays import WorkCalendar
from models.time import local_day

CYCLE_ROLES = (PersonRole.SECRETARIAT, PersonRole.LEADERSHIP)
"""Who is told of the cycle as a whole; the others are told of their own agency."""

NOBODY_LEFT = "không còn cơ quan, đơn vị nào thuộc diện phải báo cáo ở bước này"
NEWER_SLIP = "đã có phiếu báo cáo mới hơn"

Waves = Mapping[tuple[PersonRole, str], int]
"""(role, step) -> the latest wave that has a notice."""


@dataclass(frozen=True)
class Slip:
    """A step that at least one request has reached: who is to be told, since when, about which requests."""

    step: StepPlan
    role: PersonRole
    wave: int
    standing: Standing
    request_ids: tuple[int, ...]


def slips(
    requests: Sequence[RequestFacts], steps: Sequence[StepPlan], calendar: WorkCalendar, now: datetime
) -> tuple[Slip, ...]:
    """The slips of a cycle as they stand now. A request that is held back by its promise is not on one."""
    found: dict[tuple[PersonRole, str], list[tuple[date, RequestFacts, StepPlan, Standing]]] = {}
    for facts in requests:
        for one in standings(unpaused(facts), steps, calendar, now):
            on_it = one.standing.state is NoticeState.DUE or one.standing.waits
            if one.role in CYCLE_ROLES and on_it and one.since is not None:
                found.setdefault((one.role, one.step.code), []).append(
                    (one.since, facts, one.step, one.standing)
                )
    made = []
    for (role, _code), reached in found.items():
        _since, facts, step, standing = reached[0]
        made.append(
            Slip(
                step=step,
                role=role,
                wave=wave_of(max(since for since, _, _, _ in reached)),
                standing=standing if facts.paused is None else held(pause_words(facts.paused)),
                request_ids=tuple(one.request_id for _, one, _, _ in reached),
            )
        )
    return tuple(made)


def wave_of(day: date) -> int:
    """The number under which a day's slip is kept."""
    return day.year * 10000 + day.month * 100 + day.day


def new_slips(made: Sequence[Slip], waves: Waves) -> tuple[Slip, ...]:
    """The slips that are to be put down: those of a later wave than any that was."""
    return tuple(slip for slip in made if slip.wave > waves.get((slip.role, slip.step.code), 0))


def slip_standing(
    made: Sequence[Slip],
    cycle_state: CycleState,
    steps: Sequence[StepPlan],
    role: PersonRole,
    step_code: str,
    wave: int,
    now: datetime,
) -> Standing:
    """What is to become of one slip's notice, asked at each sweep and again at the moment of sending."""
    if cycle_state is not CycleState.RELEASED:
        return superseded(f"kỳ báo cáo: {cycle_state.label.lower()}")
    if not any(step.code == step_code and role in step.audience for step in steps):
        return superseded(POLICY_CHANGED)
    if wave > wave_of(local_day(now)):
        return held(NOT_YET)
    for slip in made:
        if (slip.role, slip.step.code) == (role, step_code):
            return superseded(NEWER_SLIP) if slip.wave > wave else slip.standing
    later = any(slip.role is role for slip in made)
    return superseded(TIME_HAS_PASSED if later else NOBODY_LEFT)
