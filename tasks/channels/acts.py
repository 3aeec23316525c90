"""What a person does about channels: look at them, start one again, try one, put its secrets where they belong."""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.channel import ChannelState
from models.codes import Channel, MessageState, NoticeState
from models.directory import Person
from models.fault import Fault
from models.notice import Message, Notice
from models.rules.zalo_templates import Fact
from tasks.channels.base import Answer, Clock, Outgoing
from tasks.channels.registry import CHANNELS
from tasks.channels.zalo_plugin import PROFILE
from tasks.channels.zalo_token import TokenFile, Tokens
from tasks.office import Office
from tasks.states import record_act

TEST_SUBJECT = "Tin thử của hệ thống đôn đốc báo cáo"
TEST_TEXT = "Đây là tin thử để kiểm tra kênh liên lạc, đề nghị đồng chí bỏ qua."


class ChannelFault(Fault):
    """What was asked cannot be done with this channel; the message says why, in Vietnamese."""


@dataclass(frozen=True)
class ChannelView:
    """A channel as it stands. `missing`: what is to be set before it can be used, or what is set wrongly."""

    channel: Channel
    missing: str
    stopped_at: datetime | None
    why: str
    people: int
    waiting: int
    unknown: int


def overview(office: Office, clock: Clock) -> list[ChannelView]:
    """Every channel: set up or not, running or stopped, how many people it reaches, what waits and what is in doubt."""
    with office.store.reading() as session:
        states = {state.channel: state for state in session.exec(select(ChannelState))}
        people = session.exec(select(Person).where(col(Person.active).is_(True))).all()
        waiting = _counts(session, NoticeState.DUE)
        unknown = _counts(session, NoticeState.UNKNOWN)
    views = []
    for code, kind in CHANNELS.items():
        missing = kind.missing(office.settings)
        if not missing:
            try:
                kind.courier(office.settings, clock)
            except Fault as fault:
                missing = str(fault)
        state = states.get(code)
        views.append(
            ChannelView(
                channel=code,
                missing=missing,
                stopped_at=state.stopped_at if state else None,
                why=state.why if state and state.stopped_at else "",
                people=sum(bool(kind.address_of(person)) for person in people),
                waiting=waiting.get(code, 0),
                unknown=unknown.get(code, 0),
            )
        )
    return views


def _counts(session: Session, state: NoticeState) -> dict[Channel, int]:
    rows = session.execute(
        sa.select(Notice.channel, sa.func.count())  # type: ignore[call-overload]
        .where(col(Notice.state) == state)
        .group_by(col(Notice.channel))
    )
    return {Channel(code): count for code, count in rows}


def resume(session: Session, channel: Channel, *, reason: str, actor: str, now: datetime) -> int:
    """Start a stopped channel again; returns how many messages wait for it. ChannelFault when it runs."""
    state = session.get(ChannelState, channel)
    if state is None or state.stopped_at is None:
        raise ChannelFault(f"Kênh {channel.value} đang chạy, không cần mở lại.")
    record_act(
        session,
        "chạy lại kênh",
        "channel",
        None,
        actor=actor,
        now=now,
        reason=reason,
        before={"channel": channel.value, "stopped_at": state.stopped_at.isoformat(), "why": state.why},
    )
    state.stopped_at, state.why = None, ""
    waiting = select(sa.func.count()).where(
        col(Message.channel) == channel, col(Message.state) == MessageState.READY
    )
    return session.exec(waiting).one()


def try_out(office: Office, channel: Channel, person: Person, clock: Clock) -> Answer:
    """Send a test text to one person now, by a channel that may be stopped. Nothing of it is put down as a message."""
    kind = CHANNELS[channel]
    missing = kind.missing(office.settings)
    if missing:
        raise ChannelFault(f"Kênh {channel.value} chưa dùng được: {missing}.")
    courier = kind.courier(office.settings, clock)
    address = kind.address_of(person)
    if not address:
        raise ChannelFault(f"{person.name} chưa có địa chỉ trên kênh {channel.value}.")
    outgoing = Outgoing(
        message_id=f"<thu-{clock():%Y%m%d%H%M%S}@dondoc.invalid>",
        template="reminder",
        name=person.name,
        address=address,
        subject=TEST_SUBJECT,
        text=TEST_TEXT,
        facts={fact.value: "thử" for fact in Fact} | {Fact.NAME.value: person.name},
    )
    why = courier.why_not(outgoing)
    if why:
        raise ChannelFault(f"Không gửi thử được qua kênh {channel.value}: {why}.")
    with courier.open() as connection:
        return connection.deliver(outgoing)


def find_person(session: Session, email: str) -> Person:
    """The active person with this mail address. ChannelFault when there is none, or more than one."""
    found = session.exec(select(Person).where(Person.email == email, col(Person.active).is_(True))).all()
    if len(found) != 1:
        many = "Có nhiều người dùng chung" if found else "Không có người nào đang hoạt động với"
        raise ChannelFault(f"{many} địa chỉ {email} trong danh bạ.")
    return found[0]


def profile_name(address: str, channel: Channel) -> str:
    """The profile that a channel's address names. ChannelFault when the channel has none."""
    name = address.partition("://")[2].split("/")[0].split("?")[0]
    if not PROFILE.fullmatch(name):
        raise ChannelFault(
            f"Chưa đặt DONDOC_{channel.value.upper()}_URL, ví dụ {channel.value}: xem docs/channels.md."
        )
    return name


def keep_app_keys(office: Office, profile: str, app_id: str, secret_key: str, refresh_token: str) -> Path:
    """Put an application's keys into their file, in place of those before; returns the file."""
    file = TokenFile(office.settings.zalo_secrets / f"{profile}.json")
    with file.locked():
        file.save(Tokens(app_id=app_id, secret_key=secret_key, refresh_token=refresh_token))
    return file.path


def keep_bot_token(office: Office, profile: str, token: str) -> Path:
    """Put the bot's token into its file; returns the file."""
    folder = office.settings.zalo_secrets
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{profile}.bot"
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    with open(beside, "w", encoding="utf-8", opener=_private) as file:
        file.write(f"{token}\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    return path


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
