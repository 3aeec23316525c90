"""Addresses from which mail comes back: marked when a server says so, set back when mail is seen to arrive.

A server's 250 at sending proves nothing here: most offices hand their mail to a relay that accepts everything.
What proves an address is a mail that answers one of ours sent since, or a letter sent since that has not come
back within the days in which servers give up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.codes import MessageState
from models.directory import Person
from models.notice import Message
from tasks.intake.mail_hints import answered_message, people_at
from tasks.intake.mail_parts import Mail, one_line
from tasks.states import MACHINE, record_act

GIVES_UP_AFTER = timedelta(days=5)
"""RFC 5321, 4.5.4.1: a server tries for four to five days before it returns a mail."""


@dataclass(frozen=True)
class Bounce:
    """What a returned mail says: the address, the server's words, whom it concerns, and which of them were not
    marked before. `people` is empty when nothing we sent can be recognised in it."""

    address: str
    words: str
    people: tuple[Person, ...] = ()
    newly: tuple[Person, ...] = ()


def mark_bounced(session: Session, mail: Mail, received_at: datetime, now: datetime) -> Bounce:
    """Mark whoever a mail that came back was meant for. A mail that is only delayed marks nobody.

    Recognised by the returned mail's Message-ID, else by an address to which we have sent something: a report
    on a mail that was never ours (somebody forges our address) marks nobody either.
    """
    failed = [delivery for delivery in mail.deliveries if delivery.failed]
    words = one_line(failed[0].words if failed else mail.subject, 500)
    if mail.deliveries and not failed:
        return Bounce(mail.deliveries[0].address, one_line(mail.deliveries[0].words, 500))
    original = answered_message(session, (*mail.returned_ids, *mail.answers))
    addresses: Sequence[str]
    if original is not None:
        addresses = [original.address.lower()]
    else:
        named = dict.fromkeys(a for d in failed for a in (d.original, d.address) if a)
        addresses = [address for address in named if _was_written_to(session, address)]
    people = [person for address in addresses for person in people_at(session, address)]
    newly = [person for person in people if person.bounced_at is None]
    for person in people:
        person.bounced_at = max(received_at, person.bounced_at or received_at)
        person.bounced_why = words
        session.add(person)
    for person in newly:
        record_act(session, "thu-bi-tra-lai", "person", person.id, actor=MACHINE, now=now, reason=words)
    named_first = failed[0].address if failed else ""
    return Bounce((addresses or [named_first])[0][:254], words, tuple(people), tuple(newly))


def clear_by_answer(session: Session, mail: Mail, now: datetime) -> None:
    """A mail that answers one of ours, sent since its address was marked, proves that it arrived."""
    message = answered_message(session, mail.answers)
    if message is None or message.sent_at is None:
        return
    for person in people_at(session, message.address):
        if person.bounced_at is not None and message.sent_at > person.bounced_at:
            _clear(session, person, "có thư trả lời thư gửi sau đó", now)


def clear_by_time(session: Session, now: datetime) -> None:
    """Set back whom a later letter has reached: it has not come back within the days of giving up."""
    later = sa.exists().where(
        col(Message.person_id) == col(Person.id),
        col(Message.state) == MessageState.SENT,
        col(Message.sent_at) > col(Person.bounced_at),
        col(Message.sent_at) <= now - GIVES_UP_AFTER,
    )
    for person in session.exec(select(Person).where(col(Person.bounced_at).is_not(None), later)).all():
        _clear(session, person, "thư gửi sau đó không bị trả lại", now)


def _clear(session: Session, person: Person, why: str, now: datetime) -> None:
    person.bounced_at, person.bounced_why = None, ""
    session.add(person)
    record_act(session, "thu-den-duoc", "person", person.id, actor=MACHINE, now=now, reason=why)


def _was_written_to(session: Session, address: str) -> bool:
    sent = select(Message.id).where(sa.func.lower(col(Message.address)) == address.lower())
    return session.exec(sent).first() is not None
