"""Who says what of which assignment in a cycle, and what the secretariat says of that; in a fixed number of queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, and_, col, select

from models.codes import ReportStatus
from models.cycle import Cycle, CycleRegister, Request
from models.register import Assignment
from models.rules.cycle_view import ConfirmedWord
from models.submission import AssignmentReport, Submission
from tasks.cycle.cycles import counting_versions
from tasks.statuses.said import confirmed_word, said_last


@dataclass(frozen=True)
class Word:
    """One declaration that stands in a cycle: made in it, or a completion declared in an earlier one."""

    assignment_id: int
    agency_id: int
    report: AssignmentReport
    this_cycle: bool
    received_at: datetime
    confirmed: ConfirmedWord | None


@dataclass(frozen=True)
class Words:
    """All words of a cycle by (assignment id, agency id); `whole` by assignment id: what the secretariat says of one
    that a group leads."""

    by_agency: Mapping[tuple[int, int], Word]
    whole: Mapping[int, ConfirmedWord]


def read_words(session: Session, cycle: Cycle) -> Words:
    """What each agency declares in the version that counts, or has declared complete in an earlier cycle, with what
    is confirmed of it: of the cycle's registers, and nothing of a withheld assignment. Two queries."""
    said = said_last(session, cycle)
    rows = session.exec(
        select(AssignmentReport, Request, Submission.received_at)
        .join(Submission, col(Submission.id) == col(AssignmentReport.submission_id))
        .join(Request, col(Request.id) == col(Submission.request_id))
        .join(Assignment, col(Assignment.id) == col(AssignmentReport.assignment_id))
        .where(
            col(Assignment.withheld).is_(False),
            col(Assignment.register_id).in_(
                select(CycleRegister.register_id).where(CycleRegister.cycle_id == cycle.id)
            ),
            col(Submission.id).in_(counting_versions()),
            (col(Request.cycle_id) == cycle.id)
            | and_(col(AssignmentReport.status) == ReportStatus.COMPLETE, col(Request.cycle_id) < cycle.id),
        )
        .order_by(col(Request.cycle_id), col(AssignmentReport.id))
    )
    words = {}
    for report, request, received_at in rows:
        key = (report.assignment_id, request.agency_id)
        words[key] = Word(
            assignment_id=report.assignment_id,
            agency_id=request.agency_id,
            report=report,
            this_cycle=request.cycle_id == cycle.id,
            received_at=received_at,
            confirmed=confirmed_word(said.get(key), cycle, report),
        )
    whole = {
        assignment_id: word
        for (assignment_id, agency_id), one in said.items()
        if agency_id is None and (word := confirmed_word(one, cycle, None)) is not None
    }
    return Words(words, whole)
