"""The same task in two registers: linked by a person, with why; unlinked by another act. Likeness only suggests."""

from datetime import datetime

from sqlmodel import Session, col, select

from models.desk_act import AssignmentLink
from models.register import Assignment, AssignmentRevision, Register
from models.rules.registers.same_task import Likeness, Named, likenesses
from models.rules.text import clean
from tasks.registers.register_acts import AssignmentFault, hold_assignment, reason_given
from tasks.states import record_act


def link(
    session: Session, one: Assignment, other: Assignment, *, why: str = "", actor: str, now: datetime
) -> bool:
    """Link two assignments of different registers as one task; False when they are linked already."""
    first, second = _in_order(session, one, other)
    if first.id == second.id or first.register_id == second.register_id:
        raise AssignmentFault("Chỉ nối nhiệm vụ thuộc hai danh mục khác nhau.")
    if first.dropped_at is not None or second.dropped_at is not None:
        raise AssignmentFault("Nhiệm vụ đã bỏ khỏi danh mục, không nối được.")
    if _standing(session, first, second) is not None:
        return False
    session.add(
        AssignmentLink(one_id=first.id or 0, other_id=second.id or 0, why=clean(why), actor=actor, at=now)
    )
    _record(session, "noi-nhiem-vu", first, second, clean(why), actor, now)
    return True


def unlink(
    session: Session, one: Assignment, other: Assignment, *, reason: str, actor: str, now: datetime
) -> bool:
    """End a link; False when there is none."""
    first, second = _in_order(session, one, other)
    standing = _standing(session, first, second)
    if standing is None:
        return False
    why = reason_given(reason, "bỏ nối")
    standing.ended_at, standing.ended_by, standing.ended_why = now, actor, why
    session.add(standing)
    _record(session, "bo-noi-nhiem-vu", first, second, why, actor, now)
    return True


def linked_pairs(session: Session, at: datetime | None = None) -> list[tuple[int, int]]:
    """The pairs of assignment ids that are linked, or were at an instant."""
    rows = session.exec(select(AssignmentLink).order_by(col(AssignmentLink.id)))
    return [
        (row.one_id, row.other_id)
        for row in rows
        if (row.ended_at is None or (at is not None and row.ended_at > at)) and (at is None or row.at <= at)
    ]


def suggested_links(session: Session, limit: int = 50) -> list[Likeness]:
    """Assignments of different registers with like names that nobody has linked, the likest first."""
    rows = session.exec(
        select(Assignment, AssignmentRevision.name, Register.code)
        .join(Register, col(Register.id) == col(Assignment.register_id))
        .join(AssignmentRevision, col(AssignmentRevision.assignment_id) == col(Assignment.id))
        .where(
            col(AssignmentRevision.no) == col(Assignment.revision_no),
            col(Assignment.dropped_at).is_(None),
            col(Assignment.withheld).is_(False),
        )
        .order_by(col(Register.id), col(AssignmentRevision.position))
    )
    named = [Named(row.id or 0, code, f"{code}/{row.key}", name) for row, name, code in rows]
    return likenesses(named, linked_pairs(session), limit)


def _in_order(session: Session, one: Assignment, other: Assignment) -> tuple[Assignment, Assignment]:
    """Both held, the lower id first: two who link them at once wait for each other and do not lock up."""
    first, second = sorted((one, other), key=lambda assignment: assignment.id or 0)
    hold_assignment(session, first)
    hold_assignment(session, second)
    return first, second


def _standing(session: Session, first: Assignment, second: Assignment) -> AssignmentLink | None:
    return session.exec(
        select(AssignmentLink).where(
            AssignmentLink.one_id == first.id,
            AssignmentLink.other_id == second.id,
            col(AssignmentLink.ended_at).is_(None),
        )
    ).first()


def _record(
    session: Session, act: str, one: Assignment, other: Assignment, why: str, actor: str, now: datetime
) -> None:
    for this, that in ((one, other), (other, one)):
        register = session.get_one(Register, that.register_id)
        after = {"nhiệm vụ": f"{register.code}/{that.key}"}
        record_act(session, act, "assignment", this.id, actor=actor, now=now, reason=why, after=after)
