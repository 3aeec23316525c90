"""Acts of a person on single assignments of a register."""

from datetime import datetime

from sqlmodel import Session, col, select

from models.codes import RequestState
from models.cycle import Request, RequestItem
from models.fault import Fault
from models.register import Assignment, AssignmentRevision, Register
from tasks.states import record_act


class NoSuchRow(Fault):
    """No assignment has this key."""


def find_assignment(session: Session, row_key: str) -> Assignment:
    """The assignment with this row key (register code/key); NoSuchRow when there is none."""
    register_code, _, key = row_key.partition("/")
    assignment = session.exec(
        select(Assignment).join(Register).where(Register.code == register_code, Assignment.key == key)
    ).first()
    if assignment is None:
        raise NoSuchRow(f"Không có nhiệm vụ nào mang khóa {row_key!r}; khóa viết như KH57-2026/V.5.1.")
    return assignment


def set_withheld(
    session: Session, assignment: Assignment, *, withheld: bool, reason: str, actor: str, now: datetime
) -> bool:
    """Mark an assignment as not to be put on the system ("không đưa lên hệ thống"), or take the mark away.

    From then on no form or message carries it. Returns whether that changed anything.
    """
    if assignment.withheld == withheld:
        return False
    assignment.withheld = withheld
    session.add(assignment)
    # Forms that are written but have not left the house are written anew (tasks.sending.post, tasks.cycle.dispatch).
    for request in session.exec(
        select(Request)
        .join(RequestItem, col(RequestItem.request_id) == col(Request.id))
        .join(AssignmentRevision, col(AssignmentRevision.id) == col(RequestItem.assignment_revision_id))
        .where(AssignmentRevision.assignment_id == assignment.id, Request.state == RequestState.PLANNED)
    ):
        request.form_sha256 = None
        session.add(request)
    record_act(
        session,
        "khong-dua-len-he-thong" if withheld else "dua-len-he-thong",
        "assignment",
        assignment.id,
        actor=actor,
        now=now,
        reason=reason,
    )
    return True
