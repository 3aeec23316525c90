"""Whether contradictions have to be looked for again: only when something has changed since the last look.

Every act of a person is in the audit trail, every change of a state in its history, every answer is a version: so a
table that has as many rows as at the last look, for each of these tables, means that nothing has changed. A look each
day is made in any case.
"""

from datetime import date, datetime
from hashlib import sha256

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from models.cycle import Cycle, DueChange, Request
from models.desk_act import AssignmentLink, Confirmation, ProposalDecision, RecordedReport, ReturnedReport
from models.directory import Agency, Membership
from models.history import Audit, LookMark, StateChange
from models.register import Assignment, AssignmentRevision, IndicatorRevision, RegisterImport
from models.submission import Narrative, Submission, SubmissionIssue
from models.time import local_day
from tasks.once import put_once

LOOK = "phieu-doi-chieu"

ADDED: tuple[type[SQLModel], ...] = (
    Audit,
    StateChange,
    Cycle,
    Request,
    DueChange,
    Submission,
    SubmissionIssue,
    Narrative,
    RecordedReport,
    ReturnedReport,
    Confirmation,
    ProposalDecision,
    AssignmentLink,
    Assignment,
    AssignmentRevision,
    IndicatorRevision,
    RegisterImport,
    Agency,
    Membership,
)
"""Tables to which whatever makes or mends a contradiction adds a row."""


def stamp(session: Session, now: datetime) -> str:
    """What the next look would have before it. To be asked before the look itself: what comes in meanwhile is then
    looked at again. Counted, not the last ids: a row that is committed late has a lower id than one already seen."""
    counted = [
        sa.select(sa.func.count()).select_from(table.__table__).scalar_subquery()  # type: ignore[attr-defined]
        for table in ADDED
    ]
    today: date = local_day(now)
    return sha256(repr((today, *session.execute(sa.select(*counted)).one())).encode()).hexdigest()


def seen_last(session: Session) -> str:
    """What the last look had before it; "" when there was none."""
    mark = session.get(LookMark, LOOK)
    return mark.seen if mark is not None else ""


def note_seen(session: Session, seen: str) -> None:
    """Note what a look had before it, once it is done."""
    if put_once(session, LookMark(look=LOOK, seen=seen)):
        return
    mark = session.get_one(LookMark, LOOK, with_for_update=True)
    mark.seen = seen
    session.add(mark)
