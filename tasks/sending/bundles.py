"""Notices are bundled into messages: what one person is to hear at once is one letter."""

from collections.abc import Callable, Collection
from datetime import datetime
from email.utils import make_msgid

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.codes import Channel, NoticeState
from models.cycle import Request
from models.notice import Message, Notice
from tasks.among import among

ALONE = frozenset({"request", "receipt", "faults"})
"""Templates of which every notice is a message of its own: each has its own attachment or its own list."""


def bundle(
    session: Session,
    now: datetime,
    domain: str,
    template_of: Callable[[Notice], str],
    not_before: Callable[[Notice], datetime] | None = None,
    channels: Collection[Channel] = tuple(Channel),
) -> list[Message]:
    """Put every due notice that has no message into one: a person's notices of one template share a message.

    Only notices of these channels: those of a channel that is not set up are kept as they are.
    `not_before` holds a message until then (quiet days); without it nothing is held. Run twice, or by two at
    once, no notice gets into two messages.
    """
    # With their requests, which the questions below ask for by id, held till the end.
    waiting = session.exec(
        select(Notice, Request)
        .join(Request, col(Request.id) == col(Notice.request_id), isouter=True)
        .where(
            Notice.state == NoticeState.DUE,
            col(Notice.message_id).is_(None),
            col(Notice.channel).in_(list(channels)),
        )
        .order_by(col(Notice.id))
    ).all()
    bundles: dict[tuple[int, Channel, str, datetime, int | None], list[Notice]] = {}
    for notice, _request in waiting:
        template = template_of(notice)
        held = now if not_before is None else not_before(notice)
        own = notice.id if template in ALONE else None
        bundles.setdefault((notice.person_id, notice.channel, template, held, own), []).append(notice)
    messages = [
        Message(
            channel=channel,
            person_id=person_id,
            message_id=make_msgid(domain=domain),
            template=template,
            not_before=held,
            created_at=now,
        )
        for person_id, channel, template, held, _own in bundles
    ]
    session.add_all(messages)
    session.flush()
    pairs = [
        {"id_": notice.id, "message": message.id}
        for message, notices in zip(messages, bundles.values(), strict=True)
        for notice in notices
    ]
    if not pairs:
        return []
    session.execute(_TAKEN, pairs)
    ids = [message.id or 0 for message in messages]
    full = set(session.exec(select(Notice.message_id).where(among(Notice.message_id, ids))))
    for message in messages:
        if message.id not in full:
            session.delete(message)  # another has taken all its lines meanwhile
    session.flush()
    return [message for message in messages if message.id in full]


_NOTICES: sa.Table = Notice.__table__  # type: ignore[attr-defined]
_TAKEN = (
    sa.update(_NOTICES)
    .where(_NOTICES.c.id == sa.bindparam("id_"), _NOTICES.c.message_id.is_(None))
    .values(message_id=sa.bindparam("message"))
)
