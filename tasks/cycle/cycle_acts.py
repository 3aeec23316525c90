"""What the secretariat decides of a whole cycle that is under way: urgent or not, opened again after it was closed."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from models.codes import CycleState
from models.cycle import Cycle, DueChange, Request
from models.rules.text import clean_lines
from models.time import local_day, vn_date
from tasks.cycle.cycles import CycleFault, hold_cycle
from tasks.cycle.standing import CHASED
from tasks.states import move_cycle, record_act

FURTHEST = timedelta(days=366)


def set_urgent(session: Session, cycle: Cycle, *, urgent: bool, actor: str, now: datetime) -> bool:
    """Mark a cycle as urgent (its reminders go out on days off and in the evening, too), or take the mark away; whether
    that changed anything."""
    hold_cycle(session, cycle)
    if cycle.state == CycleState.CLOSED:
        raise CycleFault(f"Kỳ {cycle.code} đã đóng, không còn gì để gửi khẩn.")
    if cycle.urgent == urgent:
        return False
    cycle.urgent = urgent
    session.add(cycle)
    record_act(session, "ky-khan" if urgent else "thoi-khan", "cycle", cycle.id, actor=actor, now=now)
    return True


def reopen_cycle(
    session: Session, cycle: Cycle, until: date, *, reason: str, actor: str, now: datetime
) -> bool:
    """Collect reports of a closed cycle again, till the end of a day; False when it is being collected.

    Who owes a report is reminded anew: each such request gets another plan with the deadline it had. What came while
    the cycle was closed waits for a person still.
    """
    hold_cycle(session, cycle)
    if cycle.state == CycleState.RELEASED:
        return False
    if cycle.state == CycleState.DRAFT:
        raise CycleFault(f"Kỳ {cycle.code} còn là dự thảo, chưa phát hành nên không mở lại được.")
    reason, today = clean_lines(reason), local_day(now)
    if not any(letter.isalnum() for letter in reason):
        raise CycleFault("Chưa ghi lý do mở lại kỳ.")
    if not today <= until <= today + FURTHEST:
        raise CycleFault(
            f"Ngày thu báo cáo đến {vn_date(until)} không hợp lý. Ghi một ngày từ {vn_date(today)} trở đi, trong vòng "
            "một năm."
        )
    cycle.closed_at = None
    cycle.reopened_until = until
    move_cycle(session, cycle, CycleState.RELEASED, reason=reason, actor=actor, now=now)
    record_act(
        session,
        "mo-lai-ky",
        "cycle",
        cycle.id,
        actor=actor,
        now=now,
        reason=reason,
        after={"thu đến": str(until)},
    )
    session.flush()
    _remind_anew(session, cycle, f"Mở lại kỳ: {reason}", actor, now)
    return True


def _remind_anew(session: Session, cycle: Cycle, reason: str, actor: str, now: datetime) -> None:
    """Another plan for every request that is chased, all in one go; the next sweep gives up what was of the plan
    before."""
    chased = (col(Request.cycle_id) == cycle.id) & col(Request.state).in_(CHASED)
    session.execute(
        sa.update(Request)
        .where(chased)
        .values(plan_no=col(Request.plan_no) + 1)
        .execution_options(synchronize_session=False)
    )
    rows = session.execute(
        sa.select(col(Request.id), col(Request.plan_no), col(Request.due))
        .where(chased)
        .order_by(col(Request.id))
    ).all()
    if rows:
        session.execute(
            sa.insert(DueChange),
            [
                {
                    "request_id": request_id,
                    "plan_no": plan_no,
                    "due_written": due,
                    "due": due,
                    "reason": reason,
                    "actor": actor,
                    "at": now,
                }
                for request_id, plan_no, due in rows
            ],
        )
    session.expire_all()
