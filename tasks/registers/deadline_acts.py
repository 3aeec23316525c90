"""Moving an assignment's deadline by a document, and taking that back: each a revision; the first date stays."""

from dataclasses import replace
from datetime import date, datetime

from sqlmodel import Session, col, select

from models.codes import CycleState, DeadlineKind, RequestState
from models.cycle import Cycle, Request, RequestItem
from models.register import Assignment, AssignmentRevision
from models.rules.registers.dues import Deadline, taken_back
from models.rules.registers.register_merge import AssignmentContent
from models.rules.text import clean
from models.time import local_day, vn_date
from tasks.registers.register_acts import AssignmentFault, hold_assignment, reason_given
from tasks.registers.register_rows import add_revisions, read_assignments, read_bearers
from tasks.states import record_act

EARLIEST, FURTHEST = 2000, 2100
"""Years of a deadline that is no slip of the finger."""


def change_deadline(
    session: Session,
    assignment: Assignment,
    due: date,
    *,
    number: str,
    signed_on: date,
    reason: str = "",
    actor: str,
    now: datetime,
) -> bool:
    """Give an assignment another deadline, or its first ("Theo hướng dẫn"), by the document that allows it.

    `due` is a local day, inclusive. It counts from the document's day; reminders start afresh. Returns whether that
    changed anything.
    """
    hold_assignment(session, assignment)
    number = clean(number)
    if not any(letter.isalnum() for letter in number):
        raise AssignmentFault("Chưa ghi số, ký hiệu văn bản cho phép điều chỉnh thời hạn.")
    if signed_on > local_day(now):
        raise AssignmentFault(f"Ngày văn bản {vn_date(signed_on)} ở tương lai; đề nghị kiểm tra lại.")
    if not EARLIEST <= due.year <= FURTHEST or signed_on.year < EARLIEST:
        raise AssignmentFault(f"Thời hạn {vn_date(due)} hoặc ngày văn bản không hợp lý; xem lại năm.")
    source = f"{number} ngày {vn_date(signed_on)}"
    now_in_force = _deadlines(session, assignment)[-1]
    if (now_in_force.due, now_in_force.source) == (due, source):
        return False
    if now_in_force.due == due:
        raise AssignmentFault(
            f"Nhiệm vụ {assignment.key} đang có thời hạn {vn_date(due)}; thời hạn mới phải là ngày khác."
        )
    if assignment.dropped_at is not None:
        raise AssignmentFault(f"Nhiệm vụ {assignment.key} không còn trong danh mục, không điều chỉnh được.")
    _revise(session, assignment, Deadline(vn_date(due), DeadlineKind.DATE, due, source, signed_on), now)
    record_act(
        session,
        "dieu-chinh-thoi-han",
        "assignment",
        assignment.id,
        actor=actor,
        now=now,
        reason=clean(reason),
        before={"thời hạn": now_in_force.raw},
        after={"thời hạn": vn_date(due), "văn bản": source},
    )
    return True


def undo_deadline(
    session: Session,
    assignment: Assignment,
    *,
    reason: str,
    actor: str,
    now: datetime,
    seen_revision: int | None = None,
) -> bool:
    """Take the last decision on an assignment's deadline back; the deadline before it stands again.

    `seen_revision`: the revision that whoever takes it back has seen; another one means that it is done already.
    Returns whether that changed anything.
    """
    hold_assignment(session, assignment)
    if seen_revision is not None and seen_revision != assignment.revision_no:
        return False
    deadlines = _deadlines(session, assignment)
    before = taken_back(deadlines)
    if before is None:
        raise AssignmentFault(
            f"Thời hạn của nhiệm vụ {assignment.key} đang theo danh mục, không có điều chỉnh nào để hủy."
        )
    why = reason_given(reason, "hủy điều chỉnh thời hạn")
    _revise(session, assignment, before, now)
    record_act(
        session,
        "huy-dieu-chinh-thoi-han",
        "assignment",
        assignment.id,
        actor=actor,
        now=now,
        reason=why,
        before={"thời hạn": deadlines[-1].raw, "văn bản": deadlines[-1].source},
        after={"thời hạn": before.raw},
    )
    return True


def deadline_of(revision: AssignmentRevision) -> Deadline:
    """The deadline as a revision has it."""
    return Deadline(
        revision.deadline_raw,
        revision.deadline_kind,
        revision.due,
        revision.source,
        revision.decided_on,
    )


def _deadlines(session: Session, assignment: Assignment) -> list[Deadline]:
    revisions = session.exec(
        select(AssignmentRevision)
        .where(AssignmentRevision.assignment_id == assignment.id)
        .order_by(col(AssignmentRevision.no))
    )
    return [deadline_of(revision) for revision in revisions]


def _revise(session: Session, assignment: Assignment, deadline: Deadline, now: datetime) -> None:
    bearers = read_bearers(session)
    current = read_assignments(session, assignment.register_id, bearers)[assignment.key].current
    if not isinstance(current, AssignmentContent):
        raise TypeError(assignment.key)
    content = replace(
        current,
        deadline_raw=deadline.raw,
        deadline_kind=deadline.kind,
        due=deadline.due,
        source=deadline.source,
        decided_on=deadline.decided_on,
    )
    add_revisions(session, [(assignment, content)], bearers, None, now)
    _write_forms_anew(session, assignment)


def _write_forms_anew(session: Session, assignment: Assignment) -> None:
    """Forms that are still to be filled in say the old deadline: they are written anew when they are next needed."""
    for request in session.exec(
        select(Request)
        .join(Cycle, col(Cycle.id) == col(Request.cycle_id))
        .join(RequestItem, col(RequestItem.request_id) == col(Request.id))
        .join(AssignmentRevision, col(AssignmentRevision.id) == col(RequestItem.assignment_revision_id))
        .where(
            AssignmentRevision.assignment_id == assignment.id,
            col(Cycle.state) != CycleState.CLOSED,
            col(Request.state).not_in((RequestState.COMPLETE, RequestState.EXEMPT)),
        )
    ):
        request.form_sha256 = None
        session.add(request)
