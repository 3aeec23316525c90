"""The one way in which a notice's state changes before it is in a sender's hands; every change is in the history."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.codes import MessageState, NoticeState
from models.history import StateChange
from models.notice import Message, Notice
from models.rules.reminders.notices import Standing
from tasks.among import among
from tasks.states import MACHINE

ENTITY = "notice"
OPEN = (NoticeState.DUE, NoticeState.HELD)
"""The states of a notice that may still go out."""
SAID = (NoticeState.SENT, NoticeState.UNKNOWN)
"""The states of a notice that has gone out, or may have."""


def move_notice(
    session: Session,
    notice_id: int,
    before: NoticeState,
    to: Standing,
    *,
    now: datetime,
    actor: str = MACHINE,
    by_sender: bool = False,
) -> bool:
    """Make a notice due, held or superseded (or sent, by whoever hands it over); returns whether this did it.

    Of two that move it at once one does, and one that a sender is trying is left to it (`by_sender`): what was sent
    is sent. What is held leaves the message it was in, and gets another when it is due.
    """
    return bool(move_notices(session, [notice_id], before, to, now=now, actor=actor, by_sender=by_sender))


def move_notices(
    session: Session,
    notice_ids: Collection[int],
    before: NoticeState,
    to: Standing,
    *,
    now: datetime,
    actor: str = MACHINE,
    by_sender: bool = False,
) -> int:
    """The same for many that stand alike and are to stand alike; how many were moved."""
    being_sent = select(Message.id).where(Message.state == MessageState.SENDING)
    values: dict[str, Any] = {"state": to.state, "why": to.why}
    if to.state in OPEN:
        values["message_id"] = None
    free = col(Notice.message_id).is_(None) | col(Notice.message_id).not_in(being_sent)
    moved = session.execute(
        sa.update(Notice)
        .where(among(Notice.id, notice_ids), col(Notice.state) == before, sa.true() if by_sender else free)
        .values(**values)
        .returning(col(Notice.id))
        .execution_options(synchronize_session="fetch")
    ).scalars()
    changes = [
        {
            "entity": ENTITY,
            "entity_id": notice_id,
            "before": before,
            "after": to.state,
            "reason": to.why,
            "actor": actor,
            "at": now,
        }
        for notice_id in sorted(moved)
    ]
    if changes:
        session.execute(sa.insert(StateChange), changes)
    return len(changes)


def hold_notices(session: Session, notice_ids: Collection[int]) -> None:
    """Hold notices to the end of the transaction, in one order: of two that move the same ones neither waits for the
    other for ever."""
    held = sa.select(col(Notice.id)).where(among(Notice.id, notice_ids)).order_by(col(Notice.id))
    session.execute(held.with_for_update()).all()
