""" "Không yêu cầu báo cáo kỳ này": an agency is let off with a reason, or asked again."""

from datetime import date, datetime

from sqlmodel import Session

from models.codes import CycleState, RequestState
from models.cycle import Cycle, Request
from models.rules.text import clean, clean_lines
from models.time import local_day, vn_date
from tasks.cycle.agency_acts import ActFault
from tasks.cycle.standing import new_plan, state_by_what_there_is, whom_to_tell
from tasks.reminders.notices import put_notice
from tasks.reminders.replan import give_up_overtaken
from tasks.states import move_request, record_act

EXEMPTED = "khong-yeu-cau"
"""The step of the notice that nothing is owed this time. Subject: exempt:<request id>."""
ASKED_AGAIN = "yeu-cau-tro-lai"
"""The step of the notice that a report is owed after all. Subject: exempt:<request id>."""
ANSWERED = (RequestState.COMPLETE, RequestState.RECORDED)


def exempt_request(session: Session, request: Request, *, reason: str, actor: str, now: datetime) -> bool:
    """Let an agency off, with a reason that it reads; False when it is let off already. Reminders stop in the same
    act. The request is expected to be held. ActFault where a report has come."""
    if request.state == RequestState.EXEMPT:
        return False
    reason = _said(reason, "Chưa ghi lý do không yêu cầu báo cáo. Cơ quan đọc được lý do này.")
    cycle = session.get_one(Cycle, request.cycle_id)
    if cycle.state != CycleState.RELEASED:
        raise ActFault(f"Kỳ {cycle.code}: {cycle.state.label.lower()}, không thay đổi diện báo cáo được.")
    if request.state in ANSWERED:
        raise ActFault(f"{request.state.label}: không phải ghi “không yêu cầu báo cáo kỳ này”.")
    move_request(session, request, RequestState.EXEMPT, reason=clean(reason), actor=actor, now=now)
    give_up_overtaken(session, [request], actor=actor, now=now)
    _tell(session, request, EXEMPTED, now)
    record_act(session, "khong-yeu-cau", "request", request.id, actor=actor, now=now, reason=reason)
    return True


def ask_again(
    session: Session,
    request: Request,
    *,
    reason: str,
    actor: str,
    now: datetime,
    until: date | None = None,
) -> bool:
    """Ask an agency after all that was let off; False when it is asked. Its reminders start afresh.

    `until` is its deadline; it must be said where the one in force has passed.
    """
    if request.state != RequestState.EXEMPT:
        return False
    reason = _said(reason, "Chưa ghi lý do yêu cầu báo cáo trở lại.")
    cycle = session.get_one(Cycle, request.cycle_id)
    if cycle.state != CycleState.RELEASED:
        raise ActFault(f"Kỳ {cycle.code}: {cycle.state.label.lower()}, không thay đổi diện báo cáo được.")
    due, today = until or request.due, local_day(now)
    if due < today:
        raise ActFault(
            f"Hạn {vn_date(due)} đã qua. Ghi hạn gửi báo cáo mới, từ ngày {vn_date(today)} trở đi."
        )
    state = state_by_what_there_is(session, request)
    move_request(
        session, request, state, reason=f"Yêu cầu báo cáo trở lại: {clean(reason)}", actor=actor, now=now
    )
    new_plan(session, request, due, reason=f"Yêu cầu báo cáo trở lại: {reason}", actor=actor, now=now)
    if state != RequestState.PLANNED:  # the dispatch writes to who was never written to
        _tell(session, request, ASKED_AGAIN, now)
    record_act(
        session,
        "yeu-cau-tro-lai",
        "request",
        request.id,
        actor=actor,
        now=now,
        reason=reason,
        after={"hạn": str(due)},
    )
    return True


def _said(reason: str, missing: str) -> str:
    reason = clean_lines(reason)
    if not any(letter.isalnum() for letter in reason):
        raise ActFault(missing)
    return reason


def _tell(session: Session, request: Request, step: str, now: datetime) -> None:
    for person in whom_to_tell(session, request):
        put_notice(
            session,
            subject=f"exempt:{request.id}",
            plan_no=request.plan_no,
            step=step,
            person=person,
            request_id=request.id,
            now=now,
        )
