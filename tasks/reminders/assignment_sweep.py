"""Reminders of the assignments' own deadlines, decided from the registers and the reports that count.

The steps are of the province's folder (reminders.yaml), not of a cycle: a deadline goes on when no cycle is open.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from models.codes import Channel, NoticeState
from models.directory import Person
from models.notice import Notice
from models.register import Assignment, AssignmentRevision
from models.rules.reminders.assignment_notices import (
    DROPPED,
    NO_DATE,
    NO_LONGER_LEADS,
    duty_standing_now,
    new_duty_standings,
)
from models.rules.reminders.notices import Standing, superseded
from models.rules.workdays import WorkCalendar
from tasks.among import among
from tasks.reminders.duties import Duties, Steps, near, read_duties, read_unsettled, with_settled
from tasks.reminders.notices import people_of
from tasks.reminders.planned_lines import Look, OpenLine, Planned, carry_out, lines_about
from tasks.store import Store

SUBJECT = "assignment:"


def assignment_and_agency(subject: str) -> tuple[int, int]:
    """The ids in assignment:12:7."""
    _, assignment_id, agency_id = subject.split(":")
    return int(assignment_id), int(agency_id)


def plan_assignments(
    store: Store,
    steps: Steps,
    calendar: WorkCalendar,
    now: datetime,
    usable: Collection[Channel] = tuple(Channel),
) -> Planned:
    """Put down every line about an assignment's deadline that is due by now, record those that are past, and settle
    the open ones whose standing has changed. `usable` are the channels that are set up."""
    return carry_out(store, lambda session: look_at_assignments(session, steps, calendar, now, usable), now)


def look_at_assignments(
    session: Session,
    steps: Steps,
    calendar: WorkCalendar,
    now: datetime,
    usable: Collection[Channel] = tuple(Channel),
) -> Look:
    """What the assignments' deadlines ask for now. Reads only, in a fixed number of queries."""
    done, open_lines = lines_about(
        session, col(Notice.request_id).is_(None), col(Notice.subject).like(f"{SUBJECT}%")
    )
    about = {assignment_and_agency(line.subject)[0] for line in open_lines}
    unsettled = read_unsettled(session, steps, now, done, near(steps, calendar, now, about))
    asked = about | {
        duty.assignment_id
        for duty in unsettled.by_subject.values()
        if new_duty_standings(duty, unsettled.steps[duty.assignment_id], calendar, now)
    }
    duties = with_settled(session, unsettled, asked)
    look = Look()
    wanted = [
        (duty, found)
        for duty in duties.by_subject.values()
        for found in new_duty_standings(duty, duties.steps[duty.assignment_id], calendar, now)
    ]
    if wanted:
        agency_ids = sorted({duty.agency_id for duty, _ in wanted})
        people = people_of(session, agency_ids, sorted({found.role for _, found in wanted}))
        for duty, found in wanted:
            look.put(
                found,
                people.get(duty.agency_id, []),
                duties.code_of(duty.agency_id),
                usable,
                subject=duty.subject,
                plan_no=duty.plan_no,
            )
    look.settle(open_lines, lambda line: _standing(duties, line, calendar, now))
    return look


def standing_of_assignment_notice(
    session: Session, notice: Notice, steps: Steps, calendar: WorkCalendar, now: datetime
) -> Standing:
    """Asked at the moment of sending of a notice about an assignment: is it still due, or past?"""
    person = session.get_one(Person, notice.person_id)
    line = OpenLine(
        id=notice.id or 0,
        subject=notice.subject,
        plan_no=notice.plan_no,
        step=notice.step,
        role=person.role,
        active=person.active,
        state=notice.state,
        why=notice.why,
    )
    assignment_id, _ = assignment_and_agency(notice.subject)
    duties = read_duties(session, steps, now, col(Assignment.id) == assignment_id)
    return _standing(duties, line, calendar, now)


def _standing(duties: Duties, line: OpenLine, calendar: WorkCalendar, now: datetime) -> Standing:
    """What is to become of an open notice about one of them, or about one that is gone."""
    duty = duties.by_subject.get(line.subject)
    if duty is not None:
        steps = duties.steps[duty.assignment_id]
        return duty_standing_now(duty, line.plan_no, line.step, line.role, steps, calendar, now)
    of = duties.assignments.get(assignment_and_agency(line.subject)[0])
    if of is None:
        return superseded(DROPPED)
    return superseded(NO_DATE if of.due is None else NO_LONGER_LEADS)


@dataclass(frozen=True)
class AssignmentLine:
    """What a message says of one assignment: number and title, until when; never what was reported."""

    notice_id: int
    agency_id: int
    key: str  # V.5.1
    name: str
    due: date


def assignment_lines(session: Session, notices: Collection[Notice]) -> list[AssignmentLine]:
    """The lines of these notices about assignments, as the registers stand, the earliest deadline first."""
    about = {notice.id or 0: assignment_and_agency(notice.subject) for notice in notices}
    said = assignment_names(session, {assignment_id for assignment_id, _ in about.values()})
    lines = []
    for notice_id, (assignment_id, agency_id) in about.items():
        key, name, due = said[assignment_id]
        if due is not None:
            lines.append(AssignmentLine(notice_id, agency_id, key, name, due))
    return sorted(lines, key=lambda line: (line.due, line.key))


def assignment_names(
    session: Session, assignment_ids: Collection[int] | None = None
) -> dict[int, tuple[str, str, date | None]]:
    """Assignment id -> number, title and date, as the registers stand; of all of them without ids."""
    rows = session.execute(
        sa.select(
            col(Assignment.id),
            col(Assignment.key),
            col(AssignmentRevision.name),
            col(AssignmentRevision.due),
        )
        .join(AssignmentRevision, col(AssignmentRevision.assignment_id) == col(Assignment.id))
        .where(
            col(AssignmentRevision.no) == col(Assignment.revision_no),
            sa.true() if assignment_ids is None else among(Assignment.id, assignment_ids),
        )
    )
    return {assignment_id: (key, name, due) for assignment_id, key, name, due in rows}


def unsaid_of_assignments(
    session: Session, steps: Steps, calendar: WorkCalendar, then: datetime
) -> list[tuple[int, str]]:
    """What should have been put down by then and was not: agency id and the step's label."""
    labels = {step.code: step.label for of_register in steps.values() for step in of_register}
    look = look_at_assignments(session, steps, calendar, then)
    return sorted(
        {
            (assignment_and_agency(line.subject)[1], labels[line.step])
            for line in look.lines
            if line.standing.state is not NoticeState.SUPERSEDED
        }
    )
