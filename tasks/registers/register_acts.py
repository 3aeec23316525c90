"""Acts of a person on single assignments of a register."""

from datetime import datetime

from sqlmodel import Session, col, select

from models.codes import PartyRole, RequestState
from models.cycle import Request, RequestItem
from models.fault import Fault
from models.register import Assignment, AssignmentParty, AssignmentRevision, Register
from models.rules.registers.names import Bearer
from models.rules.text import clean
from tasks.registers.register_rows import Bearers, read_bearers
from tasks.states import record_act


class NoSuchRow(Fault):
    """No assignment has this key."""


class AssignmentFault(Fault):
    """An act on an assignment that cannot be done; the message says why and what to do."""


def find_assignment(session: Session, row_key: str) -> Assignment:
    """The assignment with this row key (register code/key); NoSuchRow when there is none."""
    register_code, _, key = row_key.partition("/")
    assignment = session.exec(
        select(Assignment).join(Register).where(Register.code == register_code, Assignment.key == key)
    ).first()
    if assignment is None:
        raise NoSuchRow(f"Không có nhiệm vụ nào mang khóa {row_key!r}; khóa viết như KH57-2026/V.5.1.")
    return assignment


def hold_assignment(session: Session, assignment: Assignment) -> None:
    """See the assignment as it stands and hold it to the end of the transaction: of two who act on it at once, the
    second sees what the first did."""
    session.flush()
    session.refresh(assignment, with_for_update=True)


def reason_given(reason: str, what: str) -> str:
    """The reason, cleaned; a Fault when none is given. `what` names the act ("đổi cơ quan đầu mối")."""
    if not any(letter.isalnum() for letter in reason):
        raise AssignmentFault(f"Chưa ghi lý do {what}.")
    return clean(reason)


def set_lead(
    session: Session, assignment: Assignment, code: str, *, reason: str, actor: str, now: datetime
) -> bool:
    """Make one of the agencies or groups that the register names as leads the lead of record, whose word decides.

    Returns whether that changed anything; it is undone by setting the one before again.
    """
    hold_assignment(session, assignment)
    bearers = read_bearers(session)
    named = leads_named(session, assignment, bearers)
    wanted = next((bearer for bearer in named if bearer.code == code.strip()), None)
    if wanted is None:
        listed = ", ".join(bearer.code for bearer in named) or "chưa nhận diện được cơ quan nào"
        raise AssignmentFault(
            f"{code!r} không phải cơ quan chủ trì nêu tại nhiệm vụ {assignment.key}. Chọn trong: {listed}."
        )
    before = bearers.of(assignment.lead_agency_id, assignment.lead_group_id)
    if before == wanted:
        return False
    why = reason_given(reason, "đổi cơ quan đầu mối")
    assignment.lead_agency_id, assignment.lead_group_id = bearers.columns(wanted)
    session.add(assignment)
    record_act(
        session,
        "doi-dau-moi-nhiem-vu",
        "assignment",
        assignment.id,
        actor=actor,
        now=now,
        reason=why,
        before={"đầu mối": before.code if before else None},
        after={"đầu mối": wanted.code},
    )
    return True


def leads_named(session: Session, assignment: Assignment, bearers: Bearers) -> list[Bearer]:
    """The agencies and groups that lead an assignment by its revision in force, in the order written."""
    parties = session.exec(
        select(AssignmentParty)
        .join(AssignmentRevision, col(AssignmentRevision.id) == col(AssignmentParty.revision_id))
        .where(
            AssignmentRevision.assignment_id == assignment.id,
            AssignmentRevision.no == assignment.revision_no,
            AssignmentParty.role == PartyRole.LEAD,
        )
        .order_by(col(AssignmentParty.position))
    )
    found = (bearers.of(party.agency_id, party.group_id) for party in parties)
    return [bearer for bearer in found if bearer is not None]


def set_withheld(
    session: Session, assignment: Assignment, *, withheld: bool, reason: str, actor: str, now: datetime
) -> bool:
    """Mark an assignment as not to be put on the system ("không đưa lên hệ thống"), or take the mark away.

    From then on no form or message carries it. Returns whether that changed anything.
    """
    hold_assignment(session, assignment)
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
