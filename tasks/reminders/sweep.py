"""The sweep's decisions, made from the database afresh each time: what should be open, said, or closed by now?

A sweep that was missed, runs late, twice, or after a week down changes nothing but the hour.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.codes import Channel, CycleState, NoticeState, PersonRole
from models.cycle import Cycle, DueChange, Request
from models.directory import Agency, Person
from models.notice import Notice
from models.rules.periods import Period
from models.rules.policy import Regime, cycle_dates, openings, replaced_by
from models.rules.reminders.notices import (
    NOT_CHASED,
    RequestFacts,
    Standing,
    StepStanding,
    new_standings,
    standing_now,
)
from models.rules.reminders.slips import CYCLE_ROLES, Slip, new_slips, slip_standing, slips
from models.rules.reminders.step_plan import StepPlan
from models.rules.workdays import WorkCalendar
from models.time import local_day, vn_date
from tasks.among import among
from tasks.cycle import dispatch
from tasks.cycle.agency_acts import last_promises
from tasks.cycle.cycles import close_cycle, cycle_code, cycle_id_of, due_to_close
from tasks.cycle.frozen_policy import regime_of
from tasks.reminders.notice_states import OPEN
from tasks.reminders.notices import people_above, people_of
from tasks.reminders.planned_lines import DoneSteps, Look, OpenLine, Planned, carry_out, lines_about
from tasks.states import MACHINE
from tasks.store import Store

REQUEST = "request:"
LOOK_BACK = timedelta(days=120)
"""How far back a missed opening is made good, in days; an older cycle is over."""


def missed_openings(
    session: Session, regimes: Sequence[Regime], calendar: WorkCalendar, day: date
) -> list[tuple[Regime, Period]]:
    """Cycles that should be open as drafts by this day and are not, and whose time is not over."""
    existing = set(session.exec(select(Cycle.code)))
    missed = []
    for regime in regimes:
        if not regime.active:
            continue
        for _opens_on, period in openings(regime, calendar, day - LOOK_BACK, day):
            if cycle_code(regime.code, period.code) in existing:
                continue
            if replaced_by(regimes, regime.code, period) is not None:
                continue  # another regime's report answers this one: nobody is asked twice
            if _is_over(regime, period, calendar, day):
                continue
            missed.append((regime, period))
    return missed


def _is_over(regime: Regime, period: Period, calendar: WorkCalendar, day: date) -> bool:
    try:
        return cycle_dates(regime, period, calendar).province_due < day
    except ValueError:
        return False  # its dates contradict each other: opening it says how


def automatic(session: Session, state: CycleState) -> list[str]:
    """Codes of the cycles in this state whose regime releases them by itself, oldest first."""
    cycles = session.exec(select(Cycle).where(Cycle.state == state).order_by(col(Cycle.id)))
    return [cycle.code for cycle in cycles if regime_of(cycle).release == "auto"]


def step_plans(cycle: Cycle) -> tuple[StepPlan, ...]:
    """The steps of a cycle's frozen policy."""
    return tuple(step.plan() for step in regime_of(cycle).steps)


def released_cycles(session: Session) -> list[Cycle]:
    """Cycles in which reports are being collected, oldest first."""
    return list(session.exec(select(Cycle).where(Cycle.state == CycleState.RELEASED).order_by(col(Cycle.id))))


def facts_of(
    session: Session, cycle: Cycle, requests: Sequence[Request], done: DoneSteps | None = None
) -> list[RequestFacts]:
    """What the rules must know of these requests of one cycle; `done`: the steps that have a notice, where asked."""
    plans = {request.id or 0: request.plan_no for request in requests}
    again = [request_id for request_id, plan_no in plans.items() if plan_no > 1]
    changes = session.exec(select(DueChange).where(among(DueChange.request_id, again))) if again else ()
    began = {
        change.request_id: change.at for change in changes if plans[change.request_id] == change.plan_no > 1
    }
    promised = last_promises(session, list(plans))
    return [
        RequestFacts(
            request_id=request.id or 0,
            plan_no=request.plan_no,
            state=request.state,
            due=request.due,
            sent_at=request.sent_at,
            cycle_state=cycle.state,
            done_steps=frozenset((done or {}).get((subject_of(request), request.plan_no), ())),
            began_at=began.get(request.id or 0),
            promised=promised.get(request.id or 0),
            paused=cycle.paused_why if cycle.paused_at is not None else None,
        )
        for request in requests
    ]


def subject_of(request: Request) -> str:
    """What the notices of a request are about."""
    return f"{REQUEST}{request.id}"


def _request_of(subject: str) -> int | None:
    """The id in request:12; None of any other subject."""
    return int(subject.removeprefix(REQUEST)) if subject.startswith(REQUEST) else None


def plan_notices(
    store: Store,
    cycle_id: int,
    calendar: WorkCalendar,
    now: datetime,
    usable: Collection[Channel] = tuple(Channel),
) -> Planned:
    """Put down every line of one cycle that is due or held by now, record those that are past, and settle the open
    ones whose standing has changed. `usable` are the channels that are set up."""
    return carry_out(store, lambda session: look_at(session, cycle_id, calendar, now, usable), now)


def look_at(
    session: Session,
    cycle_id: int,
    calendar: WorkCalendar,
    now: datetime,
    usable: Collection[Channel] = tuple(Channel),
) -> Look:
    """What one cycle's deadlines ask for now. Reads only, in a number of queries that does not grow with the cycle."""
    cycle = session.get_one(Cycle, cycle_id)
    steps = step_plans(cycle)
    done, open_lines = lines_about(session, _reminders_of(cycle_id))
    about = [request_id for line in open_lines if (request_id := _request_of(line.subject)) is not None]
    requests = session.exec(
        select(Request)
        .where(Request.cycle_id == cycle_id, col(Request.state).not_in(NOT_CHASED) | among(Request.id, about))
        .order_by(col(Request.id))
    ).all()
    by_subject = {subject_of(request): request for request in requests}
    facts = {one.request_id: one for one in facts_of(session, cycle, requests, done)}
    made = slips(list(facts.values()), steps, calendar, now)
    look = Look()
    _put_steps(session, look, requests, facts, steps, calendar, now, usable)
    _put_slips(session, look, cycle, made, done, usable)

    def standing_of(line: OpenLine) -> Standing:
        if line.subject not in by_subject:
            return slip_standing(made, cycle.state, steps, line.role, line.step, line.plan_no, now)
        one = facts[by_subject[line.subject].id or 0]
        return standing_now(one, line.plan_no, line.step, line.role, steps, calendar, now)

    look.settle(open_lines, standing_of)
    return look


def _put_steps(
    session: Session,
    look: Look,
    requests: Sequence[Request],
    facts: Mapping[int, RequestFacts],
    steps: Sequence[StepPlan],
    calendar: WorkCalendar,
    now: datetime,
    usable: Collection[Channel],
) -> None:
    """Note what each agency is to be told of its own request."""
    wanted = [
        (request, found)
        for request in requests
        for found in new_standings(facts[request.id or 0], steps, calendar, now)
        if found.role not in CYCLE_ROLES
    ]
    if not wanted:
        return
    agency_ids = sorted({request.agency_id for request, _ in wanted})
    codes = _codes(session, agency_ids)
    people = people_of(session, agency_ids, sorted({found.role for _, found in wanted}))
    for request, found in wanted:
        look.put(
            found,
            people.get(request.agency_id, []),
            codes[request.agency_id],
            usable,
            subject=subject_of(request),
            plan_no=request.plan_no,
            request_id=request.id,
        )


def _put_slips(
    session: Session,
    look: Look,
    cycle: Cycle,
    made: Sequence[Slip],
    done: DoneSteps,
    usable: Collection[Channel],
) -> None:
    """Note what is to be told of the cycle as a whole."""
    waves: dict[tuple[PersonRole, str], int] = {}
    for (subject, wave), told in done.items():
        if subject == cycle_subject(cycle):
            for key in told:
                waves[key] = max(wave, waves.get(key, 0))
    wanted = new_slips(made, waves)
    people = people_above(session, [slip.role for slip in wanted]) if wanted else []
    for slip in wanted:
        look.put(
            StepStanding(slip.step, slip.role, slip.standing),
            people,
            "",
            usable,
            subject=cycle_subject(cycle),
            plan_no=slip.wave,
        )


def cycle_subject(cycle: Cycle) -> str:
    """What the slips of a cycle are about."""
    return f"cycle:{cycle.id}"


def _reminders_of(cycle_id: int) -> sa.ColumnElement[bool]:
    """The notices of one cycle that chase: of its requests (the request itself is none), and its slips."""
    mine = select(Request.id).where(Request.cycle_id == cycle_id)
    of_requests = (
        col(Notice.request_id).in_(mine)
        & col(Notice.subject).like(f"{REQUEST}%")
        & (col(Notice.step) != dispatch.STEP)
    )
    return of_requests | (col(Notice.subject) == f"cycle:{cycle_id}")


def standing_of_notice(session: Session, notice: Notice, calendar: WorkCalendar, now: datetime) -> Standing:
    """Asked at the moment of sending of a notice about a request or a cycle: is it still due, held, or past?"""
    role = session.get_one(Person, notice.person_id).role
    if notice.request_id is None:
        cycle = session.get_one(Cycle, int(notice.subject.partition(":")[2]))
        steps = step_plans(cycle)
        requests = session.exec(select(Request).where(Request.cycle_id == cycle.id)).all()
        made = slips(facts_of(session, cycle, requests), steps, calendar, now)
        standing = slip_standing(made, cycle.state, steps, role, notice.step, notice.plan_no, now)
    else:
        request = session.get_one(Request, notice.request_id)
        cycle = session.get_one(Cycle, request.cycle_id)
        facts = facts_of(session, cycle, [request])[0]
        steps = step_plans(cycle)
        standing = standing_now(facts, notice.plan_no, notice.step, role, steps, calendar, now)
    return standing.of(notice.state)


def unsaid(session: Session, calendar: WorkCalendar, then: datetime) -> list[tuple[int, str]]:
    """What should have been put down by then and was not: agency id (0: the cycle as a whole) and the step's label."""
    missing = []
    for cycle in released_cycles(session):
        requests = session.exec(select(Request).where(Request.cycle_id == cycle.id)).all()
        agencies = {subject_of(request): request.agency_id for request in requests}
        labels = {step.code: step.label for step in step_plans(cycle)}
        look = look_at(session, cycle_id_of(cycle), calendar, then)
        late = {
            (agencies.get(line.subject, 0), labels[line.step])
            for line in look.lines
            if line.standing.state is not NoticeState.SUPERSEDED
        }
        missing += sorted(late)
    return missing


def _codes(session: Session, agency_ids: Sequence[int]) -> dict[int, str]:
    agencies = session.execute(
        sa.select(col(Agency.id), col(Agency.code)).where(among(Agency.id, agency_ids))
    )
    return dict(agencies.tuples().all())


def close_finished(store: Store, now: datetime) -> list[str]:
    """Close the cycles whose time is over; returns their codes."""
    with store.writing() as session:
        released = select(Cycle).where(Cycle.state == CycleState.RELEASED).order_by(col(Cycle.id))
        closed = [cycle for cycle in session.exec(released.with_for_update()) if due_to_close(cycle, now)]
        for cycle in closed:
            close_cycle(
                session,
                cycle,
                reason=f"Hết thời gian thu báo cáo của kỳ (ngày {vn_date(local_day(now))})",
                actor=MACHINE,
                now=now,
            )
        return [cycle.code for cycle in closed]


def cycle_ids(session: Session) -> list[int]:
    """Ids of the cycles whose reminders are to be looked at: reports are being collected, or a line is still open."""
    open_lines = select(Notice).where(col(Notice.state).in_(OPEN)).subquery()
    by_request = (
        select(Request.cycle_id).join(open_lines, open_lines.c.request_id == col(Request.id)).distinct()
    )
    by_slip = select(open_lines.c.subject).where(open_lines.c.subject.like("cycle:%"))
    left = {*session.exec(by_request), *(int(subject[6:]) for subject in session.exec(by_slip))}
    return sorted({*(cycle_id_of(cycle) for cycle in released_cycles(session)), *left})
