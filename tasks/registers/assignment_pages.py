"""What the desk's pages show of assignments: the registers as a list, and everything about one of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.codes import CycleState, ReportStatus
from models.cycle import Cycle, Request
from models.desk_act import Confirmation, ProposalDecision
from models.directory import Agency, AgencyGroup
from models.history import Audit
from models.register import Assignment, AssignmentRevision, Register
from models.rules.cycle_view import AssignmentView, CycleView
from models.rules.registers.dues import standing_changes
from models.rules.registers.names import Bearer
from models.submission import AssignmentReport, Submission
from models.time import local_day
from tasks.cycle.cycle_view import read_cycle
from tasks.cycle.cycles import counting_versions
from tasks.registers.deadline_acts import deadline_of
from tasks.registers.link_acts import linked_pairs
from tasks.registers.proposal_acts import decisions
from tasks.registers.register_acts import leads_named
from tasks.registers.register_facts import AssignmentFacts, assignments_in_force, read_directory
from tasks.registers.register_rows import read_bearers


@dataclass(frozen=True)
class RegisterLine:
    """An assignment in force; `view` as the latest released cycle sees it, None where that does not ask about it."""

    facts: AssignmentFacts
    view: AssignmentView | None
    decision: ProposalDecision | None

    @property
    def proposed(self) -> bool:
        """Whether somebody proposes not to carry it out, or the committee has decided on that."""
        words = self.view.reports if self.view is not None else ()
        said = any(word.status is ReportStatus.PROPOSED_OUT and word.this_cycle for word in words)
        return said or self.decision is not None


@dataclass(frozen=True)
class Registers:
    """All registers as they stand; `cycle` is the latest released cycle (of none: the latest closed), by which the
    classes are told."""

    cycle: CycleView | None
    lines: tuple[RegisterLine, ...]
    agency_names: Mapping[str, str]
    group_names: Mapping[str, str]

    def name(self, bearer: Bearer | None) -> str:
        """A bearer as a person reads it."""
        if bearer is None:
            return ""
        return (self.agency_names if bearer.kind == "agency" else self.group_names)[bearer.code]


def read_registers(session: Session, now: datetime) -> Registers:
    """Every assignment in force, in a fixed number of queries."""
    cycle = latest_cycle(session)
    view = read_cycle(session, cycle) if cycle is not None else None
    seen = {one.id: one for one in view.assignments} if view is not None else {}
    directory = read_directory(session, local_day(now))
    codes = list(session.exec(select(Register.code).order_by(col(Register.id))))
    decided = decisions(session)
    lines = tuple(
        RegisterLine(facts, seen.get(facts.assignment.id or 0), decided.get(facts.assignment.id or 0))
        for facts in assignments_in_force(session, directory, codes)
    )
    return Registers(
        cycle=view,
        lines=lines,
        agency_names={agency.code: agency.name for agency in directory.agencies.values()},
        group_names={group.code: group.name for group in directory.group_names.values()},
    )


def latest_cycle(session: Session) -> Cycle | None:
    """The released cycle with the latest day of its figures; when none is released, the closed one."""
    cycles = session.exec(
        select(Cycle).where(col(Cycle.state) != CycleState.DRAFT).order_by(col(Cycle.as_of).desc())
    ).all()
    released = [cycle for cycle in cycles if cycle.state is CycleState.RELEASED]
    return next(iter([*released, *cycles]), None)


@dataclass(frozen=True)
class PastWord:
    """What an agency declared of it in a cycle, in the version that counts."""

    cycle: str
    agency: str
    report: AssignmentReport


@dataclass(frozen=True)
class SaidOf:
    """What the secretariat said of it; `agency` "" of the whole."""

    cycle: str
    agency: str
    confirmation: Confirmation


@dataclass(frozen=True)
class AssignmentPage:
    """Everything on one assignment. Of a withheld one a page shows the key and the mark, and nothing else of this."""

    assignment: Assignment
    register: Register
    revisions: tuple[AssignmentRevision, ...]  # the first one first
    leads: tuple[Bearer, ...]
    lead: Bearer | None
    names: Mapping[Bearer, str]
    cycle: Cycle | None
    view: AssignmentView | None
    past: tuple[PastWord, ...]
    said: tuple[SaidOf, ...]
    decisions: tuple[ProposalDecision, ...]
    linked: tuple[tuple[int, str, str], ...]  # id, row key, name
    acts: tuple[Audit, ...]

    @property
    def row_key(self) -> str:
        return f"{self.register.code}/{self.assignment.key}"

    @property
    def now(self) -> AssignmentRevision:
        return self.revisions[-1]

    @property
    def moved_by(self) -> str:
        """The document by which the deadline in force was moved; "" when nothing can be taken back."""
        standing = standing_changes(deadline_of(revision) for revision in self.revisions)
        return standing[-1].source if len(standing) > 1 else ""


def read_assignment(session: Session, assignment_id: int) -> AssignmentPage | None:
    """One assignment with its history; None when there is none with this id."""
    assignment = session.get(Assignment, assignment_id)
    if assignment is None:
        return None
    bearers = read_bearers(session)
    agencies = {agency.id: agency for agency in session.exec(select(Agency))}
    cycle = latest_cycle(session)
    view = None
    if cycle is not None:
        seen = read_cycle(session, cycle).assignments
        view = next((one for one in seen if one.id == assignment_id), None)
    leads = tuple(leads_named(session, assignment, bearers))
    return AssignmentPage(
        assignment=assignment,
        register=session.get_one(Register, assignment.register_id),
        revisions=tuple(
            session.exec(
                select(AssignmentRevision)
                .where(AssignmentRevision.assignment_id == assignment_id)
                .order_by(col(AssignmentRevision.no))
            )
        ),
        leads=leads,
        lead=bearers.of(assignment.lead_agency_id, assignment.lead_group_id),
        names=_names(session, agencies),
        cycle=cycle,
        view=view,
        past=_past(session, assignment_id, agencies),
        said=_said(session, assignment_id, agencies),
        decisions=tuple(
            session.exec(
                select(ProposalDecision)
                .where(ProposalDecision.assignment_id == assignment_id)
                .order_by(col(ProposalDecision.id))
            )
        ),
        linked=_linked(session, assignment_id),
        acts=tuple(
            session.exec(
                select(Audit)
                .where(Audit.entity == "assignment", Audit.entity_id == assignment_id)
                .order_by(col(Audit.id).desc())
                .limit(50)
            )
        ),
    )


def _names(session: Session, agencies: Mapping[int | None, Agency]) -> dict[Bearer, str]:
    from_agencies = {Bearer("agency", agency.code): agency.name for agency in agencies.values()}
    groups = session.exec(select(AgencyGroup))
    return {**from_agencies, **{Bearer("group", group.code): group.name for group in groups}}


def _past(
    session: Session, assignment_id: int, agencies: Mapping[int | None, Agency]
) -> tuple[PastWord, ...]:
    rows = session.exec(
        select(AssignmentReport, Request.agency_id, Cycle.name)
        .join(Submission, col(Submission.id) == col(AssignmentReport.submission_id))
        .join(Request, col(Request.id) == col(Submission.request_id))
        .join(Cycle, col(Cycle.id) == col(Request.cycle_id))
        .where(AssignmentReport.assignment_id == assignment_id, col(Submission.id).in_(counting_versions()))
        .order_by(col(Cycle.as_of).desc(), col(Request.id))
    )
    return tuple(PastWord(cycle, agencies[agency_id].name, report) for report, agency_id, cycle in rows)


def _said(session: Session, assignment_id: int, agencies: Mapping[int | None, Agency]) -> tuple[SaidOf, ...]:
    rows = session.exec(
        select(Confirmation, Cycle.name)
        .join(Cycle, col(Cycle.id) == col(Confirmation.cycle_id))
        .where(Confirmation.assignment_id == assignment_id)
        .order_by(col(Confirmation.id).desc())
    )
    return tuple(
        SaidOf(cycle, agencies[one.agency_id].name if one.agency_id is not None else "", one)
        for one, cycle in rows
    )


def _linked(session: Session, assignment_id: int) -> tuple[tuple[int, str, str], ...]:
    ids = [
        other
        for pair in linked_pairs(session)
        if assignment_id in pair
        for other in pair
        if other != assignment_id
    ]
    rows = session.exec(
        select(Assignment, Register.code, AssignmentRevision.name)
        .join(Register, col(Register.id) == col(Assignment.register_id))
        .join(AssignmentRevision, col(AssignmentRevision.assignment_id) == col(Assignment.id))
        .where(col(Assignment.id).in_(ids), col(AssignmentRevision.no) == col(Assignment.revision_no))
        .order_by(col(Assignment.id))
    )
    return tuple(
        (
            row.id or 0,
            f"{code}/{row.key}",
            "(nhiệm vụ không đưa lên hệ thống)" if row.withheld else name,
        )
        for row, code, name in rows
    )
