"""The sender: notices are bundled into messages, messages handed to the mail server, its answers recorded.

A message goes READY -> SENDING -> SENT, FAILED or back to READY. What is about to be tried is written before
the server is spoken to, and no transaction is open meanwhile; so a sender that dies leaves a message SENDING,
and whoever holds the lock next takes it up with the same Message-ID. Nothing is sent twice but that.
"""

import logging
import zlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import make_msgid
from enum import StrEnum
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from models.codes import AttemptOutcome, Channel, MessageState, NoticeState
from models.notice import Attempt, Message, Notice
from tasks.mail_message import AddressError, Answer, Attachment, Sender, build_email

ALONE = frozenset({"request", "receipt", "faults"})
"""Templates of which every notice is a message of its own: each has its own attachment or its own list."""

FIRST_WAIT = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=6)
DOWN_AFTER = 2
"""So many messages in a row without reaching the server end a round: the rest would only wait for nothing."""

NO_ADDRESS = "chưa có địa chỉ thư điện tử"
TOO_MANY_TRIES = "đã thử gửi {} lần, chưa rõ máy chủ đã nhận hay chưa"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Composed:
    """A message as it is to be sent, with the address resolved now ("" when the person has none)."""

    name: str
    address: str
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()


class Connection(Protocol):
    def deliver(self, message: EmailMessage) -> Answer:
        """Hand one message over and say what the server answered."""


class Courier(Protocol):
    """What carries messages: tasks.mail_channel.MailChannel."""

    @property
    def sender(self) -> Sender: ...

    def open(self) -> AbstractContextManager[Connection]: ...


Sessions = Callable[[], AbstractContextManager[Session]]
"""Opens a short transaction that commits when its block ends well."""

Compose = Callable[[Session, Message, Sequence[Notice]], Composed]
StillDue = Callable[[Session, Notice], str]
"""Asked at the moment of sending: "" when the notice is still due, else why it is not."""


@dataclass(frozen=True)
class SendReport:
    """What a round did, in messages.

    `busy`: another sender is at work, nothing was done. `down`: at the end the server could not be reached,
    and what was left waits for the next round. `errors`: messages that could not be composed.
    """

    sent: int = 0
    failed: int = 0
    retried: int = 0
    dropped: int = 0
    busy: bool = False
    down: bool = False
    errors: tuple[str, ...] = field(default=())


def bundle(
    session: Session,
    now: datetime,
    domain: str,
    template_of: Callable[[Notice], str],
    not_before: Callable[[Notice], datetime] | None = None,
) -> list[Message]:
    """Put every due notice that has no message into one: a person's notices of one template share a message.

    `not_before` holds a message until then (quiet days); without it nothing is held. Run twice, or by two at
    once, no notice gets into two messages.
    """
    waiting = session.exec(
        select(Notice)
        .where(Notice.state == NoticeState.DUE, col(Notice.message_id).is_(None))
        .order_by(col(Notice.id))
    ).all()
    bundles: dict[tuple[int, Channel, str, datetime, int | None], list[Notice]] = {}
    for notice in waiting:
        template = template_of(notice)
        held = now if not_before is None else not_before(notice)
        own = notice.id if template in ALONE else None
        bundles.setdefault((notice.person_id, notice.channel, template, held, own), []).append(notice)
    made = []
    for (person_id, channel, template, held, _own), notices in bundles.items():
        message = Message(
            channel=channel,
            person_id=person_id,
            message_id=make_msgid(domain=domain),
            template=template,
            not_before=held,
            created_at=now,
        )
        session.add(message)
        session.flush()
        taken = session.execute(
            sa.update(Notice)
            .where(col(Notice.id).in_([notice.id for notice in notices]), col(Notice.message_id).is_(None))
            .values(message_id=message.id)
            .returning(col(Notice.id))
        ).all()
        if taken:
            made.append(message)
        else:
            session.delete(message)
    session.flush()
    return made


def send_ready(
    sessions: Sessions,
    channel: Courier,
    compose: Compose,
    still_due: StillDue,
    clock: Callable[[], datetime],
    max_tries: int,
    lock: AbstractContextManager[bool],
) -> SendReport:
    """Send what may go out now, one message after another over one connection."""
    with lock as held:
        if not held:
            return SendReport(busy=True)
        return _Round(sessions, channel, compose, still_due, clock, max_tries).run()


def wait_before(tries: int, seed: str) -> timedelta:
    """How long to wait after so many tries: 5, 15, 45 minutes, up to 6 hours, and up to a fifth more.

    What the seed adds spreads messages that failed together; the same message always waits the same.
    """
    wait = min(FIRST_WAIT * int(3 ** min(tries - 1, 9)), LONGEST_WAIT)
    spread = zlib.crc32(f"{seed}/{tries}".encode()) % 1000 / 5000
    return wait + wait * spread


class _Fate(StrEnum):
    """What became of one message in this round: the fields of the report."""

    SENT = "sent"
    FAILED = "failed"
    RETRIED = "retried"
    DROPPED = "dropped"


@dataclass(frozen=True)
class _Try:
    """A message that is claimed, and stands in the database as being sent."""

    id: int
    attempt_id: int
    notice_ids: tuple[int, ...]
    email: EmailMessage


class _Round:
    """One round of the sender, which holds the lock."""

    def __init__(
        self,
        sessions: Sessions,
        channel: Courier,
        compose: Compose,
        still_due: StillDue,
        clock: Callable[[], datetime],
        max_tries: int,
    ) -> None:
        self._sessions = sessions
        self._channel = channel
        self._compose = compose
        self._still_due = still_due
        self._clock = clock
        self._max_tries = max_tries

    def run(self) -> SendReport:
        count = dict.fromkeys(_Fate, 0)
        errors: list[str] = []
        unreached = 0
        with self._channel.open() as connection:
            for message_id in self._waiting():
                try:
                    claimed = self._claim(message_id)
                except SQLAlchemyError:
                    raise
                except Exception as error:  # one message that cannot be written must not hold up the others
                    log.exception("message %s cannot be composed", message_id)
                    errors.append(f"thư {message_id}: {type(error).__name__}: {error}")
                    count[self._put_off(message_id, f"không soạn được thư: {error}")] += 1
                    continue
                if isinstance(claimed, _Try):
                    answer = connection.deliver(claimed.email)
                    count[self._record(claimed, answer)] += 1
                    unreached = unreached + 1 if answer.outcome is AttemptOutcome.UNREACHABLE else 0
                    if unreached == DOWN_AFTER:
                        break
                elif claimed is not None:
                    count[claimed] += 1
        return SendReport(
            sent=count[_Fate.SENT],
            failed=count[_Fate.FAILED],
            retried=count[_Fate.RETRIED],
            dropped=count[_Fate.DROPPED],
            down=unreached > 0,
            errors=tuple(errors),
        )

    def _waiting(self) -> Sequence[int]:
        """What may go out now, oldest first. Under the lock, a message in SENDING is a dead sender's."""
        with self._sessions() as session:
            ids = session.exec(
                select(Message.id)
                .where(
                    sa.or_(
                        col(Message.state) == MessageState.SENDING,
                        sa.and_(
                            col(Message.state) == MessageState.READY, col(Message.not_before) <= self._clock()
                        ),
                    )
                )
                .order_by(col(Message.not_before), col(Message.id))
            ).all()
            return [message_id for message_id in ids if message_id is not None]

    def _claim(self, message_id: int) -> _Try | _Fate | None:
        """Decide afresh what is still due, write what will go out, and put down that it is being tried."""
        with self._sessions() as session:
            message = session.get_one(Message, message_id)
            if message.state not in (MessageState.READY, MessageState.SENDING):
                return None
            notices = self._still_due_of(session, message)
            if not notices:
                message.state = MessageState.DROPPED
                return _Fate.DROPPED
            if message.tries >= self._max_tries:
                return _fail(message, notices, TOO_MANY_TRIES.format(message.tries))
            composed = self._compose(session, message, notices)
            message.address, message.subject = composed.address[:254], composed.subject[:300]
            if not composed.address:
                return _fail(message, notices, NO_ADDRESS)
            try:
                email = self._email(message, composed)
            except AddressError as error:
                return _fail(message, notices, str(error))
            message.state = MessageState.SENDING
            message.tries += 1
            attempt = Attempt(message_id=message_id, no=message.tries, started_at=self._clock())
            session.add(attempt)
            session.flush()
            return _Try(
                id=message_id,
                attempt_id=_stored(attempt.id),
                notice_ids=tuple(_stored(notice.id) for notice in notices),
                email=email,
            )

    def _still_due_of(self, session: Session, message: Message) -> list[Notice]:
        notices = _due_notices(session, message)
        for notice in notices:
            why = self._still_due(session, notice)
            if why:
                notice.state, notice.why = NoticeState.SUPERSEDED, why
        return [notice for notice in notices if notice.state is NoticeState.DUE]

    def _email(self, message: Message, composed: Composed) -> EmailMessage:
        return build_email(
            self._channel.sender,
            composed.name,
            composed.address,
            composed.subject,
            composed.text,
            composed.html,
            message.message_id,
            self._clock(),
            composed.attachments,
        )

    def _record(self, tried: _Try, answer: Answer) -> _Fate:
        """Put down what the server answered, and what follows for the message and its lines."""
        now = self._clock()
        with self._sessions() as session:
            message = session.get_one(Message, tried.id)
            attempt = session.get_one(Attempt, tried.attempt_id)
            attempt.finished_at, attempt.outcome, attempt.answer = now, answer.outcome, answer.text
            notices = [session.get_one(Notice, notice_id) for notice_id in tried.notice_ids]
            if answer.outcome is AttemptOutcome.ACCEPTED:
                message.state, message.sent_at = MessageState.SENT, now
                for notice in notices:
                    notice.state = NoticeState.SENT
                return _Fate.SENT
            if answer.outcome is AttemptOutcome.REFUSED:
                return _fail(message, notices, answer.text)
            return self._again_or_fail(message, notices, answer.text, now)

    def _put_off(self, message_id: int, why: str) -> _Fate:
        """A message that could not be composed: it counts as a try, for the fault may be mended meanwhile."""
        with self._sessions() as session:
            message = session.get_one(Message, message_id)
            message.tries += 1
            return self._again_or_fail(message, _due_notices(session, message), why, self._clock())

    def _again_or_fail(self, message: Message, notices: Sequence[Notice], why: str, now: datetime) -> _Fate:
        if message.tries >= self._max_tries:
            return _fail(message, notices, why)
        message.state = MessageState.READY
        message.not_before = now + wait_before(message.tries, message.message_id)
        return _Fate.RETRIED


def _due_notices(session: Session, message: Message) -> Sequence[Notice]:
    return session.exec(
        select(Notice)
        .where(Notice.message_id == message.id, Notice.state == NoticeState.DUE)
        .order_by(col(Notice.id))
    ).all()


def _fail(message: Message, notices: Sequence[Notice], why: str) -> _Fate:
    message.state = MessageState.FAILED
    for notice in notices:
        notice.state, notice.why = NoticeState.FAILED, why
    return _Fate.FAILED


def _stored(row_id: int | None) -> int:
    if row_id is None:
        raise ValueError("dòng chưa được lưu")
    return row_id
