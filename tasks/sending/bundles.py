"""Notices are bundled into messages: what one person is to hear at once is one letter."""

from collections.abc import Callable, Collection
from datetime import datetime
from email.utils import make_msgid

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.codes import Channel, MessageState, NoticeState
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
) -> list[int]:
    """Put every due notice that has no message into one: a person's notices of one template share a message.

    Only notices of these channels: those of a channel that is not set up are kept as they are.
    `not_before` holds a message until then (quiet days); without it nothing is held. Run twice, or by two at
    once, no notice gets into two messages. Returns the ids of the new messages.
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
    if not bundles:
        return []
    messages = [
        {
            "channel": channel,
            "person_id": person_id,
            "message_id": make_msgid(domain=domain),
            "template": template,
            "state": MessageState.READY,
            "address": "",
            "subject": "",
            "tries": 0,
            "not_before": held,
            "created_at": now,
        }
        for person_id, channel, template, held, _own in bundles
    ]
    ids = session.execute(_NEW, messages).scalars().all()
    pairs = [
        {"id_": notice.id, "message": message_id}
        for message_id, notices in zip(ids, bundles.values(), strict=True)
        for notice in notices
    ]
    session.execute(_TAKEN, pairs)
    full = set(session.exec(select(Notice.message_id).where(among(Notice.message_id, ids))))
    empty = [message_id for message_id in ids if message_id not in full]
    if empty:  # another has taken all their lines meanwhile
        session.execute(sa.delete(_MESSAGES).where(among(_MESSAGES.c.id, empty)))
    return [message_id for message_id in ids if message_id in full]


# Of a whole country's at once: objects would cost more than the database.
_MESSAGES: sa.Table = Message.__table__  # type: ignore[attr-defined]
_NOTICES: sa.Table = Notice.__table__  # type: ignore[attr-defined]
_NEW = sa.insert(_MESSAGES).returning(_MESSAGES.c.id, sort_by_parameter_order=True)
_TAKEN = (
    sa.update(_NOTICES)
    .where(_NOTICES.c.id == sa.bindparam("id_"), _NOTICES.c.message_id.is_(None))
    .values(message_id=sa.bindparam("message"))
)
