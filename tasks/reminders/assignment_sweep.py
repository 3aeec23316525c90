"""Reminders of the assignments' own deadlines, decided from the registers and the reports that count.

The steps are of the province's folder (reminders.yaml), not of a cycle: a deadline goes on when no cycle is open.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.codes import Channel, NoticeState, ReportStatus
from models.cycle import Request
from models.directory import Person
from models.notice import Notice
from models.register import Assignment, AssignmentRevision, Register
from models.rules.reminders.assignment_notices import (
    DROPPED,
    NO_DATE,
    NO_LONGER_LEADS,
    AssignmentDuty,
    duty_standing_now,
    new_duty_standings,
    why_settled,
)
from models.rules.reminders.notices import Standing, superseded
from models.rules.reminders.step_plan import StepPlan
from models.rules.workdays import WorkCalendar
from models.submission import AssignmentReport, Submission
from models.time import local_day
from tasks.cycle.cycles import counting_versions
from tasks.registers.proposal_acts import accepted_proposals
from tasks.registers.register_facts import AssignmentFacts, Directory, assignments_in_force, read_directory
from tasks.reminders.notices import people_of
from tasks.reminders.planned_lines import DoneSteps, Look, OpenLine, Planned, carry_out, lines_about
from tasks.statuses.said import Key, Said, complete_as_whole, reopened, said_last
from tasks.store import Store

SUBJECT = "assignment:"

Steps = Mapping[str, tuple[StepPlan, ...]]
"""Register code -> the steps of its assignments (tasks.profile.Profile.assignment_steps)."""


@dataclass(frozen=True)
class Duties:
    """What is owed by whom of the registers' assignments; `facts` are those in force, by assignment id."""

    directory: Directory
    facts: Mapping[int, AssignmentFacts]
    by_subject: Mapping[str, AssignmentDuty]
    steps: Mapping[int, tuple[StepPlan, ...]] = field(default_factory=dict)

    def standing(self, line: OpenLine, calendar: WorkCalendar, now: datetime) -> Standing:
        """What is to become of an open notice about one of them, or about one that is gone."""
        duty = self.by_subject.get(line.subject)
        if duty is None:
            return superseded(self._why_gone(line.subject))
        steps = self.steps[duty.assignment_id]
        return duty_standing_now(duty, line.plan_no, line.step, line.role, steps, calendar, now)

    def _why_gone(self, subject: str) -> str:
        facts = self.facts.get(assignment_and_agency(subject)[0])
        if facts is None:
            return DROPPED
        return NO_DATE if facts.revision.due is None else NO_LONGER_LEADS


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
    done, open_lines = lines_about(session, col(Notice.subject).like(f"{SUBJECT}%"))
    duties = read_duties(session, steps, now, done)
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
                duties.directory.agencies[duty.agency_id].code,
                usable,
                subject=duty.subject,
                plan_no=duty.plan_no,
            )
    look.settle(open_lines, lambda line: duties.standing(line, calendar, now))
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
    duties = read_duties(session, steps, now, {}, only=assignment_and_agency(notice.subject)[0])
    return duties.standing(line, calendar, now)


def read_duties(
    session: Session, steps: Steps, now: datetime, done: DoneSteps, only: int | None = None
) -> Duties:
    """What each lead owes of each assignment with a date; of one assignment alone with `only`."""
    directory = read_directory(session, local_day(now))
    in_force = [
        facts
        for facts in assignments_in_force(session, directory, list(steps))
        if only is None or facts.assignment.id == only
    ]
    since = _dates_since(session, list(steps))
    said = said_last(session)
    words = _last_words(session, only, said)
    accepted, complete = accepted_proposals(session), complete_as_whole(said)
    by_subject = {}
    for facts in in_force:
        assignment_id = facts.assignment.id or 0
        due = facts.revision.due
        if due is None:
            continue
        number, made_at = since[assignment_id]
        lead = facts.lead_of_record
        lead_id = directory.ids[lead.code] if lead is not None and lead.kind == "agency" else None
        for agency_id in leads_of(facts, directory):
            word = words.get((assignment_id, agency_id))
            duty = AssignmentDuty(
                assignment_id=assignment_id,
                agency_id=agency_id,
                plan_no=number,
                due=due,
                began_at=made_at,
                settled=why_settled(
                    withheld=facts.assignment.withheld,
                    own_complete=word is ReportStatus.COMPLETE or assignment_id in complete,
                    lead_complete=lead_id is not None
                    and words.get((assignment_id, lead_id)) is ReportStatus.COMPLETE,
                    spoke=word is not None,
                    accepted=assignment_id in accepted,
                ),
            )
            told = frozenset(done.get((duty.subject, number), ()))
            by_subject[duty.subject] = replace(duty, done_steps=told)
    return Duties(
        directory=directory,
        facts={facts.assignment.id or 0: facts for facts in in_force},
        by_subject=by_subject,
        steps={facts.assignment.id or 0: steps[facts.register.code] for facts in in_force},
    )


def leads_of(facts: AssignmentFacts, directory: Directory) -> list[int]:
    """Ids of the active agencies that lead an assignment, themselves or as members of a leading group, each once."""
    codes: dict[str, None] = {}
    for lead in facts.leads:
        named = (lead.code,) if lead.kind == "agency" else directory.groups[lead.code].member_codes
        codes.update(dict.fromkeys(named))
    ids = [directory.ids[code] for code in codes]
    return [agency_id for agency_id in ids if directory.agencies[agency_id].active]


def _dates_since(session: Session, register_codes: list[str]) -> dict[int, tuple[int, datetime]]:
    """Assignment id -> number and time of the revision since which its date stands: new words start nothing afresh."""
    since: dict[int, tuple[int, datetime]] = {}
    dates: dict[int, date | None] = {}
    rows = session.exec(
        select(AssignmentRevision)
        .join(Assignment, col(Assignment.id) == col(AssignmentRevision.assignment_id))
        .join(Register, col(Register.id) == col(Assignment.register_id))
        .where(col(Register.code).in_(register_codes))
        .order_by(col(AssignmentRevision.assignment_id), col(AssignmentRevision.no))
    )
    for revision in rows:
        known = revision.assignment_id
        if known not in since or dates[known] != revision.due:
            since[known], dates[known] = (revision.no, revision.made_at), revision.due
    return since


def _last_words(
    session: Session, only: int | None, said: Mapping[Key, Said]
) -> dict[tuple[int, int], ReportStatus]:
    """(assignment id, agency id) -> what the agency last declared in a version that counts.

    Complete stays complete while a later cycle says nothing else of it, and the secretariat has not confirmed
    otherwise: then that is the word.
    """
    rows = session.exec(
        select(AssignmentReport, Request.agency_id)
        .join(Submission, col(Submission.id) == col(AssignmentReport.submission_id))
        .join(Request, col(Request.id) == col(Submission.request_id))
        .where(
            col(AssignmentReport.status).is_not(None),
            col(Submission.id).in_(counting_versions()),
            sa.true() if only is None else col(AssignmentReport.assignment_id) == only,
        )
        .order_by(col(Request.cycle_id))
    )
    words = {}
    for report, agency_id in rows:
        key = (report.assignment_id, agency_id)
        status = said[key].confirmation.status if reopened(said.get(key), report) else report.status
        if status is not None:
            words[key] = status
    return words


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
    rows = session.exec(
        select(Assignment, AssignmentRevision)
        .join(AssignmentRevision, col(AssignmentRevision.assignment_id) == col(Assignment.id))
        .where(
            col(AssignmentRevision.no) == col(Assignment.revision_no),
            sa.true() if assignment_ids is None else col(Assignment.id).in_(assignment_ids),
        )
    )
    return {
        assignment.id or 0: (assignment.key, revision.name, revision.due) for assignment, revision in rows
    }


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
