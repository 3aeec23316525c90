"""What a message that reminds rests on: while this has not changed since its letter was written, it would be written,
and be due, just the same."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from models.agency_act import Acknowledgement
from models.codes import Channel, NoticeState
from models.cycle import Cycle, Request
from models.directory import Agency, Person
from models.notice import Message, Notice
from tasks.cycle.assignment_standing import standing_asked, standing_words

Grounds = tuple[tuple[Any, ...], ...]
"""A row for each line that is due."""


def grounds_of(session: Session, message_ids: Sequence[int]) -> dict[int, Grounds]:
    """Message id -> what it rests on, of those mails all of whose due lines are about requests.

    It is what decides whether each line is due (tasks.reminders.sweep.standing_of_notice), and what the letter says of
    it, but for what was sent before.
    """
    found: dict[int, list[tuple[Any, ...]]] = {}
    for message_id, *row, assignments in session.execute(_GROUNDS, {"ids": message_ids}):
        found.setdefault(message_id, []).append((*row, standing_words(assignments)))
    return {message_id: tuple(rows) for message_id, rows in found.items() if all(about for about, *_ in rows)}


def _table(model: Any) -> sa.Table:
    table: sa.Table = model.__table__
    return table


# Asked of every letter, so put together once, and of the tables: objects would cost more than the database.
_MESSAGE, _NOTICE, _PERSON = _table(Message), _table(Notice), _table(Person)
_REQUEST, _AGENCY, _CYCLE = _table(Request), _table(Agency), _table(Cycle)
_ACK = _table(Acknowledgement)

_GROUNDS = (
    sa.select(
        _MESSAGE.c.id,
        (_NOTICE.c.subject == sa.literal("request:") + sa.cast(_REQUEST.c.id, sa.String)).label("about"),
        _NOTICE.c.id,
        _NOTICE.c.step,
        _NOTICE.c.plan_no,
        _MESSAGE.c.template,
        _PERSON.c.active,
        _PERSON.c.role,
        _PERSON.c.name,
        _PERSON.c.email,
        _REQUEST.c.state,
        _REQUEST.c.due,
        _REQUEST.c.plan_no,
        _REQUEST.c.sent_at,
        _REQUEST.c.link_generation,
        _AGENCY.c.name,
        _CYCLE.c.state,
        _CYCLE.c.name,
        _CYCLE.c.paused_at,
        sa.select(sa.func.max(_ACK.c.id)).where(_ACK.c.request_id == _REQUEST.c.id).scalar_subquery(),
        standing_asked(_REQUEST.c.id),
    )
    .join(_NOTICE, sa.and_(_NOTICE.c.message_id == _MESSAGE.c.id, _NOTICE.c.state == NoticeState.DUE))
    .join(_PERSON, _PERSON.c.id == _MESSAGE.c.person_id)
    .join(_REQUEST, _REQUEST.c.id == _NOTICE.c.request_id, isouter=True)
    .join(_AGENCY, _AGENCY.c.id == _REQUEST.c.agency_id, isouter=True)
    .join(_CYCLE, _CYCLE.c.id == _REQUEST.c.cycle_id, isouter=True)
    .where(_MESSAGE.c.id.in_(sa.bindparam("ids", expanding=True)), _MESSAGE.c.channel == Channel.EMAIL)
    .order_by(_MESSAGE.c.id, _NOTICE.c.id)
)
