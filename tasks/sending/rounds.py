"""The sender: messages (tasks.sending.bundles) are handed to their channels, the answers recorded.

A message goes READY -> SENDING -> SENT, FAILED, UNKNOWN or back to READY. What is about to be tried is written before
the other side is spoken to, and no transaction is open meanwhile. What was answered is written in the transaction that
claims the next message: a commit that waits for the disk costs more than all the rest. So a sender that dies leaves
one message SENDING, and whoever holds the lock next takes it up: by mail with the same Message-ID, and nothing is sent
twice but that. A channel that has nothing alike (Zalo) writes each answer down at once; what a dead sender left there
is put down as not known to have arrived, shown, and left alone.

A letter is written from a look at the database that keeps nobody waiting (tasks.sending.looks). The transaction that
claims it asks whether its lines are still those, and due, and of one that was written ahead whether all that it rests
on is the same; where it is not, or anything else is to be said of the message than that it goes out, everything is
decided anew within that transaction.

What cannot go out on another channel goes out by mail: lines that fail there get a notice by mail.
"""

import logging
import zlib
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from models.channel import ChannelState
from models.codes import AttemptOutcome, Channel, MessageState, NoticeState
from models.notice import Attempt, Message, Notice
from tasks.channels.alarms import tell_instead, tell_stopped
from tasks.channels.base import Answer, Connection, Courier, Outgoing
from tasks.once import put_once
from tasks.reminders.notice_states import move_notice
from tasks.sending.lanes import Waiting, waiting_messages
from tasks.sending.looks import Looks, Ready, from_when, outgoing_of, whole
from tasks.sending.terms import Composed, Post, Sessions

FIRST_WAIT = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=6)
WITHOUT_ANSWER = (AttemptOutcome.UNREACHABLE, AttemptOutcome.UNKNOWN)
DOWN_AFTER = 2
"""So many messages in a row without an answer end a channel's round: the rest would only wait for nothing, or be lost
in doubt."""

NO_ADDRESS = "chưa có địa chỉ trên kênh này"
NO_MAIL_ADDRESS = "chưa có địa chỉ thư điện tử"
DIED = "tiến trình gửi dừng giữa chừng, chưa rõ đã gửi hay chưa"
INSTEAD = "Thay cho {}: {}"
TOO_MANY_TRIES = "đã thử gửi {} lần, chưa rõ máy chủ đã nhận hay chưa"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SendReport:
    """What a round did, in messages.

    `unknown`: handed over without an answer, not repeated by itself. `instead`: lines that go out by mail because
    their channel could not carry them. `busy`: another sender is at work, nothing was done. `down`: channels whose
    server could not be reached at the end; what was left waits for the next round. `stopped`: what a person has to do
    about channels that are stopped, a sentence each. `errors`: messages that could not be composed.
    """

    sent: int = 0
    failed: int = 0
    retried: int = 0
    dropped: int = 0
    unknown: int = 0
    instead: int = 0
    busy: bool = False
    down: tuple[Channel, ...] = ()
    stopped: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()

    def plus(self, other: "SendReport") -> "SendReport":
        """Both together."""
        return SendReport(
            sent=self.sent + other.sent,
            failed=self.failed + other.failed,
            retried=self.retried + other.retried,
            dropped=self.dropped + other.dropped,
            unknown=self.unknown + other.unknown,
            instead=self.instead + other.instead,
            busy=self.busy or other.busy,
            down=tuple(dict.fromkeys(self.down + other.down)),
            stopped=tuple(dict.fromkeys(self.stopped + other.stopped)),
            errors=self.errors + other.errors,
        )


def send_ready(
    post: Post,
    couriers: Mapping[Channel, Courier],
    lock: AbstractContextManager[bool],
    lane: int | None = None,
) -> SendReport:
    """Send what may go out now: channel after channel, over one connection each. Of the mail only what is of this
    lane (tasks.sending.lanes), where one is given."""
    with lock as held:
        if not held:
            return SendReport(busy=True)
        report = SendReport()
        for channel, courier in couriers.items():
            stopped = why_stopped(post.writing, channel)
            if stopped:
                report = report.plus(SendReport(stopped=(stopped,)))
                continue
            only = lane if channel is Channel.EMAIL else None
            report = report.plus(_Round(post, channel, courier, only).run())
        return report


def why_stopped(sessions: Sessions, channel: Channel) -> str:
    """Why a channel is stopped and what a person has to do; "" when it is not."""
    with sessions() as session:
        state = session.get(ChannelState, channel)
        return state.why if state is not None and state.stopped_at is not None else ""


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
    UNKNOWN = "unknown"
    HELD = "held"
    """Back to the others: its channel stops."""


@dataclass(frozen=True)
class _Try:
    """A message that is claimed, and stands in the database as being sent."""

    id: int
    attempt_id: int
    notice_ids: tuple[int, ...]
    outgoing: Outgoing
    agency_id: int | None = None
    """Whose it is; None: no agency's."""


class _Round:
    """One round of one channel, or of one lane of it; the sender holds the lock."""

    def __init__(self, post: Post, channel: Channel, courier: Courier, lane: int | None) -> None:
        self._post = post
        self._looks = Looks(post, courier)
        self._channel = channel
        self._courier = courier
        self._lane = lane
        self._instead = 0
        self._count = dict.fromkeys(_Fate, 0)
        self._errors: list[str] = []
        self._answered: tuple[_Try, Answer] | None = None
        """The message that was handed over last, with what was answered, until it is recorded."""

    def run(self) -> SendReport:
        waiting = self._waiting()
        if not waiting:
            return SendReport()
        with self._courier.open() as connection:
            return self._send_all(waiting, connection)

    def _send_all(self, waiting: Sequence[Waiting], connection: Connection) -> SendReport:
        stopped = ""
        unreached = 0
        for number in range(len(waiting)):
            if not self._post.goes_on():
                break
            tried = self._take_next(waiting, number)
            if tried is None:
                continue
            answer = connection.deliver(tried.outgoing)
            self._answered = tried, answer
            if not self._courier.repeats:
                self._settle()  # what cannot be repeated may not be left in doubt either
            unreached = unreached + 1 if answer.outcome in WITHOUT_ANSWER else 0
            if answer.outcome is AttemptOutcome.MISCONFIGURED:
                stopped = answer.text
            if stopped or unreached == DOWN_AFTER:
                break
        self._settle()
        return SendReport(
            sent=self._count[_Fate.SENT],
            failed=self._count[_Fate.FAILED],
            retried=self._count[_Fate.RETRIED],
            dropped=self._count[_Fate.DROPPED],
            unknown=self._count[_Fate.UNKNOWN],
            instead=self._instead,
            down=(self._channel,) if unreached else (),
            stopped=(stopped,) if stopped else (),
            errors=tuple(self._errors),
        )

    def _take_next(self, waiting: Sequence[Waiting], number: int) -> _Try | None:
        """Put down what the message before was answered, and claim this one, in one transaction; None when this one is
        not to be sent now. Whatever is wrong with this message, the other's answer is kept."""
        message_id, agency_id, _template = waiting[number]
        if self._answered is not None and self._answered[0].agency_id == agency_id:
            self._settle()  # a head's letter tells what the officer was sent a moment ago
        instead = self._instead
        try:
            unrecorded = self._answered[0].agency_id if self._answered else None
            ready = self._looks.at(waiting, number, unrecorded)
            with self._post.writing() as session:
                recorded = self._answered and self._record(session, *self._answered)
                taken: _Try | _Fate | None = self._put_down(session, ready, agency_id) if ready else None
                if taken is None:
                    session.flush()
                    session.expunge_all()  # whether it is still due is read afresh
                    taken = self._claim(session, message_id, agency_id)
        except Exception as error:
            self._instead = instead
            self._settle()
            if isinstance(error, SQLAlchemyError):
                raise
            # One message that cannot be written must not hold up the others.
            log.exception("message %s cannot be composed", message_id)
            self._errors.append(f"thư {message_id}: {type(error).__name__}: {error}")
            self._count[self._put_off(message_id, f"không soạn được thư: {error}")] += 1
            return None
        self._answered = None
        if recorded is not None:
            self._count[recorded] += 1
        if isinstance(taken, _Fate):
            self._count[taken] += 1
            return None
        return taken

    def _settle(self) -> None:
        """Put down what the last message was answered, where that is not done yet."""
        if self._answered is None:
            return
        with self._post.writing() as session:
            fate = self._record(session, *self._answered)
        self._answered = None
        self._count[fate] += 1

    def _waiting(self) -> Sequence[Waiting]:
        """What may go out now, oldest first, and whose agency's it is. Under the lock, a message in SENDING is a dead
        sender's."""
        with self._post.looking() as session:
            return waiting_messages(session, self._channel, self._post.clock(), self._lane)

    def _put_down(self, session: Session, ready: Ready, agency_id: int | None) -> _Try | None:
        """Claim what was written a moment ago; None where the message, one of its lines or what it rests on has changed
        since."""
        message = ready.message
        if ready.grounds is not None:
            now = self._post.grounds(session, [_stored(message.id)])
            if now.get(_stored(message.id)) != ready.grounds:
                return None
        claimed = session.execute(
            _CLAIMED_UNCHANGED,
            {
                "id_": message.id,
                "tries_": message.tries,
                "lines_": len(ready.notices),
                "address_": ready.outgoing.address[:254],
                "subject_": ready.outgoing.subject[:300],
            },
        )
        if claimed.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE counts
            return None
        return self._tried(session, ready, message.tries + 1, agency_id)

    def _claim(self, session: Session, message_id: int, agency_id: int | None) -> _Try | _Fate | None:
        """Decide afresh what is still due, write what will go out, and put down that it is being tried."""
        # Held till the end: the session forgets what nobody holds, and asks for it again.
        read = whole(session, [message_id])
        message: Message = read[0].Message
        if message.state not in (MessageState.READY, MessageState.SENDING):
            return None
        if message.state is MessageState.SENDING and not self._courier.repeats:
            return self._left_by_the_dead(session, message)
        notices = self._still_due_of(session, [row.Notice for row in read if row.Notice is not None])
        if not notices:
            message.state = MessageState.DROPPED
            return _Fate.DROPPED
        if self._waits(session, message, notices):
            return None
        if message.tries >= self._post.max_tries:
            return self._fail(session, message, notices, TOO_MANY_TRIES.format(message.tries))
        composed = self._post.compose(session, message, notices)
        if not composed.address:
            why = NO_MAIL_ADDRESS if self._channel is Channel.EMAIL else NO_ADDRESS
            return self._fail(session, message, notices, why, composed)
        outgoing = outgoing_of(message, composed)
        why = self._courier.why_not(outgoing)
        if why:
            return self._fail(session, message, notices, why, composed)
        tries = message.tries + 1
        used = {"address_": composed.address[:254], "subject_": composed.subject[:300]}
        session.execute(_CLAIMED, {"id_": message_id, "tries_": tries, **used})
        return self._tried(session, Ready(message, read[0].last_no, notices, outgoing), tries, agency_id)

    def _tried(self, session: Session, ready: Ready, tries: int, agency_id: int | None) -> _Try:
        """Put down that a claimed message is being tried."""
        message_id = _stored(ready.message.id)
        # Tries that were given back keep their numbers.
        number = max((ready.last_no or 0) + 1, tries)
        attempt_id = session.execute(
            _TRIED, {"message_id": message_id, "no": number, "started_at": self._post.clock()}
        ).scalar_one()
        return _Try(
            id=message_id,
            attempt_id=attempt_id,
            notice_ids=tuple(_stored(notice.id) for notice in ready.notices),
            outgoing=ready.outgoing,
            agency_id=agency_id,
        )

    def _left_by_the_dead(self, session: Session, message: Message) -> _Fate:
        """Whether a dead sender's call arrived is not known, and nothing would tell the person that it is a repeat."""
        session.execute(
            sa.update(Attempt)
            .where(col(Attempt.message_id) == message.id, col(Attempt.outcome) == AttemptOutcome.STARTED)
            .values(finished_at=self._post.clock(), outcome=AttemptOutcome.UNKNOWN, answer=DIED)
        )
        return _not_known(message, _due_notices(session, message), DIED)

    def _waits(self, session: Session, message: Message, notices: Sequence[Notice]) -> bool:
        """Put a message off till its lines may go out; False when they may now."""
        then = from_when(self._post, session, notices)
        if then <= self._post.clock():
            return False
        message.state, message.not_before = MessageState.READY, then
        return True

    def _still_due_of(self, session: Session, notices: Sequence[Notice]) -> list[Notice]:
        for notice in notices:
            standing = self._post.still_due(session, notice)
            if standing.state is not NoticeState.DUE:
                # What is held leaves its message, and goes out in another when it is due again.
                move_notice(
                    session,
                    _stored(notice.id),
                    NoticeState.DUE,
                    standing,
                    now=self._post.clock(),
                    by_sender=True,
                )
                session.refresh(notice)
        return [notice for notice in notices if notice.state is NoticeState.DUE]

    def _record(self, session: Session, tried: _Try, answer: Answer) -> _Fate:
        """Put down what was answered, and what follows for the message, its lines and the channel."""
        now = self._post.clock()
        session.execute(
            _ENDED, {"id_": tried.attempt_id, "at": now, "outcome_": answer.outcome, "answer_": answer.text}
        )
        if answer.outcome is AttemptOutcome.ACCEPTED:
            session.execute(_SENT, {"id_": tried.id, "at": now})
            # A sweep may have held the line meanwhile: what was sent is sent, and by this message.
            session.execute(_SAID, {"ids": tried.notice_ids, "message": tried.id})
            return _Fate.SENT
        message = session.get_one(Message, tried.id)
        notices = [session.get_one(Notice, notice_id) for notice_id in tried.notice_ids]
        if answer.outcome is AttemptOutcome.REFUSED:
            return self._fail(session, message, notices, answer.text)
        if answer.outcome is AttemptOutcome.UNKNOWN:
            return _not_known(message, notices, answer.text)
        if answer.outcome is AttemptOutcome.MISCONFIGURED:
            message.state = MessageState.READY
            message.tries -= 1  # no message's fault
            session.merge(ChannelState(channel=self._channel, stopped_at=now, why=answer.text))
            tell_stopped(session, self._channel, now)
            return _Fate.HELD
        fate = self._again_or_fail(session, message, notices, answer.text, now)
        if fate is _Fate.RETRIED and answer.till_morning:
            message.not_before = self._post.next_morning(now)
        return fate

    def _put_off(self, message_id: int, why: str) -> _Fate:
        """A message that could not be composed: it counts as a try, for the fault may be mended meanwhile."""
        with self._post.writing() as session:
            message = session.get_one(Message, message_id)
            message.tries += 1
            return self._again_or_fail(
                session, message, _due_notices(session, message), why, self._post.clock()
            )

    def _again_or_fail(
        self, session: Session, message: Message, notices: Sequence[Notice], why: str, now: datetime
    ) -> _Fate:
        if message.tries >= self._post.max_tries:
            return self._fail(session, message, notices, why)
        message.state = MessageState.READY
        message.not_before = now + wait_before(message.tries, message.message_id)
        return _Fate.RETRIED

    def _fail(
        self,
        session: Session,
        message: Message,
        notices: Sequence[Notice],
        why: str,
        composed: Composed | None = None,
    ) -> _Fate:
        """This channel cannot carry it. Its lines go out by mail, unless mail is what has failed."""
        message.state = MessageState.FAILED
        if composed is not None:
            message.address, message.subject = composed.address[:254], composed.subject[:300]
        for notice in notices:
            notice.state, notice.why = NoticeState.FAILED, why
        if self._channel is not Channel.EMAIL:
            now = self._post.clock()
            by_mail = [put_once(session, _by_mail(notice, why, now)) for notice in notices]
            if any(by_mail):
                tell_instead(session, message, now)
            self._instead += sum(by_mail)
        return _Fate.FAILED


def _by_mail(notice: Notice, why: str, now: datetime) -> Notice:
    return Notice(
        subject=notice.subject,
        plan_no=notice.plan_no,
        step=notice.step,
        person_id=notice.person_id,
        channel=Channel.EMAIL,
        request_id=notice.request_id,
        why=INSTEAD.format(notice.channel.label, why),
        created_at=now,
    )


def _not_known(message: Message, notices: Sequence[Notice], why: str) -> _Fate:
    message.state = MessageState.UNKNOWN
    for notice in notices:
        notice.state, notice.why = NoticeState.UNKNOWN, why
    return _Fate.UNKNOWN


def _due_notices(session: Session, message: Message) -> Sequence[Notice]:
    return session.exec(
        select(Notice)
        .where(Notice.message_id == message.id, Notice.state == NoticeState.DUE)
        .order_by(col(Notice.id))
    ).all()


def _stored(row_id: int | None) -> int:
    if row_id is None:
        raise ValueError("dòng chưa được lưu")
    return row_id


# Each message asks these: they are put together once, and speak to the tables and not to objects, which would cost more
# than the database.
_MESSAGES: sa.Table = Message.__table__  # type: ignore[attr-defined]
_NOTICES: sa.Table = Notice.__table__  # type: ignore[attr-defined]
_ATTEMPTS: sa.Table = Attempt.__table__  # type: ignore[attr-defined]

_CLAIMED = (
    sa.update(_MESSAGES)
    .where(_MESSAGES.c.id == sa.bindparam("id_"))
    .values(
        state=MessageState.SENDING,
        tries=sa.bindparam("tries_"),
        address=sa.bindparam("address_"),
        subject=sa.bindparam("subject_"),
    )
)
_CLAIMED_UNCHANGED = _CLAIMED.where(
    _MESSAGES.c.state == MessageState.READY,
    _MESSAGES.c.tries == sa.bindparam("tries_"),
    sa.select(sa.func.count())
    .where(_NOTICES.c.message_id == sa.bindparam("id_"), _NOTICES.c.state == NoticeState.DUE)
    .scalar_subquery()
    == sa.bindparam("lines_"),
).values(tries=sa.bindparam("tries_") + 1)
_TRIED = (
    sa.insert(_ATTEMPTS)
    .values(
        message_id=sa.bindparam("message_id"),
        no=sa.bindparam("no"),
        started_at=sa.bindparam("started_at"),
        outcome=AttemptOutcome.STARTED,
        answer="",
    )
    .returning(_ATTEMPTS.c.id)
)
_ENDED = (
    sa.update(_ATTEMPTS)
    .where(_ATTEMPTS.c.id == sa.bindparam("id_"))
    .values(finished_at=sa.bindparam("at"), outcome=sa.bindparam("outcome_"), answer=sa.bindparam("answer_"))
)
_SENT = (
    sa.update(_MESSAGES)
    .where(_MESSAGES.c.id == sa.bindparam("id_"))
    .values(state=MessageState.SENT, sent_at=sa.bindparam("at"))
)
_SAID = (
    sa.update(_NOTICES)
    .where(_NOTICES.c.id.in_(sa.bindparam("ids", expanding=True)))
    .values(state=NoticeState.SENT, message_id=sa.bindparam("message"))
)
