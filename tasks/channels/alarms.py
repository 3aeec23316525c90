"""What the secretariat is told about channels: one that has stopped, and lines that had to go out by mail instead."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models.channel import ChannelState
from models.codes import Channel
from models.directory import Agency, Person
from models.notice import Message, Notice
from models.time import vn_instant
from tasks.letters.wording import ByMailInstead, ChannelLetter, Contact, StoppedChannel
from tasks.reminders.notices import put_notice, secretariat

STOPPED = "kenh-dung"
INSTEAD = "thay-bang-thu"
LETTERS = {STOPPED: "channel", INSTEAD: "channel"}
"""Steps of notices about channels, and their letter. Subjects: channel:zalo_zbs:<when it stopped>, message:<id>."""

RUNS_AGAIN = "kênh đã được chạy lại"


def tell_stopped(session: Session, channel: Channel, now: datetime) -> None:
    """A channel has stopped: a line to everyone in the secretariat, once for this stop."""
    for person in secretariat(session):
        put_notice(
            session,
            subject=f"channel:{channel.value}:{now:%Y%m%d%H%M%S}",
            step=STOPPED,
            person=person,
            now=now,
        )


def tell_instead(session: Session, message: Message, now: datetime) -> None:
    """A message could not be carried by its channel: a line to everyone in the secretariat."""
    for person in secretariat(session):
        put_notice(session, subject=f"message:{message.id}", step=INSTEAD, person=person, now=now)


def settled(session: Session, notice: Notice) -> str:
    """Why such a line is not to be said any more; "" when it is."""
    if notice.step != STOPPED:
        return ""
    state = session.get(ChannelState, _channel(notice))
    return "" if state is not None and state.stopped_at is not None else RUNS_AGAIN


def channel_letter(
    session: Session, person: Person, contact: Contact, notices: Sequence[Notice]
) -> ChannelLetter:
    """The facts of the letter."""
    return ChannelLetter(
        person.name,
        contact,
        tuple(_stopped(session, notice) for notice in notices if notice.step == STOPPED),
        tuple(_instead(session, notice) for notice in notices if notice.step == INSTEAD),
    )


def _channel(notice: Notice) -> Channel:
    return Channel(notice.subject.split(":")[1])


def _stopped(session: Session, notice: Notice) -> StoppedChannel:
    channel = _channel(notice)
    state = session.get(ChannelState, channel)
    return StoppedChannel(channel.label, vn_instant(notice.created_at), state.why if state else "")


def _instead(session: Session, notice: Notice) -> ByMailInstead:
    message = session.get_one(Message, int(notice.subject.partition(":")[2]))
    person = session.get_one(Person, message.person_id)
    failed = session.exec(
        select(Notice).where(Notice.message_id == message.id).order_by(col(Notice.id))
    ).first()
    agency = session.get(Agency, person.agency_id) if person.agency_id else None
    return ByMailInstead(
        name=person.name,
        place=agency.name if agency is not None else person.role.label,
        channel=message.channel.label,
        why=failed.why if failed is not None else "",
        when=vn_instant(notice.created_at),
    )
