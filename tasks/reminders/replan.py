"""What a report, an exemption or a new deadline overtakes is given up in the same act, not at the next sweep."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.codes import RequestState
from models.cycle import Request
from models.notice import Notice
from models.rules.reminders.notices import PLAN_CHANGED, superseded
from tasks.cycle.dispatch import STEP
from tasks.reminders.notice_states import OPEN, move_notice

SETTLED = (RequestState.COMPLETE, RequestState.RECORDED, RequestState.EXEMPT)


def give_up_overtaken(session: Session, request: Request, *, actor: str, now: datetime) -> int:
    """Supersede the open reminders of a request that nothing is owed of any more, or of an earlier plan of it.

    Returns how many. What is still owed is looked at by the next sweep, which knows the calendar.
    """
    session.flush()
    rows = session.execute(_OPEN_REMINDERS, {"request_id": request.id, "subject": f"request:{request.id}"})
    given_up = 0
    for notice in rows.scalars().all():
        why = request.state.label.lower() if request.state in SETTLED else ""
        if not why and notice.plan_no != request.plan_no:
            why = PLAN_CHANGED
        if why:
            given_up += move_notice(
                session, notice.id or 0, notice.state, superseded(why), now=now, actor=actor
            )
    return given_up


_OPEN_REMINDERS = (
    select(Notice)
    .where(
        Notice.request_id == sa.bindparam("request_id"),
        Notice.subject == sa.bindparam("subject"),
        Notice.step != STEP,
        col(Notice.state).in_(OPEN),
    )
    .order_by(col(Notice.id))
)
