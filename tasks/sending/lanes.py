"""Lanes of the mail: a great many messages are sent by two beside each other, each over a connection of its own.

All mail of one agency is in one lane: its messages go out in their order, and a head's letter can tell what the officer
was sent. Each lane has a lock of its own (tasks.sending.sender_lock); who sends alone holds them all. There are more
lanes than senders, so that who is done first takes the next: one begins at the first, which is its own, the other at
the last.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.codes import Channel, MessageState, PersonRole
from models.directory import Person
from models.notice import Message

LANES = range(8)
FIRST = LANES[0]


def in_lane(agency_id: Any, lane: int) -> sa.ColumnElement[bool]:
    """Whether a column's agency is served by a lane; what is no agency's is the first's."""
    return sa.func.coalesce(col(agency_id), FIRST) % len(LANES) == lane


class Waiting(NamedTuple):
    """A message that may go out; `agency_id` is None when it is to nobody's person."""

    id: int
    agency_id: int | None
    template: str


def waiting_messages(
    session: Session, channel: Channel, now: datetime, lane: int | None = None
) -> Sequence[Waiting]:
    """What may go out on a channel now, oldest first, officers before their heads. What stands as being sent is a dead
    sender's, to whoever holds the lock. `lane`: only what is of it."""
    asked = (
        select(Message.id, Person.agency_id, Message.template)
        .join(Person, col(Person.id) == col(Message.person_id))
        .where(
            Message.channel == channel,
            sa.or_(
                col(Message.state) == MessageState.SENDING,
                sa.and_(col(Message.state) == MessageState.READY, col(Message.not_before) <= now),
            ),
        )
        .order_by(
            col(Message.not_before),
            sa.case((col(Person.role) == PersonRole.OFFICER, 0), else_=1),
            col(Message.id),
        )
    )
    if lane is not None:
        asked = asked.where(in_lane(Person.agency_id, lane))
    return [Waiting(message_id or 0, *others) for message_id, *others in session.exec(asked)]
