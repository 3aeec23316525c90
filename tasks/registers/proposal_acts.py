"""What the committee decides on a proposal (không thực hiện, phối hợp); append-only, the latest decision stands."""

from datetime import datetime

from sqlmodel import Session, col, select

from models.desk_act import ProposalDecision
from models.register import Assignment
from models.rules.text import clean
from tasks.registers.register_acts import AssignmentFault, hold_assignment, reason_given
from tasks.states import record_act


def decide_proposal(
    session: Session,
    assignment: Assignment,
    *,
    accepted: bool,
    document: str = "",
    why: str = "",
    actor: str,
    now: datetime,
) -> bool:
    """Record that the committee accepts a proposal, by which document; or that it does not, or no more, with why.

    Returns whether that changed anything.
    """
    hold_assignment(session, assignment)
    document = clean(document)
    if accepted and not any(letter.isalnum() for letter in document):
        raise AssignmentFault("Chưa ghi số, ngày văn bản chấp thuận đề xuất của Ban Chỉ đạo.")
    last = decisions(session).get(assignment.id or 0)
    if last is not None and last.accepted == accepted and (not accepted or last.document == document):
        return False
    why = clean(why) if accepted else reason_given(why, "không chấp thuận đề xuất")
    session.add(
        ProposalDecision(
            assignment_id=assignment.id or 0,
            accepted=accepted,
            document=document,
            why=why,
            actor=actor,
            at=now,
        )
    )
    record_act(
        session,
        "chap-thuan-de-xuat" if accepted else "khong-chap-thuan-de-xuat",
        "assignment",
        assignment.id,
        actor=actor,
        now=now,
        reason=why,
        after={"văn bản": document} if document else None,
    )
    return True


def decisions(session: Session, at: datetime | None = None) -> dict[int, ProposalDecision]:
    """Assignment id -> the latest decision on its proposal, or the latest by an instant."""
    rows = session.exec(select(ProposalDecision).order_by(col(ProposalDecision.id)))
    return {row.assignment_id: row for row in rows if at is None or row.at <= at}


def accepted_proposals(session: Session, at: datetime | None = None) -> frozenset[int]:
    """Ids of the assignments whose proposal is accepted."""
    return frozenset(found for found, decision in decisions(session, at).items() if decision.accepted)
