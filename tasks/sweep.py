"""The sweep's decisions, made from the database afresh each time: what should be open, said, or closed by now?

A sweep that was missed, runs late, twice, or after a week down changes nothing but the hour.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, or_, select

from models.codes import CycleState, NoticeState, PersonRole, RequestState
from models.cycle import Cycle, DueChange, Request
from models.directory import Agency, Person
from models.notice import Notice
from models.rules.notices import RequestFacts, StepPlan, due_steps, stale_steps
from models.rules.periods import Period
from models.rules.policy import Regime, cycle_dates, openings, replaced_by
from models.rules.workdays import WorkCalendar
from models.time import local_day, vn_date
from tasks.cycles import close_cycle, cycle_code, cycle_id_of, due_to_close
from tasks.notices import people_of, put_notice
from tasks.states import MACHINE
from tasks.store import Store

LOOK_BACK = timedelta(days=120)
"""How far back a missed opening is made good, in days; an older cycle is over."""


@dataclass(frozen=True)
class Planned:
    """What one cycle's look brought: lines put down, lines recorded as skipped, steps that have no recipient."""

    new: int = 0
    skipped: int = 0
    nobody: tuple[str, ...] = ()


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
    return [cycle.code for cycle in cycles if Regime.model_validate(cycle.policy).release == "auto"]


def step_plans(cycle: Cycle) -> tuple[StepPlan, ...]:
    """The steps of a cycle's frozen policy."""
    return tuple(
        StepPlan(step.code, step.when, step.working_days, tuple(step.audience), step.template)
        for step in Regime.model_validate(cycle.policy).steps
    )


def released_cycles(session: Session) -> list[Cycle]:
    """Cycles in which reports are being collected, oldest first."""
    return list(session.exec(select(Cycle).where(Cycle.state == CycleState.RELEASED).order_by(col(Cycle.id))))


def facts_of(session: Session, cycle: Cycle, requests: Sequence[Request]) -> list[RequestFacts]:
    """What the rules must know of these requests of one cycle."""
    ids = [request.id for request in requests]
    plans = {request.id: request.plan_no for request in requests}
    done: dict[int, set[tuple[PersonRole, str]]] = {}
    rows = session.exec(
        select(Notice.request_id, Notice.plan_no, Notice.step, Person.role)
        .join(Person, col(Person.id) == col(Notice.person_id))
        .where(
            col(Notice.request_id).in_(ids),
            # What somebody did not get who has left since is still to be said to whoever came instead.
            or_(col(Person.active).is_(True), col(Notice.state) == NoticeState.SENT),
        )
    )
    for request_id, plan_no, step, role in rows:
        if request_id is not None and plans[request_id] == plan_no:
            done.setdefault(request_id, set()).add((PersonRole(role), step))
    began = {
        change.request_id: change.at
        for change in session.exec(
            select(DueChange).where(col(DueChange.request_id).in_(ids), col(DueChange.plan_no) > 1)
        )
        if plans[change.request_id] == change.plan_no
    }
    return [
        RequestFacts(
            request_id=request.id or 0,
            plan_no=request.plan_no,
            state=request.state,
            due=request.due,
            sent_at=request.sent_at,
            cycle_state=cycle.state,
            done_steps=frozenset(done.get(request.id or 0, ())),
            began_at=began.get(request.id or 0),
        )
        for request in requests
    ]


def plan_notices(store: Store, cycle_id: int, calendar: WorkCalendar, now: datetime) -> Planned:
    """Put down every line of one cycle that is due by now and not yet there, and record those that are past."""
    with store.writing() as session:
        cycle = session.get_one(Cycle, cycle_id)
        steps = step_plans(cycle)
        chased = session.exec(
            select(Request)
            .where(
                Request.cycle_id == cycle_id,
                col(Request.state).in_([RequestState.SENT, RequestState.INCOMPLETE]),
            )
            .order_by(col(Request.id))
        ).all()
        roles = sorted({role for step in steps for role in step.audience})
        codes = _codes(session, [request.agency_id for request in chased])
        people = people_of(session, [request.agency_id for request in chased], roles)
        new = skipped = 0
        nobody = []
        for request, facts in zip(chased, facts_of(session, cycle, chased), strict=True):
            reachable = people.get(request.agency_id, [])
            wanted = [(due.step, due.role, "") for due in due_steps(facts, steps, calendar, now)]
            wanted += [
                (stale.step, stale.role, stale.why) for stale in stale_steps(facts, steps, calendar, now)
            ]
            for step, role, why in wanted:
                persons = [person for person in reachable if person.role == role]
                if not persons and not why:
                    nobody.append(f"{role.label} {codes[request.agency_id]}")
                for person in persons:
                    written = put_notice(
                        session,
                        subject=f"request:{request.id}",
                        plan_no=request.plan_no,
                        step=step.code,
                        person=person,
                        request_id=request.id,
                        now=now,
                        superseded=why,
                    )
                    new += written and not why
                    skipped += written and bool(why)
    return Planned(new=new, skipped=skipped, nobody=tuple(nobody))


def _codes(session: Session, agency_ids: Sequence[int]) -> dict[int, str]:
    agencies = session.exec(select(Agency).where(col(Agency.id).in_(agency_ids)))
    return {agency.id or 0: agency.code for agency in agencies}


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
    """Ids of the cycles in which reports are being collected."""
    return [cycle_id_of(cycle) for cycle in released_cycles(session)]
