""" "Đề nghị hoàn thiện, bổ sung": a report that was taken is sent back with what to mend, by when.

Its figures go on counting until a better version is accepted. Whoever sent it back can take that back.
"""

from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from models.codes import CycleState, RequestState, SubmissionVerdict
from models.cycle import Cycle, Request
from models.desk_act import ReturnedReport
from models.rules.text import clean, clean_lines
from models.rules.workdays import WorkCalendar
from models.submission import Submission
from models.time import local_day, vn_date
from tasks.cycle.agency_acts import ActFault
from tasks.cycle.standing import due_before, new_plan, open_returns, settle_state, whom_to_tell
from tasks.reminders.notices import put_notice
from tasks.states import move_request, record_act

RETURNED = "de-nghi-hoan-thien"
"""The step of the notice that carries the comment to the agency. Subject: return:<id>."""
TAKEN_BACK = "rut-de-nghi-hoan-thien"
"""The step of the notice that nothing need be completed any more. Subject: return:<id>."""
WORKING_DAYS = 3
"""Working days that an agency is given to complete a report, where nobody says otherwise."""
LONGEST_COMMENT = 4000
FURTHEST = timedelta(days=366)


def usual_day(calendar: WorkCalendar, now: datetime) -> date:
    """The day by which a report that is returned now is to be completed."""
    return calendar.add(local_day(now), WORKING_DAYS)


def return_report(
    session: Session, request: Request, comment: str, due: date, *, actor: str, now: datetime
) -> bool:
    """Send a report back with a comment and a new deadline; False when just that was said already.

    The agency is told by mail and on its page; reminders start afresh for the new day. The request is expected to
    be held. ActFault when there is nothing to send back, or the words make no sense.
    """
    cycle = session.get_one(Cycle, request.cycle_id)
    comment = clean_lines(comment)[:LONGEST_COMMENT]
    waiting = open_returns(session, [request.id or 0]).get(request.id or 0)
    if waiting is not None and request.state == RequestState.INCOMPLETE:
        if (waiting.comment, waiting.due) == (comment, due):
            return False
        raise ActFault(
            f"Đã đề nghị hoàn thiện trước ngày {vn_date(waiting.due)}, cơ quan chưa gửi lại. Cần thay đổi nội dung thì "
            "rút đề nghị ấy rồi ghi đề nghị mới; cần thêm thời gian thì gia hạn."
        )
    if cycle.state != CycleState.RELEASED:
        raise ActFault(
            f"Kỳ {cycle.code}: {cycle.state.label.lower()}, không đề nghị hoàn thiện được. Mở lại kỳ trước."
        )
    if request.state not in (RequestState.COMPLETE, RequestState.RECORDED):
        raise ActFault(f"{request.state.label}: chưa có báo cáo nào để đề nghị hoàn thiện.")
    if not any(letter.isalnum() for letter in comment):
        raise ActFault("Chưa ghi nội dung cần hoàn thiện, bổ sung. Cơ quan đọc được đúng những gì ghi ở đây.")
    _sensible(due, now)
    row = ReturnedReport(
        request_id=request.id or 0,
        submission_id=_counting(session, request.id or 0),
        comment=comment,
        due=due,
        actor=actor,
        at=now,
    )
    session.add(row)
    session.flush()
    request.sent_at = request.sent_at or now  # where it was never mailed, this letter asks for it
    move_request(
        session,
        request,
        RequestState.INCOMPLETE,
        reason="Đề nghị hoàn thiện, bổ sung",
        actor=actor,
        now=now,
    )
    before = request.due
    new_plan(session, request, due, reason="Đề nghị hoàn thiện, bổ sung", actor=actor, now=now)
    _tell(session, request, row, RETURNED, now)
    record_act(
        session,
        "de-nghi-hoan-thien",
        "request",
        request.id,
        actor=actor,
        now=now,
        reason=comment,
        before={"hạn": str(before)},
        after={"hạn": str(due)},
    )
    return True


def take_back_return(session: Session, request: Request, *, reason: str, actor: str, now: datetime) -> bool:
    """Take a return back: the report counts as before, by its own deadline. False when none is waiting."""
    row = open_returns(session, [request.id or 0]).get(request.id or 0)
    if row is None:
        return False
    if not any(letter.isalnum() for letter in reason):
        raise ActFault("Chưa ghi lý do rút đề nghị hoàn thiện.")
    reason = clean_lines(reason)
    row.cancelled_at, row.cancelled_by, row.cancelled_why = now, actor, reason
    session.add(row)
    session.flush()
    returned_to = due_before(session, request.id or 0, row.at) or request.due
    settle_state(
        session,
        request,
        reason=f"Rút đề nghị hoàn thiện: {clean(reason)}",
        actor=actor,
        now=now,
        due=returned_to,
    )
    if request.state != RequestState.EXEMPT:  # who is let off was told so, and has nothing to complete
        _tell(session, request, row, TAKEN_BACK, now)
    record_act(
        session,
        "rut-de-nghi-hoan-thien",
        "request",
        request.id,
        actor=actor,
        now=now,
        reason=reason,
        after={"hạn": str(returned_to)},
    )
    return True


def returns_of(session: Session, request_id: int) -> list[ReturnedReport]:
    """Everything that was sent back of a request, taken back or not, the latest first."""
    return list(
        session.exec(
            select(ReturnedReport)
            .where(ReturnedReport.request_id == request_id)
            .order_by(col(ReturnedReport.id).desc())
        )
    )


def _tell(session: Session, request: Request, row: ReturnedReport, step: str, now: datetime) -> None:
    for person in whom_to_tell(session, request):
        put_notice(
            session,
            subject=f"return:{row.id}",
            plan_no=request.plan_no,
            step=step,
            person=person,
            request_id=request.id,
            now=now,
        )


def _counting(session: Session, request_id: int) -> int | None:
    """The version that counts now, if the report has one."""
    return session.exec(
        select(Submission.id)
        .where(Submission.request_id == request_id, Submission.verdict == SubmissionVerdict.ACCEPTED)
        .order_by(col(Submission.received_at).desc(), col(Submission.version).desc())
    ).first()


def _sensible(due: date, now: datetime) -> None:
    today = local_day(now)
    if due < today:
        raise ActFault(f"Hạn hoàn thiện {vn_date(due)} đã qua. Ghi từ ngày {vn_date(today)} trở đi.")
    if due > today + FURTHEST:
        raise ActFault(f"Hạn hoàn thiện {vn_date(due)} quá xa. Xem lại năm.")
