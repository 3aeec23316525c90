"""What is owed by whom of the registers' assignments that have a date.

A country has tens of thousands of them, of which a few are near their date: so the database is asked first which, and
only of those who leads them; whether one is settled is asked in the end, of those for which it matters.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.codes import PartyRole, ReportStatus
from models.cycle import Request
from models.register import Assignment, AssignmentParty, AssignmentRevision, Register
from models.rules.reminders.assignment_notices import AssignmentDuty, why_settled
from models.rules.reminders.step_plan import StepPlan, none_reached_after
from models.rules.workdays import WorkCalendar
from models.submission import AssignmentReport, Submission
from models.time import local_day
from tasks.among import among
from tasks.cycle.cycles import counts
from tasks.registers.proposal_acts import accepted_proposals
from tasks.registers.register_facts import Directory, read_directory
from tasks.reminders.planned_lines import DoneSteps
from tasks.statuses.said import Said, complete_as_whole, reopened, said_last

Steps = Mapping[str, tuple[StepPlan, ...]]
"""Register code -> the steps of its assignments (tasks.profile.Profile.assignment_steps)."""


class Owed(NamedTuple):
    """An assignment in force, as its reminders need it. `due` is its date now, None where it has none."""

    id: int
    register_code: str
    key: str
    withheld: bool
    lead_agency_id: int | None
    revision_id: int
    revision_no: int
    due: date | None
    made_at: datetime


@dataclass(frozen=True)
class Duties:
    """What each lead owes. `assignments` are those in force that were looked at, by id."""

    assignments: Mapping[int, Owed] = field(default_factory=dict)
    by_subject: Mapping[str, AssignmentDuty] = field(default_factory=dict)
    steps: Mapping[int, tuple[StepPlan, ...]] = field(default_factory=dict)
    directory: Directory | None = None

    def code_of(self, agency_id: int) -> str:
        """The code of an agency that owes something."""
        return self.directory.agencies[agency_id].code if self.directory is not None else ""


def read_duties(session: Session, steps: Steps, now: datetime, *which: sa.ColumnElement[bool]) -> Duties:
    """Everything that is owed, settled or not, of all assignments or of these (see read_unsettled)."""
    duties = read_unsettled(session, steps, now, {}, sa.and_(sa.true(), *which))
    return with_settled(session, duties, duties.assignments)


def near(
    steps: Steps, calendar: WorkCalendar, now: datetime, also: Collection[int]
) -> sa.ColumnElement[bool]:
    """Assignments of which a step may have been reached by now, and those with these ids."""
    ends = [none_reached_after(plan, calendar, now) for plan in steps.values()]
    by_day = col(AssignmentRevision.due) <= max(ends) if ends else sa.false()
    # Said twice: once for SQLite, which would not begin with the few that are near by itself.
    dated = sa.select(col(AssignmentRevision.assignment_id)).where(by_day)
    soon = col(Assignment.id).in_(dated) & by_day
    return soon | among(Assignment.id, also) if also else soon


def read_unsettled(
    session: Session, steps: Steps, now: datetime, done: DoneSteps, which: sa.ColumnElement[bool]
) -> Duties:
    """What each lead would owe of these assignments if nothing had been reported of any. In a fixed number of queries;
    one when there are none. `which` speaks of Assignment and of AssignmentRevision, its revision in force."""
    which = sa.and_(
        col(Register.code).in_(list(steps)),
        col(Assignment.dropped_at).is_(None),
        col(AssignmentRevision.no) == col(Assignment.revision_no),
        which,
    )
    assignments = {one.id: one for one in _assignments(session, which)}
    if not assignments:
        return Duties()
    directory = read_directory(session, local_day(now))
    leads = _leads(session, directory, which)
    since = _dates_since(session, assignments)
    by_subject = {}
    for one in assignments.values():
        if one.due is None:
            continue
        plan_no, began_at = since.get(one.id, (one.revision_no, one.made_at))
        for agency_id in leads.get(one.revision_id, ()):
            duty = AssignmentDuty(one.id, agency_id, plan_no, one.due, began_at)
            told = done.get((duty.subject, plan_no))
            by_subject[duty.subject] = replace(duty, done_steps=frozenset(told)) if told else duty
    return Duties(
        assignments=assignments,
        by_subject=by_subject,
        steps={one.id: steps[one.register_code] for one in assignments.values()},
        directory=directory,
    )


def with_settled(session: Session, duties: Duties, ids: Collection[int]) -> Duties:
    """The same, with what is settled of the assignments with these ids; the others' duties are left out."""
    asked = {one for one in ids if one in duties.assignments}
    if not asked:
        return replace(duties, by_subject={})
    said = said_last(session, only=asked)
    words = _last_words(session, asked, said)
    accepted, complete = accepted_proposals(session), complete_as_whole(said)
    by_subject = {}
    for subject, duty in duties.by_subject.items():
        if duty.assignment_id not in asked:
            continue
        of = duties.assignments[duty.assignment_id]
        word = words.get((of.id, duty.agency_id))
        lead = words.get((of.id, of.lead_agency_id)) if of.lead_agency_id is not None else None
        settled = why_settled(
            withheld=of.withheld,
            own_complete=word is ReportStatus.COMPLETE or of.id in complete,
            lead_complete=lead is ReportStatus.COMPLETE,
            spoke=word is not None,
            accepted=of.id in accepted,
        )
        by_subject[subject] = replace(duty, settled=settled) if settled else duty
    return replace(duties, by_subject=by_subject)


def _assignments(session: Session, which: sa.ColumnElement[bool]) -> Iterable[Owed]:
    """In the registers' order."""
    rows = session.execute(
        sa.select(
            col(Assignment.id),
            col(Register.code),
            col(Assignment.key),
            col(Assignment.withheld),
            col(Assignment.lead_agency_id),
            col(AssignmentRevision.id),
            col(AssignmentRevision.no),
            col(AssignmentRevision.due),
            col(AssignmentRevision.made_at),
        )
        .join(Register, col(Register.id) == col(Assignment.register_id))
        .join(AssignmentRevision, col(AssignmentRevision.assignment_id) == col(Assignment.id))
        .where(which)
        .order_by(col(Register.id), col(AssignmentRevision.position))
    )
    return (Owed._make(row) for row in rows)


def _leads(
    session: Session, directory: Directory, which: sa.ColumnElement[bool]
) -> dict[int, dict[int, None]]:
    """Revision id -> the active agencies that lead, themselves or as members of a leading group, each once."""
    members = {
        group_id: [directory.ids[code] for code in directory.groups[group.code].member_codes]
        for group_id, group in directory.group_names.items()
    }
    found: dict[int, dict[int, None]] = {}
    for revision_id, agency_id, group_id in session.execute(
        sa.select(
            col(AssignmentParty.revision_id), col(AssignmentParty.agency_id), col(AssignmentParty.group_id)
        )
        .join(AssignmentRevision, col(AssignmentRevision.id) == col(AssignmentParty.revision_id))
        .join(Assignment, col(Assignment.id) == col(AssignmentRevision.assignment_id))
        .join(Register, col(Register.id) == col(Assignment.register_id))
        .where(col(AssignmentParty.role) == PartyRole.LEAD, which)
        .order_by(col(AssignmentParty.revision_id), col(AssignmentParty.position))
    ):
        named = members.get(group_id, []) if agency_id is None else [agency_id]
        active = [one for one in named if directory.agencies[one].active]
        found.setdefault(revision_id, {}).update(dict.fromkeys(active))
    return found


def _dates_since(session: Session, assignments: Mapping[int, Owed]) -> dict[int, tuple[int, datetime]]:
    """Assignment id -> number and time of the revision since which its date stands: new words start nothing afresh.
    Of those that were ever revised."""
    revised = [one.id for one in assignments.values() if one.revision_no > 1]
    if not revised:
        return {}
    since: dict[int, tuple[int, datetime]] = {}
    dates: dict[int, date | None] = {}
    rows = session.execute(
        sa.select(
            col(AssignmentRevision.assignment_id),
            col(AssignmentRevision.no),
            col(AssignmentRevision.due),
            col(AssignmentRevision.made_at),
        )
        .where(among(AssignmentRevision.assignment_id, revised))
        .order_by(col(AssignmentRevision.assignment_id), col(AssignmentRevision.no))
    )
    for assignment_id, number, due, made_at in rows:
        if assignment_id not in since or dates[assignment_id] != due:
            since[assignment_id], dates[assignment_id] = (number, made_at), due
    return since


def _last_words(
    session: Session, ids: Collection[int], said: Mapping[tuple[int, int | None], Said]
) -> dict[tuple[int, int], ReportStatus]:
    """(assignment id, agency id) -> what the agency last declared in a version that counts.

    Complete stays complete while a later cycle says nothing else of it, and the secretariat has not confirmed
    otherwise: then that is the word.
    """
    rows = session.execute(
        sa.select(
            col(AssignmentReport.assignment_id),
            col(Request.agency_id),
            col(AssignmentReport.status),
            col(AssignmentReport.id),
        )
        .join(Submission, col(Submission.id) == col(AssignmentReport.submission_id))
        .join(Request, col(Request.id) == col(Submission.request_id))
        .where(
            among(AssignmentReport.assignment_id, ids), col(AssignmentReport.status).is_not(None), counts()
        )
        .order_by(col(Request.cycle_id))
    )
    last = {
        (assignment_id, agency_id): (status, report_id)
        for assignment_id, agency_id, status, report_id in rows
    }
    words = {key: ReportStatus(status) for key, (status, _) in last.items()}
    spoken_of = {last[key][1]: said[key] for key in last.keys() & said.keys()}
    if spoken_of:
        keys = {report_id: key for key, (_, report_id) in last.items()}
        for report in session.exec(select(AssignmentReport).where(among(AssignmentReport.id, spoken_of))):
            one = spoken_of[report.id or 0]
            if reopened(one, report) and one.confirmation.status is not None:
                words[keys[report.id or 0]] = one.confirmation.status
    return words
