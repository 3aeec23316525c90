"""Who was reminded of a request, and when: what has in fact gone out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from models.codes import NoticeState, PersonRole
from models.directory import Person
from models.notice import Message, Notice
from models.time import vn_instant
from tasks.cycle import dispatch
from tasks.store import asked_of_each


@dataclass(frozen=True)
class Reminded:
    """One message that reminded one person."""

    name: str
    role: PersonRole
    at: datetime

    @property
    def text(self) -> str:
        """Trần Văn B (cán bộ đầu mối), 07:30 ngày 16/3/2026."""
        role = self.role.label[:1].lower() + self.role.label[1:]
        return f"{self.name} ({role}), {vn_instant(self.at)}"


# Put together once: every digest to a head asks it.
_SENT = (
    sa.select(col(Notice.subject), col(Message.id), col(Message.sent_at), col(Person.name), col(Person.role))
    .join(Message, col(Message.id) == col(Notice.message_id))
    .join(Person, col(Person.id) == col(Notice.person_id))
    .where(
        col(Notice.subject).in_(sa.bindparam("subjects", expanding=True)),
        col(Notice.step) != dispatch.STEP,
        col(Notice.state) == NoticeState.SENT,
        col(Message.sent_at).is_not(None),
    )
    .order_by(col(Message.sent_at), col(Message.id))
)


def reminded(session: Session, subjects: Collection[str]) -> dict[str, list[Reminded]]:
    """Subject (request:12, assignment:7:3) -> the reminders that were sent of it, oldest first.

    Those of the policy and those sent by hand; the request itself is none. A message that carried two steps to one
    person is one; on two channels it is two.
    """

    def ask(asked: Sequence[str]) -> dict[str, list[Reminded]]:
        found: dict[str, dict[int, Reminded]] = {subject: {} for subject in asked}
        for subject, message_id, sent_at, name, role in session.execute(_SENT, {"subjects": asked}):
            found[subject][message_id] = Reminded(name, role, sent_at)
        return {subject: list(messages.values()) for subject, messages in found.items()}

    return asked_of_each(session, reminded, list(subjects), ask, lambda request_id: f"request:{request_id}")
