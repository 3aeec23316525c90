"""All that was said to an agency, held back, given up or failed, with times and reasons; and what is still planned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.codes import AttemptOutcome, Channel, NoticeState, PersonRole
from models.cycle import Cycle, Request
from models.directory import Person
from models.history import StateChange
from models.notice import Attempt, Message, Notice
from models.rules.reminders.notices import BY_HAND, why_left_alone
from models.rules.reminders.step_plan import StepPlan, coming
from models.rules.reminders.step_words import STEP_WORDS
from models.rules.workdays import WorkCalendar
from tasks.cycle.cycles import find_cycle
from tasks.reminders.assignment_sweep import (
    SUBJECT,
    assignment_and_agency,
    assignment_names,
)
from tasks.reminders.duties import Steps, read_duties
from tasks.reminders.notice_states import ENTITY
from tasks.reminders.pauses import BY_HAND_LABEL, find_agency
from tasks.reminders.sweep import facts_of, released_cycles, step_plans


@dataclass(frozen=True)
class Tried:
    """One try to hand a message over."""

    no: int
    at: datetime
    outcome: AttemptOutcome
    answer: str


@dataclass(frozen=True)
class Changed:
    """One change of a notice's state before it went out."""

    at: datetime
    before: NoticeState
    after: NoticeState
    why: str
    actor: str


@dataclass(frozen=True)
class HistoryLine:
    """One notice with all that became of it. `sent_at` is when its message was taken by the other side."""

    put_down: datetime
    step: str
    about: str
    whom: str
    channel: Channel
    state: NoticeState
    why: str
    sent_at: datetime | None
    address: str
    changes: tuple[Changed, ...]
    tries: tuple[Tried, ...]


@dataclass(frozen=True)
class ComingStep:
    """A step whose day is still to come, if nothing happens meanwhile."""

    day: date
    step: str
    about: str
    whom: str


def history(
    session: Session, agency_code: str, cycle_code: str = "", *, steps: Steps | None = None
) -> list[HistoryLine]:
    """Every notice about an agency or to one of its people, oldest first; of one cycle with `cycle_code`."""
    agency = find_agency(session, agency_code)
    mine = select(Request.id).where(Request.agency_id == agency.id)
    if cycle_code:
        mine = mine.where(Request.cycle_id == find_cycle(session, cycle_code).id)
    where: sa.ColumnElement[bool] = col(Notice.request_id).in_(mine)
    if not cycle_code:
        theirs = col(Person.agency_id) == agency.id
        where = where | theirs | col(Notice.subject).like(f"{SUBJECT}%:{agency.id}")
    rows = session.exec(
        select(Notice, Person, Message)
        .join(Person, col(Person.id) == col(Notice.person_id))
        .join(Message, col(Message.id) == col(Notice.message_id), isouter=True)
        .where(where)
        .order_by(col(Notice.id))
    ).all()
    changes = _changes(session, [notice.id or 0 for notice, _, _ in rows])
    tries = _tries(session, [notice.message_id for notice, _, _ in rows if notice.message_id is not None])
    cycles = _cycles(session)
    names = assignment_names(session)
    labels = _labels(session, steps or {})
    return [
        HistoryLine(
            put_down=notice.created_at,
            step=labels.get(notice.step, BY_HAND_LABEL if notice.step.startswith(BY_HAND) else notice.step),
            about=_about(notice, cycles, names),
            whom=f"{person.name} ({PersonRole(person.role).label})",
            channel=notice.channel,
            state=notice.state,
            why=notice.why,
            sent_at=message.sent_at if message is not None else None,
            address=message.address if message is not None else "",
            changes=tuple(changes.get(notice.id or 0, ())),
            tries=tuple(tries.get(notice.message_id or 0, ())),
        )
        for notice, person, message in rows
    ]


def coming_steps(
    session: Session,
    agency_code: str,
    steps: Steps,
    calendar: WorkCalendar,
    now: datetime,
    cycle_code: str = "",
) -> list[ComingStep]:
    """The steps that are still to come for an agency: of its requests that are not answered, of its assignments."""
    agency = find_agency(session, agency_code)
    found = []
    for cycle in released_cycles(session):
        requests = session.exec(
            select(Request).where(Request.cycle_id == cycle.id, Request.agency_id == agency.id)
        ).all()
        if cycle_code in ("", cycle.code):
            for facts in facts_of(session, cycle, requests):
                if facts.began is not None and not why_left_alone(facts):
                    ahead = coming(facts.due, facts.began, step_plans(cycle), calendar, now)
                    found += [_coming(day, step, cycle.name) for day, step in ahead]
    if not cycle_code:
        names = assignment_names(session)
        duties = read_duties(session, steps, now)
        for duty in duties.by_subject.values():
            if duty.agency_id == agency.id and not duty.settled:
                key, name, _due = names[duty.assignment_id]
                ahead = coming(duty.due, duty.began, duties.steps[duty.assignment_id], calendar, now)
                found += [_coming(day, step, f"Nhiệm vụ {key}: {name}") for day, step in ahead]
    return sorted(found, key=lambda one: (one.day, one.about, one.step))


def _coming(day: date, step: StepPlan, about: str) -> ComingStep:
    return ComingStep(day, step.label, about, ", ".join(role.label for role in step.audience))


def _labels(session: Session, steps: Steps) -> Mapping[str, str]:
    of_policies = {
        step.code: step.label for cycle in session.exec(select(Cycle)) for step in step_plans(cycle)
    }
    of_assignments = {step.code: step.label for of_register in steps.values() for step in of_register}
    return {**of_policies, **of_assignments, **STEP_WORDS}


def _cycles(session: Session) -> dict[int, str]:
    """Request id -> the name of its cycle."""
    rows = session.exec(select(Request.id, Cycle.name).join(Cycle, col(Cycle.id) == col(Request.cycle_id)))
    return {request_id or 0: name for request_id, name in rows}


def _about(
    notice: Notice, cycles: Mapping[int, str], names: Mapping[int, tuple[str, str, date | None]]
) -> str:
    if notice.subject.startswith(SUBJECT):
        key, name, _due = names[assignment_and_agency(notice.subject)[0]]
        return f"Nhiệm vụ {key}: {name}"
    return cycles.get(notice.request_id or 0, "")


def _changes(session: Session, notice_ids: Sequence[int]) -> dict[int, list[Changed]]:
    found: dict[int, list[Changed]] = {}
    rows = session.exec(
        select(StateChange)
        .where(StateChange.entity == ENTITY, col(StateChange.entity_id).in_(notice_ids))
        .order_by(col(StateChange.id))
    )
    for row in rows:
        found.setdefault(row.entity_id, []).append(
            Changed(row.at, NoticeState(row.before), NoticeState(row.after), row.reason, row.actor)
        )
    return found


def _tries(session: Session, message_ids: Sequence[int]) -> dict[int, list[Tried]]:
    found: dict[int, list[Tried]] = {}
    rows = session.exec(
        select(Attempt)
        .where(col(Attempt.message_id).in_(message_ids))
        .order_by(col(Attempt.message_id), col(Attempt.no))
    )
    for row in rows:
        found.setdefault(row.message_id, []).append(
            Tried(row.no, row.finished_at or row.started_at, row.outcome, row.answer)
        )
    return found
