"""What a report, an exemption or a new deadline overtakes is given up in the same act, not at the next sweep."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.codes import RequestState
from models.cycle import Request
from models.notice import Notice
from models.rules.reminders.notices import PLAN_CHANGED, superseded
from tasks.among import evened
from tasks.cycle.dispatch import STEP
from tasks.reminders.notice_states import OPEN, move_notice

SETTLED = (RequestState.COMPLETE, RequestState.RECORDED, RequestState.EXEMPT)


def give_up_overtaken(session: Session, requests: Sequence[Request], *, actor: str, now: datetime) -> int:
    """Supersede the open reminders of requests that nothing is owed of any more, or of an earlier plan of them.

    Returns how many. What is still owed is looked at by the next sweep, which knows the calendar.
    """
    if not requests:
        return 0
    session.flush()
    by_id = {request.id or 0: request for request in requests}
    given_up = 0
    for notice in session.execute(_OPEN_REMINDERS, {"ids": evened([*by_id])}).scalars().all():
        request = by_id[notice.request_id or 0]
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
        col(Notice.request_id).in_(sa.bindparam("ids", expanding=True)),
        col(Notice.subject) == sa.literal("request:") + sa.cast(col(Notice.request_id), sa.String),
        Notice.step != STEP,
        col(Notice.state).in_(OPEN),
    )
    .order_by(col(Notice.id))
)
