"""Messages as they are to go out, written from looks at the database that keep nobody waiting.

Letters that remind are written some at a time, for one by one each costs half a dozen questions: those for which there
are grounds (`Post.grounds`), so that whoever claims one can ask whether they are still the same. Two messages of one
agency are never looked at together: the second may tell of the first.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from time import monotonic
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from models.codes import MessageState, NoticeState
from models.cycle import Cycle, Request
from models.directory import Agency, Person
from models.notice import Attempt, Message, Notice
from tasks.channels.base import Courier, Outgoing
from tasks.cycle.light import LIGHT
from tasks.sending.lanes import Waiting
from tasks.sending.terms import Composed, Grounds, Post
from tasks.store import OnlyLooking, look_together

MOST = 32
"""Messages that are looked at together. The first time it is one, then two, four...: most rounds have one or two."""
SECONDS = 5.0
"""So long a letter that was written ahead may wait for its turn, however slow the mail server is."""


@dataclass(frozen=True)
class Ready:
    """A message as it is to go out, decided and written from a look. `grounds`: what has to be the same for it still to
    hold, where it was written ahead."""

    message: Message
    last_no: int | None
    notices: Sequence[Notice]
    outgoing: Outgoing
    grounds: Grounds | None = None


class Looks:
    """Looks at the messages of one round, as they come one after the other."""

    def __init__(self, post: Post, courier: Courier) -> None:
        self._post = post
        self._courier = courier
        self._together = 1
        self._ahead: dict[int, Ready] = {}
        self._until = 0.0

    def at(self, waiting: Sequence[Waiting], number: int, unrecorded: int | None) -> Ready | None:
        """The message at this place as it is to go out; None where something else is to be said of it, or to be written
        down for its letter: that is decided where it can be written. `unrecorded`: whose message went out last, and is
        not yet put down as sent."""
        mine = waiting[number]
        if monotonic() < self._until and mine.id in self._ahead:
            return self._ahead.pop(mine.id)
        if not self._post.ahead(mine.template):
            return self._alone(mine.id)
        ids = list(_of_different_agencies(waiting[number : number + self._together], unrecorded))
        self._ahead = self._several(ids)
        self._until = monotonic() + SECONDS
        self._together = min(2 * self._together, MOST) if len(self._ahead) == len(ids) else 1
        return self._ahead.pop(mine.id) if mine.id in self._ahead else self._alone(mine.id)

    def _alone(self, message_id: int) -> Ready | None:
        with suppress(OnlyLooking), self._post.looking() as session:
            return self._ready(session, whole(session, [message_id]))
        return None

    def _several(self, message_ids: Sequence[int]) -> dict[int, Ready]:
        """Those of these that can be written ahead, up to the first of which something else is to be said."""
        found: dict[int, Ready] = {}
        with self._post.looking() as session:
            grounds = self._post.grounds(session, message_ids)  # first: what changes from here on is noticed
            read = whole(session, [one for one in message_ids if one in grounds])
            look_together(session, [row.Request.id for row in read if row.Request is not None])
            for message_id, rows in groupby(read, key=lambda row: row.Message.id):
                try:
                    ready = self._ready(session, list(rows), grounds[message_id])
                except Exception:
                    break  # it is said of this message when its turn comes
                if ready is None:
                    break
                found[message_id] = ready
        return found

    def _ready(
        self, session: Session, read: Sequence[sa.Row[Any]], grounds: Grounds | None = None
    ) -> Ready | None:
        message: Message = read[0].Message
        notices = [row.Notice for row in read if row.Notice is not None]
        if message.state is not MessageState.READY or message.tries >= self._post.max_tries or not notices:
            return None
        if any(self._post.still_due(session, one).state is not NoticeState.DUE for one in notices):
            return None
        if from_when(self._post, session, notices) > self._post.clock():
            return None
        composed = self._post.compose(session, message, notices)
        outgoing = outgoing_of(message, composed)
        if not composed.address or self._courier.why_not(outgoing):
            return None
        return Ready(message, read[0].last_no, notices, outgoing, grounds)


def from_when(post: Post, session: Session, notices: Sequence[Notice]) -> datetime:
    """From when all of these lines may go out."""
    if post.not_before is None:
        return post.clock()
    return max(post.not_before(session, notice) for notice in notices)


def outgoing_of(message: Message, composed: Composed) -> Outgoing:
    """A composed message as a channel takes it."""
    return Outgoing(
        message_id=message.message_id,
        template=composed.letter or message.template,
        name=composed.name,
        address=composed.address,
        subject=composed.subject,
        text=composed.text,
        html=composed.html,
        attachments=composed.attachments,
        facts=composed.facts,
        link=composed.link,
    )


def whole(session: Session, message_ids: Sequence[int]) -> Sequence[sa.Row[Any]]:
    """Messages with their lines that are due (a row each; one without lines has one row), and what most letters ask of
    them by id: to be held, for a session forgets what nobody holds."""
    if len(message_ids) == 1:
        return session.execute(_WHOLE, {"id": message_ids[0]}).all()
    return session.execute(_SEVERAL, {"ids": message_ids}).all() if message_ids else []


def _of_different_agencies(waiting: Sequence[Waiting], unrecorded: int | None) -> Iterator[int]:
    """The ids of the first, and of those after it up to one whose agency was written to before it."""
    seen = {unrecorded}
    for number, one in enumerate(waiting):
        if number and (one.agency_id is None or one.agency_id in seen):
            return
        seen.add(one.agency_id)
        yield one.id


_ALL = (
    sa.select(
        Message,
        Notice,
        Person,
        Request,
        Agency,
        Cycle,
        sa.select(sa.func.max(col(Attempt.no)))
        .where(col(Attempt.message_id) == col(Message.id))
        .scalar_subquery()
        .label("last_no"),
    )
    .join(
        Notice,
        sa.and_(col(Notice.message_id) == col(Message.id), col(Notice.state) == NoticeState.DUE),
        isouter=True,
    )
    .join(Person, col(Person.id) == col(Message.person_id), isouter=True)
    .join(Request, col(Request.id) == col(Notice.request_id), isouter=True)
    .join(Agency, col(Agency.id) == col(Request.agency_id), isouter=True)
    .join(Cycle, col(Cycle.id) == col(Request.cycle_id), isouter=True)
    .options(LIGHT)
)
# Put together once: each message asks them.
_WHOLE = _ALL.where(col(Message.id) == sa.bindparam("id")).order_by(col(Notice.id))
_SEVERAL = _ALL.where(col(Message.id).in_(sa.bindparam("ids", expanding=True))).order_by(
    col(Message.id), col(Notice.id)
)
