"""The letters that chase: one digest carries all lines that one person must hear in one sweep."""

from collections.abc import Sequence

from sqlmodel import col, select

from models.codes import DocumentKind, PersonRole
from models.cycle import Cycle
from models.directory import Agency, Person
from models.notice import Notice
from models.register import Assignment, AssignmentRevision, Register
from models.rules.reminders.notices import time_left
from models.time import local_day, vn_date
from tasks.documents.keep_one import keep_document
from tasks.documents.overdue_slip import overdue_facts, overdue_slip
from tasks.letters.clerk import DOCX, HOW_TO_RETURN, Clerk, Written
from tasks.letters.wording import AssignmentLineDue, DigestLetter, SlipLine
from tasks.reminders.assignment_sweep import SUBJECT, assignment_and_agency
from tasks.reminders.reminded import reminded
from tasks.sending.mail_message import Attachment
from tasks.states import MACHINE
from tasks.store import must_write


def digest_letter(clerk: Clerk, person: Person, notices: Sequence[Notice]) -> Written:
    """The digest of these lines; the leadership's slips go with it."""
    slips, attachments = _slips(clerk, [n for n in notices if n.subject.startswith("cycle:")])
    requests = [clerk.request(notice) for notice in notices if notice.request_id is not None]
    told = _told(clerk, person, [n.subject for n in notices])
    agencies = {clerk.agency(request).name for request in requests}
    clerk.read_lines(requests)
    lines = tuple(clerk.line(request, told.get(f"request:{request.id}", ())) for request in requests)
    assignments = _assignments(clerk, [n for n in notices if n.subject.startswith(SUBJECT)], told)
    agencies |= {line.agency for line in assignments}
    letter = DigestLetter(
        to=agencies.pop() if len(agencies) == 1 else person.name,
        contact=clerk.contact(clerk.cycle(requests[0]) if requests else None),
        role=person.role,
        lines=lines,
        assignments=assignments,
        slips=slips,
        how_to_return=HOW_TO_RETURN,
    )
    return letter, attachments


def _told(clerk: Clerk, person: Person, subjects: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Who was reminded before: said to those above the officers."""
    if person.role is PersonRole.OFFICER:
        return {}
    found = reminded(clerk.session, [s for s in subjects if not s.startswith("cycle:")])
    return {subject: tuple(one.text for one in before) for subject, before in found.items()}


def _assignments(
    clerk: Clerk, notices: Sequence[Notice], told: dict[str, tuple[str, ...]]
) -> tuple[AssignmentLineDue, ...]:
    if not notices:
        return ()
    about = {notice.subject: assignment_and_agency(notice.subject) for notice in notices}
    rows = clerk.session.exec(
        select(Assignment, AssignmentRevision, Register.name)
        .join(AssignmentRevision, col(AssignmentRevision.assignment_id) == col(Assignment.id))
        .join(Register, col(Register.id) == col(Assignment.register_id))
        .where(
            col(AssignmentRevision.no) == col(Assignment.revision_no),
            col(Assignment.id).in_({assignment_id for assignment_id, _ in about.values()}),
        )
    )
    known = {assignment.id: (assignment, revision, name) for assignment, revision, name in rows}
    lines = []
    for subject, (assignment_id, agency_id) in about.items():
        assignment, revision, register = known[assignment_id]
        if revision.due is None:
            continue
        lines.append(
            AssignmentLineDue(
                number=assignment.key,
                title=revision.name,
                due=vn_date(revision.due),
                left=time_left(revision.due, clerk.calendar, clerk.now),
                days_left=(revision.due - local_day(clerk.now)).days,
                agency=clerk.session.get_one(Agency, agency_id).name,
                register=register,
                withheld=assignment.withheld,
                reminded=told.get(subject, ()),
            )
        )
    return tuple(lines)


def _slips(clerk: Clerk, notices: Sequence[Notice]) -> tuple[tuple[SlipLine, ...], tuple[Attachment, ...]]:
    lines, attachments = [], []
    for subject in dict.fromkeys(notice.subject for notice in notices):
        cycle = clerk.session.get_one(Cycle, int(subject.partition(":")[2]))
        facts = overdue_facts(clerk.session, cycle, clerk.calendar, clerk.now)
        must_write(clerk.session)
        name, content = slip_name(cycle), overdue_slip(facts)
        keep_document(
            clerk.session,
            cycle,
            DocumentKind.OVERDUE_SLIP,
            name,
            content,
            actor=MACHINE,
            now=clerk.now,
        )
        lines.append(SlipLine(cycle.name, vn_date(cycle.due), facts.asked, len(facts.rows), name))
        attachments.append(Attachment(name, content, DOCX))
    return tuple(lines), tuple(attachments)


def slip_name(cycle: Cycle) -> str:
    """phieu-bao-cao-bcd-quy-2026-Q1.docx"""
    return f"phieu-bao-cao-{cycle.code}.docx"
